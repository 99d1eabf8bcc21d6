"""How many API transactions a link may still cause in the month, and what waits when they are used up.

Beyond its hard limit a link asks Intacct for nothing that can wait: nothing is decided, posted or copied. What is in
doubt is looked for all the same, so that nothing stays half done.
"""

from collections.abc import Sequence
from typing import Final

from ml_connector.flows.run import Run
from ml_connector.intacct.meter import span_month
from ml_connector.records.status import Status

_WAITING: Final = (Status.READ, Status.READY)


def count_left(run: Run) -> int | None:
    """How many API transactions of the link's hard limit the company has left this month; None without a limit."""
    limit = run.link.hard_limit
    if limit is None:
        return None
    start, _ = span_month(run.clock())
    with run.store.begin() as work:
        used = work.meter.sum_usage(run.link.company, start.date(), run.clock().date())
    return max(limit - used, 0)


def is_at_limit(run: Run) -> bool:
    """Whether everything that can wait has to wait for the next month, or for a higher limit."""
    return count_left(run) == 0


def note_waiting(run: Run) -> None:
    """Say of each document that waits for the next month why it does; once, however often it is looked at."""
    reason = describe_limit(run)
    for status in _WAITING:
        ids: Sequence[int] = (0,)
        while ids:
            with run.store.begin() as work:
                ids = work.waiting.note(run.link.name, status, reason)


def describe_limit(run: Run) -> str:
    """The reason, the same all month long."""
    start, end = span_month(run.clock())
    return (
        f"the hard limit of {run.link.hard_limit:,} API transactions in {start:%B %Y} is reached; "
        f"it goes on by itself in {end:%B}, or when hard_limit in [link.{run.link.name}.meter] is raised"
    )
