"""Puts in line what is due, and hands out what may begin. All that is to be done stands in the store."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from ml_connector.engine.schedules import Schedule, due, find_next
from ml_connector.engine.tasks import Task
from ml_connector.records.schedules import Job, JobKey, JobState
from ml_connector.store import Store, Work

_MANY: Final = 64


class Dispatcher:
    """Any number of them may work on one store at the same time, in one process or in many."""

    def __init__(
        self,
        store: Store,
        tasks: Iterable[Task],
        *,
        lost: timedelta = timedelta(minutes=1),
        tidy: Callable[[], None],
    ) -> None:
        """What was handed out and did not begin for so long is `lost`, and is handed out again.

        `tidy` is to be called now and then: it drops what was kept long enough.
        """
        self.tidy = tidy
        self._store = store
        self._lost = lost
        self._tasks = {task.key: task for task in tasks}
        with store.begin() as work:
            work.schedules.add(self._tasks)

    def tick(self, most: int = _MANY) -> tuple[Job, ...]:
        """Put in line what is due, and hand out what is to begin now, no more than `most`.

        Safe to repeat: nothing is handed out twice unless it got lost.
        """
        with self._store.begin() as work:
            work.jobs.take_back()
            for key in due(self._describe(work).values(), work.now):
                task = self._tasks[key]
                work.jobs.queue(key, company=task.company, rank=task.rank)
                work.schedules.note_begun(key)
            return self._hand_out(work, most)

    def hand_out(self, most: int) -> tuple[Job, ...]:
        """What is to begin now of that which is in line already."""
        with self._store.begin() as work:
            return self._hand_out(work, most)

    def find_next(self) -> datetime | None:
        """When there will be something to begin or, should its holder be gone, to take over; None: never."""
        with self._store.begin() as work:
            jobs = work.jobs.list()
            idle = [schedule for schedule in self._describe(work).values() if not schedule.busy]
            moments = [find_next(schedule, work.now) for schedule in idle]
        known = (job for key, job in jobs.items() if key in self._tasks)
        moments += [job.not_before if _waits(job) else job.until for job in known]
        return min((moment for moment in moments if moment is not None), default=None)

    def list_current(self) -> frozenset[str]:
        """The names of all that waits or runs."""
        with self._store.begin() as work:
            jobs = work.jobs.list().values()
        return frozenset(job.run_name for job in jobs if job.state != JobState.IDLE)

    def _hand_out(self, work: Work, most: int) -> tuple[Job, ...]:
        return work.jobs.hand_out(self._tasks, busy=work.slots.list_busy(), most=most, lost=self._lost)

    def _describe(self, work: Work) -> Mapping[JobKey, Schedule]:
        states, jobs = work.schedules.list(), work.jobs.list()
        return {
            key: Schedule(
                timing=task.timing,
                blackouts=task.blackouts,
                state=states[key],
                busy=key in jobs and is_busy(jobs[key], work.now),
            )
            for key, task in self._tasks.items()
        }


def is_busy(job: Job, now: datetime) -> bool:
    """Whether it runs or may begin. One that waits for a later try does not keep its schedule from coming first."""
    return job.state == JobState.RUNNING or (_waits(job) and job.not_before <= now)


def _waits(job: Job) -> bool:
    return job.state == JobState.WAITING
