"""856: ship notices become receivers of their orders, each once; never more than was ordered is received."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from tests.fakes import AT_ONCE, Fault, Killed
from tests.unit.flows.invoicing import PO, buy, receive_goods
from tests.unit.flows.ordering import PURCHASING, drop_order, list_written, open_trade, write_order
from tests.unit.flows.scene import Scene, make_bill, write_file

from ml_connector.app.needs import Needs
from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import release, reopen
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.receiving import receive
from ml_connector.intacct import BillKey, ErrorDetail, NewPurchasing
from ml_connector.records.orders import ExpectedGoods
from ml_connector.records.status import Status

NOTICES: Final = f'{PURCHASING}\n[[route]]\nset = "856"\ntarget = "receiver"\nentity = "E1"\n'
OTHER: Final = "Purchase Order-PO0002"


def say(rule: str) -> str:
    """The rules, with one of what becomes of notices."""
    return f"{NOTICES}\n[[notice]]\n{rule}\n"


@pytest.fixture
def dock(scene: Scene) -> Scene:
    """A company with an order of 40 bolts."""
    open_trade(scene, rules=NOTICES)
    buy(scene)
    return scene


def write_notice(
    number: str, *items: str, on: str = "20310310", arrives: str = "017*20310312"
) -> tuple[str, ...]:
    """The segments of an 856; items as `25` or `25 PO0002`, of the order PO0001 unless they name another."""
    segments = [f"BSN*00*{number}*{on}*0900", "HL*1**S", f"DTM*{arrives}", "N1*SE*Alnwick Bolts*92*77"]
    for count, item in enumerate(items or ("25",)):
        quantity, *order = item.split()
        place = 2 * count + 2
        segments += [f"HL*{place}*1*O", f"PRF*{order[0] if order else 'PO0001'}"]
        segments += [f"HL*{place + 1}*{place}*I", "LIN**BP*BOLT-8", f"SN1**{quantity}*EA"]
    return tuple(segments)


def drop(scene: Scene, *notices: tuple[str, ...], name: str = "asn.edi", usage: str = "P") -> None:
    scene.mailbox.drop(name, write_file(*notices, code="856", usage=usage))


def list_receivers(scene: Scene) -> list[tuple[str, str, str, Decimal]]:
    """What is received: the vendor's number, the order, the state and the quantity."""
    kept = scene.finance.purchasing.kept.values()
    return [
        (
            each.document.vendor_number,
            each.document.created_from.removeprefix("Purchase Order-"),
            each.document.state,
            sum((line.quantity or Decimal(0) for line in each.lines), Decimal(0)),
        )
        for each in kept
        if each.document.definition == "PO Receiver"
    ]


def change_order(scene: Scene, *, quantity: str | None = None, state: str | None = None) -> None:
    """A person changes the order in Intacct."""
    kept = scene.finance.purchasing.kept[PO]
    document = replace(kept.document, state=state or kept.document.state, modified=scene.clock())
    (line,) = kept.lines
    if quantity is not None:
        more = Decimal(quantity) - (line.quantity or 0)
        line = replace(line, quantity=Decimal(quantity), remaining=(line.remaining or 0) + more)
    scene.finance.purchasing.kept[PO] = replace(kept, document=document, lines=(line,))


@pytest.mark.rule("856 ship notice", 1)
def test_a_notice_becomes_a_receiver_in_draft_of_its_order_and_what_it_promises_is_kept(dock: Scene) -> None:
    drop(dock, write_notice("ASN-1"))

    troubles = dock.run()

    document, posting = dock.document("ASN-1"), dock.posting("ASN-1").posting
    (receiver,) = posting.functions
    assert isinstance(receiver, NewPurchasing)
    assert (troubles, document.status, posting.target.entity) == ([], Status.POSTED, "E1")
    assert list_receivers(dock) == [("ASN-1", "PO0001", "Draft", Decimal(25))]
    assert receiver.lines[0].source_line == dock.finance.purchasing.kept[PO].lines[0].record_no
    assert receiver.date.isoformat() == "2031-03-12"
    assert (receiver.message or "").endswith(f" {document.document.document_key}")
    with dock.store.begin() as work:
        (comparison,) = work.matches.get([document.id]).values()
    promised = ExpectedGoods(
        order_id=PO, order_line=1, item_id="BOLT-8", quantity=Fraction(25), unit="Each", on=receiver.date
    )
    assert comparison.expected == (promised,)
    balance = strike_balance(dock.store, dock.link, base_currency="USD")
    assert (balance.complete, [row.kind for row in balance.rows]) == (True, ["notice"])
    assert prove_posted(dock.store, dock.finance, dock.link).differences == ()


@pytest.mark.rule("856 ship notice", 3)
def test_of_two_notices_in_one_slice_the_second_gets_only_what_is_left_and_goes_once_the_order_is_raised(
    dock: Scene,
) -> None:
    drop(dock, write_notice("ASN-1"), write_notice("ASN-2"))
    dock.run()
    first, (need,) = dock.statuses(), dock.needs("ASN-2")

    change_order(dock, quantity="50")
    dock.wait(hours=2)
    dock.run()

    assert first == {"ASN-1": Status.POSTED, "ASN-2": Status.HELD}
    assert str(need) == f"over_receipt:{PO}/1/ASN-2"
    assert "50 Each come together of 40" in need.reason
    assert "(a shipment with 1 item waits); raise the order in Intacct" in need.reason
    assert list_receivers(dock) == [
        ("ASN-1", "PO0001", "Draft", Decimal(25)),
        ("ASN-2", "PO0001", "Draft", Decimal(25)),
    ]


@pytest.mark.rule("856 ship notice", 7)
def test_a_notice_before_its_order_goes_once_our_own_order_is_posted(scene: Scene) -> None:
    open_trade(scene, rules=NOTICES)
    drop(scene, write_notice("ASN-1", "25 P-77"))
    scene.run()
    held, (need,) = scene.document("ASN-1").status, scene.needs("ASN-1")

    rehearsed = rehearse_documents(scene.make_run().basis, scene.documents(), version=1)
    drop_order(scene, write_order("P-77"))
    scene.run()
    scene.wait(minutes=6)
    scene.run()

    assert (held, str(need)) == (Status.HELD, "order:Alnwick Bolts/P-77")
    assert "no order of vendor V1 Alnwick Bolts answers to PRF01 P-77" in need.reason
    ((unread,),) = rehearsed.needs.values()
    assert "before its orders are read from Intacct" in unread.reason
    assert list_receivers(scene) == [("ASN-1", "PO0001", "Draft", Decimal(25))]


@pytest.mark.rule("850 order", 12)
def test_a_notice_goes_once_a_person_has_said_which_order_it_means(dock: Scene) -> None:
    drop(dock, write_notice("ASN-1", "25 OURS-9"))
    dock.run()
    (need,) = dock.needs("ASN-1")
    desk = Needs(basis=dock.make_run().basis, four_eyes=False)
    preview = desk.preview(str(need), PO, report=lambda _done, _total: None)
    assert preview is not None

    desk.answer(str(need), PO, by="ana", preview=preview)
    dock.run()

    assert str(need) == "order:Alnwick Bolts/OURS-9"
    assert list_receivers(dock) == [("ASN-1", "PO0001", "Draft", Decimal(25))]


@pytest.mark.rule("856 ship notice", 7)
def test_a_notice_waits_for_its_order_to_be_approved(dock: Scene) -> None:
    change_order(dock, state="Draft")
    drop(dock, write_notice("ASN-1"))
    dock.run()
    waiting = [str(need) for need in dock.needs("ASN-1")]

    change_order(dock, state="Pending")
    dock.wait(minutes=6)
    dock.run()

    assert waiting == [f"order_state:{PO}"]
    assert dock.document("ASN-1").status is Status.POSTED


@pytest.mark.rule("856 ship notice", 2)
@pytest.mark.parametrize("commits", [AT_ONCE, timedelta(minutes=2)])
def test_a_notice_of_several_orders_becomes_a_receiver_of_each_in_turn_and_each_once(
    dock: Scene, commits: timedelta
) -> None:
    buy(dock)
    drop(dock, write_notice("ASN-1", "25", "10 PO0002"))
    dock.finance.order(Fault(commits=AT_ONCE), Fault(lost=True, commits=commits))

    for _ in range(6):
        dock.run()
        dock.wait(minutes=6)

    assert dock.document("ASN-1").status is Status.POSTED
    assert list_receivers(dock) == [
        ("ASN-1", "PO0001", "Draft", Decimal(25)),
        ("ASN-1", "PO0002", "Draft", Decimal(10)),
    ]


def test_when_the_second_receiver_is_refused_a_release_sends_it_alone(dock: Scene) -> None:
    buy(dock)
    drop(dock, write_notice("ASN-1", "25", "10 PO0002"))
    refused = ErrorDetail(errorno="X", description2="No.")
    dock.finance.order(Fault(commits=AT_ONCE), Fault(says="refused", errors=(refused,)))
    dock.run()
    held = [need.kind for need in dock.needs("ASN-1")]

    release(dock.store, [dock.document("ASN-1").id], reason="try again")
    dock.run()

    assert held == ["refused"]
    assert dock.document("ASN-1").status is Status.POSTED
    assert [order for _, order, _, _ in list_receivers(dock)] == ["PO0001", "PO0002"]


@pytest.mark.rule("856 ship notice", 8)
def test_with_the_store_lost_a_notice_is_found_by_our_mark_and_what_is_there_in_part_is_for_a_person(
    dock: Scene,
) -> None:
    buy(dock)
    drop(dock, write_notice("ASN-1"), write_notice("ASN-2", "5", "5 PO0002"))
    dock.run()
    part = next(
        id_ for id_, each in dock.finance.purchasing.kept.items() if each.document.created_from == OTHER
    )
    del dock.finance.purchasing.kept[part]
    dock.lose_store()
    drop(dock, write_notice("ASN-1"), write_notice("ASN-2", "5", "5 PO0002"), name="again.edi")

    dock.run()

    again = dock.document("ASN-1")
    assert again.status is Status.DUPLICATE
    assert again.reason == "the same as PO Receiver-PR0003 in Intacct, posted by this connector"
    assert [str(need) for need in dock.needs("ASN-2")] == ["part:ASN-2/1"]
    assert len(list_receivers(dock)) == 2


@pytest.mark.rule("856 ship notice", 8)
def test_a_receiver_that_a_person_has_entered_under_the_number_of_the_notice_holds_it(dock: Scene) -> None:
    kept = dock.finance.purchasing.kept
    id_ = receive_goods(dock, "10")
    kept[id_] = replace(kept[id_], document=replace(kept[id_].document, vendor_number="ASN-1"))
    drop(dock, write_notice("ASN-1"))

    dock.run()

    (need,) = dock.needs("ASN-1")
    assert str(need) == "duplicate:V1/ASN-1"
    assert f"vendor V1 has {id_} in Intacct under the number of notice ASN-1" in need.reason


@pytest.mark.rule("856 ship notice", 4)
def test_where_notices_are_receipts_a_notice_is_posted_on_the_day_the_goods_arrive(dock: Scene) -> None:
    dock.rules = say("asn_is_receipt = true")
    on = (dock.clock() + timedelta(days=3)).strftime("%Y%m%d")
    drop(dock, write_notice("ASN-1", arrives=f"035*{on}"), write_notice("ASN-2", "5", arrives="050*20310310"))
    dock.run()
    before, (need,) = list_receivers(dock), dock.needs("ASN-1")

    dock.wait(days=4)
    dock.run()

    assert before == [("ASN-2", "PO0001", "Pending", Decimal(5))]
    assert need.kind == "date"
    assert "it is to be posted as received" in need.reason
    assert list_receivers(dock)[1:] == [("ASN-1", "PO0001", "Pending", Decimal(25))]


@pytest.mark.rule("856 ship notice", 6)
def test_a_notice_that_is_only_noted_is_filed_and_what_it_promises_is_kept(dock: Scene) -> None:
    dock.rules = say('target = "note"')
    drop(dock, write_notice("ASN-1"))

    dock.run()

    document = dock.document("ASN-1")
    with dock.store.begin() as work:
        (comparison,) = work.matches.get([document.id]).values()
    assert (document.status, document.reason) == (Status.FILED, "expected goods only")
    assert [(goods.order_id, goods.quantity) for goods in comparison.expected] == [(PO, Fraction(25))]
    assert list_written(dock) == []


@pytest.mark.rule("856 ship notice", 5)
def test_where_a_notice_becomes_a_bill_it_is_a_draft_at_the_prices_of_the_order(dock: Scene) -> None:
    dock.rules = say('target = "bill"')
    drop(dock, write_notice("ASN-1"))
    dock.run()
    (bill,) = dock.finance.find_bills([BillKey(vendor_id="V1", number="ASN-1")])
    proof = prove_posted(dock.store, dock.finance, dock.link)
    dock.lose_store()
    drop(dock, write_notice("ASN-1"), name="again.edi")

    dock.run()

    assert (bill.number, bill.state, bill.total) == ("ASN-1", "Draft", Decimal("12.50"))
    assert (proof.documents, proof.invoices.posted, proof.differences) == (1, Decimal(0), ())
    assert dock.document("ASN-1").status is Status.DUPLICATE
    assert list_receivers(dock) == []


def test_a_notice_that_becomes_a_bill_waits_for_its_order_and_stands_back_for_a_bill_of_its_number(
    dock: Scene,
) -> None:
    dock.rules = say('target = "bill"')
    dock.finance.enter_by_hand(make_bill("ASN-1"), state="Reversed")
    there = dock.finance.enter_by_hand(make_bill("ASN-1")).found
    drop(dock, write_notice("ASN-1"), write_notice("ASN-2", "5 NONE"))

    dock.run()

    (need,) = dock.needs("ASN-1")
    assert str(need) == "duplicate:V1/ASN-1"
    assert f"bill {there.record_no} in Intacct (100.00 of 2031-03-10)" in need.reason
    assert [str(each) for each in dock.needs("ASN-2")] == ["order:Alnwick Bolts/NONE"]


def test_without_a_route_a_notice_is_filed_and_goes_when_it_is_opened_again(dock: Scene) -> None:
    dock.rules = PURCHASING
    drop(dock, write_notice("ASN-1"))
    dock.run()
    filed = dock.document("ASN-1")

    dock.rules = NOTICES
    reopen(dock.store, [filed.id], reason="there is a route")
    dock.wait(minutes=6)
    dock.run()

    assert (filed.status, "no route says what becomes of set 856" in filed.reason) == (Status.FILED, True)
    assert dock.document("ASN-1").status is Status.POSTED


def test_what_is_no_notice_of_ours_goes_nowhere(dock: Scene) -> None:
    drop(dock, write_notice("ASN-T"), name="test.edi", usage="T")
    stranger = tuple(
        each.replace("92*77", "92*99").replace("Alnwick", "No") for each in write_notice("ASN-V")
    )
    dock.mailbox.drop("stranger.edi", write_file(write_notice("ASN-S"), code="856", sender="STRANGER"))
    drop(dock, stranger, write_notice("9" * 61), ("HL*1**S",), name="odd.edi")

    dock.run()

    assert dock.document("ASN-T").status is Status.FILED
    assert [str(need) for need in dock.needs("ASN-S")] == ["partner:ZZ/STRANGER"]
    assert [need.kind for need in dock.needs("ASN-V")] == ["vendor"]
    rejected = [each.reason for each in dock.documents() if each.status is Status.REJECTED]
    assert rejected[0] == "BSN02 has 61 characters; a notice number has at most 30"
    assert len(rejected) == 2
    assert list_receivers(dock) == []


@pytest.mark.parametrize("stored", [True, False])
def test_killed_between_sending_and_the_answer_a_receiver_is_there_once(dock: Scene, *, stored: bool) -> None:
    drop(dock, write_notice("ASN-1"), write_notice("ASN-2", "15"))
    dock.do(refresh, receive, read, plan)
    dock.finance.order(Fault(error=Killed(), commits=AT_ONCE if stored else None))
    with pytest.raises(Killed):
        dock.run()
    dock.restart()

    for _ in range(12):
        dock.run()
        dock.wait(minutes=6)

    assert set(dock.statuses().values()) == {Status.POSTED}
    assert sorted(quantity for *_, quantity in list_receivers(dock)) == [Decimal(15), Decimal(25)]
