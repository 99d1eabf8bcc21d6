"""Bills that people entered or removed in Intacct, and rows that somebody changed: nothing is doubled, and it shows."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from tests.acceptance.workbench import (
    Bench,
    assert_not_linked_nor_doubled,
    change_rows,
    drop_mail,
    enter_by_hand,
    find_document,
    run_until_nothing_is_open,
)
from tests.processes import COMPANY, wait_until

UNBALANCED: Final = 5
CREATE: Final = {"function": "create"}
CATCH_ALL: Final = [
    {"errorno": "BL01001973", "correction": "Check the transaction for errors or inconsistencies."}
]


def assert_posted_once(bench: Bench, number: str) -> None:
    (bill,) = bench.systems.intacct.bills(number=number)
    assert find_document(bench, number).intacct_key == str(bill["RECORDNO"])


@pytest.mark.rule("810 invoice", 23)
@pytest.mark.parametrize("entered", ["before", "in doubt"])  # between the two: see the fault matrix
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

    if entered == "before":
        enter_by_hand(bench, number)
    first = bench.once()
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


@pytest.mark.rule("The books must agree", 3)
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
