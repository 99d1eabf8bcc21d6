"""Another currency than the books' holds whatever is made or said of an order: nobody guesses what its prices are in."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from tests.unit.mapping import (
    test_change_to_order,
    test_confirmation_to_order,
    test_notice_to_bill,
    test_notice_to_receiver,
)
from tests.unit.mapping.purchase import ORDER, hold_purchase, make_order, make_purchase, receive
from tests.unit.mapping.test_order_to_purchase_order import hold, write
from tests.unit.mapping.trade import make_location, make_vendor

FOREIGN: Final = make_order(currency="CAD")
NEED: Final = f"currency:CAD/{ORDER}"
ACCEPTED: Final = test_confirmation_to_order.bolts("IA*400*EA")


@pytest.mark.rule("810 invoice", 27)
@pytest.mark.parametrize(
    "held",
    [
        lambda: hold_purchase(
            make_purchase("400 EA 0.5 B-8", total="20000", orders=(FOREIGN,), made=(receive("1", "400"),))
        ),
        lambda: test_notice_to_receiver.hold(orders=(FOREIGN,)),
        lambda: test_notice_to_bill.hold(order=FOREIGN),
        lambda: test_confirmation_to_order.hold(*ACCEPTED, order=FOREIGN),
        lambda: test_change_to_order.hold(test_change_to_order.MORE, order=FOREIGN),
    ],
    ids=["invoice", "receiver", "bill of a notice", "confirmation", "change"],
)
def test_whatever_is_about_an_order_in_another_currency_is_held(held: Callable[[], dict[str, Any]]) -> None:
    assert NEED in held()


@pytest.mark.rule("810 invoice", 27)
def test_a_confirmation_or_change_in_another_currency_than_its_order_is_not_compared_with_it() -> None:
    confirmation = test_confirmation_to_order.hold("CUR*SE*CAD", *ACCEPTED)
    change = test_change_to_order.hold(
        test_change_to_order.MORE, head=f"{test_change_to_order.BCH}~CUR*BY*CAD"
    )

    assert [each for each in (*confirmation, *change) if each.startswith("currency:CAD/")] == [
        "currency:CAD/PO0213",
        "currency:CAD/PO0213",
    ]


@pytest.mark.rule("810 invoice", 27)
def test_a_notice_of_a_vendor_in_another_currency_is_not_billed() -> None:
    assert "currency:CAD/88213" in test_notice_to_bill.hold(vendor=make_vendor(currency="CAD"))


@pytest.mark.rule("810 invoice", 27)
@pytest.mark.parametrize("location", [make_location("E1"), make_location("E1", currency=""), None])
def test_an_order_is_written_in_an_entity_of_the_books_currency(location: Any) -> None:
    assert write(entity=location).currency is None


@pytest.mark.rule("810 invoice", 27)
def test_an_order_for_an_entity_with_books_of_its_own_is_held() -> None:
    reasons = hold(entity=make_location("E1", currency="CAD"))

    assert reasons["currency:CAD/E1"].startswith("entity E1 keeps its books in CAD, the link posts in USD")
