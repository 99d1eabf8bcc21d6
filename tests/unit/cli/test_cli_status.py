"""One screen says where everything stands, whoever runs, and changes nothing."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy.exc import DBAPIError
from tests.databases import read_everything
from tests.unit.cli.desk import NOW, Desk, set_up
from tests.unit.store.rows import NEW, ORIGIN

from ml_connector import config
from ml_connector.app import App
from ml_connector.app.running.status import StatusView
from ml_connector.cleo.capabilities import Capability, Lack
from ml_connector.cli.render.status import render_status, say_span
from ml_connector.cli.status import show_live
from ml_connector.records.documents import Move
from ml_connector.records.schedules import Circuit, JobKey
from ml_connector.records.status import Status
from ml_connector.store import Store, open_store

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SCREEN = """\
ml-connector 0.1.0 · 2031-03-14 12:00:14 UTC
workers  ap1:0 1 of 8 hands busy
jobs     1 running · 1 waiting · 1 idle
slots    BRINDLE main/poll 14 s

job             schedule         state    last began  next
main/poll       every 5 minutes  running  14 s ago    in 4 min
main/sync       every minute     waiting  14 s ago    in 46 s
main/reconcile  every hour       idle     –           now

backlog     documents    oldest  money
read                1      14 s  credits 20.00 EUR
held                2      14 s  241.00 USD
files     3 received

main: cleo left alone for 1 min, tried again at 12:01:00: gone
main/sync failed 14 s ago: intacct: fetch: no answer
main: Cleo offers no move since 2031-03-14 12:00; files that were read stay, an…
"""
POLL = JobKey(link="main", kind="poll")
LARGEST = Decimal("922337203685477.0000")


def add_document(store: Store, number: str, *, kind: str = "debit", **changes: Any) -> None:
    kept = store.keep([number.encode()])
    with store.begin() as work:
        file = work.files.add(link="main", origin=replace(ORIGIN, remote_id=number), kept=kept)
        key = replace(NEW.key, number=number, kind=kind)
        work.documents.add(file, [replace(NEW, key=key, **changes)])


def hold_all(store: Store) -> None:
    with store.begin() as work:
        moves = [Move(id=document.id, action="held") for document in work.documents.list("main")]
        work.documents.move(moves, expect=Status.READ, to=Status.HELD)


def begin(store: Store, kind: str, *, company: str = "BRINDLE") -> None:
    key = JobKey(link="main", kind=kind)
    with store.begin() as work:
        work.schedules.add([key])
        work.schedules.note_begun(key)
        work.jobs.queue(key, company=company, rank=0)
        (job,) = work.jobs.hand_out([key], busy=frozenset(), most=1)
        running = work.jobs.claim(key, job.generation, lease=MINUTE)
        assert running is not None
        assert work.slots.take(company, job=running.run_name, lease=MINUTE)


def break_down(store: Store) -> None:
    """A circuit is open, a sync failed, and Cleo moves no files."""
    key = JobKey(link="main", kind="sync")
    with store.begin() as work:
        work.schedules.add([key])
        work.schedules.note_begun(key)
        work.jobs.queue(key, company="BRINDLE", rank=1)
        (job,) = work.jobs.hand_out([key], busy=frozenset(), most=1)
        running = work.jobs.claim(key, job.generation, lease=MINUTE)
        assert running is not None
        work.jobs.finish(running, outcome="intacct: fetch: no answer", again=NOW + MINUTE)
        opened = Circuit(link="main", system="cleo", failures=3, open_since=NOW - MINUTE, reason="gone")
        work.schedules.put_circuit(replace(opened, next_try=NOW + MINUTE))
        lack = Lack(capability=Capability.MOVE, reason="405", since=NOW, probe_after=NOW + MINUTE)
        work.capabilities.put("main", lack)


def look(desk: Desk, *, later: timedelta = timedelta(0)) -> StatusView:
    """What is seen so much later than the store was filled."""
    settings = config.load(desk.folder / "ml-connector.toml", desk.environment)
    store = open_store(desk.store_url, clock=lambda: NOW + later, actor="noor")
    view = App(settings=settings, store=store, now=lambda: NOW + later).report_status()
    store.close()
    return view


def render(view: StatusView, *, width: int = 80, height: int = 23) -> list[str]:
    page = io.StringIO()
    Console(file=page, width=width, highlight=False).print(render_status(view, width=width, height=height))
    return [line.rstrip() for line in page.getvalue().splitlines()]


def test_a_new_installation_says_that_nothing_runs_and_nothing_waits(desk: Desk) -> None:
    shown = desk.run("status")

    assert shown.exit_code == 0
    assert "workers  none; nothing runs by itself until: ml-connector run" in shown.stdout
    assert "jobs     3 idle" in shown.stdout
    assert "nothing waits" in shown.stdout


def test_one_screen_shows_what_runs_what_waits_with_its_money_and_what_stands_in_the_way(desk: Desk) -> None:
    with desk.open_store() as store:
        with store.begin() as work:
            work.workers.enter("ap1:0", version="0.1.0", hands=8)
        break_down(store)
        add_document(store, "Q-1")
        add_document(store, "Q-2", currency="")
        hold_all(store)
        add_document(store, "Q-3", kind="credit", amount=Decimal("20.0000"), currency="EUR")
        begin(store, "poll")
        screen = render(look(desk, later=14 * SECOND))

    assert screen == SCREEN.splitlines()


def test_looking_changes_nothing(desk: Desk) -> None:
    with desk.open_store() as store:
        add_document(store, "Q-1")
    before = read_everything(desk.store_url)

    assert desk.run("status").exit_code == 0
    assert desk.run("schedules").exit_code == 0
    assert desk.run("status", "--json").exit_code == 0

    assert read_everything(desk.store_url) == before


def test_whatever_would_change_something_while_it_only_looks_fails(desk: Desk) -> None:
    with desk.open_store() as store:
        with pytest.raises(DBAPIError), store.look() as work:
            work.schedules.add([POLL])
        with store.begin() as work:
            work.schedules.add([POLL])


def test_looking_does_not_wait_for_who_writes(desk: Desk) -> None:
    with desk.open_store() as writer, desk.open_store() as reader:
        add_document(writer, "Q-1")
        with writer.begin() as work:
            work.documents.move([Move(id=1, action="held")], expect=Status.READ, to=Status.HELD)

            with reader.look() as seen:
                (waiting,) = seen.standing.sum_open(["main"])

    assert waiting.status is Status.READ


def test_sums_are_exact_however_large_the_amounts(desk: Desk) -> None:
    with desk.open_store() as store:
        for n in range(3):
            add_document(store, f"Q-{n}", amount=LARGEST)
        add_document(store, "Q-9", amount=Decimal("0.0001"))

    (total,) = look(desk).backlog

    assert total.amount == 3 * LARGEST + Decimal("0.0001")


def test_documents_that_name_no_currency_are_added_to_those_of_the_company(desk: Desk) -> None:
    with desk.open_store() as store:
        add_document(store, "Q-1")
        add_document(store, "Q-2", currency="")
        add_document(store, "Q-3", kind="", amount=None, currency="")

    assert [(each.kind, each.currency, each.documents) for each in look(desk).backlog] == [
        ("", "", 1),
        ("debit", "USD", 2),
    ]


def test_a_worker_that_gives_no_sign_is_told_from_one_that_ended(desk: Desk) -> None:
    with desk.open_store() as frozen:
        with frozen.begin() as work:
            work.workers.enter("ap1:0", version="0.1.0", hands=8)
        killed = open_store(desk.store_url, clock=lambda: NOW, actor="noor")
        with killed.begin() as work:
            work.workers.enter("ap1:1", version="0.1.0", hands=8)
        assert {worker.state for worker in look(desk).workers} == {"alive"}
        killed.close()

        seen = look(desk, later=MINUTE)

    assert [(worker.seat, worker.state) for worker in seen.workers] == [
        ("ap1:0", "silent"),
        ("ap1:1", "gone"),
    ]
    assert render(seen)[1] == "workers  ap1:0 silent, last seen 1 min ago · ap1:1 gone, last seen 1 min ago"


def test_a_worker_that_ended_in_order_is_not_shown_and_one_gone_for_a_day_is_forgotten(desk: Desk) -> None:
    with desk.open_store() as store:
        with store.begin() as work:
            work.workers.enter("ap1:0", version="0.1.0", hands=8)
            work.workers.leave()
            assert work.workers.list() == ()
            work.workers.enter("ap1:0", version="0.1.0", hands=8)
        late = open_store(desk.store_url, clock=lambda: NOW + 25 * 60 * MINUTE, actor="noor")
        with late.begin() as work:
            work.workers.enter("ap2:0", version="0.1.0", hands=8)
            assert [sign.seat for sign in work.workers.list()] == ["ap2:0"]
        late.close()


def test_what_does_not_fit_on_the_screen_is_counted(tmp_path: Path, store_url: str) -> None:
    desk = set_up(tmp_path, store_url, *(f"link{n:02}" for n in range(40)))
    with desk.open_store() as store, store.begin() as work:
        for n in range(40):
            opened = Circuit(link=f"link{n:02}", system="cleo", failures=3, open_since=NOW, reason="gone")
            work.schedules.put_circuit(opened)

    screen = render(look(desk))

    assert len(screen) == 23
    assert "+ 115 more: ml-connector schedules" in screen
    assert screen[-1] == "+ 33 more: ml-connector status --json"


def test_machines_are_told_everything_with_exact_amounts(desk: Desk) -> None:
    with desk.open_store() as store:
        add_document(store, "Q-1")
        break_down(store)

    told = json.loads(desk.run("status", "--json").stdout)

    (waiting,) = told["backlog"]
    assert (waiting["link"], waiting["status"], waiting["currency"]) == ("main", "read", "USD")
    assert Decimal(waiting["amount"]) == Decimal("120.50")
    assert [circuit["system"] for circuit in told["circuits"]] == ["cleo"]
    assert [lack["capability"] for lack in told["lacks"]] == ["move"]
    assert [job["kind"] for job in told["jobs"]] == ["poll", "sync", "reconcile"]


@pytest.mark.parametrize("draws", [True, False])
def test_a_screen_is_drawn_anew_until_it_is_enough(desk: Desk, *, draws: bool) -> None:
    page = io.StringIO()
    terminal = Console(file=page, width=80, height=24, force_terminal=draws, highlight=False)
    views = iter([look(desk), look(desk, later=MINUTE)])
    rests = iter([False, True])

    show_live(lambda: next(views), terminal, lambda: next(rests))

    assert [f"12:0{n}:00 UTC" in page.getvalue() for n in (0, 1)] == [True, True]
    assert page.getvalue().startswith("\x1b[?1049h") == draws


def test_text_of_others_can_do_nothing_to_the_screen(desk: Desk) -> None:
    with desk.open_store() as store, store.begin() as work:
        opened = Circuit(link="main", system="cleo", failures=3, open_since=NOW, reason="a\x1b[2Jb\nc")
        work.schedules.put_circuit(opened)

    shown = desk.run("status")

    assert "\x1b" not in shown.stdout
    assert "a [2Jb c" in shown.stdout


def test_spans_are_said_in_the_unit_that_tells_most() -> None:
    said = [say_span(timedelta(seconds=n)) for n in (-5, 59, 60, 7199, 7200, 172_799, 172_800)]

    assert said == ["0 s", "59 s", "1 min", "119 min", "2 h", "47 h", "2 d"]
