"""What people see and change of what runs by itself."""

import json
import logging
import sys
from pathlib import Path

from tests.unit.cli.desk import NOW, Desk, set_up

from ml_connector.cli.log_lines import JsonFormatter, TextFormatter
from ml_connector.engine.current import at_work
from ml_connector.records.schedules import Circuit, Job, JobKey, JobState
from ml_connector.store import Store

POLL = JobKey(link="main", kind="poll")


def fail_once(store: Store) -> None:
    """A poll that met Cleo away, and opened its circuit."""
    with store.begin() as work:
        work.jobs.queue(POLL, company="BRINDLE", rank=0)
        (job,) = work.jobs.hand_out([POLL], busy=frozenset(), most=1)
        running = work.jobs.claim(POLL, job.generation, lease=NOW - NOW)
        assert running is not None
        work.jobs.finish(running, outcome="cleo: receive: no answer", again=NOW)
        circuit = Circuit(
            link="main", system="cleo", failures=3, open_since=NOW, next_try=NOW, reason="no answer"
        )
        work.schedules.put_circuit(circuit)


def test_schedules_show_what_is_due_and_how_it_ended_and_what_is_left_alone(desk: Desk) -> None:
    with desk.open_store() as store:
        fail_once(store)

    shown = desk.run("schedules", columns=140)

    assert shown.exit_code == 0
    assert "main/poll" in shown.stdout
    assert "every 5 minutes" in shown.stdout
    assert "waiting" in shown.stdout
    assert "main/poll: cleo: receive: no answer" in shown.stdout
    assert "main: cleo is left alone since 2031-03-14 12:00:00 UTC" in shown.stdout
    assert "publish" not in shown.stdout


def test_schedules_are_told_to_machines(desk: Desk) -> None:
    with desk.open_store() as store:
        fail_once(store)

    told = json.loads(desk.run("schedules", "--json").stdout)

    assert [(line["kind"], line["state"]) for line in told["lines"]] == [
        ("poll", "waiting"),
        ("sync", "idle"),
        ("reconcile", "idle"),
    ]
    assert [circuit["system"] for circuit in told["circuits"]] == ["cleo"]


def test_jobs_are_paused_and_resumed_and_it_is_said_when_nothing_changed(desk: Desk) -> None:
    assert desk.run("pause", "poll", "--by", "Ana").stdout == "main/poll: paused\n"
    assert "paused by Ana" in desk.run("schedules", columns=140).stdout
    rest = "main/sync: paused\nmain/reconcile: paused\n"
    assert desk.run("pause").stdout == f"main/poll: was paused already\n{rest}"
    assert desk.run("resume", "sync").stdout == "main/sync: resumed\n"
    assert desk.run("resume", "sync").stdout == "main/sync: was not paused\n"
    assert "paused" in desk.run("audit", "show", "link:main").stdout


def test_a_job_that_is_triggered_runs_as_soon_as_it_can(desk: Desk) -> None:
    assert desk.run("trigger", "poll").stdout == "main/poll: runs as soon as it can\n"

    with desk.open_store() as store, store.begin() as work:
        assert work.schedules.list()[POLL].wanted is not None


def test_a_job_the_link_does_not_have_is_refused(desk: Desk) -> None:
    refused = desk.run("pause", "publish")

    assert refused.exit_code == 2
    assert refused.stderr == "link main has no job 'publish'; there are: poll, sync, reconcile\n"


def test_a_schedule_that_says_nothing_is_refused_with_its_key_and_examples(
    tmp_path: Path, store_url: str
) -> None:
    desk = set_up(tmp_path, store_url, "main")
    path = tmp_path / "ml-connector.toml"
    path.write_text(
        f'{path.read_text()}\n[link.main.schedule]\npoll = "now and then"\nblackout = ["tomorrow"]\n'
    )

    refused = desk.run("schedules")

    assert refused.exit_code == 3
    first, second = refused.stderr.splitlines()
    assert first.startswith(
        f"{path}: link.main.schedule.poll: 'now and then' says no schedule; write it like"
    )
    assert second.startswith(
        f"{path}: link.main.schedule.blackout: 'tomorrow' says no blackout; write it like"
    )


def test_a_zone_that_is_none_is_refused(tmp_path: Path, store_url: str) -> None:
    desk = set_up(tmp_path, store_url, "main")
    path = tmp_path / "ml-connector.toml"
    path.write_text(f'{path.read_text()}\n[link.main.schedule]\nzone = "New York"\n')

    refused = desk.run("schedules")

    assert refused.exit_code == 3
    assert "link.main.schedule.zone: 'New York' is no time zone" in refused.stderr


def test_a_log_line_is_one_json_object_with_what_it_is_about() -> None:
    try:
        [].pop()
    except IndexError:
        record = logging.LogRecord(
            "ml_connector.jobs", logging.WARNING, __file__, 1, "a\nb %s", ("c",), sys.exc_info()
        )
    record.link, record.document = "main", 12

    (line,) = JsonFormatter().format(record).splitlines()
    told = json.loads(line)

    assert (told["level"], told["message"], told["link"], told["document"]) == (
        "warning",
        "a\nb c",
        "main",
        12,
    )
    assert told["error"].endswith("IndexError: pop from empty list")


def test_a_line_about_no_job_and_no_document_says_so() -> None:
    told = json.loads(JsonFormatter().format(make_record("running as %s", "ap1:0")))

    assert list(told) == ["at", "level", "logger", "message", "link", "document"]
    assert (told["link"], told["document"]) == (None, None)


def test_whoever_logs_while_a_job_is_done_its_line_names_the_job() -> None:
    job = Job(key=POLL, company="", rank=0, generation=3, state=JobState.RUNNING, not_before=NOW)
    record = make_record("Cleo does not offer %s", "move")
    with at_work(job):
        told = json.loads(JsonFormatter().format(record))
        text = TextFormatter().format(record)

    assert (told["link"], told["kind"], told["generation"], told["document"]) == ("main", "poll", 3, None)
    assert text.endswith(" warning main/poll: Cleo does not offer move")
    assert json.loads(JsonFormatter().format(record))["link"] is None


def test_a_line_for_people_is_one_line_that_can_do_nothing_to_their_terminal() -> None:
    record = make_record("%s posted", "Q-1\x1b[2J\nforged")
    record.link, record.document = "main", 12

    assert TextFormatter().format(record).endswith(r" warning main #12: Q-1\u001b[2J\nforged posted")


def make_record(message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("ml_connector.jobs", logging.WARNING, __file__, 1, message, values, None)
