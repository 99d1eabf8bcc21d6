"""A store of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes import ManualClock

from ml_connector.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}", clock=ManualClock(), actor="mira")
    yield opened
    opened.close()
