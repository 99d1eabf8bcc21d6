"""What only its payment is in doubt of is booked with that blocked, where the route says so: owed, and not paid."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from tests.fakes import AT_ONCE, Fault
from tests.unit.flows.invoicing import (
    MATCHING,
    PO,
    bill_order,
    buy,
    list_invoices,
    open_matching,
    receive_goods,
)
from tests.unit.flows.scene import RULES, Scene
from tests.unit.flows.test_draft_bills import agree, delete_bill, list_bills

from ml_connector.flows.overruling import release
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.records.status import Status

ROUTE: Final = 'target = "vendor_invoice"\n'
EARLY: Final = "Purchase Order-PO0001 line 1, BOLT-8: 40 Each are invoiced, 0 received"


def allow(*kinds: str, rules: str = MATCHING) -> str:
    """The rules of a company that books what is held on nothing but these."""
    named = ", ".join(f'"{kind}"' for kind in kinds)
    return rules.replace(ROUTE, f"{ROUTE}post_on_hold = [{named}]\n")


@pytest.fixture
def trade(sqlite_scene: Scene) -> Scene:
    """Forty bolts are ordered and nothing has come."""
    scene = open_matching(sqlite_scene, rules=allow("match", "order", "receipt"))
    buy(scene)
    return scene


@pytest.mark.rule("810 invoice", 26)
def test_an_invoice_before_its_goods_is_booked_as_a_bill_that_is_not_paid(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))

    assert trade.run() == []

    document, bill = trade.document("INV-1"), trade.bill("INV-1")
    assert (document.status, list_bills(trade), list_invoices(trade)) == (Status.POSTED, ["INV-1"], {})
    assert (bill.on_hold, bill.total, bill.action, bill.reference) == (
        True,
        Decimal("20.00"),
        "Submit",
        "PO0001",
    )
    assert [(line.account_no, line.amount) for line in bill.lines] == [("6000", Decimal("20.00"))]
    (why,) = [each for each in trade.posting("INV-1").posting.provenance if each.path == "ONHOLD"]
    assert (why.value, why.rule, [name for name, _ in why.inputs]) == (
        "true",
        "post_on_hold of the route",
        [f"receipt:{PO}/1"],
    )
    assert why.inputs[0][1].startswith(EARLY)
    with trade.store.begin() as work:
        match = work.matches.get([document.id])[document.id].match
    assert match is not None
    assert [str(line.verdict) for line in match.lines] == ["not received"]
    proved = prove_posted(trade.store, trade.finance, trade.link)
    assert (proved.invoices.in_intacct, proved.differences) == (Decimal(20), ())


@pytest.mark.rule("810 invoice", 26)
@pytest.mark.parametrize(
    ("kinds", "received", "line", "order", "booked"),
    [
        (["receipt"], "", "40 0.5", "PO0001", ["INV-1"]),
        (["match"], "", "40 0.5", "PO0001", []),
        (["match"], "40", "40 0.6", "PO0001", ["INV-1"]),
        (["receipt"], "40", "40 0.6", "PO0001", []),
        (["order"], "40", "40 0.5", "PO0999", ["INV-1"]),
        (["match", "receipt"], "40", "40 0.5", "PO0999", []),
        ([], "", "40 0.5", "PO0001", []),
    ],
)
def test_only_what_is_listed_is_booked_in_spite_of(
    trade: Scene, kinds: list[str], received: str, line: str, order: str, booked: list[str]
) -> None:
    trade.rules = allow(*kinds)
    if received:
        receive_goods(trade, received)
    trade.drop(bill_order("INV-1", line, order=order))

    trade.run()

    assert list_bills(trade) == booked
    assert list_invoices(trade) == {}


def test_one_thing_that_is_not_listed_keeps_all_of_it(trade: Scene) -> None:
    receive_goods(trade, "20")
    trade.rules = allow("receipt")
    buy(trade, "10", "0.5")
    receive_goods(trade, "10", "Purchase Order-PO0003")
    trade.drop(bill_order("INV-1", "40 0.5 PO0001", "10 0.6 PO0003"))

    trade.run()

    assert {need.kind for need in trade.needs("INV-1")} == {"receipt", "match"}
    assert list_bills(trade) == []


@pytest.mark.rule("810 invoice", 26)
def test_what_cannot_be_coded_waits_for_both_and_is_converted_once_its_goods_are_there(trade: Scene) -> None:
    trade.rules = trade.rules.replace('name = "supplies"', 'name = "supplies"\nwhen = { item = "VN/X" }')
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    held = {need.kind for need in trade.needs("INV-1")}
    receive_goods(trade, "40")
    trade.wait(minutes=6)

    trade.run()

    assert held == {"receipt", "coding"}
    assert (list_bills(trade), len(list_invoices(trade))) == ([], 1)


@pytest.mark.rule("810 invoice", 26)
def test_what_comes_of_the_goods_later_makes_no_second_bill(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1", "40 0.5"), name="again.edi")
    trade.wait(minutes=6)

    trade.run()

    assert sorted(each.status for each in trade.documents()) == [Status.DUPLICATE, Status.POSTED]
    assert (list_bills(trade), list_invoices(trade)) == (["INV-1"], {})


@pytest.mark.rule("810 invoice", 26)
def test_another_invoice_of_the_same_goods_waits_for_a_person_as_long_as_the_bill_is_there(
    trade: Scene,
) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    receive_goods(trade, "40")
    trade.rules = MATCHING
    trade.drop(bill_order("INV-2", "20 0.5"), name="next.edi")
    trade.run()
    (need,) = trade.needs("INV-2")
    delete_bill(trade, "INV-1")

    trade.run()

    assert str(need) == "draft_bill:Alnwick Bolts/INV-2/INV-1"
    assert "invoice INV-1 names the same order and is bill 1 (Posted, 20.00) in Intacct" in need.reason
    assert trade.document("INV-2").status is Status.POSTED
    assert len(list_invoices(trade)) == 1


def test_two_invoices_of_the_same_goods_that_come_together_are_not_both_booked(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"), bill_order("INV-2", "40 0.5"))

    trade.run()

    assert trade.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}
    (need,) = trade.needs("INV-2")
    assert "a bill that is on its way to Intacct" in need.reason


def test_of_other_goods_people_say_so(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "20 0.5"))
    trade.run()
    trade.drop(bill_order("INV-2", "20 0.5"), name="rest.edi")
    trade.run()
    agree(trade, "draft_bill:Alnwick Bolts/INV-2/INV-1")

    trade.run()

    assert list_bills(trade) == ["INV-1", "INV-2"]


def test_an_invoice_of_another_order_line_is_no_matter(trade: Scene) -> None:
    buy(trade)
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    receive_goods(trade, "40", "Purchase Order-PO0002")
    trade.drop(bill_order("INV-2", "40 0.5", order="PO0002"), name="other.edi")

    trade.run()

    assert (list_bills(trade), len(list_invoices(trade))) == (["INV-1"], 1)


def test_an_answer_that_is_lost_makes_no_second_bill(trade: Scene) -> None:
    trade.finance.order(Fault(lost=True, commits=AT_ONCE))
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    receive_goods(trade, "40")
    trade.wait(minutes=2)

    trade.run()

    assert trade.document("INV-1").status is Status.POSTED
    assert (list_bills(trade), list_invoices(trade)) == (["INV-1"], {})


@pytest.mark.rule("810 invoice", 26)
def test_once_a_person_has_deleted_the_bill_the_invoice_is_converted_from_its_receiver(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    trade.do(reconcile)
    receive_goods(trade, "40")
    delete_bill(trade, "INV-1")
    trade.wait(hours=2)
    trade.do(reconcile)
    held = trade.document("INV-1")

    release(trade.store, [held.id], reason="the goods are here", by="mira")
    trade.run()
    agree(trade, str(trade.needs("INV-1")[0]))
    trade.run()

    assert held.status is Status.HELD
    assert (list_bills(trade), len(list_invoices(trade))) == ([], 1)


def put_on_hold(scene: Scene, *, on_hold: bool) -> None:
    """A person blocks the payment of the only bill, or lets it go."""
    (kept,) = scene.finance.bills
    scene.finance.bills[:] = [replace(kept, bill=replace(kept.bill, on_hold=on_hold))]
    scene.wait(minutes=30)
    assert scene.do(reconcile) == []


def list_blocks(scene: Scene) -> list[str]:
    return [action for action in scene.actions("INV-1") if action.startswith("payment ")]


@pytest.mark.rule("810 invoice", 26)
def test_that_a_person_has_let_it_be_paid_is_an_entry_and_no_need(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()
    trade.do(reconcile)
    blocked = list_blocks(trade)

    for on_hold in (False, False, True, False):
        put_on_hold(trade, on_hold=on_hold)

    assert blocked == ["payment blocked"]
    assert list_blocks(trade) == ["payment blocked", "payment no longer blocked"] * 2
    assert trade.needs("INV-1") == ()
    assert trade.bill("INV-1").on_hold is True


@pytest.mark.rule("810 invoice", 26)
def test_a_block_that_intacct_never_had_is_told_when_it_is_looked_at_first(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()

    put_on_hold(trade, on_hold=False)

    assert list_blocks(trade) == ["payment blocked", "payment no longer blocked"]


def test_a_bill_that_a_person_blocks_is_told_as_well(sqlite_scene: Scene) -> None:
    sqlite_scene.drop(bill_order("INV-1", "40 0.5"))
    sqlite_scene.run()

    put_on_hold(sqlite_scene, on_hold=True)

    assert list_blocks(sqlite_scene) == ["payment blocked"]


def test_a_rehearsal_waits_for_the_orders_to_be_read(trade: Scene) -> None:
    trade.drop(bill_order("INV-1", "40 0.5"))
    trade.run()

    (move,) = rehearse_documents(trade.make_run().basis, [trade.document("INV-1")], version=1).moves

    assert move is Status.HELD


@pytest.mark.rule("810 invoice", 26)
def test_an_invoice_whose_order_nobody_compares_is_booked_until_somebody_has(sqlite_scene: Scene) -> None:
    target = 'target = "ap_bill"\n'
    sqlite_scene.rules = RULES.replace(target, f'{target}orders = "hold"\npost_on_hold = ["order"]\n')
    sqlite_scene.drop(bill_order("INV-1", "40 0.5"))

    assert sqlite_scene.run() == []

    bill = sqlite_scene.bill("INV-1")
    assert (bill.on_hold, sqlite_scene.document("INV-1").status) == (True, Status.POSTED)


def test_the_term_of_the_order_counts_for_the_bill_as_well(trade: Scene) -> None:
    (term,) = trade.finance.books.terms
    longer = replace(term, record_no=45, name="N45", due_days=45)
    trade.finance.books = replace(trade.finance.books, terms=(term, longer))
    buy(trade, term="N45")
    trade.drop(bill_order("INV-1", "40 0.5", order="PO0002"))

    trade.run()

    assert trade.bill("INV-1").term == "N45"
