"""The term of an order goes before its vendor's, for whatever is matched with it."""

from datetime import date
from typing import Final

import pytest
from tests.unit.mapping.purchase import (
    Purchase,
    hold_purchase,
    make_line,
    make_order,
    make_purchase,
    plan_invoices,
    receive,
)

from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing

GOODS: Final = "400 EA 0.5 B-8"
OTHER: Final = "Purchase Order-PO0214"
TWO: Final = ("200 EA 0.5 B-8 REF*PO*PO0213", "100 EA 0.5 B-8 REF*PO*PO0214")


def buy_on(term: str, **other: str) -> Purchase:
    """An invoice of an order with that term, whose vendor has N30."""
    return make_purchase(
        GOODS, total="20000", made=(receive("1", "400"),), orders=(make_order(term=term),), **other
    )


def buy_on_two(first: str, second: str) -> Purchase:
    """An invoice of two orders, each with its term."""
    orders = (
        make_order(term=first),
        make_order(make_line(9931, "100"), document_id=OTHER, record_no=2, term=second),
    )
    made = (receive("1", "400"), receive("2", "100", source=9931, created_from=OTHER))
    return make_purchase(*TWO, total="15000", orders=orders, made=made)


@pytest.mark.rule("Who is the vendor, who is paid", 12)
@pytest.mark.parametrize(
    ("term", "named", "due", "by"),
    [
        ("N45", "N45", date(2026, 4, 29), "term of the order"),
        ("", "N30", date(2026, 4, 14), "term of vendor V-10"),
    ],
)
def test_an_invoice_is_due_by_the_term_of_its_order_and_else_by_its_vendor_s(
    term: str, named: str, due: date, by: str
) -> None:
    planned = buy_on(term).plan()

    assert isinstance(planned, PlannedPurchasing), planned
    assert [(each.term, each.due_date) for each in planned.functions] == [(named, due)]
    assert [each.rule for each in planned.provenance if each.path == "TERMNAME"] == [by]


@pytest.mark.rule("Who is the vendor, who is paid", 12)
def test_a_term_of_the_order_that_cannot_be_used_holds_and_the_vendor_s_does_not_stand_in() -> None:
    needs = hold_purchase(buy_on("N99"))

    assert [each.reason for each in needs.values()] == ["term N99 of the order is not in Intacct; create it"]
    assert list(needs) == ["term:N99"]


@pytest.mark.rule("Who is the vendor, who is paid", 12)
@pytest.mark.parametrize(("first", "second"), [("N45", "N45"), ("N30", ""), ("", "")])
def test_orders_that_are_paid_alike_are_invoiced_together(first: str, second: str) -> None:
    [made] = plan_invoices(buy_on_two(first, second))

    assert made.term == (first or "N30")


@pytest.mark.rule("Who is the vendor, who is paid", 12)
def test_orders_that_are_paid_differently_are_not_invoiced_together() -> None:
    needs = hold_purchase(buy_on_two("N45", ""))

    [need] = needs.values()
    assert str(need) == "term:Purchase Order-PO0213+Purchase Order-PO0214/INV-7"
    assert need.reason.startswith(
        "the orders Purchase Order-PO0213, Purchase Order-PO0214 have different terms: N30, N45"
    )


@pytest.mark.rule("Who is the vendor, who is paid", 12, 13)
def test_the_terms_of_the_invoice_are_compared_with_the_order_s() -> None:
    purchase = buy_on("N45", seller="ITD*01*3*****90~N1*SE*C*92*0042")

    [need] = hold_purchase(purchase).values()

    assert need.reason.startswith("the invoice wants 2026-06-13, term N45 of the order gives 2026-04-29")
