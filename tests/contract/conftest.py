"""The worlds of the contract of Intacct: one of each for a whole run, made when a test first asks for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.contract.intacct_parties import WORLDS, World

OpenWorld = Callable[[str], World]


@pytest.fixture(scope="session")
def open_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenWorld]:
    """Opens a party's world by its name, once."""
    opened: dict[str, World] = {}
    with ExitStack() as stack:

        def find(name: str) -> World:
            if name not in opened:
                opened[name] = stack.enter_context(WORLDS[name](tmp_path_factory.mktemp(name)))
            return opened[name]

        yield find
