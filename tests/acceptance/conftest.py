"""A line of its own for each test that asks for one, or a bench in this process; on each database.

What takes minutes on each database, every fault at every call above all, is marked `thorough` on PostgreSQL, and run by
`make matrix`.
"""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.trade import RULES
from tests.acceptance.workbench import Bench, Systems, open_bench, run_systems
from tests.processes import Line, run_line

_LONG: Final = frozenset(
    {
        "test_a_week.py",
        "test_demo.py",
        "test_fault_matrix.py",
        "test_fault_matrix_of_records.py",
        "test_killed_while_sending.py",
        "test_systems_that_fail.py",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name in _LONG and "[postgresql" in item.name:
            item.add_marker(pytest.mark.thorough)


@pytest.fixture
def line(tmp_path: Path, store_url: str) -> Iterator[Line]:
    with run_line(tmp_path, RULES, store_url=store_url) as running:
        yield running


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systems]:
    """Both simulators, for a whole module.

    Nothing here speaks TLS, and reading all the authorities of the world for each client would take half the time.
    """
    with pytest.MonkeyPatch.context() as patch, run_systems(tmp_path_factory.mktemp("systems")) as running:
        patch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
        yield running


@pytest.fixture
def bench(store_url: str, systems: Systems) -> Iterator[Bench]:
    with open_bench(systems, store_url) as opened:
        yield opened
