"""A line of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.trade import RULES
from tests.processes import Line, run_line


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with run_line(tmp_path, RULES) as running:
        yield running
