"""The connector is killed at its worst moments, and still each invoice becomes exactly one bill.

The link looks for an unclear sending after 0, 1, 2 and 4 seconds. `once` never waits: it is run again whenever it
said, until nothing is in doubt, as a person or a scheduler would.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pytest
from tests.acceptance.trade import list_numbers, write_many
from tests.processes import Line, wait_until

IN_DOUBT: Final = 6
INVOICES: Final = 15  # two batches: one of ten, and the rest
BATCH: Final = 10
MOST_RUNS: Final = 15
LONG: Final = 60  # seconds; far more than a test lasts


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: a fault that holds the simulator there, and how many bills are committed by then."""

    name: str
    fault: Mapping[str, object]
    committed: int = 0

    def has_come(self, line: Line) -> bool:
        taken = line.intacct.faults()[0]["done"] == 1
        return taken and len(line.intacct.bills()) == self.committed


LOG_IN_TO_ENTITY: Final = Moment(
    "before the request",  # the intent is stored, the session of the entity is not yet there
    {"match": {"function": "getAPISession", "nth": 2}, "action": "delay", "seconds": LONG},
)
NOT_EXECUTED: Final = Moment(
    "before it is executed", {"match": {"function": "create"}, "action": "delay", "seconds": LONG}
)
EXECUTED_LATER: Final = Moment(
    "while Intacct goes on", {"match": {"function": "create"}, "action": "delay", "seconds": 3.5}
)
COMMITTED: Final = Moment(
    "before the answer",
    {"match": {"function": "create"}, "action": "delay", "seconds": LONG, "when": "after"},
    committed=BATCH,
)
SENT_AGAIN: Final = Moment(
    "before the answer to the second sending",  # the first create is of those that were not in the first batch
    {"match": {"function": "create", "nth": 2}, "action": "delay", "seconds": LONG, "when": "after"},
    committed=INVOICES,
)
READ_BACK: Final = Moment(
    "while it reads back",
    {"match": {"function": "query", "object": "APBILL"}, "action": "delay", "seconds": LONG},
    committed=BATCH,
)


def kill_at(line: Line, moment: Moment) -> None:
    """Run the connector, again if it ends by itself, and kill it when the moment has come."""
    line.intacct.clear_faults()
    line.intacct.set_faults(moment.fault)
    for _ in range(MOST_RUNS):
        with line.connector.start("once") as process:
            wait_until(
                lambda: moment.has_come(line) or process.poll() is not None,
                what=f"the connector is {moment.name}",
            )
            if moment.has_come(line):
                assert process.poll() is None
                break
    else:
        raise AssertionError(f"never came: {moment}")
    line.intacct.clear_faults()


def run_until_nothing_is_open(line: Line) -> list[int]:
    """Run `once` until nothing is in doubt and nothing waits to be sent; the exit statuses on the way."""
    statuses: list[int] = []
    for _ in range(MOST_RUNS):
        status, result = line.connector.once()
        statuses.append(status)
        assert (status == IN_DOUBT) == (result["doubtful"] > 0)
        assert (status == IN_DOUBT) == (result["next_look"] is not None)
        if result["counts"] == {"posted": INVOICES}:
            return statuses
        if result["next_look"] is not None:
            wait = datetime.fromisoformat(result["next_look"]) - datetime.now(UTC)
            time.sleep(max(wait.total_seconds(), 0))
    raise AssertionError(f"never done: {statuses}")


def assert_each_is_booked_once(line: Line) -> None:
    bills = line.intacct.bills()
    assert sorted(bill["RECORDID"] for bill in bills) == list_numbers(INVOICES)
    keys = {document["number"]: document["intacct_key"] for document in line.connector.documents()}
    assert keys == {bill["RECORDID"]: str(bill["RECORDNO"]) for bill in bills}
    assert line.connector.run("balance").status == 0


def count_sendings(line: Line) -> int:
    """How often a bill of the first batch was sent, the sendings that were cut short included."""
    (document,) = line.connector.run("documents", "show", "N-00001", "--json").json()
    return int(document["sendings"][0]["sent"])


def leave_intacct_alone(_: Line) -> list[int]:
    """Only the connector was killed."""
    return []


def restart_intacct(line: Line) -> list[int]:
    """Intacct fails as well; one run meets it away, the next ones find it back."""
    line.intacct.kill()
    status, result = line.connector.once()
    line.intacct.start()
    assert {trouble["system"] for trouble in result["troubles"]} == {"intacct"}
    return [status]


@pytest.mark.parametrize(
    ("moments", "meanwhile", "in_doubt_at_first", "sent"),
    [
        pytest.param([LOG_IN_TO_ENTITY], leave_intacct_alone, True, 2, id="before the request"),
        pytest.param(
            [EXECUTED_LATER], leave_intacct_alone, None, 1, id="while Intacct goes on"
        ),  # either is first
        pytest.param([COMMITTED], leave_intacct_alone, False, 1, id="before the answer"),
        pytest.param([NOT_EXECUTED], restart_intacct, True, 2, id="with Intacct, before it executed"),
        pytest.param([COMMITTED], restart_intacct, True, 1, id="with Intacct, after it committed"),
        pytest.param([COMMITTED, READ_BACK], leave_intacct_alone, False, 1, id="again while reading back"),
        pytest.param(
            [LOG_IN_TO_ENTITY, SENT_AGAIN], leave_intacct_alone, False, 2, id="again at the second sending"
        ),
    ],
)
def test_a_connector_that_is_killed_books_each_invoice_once(
    line: Line,
    moments: Sequence[Moment],
    meanwhile: Callable[[Line], list[int]],
    *,
    in_doubt_at_first: bool | None,
    sent: int,
) -> None:
    line.connector.run("sync")  # each entity is logged in to once a day for its closed books: that is done
    line.cleo.drop("invoices.edi", write_many(INVOICES))

    for moment in moments:
        kill_at(line, moment)
    statuses = meanwhile(line) + run_until_nothing_is_open(line)

    assert in_doubt_at_first is None or (statuses[0] == IN_DOUBT) is in_doubt_at_first
    assert statuses[-1] == 0
    assert_each_is_booked_once(line)
    assert count_sendings(line) == sent


@pytest.mark.parametrize(
    ("when", "sent"),
    [pytest.param("before", 2, id="lost request"), pytest.param("after", 1, id="lost answer")],
)
def test_a_connection_that_breaks_leaves_a_doubt_that_once_settles(line: Line, when: str, sent: int) -> None:
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    line.intacct.set_faults({"match": {"function": "create"}, "action": "drop", "when": when})

    status, first = line.connector.once()
    run_until_nothing_is_open(line)

    assert status == (IN_DOUBT if when == "before" else 4)
    assert [trouble["step"] for trouble in first["troubles"]] == ["post"]
    assert_each_is_booked_once(line)
    assert count_sendings(line) == sent


def test_in_doubt_once_says_when_to_run_again_and_does_not_wait(line: Line) -> None:
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    line.intacct.set_faults({"match": {"function": "create"}, "action": "drop"})

    said = line.connector.run("once")

    assert said.status == IN_DOUBT
    assert f"{BATCH} documents are in doubt; the next look is due 20" in " ".join(said.stdout.split())
    assert line.intacct.bills() == []
