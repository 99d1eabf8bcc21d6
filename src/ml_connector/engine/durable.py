"""Runs on and on, on one machine or on several: the only importer of dbos.

What is to be done stands in our store; dbos brings what was handed out to a process that has a hand free, once, and
again after a crash. Its rows hold nothing but names and numbers and can be lost at any time: what was handed out and
did not begin within a minute is handed out again, and older generations do nothing.

Its own schedules are not used: after a laptop was suspended they begin every run that was missed.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from ml_connector.engine import clock
from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.pulse import Pulse
from ml_connector.engine.worker import Worker
from ml_connector.records.schedules import Job, JobKey

LOG: Final = logging.getLogger("ml_connector.engine")
_QUEUE: Final = "jobs"
_SCHEMA: Final = "ml_connector_engine"
_VERSION: Final = "1"  # of what is handed out: raised when a job means something else than before
_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are looked after."""

    poll: timedelta = timedelta(seconds=1)
    beat: timedelta = timedelta(seconds=5)  #: several times in a lease
    purge: timedelta = timedelta(minutes=1)
    keep: timedelta = timedelta(minutes=10)  #: rows of dbos whose jobs are over
    hands: int = 8  #: jobs at a time in this process
    patience: timedelta = timedelta(seconds=30)  #: for what still runs when the program is to end


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a process works."""

    home: str = field(repr=False)  #: the address of dbos's rows; may hold a password
    seat: str  #: a name that no other living process has


def run(
    place: Place,
    *,
    dispatcher: Dispatcher,
    worker: Worker,
    stop: threading.Event,
    pulse: Pulse,
    pace: Pace = Pace(),
) -> None:
    """Do what is due until `stop` is set; then let what runs end with its next step.

    The caller's logging takes dbos's warnings as well.
    """
    perform = _launch(place, worker, pace)
    LOG.info("running as %s", place.seat)
    ended = threading.Event()
    note_beat, note_round = (partial(pulse.note, loop) for loop in ("beat", "rounds"))
    beats = (worker.beat, pace.beat, ended, note_beat)
    beating = threading.Thread(target=_repeat, args=beats, daemon=True, name="beat")
    beating.start()
    rounds = _Rounds(dispatcher=dispatcher, perform=perform, pace=pace)
    try:
        _repeat(rounds.go, pace.poll, stop, note_round)
    finally:
        LOG.info("ending: what runs may finish its step")
        worker.stop()
        DBOS.destroy(
            destroy_registry=True, workflow_completion_timeout_sec=int(pace.patience.total_seconds())
        )
        ended.set()
        beating.join()


def _launch(place: Place, worker: Worker, pace: Pace) -> Callable[[str, str, int], None]:
    config: DBOSConfig = {
        "name": "ml-connector",
        "system_database_url": place.home,
        "dbos_system_schema": _SCHEMA,
        "executor_id": place.seat,
        "application_version": _VERSION,
        "serializer": DBOSPortableJSONSerializer(),
        "use_listen_notify": False,
        "log_level": "WARNING",
    }
    DBOS(config=config)
    _listen_to_dbos()

    @DBOS.workflow(name="job")
    def perform(link: str, kind: str, generation: int) -> None:
        worker.perform(JobKey(link=link, kind=kind), generation)

    DBOS.launch()
    _register_queue(pace)
    return perform


def _register_queue(pace: Pace) -> None:
    DBOS.register_queue(
        _QUEUE,
        worker_concurrency=pace.hands,
        polling_interval_sec=pace.poll.total_seconds(),
        on_conflict="always_update",
    )


def _listen_to_dbos() -> None:
    """Its messages go where ours go, not past them to the terminal: it brings a handler wherever there is none."""
    logger = logging.getLogger("dbos")
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = True


@dataclass(slots=True, kw_only=True)
class _Rounds:
    """What is looked after again and again."""

    dispatcher: Dispatcher
    perform: Callable[[str, str, int], None]
    pace: Pace
    purged: datetime | None = None

    def go(self) -> None:
        if DBOS.retrieve_queue(_QUEUE) is None:  # it is a row too, and without it nobody takes from the queue
            _register_queue(self.pace)
        for job in self.dispatcher.tick():
            self._enqueue(job)
        now = clock.now()
        if self.purged is None or not timedelta(0) <= now - self.purged < self.pace.purge:
            self.purged = now
            self._purge(now - self.pace.keep)

    def _enqueue(self, job: Job) -> None:
        with SetWorkflowID(job.run_name):
            DBOS.enqueue_workflow(_QUEUE, self.perform, job.key.link, job.key.kind, job.generation)

    def _purge(self, before: datetime) -> None:
        """Drop old rows, also of processes that will never come again; not those of what still waits or runs."""
        current = self.dispatcher.list_current()
        rows = DBOS.list_workflows(
            end_time=before.isoformat(), limit=_AT_ONCE, load_input=False, load_output=False
        )
        if over := [row.workflow_id for row in rows if row.workflow_id not in current]:
            DBOS.delete_workflows(over)


def _repeat(
    action: Callable[[], object], every: timedelta, stop: threading.Event, note: Callable[..., None]
) -> None:
    """Do it again and again until stopped. An error is told, and may have passed the next time."""
    while not stop.wait(every.total_seconds()):
        well = False
        try:
            action()
            well = True
        except Exception:
            LOG.exception("cannot look after the jobs now; trying again")
        note(well=well)
