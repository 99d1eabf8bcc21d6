"""An engine without its own database: tasks of a test's own, a store, and a clock that is set forward."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.fakes import ManualClock

from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.memory import run_until
from ml_connector.engine.tasks import Done, Task, Turn
from ml_connector.engine.wording import parse_blackout, parse_timing
from ml_connector.engine.worker import Worker
from ml_connector.records.schedules import Circuit, Job, JobKey, ScheduleState
from ml_connector.store import Store, open_store

ZONE = ZoneInfo("America/New_York")


def succeed(turn: Turn) -> Done:
    turn.check()
    return Done(reached=frozenset({"intacct", "cleo"}) - turn.shunned)


@dataclass(slots=True, kw_only=True)
class Engine:
    """Tasks, and when each of them ran."""

    store: Store
    clock: ManualClock
    tasks: list[Task] = field(default_factory=list)
    runs: list[tuple[str, datetime]] = field(default_factory=list)
    going_on: list[str] = field(default_factory=list)
    tidy: Callable[[], None] = lambda: None

    def add(
        self,
        kind: str,
        timing: str,
        work: Callable[[Turn], Done] = succeed,
        *,
        link: str = "main",
        company: str = "BRINDLE",
        rank: int = 0,
        blackouts: tuple[str, ...] = (),
    ) -> JobKey:
        def watched(turn: Turn) -> Done:
            assert not self.going_on, "two at once at one gateway"
            self.runs.append((kind, self.clock.now))
            self.going_on.append(kind)
            try:
                return work(turn)
            finally:
                self.going_on.remove(kind)

        key = JobKey(link=link, kind=kind)
        self.tasks.append(
            Task(
                key=key,
                timing=parse_timing(timing, ZONE),
                blackouts=tuple(parse_blackout(text, ZONE) for text in blackouts),
                company=company,
                rank=rank,
                work=watched,
            )
        )
        return key

    def make(self, *, share: timedelta = timedelta(seconds=30)) -> tuple[Dispatcher, Worker]:
        worker = Worker(self.store, self.tasks, clock=self.clock, share=share)
        return Dispatcher(self.store, self.tasks, tidy=self.tidy), worker

    def run(self, passed: timedelta) -> None:
        """Let so much time go by."""
        dispatcher, worker = self.make()
        run_until(
            self.clock.now + passed,
            dispatcher=dispatcher,
            worker=worker,
            clock=self.clock,
            set_clock=self.set_clock,
        )

    def set_clock(self, now: datetime) -> None:
        self.clock.now = now

    def list_runs(self, kind: str) -> list[datetime]:
        return [at.astimezone(ZONE) for ran, at in self.runs if ran == kind]

    def find_job(self, key: JobKey) -> Job:
        with self.store.begin() as work:
            return work.jobs.list()[key]

    def find_schedule(self, key: JobKey) -> ScheduleState:
        with self.store.begin() as work:
            return work.schedules.list()[key]

    def find_circuit(self, system: str, link: str = "main") -> Circuit:
        with self.store.begin() as work:
            return work.schedules.list_circuits()[link, system]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def engine(store_url: str, clock: ManualClock) -> Iterator[Engine]:
    store = open_store(store_url, clock=clock, actor="mira")
    yield Engine(store=store, clock=clock)
    store.close()
