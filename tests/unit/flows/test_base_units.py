"""In which unit Intacct counts the lines of purchasing transactions is said by people, and never guessed."""

from decimal import Decimal
from typing import Final

import pytest
from tests.unit.flows.invoicing import MATCHING, bill_order, buy, list_invoices, open_matching, receive_goods
from tests.unit.flows.scene import Scene

from ml_connector.intacct import NewPurchasing, NewPurchasingLine
from ml_connector.records.status import Status

PO: Final = "Purchase Order-PO0001"


def buy_cases(scene: Scene) -> None:
    """A person orders and receives two cases of 144 bolts, at 72.00 a case."""
    line = NewPurchasingLine(
        item_id="BOLT-8", quantity=Decimal(2), unit="Case", price=Decimal(72), warehouse_id="W1"
    )
    purchasing = scene.finance.purchasing
    new = NewPurchasing(
        definition="Purchase Order",
        vendor_id="V1",
        date=scene.clock().date(),
        due_date=scene.clock().date(),
        lines=(line,),
    )
    purchasing.create(new, "E1")
    (source,) = purchasing.kept[PO].lines
    received = NewPurchasingLine(
        item_id="BOLT-8", quantity=Decimal(2), unit="Case", warehouse_id="W1", source_line=source.record_no
    )
    receiver = NewPurchasing(
        definition="PO Receiver",
        vendor_id="V1",
        date=scene.clock().date(),
        due_date=scene.clock().date(),
        created_from=PO,
        lines=(received,),
    )
    purchasing.create(receiver, "E1")


@pytest.mark.rule("810 invoice", 29)
@pytest.mark.parametrize("told", [False, True], ids=["in their own unit", "in base units"])
def test_lines_in_another_unit_are_compared_as_the_company_counts_them(
    sqlite_scene: Scene, *, told: bool
) -> None:
    trade = open_matching(sqlite_scene)
    trade.base_unit_lines = told
    buy_cases(trade)
    trade.finance.purchasing.tells_base_units = told
    trade.drop(bill_order("INV-1", "288 0.5"))
    trade.run()
    trade.drop(bill_order("INV-2", "72 0.5"), name="next.edi")

    trade.run()

    assert trade.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}, trade.needs("INV-1")
    assert [total for *_, total in list_invoices(trade).values()] == [Decimal("144.00")]
    assert "2.5 Case are invoiced of 2" in trade.needs("INV-2")[0].reason


@pytest.mark.rule("810 invoice", 29)
def test_while_nobody_has_said_it_what_rests_on_another_unit_waits_and_then_goes(sqlite_scene: Scene) -> None:
    trade = open_matching(sqlite_scene)
    trade.base_unit_lines = None
    buy_cases(trade)
    trade.drop(bill_order("INV-1", "288 0.5"))
    trade.run()
    (need,) = trade.needs("INV-1")

    trade.base_unit_lines = False
    trade.rules = f"{MATCHING}\n"  # a changed setting is a new version of the rules
    trade.run()

    assert str(need) == "setting:base_unit_lines"
    assert "is in Case, item BOLT-8 is kept in Each" in need.reason
    assert trade.document("INV-1").status is Status.POSTED


def test_what_is_in_the_base_unit_needs_no_word(sqlite_scene: Scene) -> None:
    trade = open_matching(sqlite_scene)
    trade.base_unit_lines = None
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))

    trade.run()

    assert trade.document("INV-1").status is Status.POSTED
