"""A gateway of its own, in this process, for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.simulators.intacct.driver import SEED, Gateway

from mlc_sim.intacct.app import IntacctApp, make_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[IntacctApp]:
    made = make_app(tmp_path / "intacct.db")("http://127.0.0.1:1")
    Gateway(made).admin("POST", "/seed", SEED)
    yield made
    made.admin.lanes.close()


@pytest.fixture
def gateway(app: IntacctApp) -> Gateway:
    return Gateway(app)
