"""A store is made, brought up to date, or refused in words that help."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from tests.databases import name_driver, run_sql
from tests.fakes import ManualClock
from tests.unit.store.rows import add_documents, start_process

import ml_connector.store
from ml_connector.store import Store, StoreUnusable, open_store
from ml_connector.store.opening import HEAD
from ml_connector.store.tables import metadata

MIGRATIONS = Path(ml_connector.store.__file__).parent / "migrations"
APPENDER = """
import sys
from datetime import UTC, datetime
from ml_connector.records.audit import Fact
from ml_connector.store import open_store
store = open_store(sys.argv[1], clock=lambda: datetime(2031, 3, 14, tzinfo=UTC), actor=sys.argv[2])
for n in range(40):
    with store.begin() as work:
        work.audit.list("link:main")
        work.audit.append([Fact(record="link:main", action="counted", detail={"n": n})])
store.close()
"""


@pytest.mark.usefixtures("store")
def test_the_migrations_make_exactly_the_tables_the_code_speaks_to(store_url: str) -> None:
    engine = create_engine(name_driver(store_url))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, metadata)
    engine.dispose()

    assert difference == []


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrations_can_be_taken_back(empty_store_url: str, clock: ManualClock) -> None:
    open_store(empty_store_url, clock=clock, actor="mira").close()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(name_driver(empty_store_url))

    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
    engine.dispose()

    assert left == ["alembic_version"]


def test_a_store_opened_again_still_has_what_was_stored(
    store: Store, store_url: str, clock: ManualClock
) -> None:
    ids = add_documents(store, 2)
    store.close()

    again = open_store(store_url, clock=clock, actor="mira")

    with again.begin() as work:
        assert [document.id for document in work.documents.list("main")] == ids
    again.close()


def test_a_store_of_a_newer_version_is_refused_with_what_to_do(
    empty_store_url: str, clock: ManualClock
) -> None:
    open_store(empty_store_url, clock=clock, actor="mira").close()
    run_sql(empty_store_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreUnusable, match=r"made by a newer ml-connector \(version 9999\); update first"):
        open_store(empty_store_url, clock=clock, actor="mira")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("no address at all", "no address such as sqlite:///"),
        ("postgresql://mira:canary@db.example:port/books", "no address such as sqlite:///"),
        ("quill://mira:canary@db.example/books", "quill://mira:***@db.example/books cannot be opened"),
        ("postgresql://mira:canary@127.0.0.1:9/books", "mira:***@127.0.0.1:9/books cannot be opened"),
        ("mysql://mira:canary@db.example/books", "mysql://mira:***@db.example/books has no driver here"),
        ("sqlite:////nowhere/at/all/store.db", "No such file or directory"),
        ("sqlite://", "a store in memory keeps nothing"),
        ("sqlite:///:memory:", "a store in memory keeps nothing"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_its_password(
    address: str, said: str, clock: ManualClock
) -> None:
    with pytest.raises(StoreUnusable) as refused:
        open_store(address, clock=clock, actor="mira")

    assert said in str(refused.value)
    assert "canary" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "store.db"
    path.write_text("this is a letter, not a database, and long enough to be looked at")

    with pytest.raises(StoreUnusable, match="not a database"):
        open_store(f"sqlite:///{path}", clock=clock, actor="mira")


def test_a_place_where_no_lock_can_be_kept_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "store.db"
    Path(f"{path}.holders").write_text("in the way")

    with pytest.raises(StoreUnusable, match="cannot be opened"):
        open_store(f"sqlite:///{path}", clock=clock, actor="mira")


def test_processes_may_open_a_new_store_and_write_to_it_at_the_same_time(
    empty_store_url: str, clock: ManualClock
) -> None:
    running = [start_process(APPENDER, empty_store_url, name) for name in ("ada", "ben", "cleo")]

    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]

    for process in running:
        process.communicate()
    store = open_store(empty_store_url, clock=clock, actor="mira")
    with store.begin() as work:
        entries = work.audit.list("link:main")
        assert work.audit.check("link:main") == ""
    store.close()
    assert [entry.number for entry in entries] == list(range(1, 121))
    assert {entry.actor for entry in entries} == {"ada", "ben", "cleo"}
