"""A scene of its own for each test that asks for one, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from tests.databases import Stores
from tests.unit.flows.scene import Scene, open_scene


@pytest.fixture
def sqlite_scene(sqlite_stores: Stores) -> Iterator[Scene]:
    """On SQLite alone: for many documents, where the numbers are the point and no database does otherwise."""
    with sqlite_stores.make() as url, open_scene(url) as opened:
        yield opened


@pytest.fixture
def scene(store_url: str) -> Iterator[Scene]:
    with open_scene(store_url) as opened:
        yield opened
