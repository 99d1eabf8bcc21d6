"""A gateway of its own, in this process, for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.simulators.intacct.driver import SEED, Gateway

from mlc_sim.intacct.app import make_app


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    app = make_app(tmp_path / "intacct.db")("http://127.0.0.1:1")
    running = Gateway(app)
    running.admin("POST", "/seed", SEED)
    yield running
    app.admin.lanes.close()
