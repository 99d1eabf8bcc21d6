"""A store on SQLite becomes the same store on PostgreSQL, or nothing of it."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, Integer, LargeBinary, Table, create_engine, insert
from sqlalchemy.exc import OperationalError
from tests.databases import Stores, locate_file, name_driver, run_sql
from tests.fakes import ManualClock
from tests.unit.store.rows import ORIGIN, add_documents
from typer.testing import CliRunner

from ml_connector.cli.main import app
from ml_connector.store import StoreUnusable, open_store
from ml_connector.store.copying import copy_store
from ml_connector.store.tables import metadata
from ml_connector.store.types import Amount, UtcTime

ROWS = 3
LARGEST = 9_223_372_036_854_770_000


@pytest.fixture
def source(sqlite_stores: Stores) -> Iterator[str]:
    """A store with rows in every table there is."""
    with sqlite_stores.make() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                rows = [make_row(table, n) for n in range(1, ROWS + 1)]
                connection.exec_driver_sql(
                    str(insert(table).compile(engine)), [tuple(row.values()) for row in rows]
                )
        engine.dispose()
        yield url


@pytest.fixture
def target(postgresql_stores: Stores) -> Iterator[str]:
    with postgresql_stores.make(empty=True) as url:
        yield url


def make_row(table: Table, n: int) -> dict[str, Any]:
    """As the database keeps it: values that differ, at the edges, with nothing where that may be."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if column.foreign_keys or (column.primary_key and isinstance(kind, Integer)):
            row[column.name] = n
        elif column.nullable and n == ROWS:
            row[column.name] = None
        elif isinstance(kind, LargeBinary):
            row[column.name] = bytes(range(256)) * n
        elif isinstance(kind, Date):
            row[column.name] = date(2031, 3, n).isoformat()
        elif isinstance(kind, Amount | UtcTime):
            row[column.name] = LARGEST - n
        elif isinstance(kind, Integer):
            row[column.name] = n
        else:
            row[column.name] = f"ü\\{n}"
    return row


def copy(source: str, target: str) -> dict[str, int]:
    return {each.table: each.rows for each in copy_store(source, target, report=lambda *_: None)}


def read_rows(url: str, table: Table) -> list[tuple[str, ...]]:
    """Every value as text, in an order that does not depend on the database."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return sorted(tuple(map(str, row)) for row in run_sql(url, f"SELECT {names} FROM {table.name}"))


def list_filled(url: str) -> list[str]:
    rows = run_sql(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    return [name for (name,) in rows]


def test_every_row_of_every_table_is_there_as_it_was(source: str, target: str) -> None:
    told: list[tuple[str, int, int]] = []

    copied = copy_store(source, target, report=lambda *said: told.append(said))

    assert {each.table: each.rows for each in copied} == dict.fromkeys(metadata.tables, ROWS)
    for table in metadata.sorted_tables:
        assert read_rows(target, table) == read_rows(source, table), table.name
    assert [said for said in told if said[1]] == [
        (table.name, ROWS, ROWS) for table in metadata.sorted_tables
    ]


def test_the_copy_is_a_store_to_go_on_with(sqlite_stores: Stores, target: str, clock: ManualClock) -> None:
    with sqlite_stores.make() as source:
        before = open_store(source, clock=clock, actor="mira")
        first = add_documents(before, 2)
        before.close()
        copy(source, target)

    store = open_store(target, clock=clock, actor="mira")
    kept = store.keep([b"later"])
    with store.begin() as work:
        file = work.files.add(link="main", origin=ORIGIN, kept=kept)
        assert work.audit.check(f"document:{first[0]}") == ""
        assert [document.id for document in work.documents.list("main")] == first
    store.close()
    assert file == 2


def test_a_target_that_has_something_is_refused_and_left_as_it_is(
    source: str, target: str, clock: ManualClock
) -> None:
    store = open_store(target, clock=clock, actor="mira")
    add_documents(store)
    store.close()

    with pytest.raises(
        StoreUnusable, match=r"is not empty, it has rows in .*files.*; name an empty database"
    ):
        copy(source, target)

    assert run_sql(target, "SELECT count(*) FROM documents") == [(1,)]


def test_a_target_whose_tables_are_empty_is_taken(source: str, target: str, clock: ManualClock) -> None:
    open_store(target, clock=clock, actor="mira").close()

    assert copy(source, target)["documents"] == ROWS


def test_a_target_with_tables_of_others_of_these_names_is_refused(source: str, target: str) -> None:
    run_sql(target, "CREATE TABLE files (name text)")

    with pytest.raises(StoreUnusable, match="it has tables named files"):
        copy(source, target)


def test_a_source_that_somebody_has_open_is_refused(source: str, target: str, clock: ManualClock) -> None:
    store = open_store(source, clock=clock, actor="mira")

    with pytest.raises(StoreUnusable, match="is in use by 1 other process; end ml-connector run"):
        copy(source, target)

    store.close()
    assert list_filled(target) == []


def test_who_opens_the_source_meanwhile_cannot_change_it_and_nothing_is_copied(
    source: str, target: str, clock: ManualClock
) -> None:
    refused = threading.Event()

    def intrude(*_: object) -> None:
        if not refused.is_set():
            with pytest.raises(OperationalError, match="locked"):
                run_sql(f"{source}?timeout=0", "DELETE FROM jobs")
            refused.set()
            opened.append(open_store(source, clock=clock, actor="noor"))

    opened: list[Any] = []
    with pytest.raises(StoreUnusable, match="is in use by 1 other process"):
        copy_store(source, target, report=intrude)

    opened[0].close()
    assert list_filled(target) == []
    assert copy(source, target)["jobs"] == ROWS


def test_what_postgresql_does_not_take_is_named_and_after_it_is_put_right_all_is_copied(
    source: str, target: str
) -> None:
    run_sql(source, "UPDATE workers SET seat = :seat WHERE seat LIKE '%1'", seat="x" * 500)
    with pytest.raises(
        StoreUnusable, match="nothing was copied: PostgreSQL does not take workers: value too long"
    ):
        copy(source, target)
    assert list_filled(target) == []
    run_sql(source, "UPDATE workers SET seat = 'ap1:0' WHERE length(seat) = 500")

    assert copy(source, target)["workers"] == ROWS


def test_a_value_that_is_not_the_same_when_it_is_read_back_is_found(
    source: str, target: str, clock: ManualClock
) -> None:
    open_store(target, clock=clock, actor="mira").close()
    run_sql(
        target,
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.amount = NEW.amount - 1; RETURN NEW; END $$",
    )
    run_sql(target, "CREATE TRIGGER spoil BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION spoil()")

    with pytest.raises(StoreUnusable, match="nothing was copied: documents has 3 rows with hash"):
        copy(source, target)

    assert run_sql(target, "SELECT count(*) FROM files") == [(0,)]


def test_what_is_no_store_or_of_another_version_is_refused(source: str, target: str, tmp_path: Path) -> None:
    for wrong, said in (
        (f"sqlite:///{tmp_path / 'none.db'}", "is no SQLite store; name its file"),
        (target, "is no SQLite store"),
    ):
        with pytest.raises(StoreUnusable, match=said):
            copy(wrong, target)
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(StoreUnusable, match="the target is no PostgreSQL database"):
        copy(source, source)
    run_sql(source, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreUnusable, match=r"is of version 0001, and this ml-connector of \d+; bring it up"):
        copy(source, target)


def test_people_are_told_what_was_copied_and_what_comes_next(source: str, target: str) -> None:
    file = str(locate_file(source))
    runner = CliRunner(env={"COLUMNS": "80"})

    said = runner.invoke(app, ["store", "copy", file, target])
    again = runner.invoke(app, ["store", "copy", file, target])

    tables = len(metadata.tables)
    assert said.exit_code == 0, said.output
    assert f"{tables} tables with {tables * ROWS} rows are the same on both sides." in said.stdout
    assert "Next: set the store" in said.stdout
    assert again.exit_code == 3
    assert "is not empty" in again.stderr


def test_a_password_is_not_told(source: str) -> None:
    refused = CliRunner().invoke(
        app, ["store", "copy", str(locate_file(source)), "postgresql://mlc:canary@127.0.0.1:9/mlc"]
    )

    assert refused.exit_code == 3
    assert "canary" not in refused.output


def test_the_name_of_the_driver_is_no_matter(source: str, target: str) -> None:
    assert copy(source, name_driver(target))["files"] == ROWS
