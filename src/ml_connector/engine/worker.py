"""Does jobs, one at a time in each thread, and gives the signs of life that keep others from taking them over."""

import logging
import math
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ml_connector.engine.circuits import PATIENCE, Patience, is_left_alone, note_failure, note_success
from ml_connector.engine.current import at_work
from ml_connector.engine.tasks import Done, Interrupted, Task
from ml_connector.records.schedules import Circuit, Job, JobKey
from ml_connector.store import Store, Work

LOG: Final = logging.getLogger("ml_connector.engine")
_LEASE: Final = timedelta(seconds=30)
_SHARE: Final = timedelta(seconds=3)
_NOTHING: Final = math.inf  # the rank of what nobody waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTurn:
    """A job's place at work. `check` looks only into memory, so that it may be called often."""

    job: Job
    shunned: frozenset[str]
    find_hindrance: Callable[[Job], str]

    def check(self) -> None:
        if reason := self.find_hindrance(self.job):
            raise Interrupted(reason)


class Worker:
    """One process's hands."""

    def __init__(
        self,
        store: Store,
        tasks: Iterable[Task],
        *,
        clock: Callable[[], datetime],
        lease: timedelta = _LEASE,
        share: timedelta = _SHARE,
        patience: Patience = PATIENCE,
    ) -> None:
        """A job makes room for what comes first, or waits as well, once it had its `share` of time."""
        self._store = store
        self._tasks = {task.key: task for task in tasks}
        self._clock = clock
        self._lease = lease
        self._share = share
        self._patience = patience
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)
        self._running: set[str] = set()
        self._kept: frozenset[str] = frozenset()
        self._wanting: Mapping[str, int] = {}
        self._beaten = clock()
        self._stopping = False

    def beat(self) -> None:
        """A sign of life for all that runs here; to be given several times in a lease."""
        with self._lock:
            with self._store.begin() as work:
                work.workers.note_sign()
                work.slots.keep(self._running, self._lease)
                self._kept = work.jobs.keep(self._running, self._lease)
                self._wanting = work.jobs.list_wanting(self._tasks)
            self._beaten = self._clock()

    def look_round(self) -> None:
        """See who waits for the gateways of what runs here; to be called often, so that nobody waits much longer
        than for the share of whoever is there.
        """
        if self._running:
            with self._store.look() as work:
                self._wanting = work.jobs.list_wanting(self._tasks)

    def stop(self) -> None:
        """Let what runs end with its next step, and begin nothing more."""
        with self._lock:
            self._stopping = True

    def await_end(self) -> None:
        """Wait until nothing runs here: as long as something may be sent, others must see this process live."""
        with self._ended:
            self._ended.wait_for(lambda: not self._running)

    def perform(self, key: JobKey, generation: int) -> None:
        """Do a job that was handed out; nothing when others have it, or its company's gateway is taken."""
        task = self._tasks.get(key)
        begun = None if task is None else self._begin(task, generation)
        if task is None or begun is None:
            return
        try:
            with at_work(begun[0]):
                self._do(task, *begun)
        finally:
            with self._ended:
                self._running.discard(begun[0].run_name)
                self._ended.notify_all()

    def _do(self, task: Task, job: Job, shunned: frozenset[str]) -> None:
        LOG.info("begun")
        turn = HeldTurn(
            job=job,
            shunned=shunned,
            find_hindrance=self._find_hindrance,
        )
        try:
            done = task.work(turn)
        except Interrupted as reason:
            LOG.info("interrupted: %s", reason)
            self._put_back(task, job)
        except Exception as error:
            LOG.exception("ended by a fault")
            wait = self._patience.wait_after(job.attempts + 1)
            fault = f"{type(error).__name__}: {error}"
            self._finish(task, job, Done(), fault=fault, again=self._clock() + wait)
        else:
            self._finish(task, job, done)

    def _begin(self, task: Task, generation: int) -> tuple[Job, frozenset[str]] | None:
        with self._lock, self._store.begin() as work:
            if self._stopping:
                return None
            job = work.jobs.claim(task.key, generation, lease=self._lease)
            if job is None:
                return None
            if task.company and not work.slots.take(task.company, job=job.run_name, lease=self._lease):
                work.jobs.put_back(job, not_before=work.now)
                return None
            self._running.add(job.run_name)
            self._kept |= {job.run_name}
            if task.company:
                self._wanting = self._look_at(task.company, work)
            circuits = work.schedules.list_circuits(task.key.link).values()
            return job, frozenset(c.system for c in circuits if is_left_alone(c, work.now))

    def _look_at(self, company: str, work: Work) -> Mapping[str, int]:
        """Who waits, seen anew for one company: of the others there may be thousands."""
        others = {name: rank for name, rank in self._wanting.items() if name != company}
        return {**others, **work.jobs.list_wanting(self._tasks, company=company)}

    def _find_hindrance(self, job: Job) -> str:
        """Why the job is to end; empty for going on."""
        if self._stopping:
            return "the program ends"
        if job.run_name not in self._kept or self._clock() - self._beaten >= self._lease:
            return "others may have taken it over"
        if self._is_outranked(job):
            return "others wait for the gateway"
        return ""

    def _is_outranked(self, job: Job) -> bool:
        """Whether it has to make room, also for what is no more important and waits.

        Not before it had its share, or what never rests would keep it from its end.
        """
        had = timedelta(0) if job.started is None else self._clock() - job.started
        return had >= self._share and self._wanting.get(job.company, _NOTHING) <= job.rank

    def _put_back(self, task: Task, job: Job) -> None:
        with self._store.begin() as work:
            work.jobs.put_back(job, not_before=work.now)
            work.slots.give_back(task.company, job=job.run_name)

    def _finish(
        self, task: Task, job: Job, done: Done, *, fault: str = "", again: datetime | None = None
    ) -> None:
        with self._store.begin() as work:
            retries = self._note_circuits(work, task.key.link, done)
            outcome = fault or " · ".join(f"{system}: {message}" for system, message in done.troubles)
            work.jobs.finish(job, outcome=outcome, again=min(retries, default=again))
            work.slots.give_back(task.company, job=job.run_name)
            for key in done.then:
                work.schedules.hasten(key)
        level = logging.WARNING if outcome else logging.INFO
        LOG.log(level, "ended: %s", outcome or "all done")

    def _note_circuits(self, work: Work, link: str, done: Done) -> list[datetime]:
        """Note how each system did; when those that failed are tried again."""
        known = work.schedules.list_circuits(link)
        reasons = dict(done.troubles)
        retries: list[datetime] = []
        for system in sorted(done.reached | reasons.keys()):
            before = known.get((link, system), Circuit(link=link, system=system))
            after = (
                note_failure(before, work.now, reasons[system], self._patience)
                if system in reasons
                else note_success(before)
            )
            if after != before:
                work.schedules.put_circuit(after)
                _tell_of_circuit(before, after)
            if system in reasons and after.next_try is not None:
                retries.append(after.next_try)
        return retries


def _tell_of_circuit(before: Circuit, after: Circuit) -> None:
    """An open circuit must not go unseen."""
    names = {"link": after.link, "system": after.system}
    if after.open_since and not before.open_since:
        LOG.error("%s is left alone now: %s", after.system, after.reason, extra=names)
    if before.open_since and not after.open_since:
        LOG.info("%s answers again", after.system, extra=names)
