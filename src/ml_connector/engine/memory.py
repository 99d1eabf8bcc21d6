"""Runs everything in one thread on a clock that is set forward: weeks in seconds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.worker import Worker

_STEP: Final = timedelta(seconds=1)


def run_until(
    end: datetime,
    *,
    dispatcher: Dispatcher,
    worker: Worker,
    clock: Callable[[], datetime],
    set_clock: Callable[[datetime], None],
) -> None:
    """Do what is due, set the clock to when there is something to do again, and so on until the end."""
    while clock() < end:
        worker.beat()
        for job in dispatcher.tick():
            worker.perform(job.key, job.generation)
        dispatcher.tidy()
        following = dispatcher.find_next()
        if following is None:
            set_clock(end)
            return
        set_clock(min(max(following, clock() + _STEP), end))
