"""Desks with one link and nobody at the other end, their stores on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from tests.unit.cli.desk import Desk, set_up


@pytest.fixture
def desk(tmp_path: Path, store_url: str) -> Desk:
    return set_up(tmp_path, store_url, "main")
