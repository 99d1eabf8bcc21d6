"""A week of the product's own jobs in seconds: whatever ends in between is made anew, and what is old is dropped."""

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import pytest
from tests.acceptance.workbench import KEY, Bench, change_rows, drop_mail, list_our_bills
from tests.processes import COMPANY, LINK

from ml_connector.app.running.retention import Retention
from ml_connector.config import RetentionSettings, ScheduleSettings
from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.memory import run_until
from ml_connector.engine.tasks import Done, Task, Turn
from ml_connector.engine.worker import Worker

DAY: Final = timedelta(days=1)
STEP: Final = timedelta(minutes=70)  # longer than a token of Cleo and a session of Intacct last
DAYS: Final = 7
KEPT: Final = RetentionSettings.model_validate({"exchanges": "2d"})


@dataclass(slots=True, kw_only=True)
class SlowTurn:
    """A turn in which each step takes longer than tokens and sessions last."""

    turn: Turn
    bench: Bench
    shunned: frozenset[str] = field(default=frozenset())

    def check(self) -> None:
        self.bench.move_time(STEP)
        self.turn.check()


@dataclass(slots=True, kw_only=True)
class Week:
    bench: Bench
    log_ins: list[dict[str, int]] = field(default_factory=list)  #: of each job, by system

    def run(self, until: datetime) -> None:
        bench = self.bench
        retention = Retention(store=bench.app.store, settings=KEPT, clock=bench.time)
        with closing(bench.app.make_keeper()) as keeper:
            listed = bench.app.list_tasks(keeper)
            tasks = [replace(task, work=partial(self._work, task)) for task in listed]
            run_until(
                until,
                dispatcher=Dispatcher(bench.app.store, tasks, tidy=retention.tidy),
                worker=Worker(bench.app.store, tasks, clock=bench.time, lease=DAY, share=DAY),
                clock=bench.time,
                set_clock=lambda now: bench.move_time(now - bench.time()),
            )

    def _work(self, task: Task, turn: Turn) -> Done:
        with self.bench.app.store.look() as work:
            newest = work.standing.find_newest_exchange()
        done = task.work(SlowTurn(turn=turn, bench=self.bench))
        counting = (
            "SELECT system, count(*) FROM meter WHERE (purpose LIKE 'log in%' OR purpose LIKE 'refresh%' "
            f"OR purpose LIKE 'getAPISession%') AND id > {newest} GROUP BY system"
        )
        self.log_ins.append(dict(change_rows(self.bench.url, counting)))
        return done


@pytest.fixture
def week(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Week:
    """The jobs read the configuration anew, with what the environment says."""
    told = {**bench.systems.connector.environment, **KEY, "ML_CONNECTOR_STORE_URL": bench.url}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings = bench.app.settings
    schedule = ScheduleSettings(poll="every 12 hours", sync="every 24 hours")
    link = settings.links[LINK]
    link = replace(link, settings=link.settings.model_copy(update={"schedule": schedule}))
    bench.app = replace(bench.app, settings=replace(settings, links={LINK: link}))
    return Week(bench=bench)


def test_in_a_week_tokens_and_sessions_end_again_and_again_and_nothing_grows_but_the_record(
    week: Week,
) -> None:
    bench = week.bench
    begun = bench.time()

    numbers: list[str] = []

    for day in range(DAYS):
        numbers += drop_mail(bench, 1).numbers
        week.run(begun + (day + 1) * DAY)

    assert [len(list_our_bills(bench, number)) for number in numbers] == [1] * 2 * DAYS
    for system in ("cleo", "intacct"):
        assert sum(job.get(system, 0) > 1 for job in week.log_ins) >= DAYS, "none ended within a job"
    with bench.app.store.look() as work:
        exchanges = work.meter.list_exchanges(LINK, limit=10_000)
        usage = work.meter.list_usage(COMPANY, date.min, date.max)
        jobs = work.jobs.list()
    assert [line for line in exchanges if line.outcome != "ok"] == []
    assert min(line.started for line in exchanges) >= bench.time() - 3 * DAY
    assert sum(row.transactions for row in usage if row.flow == "post") == 2 * DAYS
    assert usage[0].day <= (begun + DAY).date()
    assert [job.outcome for job in jobs.values()] == ["", "", ""]


def test_a_run_by_hand_drops_what_is_too_old_as_well(bench: Bench) -> None:
    bench.once()
    bench.move_time(20 * DAY)

    bench.once()

    with bench.app.store.look() as work:
        exchanges = work.meter.list_exchanges(LINK, limit=10_000)
    assert bench.app.settings.retention.exchanges == 14 * DAY
    assert min(line.started for line in exchanges) > bench.time() - DAY
