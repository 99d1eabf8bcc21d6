"""A new store for each test, on SQLite and on PostgreSQL: the same code, and the same promises."""

from collections.abc import Iterator

import pytest
from tests.fakes import ManualClock

from ml_connector.store import Store, open_store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(store_url: str, clock: ManualClock) -> Iterator[Store]:
    opened = open_store(store_url, clock=clock, actor="mira", key=b"a key of our own")
    yield opened
    opened.close()
