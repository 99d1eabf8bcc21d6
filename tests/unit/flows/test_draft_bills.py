"""856 and 810: a bill in draft of a ship notice is no liability, and the invoice of its goods never adds to it."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

import pytest
from tests.unit.flows.invoicing import (
    PO,
    bill_order,
    book_invoice,
    list_invoices,
    open_matching,
    receive_goods,
)
from tests.unit.flows.invoicing import buy as buy_goods
from tests.unit.flows.ordering import PURCHASING
from tests.unit.flows.scene import Scene, make_bill
from tests.unit.flows.test_notice_line import drop, write_notice

from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.proof import prove_posted
from ml_connector.mapping.answers import ask_for
from ml_connector.records.status import Status

NOTICES: Final = (
    '\n[[route]]\nset = "856"\ntarget = "receiver"\nentity = "E1"\n\n[[notice]]\ntarget = "bill"\n'
)
MATCHED: Final = PURCHASING.replace('target = "ap_bill"', 'target = "vendor_invoice"') + NOTICES
NEED: Final = "draft_bill:Alnwick Bolts/INV-1/ASN-1"


def open_dock(scene: Scene, rules: str) -> Scene:
    """A company whose ship notices become bills in draft, with an order of 40 bolts."""
    open_matching(scene, rules=rules)
    buy_goods(scene)
    return scene


@pytest.fixture
def billing(sqlite_scene: Scene) -> Scene:
    """Invoices become bills as they are."""
    return open_dock(sqlite_scene, PURCHASING + NOTICES)


@pytest.fixture
def matching(sqlite_scene: Scene) -> Scene:
    """Invoices are matched with their orders."""
    return open_dock(sqlite_scene, MATCHED)


def delete_bill(scene: Scene, number: str) -> None:
    """A person deletes a bill in Intacct."""
    scene.finance.bills[:] = [each for each in scene.finance.bills if each.found.number != number]


def list_bills(scene: Scene) -> list[str]:
    return [each.found.number for each in scene.finance.bills]


def agree(scene: Scene, need: str) -> None:
    question = ask_for(need, ["Alnwick Bolts"])
    assert question is not None
    assert question.wanted == "agreement"
    with scene.store.begin() as work:
        answer = question.answer("agreed")
        (prepared,) = work.xref.prepare(scene.link, [answer], by="ana", origin=need, reason="other goods")
        work.xref.approve(scene.link, [prepared.id], by="mira")


@pytest.mark.rule("856 ship notice", 9)
def test_an_invoice_waits_for_the_draft_of_its_notice_to_be_deleted_and_then_goes_by_itself(
    billing: Scene,
) -> None:
    drop(billing, write_notice("ASN-1", "40"))
    billing.run()
    notice = billing.document("ASN-1")
    with billing.store.begin() as work:
        expected = work.matches.get([notice.id])[notice.id]
    draft = notice.intacct_key
    billing.drop(bill_order("INV-1", order="po-0001"))

    billing.run()
    (need,) = billing.needs("INV-1")
    (rehearsed,) = rehearse_documents(billing.make_run().basis, [billing.document("INV-1")], version=1).moves
    delete_bill(billing, "ASN-1")
    billing.run()
    proof = prove_posted(billing.store, billing.finance, billing.link)

    assert [(goods.order_id, goods.quantity) for goods in expected.expected] == [(PO, Fraction(40))]
    assert str(need) == NEED
    assert f"is bill {draft} (Draft, 20.00) in Intacct" in need.reason
    assert "(20.00 waits); delete that bill and it goes on by itself" in need.reason
    assert rehearsed is Status.READY
    assert billing.document("INV-1").status is Status.POSTED
    assert list_bills(billing) == ["INV-1"]
    assert (proof.differences, len(proof.deleted)) == ((), 1)
    assert f"its draft, bill {draft}, was deleted" in proof.deleted[0]
    assert proof.deleted[0].startswith(f"document #{notice.id} ASN-1 ")


@pytest.mark.rule("856 ship notice", 9)
def test_a_matched_invoice_waits_as_well_also_once_somebody_has_submitted_the_draft(matching: Scene) -> None:
    drop(matching, write_notice("ASN-1", "15"))
    matching.run()
    (kept,) = matching.finance.bills
    matching.finance.bills[0] = replace(kept, found=replace(kept.found, state="Submitted"))
    receive_goods(matching, "40")
    matching.drop(bill_order("INV-1"))

    matching.run()
    (need,) = matching.needs("INV-1")
    matching.finance.bills[0] = replace(kept, found=replace(kept.found, state="Reversed"))
    matching.run()

    assert str(need) == NEED
    assert "(Submitted, 7.50) in Intacct" in need.reason
    assert matching.document("INV-1").status is Status.POSTED


def test_of_other_goods_people_say_so(billing: Scene) -> None:
    drop(billing, write_notice("ASN-1", "15"))
    billing.run()
    billing.drop(bill_order("INV-1"), bill_order("INV-2"))
    billing.run()
    agree(billing, NEED)

    billing.run()

    assert billing.statuses() == {"ASN-1": Status.POSTED, "INV-1": Status.POSTED, "INV-2": Status.HELD}


def test_a_notice_and_an_invoice_that_come_together_do_not_both_go(billing: Scene) -> None:
    drop(billing, write_notice("ASN-1", "40"), name="a.edi")
    billing.drop(bill_order("INV-1"), name="b.edi")

    billing.run()

    held = [number for number, status in billing.statuses().items() if status is Status.HELD]
    assert len(held) == len(list_bills(billing)) == 1
    (need,) = billing.needs(held[0])
    assert need.kind == "draft_bill"
    assert "a bill that is on its way to Intacct" in need.reason


def test_a_notice_that_comes_after_its_invoice_makes_no_bill(billing: Scene) -> None:
    billing.drop(bill_order("INV-1"))
    billing.run()
    drop(billing, write_notice("ASN-1", "40"))

    billing.run()

    (need,) = billing.needs("ASN-1")
    assert str(need) == "draft_bill:Alnwick Bolts/ASN-1/INV-1"
    assert list_bills(billing) == ["INV-1"]


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize(("invoiced", "over"), [("40", [f"over_receipt:{PO}/1/ASN-1"]), ("15", [])])
def test_a_notice_of_goods_that_a_person_has_invoiced_by_their_order_makes_no_bill(
    matching: Scene, invoiced: str, over: list[str]
) -> None:
    book_invoice(matching, receive_goods(matching, invoiced), "INV-9", invoiced)
    drop(matching, write_notice("ASN-1", "15"))

    matching.run()

    needs = sorted(str(need) for need in matching.needs("ASN-1"))
    assert needs == ["draft_bill:Alnwick Bolts/ASN-1/INV-9", *over]
    assert list_bills(matching) == []


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize("together", [True, False], ids=["in one run", "a run later"])
def test_a_notice_after_the_matched_invoice_of_its_goods_makes_no_bill_until_that_is_gone(
    matching: Scene, *, together: bool
) -> None:
    receive_goods(matching, "15")
    matching.drop(bill_order("INV-1", "15 0.5"), name="a.edi")
    if not together:
        matching.run()
    drop(matching, write_notice("ASN-1", "15"), name="b.edi")

    matching.run()
    (need,) = matching.needs("ASN-1")
    matching.run()
    (later,) = matching.needs("ASN-1")
    (invoice,) = list_invoices(matching)
    kept = matching.finance.purchasing.kept
    kept[invoice] = replace(kept[invoice], document=replace(kept[invoice].document, state="Declined"))
    matching.run()

    assert str(need) == "draft_bill:Alnwick Bolts/ASN-1/INV-1"
    assert ("on its way" in need.reason) is together
    assert "invoice INV-1 names the same order and is Vendor Invoice-" in later.reason
    assert matching.document("ASN-1").status is Status.POSTED


@pytest.mark.rule("856 ship notice", 9)
def test_a_notice_is_billed_beside_a_matched_invoice_that_names_another_or_of_other_lines(
    matching: Scene,
) -> None:
    drop(matching, write_notice("ASN-1", "15"))
    matching.run()
    delete_bill(matching, "ASN-1")
    receive_goods(matching, "15")
    matching.drop(bill_shipment("INV-1", "15", "SI*ASN-1"))
    matching.run()
    drop(matching, write_notice("ASN-2", "25"), name="later.edi")

    matching.run()

    assert matching.document("INV-1").status is Status.POSTED
    assert list_bills(matching) == ["ASN-2"]


def test_bills_of_other_vendors_and_other_orders_are_no_matter(billing: Scene) -> None:
    buy_goods(billing)
    drop(billing, write_notice("ASN-1", "40 PO0002"))
    billing.run()
    billing.drop(bill_order("INV-1"))

    billing.run()

    assert billing.document("INV-1").status is Status.POSTED
    assert sorted(list_bills(billing)) == ["ASN-1", "INV-1"]


def test_a_bill_of_the_notice_s_number_that_a_person_entered_counts_as_well(billing: Scene) -> None:
    drop(billing, write_notice("ASN-1", "40"))
    billing.run()
    delete_bill(billing, "ASN-1")
    billing.finance.enter_by_hand(make_bill("ASN-1"))
    billing.drop(bill_order("INV-1"))

    billing.run()

    assert [str(need) for need in billing.needs("INV-1")] == [NEED]


def bill_shipment(number: str, quantity: str, *named: str) -> tuple[str, ...]:
    """An invoice of so many, which names shipments: `SI*ASN-2`."""
    head, *rest = bill_order(number, f"{quantity} 0.5")
    return (head, *(f"REF*{each}" for each in named), *rest)


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize(
    ("lading", "named"),
    [
        ((), "SI*asn-2"),
        (("REF*BM*B-77",), "BM*B77"),
        (("REF*PK*L-2",), "PK*L-2"),
        (("REF*IV*INV-1",), "VN*1"),
    ],
    ids=["shipment number", "bill of lading", "packing list", "the notice names the invoice"],
)
def test_of_two_partial_shipments_an_invoice_waits_for_the_draft_of_its_own(
    billing: Scene, lading: tuple[str, ...], named: str
) -> None:
    first, (bsn, shipment, *rest) = write_notice("ASN-1", "15"), write_notice("ASN-2", "25")
    drop(billing, first, (bsn, shipment, *lading, *rest))
    billing.run()
    billing.drop(bill_shipment("INV-1", "25", named))
    billing.run()
    needs = [str(need) for need in billing.needs("INV-1")]
    delete_bill(billing, "ASN-2")

    billing.run()

    assert needs == ["draft_bill:Alnwick Bolts/INV-1/ASN-2"]
    assert billing.document("INV-1").status is Status.POSTED
    assert sorted(list_bills(billing)) == ["ASN-1", "INV-1"]


@pytest.mark.rule("856 ship notice", 9)
def test_a_matched_invoice_that_names_no_shipment_waits_for_the_draft_of_just_its_goods(
    matching: Scene,
) -> None:
    drop(matching, write_notice("ASN-1", "15"), write_notice("ASN-2", "25"))
    matching.run()
    receive_goods(matching, "40")
    matching.drop(bill_order("INV-1", "25 0.5"), bill_order("INV-2", "10 0.5"))

    matching.run()

    assert [str(need) for need in matching.needs("INV-1")] == ["draft_bill:Alnwick Bolts/INV-1/ASN-2"]
    assert sorted(str(need) for need in matching.needs("INV-2")) == [
        "draft_bill:Alnwick Bolts/INV-2/ASN-1",
        "draft_bill:Alnwick Bolts/INV-2/ASN-2",
    ]


@pytest.mark.rule("856 ship notice", 9)
def test_an_invoice_of_the_goods_of_two_drafts_waits_for_both_and_of_one_that_is_gone_for_the_other(
    matching: Scene,
) -> None:
    drop(matching, write_notice("ASN-1", "20"), write_notice("ASN-2", "20"))
    matching.run()
    receive_goods(matching, "40")
    matching.drop(bill_order("INV-1", "20 0.5"))
    matching.run()
    both = sorted(str(need) for need in matching.needs("INV-1"))
    delete_bill(matching, "ASN-1")

    matching.run()

    assert both == [f"draft_bill:Alnwick Bolts/INV-1/ASN-{n}" for n in (1, 2)]
    assert [str(need) for need in matching.needs("INV-1")] == ["draft_bill:Alnwick Bolts/INV-1/ASN-2"]


@pytest.mark.rule("856 ship notice", 9)
def test_an_invoice_of_more_than_the_shipment_it_names_waits_for_the_draft_of_the_rest_too(
    matching: Scene,
) -> None:
    drop(matching, write_notice("ASN-1", "15"), write_notice("ASN-2", "5"))
    matching.run()
    receive_goods(matching, "20")
    matching.drop(bill_shipment("INV-1", "20", "SI*ASN-1"))

    matching.run()

    needs = sorted(str(need) for need in matching.needs("INV-1"))
    assert needs == [f"draft_bill:Alnwick Bolts/INV-1/ASN-{n}" for n in (1, 2)]


@pytest.mark.rule("856 ship notice", 9)
def test_a_notice_is_billed_beside_an_invoice_that_names_another_shipment(billing: Scene) -> None:
    drop(billing, write_notice("ASN-1", "15"))
    billing.run()
    billing.drop(bill_shipment("INV-1", "15", "SI*ASN-1"))
    delete_bill(billing, "ASN-1")
    billing.run()
    drop(billing, write_notice("ASN-2", "25"), write_notice("ASN-3", "25"), name="later.edi")

    billing.run()

    assert billing.document("ASN-2").status is Status.POSTED
    assert sorted(list_bills(billing)) == ["ASN-2", "INV-1"]
    assert [str(need) for need in billing.needs("ASN-3")] == [f"over_receipt:{PO}/1/ASN-3"]


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize("together", [True, False])
def test_notices_that_are_bills_are_counted_together_against_their_order(
    billing: Scene, *, together: bool
) -> None:
    notices = [write_notice(f"ASN-{n}", quantity) for n, quantity in enumerate(("15", "25", "1"), 1)]
    for place, part in enumerate([notices] if together else [[each] for each in notices]):
        drop(billing, *part, name=f"{place}.edi")
        billing.run()

    [need] = billing.needs("ASN-3")

    assert sorted(list_bills(billing)) == ["ASN-1", "ASN-2"]
    assert str(need) == f"over_receipt:{PO}/1/ASN-3"
    assert "41 Each come together of 40, 0 more is allowed" in need.reason
