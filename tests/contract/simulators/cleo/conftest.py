"""A tenant of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.simulators.cleo.driver import CleoProcess, CleoTenant, run_tenant, serve_tenant


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[CleoTenant]:
    with serve_tenant(tmp_path / "state") as running:
        yield running


@pytest.fixture
def process(tmp_path: Path) -> Iterator[CleoProcess]:
    with run_tenant(tmp_path / "state") as running:
        yield running
