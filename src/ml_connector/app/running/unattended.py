"""A process that works by itself: its seat, its sign of life, its answers to those who watch it."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

from ml_connector.app.running.exposition import render_metrics
from ml_connector.app.running.metrics import list_metrics
from ml_connector.app.running.monitor import Routes, answer_at, expose, judge
from ml_connector.app.running.retention import Retention
from ml_connector.app.running.status import StatusView
from ml_connector.config import ConfigRefused, RunSettings, Settings
from ml_connector.engine.circuits import Patience
from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.pulse import Pulse
from ml_connector.engine.tasks import Task
from ml_connector.engine.worker import Worker
from ml_connector.records.standing import RequestSum
from ml_connector.store import Store

LOG: Final = logging.getLogger("ml_connector.run")
_STUCK: Final = timedelta(minutes=2)  # longer than a slow database lets a loop wait
_BEATS: Final = 6  # in a lease

Look = Callable[[], StatusView]


def run_unattended(
    store: Store,
    tasks: Sequence[Task],
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    stop: threading.Event,
    look: Look,
) -> None:
    """Do what is due until `stop` is set. Raises ConfigRefused when the place to listen at is taken."""
    from ml_connector.engine import durable  # noqa: PLC0415 (dbos takes half a second to load)

    run, pulse = settings.run, Pulse(clock)
    retention = Retention(store=store, settings=settings.retention, clock=clock)
    routes = _make_routes(store, lambda: _find_unready(pulse, stop, run), pulse, look)
    with _listen(run, routes), _sit(store) as seat:
        pace = durable.Pace(beat=run.lease / _BEATS)
        with store.begin() as work:
            work.workers.enter(seat, version=version("ml-connector"), hands=pace.hands)
        durable.run(
            durable.Place(home=store.prepare_home(), seat=seat),
            dispatcher=Dispatcher(store, tasks, lost=2 * run.lease, tidy=retention.tidy),
            worker=Worker(
                store,
                tasks,
                clock=clock,
                lease=run.lease,
                patience=Patience(first=run.retry_after),
            ),
            stop=stop,
            pulse=pulse,
            pace=pace,
        )
        with store.begin() as work:
            work.workers.leave()


@contextmanager
def _sit(store: Store) -> Iterator[str]:
    seat = store.take_seat()
    try:
        yield seat.name
    finally:
        seat.release()


@contextmanager
def _listen(settings: RunSettings, routes: Routes) -> Iterator[None]:
    if not settings.listen:
        yield
        return
    host, port = settings.place
    with ExitStack() as stack:
        try:
            found = stack.enter_context(answer_at(host, port, routes))
        except OSError as error:
            raise ConfigRefused([_describe_taken(settings.listen, error)]) from error
        LOG.info("answering at http://%s:%s", f"[{host}]" if ":" in host else host, found)
        yield


def _describe_taken(place: str, error: OSError) -> str:
    return (
        f"run.listen: {place} cannot be listened at: {error.strerror}; where several processes share a machine "
        "each needs a port of its own, as in ML_CONNECTOR_RUN_LISTEN"
    )


def _make_routes(
    store: Store, find_unready: Callable[[], tuple[str, ...]], pulse: Pulse, look: Look
) -> Routes:
    exchanges = ExchangeCounter(store)
    return {
        "/health": lambda: judge(tuple(f"{loop}: stuck" for loop in pulse.find_stuck(_STUCK))),
        "/ready": lambda: judge(find_unready()),
        "/metrics": lambda: expose(render_metrics(list_metrics(look(), exchanges.count()))),
    }


def _find_unready(pulse: Pulse, stop: threading.Event, settings: RunSettings) -> tuple[str, ...]:
    """Why this process does nothing now: its loops fail for so long that others take over, or it ends."""
    failing = tuple(f"{loop}: not done for a while" for loop in pulse.find_failing(settings.lease))
    return (*failing, *(("the program ends",) if stop.is_set() else ()))


class ExchangeCounter:
    """What was exchanged with the systems, by any process, since this one started. For one caller at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sums: dict[tuple[str, str, str, bool], RequestSum] = {}
        with store.look() as work:
            self._seen = work.standing.find_newest_exchange()

    def count(self) -> Iterable[RequestSum]:
        """Reads no more than what came since the last time."""
        with self._store.look() as work:
            newest = work.standing.find_newest_exchange()
            fresh = work.standing.sum_exchanges(after=self._seen, upto=newest)
        for each in fresh:
            place = (each.link, each.system, each.flow, each.ok)
            self._sums[place] = _add(self._sums[place], each) if place in self._sums else each
        self._seen = newest
        return self._sums.values()


def _add(one: RequestSum, other: RequestSum) -> RequestSum:
    return replace(
        one,
        requests=one.requests + other.requests,
        milliseconds=one.milliseconds + other.milliseconds,
        api_transactions=one.api_transactions + other.api_transactions,
    )
