"""What people decide about documents by hand, with a reason: let them go, reject them, open them again.

None of it posts anything: the next run decides by the same checks as ever, and what was sent keeps its control id.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ml_connector.records.documents import Move
from ml_connector.records.status import Status
from ml_connector.store import Store, Work
from ml_connector.store.sets import split

CLOSED: Final = (Status.REJECTED, Status.DUPLICATE, Status.FILED)
Report = Callable[[int, int], None]


def _say_nothing(done: int, total: int) -> None:
    """For those who do not watch."""


def release(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Let held documents be decided again, whatever they were held for; returns those that were held."""
    return _by_slices(
        store, ids, lambda work, some: _move(work, some, Status.HELD, "released", reason, by), report
    )


def reject(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Say that held documents are not to be booked; returns those that were held."""

    def act(work: Work, some: Sequence[int]) -> set[int]:
        released = _move(work, some, Status.HELD, "released", reason, by)
        moves = [Move(id=id_, action="rejected", reason=reason, by=by) for id_ in sorted(released)]
        return work.documents.move(moves, expect=Status.READ, to=Status.REJECTED)

    return _by_slices(store, ids, act, report)


def reopen(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Let documents that were rejected, filed or taken for duplicates be decided again; returns those that were."""

    def act(work: Work, some: Sequence[int]) -> set[int]:
        return set().union(*(_move(work, some, status, "reopened", reason, by) for status in CLOSED))

    return _by_slices(store, ids, act, report)


def _move(work: Work, ids: Sequence[int], expect: Status, action: str, reason: str, by: str) -> set[int]:
    moves = [Move(id=id_, action=action, reason=reason, by=by) for id_ in ids]
    moved = work.documents.move(moves, expect=expect, to=Status.READ)
    work.needs.meet(moved)
    return moved


def _by_slices(
    store: Store, ids: Sequence[int], act: Callable[[Work, Sequence[int]], set[int]], report: Report
) -> set[int]:
    """Each slice in a transaction of its own, so that nothing else waits long."""
    moved: set[int] = set()
    done = 0
    for some in split(ids):
        report(done, len(ids))
        with store.begin() as work:
            moved |= act(work, some)
        done += len(some)
    report(done, len(ids))
    return moved
