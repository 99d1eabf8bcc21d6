"""A new store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes import ManualClock

from ml_connector.store import Store, open_store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path, clock: ManualClock) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{path}", clock=clock, actor="mira", key=b"a key of our own")
    yield opened
    opened.close()
