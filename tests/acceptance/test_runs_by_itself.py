"""`ml-connector run` takes what comes, ends in order when it is told to, and loses nothing when it is killed."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import pytest
from benchmarks.processes import Sight
from benchmarks.soak import Sample, judge, soak
from tests.acceptance.trade import RULES, list_numbers, write_many
from tests.databases import run_sql
from tests.engine_rows import date_engine_rows_back, delete_engine_rows
from tests.processes import Line, run_line, wait_until

INVOICES: Final = 12
BATCH: Final = 10
SCHEDULE: Final = {
    "schedule.poll": "every 1 second",
    "schedule.sync": "every 1 second",
    "schedule.zone": "America/New_York",
}

ALL_PAUSED: Final = "".join(f"main/{kind}: paused\n" for kind in ("poll", "sync", "reconcile"))
OLD_EXCHANGES: Final = (  # two, as the newest of all is never dropped
    "INSERT INTO meter (link, system, flow, purpose, started, milliseconds, outcome, api_transactions, request, answer)"
    " SELECT 'main', 'cleo', 'files', 'list files', 0, 1, 'ok', 0, :nothing, :nothing FROM (VALUES (1), (2)) AS two"
)


@pytest.fixture
def line(tmp_path: Path, store_url: str) -> Iterator[Line]:
    with run_line(tmp_path, RULES, store_url=store_url, link_settings=SCHEDULE) as running:
        yield running


@contextmanager
def start(line: Line) -> Iterator[subprocess.Popen[str]]:
    """`ml-connector run`, its log in a file; killed at the end of the block if it still goes on."""
    log = line.connector.folder / "run.log"
    with (
        log.open("a") as opened,
        subprocess.Popen(
            line.connector.command("run"),
            cwd=line.connector.folder,
            env={**line.connector.environment, "ML_CONNECTOR_RUN_LISTEN": "127.0.0.1:0"},
            stdout=opened,
            stderr=opened,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def read_log(line: Line) -> list[dict[str, Any]]:
    text = (line.connector.folder / "run.log").read_text()
    return [json.loads(entry) for entry in text.splitlines()]


def find_poller(line: Line) -> str:
    """The process that polls now, if any."""
    return "".join(
        holder for (holder,) in run_sql(line.store_url, "SELECT holder FROM jobs WHERE kind = 'poll'")
    )


def ask(line: Line, path: str) -> tuple[int, str]:
    """What the process answers to who watches it: status and text."""
    said = [entry["message"] for entry in read_log(line)]
    place = next(text.rpartition("//")[2] for text in said if text.startswith("answering at"))
    connection = HTTPConnection(place, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def is_posted(line: Line, numbers: list[str]) -> bool:
    rows = run_sql(line.store_url, "SELECT number FROM documents WHERE status = 'posted' ORDER BY number")
    return [number for (number,) in rows] == numbers


def list_bills(line: Line) -> list[str]:
    return sorted(str(bill["RECORDID"]) for bill in line.intacct.bills())


def test_what_comes_while_it_runs_is_posted_people_hold_it_up_and_it_ends_in_order(line: Line) -> None:
    assert line.connector.run("pause", "--by", "Ana").stdout == ALL_PAUSED
    run_sql(line.store_url, OLD_EXCHANGES, nothing=b"")

    with start(line) as process:
        line.cleo.drop("late.edi", write_many(2))
        line.connector.run("trigger", "sync")
        wait_until(lambda: _is_done(line, "sync"), what="our copy was taken")
        shown = line.connector.run("schedules", "--json").json()
        assert [(job["kind"], job["state"], job["paused_by"]) for job in shown["lines"]] == [
            ("poll", "paused", "Ana"),
            ("sync", "paused", "Ana"),
            ("reconcile", "paused", "Ana"),
        ]
        assert line.cleo.names("/edi/inbound") == ["late.edi"]
        assert line.connector.run("resume", "poll").stdout == "main/poll: resumed\n"
        wait_until(lambda: is_posted(line, list_numbers(2)), what="the invoices are posted")
        assert [ask(line, path)[0] for path in ("/health", "/ready")] == [200, 200]
        assert 'ml_connector_documents{link="main",status="posted"} 2\n' in ask(line, "/metrics")[1]
        (worker,) = line.connector.run("status", "--json").json()["workers"]
        assert worker["state"] == "alive"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0

    log = read_log(line)
    assert all({"link", "document"} <= entry.keys() for entry in log)
    documents = [entry for entry in log if entry.get("status") == "posted"]
    assert {(entry["link"], entry["document"]) for entry in documents} == {("main", 1), ("main", 2)}
    assert [entry for entry in log if entry["level"] != "info"] == []
    assert list_bills(line) == list_numbers(2)
    assert line.connector.run("status", "--json").json()["workers"] == []
    assert run_sql(line.store_url, "SELECT count(*) FROM meter WHERE started = 0") < [(2,)]


def test_of_two_workers_one_is_killed_while_it_sends_and_the_other_goes_on_without_doubling_a_bill(
    line: Line,
) -> None:
    line.cleo.drop("many.edi", write_many(INVOICES))
    line.intacct.set_faults(
        {"match": {"function": "create"}, "action": "delay", "seconds": 60, "when": "after"}
    )
    with ExitStack() as stack:
        workers = [stack.enter_context(start(line)) for _ in range(2)]
        wait_until(lambda: len(line.intacct.bills()) == BATCH, what="the first batch is committed")
        holder = find_poller(line)
        (sender,) = (worker for worker in workers if holder.endswith(f":{worker.pid}"))
        sender.kill()
        line.intacct.clear_faults()

        wait_until(lambda: is_posted(line, list_numbers(INVOICES)), what="the other one posted the rest")
        assert not find_poller(line).endswith(f":{sender.pid}")

    assert list_bills(line) == list_numbers(INVOICES)


def test_all_rows_of_the_engine_vanish_while_it_sends_and_it_goes_on_and_books_each_invoice_once(
    line: Line,
) -> None:
    line.cleo.drop("many.edi", write_many(INVOICES))
    line.intacct.set_faults(
        {"match": {"function": "create"}, "action": "delay", "seconds": 1, "when": "after"}
    )
    with start(line) as process:
        wait_until(lambda: len(line.intacct.bills()) == BATCH, what="the first batch is committed")
        delete_engine_rows(line.store_url)
        line.intacct.clear_faults()
        wait_until(lambda: is_posted(line, list_numbers(INVOICES)), what="the rest is posted")
        line.cleo.drop("more.edi", write_many(INVOICES + 1))
        wait_until(lambda: not line.cleo.names("/edi/inbound"), what="it polls on")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0

    assert list_bills(line)[:INVOICES] == list_numbers(INVOICES)
    assert len(set(list_bills(line))) == len(list_bills(line))


def test_what_an_older_version_left_half_done_is_finished_by_the_new_one(line: Line) -> None:
    line.cleo.drop("many.edi", write_many(INVOICES))
    line.intacct.set_faults(
        {"match": {"function": "create"}, "action": "delay", "seconds": 60, "when": "after"}
    )
    with start(line) as old:
        wait_until(lambda: len(line.intacct.bills()) == BATCH, what="the first batch is committed")
        old.kill()
        old.wait()
    line.intacct.clear_faults()
    date_engine_rows_back(line.store_url, "0")

    with start(line):
        wait_until(lambda: is_posted(line, list_numbers(INVOICES)), what="the new one has posted all")

    assert list_bills(line) == list_numbers(INVOICES)


def test_in_a_minute_at_high_cadence_nothing_grows() -> None:
    assert judge(soak(60, "sqlite")) == ()


@pytest.mark.parametrize(
    ("memory", "files", "threads", "rows", "wrong"),
    [
        (0.1, 0, 0, 1, ""),
        (1.0, 0, 0, 1, "memory"),
        (0.0, 1, 0, 1, "open files"),
        (0.0, 0, 1, 1, "threads"),
        (0.0, 0, 0, 2, "rows"),
    ],
)
def test_what_grows_with_each_look_is_told(
    memory: float, files: int, threads: int, rows: int, wrong: str
) -> None:
    samples = [
        Sample(
            at=n * 60.0,
            sight=Sight(cpu=n, memory=100 + n * memory, files=20 + n * files, threads=10 + n * threads),
            jobs=100 * n,
            rows=100 * min(n, 10) * rows,
            documents=n,
        )
        for n in range(60)
    ]

    told = judge(samples)

    assert len(told) == bool(wrong)
    assert wrong in " ".join(told)


def _is_done(line: Line, kind: str) -> bool:
    rows = run_sql(line.store_url, "SELECT ended FROM jobs WHERE kind = :kind AND outcome = ''", kind=kind)
    return any(ended is not None for (ended,) in rows)
