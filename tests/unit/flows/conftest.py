"""A scene of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes import NOON
from tests.unit.flows.scene import Scene, open_scene

from ml_connector.store import open_store


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, made once: its tables take longer to make than a test."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(f"sqlite:///{path}", clock=lambda: NOON, actor="clerk").close()
    return path


@pytest.fixture
def scene(tmp_path: Path, template: Path) -> Iterator[Scene]:
    with open_scene(tmp_path, template) as opened:
        yield opened
