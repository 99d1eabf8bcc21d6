"""A scene of its own for each test that asks for one, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from tests.unit.flows.scene import Scene, open_scene


@pytest.fixture
def scene(store_url: str) -> Iterator[Scene]:
    with open_scene(store_url) as opened:
        yield opened
