"""855, 860 and 865: what is said of an order is compared with it as it stands, and changes it once, or is held."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest
from tests.fakes import AT_ONCE, Fault, Killed
from tests.unit.flows.ordering import PURCHASING, drop_order, open_trade, write_order
from tests.unit.flows.scene import Scene, write_file

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import release
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.receiving import receive
from ml_connector.intacct import PurchasingChange
from ml_connector.intacct.errors import Unavailable
from ml_connector.mapping.answers import ask_for
from ml_connector.records.matches import Promise
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status

PO: Final = "Purchase Order-PO0001"
RULES: Final = (
    PURCHASING
    + """
[[route]]
set = "855"
target = "order_answer"
entity = "E1"
location = "10"
action = "submit"

[[route]]
set = "860"
target = "order_change"

[[route]]
set = "865"
target = "order_change"

[[confirmation]]
reductions = "apply"
"""
)
SELLER: Final = "N1*SE*Alnwick Bolts*92*77"
MORE: Final = "POC*1*QI*50**EA*0.5**BP*BOLT-8"
LESS: Final = "POC*1*QD*30**EA*0.5**BP*BOLT-8"


@pytest.fixture
def trade(sqlite_scene: Scene) -> Scene:
    """An order of 40 bolts at 0.50 stands in Intacct."""
    scene = open_trade(sqlite_scene, rules=RULES)
    drop_order(scene, write_order("P-1"))
    scene.run()
    return scene


def answer(
    ack: str, line: str = "PO1*1*40*EA*0.5**BP*BOLT-8", *, on: str = "20310311", bak: str = "AC*P-1"
) -> tuple[str, ...]:
    return (f"BAK*00*{bak}*20310310*****{on}", SELLER, line, f"ACK*{ack}", "CTT*1")


def change(*lines: str, sequence: str = "1", head: str = "BCH*04*SA*P-1") -> tuple[str, ...]:
    return (f"{head}**{sequence}*20310310", "N1*BY*Birch*92*BIRCH", SELLER, *lines, f"CTT*{len(lines)}")


def drop(scene: Scene, *sets: tuple[str, ...], code: str = "855", name: str = "said.edi") -> None:
    scene.mailbox.drop(name, write_file(*sets, code=code))


def find_order(scene: Scene) -> tuple[Any, ...]:
    """Quantity, price and message of the order as it stands."""
    kept = scene.finance.purchasing.kept[PO]
    return kept.lines[0].quantity, kept.lines[0].price, kept.document.message


def count_changes(scene: Scene) -> int:
    requests = scene.finance.requests
    return sum(isinstance(call.body, PurchasingChange) for calls in requests for call in calls)


def agree(scene: Scene, need: str) -> None:
    question = ask_for(need, ["Alnwick Bolts"])
    assert question is not None
    assert question.wanted == "agreement"
    with scene.store.begin() as work:
        (prepared,) = work.xref.prepare(scene.link, [question.answer("agreed")], by="ana", origin=need)
        work.xref.approve(scene.link, [prepared.id], by="mira")


def test_a_reduction_is_written_to_the_order_with_our_mark_and_what_was_compared_is_kept(
    trade: Scene,
) -> None:
    drop(trade, answer("IQ*30*EA"))

    troubles = trade.run()

    document = trade.document("P-1/2031-03-11")
    with trade.store.begin() as work:
        comparison = work.matches.get([document.id])[document.id]
    assert troubles == []
    assert (document.status, document.intacct_key, document.document.amount) == (
        Status.POSTED,
        PO,
        Decimal(20),
    )
    quantity, price, message = find_order(trade)
    assert (quantity, price) == (Decimal(30), Decimal("0.5"))
    assert message.endswith(f" {document.document.document_key}")
    assert trade.document("P-1").document.document_key in message.split()
    assert [line.promise for line in comparison.confirmed] == [Promise.REDUCED]
    assert trade.posting("P-1/2031-03-11").posting.target.entity == "E1"


def test_what_is_confirmed_as_ordered_is_kept_on_our_side(trade: Scene) -> None:
    drop(trade, answer("IA*40*EA"))

    trade.run()

    document = trade.document("P-1/2031-03-11")
    with trade.store.begin() as work:
        (goods,) = work.matches.get([document.id])[document.id].expected
    assert (document.status, document.reason) == (Status.FILED, "confirmed as ordered")
    assert (goods.order_id, goods.quantity) == (PO, Fraction(40))
    assert count_changes(trade) == 0


@pytest.mark.rule("855 confirmation", 3)
def test_a_price_rise_waits_for_an_approver_and_the_first_price_stays_the_measure(trade: Scene) -> None:
    drop(trade, answer("IP*40*EA", "PO1*1*40*EA*0.6**BP*BOLT-8"))
    trade.run()
    held, (need,) = trade.document("P-1/2031-03-11").status, trade.needs("P-1/2031-03-11")

    agree(trade, str(need))
    trade.run()
    drop(trade, answer("IP*40*EA", "PO1*1*40*EA*0.55**BP*BOLT-8", on="20310312"), name="again.edi")
    trade.run()

    assert (held, str(need)) == (Status.HELD, f"confirmation:Alnwick Bolts/{PO}/1/40 Each at 0.6")
    assert "24.00 USD waits" in need.reason
    assert trade.document("P-1/2031-03-11").status is Status.POSTED
    assert find_order(trade)[:2] == (Decimal(40), Decimal("0.6"))
    (second,) = trade.needs("P-1/2031-03-12")
    assert "40 Each at 0.5 ordered, 40 Each at 0.55 confirmed" in second.reason


def test_an_answer_before_its_order_waits_for_it(sqlite_scene: Scene) -> None:
    scene = open_trade(sqlite_scene, rules=RULES)
    drop(scene, answer("IQ*30*EA"))
    scene.run()
    (need,) = scene.needs("P-1/2031-03-11")
    drop_order(scene, write_order("P-1"))
    scene.run()
    scene.wait(hours=2)

    scene.run()

    assert str(need) == "order:Alnwick Bolts/P-1"
    assert scene.document("P-1/2031-03-11").status is Status.POSTED


@pytest.mark.rule("855 confirmation", 8)
def test_an_answer_of_type_ap_is_an_order_of_its_own(trade: Scene) -> None:
    lines = ("BAK*00*AP*R-7*20310310", "N1*BY*Birch*92*BIRCH", SELLER, "N1*ST*Dock*92*W1")
    drop(trade, (*lines, "PO1*1*5*EA*0.5**BP*BOLT-8", "CTT*1"))

    trade.run()

    document = trade.document("R-7")
    assert (document.status, document.document.key.kind) == (Status.POSTED, "order")
    made = trade.finance.purchasing.kept[document.intacct_key or ""].document
    assert (made.reference, made.total) == ("R-7", Decimal("2.50"))
    assert made.message.startswith("EDI 855 Alnwick Bolts R-7 ")


@pytest.mark.parametrize(("code", "head"), [("860", "BCH*04*SA*P-1"), ("865", "BCA*04*AC*P-1")])
def test_a_change_is_applied_to_the_order(trade: Scene, code: str, head: str) -> None:
    drop(trade, change(LESS, head=head), code=code)

    trade.run()

    assert trade.document("P-1/1").status is Status.POSTED
    assert find_order(trade)[0] == Decimal(30)


def test_a_line_that_is_added_goes_to_the_warehouse_of_the_order(trade: Scene) -> None:
    added = ("POC*2*AI*7**EA*0.25**BP*NUT-8", "N1*ST*Dock*92*W1")
    first, *rest = change("POC*1*NC*40**EA*0.5**BP*BOLT-8")
    drop(trade, (first, *rest[:-1], *added, "CTT*2"), code="860")

    trade.run()

    kept = trade.finance.purchasing.kept[PO]
    assert [(line.item_id, line.quantity) for line in kept.lines] == [
        ("BOLT-8", Decimal(40)),
        ("NUT-8", Decimal(7)),
    ]
    assert kept.places[kept.lines[1].record_no]["WAREHOUSEID"] == "W1"


@pytest.mark.rule("860 and 865 changes", 3)
def test_two_changes_of_one_order_never_cross_each_other(trade: Scene) -> None:
    drop(trade, change(LESS), change(MORE, sequence="2"), code="860")
    trade.run()
    first, second, (need,) = trade.document("P-1/1"), trade.document("P-1/2"), trade.needs("P-1/2")
    between = find_order(trade)[0]
    trade.wait(hours=2)

    trade.run()

    assert (first.status, second.status, between) == (Status.POSTED, Status.HELD, Decimal(30))
    assert (str(need), "is about to be changed" in need.reason) == (f"order_state:{PO}/coming", True)
    assert trade.document("P-1/2").status is Status.POSTED
    assert find_order(trade)[0] == Decimal(50)


def plan_change(scene: Scene) -> StoredPosting:
    """A change that is decided and not sent."""
    drop(scene, change(LESS), code="860")
    scene.do(refresh, receive, read, plan)
    return scene.posting("P-1/1")


@pytest.mark.rule("855 confirmation", 7)
@pytest.mark.rule("860 and 865 changes", 3)
def test_a_change_is_not_sent_when_its_order_has_changed_since_and_is_decided_anew_on_release(
    trade: Scene,
) -> None:
    planned = plan_change(trade)
    kept = trade.finance.purchasing.kept[PO]
    trade.finance.purchasing.kept[PO] = replace(
        kept, document=replace(kept.document, message=f"{kept.document.message} by hand")
    )

    trade.run()
    (need,), sent = trade.needs("P-1/1"), count_changes(trade)
    release(trade.store, [planned.document_id], reason="seen")
    trade.run()

    assert f"{PO} was not accepted: it was changed in Intacct after this was decided" in need.reason
    assert (sent, count_changes(trade)) == (0, 1)
    assert trade.document("P-1/1").status is Status.POSTED
    assert "by hand mlc-860-" in find_order(trade)[2]


def test_a_change_waits_while_its_order_cannot_be_read(trade: Scene) -> None:
    plan_change(trade)
    trade.finance.reading.refuses["PODOCUMENTENTRY"] = Unavailable("maintenance")

    troubles = trade.run()

    assert {trouble.system for trouble in troubles} == {"intacct"}
    assert (trade.document("P-1/1").status, count_changes(trade)) == (Status.READY, 0)


@pytest.mark.rule("855 confirmation", 7)
@pytest.mark.parametrize("commits", [AT_ONCE, timedelta(minutes=3), None])
def test_after_an_unclear_answer_a_change_is_found_by_our_mark_or_made_once(
    trade: Scene, commits: timedelta | None
) -> None:
    drop(trade, change(LESS), code="860")
    trade.finance.order(Fault(lost=True, commits=commits))
    trade.run()

    for _ in range(4):
        trade.wait(minutes=16)
        trade.run()

    assert trade.document("P-1/1").status is Status.POSTED
    quantity, _, message = find_order(trade)
    assert (quantity, message.count("mlc-860-")) == (Decimal(30), 1)
    assert count_changes(trade) == (2 if commits is None else 1)


@pytest.mark.rule("855 confirmation", 7)
@pytest.mark.parametrize("stored", [True, False])
def test_killed_between_sending_and_the_answer_a_change_is_made_once(trade: Scene, *, stored: bool) -> None:
    plan_change(trade)
    trade.finance.order(Fault(error=Killed(), commits=AT_ONCE if stored else None))
    with pytest.raises(Killed):
        trade.run()
    trade.restart()

    for _ in range(6):
        trade.run()
        trade.wait(minutes=6)

    assert trade.document("P-1/1").status is Status.POSTED
    assert find_order(trade)[2].count("mlc-860-") == 1


@pytest.mark.rule("860 and 865 changes", 3)
def test_with_the_store_lost_a_change_that_was_made_is_not_made_again(trade: Scene) -> None:
    drop(trade, change(LESS), code="860")
    trade.run()
    trade.lose_store()
    drop(trade, change(LESS), code="860", name="again.edi")

    trade.run()

    document = trade.document("P-1/1")
    assert (document.status, count_changes(trade)) == (Status.DUPLICATE, 1)
    assert document.reason == f"{PO} carries our mark: it was changed by this document before"


@pytest.mark.parametrize(
    ("pieces", "status"), [(30, Status.DUPLICATE), (20, Status.HELD)], ids=["same", "other"]
)
def test_a_second_answer_of_a_day_is_a_duplicate_or_waits_for_a_person_and_is_never_only_filed(
    trade: Scene, pieces: int, status: Status
) -> None:
    drop(trade, answer("IQ*30*EA"))
    trade.run()
    drop(trade, answer(f"IQ*{pieces}*EA"), name="again.edi")

    trade.run()

    first, second = [each for each in trade.documents() if each.document.set_code == "855"]
    with trade.store.begin() as work:
        needs = [str(need) for need in work.needs.list_open([second.id]).get(second.id, ())]
    assert (first.status, second.status, find_order(trade)[0]) == (Status.POSTED, status, 30)
    assert needs == ([] if status is Status.DUPLICATE else ["duplicate:V1/P-1/2031-03-11"])


def test_who_says_it_and_of_which_vendor_must_be_known(trade: Scene) -> None:
    drop(
        trade,
        tuple(part.replace("92*77", "92*99").replace("Alnwick", "No") for part in change(LESS)),
        code="860",
    )
    trade.mailbox.drop("other.edi", write_file(answer("IA*40*EA"), code="855", sender="STRANGER"))
    trade.mailbox.drop("test.edi", write_file(answer("IA", on="20310313"), code="855", usage="T"))

    trade.run()

    assert [need.kind for need in trade.needs("P-1/1")] == ["vendor"]
    assert [str(need) for need in trade.needs("P-1/2031-03-11")] == ["partner:ZZ/STRANGER"]
    assert trade.document("P-1/2031-03-13").status is Status.FILED


def test_one_that_names_no_order_or_cannot_be_read_goes_nowhere(trade: Scene) -> None:
    drop(trade, answer("IA", on="20310314", bak="AC*"), (SELLER, "CTT*0"), answer("IA", bak=f"AC*{'9' * 61}"))

    trade.do(receive, read)

    nameless, headless, long = trade.documents()[1:]
    assert [each.status for each in (headless, long)] == [Status.REJECTED, Status.REJECTED]
    assert "has 61 characters" in long.reason
    assert nameless.document.key.number in {"", "2031-03-14"}


def test_before_intacct_is_asked_nobody_knows_what_becomes_of_it(trade: Scene) -> None:
    drop(trade, answer("IQ*30*EA"))
    trade.do(receive, read)
    document = trade.document("P-1/2031-03-11")

    outcome = rehearse_documents(trade.make_run().basis, [document], version=1)

    (need,) = outcome.needs[document.id]
    assert "cannot be told before its orders are read" in need.reason
