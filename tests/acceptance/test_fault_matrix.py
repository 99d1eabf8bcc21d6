"""Every fault at every call of the line, on both databases: each invoice is one bill in the end, or visibly held."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from email.utils import format_datetime
from itertools import zip_longest
from operator import attrgetter
from typing import Any, Final

import pytest
from tests.acceptance.faults import (
    CREATE,
    FAULTS,
    IN_AN_HOUR,
    INTACCT,
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
    Bench,
    Mail,
    drop_mail,
    find_secrets,
    run_until_nothing_is_open,
    write_file,
)
from tests.acceptance.write_reliability import PAGE, render_page
from tests.processes import LINK, SimulatorProcess, wait_until

from ml_connector.app.results import DocumentLine, RunResult
from ml_connector.records.status import Status

LOST_CREATE: Final = {"match": {"function": "create"}, "action": "drop", "when": "after"}
UNREAD_PATH: Final = "/ia/xml/*"
USUAL: Final = {
    "duplicate_memory": True,
    "duplicate_memory_seconds": None,
    "duplicate_error": {"errorno": "XL03000009", "description2": "It was executed before."},
    "page_cap": 50,
    "newest_first": False,
}


def set_faults(bench: Bench, fault: Fault, calls: Sequence[Call], mail: Mail) -> Mail:
    """Order the fault for the calls; returns the mail with what a fault lets arrive."""
    other, numbers = write_file() if OTHER_CONTENT in str(fault.orders) else (b"", [])
    texts = {
        IN_AN_HOUR: format_datetime(bench.time() + timedelta(hours=1), usegmt=True),
        SAME_CONTENT: mail.contents[0].decode(),
        OTHER_CONTENT: other.decode(),
    }
    for call in calls:
        simulator = find_simulator(bench, call)
        if fault.settings:
            simulator.change_settings(**fault.settings)
        orders = [fill_in(place(order, call), texts) for order in fault.orders]
        simulator.set_faults(*orders, *([LOST_CREATE] if call is READ_BACK else []))
    return Mail(mail.names, mail.contents, [*mail.numbers, *numbers])


def place(order: Order, call: Call) -> Order:
    """The order for this call; before a body is read only the number of the request can tell it."""
    if order["action"] == "reset_unread" and call.number:
        return {"match": {"path": UNREAD_PATH, "nth": call.number}, **order}
    return {"match": call.match, **order}


def fill_in(value: Any, texts: dict[str, str]) -> Any:
    """The value with the texts that only the moment gives."""
    if isinstance(value, dict):
        return {key: fill_in(inner, texts) for key, inner in value.items()}
    return texts.get(value, value) if isinstance(value, str) else value


def find_simulator(bench: Bench, call: Call) -> SimulatorProcess:
    return bench.systems.intacct if call in INTACCT else bench.systems.cleo


def refuse_connections(bench: Bench, call: Call) -> Callable[[str, int, int], None]:
    """Refuse connections for a moment, from the step of the call on."""
    left = [call.step]

    def note(step: str, done: int, of: int) -> None:
        if of and left and (step, done) == left[0]:
            left.clear()
            find_simulator(bench, call).ask("POST", "/listen", {"accept": False, "seconds": 0.2})

    return note


def accepts(simulator: SimulatorProcess) -> bool:
    try:
        simulator.ask("GET", "/health")
    except OSError:
        return False
    return True


def run_cells(bench: Bench, fault: Fault, calls: Sequence[Call]) -> Outcome:
    """Let the fault happen at the calls, let the line recover, and look what became of the invoices."""
    if fault.passer_by:
        bench.systems.cleo.drop(PASSER_BY, b"not for us")
    mail = set_faults(bench, fault, calls, drop_mail(bench, fault.files))
    if REFERENCE in calls:
        bench.move_time(timedelta(hours=2))
    first = bench.once() if fault.orders else run_refused(bench, calls[0])
    if fault.books_later and CREATE in calls and first.doubtful:
        wait_until(lambda: all(count_bills(bench, number) for number in mail.numbers), what="it is booked")
    run_until_nothing_is_open(bench, first)
    for call in calls:
        simulator = find_simulator(bench, call)
        assert all(order["done"] for order in simulator.faults()), f"it did not happen at {call.name}"
        simulator.clear_faults()
        if fault.settings:
            simulator.change_settings(**{name: USUAL[name] for name in fault.settings})
    return name_outcome(bench, mail)


def run_refused(bench: Bench, call: Call) -> RunResult:
    result = bench.once(refuse_connections(bench, call))
    assert result.troubles, "no connection was refused"
    wait_until(lambda: accepts(find_simulator(bench, call)), what="it accepts connections again")
    return result


def pair_calls(fault: Fault) -> Iterator[tuple[Call, ...]]:
    """The calls of a fault: one of each system in one run, as long as both end in bills."""
    alone = [] if fault.orders else [*fault.intacct, *fault.cleo]
    alone += fault.outcomes
    yield from ((call,) for call in dict.fromkeys(alone))
    ours, theirs = ([call for call in calls if call not in alone] for calls in (fault.intacct, fault.cleo))
    for pair in zip_longest(ours, theirs):
        yield tuple(call for call in pair if call is not None)


def count_bills(bench: Bench, number: str) -> int:
    return len(bench.systems.intacct.bills(number=number))


def name_outcome(bench: Bench, mail: Mail) -> Outcome:
    documents = bench.app.documents.list(LINK, company="ALDERFINCH")
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
        return Outcome.HELD
    assert not documents, f"{number}: {stands}"
    said = {entry.action for entry in bench.app.audit.show(f"link:{LINK}").entries}
    assert "file vanished" in said, f"{number} was lost"
    return Outcome.GONE


def assert_balance_holds(bench: Bench) -> None:
    for asked in ([], ["--intacct"]):
        struck = bench.type_command("balance", "--json", *asked)
        assert struck.exit_code == 0, struck.stdout
        assert json.loads(struck.stdout)["complete"] is True


@pytest.mark.parametrize("fault", FAULTS, ids=attrgetter("name"))
def test_whatever_fails_each_invoice_is_booked_once_or_visibly_held(
    bench: Bench, fault: Fault, record_property: Callable[[str, object], None]
) -> None:
    found: dict[Call, Outcome] = {}
    for calls in pair_calls(fault):
        found |= dict.fromkeys(calls, run_cells(bench, fault, calls))

    assert {call.name: outcome for call, outcome in found.items()} == {
        call.name: fault.expect(call) for call in (*fault.intacct, *fault.cleo)
    }
    assert_balance_holds(bench)
    assert find_secrets(bench) == []
    cells = " · ".join(f"{call.name}: {outcome}" for call, outcome in found.items())
    record_property("note", f"{bench.kind:10} | {fault.name} | {cells}")


def test_the_page_of_the_matrix_is_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert render_page(text) == text, "run: .venv/bin/python -m tests.acceptance.write_reliability"
