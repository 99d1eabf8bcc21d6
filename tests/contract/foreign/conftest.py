"""A gateway of its own for each test; preflight agrees with what clients got accepted on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.foreign.accepted import list_accepted, list_foreseen
from tests.contract.foreign.company_site import Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path) as opened:
        yield opened
        accepted = list_accepted(opened)
        assert not accepted or list_foreseen(opened, accepted) == []
