"""810 with an order: matched line by line, converted from what was received, each invoice exactly once."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from tests.databases import run_sql
from tests.fakes import AT_ONCE, Fault
from tests.unit.flows.invoicing import (
    FREIGHT,
    MATCHING,
    PO,
    bill_order,
    book_invoice,
    buy,
    list_invoices,
    open_matching,
    receive_goods,
)
from tests.unit.flows.ordering import list_written
from tests.unit.flows.scene import Scene, make_contact, share, write_invoice
from tests.unit.flows.test_notice_line import drop, write_notice
from tests.unit.flows.test_reference_approvals import change

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import release
from ml_connector.flows.planning.deciding import plan_documents, rehearse_documents
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.receiving import receive
from ml_connector.intacct import ErrorDetail
from ml_connector.records.status import Status

VI: Final = "Vendor Invoice-VI0003"
NO: Final = Fault(says="refused", errors=(ErrorDetail(errorno="X", description2="No."),))


@pytest.fixture
def trade(sqlite_scene: Scene) -> Scene:
    return open_matching(sqlite_scene)


def goes_on(scene: Scene) -> None:
    """The next run after our copy of what people have done is renewed."""
    scene.wait(minutes=6)
    scene.run()


@pytest.mark.rule("810 invoice", 1)
def test_an_invoice_of_goods_received_becomes_a_vendor_invoice_converted_from_the_receiver(
    trade: Scene,
) -> None:
    trade.rules = MATCHING + FREIGHT
    buy(trade)
    receiver = receive_goods(trade, "40")
    trade.drop(bill_order("INV-1", "40 0.5", freight="5.00"))

    troubles = trade.run()

    document, posting = trade.document("INV-1"), trade.posting("INV-1")
    assert (troubles, document.status, document.intacct_key) == ([], Status.POSTED, VI), document.reason
    assert list_invoices(trade) == {VI: ("INV-1", "Closed", Decimal("25.00"))}
    kept = trade.finance.purchasing.kept[VI]
    assert (kept.entity, kept.document.created_from) == ("E1", receiver)
    assert kept.document.message.endswith(f" {document.document.document_key}")
    assert kept.subtotals == {"Freight": Decimal("5.00")}
    assert posting.posting.control_id.startswith("mlc:purchasing:")
    with trade.store.begin() as work:
        match = work.matches.get([document.id])[document.id].match
    assert match is not None
    assert [(str(line.verdict), line.received, line.invoiced) for line in match.lines] == [
        ("matched", Fraction(40), Fraction(40))
    ]


def test_a_vendor_invoice_is_owed_and_is_proved_against_what_intacct_has(trade: Scene) -> None:
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))
    trade.run()

    balance = strike_balance(trade.store, trade.link, base_currency="USD")
    proved = prove_posted(trade.store, trade.finance, trade.link)
    kept = trade.finance.purchasing.kept[VI]
    changed = replace(kept.document, total=Decimal(9), state="Draft")
    trade.finance.purchasing.kept[VI] = replace(kept, document=changed)
    run_sql(trade.url, "UPDATE postings SET body_sha256 = 'x'")
    differs = prove_posted(trade.store, trade.finance, trade.link)

    assert balance.complete
    assert (proved.invoices.posted, proved.invoices.in_intacct, proved.differences) == (
        Decimal(20),
        Decimal(20),
        (),
    )
    assert (differs.invoices.posted, differs.invoices.in_intacct, differs.invoices.awaiting) == (
        Decimal(20),
        Decimal(9),
        Decimal(9),
    )
    assert [said.partition("): ")[2] for said in differs.differences] == [
        "its posting was changed in the store after it was planned",
        f"{VI} is 9 in Intacct and was posted as 20.00",
    ]


@pytest.mark.rule("810 invoice", 5)
def test_before_its_goods_an_invoice_waits_for_the_receiver_and_then_goes_by_itself(scene: Scene) -> None:
    trade = open_matching(scene)
    buy(trade)
    trade.drop(bill_order("INV-1"))
    trade.run()
    (need,) = trade.needs("INV-1")

    goes_on(trade)
    looked = trade.document("INV-1")
    receive_goods(trade, "15")
    goes_on(trade)
    (partly,) = trade.needs("INV-1")
    receive_goods(trade, "25")
    goes_on(trade)

    assert str(need) == str(partly) == f"receipt:{PO}/1"
    assert "40 Each are invoiced, 0 received (20.00 USD waits)" in need.reason
    assert looked.status is Status.HELD
    assert trade.document("INV-1").status is Status.POSTED
    assert [total for *_, total in list_invoices(trade).values()] == [Decimal("20.00")]


@pytest.mark.rule("850 order", 13)
def test_an_invoice_whose_order_is_not_in_intacct_waits_for_it(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", order="po-1"))
    trade.run()
    (need,) = trade.needs("INV-1")
    buy(trade)
    receive_goods(trade, "40")

    goes_on(trade)

    assert str(need) == "order:Alnwick Bolts/po-1"
    assert trade.document("INV-1").status is Status.POSTED


@pytest.mark.rule("810 invoice", 7)
def test_of_two_invoices_for_the_same_goods_only_the_first_goes(trade: Scene) -> None:
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1", "30 0.5"), bill_order("INV-2", "20 0.5"))

    trade.run()

    assert trade.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}
    (need,) = trade.needs("INV-2")
    assert str(need) == f"match:Alnwick Bolts/{PO}/1/INV-2/20 Each for 10 after 30 of 40 at 0.5"
    assert "50 Each are invoiced of 40, 10 too many" in need.reason


@pytest.mark.rule("810 invoice", 7)
@pytest.mark.parametrize("again", [False, True], ids=["first planned", "planned before"])
def test_goods_that_another_run_has_planned_since_the_orders_were_read_are_not_planned_twice(
    trade: Scene, *, again: bool
) -> None:
    buy(trade)
    receive_goods(trade, "40")
    other = share(trade, "other")
    other.drop(bill_order("INV-2"))
    if again:  # its posting keeps its id when it is planned anew
        other.do(refresh, receive, read, plan)
        run_sql(trade.url, "UPDATE documents SET status = 'read' WHERE link = 'other'")
    else:
        other.do(refresh, receive, read)
    trade.drop(bill_order("INV-1"))
    trade.do(refresh, receive, read)
    run, documents = trade.make_run(), trade.documents()
    decided = plan_documents(run, documents, version=1)

    other.run()
    ready = store_outcome(run.basis, decided, version=1)
    left = trade.document("INV-1").status
    trade.run()

    assert [move.id for move in decided.moves[Status.READY]] == [documents[0].id]
    assert (ready, left) == ([], Status.READ)
    assert other.document("INV-2").status is Status.POSTED
    assert [need.kind for need in trade.needs("INV-1")] == ["match"]
    assert len(list_invoices(trade)) == 1


@pytest.mark.rule("810 invoice", 8)
@pytest.mark.parametrize("together", [True, False, None])
def test_of_several_receivers_one_vendor_invoice_is_made_or_one_each_as_the_company_converts(
    trade: Scene, *, together: bool | None
) -> None:
    trade.multi_source = together
    buy(trade)
    receivers = [receive_goods(trade, "15"), receive_goods(trade, "25")]
    trade.drop(bill_order("INV-1", "40 0.333"))

    trade.run()
    if together is None:
        assert [str(need) for need in trade.needs("INV-1")] == ["setting:multi_source_conversion"]
        return
    trade.run()

    made = list_invoices(trade)
    assert trade.document("INV-1").status is Status.POSTED
    assert {number for number, *_ in made.values()} == {"INV-1"}
    assert sum(total for *_, total in made.values()) == Decimal("13.32")
    sources = [trade.finance.purchasing.kept[id_].document.created_from for id_ in made]
    assert sources == ([""] if together else receivers)
    proof = prove_posted(trade.store, trade.finance, trade.link)
    assert (proof.invoices.posted, proof.invoices.in_intacct, proof.differences) == (
        Decimal("13.32"),
        Decimal("13.32"),
        (),
    )


def test_a_part_that_was_refused_follows_what_intacct_has_once_it_is_replayed(trade: Scene) -> None:
    trade.multi_source = False
    buy(trade)
    receive_goods(trade, "15")
    receive_goods(trade, "25")
    trade.drop(bill_order("INV-1"))
    trade.finance.order(Fault(commits=AT_ONCE), NO)
    trade.run()
    refused, first = trade.needs("INV-1"), list_invoices(trade)

    release(trade.store, [trade.document("INV-1").id], reason="the period is open again")
    for _ in range(3):
        trade.run()

    assert ([need.kind for need in refused], len(first)) == (["refused"], 1)
    assert trade.document("INV-1").status is Status.POSTED, trade.needs("INV-1")
    assert [total for *_, total in list_invoices(trade).values()] == [Decimal("7.50"), Decimal("12.50")]


@pytest.mark.rule("810 invoice", 4)
def test_a_rise_is_held_even_in_small_steps_and_whatever_the_order_says_by_then(trade: Scene) -> None:
    trade.rules = f'{MATCHING}[[match]]\nname = "small differences"\nprice = "1.00"\n'
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1", "10 0.58"))
    trade.run()
    kept = trade.finance.purchasing.kept[PO]
    raised = replace(kept.lines[0], price=Decimal("0.58"))
    trade.finance.purchasing.kept[PO] = replace(kept, lines=(raised,))
    trade.drop(bill_order("INV-2", "10 0.58"), name="next.edi")

    goes_on(trade)

    assert trade.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}
    (need,) = trade.needs("INV-2")
    assert "0.5 was approved, 1.6 too much in all; 1 is allowed" in need.reason


@pytest.mark.rule("810 invoice", 23)
@pytest.mark.parametrize(
    ("quantity", "status"), [("40", Status.DUPLICATE), ("30", Status.HELD)], ids=["same", "other"]
)
def test_an_invoice_that_a_person_has_booked_is_a_duplicate_although_its_goods_are_used_up(
    trade: Scene, quantity: str, status: Status
) -> None:
    buy(trade)
    booked = book_invoice(trade, receive_goods(trade, "40"), "INV-1", quantity)
    trade.drop(bill_order("INV-1"))

    trade.run()

    document = trade.document("INV-1")
    assert document.status is status
    if status is Status.DUPLICATE:
        assert document.reason == f"the same as {booked} in Intacct (20.00 of 2031-03-10)"
    else:
        beside = f"duplicate:Alnwick Bolts/V1/INV-1/20.00/{booked}"
        assert beside in [str(need) for need in trade.needs("INV-1")]
    assert list(list_invoices(trade)) == [booked]


def test_a_bill_is_no_second_time_what_a_person_has_booked_by_its_order(trade: Scene) -> None:
    buy(trade)
    booked = book_invoice(trade, receive_goods(trade, "40"), "INV-1", "40")
    trade.drop(write_invoice("INV-1", 2_000), write_invoice("INV-2", 700))

    trade.run()

    assert trade.statuses() == {"INV-1": Status.DUPLICATE, "INV-2": Status.POSTED}
    assert booked in trade.document("INV-1").reason
    assert [bill.bill.number for bill in trade.finance.bills] == ["INV-2"]


def test_with_the_store_lost_what_was_posted_is_known_by_our_mark_in_however_many_parts(trade: Scene) -> None:
    trade.multi_source = False
    buy(trade)
    receive_goods(trade, "15")
    receive_goods(trade, "25")
    trade.drop(bill_order("INV-1"))
    trade.run()
    trade.run()
    made = list_invoices(trade)
    trade.lose_store()
    trade.drop(bill_order("INV-1"), name="again.edi")

    trade.run()

    assert trade.document("INV-1").status is Status.DUPLICATE
    assert trade.document("INV-1").reason == (
        f"the same as {', '.join(made)} in Intacct (20.00 of 2031-03-10, posted by this connector)"
    )
    assert list_invoices(trade) == made


@pytest.mark.rule("Before anything else", 10)
def test_after_an_unclear_answer_a_vendor_invoice_is_found_by_our_mark(trade: Scene) -> None:
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))
    trade.finance.order(Fault(lost=True, commits=AT_ONCE))

    trade.run()
    trade.run()

    assert trade.document("INV-1").status is Status.POSTED
    assert len(list_written(trade)) == 1
    assert list(list_invoices(trade)) == [VI]


@pytest.mark.rule("810 invoice", 12)
@pytest.mark.parametrize("setting", ["bill", "hold"])
def test_an_invoice_without_an_order_is_a_bill_or_held_as_its_route_says(trade: Scene, setting: str) -> None:
    trade.rules = MATCHING.replace("[[coding]]", f'without_order = "{setting}"\n\n[[coding]]', 1)
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(write_invoice("INV-1", 700), bill_order("INV-2"))

    trade.run()

    assert trade.document("INV-2").status is Status.POSTED
    if setting == "bill":
        assert (trade.document("INV-1").status, len(trade.finance.bills)) == (Status.POSTED, 1)
    else:
        (need,) = trade.needs("INV-1")
        assert "INV-1 names no order (7.00 USD waits)" in need.reason


def test_an_invoice_of_nobody_we_know_of_an_unknown_vendor_or_to_be_paid_elsewhere_is_held(
    trade: Scene,
) -> None:
    buy(trade)
    receive_goods(trade, "40")
    unknown = tuple(each.replace("92*77", "92*99") for each in bill_order("INV-1"))
    elsewhere = (*bill_order("INV-2")[:2], "N1*RI*Haven Bank*92*1", *bill_order("INV-2")[2:])
    nothing = tuple(each.replace("92*77", "92*99") for each in bill_order("INV-4", "40 0"))
    trade.drop(unknown, elsewhere, nothing)
    trade.drop(bill_order("INV-3"), name="other.edi", sender="STRANGER")

    trade.run()

    assert [need.kind for need in trade.needs("INV-1")] == ["vendor"]
    assert [need.kind for need in trade.needs("INV-2")] == ["remit_to"]
    assert [str(need) for need in trade.needs("INV-3")] == ["partner:ZZ/STRANGER"]
    assert trade.document("INV-4").status is Status.FILED, "it asks for no money"
    assert list_invoices(trade) == {}


@pytest.mark.rule("Who is the vendor, who is paid", 9)
@pytest.mark.parametrize("kept", [True, False])
def test_it_is_paid_where_that_was_approved_and_waits_where_that_is_gone(trade: Scene, *, kept: bool) -> None:
    others = (*trade.finance.books.others, *([make_contact("Alnwick Treasury")] if kept else []))
    approved = {"V1": {"pay_to_contact": "Alnwick Treasury"}}
    trade.finance.books = replace(trade.finance.books, others=others, custom=approved)
    trade.do(refresh)
    change(trade, custom={"pay_to_contact": "Fast Cash"})
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))

    trade.run()

    if kept:
        ((sent,),) = list_written(trade)
        reasons = trade.posting("INV-1").posting.provenance
        assert sent.pay_to == "Alnwick Treasury"
        assert {"VENDORID", "BILLTOPAYTOCONTACTNAME"} <= {reason.path for reason in reasons}
    else:
        (need,) = trade.needs("INV-1")
        assert (
            "the contact Alnwick Treasury, at which vendor V1 is to be paid, is not in Intacct any more"
            in need.reason
        )


def test_what_becomes_of_it_cannot_be_told_before_its_orders_are_read(trade: Scene) -> None:
    buy(trade)
    trade.drop(bill_order("INV-1"), write_invoice("INV-2", on="", vendor="77"))
    trade.run()
    run, documents = trade.make_run(), trade.documents()
    with trade.store.begin() as work:
        newest = work.reference.newest("BIRCH")
    assert newest is not None

    outcome = rehearse_documents(run.basis, documents, version=newest[0])

    (need,) = outcome.needs[documents[0].id]
    assert str(need) == "unread:Alnwick Bolts/INV-1"
    assert "cannot be told before its orders are read from Intacct" in need.reason


@pytest.mark.rule("Before anything else", 1)
def test_on_a_link_in_test_mode_a_vendor_invoice_is_a_draft(trade: Scene) -> None:
    trade.mode = "test"
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))

    trade.run()

    assert list_invoices(trade) == {VI: ("INV-1", "Draft", Decimal("20.00"))}


@pytest.mark.rule("810 invoice", 8)
def test_an_order_that_an_invoice_needs_open_is_not_used_up_before_it_by_another_document(
    sqlite_scene: Scene,
) -> None:
    notices = (
        '\n[[route]]\nset = "856"\ntarget = "receiver"\nentity = "E1"\n\n[[notice]]\nasn_is_receipt = true\n'
    )
    tolerant = '\n[[match]]\nname = "early"\nquantity = "5"\n'
    open_matching(sqlite_scene, rules=MATCHING + notices + tolerant, multi_source=False)
    buy(sqlite_scene)
    sqlite_scene.drop(bill_order("INV-1", "5 0.5"))
    drop(sqlite_scene, write_notice("ASN-1", "40"))

    sqlite_scene.run()
    waiting = [str(need) for need in sqlite_scene.needs("ASN-1")]
    goes_on(sqlite_scene)

    assert waiting == [f"order_state:{PO}/coming"]
    assert sqlite_scene.statuses() == {"INV-1": Status.POSTED, "ASN-1": Status.POSTED}
