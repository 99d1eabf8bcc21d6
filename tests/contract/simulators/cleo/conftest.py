"""A tenant of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.simulators.cleo.driver import CleoTenant, run_tenant


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[CleoTenant]:
    with run_tenant(tmp_path / "state") as running:
        yield running
