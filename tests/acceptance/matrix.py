"""A cell of the fault matrix: a fault is ordered for calls, the line runs until nothing is open, and what became is judged."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from itertools import zip_longest
from typing import Any, Final

from tests.acceptance.calls import CLEO, REFERENCE, Call, Outcome
from tests.acceptance.faults import (
    FIRST_NUMBER,
    IN_AN_HOUR,
    OTHER_CONTENT,
    PASSER_BY,
    SAME_CONTENT,
    Fault,
    Order,
)
from tests.acceptance.workbench import (
    Bench,
    Mail,
    change_rows,
    drop_mail,
    list_our_bills,
    run_until_nothing_is_open,
    write_file,
)
from tests.processes import COMPANY, LINK, SimulatorProcess, wait_until

from ml_connector.app.results import DocumentLine, RunResult
from ml_connector.records.status import Status

Report = Callable[[str, int, int], None]
UNREAD_PATH: Final = "/ia/xml/*"
USUAL: Final = {
    "duplicate_memory": True,
    "duplicate_memory_seconds": None,
    "duplicate_error": {"errorno": "XL03000009", "description2": "It was executed before."},
    "page_cap": 50,
    "newest_first": False,
}


def tell_needs(_: Bench, document: DocumentLine) -> Sequence[str]:
    return [need.reason for need in document.needs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What is dropped for a cell, and how Intacct is asked for what became of it."""

    drop: Callable[[Bench, int], Mail]
    list_ours: Callable[[Bench, str], Sequence[str]]  #: the keys of what we made of a number
    list_all: Callable[[Bench, str], Sequence[Mapping[str, Any]]]  #: all records under a number
    settle: Callable[[Bench, RunResult], None] = run_until_nothing_is_open
    tell: Callable[[Bench, DocumentLine], Sequence[str]] = (
        tell_needs  #: why one is held; each says what Intacct said
    )


def list_bills(bench: Bench, number: str) -> Sequence[Mapping[str, Any]]:
    return bench.systems.intacct.bills(number=number)


BILLS: Final = Play(drop=drop_mail, list_ours=list_our_bills, list_all=list_bills)


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
        simulator.set_faults(*orders)
    for lost in {str(call.lost): call.lost for call in calls if call.lost}.values():
        bench.systems.intacct.set_faults({"match": lost, "action": "drop", "when": "after"})
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
    return bench.systems.cleo if call in CLEO else bench.systems.intacct


def run_cells(
    bench: Bench,
    fault: Fault,
    calls: Sequence[Call],
    note: Report = lambda *_: None,
    *,
    play: Play = BILLS,
) -> Mail:
    """Let the fault happen at the calls, and let the line recover; `note` is told of the steps of the first run."""
    if fault.passer_by:
        bench.systems.cleo.drop(PASSER_BY, b"not for us")
    mail = set_faults(bench, fault, calls, play.drop(bench, fault.files))
    if REFERENCE in calls:
        bench.move_time(timedelta(hours=2))
    ((known,),) = change_rows(bench.url, "SELECT coalesce(max(id), 0) FROM meter")
    first = bench.once(note)
    if fault.undisturbed:
        assert_undisturbed(first, calls)
    if fault.refuses_connections:
        assert_refused_at(bench, calls, known)
    is_waiting = first.doubtful or first.counts.get(Status.HELD)
    if fault.books_later and any(call.is_write for call in calls) and is_waiting:
        wait_until(lambda: all(play.list_ours(bench, each) for each in mail.numbers), what="it is booked")
    play.settle(bench, first)
    put_right(bench, fault, calls)
    return mail


def assert_undisturbed(first: RunResult, calls: Sequence[Call]) -> None:
    """Every answer was used; before a record is read back, that of its create was lost."""
    lost = {"post"} if any(call.lost for call in calls) else set()
    assert {trouble.step for trouble in first.troubles} == lost
    assert not first.doubtful


def assert_refused_at(bench: Bench, calls: Sequence[Call], known: int) -> None:
    """Of the exchanges after those known, it was this very call that met no open port; from now on there is one."""
    for call in calls:
        system = "cleo" if call in CLEO else "intacct"
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
    alone += [call for call in fault.outcomes if call in fault.intacct or call in fault.cleo]
    yield from ((call,) for call in dict.fromkeys(alone))
    ours, theirs = ([call for call in calls if call not in alone] for calls in (fault.intacct, fault.cleo))
    for pair in zip_longest(ours, theirs):
        yield tuple(call for call in pair if call is not None)


def name_outcome(bench: Bench, fault: Fault, mail: Mail, *, play: Play = BILLS) -> Outcome:
    """What became of all of it; fails where a document is held without the words of the fault."""
    documents = bench.app.documents.list(LINK, company=COMPANY)
    held = [d for d in documents if d.number in mail.numbers and d.status is Status.HELD]
    assert all(fault.says in said for document in held for said in play.tell(bench, document))
    found = {
        judge(bench, [d for d in documents if d.number == n], n, play.list_all(bench, n))
        for n in mail.numbers
    }
    if found == {Outcome.ONCE, Outcome.HELD}:
        return Outcome.SOME_HELD
    assert len(found) == 1, found
    return found.pop()


def judge(
    bench: Bench, documents: Sequence[DocumentLine], number: str, records: Sequence[Mapping[str, Any]]
) -> Outcome:
    """What became of one document; fails when it is booked twice, lost, or linked to what is not its record."""
    stands = Counter(document.status for document in documents)
    assert len(records) <= 1, f"{number} is booked {len(records)} times"
    if stands[Status.POSTED] == 1:
        (posted,) = (document for document in documents if document.status is Status.POSTED)
        assert [str(record["RECORDNO"]) for record in records] == [posted.intacct_key]
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
