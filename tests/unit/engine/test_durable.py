"""The engine that goes on: jobs are done, rows of dbos may vanish at any time and do not pile up."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dbos import _dbos
from dbos._schemas.system_database import SystemSchema
from sqlalchemy import create_engine, text
from tests.databases import Stores, run_sql
from tests.processes import wait_until

from ml_connector.engine import clock, durable
from ml_connector.engine.dispatch import Dispatcher
from ml_connector.engine.pulse import Pulse
from ml_connector.engine.tasks import Done, Task, Turn
from ml_connector.engine.wording import parse_timing
from ml_connector.engine.worker import Worker
from ml_connector.records.schedules import JobKey
from ml_connector.store import Store, open_store

QUICK = durable.Pace(
    poll=timedelta(milliseconds=50),
    beat=timedelta(milliseconds=200),
    purge=timedelta(milliseconds=100),
    keep=timedelta(0),
    patience=timedelta(seconds=20),
)

ROB_TWICE = """
CREATE TRIGGER rob AFTER INSERT ON application_versions WHEN (SELECT count(*) FROM robbed) < 2
BEGIN INSERT INTO robbed VALUES (1); DELETE FROM application_versions; END
"""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url, clock=clock.now, actor="mira")
    yield opened
    opened.close()


@dataclass(slots=True, kw_only=True)
class Running:
    """An engine in a thread of its own."""

    home: str
    runs: list[datetime]
    tidied: list[datetime] = field(default_factory=list)

    def change_rows(self, sql: str, table: str = "workflow_status") -> list[int]:
        """Whatever somebody does to the rows of dbos."""
        engine = create_engine(self.home)
        schema = "" if engine.dialect.name == "sqlite" else "ml_connector_engine."
        with engine.begin() as connection:
            result = connection.execute(text(sql.format(f"{schema}{table}")))
            found = [row[0] for row in result] if result.returns_rows else []
        engine.dispose()
        return found


def run_engine(
    store: Store,
    work: Callable[[Turn], Done],
    test: Callable[[Running], None],
    pace: durable.Pace = QUICK,
) -> Running:
    """Run one job ten times a second until the test has seen enough."""
    running = Running(home=store.prepare_home(), runs=[])

    def note(turn: Turn) -> Done:
        running.runs.append(datetime.now(UTC))
        return work(turn)

    timing = parse_timing("every 1 second", ZoneInfo("UTC"))
    tasks = [Task(key=JobKey(link="main", kind="poll"), timing=timing, company="BRINDLE", work=note)]
    stop = threading.Event()
    seen: list[BaseException] = []

    def watch() -> None:
        try:
            test(running)
        except BaseException as error:  # noqa: BLE001 (raised below, where pytest sees it)
            seen.append(error)
        stop.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    seat = store.take_seat()
    durable.run(
        durable.Place(home=running.home, seat=seat.name),
        dispatcher=Dispatcher(store, tasks, tidy=lambda: running.tidied.append(clock.now())),
        worker=Worker(store, tasks, clock=clock.now),
        stop=stop,
        pulse=Pulse(clock.now),
        pace=pace,
    )
    seat.release()
    watcher.join()
    for error in seen:
        raise error
    return running


def test_jobs_go_on_though_all_rows_of_dbos_vanish_and_they_do_not_pile_up(
    store: Store, store_url: str
) -> None:
    def watch(running: Running) -> None:
        wait_until(lambda: len(running.runs) >= 2, what="it ran twice")
        for table in reversed(SystemSchema.metadata_obj.sorted_tables):
            running.change_rows("DELETE FROM {}", table.name)
        before = len(running.runs)
        wait_until(lambda: len(running.runs) >= before + 3, what="it went on")
        wait_until(lambda: running.change_rows("SELECT count(*) FROM {}")[0] <= 2, what="rows are dropped")

    running = run_engine(store, lambda _: Done(), watch)

    assert run_sql(store_url, "SELECT state, outcome FROM jobs") == [("idle", "")]
    assert len(running.tidied) > 1
    assert run_sql(store_url, "SELECT holder FROM gateway_slots") == [("",)]
    assert all(later > earlier for earlier, later in zip(running.runs, running.runs[1:], strict=False))


def test_it_begins_though_rows_of_dbos_vanish_while_it_does(
    sqlite_stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_stores.make() as url:
        store = open_store(url, clock=clock.now, actor="mira")
        run_engine(
            store, lambda _: Done(), lambda running: wait_until(lambda: bool(running.runs), what="a run")
        )
        for change in ("DELETE FROM application_versions", "CREATE TABLE robbed (n INTEGER)", ROB_TWICE):
            run_sql(store.prepare_home(), change)

        running = run_engine(
            store,
            lambda _: Done(),
            lambda running: wait_until(lambda: bool(running.runs), what="another run"),
        )

        assert run_sql(running.home, "SELECT count(*) FROM robbed") == [(2,)]
        assert [line.message for line in caplog.records if "trying again" in line.message] == [
            "cannot begin: DBOS Error: No application versions found; trying again"
        ] * 2
        store.close()


def test_what_dbos_has_to_say_goes_where_our_own_lines_go(
    store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def watch(running: Running) -> None:
        wait_until(lambda: bool(running.runs), what="it runs")
        logging.getLogger("dbos").warning("something is odd")

    run_engine(store, lambda _: Done(), watch)

    assert ("dbos", logging.WARNING, "something is odd") in caplog.record_tuples
    assert "odd" not in capfd.readouterr().err


def test_what_runs_when_it_is_told_to_end_ends_with_its_next_step_and_waits_for_the_next_start(
    store: Store, store_url: str
) -> None:
    told = threading.Event()

    def work(turn: Turn) -> Done:
        told.wait()
        while True:
            turn.check()

    def watch(running: Running) -> None:
        wait_until(lambda: len(running.runs) == 1, what="it runs")
        told.set()

    run_engine(store, work, watch)
    assert run_sql(store_url, "SELECT state FROM jobs") == [("waiting",)]

    run_engine(
        store,
        lambda _: Done(),
        lambda running: wait_until(lambda: bool(running.runs), what="it runs again"),
    )


def test_a_process_ends_only_once_no_job_runs_however_late_that_is(store: Store, store_url: str) -> None:
    steps: list[datetime] = []

    def work(turn: Turn) -> Done:
        try:
            while True:
                turn.check()
        finally:
            wait_until(lambda: _dbos._dbos_global_instance is None, what="dbos has ended")
            for _ in range(50):
                with store.begin() as transaction:
                    steps.append(transaction.now)

    def watch(running: Running) -> None:
        wait_until(lambda: len(running.runs) == 1, what="it runs")

    run_engine(store, work, watch, replace(QUICK, patience=timedelta(0)))

    assert len(steps) == 50
    assert run_sql(store_url, "SELECT state FROM jobs") == [("waiting",)]


def test_a_seat_is_one_process_s_at_a_time_and_lasts(store: Store, store_url: str) -> None:
    other = open_store(store_url, clock=clock.now, actor="noor")
    first, second = store.take_seat(), other.take_seat()
    name = first.name
    assert second.name != name
    first.release()

    again = other.take_seat()

    assert again.name == name
    again.release()
    second.release()
    other.close()
