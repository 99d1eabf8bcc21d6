"""Stores on both databases for whoever asks for one, and a place at the end of the run for what people should read.

A test that asks for `store_url` or `empty_store_url`, itself or by a fixture, runs twice: on SQLite and on PostgreSQL.
What is to be read, also when the test passed, it says with `record_property("note", text)`.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from tests.databases import DATABASES, Stores, run_stores, share_statements

share_statements()
#: How long an example takes says nothing on a machine that others use.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sqlite_stores() -> Iterator[Stores]:
    with run_stores("sqlite") as stores:
        yield stores


@pytest.fixture(scope="session")
def postgresql_stores() -> Iterator[Stores]:
    with run_stores("postgresql") as stores:
        yield stores


@pytest.fixture(scope="module", params=DATABASES)
def stores(request: pytest.FixtureRequest) -> Stores:
    """The database of the test; its server is started for the first test that needs it."""
    found: Stores = request.getfixturevalue(f"{request.param}_stores")
    return found


@pytest.fixture
def store_url(stores: Stores) -> Iterator[str]:
    """Where the test's own store is."""
    with stores.make() as url:
        yield url


@pytest.fixture
def empty_store_url(stores: Stores) -> Iterator[str]:
    """Where nothing has been made yet, not even tables."""
    with stores.make(empty=True) as url:
        yield url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.getreports("passed")
    for text in (text for report in passed for name, text in report.user_properties if name == "note"):
        terminalreporter.write_line(str(text), bold=True)
