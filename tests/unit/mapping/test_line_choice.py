"""810 invoice: which order line an invoice line draws on, where the item stands on several of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest
from tests.unit.mapping.purchase import (
    ORDER,
    Purchase,
    figures,
    hold_purchase,
    make_line,
    make_order,
    make_purchase,
    make_receiver,
    make_transaction,
    match_purchase,
)

from ml_connector.mapping.answers import ask_for
from ml_connector.records.matches import Verdict
from ml_connector.records.orders import PurchasingTransaction

PARTNER: Final = "Corvid Metals"
PRICES: Final = ("0.90", "0.50")
LINES: Final[Mapping[int, int]] = {9921: 400, 9922: 400}


def make_double(prices: tuple[str, str] = PRICES) -> PurchasingTransaction:
    """An order of twice 400 bolts."""
    return make_order(
        *(
            make_line(key, "400", price, number=n)
            for n, (key, price) in enumerate(zip(LINES, prices, strict=True))
        )
    )


def receive_both(first: str = "400", second: str = "400") -> PurchasingTransaction:
    """All of it in one receiver, or less."""
    lines = (
        make_line(n, each, source=key)
        for n, (key, each) in enumerate(zip(LINES, (first, second), strict=True), 1)
    )
    return make_receiver("1", *(line for line in lines if line.line.quantity))


def invoice(key: int, quantity: str) -> PurchasingTransaction:
    """An earlier invoice of a receiver's line."""
    line = make_line(50 + key, quantity, source=key)
    return make_transaction(f"Vendor Invoice-VI{key}", line, created_from="PO Receiver-PR1")


def bill(
    *lines: str,
    cents: str,
    prices: tuple[str, str] = PRICES,
    made: tuple[PurchasingTransaction, ...] | None = None,
) -> Purchase:
    made = (receive_both(),) if made is None else made
    return make_purchase(*lines, total=cents, orders=(make_double(prices),), made=made)


def list_chosen(purchase: Purchase) -> list[int]:
    return [line.order_line for line in match_purchase(purchase).lines]


@pytest.mark.rule("810 invoice", 6)
def test_a_sender_who_counts_its_own_lines_draws_on_the_order_line_of_its_price() -> None:
    assert list_chosen(bill("100 EA 0.5 B-8", cents="5000")) == [2]
    assert list_chosen(bill("100 EA 0.9 B-8", "100 EA 0.5 B-8", cents="14000")) == [1, 2]
    assert list_chosen(bill("100 EA 0.5 B-8", "100 EA 0.9 B-8", cents="14000")) == [2, 1]
    assert list_chosen(bill("10 CA 10.8 B-8", "10 CA 6 B-8", cents="16800")) == [1, 2]


@pytest.mark.rule("810 invoice", 6)
def test_at_the_same_price_the_number_decides_as_long_as_so_much_is_open_there() -> None:
    same = ("0.50", "0.50")
    counted = bill("100 EA 0.5 B-8", "100 EA 0.5 B-8", cents="10000", prices=same)
    used_up = bill("100 EA 0.5 B-8", cents="5000", prices=same, made=(receive_both(), invoice(1, "350")))
    not_here = bill("100 EA 0.5 B-8", cents="5000", prices=same, made=(receive_both(first="0"),))
    both_at_once = bill("350 EA 0.5 B-8", "1 EA 1 N-8", "350 EA 0.5 B-8 REF*LI*9", cents="35100", prices=same)

    assert list_chosen(counted) == [1, 2]
    assert list_chosen(used_up) == [2]
    assert list_chosen(not_here) == [2]
    assert [*hold_purchase(both_at_once)] == [f"order_line:{ORDER}/NUT-M8"]


@pytest.mark.rule("810 invoice", 6)
def test_what_is_ordered_and_not_here_yet_is_waited_for_on_the_line_that_has_room() -> None:
    purchase = bill(
        "100 EA 0.5 B-8",
        cents="5000",
        prices=("0.50", "0.50"),
        made=(receive_both(second="0"), invoice(1, "400")),
    )

    assert [*hold_purchase(purchase)] == [f"receipt:{ORDER}/2"]


@pytest.mark.rule("810 invoice", 6)
def test_a_line_named_by_reference_is_believed_unless_the_price_is_that_of_another() -> None:
    named = bill("100 EA 0.9 B-8 REF*LI*001", cents="9000")
    cheaper = bill("100 EA 0.45 B-8 REF*LI*2", cents="4500")
    contradicted = bill("100 EA 0.5 B-8 REF*LI*1", cents="5000")

    assert list_chosen(named) == [1]
    assert [line.verdict for line in match_purchase(cheaper).lines] == [Verdict.LOWER]
    assert [need.partition(":")[0] for need in hold_purchase(contradicted)] == ["order_line"]


@pytest.mark.rule("810 invoice", 6)
@pytest.mark.parametrize(
    ("line", "cents", "prices"),
    [
        ("100 EA 0.7 B-8", "7000", PRICES),
        ("100 EA 0.91 B-8", "9100", PRICES),
        ("100 EA 0.4 B-8", "4000", PRICES),
        ("100 EA 0.5 B-8 REF*LI*1 REF*LI*2", "5000", ("0.50", "0.50")),
    ],
    ids=["between", "dearer than both", "cheaper than both", "two are named"],
)
def test_what_agrees_with_no_line_or_with_several_is_asked_and_names_them(
    line: str, cents: str, prices: tuple[str, str]
) -> None:
    purchase = bill(line, cents=cents, prices=prices, made=(receive_both("400", "40"), invoice(1, "25")))

    [need] = hold_purchase(purchase).values()

    assert str(need) == f"order_line:{PARTNER}/{ORDER}/BOLT-M8/INV-7/line 1"
    assert (
        f"line 1, 400 Each at {prices[0]}, 400 received, 25 invoiced; line 2, 400 Each at 0.50" in need.reason
    )
    question = ask_for(str(need), [PARTNER])
    assert question is not None
    assert question.wanted == "line"
    answered = replace(purchase, answers=(question.answer("2"),))
    unusable = replace(purchase, answers=(question.answer("3"),))
    held = hold_purchase(answered)
    assert [each.split("/INV-7")[0] for each in held] == [f"receipt:{ORDER}/2"]
    assert [*hold_purchase(unusable)] == [str(need)]


def test_the_line_that_people_name_is_compared_as_any_other() -> None:
    purchase = bill("100 EA 0.45 B-8", cents="4500")
    [need] = hold_purchase(purchase)
    question = ask_for(need, [PARTNER])
    assert question is not None

    [line] = match_purchase(replace(purchase, answers=(question.answer("2"),))).lines

    assert (line.order_line, line.verdict) == (2, Verdict.LOWER)
    assert figures(line.price, line.approved_price or 0) == ["0.45", "0.5"]
