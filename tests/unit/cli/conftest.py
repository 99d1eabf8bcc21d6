"""Desks with one link and nobody at the other end."""

from pathlib import Path

import pytest
from tests.unit.cli.desk import Desk, set_up


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return set_up(tmp_path, "main")
