"""Bills that people entered or removed in Intacct, and rows that somebody changed: nothing is doubled, and it shows."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from tests.acceptance.trade import INVOICED
from tests.acceptance.workbench import Bench, change_rows, drop_mail, run_until_nothing_is_open
from tests.processes import COMPANY, LINK, wait_until

from ml_connector.app.results import DocumentLine
from ml_connector.records.status import Status

UNBALANCED: Final = 5
BY_HAND: Final = "typed in from paper"
CREATE: Final = {"function": "create"}
CATCH_ALL: Final = [
    {"errorno": "BL01001973", "correction": "Check the transaction for errors or inconsistencies."}
]


def enter_by_hand(bench: Bench, number: str) -> None:
    """Somebody enters a bill of that number, with another amount."""
    bench.systems.intacct.enter_bill(
        {
            "VENDORID": "V-1008",
            "RECORDID": number,
            "WHENCREATED": f"{INVOICED:%m/%d/%Y}",
            "TERMNAME": "N30",
            "DESCRIPTION": BY_HAND,
            "APBILLITEMS": [
                {"ACCOUNTNO": "5000", "TRX_AMOUNT": "12.34", "LOCATIONID": "110", "CLASSID": "C01"}
            ],
        },
        entity="E100",
    )


def find_document(bench: Bench, number: str) -> DocumentLine:
    (found,) = (d for d in bench.app.documents.list(LINK, company=COMPANY) if d.number == number)
    return found


def assert_posted_once(bench: Bench, number: str) -> None:
    (bill,) = bench.systems.intacct.bills(number=number)
    assert find_document(bench, number).intacct_key == str(bill["RECORDNO"])


def assert_not_linked_nor_doubled(bench: Bench, number: str) -> None:
    """The bill entered by hand stands alone, and the invoice is held; or beside it there is the one of ours."""
    bills = bench.systems.intacct.bills(number=number)
    ours = [str(bill["RECORDNO"]) for bill in bills if bill["DESCRIPTION"] != BY_HAND]
    document = find_document(bench, number)
    assert len(bills) - len(ours) == 1
    if document.status is Status.POSTED:
        assert ours == [document.intacct_key]
    else:
        assert (document.status, ours) == (Status.HELD, [])
        assert [need.key for need in document.needs] == [f"duplicate:V-1008/{number}"]


@pytest.mark.parametrize("entered", ["before", "after the look-up", "in doubt"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"action": "drop"}, id="lost request"),
        pytest.param({"action": "drop", "when": "after"}, id="lost answer"),
        pytest.param({"action": "late", "seconds": 0.15}, id="still executing"),
        pytest.param({"action": "partial", "functions": 1}, id="batch cut in the middle"),
        pytest.param({"action": "refuse", "errors": CATCH_ALL, "when": "after"}, id="refused, yet committed"),
        pytest.param({"action": "http", "status": 503}, id="503"),
    ],
)
def test_a_bill_entered_by_hand_is_neither_linked_nor_doubled(
    bench: Bench, fault: Mapping[str, Any], entered: str
) -> None:
    number, other = drop_mail(bench, 1).numbers
    intacct = bench.systems.intacct
    intacct.set_faults({"match": CREATE, **fault})

    def note(step: str, done: int, of: int) -> None:
        if entered == "after the look-up" and (step, done, of) == ("plan", 2, 2):
            enter_by_hand(bench, number)

    if entered == "before":
        enter_by_hand(bench, number)
    first = bench.once(note)
    if entered == "in doubt":
        enter_by_hand(bench, number)
    if fault["action"] == "late":
        wait_until(lambda: len(intacct.bills(number=other)) == 1, what="it is booked")
    run_until_nothing_is_open(bench, first)

    assert intacct.faults()[0]["done"] == 1
    assert_not_linked_nor_doubled(bench, number)
    assert_posted_once(bench, other)
    assert bench.type_command("balance", "--intacct").exit_code == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            [
                "DELETE FROM postings WHERE document_id = {id}",
                "DELETE FROM needs WHERE document_id = {id}",
                "DELETE FROM documents WHERE id = {id}",
            ],
            "document 1: 810 {number} ({key}) is in the bytes but has no row",
            id="a row deleted",
        ),
        pytest.param(
            ["UPDATE documents SET amount = amount + 10000 WHERE id = {id}"],
            "document 1: 810 {number} ({key}): amount is 42.50 in the bytes and 43.50 in its row #{id}",
            id="an amount changed",
        ),
    ],
)
def test_a_changed_row_is_named_by_the_balance(bench: Bench, change: list[str], says: str) -> None:
    number, _ = drop_mail(bench, 1).numbers
    bench.once()
    document = find_document(bench, number)
    names = {"id": document.id, "number": number, "key": document.document_key}
    assert bench.type_command("balance").exit_code == 0

    for statement in change:
        change_rows(bench.url, statement.format_map(names))
    struck = bench.type_command("balance", "--json")

    assert struck.exit_code == UNBALANCED
    (difference,) = json.loads(struck.stdout)["differences"]
    assert difference.endswith(says.format_map(names))


@pytest.mark.parametrize("what", ["removed", "changed"])
def test_a_bill_that_is_changed_in_intacct_is_named_by_the_proof(bench: Bench, what: str) -> None:
    number, _ = drop_mail(bench, 1).numbers
    bench.once()
    intacct = bench.systems.intacct
    (bill,) = intacct.bills(number=number)
    key = bill["RECORDNO"]
    assert bench.type_command("balance", "--intacct").exit_code == 0

    if what == "removed":
        intacct.ask("DELETE", f"/bills/{key}", company=COMPANY)
        says = f"bill {key} is not in Intacct any more"
    else:
        change_rows(
            f"sqlite:///{intacct.state}",
            "UPDATE bill SET body = json_set(body, '$.TOTALENTERED', '41.50', '$.TRX_TOTALENTERED', '41.50') "
            f"WHERE record_no = {key}",
        )
        says = f"bill {key} is 41.50 in Intacct and was posted as 42.50"
    struck = bench.type_command("balance", "--intacct", "--json")

    assert bench.type_command("balance").exit_code == 0
    assert struck.exit_code == UNBALANCED
    (difference,) = json.loads(struck.stdout)["proof"]["differences"]
    assert number in difference
    assert difference.endswith(says)
