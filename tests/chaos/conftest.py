"""Both databases, each started once for the tests of a worker."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.chaos.databases import DATABASES, MakeUrl, run_database


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, MakeUrl]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(run_database(name)) for name in DATABASES}


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, servers: dict[str, MakeUrl]) -> str:
    """Where a new store may be made; empty for the SQLite file a line makes itself."""
    return servers[request.param]()
