"""Many lines at the same time, in worker processes of one thread each, where the product may be forked."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from tests.chaos.forking import ForkingConnector
from tests.processes import Line

#: Half of a line's time is waiting: for times of doubt, and for what is late.
JOBS: Final = 2 * (os.cpu_count() or 1)
Result = TypeVar("Result")


def run_jobs(
    task: Callable[..., Result], arguments: Sequence[tuple[Any, ...]], *, jobs: int
) -> Iterator[Result]:
    """The results of the task for each of the arguments, in their order, as soon as they are there."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(task, *zip(*arguments, strict=True))


def fork_product(line: Line) -> Line:
    """The same line, with a product that starts at once."""
    connector = line.connector
    forking = ForkingConnector(folder=connector.folder, environment=connector.environment)
    return replace(line, connector=forking)
