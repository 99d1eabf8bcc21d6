"""810 invoice, With an order: whatever comes in whatever sequence, no cent is lost and no tolerance exceeded."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.mapping.purchase import (
    ORDER,
    SETTING,
    Purchase,
    add_up,
    gather,
    make_line,
    make_order,
    make_purchase,
    make_receiver,
)
from tests.unit.mapping.test_mapping_properties import steady

from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.orders.order_chain import OrderFile, foresee
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing, PurchasingSetting
from ml_connector.records.orders import PurchasingTransaction

RULES: Final = """
[[match]]
name = "small"
price = "2.50"
price_percent = "3"
quantity = "4"
quantity_percent = "10"

[[charge]]
name = "freight"
subtotal = "Freight"
cap = "30"
"""
ITEMS: Final = {9921: ("BOLT-M8", "B-8", Decimal("0.335")), 9922: ("NUT-M8", "N-8", Decimal("7.9999"))}
ORDERED: Final = 60
CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Goods of one line come, or an invoice for some."""

    is_receipt: bool
    key: int
    quantity: int
    unit: str  #: EA or CA, of twelve
    dearer: Decimal  #: over the approved price, of one piece
    freight: int  #: in cents
    draft: bool

    def write(self, number: int) -> Purchase:
        _, code, price = ITEMS[self.key]
        of_unit = (price + self.dearer) * (12 if self.unit == "CA" else 1)
        goods = (self.quantity * of_unit).quantize(CENT, ROUND_HALF_UP)
        exact = f"{self.quantity} {self.unit} {of_unit:f} {code}"
        total = goods + Decimal(self.freight) / 100
        freight = [f"SAC*C*D240***{self.freight}"] if self.freight else []
        big = f"20260315*INV-{number}**PO0213"
        return make_purchase(exact, total=f"{total * 100:.0f}", rules=RULES, after=freight, big=big)


events = st.lists(
    st.builds(
        Event,
        is_receipt=st.sampled_from([True, False, False]),
        key=st.sampled_from(sorted(ITEMS)),
        quantity=st.sampled_from([1, 2, 3, 7, 11, 13, 30]),
        unit=st.sampled_from(["EA", "EA", "EA", "CA"]),
        dearer=st.sampled_from([Decimal(0), Decimal(0), Decimal("-0.001"), Decimal("0.005"), Decimal("0.1")]),
        freight=st.sampled_from([0, 0, 0, 1500]),
        draft=st.sampled_from([False, False, True]),
    ),
    min_size=1,
    max_size=8,
)


def receive_event(event: Event, number: int) -> PurchasingTransaction:
    item = ITEMS[event.key][0]
    unit = {"EA": "Each", "CA": "Case"}[event.unit]
    line = make_line(number, str(event.quantity), source=event.key, item=item, unit=unit)
    return make_receiver(str(number), line, state="Draft" if event.draft else "Pending")


def receive_first(key: int, quantity: int) -> PurchasingTransaction:
    """Goods that are there before anything else."""
    number = key * 10 + quantity
    return make_receiver(str(number), make_line(number, str(quantity), source=key, item=ITEMS[key][0]))


def make_file(made: list[PurchasingTransaction]) -> OrderFile:
    lines = [
        make_line(key, str(ORDERED), str(price), item=item, number=number)
        for number, (key, (item, _, price)) in enumerate(ITEMS.items())
    ]
    return OrderFile(order=make_order(*lines), made=tuple(made))


@pytest.mark.rule("810 invoice", 4, 9)
@given(events, st.booleans())
@settings(steady, max_examples=60)
def test_over_any_sequence_no_cent_is_lost_and_no_tolerance_is_exceeded(
    sequence: list[Event],
    at_once: bool,  # noqa: FBT001  # drawn
) -> None:
    setting = PurchasingSetting(
        mode="live",
        today=SETTING.today,
        base_currency="USD",
        definitions=SETTING.definitions,
        subtotals=SETTING.subtotals,
        multi_source=at_once,
        base_unit_lines=False,
    )
    made = [receive_first(key, quantity) for key in ITEMS for quantity in (5, 9)]
    pieces = 0
    for number, event in enumerate(sequence, start=1):
        if event.is_receipt:
            made.append(receive_event(event, number))
            continue
        purchase = event.write(number)
        planned = Purchase(
            trade=purchase.trade, orders=(make_file(made).order,), made=tuple(made), setting=setting
        ).plan()
        if isinstance(planned, PlannedPurchasing):
            functions = [each for each in planned.functions if isinstance(each, NewPurchasing)]
            assert add_up(functions) == Decimal(purchase.trade.segments[-1 - bool(event.freight)][4:]) / 100
            pieces += sum(len(each.lines) for each in functions)
            made += [
                foresee(each, document_id=f"Vendor Invoice-{number}-{n}", first_key=-1000 * number - 100 * n)
                for n, each in enumerate(functions)
            ]

    order = gather(make_file(made), RULES)

    assert order.document.document_id == ORDER
    for line in order.lines:
        assert line.approved_price is not None
        worth = line.invoiced * Fraction(line.approved_price)
        assert line.invoiced <= min(Fraction(ORDERED), line.received) + 4
        assert line.invoiced_amount - worth <= min(Fraction(5, 2), worth * 3 / 100) + Fraction(pieces, 100)
    assert all(each.invoiced <= 30 for each in order.charges)
    assert all(left >= 0 for left in order.left.values())
