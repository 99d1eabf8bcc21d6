"""What waits with a document that states no money: its goods at the prices of its orders, or nothing that is known."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.unit.mapping import test_confirmation_to_order as confirmations
from tests.unit.mapping import test_notice_to_receiver as notices
from tests.unit.mapping.purchase import make_line, make_order

from ml_connector.mapping.decisions import Filed
from ml_connector.mapping.orders.worth import make_worth
from ml_connector.mapping.routes.order_to_purchase_order import add_up
from ml_connector.records.matches import UNKNOWN, Worth


def weigh_notice(*items: str, **other: Any) -> Decimal | None:
    planned = notices.plan(*items, **other)
    assert not isinstance(planned, Filed)
    assert planned.comparison is not None
    return planned.comparison.worth.amount


def weigh_answer(*segments: str, **other: Any) -> Decimal | None:
    planned = confirmations.plan(*segments, **other)
    assert not isinstance(planned, Filed)
    assert planned.comparison is not None
    return planned.comparison.worth.amount


@pytest.mark.parametrize(
    ("item", "worth"),
    [
        ("400 EA B-8", "200.00"),
        ("401 EA B-8", "200.50"),  # more than ordered, and held for that
        ("4 EA UNKNOWN", None),
        ("4 EA B-8 of PO9", None),
    ],
)
def test_goods_of_a_notice_are_worth_their_order_s_price_also_those_that_may_not_come(
    item: str, worth: str | None
) -> None:
    assert weigh_notice(item) == (None if worth is None else Decimal(worth))


def test_a_notice_is_worth_nothing_known_where_part_of_it_is_not_found_or_has_no_price() -> None:
    unpriced = make_order(make_line(9921, "400", None))

    assert weigh_notice("4 EA B-8", "4 EA UNKNOWN") is None
    assert weigh_notice("401 EA B-8", orders=(unpriced,)) is None
    held = notices.hold("401 EA B-8", orders=(unpriced,))
    assert any("a price nobody has approved" in reason for reason in held.values())


@pytest.mark.parametrize(
    ("line", "worth"),
    [
        ("PO1*1*400*EA*0.6**VN*B-8", "240.00"),  # as it is stated
        ("PO1*1****" + "*VN*B-8", "200.00"),  # as it was approved
        ("PO1*1*400*EA*0.6**VN*UNKNOWN", None),
    ],
)
def test_a_confirmation_is_worth_what_it_states_or_else_the_approved_price(
    line: str, worth: str | None
) -> None:
    answer = "ACK*IA" if "EA" not in line else "ACK*IA*400*EA"

    assert weigh_answer(line, answer) == (None if worth is None else Decimal(worth))


def test_a_confirmation_of_a_line_without_any_price_is_worth_nothing_known() -> None:
    unpriced = make_order(make_line(9921, "400", None))

    assert weigh_answer("PO1*1****" + "*VN*B-8", "ACK*IA", order=unpriced) is None


def test_a_worth_is_in_whole_cents_and_in_one_currency() -> None:
    assert make_worth(Fraction(1, 3), ["EUR"]) == Worth(amount=Decimal("0.33"), currency="EUR")
    assert make_worth(Fraction("0.125"), [""]) == Worth(amount=Decimal("0.13"), currency="")
    assert make_worth(Fraction(1), {"EUR", "USD"}) == make_worth(Fraction(10**14), ["USD"]) == UNKNOWN


def test_lines_come_to_something_only_where_each_says_it() -> None:
    assert add_up([Decimal(2), Decimal(3)]) == Decimal(5)
    assert add_up([Decimal(2), None]) is None
    assert add_up([]) is None
