"""What people make in Intacct of what we posted is followed, and what one side has alone is listed."""

import json
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.test_matched_invoices import MATCHING, Desk, write_invoice
from tests.acceptance.test_payments import answer
from tests.acceptance.trade import INVOICED, RULES, STEEL, Invoice, Item, write_interchange
from tests.acceptance.workbench import Bench, Systems, enter_by_hand, find_document, open_bench
from tests.contract.intacct_company import make_client
from tests.processes import COMPANY, run_cleo, run_intacct, set_up

from ml_connector.intacct import Call, PurchasingChange
from ml_connector.records.status import Status

NUMBERS: Final = tuple(f"RC-{n}" for n in range(1, 6))
AWAITING: Final = "posted, awaiting approval"
ROUTES: Final = {
    "routes.toml": RULES["routes.toml"]
    + RULES["routes.toml"].replace('"ap_bill"', '"vendor_invoice"\npartner = "Amberfield Hub"')
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(
            tmp_path / "ap",
            {**RULES, **MATCHING, **ROUTES},
            intacct=intacct.gateway,
            cleo=cleo.url,
            link_settings={"mode": "live", "company.multi_source_conversion": False},
        )
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as opened:
            yield opened


def decide(bench: Bench, number: str, state: str) -> None:
    """Somebody gives the bill of ours its next state."""
    key = find_document(bench, number).intacct_key
    asked = {"company": COMPANY, "object": "APBILL", "RECORDNO": key, "state": state}
    bench.systems.intacct.ask("POST", "/decisions", asked)


def look(bench: Bench, exit_code: int = 0) -> dict[str, Any]:
    """What `reconcile` says, and with which exit status."""
    done = bench.type_command("reconcile", "--json")
    assert done.exit_code == exit_code, done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def tell_differing(told: dict[str, Any]) -> dict[str, str]:
    return {each["number"]: each["needs"][0]["reason"] for each in told["differing"]}


@pytest.fixture
def posted(bench: Bench) -> Bench:
    """Five bills that wait for approval, and one that somebody entered by hand."""
    bench.systems.intacct.change_settings(company=COMPANY, approvals=True)
    bench.systems.cleo.drop("in.edi", write_interchange(*map(_write, NUMBERS), sender=STEEL))
    bench.once()
    enter_by_hand(bench, "HAND-7")
    return bench


def _write(number: str) -> Invoice:
    return Invoice(number=number, items=(Item(quantity=10, price=Decimal("10.00")),))


def meddle(bench: Bench) -> None:
    """Somebody posts RC-1, edits RC-2, reverses RC-3, declines RC-4 and deletes RC-5."""
    for number in ("RC-1", "RC-2", "RC-3"):
        decide(bench, number, "Posted")
    decide(bench, "RC-3", "Reversed")
    decide(bench, "RC-4", "Declined")
    key = {"company": COMPANY, "object": "APBILL", "RECORDNO": find_document(bench, "RC-2").intacct_key}
    changed = {"TRX_TOTALENTERED": "90.00", "TOTALENTERED": "90.00"}
    bench.systems.intacct.ask("POST", "/edits", {**key, "fields": changed})
    lost = {**key, "RECORDNO": find_document(bench, "RC-5").intacct_key}
    bench.systems.intacct.ask("POST", "/deletions", lost)


@pytest.mark.rule("Before anything else", 14)
@pytest.mark.rule("The books must agree", 5)
def test_what_people_make_of_our_bills_is_followed_and_nothing_is_posted_again_by_itself(
    posted: Bench,
) -> None:
    first = look(posted)
    meddle(posted)
    second = look(posted, exit_code=5)
    posted.once()
    third = look(posted, exit_code=5)

    assert (first["states"], first["differing"]) == ({"APBILL": {"Submitted": 5}}, [])
    assert [(each["vendor"], each["sample"]) for each in first["other_bills"]] == [("V-1008", "HAND-7")]
    assert [(each["what"], each["count"]) for each in first["not_in_ledger"]] == [(AWAITING, 5)]
    said = tell_differing(second)
    assert said == tell_differing(third)
    assert {number: text.split(" was ")[1].split()[0].strip(":") for number, text in said.items()} == {
        "RC-2": "edited",
        "RC-3": "reversed",
        "RC-4": "declined",
        "RC-5": "deleted",
    }
    assert "it is 90.00 in Intacct and was posted as 100.00" in said["RC-2"]
    assert {number: find_document(posted, number).status for number in NUMBERS} == {
        **dict.fromkeys(("RC-1", "RC-2", "RC-4"), Status.POSTED),
        **dict.fromkeys(("RC-3", "RC-5"), Status.HELD),
    }


@pytest.mark.rule("Before anything else", 14)
def test_people_accept_an_edit_and_release_what_was_undone_and_the_books_agree_again(posted: Bench) -> None:
    look(posted)
    meddle(posted)
    look(posted, exit_code=5)

    assert posted.type_command("documents", "accept", "RC-2", "--reason", "agreed").exit_code == 0
    for number in ("RC-3", "RC-5"):
        assert posted.type_command("documents", "release", number, "--reason", "again").exit_code == 0
    decide(posted, "RC-4", "Submitted")
    posted.once()
    for row, number in enumerate(("RC-3", "RC-5"), 1):
        (need,) = find_document(posted, number).needs
        assert need.key == f"reopening:Ironvale Steel/810/V-1008/{number}/1"
        answer(posted, need.key, "agreed", row)
    posted.once()

    assert look(posted)["differing"] == []
    assert {find_document(posted, number).status for number in NUMBERS} == {Status.POSTED}
    assert [len(posted.systems.intacct.bills(number=number)) for number in ("RC-3", "RC-5")] == [2, 1]
    balance = " ".join(posted.type_command("balance").output.split())
    assert "in the ledger 2 · 200.00, awaiting approval 3 · 300.00" in balance
    assert "in Intacct: Submitted" in posted.type_command("documents", "list").output
    assert "came in another way" in posted.type_command("reconcile").output


@pytest.mark.rule("The books must agree", 5)
def test_a_bill_that_intacct_makes_anew_with_its_vendor_invoice_is_followed_under_its_new_number(
    bench: Bench,
) -> None:
    with closing(make_client(bench.systems.intacct.gateway)) as client:
        desk = Desk(bench=bench, client=client)
        order = desk.buy(("BOLT-M8-40", "100", "1.00"))
        desk.receive(order, "100")
        desk.send(write_invoice("VI-1", order, ("HB-40", 100, "1.00")))
        desk.run_later()
        invoice = find_document(bench, "VI-1").intacct_key
        before = look(bench)
        old = bench.systems.intacct.bills(number="VI-1")
        change = PurchasingChange(document_id=invoice, due_date=INVOICED)
        (done,) = client.writing.write([Call(control_id="by-hand", body=change)], entity="E100")
        assert done.key == invoice, done
        new = bench.systems.intacct.bills(number="VI-1")

        after = look(bench)

    assert before["states"] == {"APBILL": {"Posted": 1}, "PODOCUMENT": {"Closed": 1}}
    assert [old[0]["RECORDNO"]] != [new[0]["RECORDNO"]]
    assert (after["differing"], after["other_bills"]) == ([], [])
    assert f"APBILL {new[0]['RECORDNO']}" in bench.type_command("documents", "show", "VI-1").output
