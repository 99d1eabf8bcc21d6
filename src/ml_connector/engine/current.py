"""Which job this thread does, for whoever writes a line of the log while it is done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from ml_connector.records.schedules import Job

_JOB: Final[ContextVar[Job | None]] = ContextVar("job", default=None)


@contextmanager
def at_work(job: Job) -> Iterator[None]:
    """The job is done in the block."""
    token = _JOB.set(job)
    try:
        yield
    finally:
        _JOB.reset(token)


def name_current() -> Mapping[str, str | int]:
    """`link`, `kind` and `generation` of the job that is done now; nothing between jobs."""
    job = _JOB.get()
    if job is None:
        return {}
    return {"link": job.key.link, "kind": job.key.kind, "generation": job.generation}
