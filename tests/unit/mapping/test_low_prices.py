"""810 invoice: a price that is off by the factor of a unit tells of another unit than the one that is named."""

from typing import Final

import pytest
from tests.unit.mapping.purchase import (
    ORDER,
    Purchase,
    hold_purchase,
    list_lines,
    make_line,
    make_order,
    make_purchase,
    match_purchase,
    overrule,
    plan_invoices,
    receive,
)

from ml_connector.mapping.decisions import Held
from ml_connector.records.matches import Verdict

FREIGHT: Final = '[[charge]]\nname = "freight"\nsubtotal = "Freight"\ncap = "1.00"\n'
CHARGED: Final = "SAC*C*D240***100*******06"


def bill(line: str, cents: int, rule: str = "", *, price: str = "0.50", unit: str = "Each") -> Purchase:
    """A line, and freight so that also what is free comes to something; 1,200 were ordered and received."""
    return make_purchase(
        line,
        total=f"{cents + 100}",
        made=(receive("1", "1200", unit=unit),),
        orders=(make_order(make_line(9921, "1200", price, unit=unit)),),
        rules=f'[[match]]\nname = "small"\n{rule}\n{FREIGHT}',
        after=(CHARGED,),
    )


def judge(purchase: Purchase) -> Verdict:
    held = purchase.plan()
    if isinstance(held, Held):
        assert [need.kind for need in held.needs] == ["match"]
        assert held.comparison is not None
        assert held.comparison.match is not None
        return held.comparison.match.lines[0].verdict
    return match_purchase(purchase).lines[0].verdict


@pytest.mark.rule("810 invoice", 6)
def test_a_case_at_the_price_of_one_is_held_and_says_which_unit_the_price_is_for() -> None:
    [need] = hold_purchase(bill("10 CA 0.5 B-8", 500)).values()

    assert str(need) == (
        f"match:Corvid Metals/{ORDER}/1/INV-7/120 Each for 5 after 0 of 1200 at 0.5 stated as 10 Case at 0.5"
    )
    assert (
        "10 Case at 0.5 is rather the price of one Each: as it stands it makes 0.041667 for one Each, 0.50 was approved"
        in need.reason
    )


@pytest.mark.rule("810 invoice", 6)
@pytest.mark.parametrize(
    ("line", "cents", "rule", "verdict"),
    [
        ("10 CA 6 B-8", 6000, "", Verdict.MATCHED),
        ("10 CA 5.4 B-8", 5400, "", Verdict.LOWER),
        ("10 CA 1.74 B-8", 1740, "", Verdict.LOWER),
        ("10 CA 1.73 B-8", 1730, "", Verdict.OTHER_UNIT),
        ("10 CA 0.45 B-8", 450, "", Verdict.OTHER_UNIT),
        ("10 CA 50/HP B-8", 500, "", Verdict.OTHER_UNIT),
        ("10 CA 600/HP B-8", 6000, "", Verdict.MATCHED),
        ("10 CA 0 B-8", 0, "", Verdict.LOWER),
        ("120 EA 0.01 B-8", 120, "", Verdict.LOWER),
        ("10 CA 0.5 B-8", 500, 'lower_percent = "95"', Verdict.LOWER),
        ("10 CA 0.5 B-8", 500, 'lower_percent = "90"', Verdict.TOO_LOW),
    ],
)
def test_a_price_passes_in_another_unit_where_no_other_unit_is_nearer_or_by_a_rule(
    line: str, cents: int, rule: str, verdict: Verdict
) -> None:
    assert judge(bill(line, cents, rule)) is verdict


@pytest.mark.rule("810 invoice", 6)
def test_one_at_the_price_of_a_case_is_held_even_where_a_rise_is_tolerated() -> None:
    purchase = bill("1 EA 6 B-8", 600, 'price = "10.00"', price="6", unit="Case")

    [need] = hold_purchase(purchase).values()

    assert judge(purchase) is Verdict.OTHER_UNIT
    assert "1 Each at 6 is rather the price of one Case" in need.reason


@pytest.mark.rule("810 invoice", 3)
@pytest.mark.parametrize(
    ("line", "cents", "verdict"),
    [("120 EA 0.45 B-8", 5400, Verdict.LOWER), ("120 EA 0.449 B-8", 5388, Verdict.TOO_LOW)],
)
def test_how_far_a_price_may_be_below_the_approved_one_is_set_by_a_rule(
    line: str, cents: int, verdict: Verdict
) -> None:
    purchase = bill(line, cents, 'lower_percent = "10"')

    assert judge(purchase) is verdict
    if verdict is Verdict.TOO_LOW:
        [need] = hold_purchase(purchase).values()
        assert "0.449 is invoiced, 0.50 was approved; small lets pass nothing below 0.45" in need.reason


def test_what_people_let_pass_of_it_is_converted_at_the_price_that_is_stated() -> None:
    agreed = overrule(bill("10 CA 0.5 B-8", 500))

    [made] = plan_invoices(agreed)
    [line] = match_purchase(agreed).lines

    assert (line.verdict, line.overruled) == (Verdict.OVERRULED, 7)
    assert list_lines(made) == ["10 Case at 0.5 of 1"]
