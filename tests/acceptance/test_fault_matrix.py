"""Every fault at every call of the line, on both databases: each invoice is one bill in the end, or visibly held."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from email.utils import format_datetime
from itertools import zip_longest
from operator import attrgetter
from typing import Any, Final

import pytest
from tests.acceptance.faults import (
    AUTHENTICATE,
    CREATE,
    FAULTS,
    FIRST_NUMBER,
    IN_AN_HOUR,
    INTACCT,
    LOG_IN,
    OTHER_CONTENT,
    PASSER_BY,
    READ_BACK,
    REFERENCE,
    SAME_CONTENT,
    Call,
    Fault,
    Order,
    Outcome,
)
from tests.acceptance.workbench import (
    CANARY,
    Bench,
    Mail,
    assert_not_linked_nor_doubled,
    change_rows,
    drop_mail,
    enter_by_hand,
    find_secrets,
    list_our_bills,
    read_store,
    run_until_nothing_is_open,
    show_everything,
    write_file,
)
from tests.acceptance.write_reliability import render_page
from tests.processes import COMPANY, LINK, SimulatorProcess, wait_until
from tests.reliability import PAGE

from ml_connector.app.results import DocumentLine, RunResult
from ml_connector.records.status import Status

Report = Callable[[str, int, int], None]
LOST_CREATE: Final = {"match": {"function": "create"}, "action": "drop", "when": "after"}
UNREAD_PATH: Final = "/ia/xml/*"
USUAL: Final = {
    "duplicate_memory": True,
    "duplicate_memory_seconds": None,
    "duplicate_error": {"errorno": "XL03000009", "description2": "It was executed before."},
    "page_cap": 50,
    "newest_first": False,
}
AT_CREATE: Final = (CREATE, READ_BACK)


def set_faults(bench: Bench, fault: Fault, calls: Sequence[Call], mail: Mail) -> Mail:
    """Order the fault for the calls; returns the mail with what a fault lets arrive."""
    other, numbers = write_file() if OTHER_CONTENT in str(fault.orders) else (b"", [])
    texts = {
        IN_AN_HOUR: format_datetime(bench.time() + timedelta(hours=1), usegmt=True),
        FIRST_NUMBER: mail.numbers[0] if mail.numbers else "",
        SAME_CONTENT: mail.contents[0].decode() if mail.contents else "",
        OTHER_CONTENT: other.decode(),
    }
    for call in calls:
        simulator = find_simulator(bench, call)
        if fault.settings:
            simulator.change_settings(**fault.settings)
        if fault.refuses_connections and call.after is None:
            simulator.ask("POST", "/listen", {"accept": False})
            continue
        orders = [fill_in(place(order, call), texts) for order in fault.orders]
        simulator.set_faults(*orders, *([LOST_CREATE] if call is READ_BACK else []))
    return Mail(mail.names, mail.contents, [*mail.numbers, *numbers])


def place(order: Order, call: Call) -> Order:
    """The order for this call.

    Before a body is read only the number of the request can tell it; connections are refused from the answer to
    the request before it on.
    """
    if order["action"] == "reset_unread" and call.number:
        return {"match": {"path": UNREAD_PATH, "nth": call.number}, **order}
    if order["action"] == "shut":
        return {"match": call.after, **order}
    return {"match": call.match, **order}


def fill_in(value: Any, texts: dict[str, str]) -> Any:
    """The value with the texts that only the moment gives."""
    if isinstance(value, dict):
        return {key: fill_in(inner, texts) for key, inner in value.items()}
    return texts.get(value, value) if isinstance(value, str) else value


def find_simulator(bench: Bench, call: Call) -> SimulatorProcess:
    return bench.systems.intacct if call in INTACCT else bench.systems.cleo


def run_cells(bench: Bench, fault: Fault, calls: Sequence[Call], note: Report = lambda *_: None) -> Mail:
    """Let the fault happen at the calls, and let the line recover; `note` is told of the steps of the first run."""
    if fault.passer_by:
        bench.systems.cleo.drop(PASSER_BY, b"not for us")
    mail = set_faults(bench, fault, calls, drop_mail(bench, fault.files))
    if REFERENCE in calls:
        bench.move_time(timedelta(hours=2))
    ((known,),) = change_rows(bench.url, "SELECT coalesce(max(id), 0) FROM meter")
    first = bench.once(note)
    if fault.undisturbed:
        assert_undisturbed(first, calls)
    if fault.refuses_connections:
        assert_refused_at(bench, calls, known)
    if fault.books_later and CREATE in calls and first.doubtful:
        wait_until(lambda: all(list_our_bills(bench, number) for number in mail.numbers), what="it is booked")
    run_until_nothing_is_open(bench, first)
    put_right(bench, fault, calls)
    return mail


def assert_undisturbed(first: RunResult, calls: Sequence[Call]) -> None:
    """Every answer was used; before a bill is read back, that of its create was lost."""
    lost = {"post"} if READ_BACK in calls else set()
    assert {trouble.step for trouble in first.troubles} == lost
    assert not first.doubtful


def assert_refused_at(bench: Bench, calls: Sequence[Call], known: int) -> None:
    """Of the exchanges after those known, it was this very call that met no open port; from now on there is one."""
    for call in calls:
        system = "intacct" if call in INTACCT else "cleo"
        missed = change_rows(
            bench.url,
            f"SELECT purpose FROM meter WHERE id > {known} AND system = '{system}' "
            "AND outcome IN ('NotSent', 'Unavailable') ORDER BY id",
        )
        assert missed[0][0].startswith(call.purpose), missed
        find_simulator(bench, call).ask("POST", "/listen", {"accept": True})


def put_right(bench: Bench, fault: Fault, calls: Sequence[Call]) -> None:
    """No fault is set any more; each that was has happened."""
    for call in calls:
        simulator = find_simulator(bench, call)
        assert all(order["done"] for order in simulator.faults()), f"it did not happen at {call.name}"
        simulator.clear_faults()
        if fault.settings:
            simulator.change_settings(**{name: USUAL[name] for name in fault.settings})


def pair_calls(fault: Fault) -> Iterator[tuple[Call, ...]]:
    """The calls of a fault: one of each system in one run, as long as both end in bills."""
    alone = [*fault.intacct, *fault.cleo] if fault.refuses_connections else []
    alone += fault.outcomes
    yield from ((call,) for call in dict.fromkeys(alone))
    ours, theirs = ([call for call in calls if call not in alone] for calls in (fault.intacct, fault.cleo))
    for pair in zip_longest(ours, theirs):
        yield tuple(call for call in pair if call is not None)


def name_outcome(bench: Bench, fault: Fault, mail: Mail) -> Outcome:
    documents = bench.app.documents.list(LINK, company=COMPANY)
    held = [d for d in documents if d.number in mail.numbers and d.status is Status.HELD]
    assert all(fault.says in need.reason for document in held for need in document.needs)
    found = {judge_invoice(bench, [d for d in documents if d.number == n], n) for n in mail.numbers}
    if found == {Outcome.ONCE, Outcome.HELD}:
        return Outcome.SOME_HELD
    assert len(found) == 1, found
    return found.pop()


def judge_invoice(bench: Bench, documents: Sequence[DocumentLine], number: str) -> Outcome:
    """What became of one invoice; fails when it is booked twice, lost, or linked to what is not its bill."""
    bills = bench.systems.intacct.bills(number=number)
    stands = Counter(document.status for document in documents)
    assert len(bills) <= 1, f"{number} is booked {len(bills)} times"
    if stands[Status.POSTED] == 1:
        (posted,) = (document for document in documents if document.status is Status.POSTED)
        assert [str(bill["RECORDNO"]) for bill in bills] == [posted.intacct_key]
        assert set(stands) <= {Status.POSTED, Status.DUPLICATE}
        return Outcome.ONCE
    if stands == {Status.HELD: 1}:
        assert documents[0].needs, "nothing says why it is held"
        return Outcome.HELD
    assert not documents, f"{number}: {stands}"
    said = {entry.action for entry in bench.app.audit.show(f"link:{LINK}").entries}
    assert "file vanished" in said, f"{number} was lost"
    return Outcome.GONE


def assert_balance_holds(bench: Bench) -> None:
    struck = bench.type_command("balance", "--json", "--intacct")
    assert struck.exit_code == 0, struck.stdout
    balance = json.loads(struck.stdout)
    assert balance["complete"] is True
    assert balance["proof"]["differences"] == []


def ping_through(bench: Bench, fault: Fault) -> None:
    """What `ping` says of the fault, while it lasts, is among the things that were printed."""
    calls = [call for call in (LOG_IN, AUTHENTICATE) if call in (*fault.intacct, *fault.cleo)]
    set_faults(bench, fault, calls, Mail((), (), ()))
    for form in ([], ["--json"]):
        bench.type_command("ping", *form)
    for simulator in (bench.systems.intacct, bench.systems.cleo):
        simulator.ask("POST", "/listen", {"accept": True})
        simulator.clear_faults()


@pytest.mark.parametrize("fault", FAULTS, ids=attrgetter("name"))
def test_whatever_fails_each_invoice_is_booked_once_or_visibly_held(
    bench: Bench,
    fault: Fault,
    record_property: Callable[[str, object], None],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    found: dict[Call, Outcome] = {}
    caplog.set_level(logging.INFO)
    bench.change_settings(fault.product)
    for calls in pair_calls(fault):
        mail = run_cells(bench, fault, calls)
        found |= dict.fromkeys(calls, name_outcome(bench, fault, mail))
    ping_through(bench, fault)

    assert {call.name: outcome for call, outcome in found.items()} == {
        call.name: fault.expect(call) for call in (*fault.intacct, *fault.cleo)
    }
    assert_balance_holds(bench)
    assert find_secrets(bench, "".join([*capfd.readouterr(), caplog.text])) == []
    cells = " · ".join(f"{call.name}: {outcome}" for call, outcome in found.items())
    record_property("note", f"{bench.kind:10} | {fault.name} | {cells}")


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if set(AT_CREATE) & set(fault.intacct)], ids=attrgetter("name")
)
def test_whatever_fails_a_bill_entered_by_hand_is_neither_linked_nor_doubled(
    bench: Bench, fault: Fault
) -> None:
    def note(step: str, done: int, of: int) -> None:
        """All was looked up and nothing is sent yet: somebody enters a bill for each, with another amount."""
        if step == "plan" and done == of:
            ready = bench.app.documents.list(LINK, company=COMPANY, status=Status.READY)
            for document in ready:
                enter_by_hand(bench, document.number)

    bench.change_settings(fault.product)
    bench.once()  # from now on the reference is known
    for call in [call for call in AT_CREATE if call in fault.intacct]:
        mail = run_cells(bench, fault, [call], note)
        for number in mail.numbers:
            assert_not_linked_nor_doubled(bench, number)

    assert_balance_holds(bench)


def test_the_search_for_secrets_sees_all_that_is_printed_and_kept(bench: Bench) -> None:
    mail = drop_mail(bench, 1)
    run_until_nothing_is_open(bench, bench.once())

    show_everything(bench)

    kept = dict(read_store(bench.url))
    issued = [
        *change_rows(f"sqlite:///{bench.systems.intacct.state}", "SELECT id FROM session"),
        *change_rows(f"sqlite:///{bench.systems.cleo.state}/cleo.db", "SELECT token FROM tokens"),
    ]
    assert issued
    assert all(secret.startswith(CANARY) for (secret,) in issued)
    assert mail.numbers[0] in "".join(bench.said)
    assert mail.numbers[0] in kept["documents"]
    assert "CANARYPASS" in kept["payloads"]
    assert "getAPISession" in kept["meter"]
    assert any("getAPISession" in text for place, text in kept.items() if ".db" in place) is (
        bench.kind == "sqlite"
    )


def test_the_page_of_the_matrix_is_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert render_page(text) == text, "run: .venv/bin/python -m tests.acceptance.write_reliability"
