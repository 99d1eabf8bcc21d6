"""Runs on and on, on one machine or on several: the only importer of dbos.

What is to be done stands in our store; a process takes as much of it as it has hands free, and dbos does each once,
and again after a crash. Its rows hold nothing but names and numbers and can be lost at any time: what was handed out
and did not begin within a minute is handed out again, and older generations do nothing.

Its own schedules are not used: after a laptop was suspended they begin every run that was missed.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from ml_connector.engine import clock
from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.hands import Hands
from ml_connector.engine.pulse import Pulse
from ml_connector.engine.worker import Worker
from ml_connector.records.schedules import Job, JobKey

LOG: Final = logging.getLogger("ml_connector.engine")
_SCHEMA: Final = "ml_connector_engine"
_VERSION: Final = "1"  # of what is handed out: raised when a job means something else than before
_AT_ONCE: Final = 1000
_TIMES: Final = 20  # at most in one round, which others wait for
_SPARE: Final = 4  # threads of dbos for what it does itself
_LAUNCHES: Final = 5
_BREATH: Final = 0.1  # seconds between two looks for what waits, however many jobs end


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are looked after."""

    poll: timedelta = timedelta(seconds=1)
    beat: timedelta = timedelta(seconds=5)  #: several times in a lease
    purge: timedelta = timedelta(minutes=1)  #: of what was kept long enough
    keep: timedelta = timedelta(minutes=10)  #: rows of dbos whose jobs are over
    hands: int = 8  #: jobs at a time in this process
    patience: timedelta = timedelta(seconds=30)  #: of dbos with what still runs when the program is to end


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
    hands = Hands(pace.hands)
    perform = _launch(place, worker, hands, pace)
    LOG.info("running as %s", place.seat)
    ended = threading.Event()
    note_beat, note_round = (partial(pulse.note, loop) for loop in ("beat", "rounds"))
    beats = (worker.beat, partial(ended.wait, pace.beat.total_seconds()), note_beat)
    beating = threading.Thread(target=_repeat, args=beats, daemon=True, name="beat")
    beating.start()
    rounds = _Rounds(dispatcher=dispatcher, worker=worker, perform=perform, hands=hands, pace=pace)
    try:
        _repeat(rounds.go, partial(rounds.rest, stop), note_round)
    finally:
        LOG.info("ending: what runs may finish its step")
        worker.stop()
        DBOS.destroy(
            destroy_registry=True, workflow_completion_timeout_sec=int(pace.patience.total_seconds())
        )
        worker.await_end()
        ended.set()
        beating.join()


def _launch(
    place: Place, worker: Worker, hands: Hands, pace: Pace, *, tries: int = _LAUNCHES
) -> Callable[[str, str, int], None]:
    """Begin, again if it has to be: where rows of dbos vanish while it begins, it says that they are missing."""
    perform = _prepare(place, worker, hands, pace)
    try:
        DBOS.launch()
    except Exception as error:
        DBOS.destroy(destroy_registry=True)
        if tries == 1:
            raise
        LOG.warning("cannot begin: %s; trying again", error)
        return _launch(place, worker, hands, pace, tries=tries - 1)
    return perform


def _prepare(place: Place, worker: Worker, hands: Hands, pace: Pace) -> Callable[[str, str, int], None]:
    config: DBOSConfig = {
        "name": "ml-connector",
        "system_database_url": place.home,
        "dbos_system_schema": _SCHEMA,
        "executor_id": place.seat,
        "application_version": _VERSION,
        "serializer": DBOSPortableJSONSerializer(),
        "use_listen_notify": False,
        "max_executor_threads": pace.hands + _SPARE,
        "log_level": "WARNING",
    }
    DBOS(config=config)
    _listen_to_dbos()

    @DBOS.workflow(name="job")
    def perform(link: str, kind: str, generation: int) -> None:
        try:
            worker.perform(JobKey(link=link, kind=kind), generation)
        finally:
            hands.let_go(str(DBOS.workflow_id))

    return perform


def _listen_to_dbos() -> None:
    """Its messages go where ours go, not past them to the terminal: it brings a handler wherever there is none."""
    logger = logging.getLogger("dbos")
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = True


@dataclass(slots=True, kw_only=True)
class _Rounds:
    """What is looked after again and again: what is due at each poll, what waits whenever a hand comes free."""

    dispatcher: Dispatcher
    worker: Worker
    perform: Callable[[str, str, int], None]
    hands: Hands
    pace: Pace
    polled: float = -math.inf  #: by the clock that is never set
    purged: float = -math.inf

    def go(self) -> None:
        now, free = time.monotonic(), self.hands.count_free()
        if now - self.polled >= self.pace.poll.total_seconds():
            self.polled = now
            jobs = self.dispatcher.tick(free)
            self.worker.look_round()
        else:
            jobs = self.dispatcher.hand_out(free) if free else ()
        for job in jobs:
            self._start(job)
        if now - self.purged >= self.pace.purge.total_seconds():
            self.purged = now
            self._purge(clock.now() - self.pace.keep)
            self.dispatcher.tidy()

    def rest(self, stop: threading.Event) -> bool:
        """Until the next round; whether there is to be none."""
        poll = self.pace.poll.total_seconds()
        if stop.wait(min(_BREATH, poll)):
            return True
        self.hands.await_free(max(0.0, self.polled + poll - time.monotonic()))
        return stop.is_set()

    def _start(self, job: Job) -> None:
        self.hands.take(job.run_name)
        with SetWorkflowID(job.run_name):
            DBOS.start_workflow(self.perform, job.key.link, job.key.kind, job.generation)

    def _purge(self, before: datetime) -> None:
        """Drop old rows, also of processes that will never come again; not those of what still waits or runs."""
        current = self.dispatcher.list_current()
        self.hands.keep(
            current
        )  # one may wait for a run that dbos, by rows of another store, believes to be over
        for _ in range(_TIMES):
            rows = DBOS.list_workflows(
                end_time=before.isoformat(), limit=_AT_ONCE, load_input=False, load_output=False
            )
            if over := [row.workflow_id for row in rows if row.workflow_id not in current]:
                DBOS.delete_workflows(over)
            if len(rows) < _AT_ONCE or not over:
                return


def _repeat(action: Callable[[], object], pause: Callable[[], bool], note: Callable[..., None]) -> None:
    """Do it at once, then again and again until `pause` says that it is over.

    An error is told, and may have passed the next time.
    """
    over = False
    while not over:
        well = False
        try:
            action()
            well = True
        except Exception:
            LOG.exception("cannot look after the jobs now; trying again")
        note(well=well)
        over = pause()
