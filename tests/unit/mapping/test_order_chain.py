"""810 invoice, With an order: what counts as received, expected and invoiced of an order line."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.mapping.purchase import (
    FLOOR,
    ORDER,
    WARES,
    figures,
    gather,
    make_case,
    make_line,
    make_order,
    make_receiver,
    make_transaction,
    receive,
    stock,
)

from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, Subtotal
from ml_connector.mapping.orders.order_chain import OrderFile, foresee, gather_order
from ml_connector.records.needs import Need
from ml_connector.records.orders import BookedLine, PurchasingTransaction


def bill(*lines: BookedLine, created_from: str = "", **header: Any) -> PurchasingTransaction:
    return make_transaction("Vendor Invoice-VI1", *lines, created_from=created_from, **header)


def file(*made: PurchasingTransaction, order: PurchasingTransaction | None = None) -> OrderFile:
    return OrderFile(order=order or make_order(), made=made)


@pytest.mark.rule("810 invoice", 2)
@pytest.mark.parametrize(
    ("state", "received", "expected"),
    [
        ("Pending", 400, 0),
        ("Converted", 400, 0),
        ("Closed", 400, 0),
        ("Draft", 0, 400),
        ("Submitted", 0, 400),
        ("Declined", 0, 0),
    ],
)
def test_only_a_posted_receipt_counts_as_received(state: str, received: int, expected: int) -> None:
    [line] = gather(file(receive("1", "400", state=state))).lines

    assert figures(line.received, line.expected) == figures(received, expected)


def test_quantities_are_counted_in_the_unit_of_the_order_line() -> None:
    receipt = receive("1", "10", unit="Case")
    invoice = bill(make_line(5, "12", source=1), created_from="PO Receiver-PR1")

    order = gather(file(receipt, invoice))

    [line] = order.lines
    assert figures(line.received, line.invoiced, line.invoiced_amount) == ["120", "12", "6"]
    assert order.left == {9921: 280, 1: 9}


def test_an_invoice_in_draft_counts_because_it_may_be_posted() -> None:
    invoice = bill(make_line(5, "100", "0.55", source=9921), created_from=ORDER, state="Draft")

    [line] = gather(file(invoice)).lines

    assert figures(line.invoiced, line.invoiced_amount) == ["100", "55"]


def test_what_intacct_says_is_left_counts_where_it_is_less() -> None:
    receipt = receive("1", "400", remaining="150")

    assert gather(file(receipt)).left[1] == 150


def test_nothing_is_left_of_a_source_that_cannot_be_converted() -> None:
    assert gather(file(receive("1", "400", state="Closed"))).left[1] == 0


def test_receipts_stand_in_the_order_in_which_they_were_made() -> None:
    order = gather(file(receive("2", "1"), receive("1", "1")))

    assert [each.document.document_id for each in order.receipts] == ["PO Receiver-PR1", "PO Receiver-PR2"]
    assert order.document.document_id == ORDER


@pytest.mark.rule("810 invoice", 4)
def test_the_first_approved_price_is_the_measure_whatever_the_order_says_now() -> None:
    order = gather(OrderFile(order=make_order(), made=(), approved={9921: Decimal("0.40")}))

    assert order.lines[0].approved_price == Decimal("0.40")
    assert (order.lines[0].number, order.lines[0].unit, order.lines[0].item_id) == (1, "Each", "BOLT-M8")


def test_a_line_without_a_source_counts_against_the_one_line_it_can_be_for() -> None:
    excess = make_receiver("2", make_line(2, "5"))
    invoice = bill(make_line(5, "5"), make_line(6, "1", source=9921), created_from=ORDER)

    [line] = gather(file(receive("1", "400"), excess, invoice)).lines

    assert figures(line.received, line.invoiced) == ["405", "6"]


def test_a_line_that_can_be_for_two_is_received_of_none_and_invoiced_of_both() -> None:
    order = make_order(make_line(1, "10"), make_line(2, "10", number=1))
    invoice = bill(make_line(5, "5"), created_from=ORDER)

    lines = gather(file(make_receiver("9", make_line(3, "5")), invoice, order=order)).lines

    assert [figures(line.received, line.invoiced) for line in lines] == [["0", "5"], ["0", "5"]]


def test_what_belongs_to_another_order_does_not_count() -> None:
    strange = bill(make_line(5, "5"), make_line(6, "5", source=77), subtotals=[("Freight", "9")])
    receipt = make_receiver("3", make_line(3, "5"), created_from="Purchase Order-PO9")

    order = gather(file(strange, receipt))

    assert figures(order.lines[0].invoiced, order.lines[0].received) == ["0", "0"]
    assert order.charges == ()


def test_charges_are_what_the_order_provides_for_and_what_was_charged() -> None:
    order = make_order(subtotals=[("Freight", "20")])
    invoice = bill(
        make_line(5, "1", source=9921),
        make_line(6, "1", "7.50", item="FREIGHT"),
        created_from=ORDER,
        subtotals=[("Freight", "12"), ("Sales tax", "3")],
    )

    charges = gather(file(invoice, order=order)).charges

    assert [(each.name, *figures(each.ordered, each.invoiced)) for each in charges] == [
        ("FREIGHT", "0", "7.5"),
        ("Freight", "20", "12"),
        ("Sales tax", "0", "3"),
    ]


def test_a_receipt_in_a_unit_that_does_not_convert_is_held() -> None:
    need = gather_order(make_case(), file(receive("1", "4", unit="Drum")), stock(*WARES))

    assert isinstance(need, Need)
    assert str(need) == "unit:BOLT-M8/Drum"
    assert "(100.00 USD waits); add the unit to the item's group in Intacct" in need.reason


def test_a_source_that_nobody_can_count_is_used_up_as_it_is() -> None:
    order = make_order(make_line(1, "10"), make_line(2, "10", number=1))
    receipt = make_receiver("9", make_line(30, "8", unit="Drum"))
    invoice = bill(make_line(5, "3", source=30, unit="Each"))

    assert gather(file(receipt, invoice, order=order)).left[30] == 5


def test_lines_without_quantities_are_nothing() -> None:
    booked = make_line(1, "10")
    empty = replace(booked.line, line_no=None, quantity=None, price=None)

    [line] = gather(file(order=make_order(replace(booked, line=empty)))).lines

    assert figures(line.ordered, line.number) == ["0", "1"]


def test_what_is_on_its_way_is_counted_as_if_it_were_there() -> None:
    function = NewPurchasing(
        definition="Vendor Invoice",
        vendor_id="V-10",
        date=date(2026, 3, 1),
        due_date=date(2026, 3, 1),
        created_from=ORDER,
        lines=(
            NewPurchasingLine(
                item_id="BOLT-M8",
                quantity=Decimal(100),
                unit="Each",
                price=Decimal("0.5"),
                source_line=9921,
                warehouse_id="W1",
                dimensions=FLOOR,
            ),
        ),
        subtotals=(Subtotal(description="Freight", total=Decimal(4)),),
    )

    coming = foresee(function, document_id="Vendor Invoice-mlc-1")
    order = gather(file(coming))

    assert figures(order.lines[0].invoiced, order.left[9921]) == ["100", "300"]
    assert coming.lines[0].dimensions == FLOOR
    assert (coming.document.number, coming.document.state) == ("mlc-1", "Draft")
    assert [(each.name, *figures(each.invoiced)) for each in order.charges] == [("Freight", "4")]


@pytest.mark.rule("810 invoice", 2)
def test_goods_of_a_receiver_that_is_on_its_way_are_not_received_before_intacct_has_it() -> None:
    line = NewPurchasingLine(
        item_id="BOLT-M8", quantity=Decimal(100), unit="Each", source_line=9921, warehouse_id="W1"
    )
    function = NewPurchasing(
        definition="PO Receiver",
        vendor_id="V-10",
        date=date(2026, 3, 1),
        due_date=date(2026, 3, 1),
        created_from=ORDER,
        state=None,
        lines=(line,),
    )

    order = gather(file(foresee(function, document_id="PO Receiver-mlc-1")))

    received = order.lines[0]
    assert figures(received.received, received.expected, order.left[9921]) == ["0", "100", "300"]
    assert order.receipts == ()
