"""What holds for every invoice: no cent is lost or made, marks and keys stay whole, the same in gives the same out."""

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.unit.mapping.trade import MARK, ROUTE, RULES, Trade, list_amounts, make_trade, plan_bill

from ml_connector.intacct.writing.bill import ApBill, canonical, from_canonical
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.payables.amounts import round_to_total, spread
from ml_connector.mapping.routes.invoice_to_bill import Planned
from ml_connector.mapping.texts import DESCRIPTION_LIMIT, cut

CENT: Final = Decimal("0.01")
CODINGS: Final = """
[[coding]]
name = "A"
account = "5000"
when = { item = "A" }

[[coding]]
name = "else"
account = "5100"

[[coding]]
name = "freight"
on = "charge"
account = "5200"
when = { code = "D240" }

[[coding]]
name = "charges"
on = "charge"
spread = true

[[coding]]
name = "allowances"
on = "allowance"
spread = true

[[coding]]
name = "taxes"
on = "tax"
spread = true
"""

steady = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


def _decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wares:
    """One line: what is bought, and its own charge and tax."""

    quantity: Decimal
    price: Decimal
    item: str
    charge: Decimal | None
    tax: Decimal | None

    @property
    def exact(self) -> Decimal:
        return self.quantity * self.price + (self.charge or 0) + (self.tax or 0)

    def write(self, number: int) -> list[str]:
        line = f"IT1*{number}*{self.quantity:f}*EA*{self.price:f}**VN*{self.item}"
        charge = [] if self.charge is None else [f"SAC*C*D240***{self.charge * 100:.0f}"]
        return [line, *charge, *([] if self.tax is None else [f"TXI*ST*{self.tax:f}"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """An invoice's contents: lines, then charges and allowances, then taxes."""

    lines: list[Wares]
    adjustments: list[tuple[str, str, Decimal]]
    taxes: list[Decimal]

    @property
    def exact(self) -> Decimal:
        signs = {"C": 1, "A": -1}
        adjusted = sum((signs[sign] * amount for sign, _, amount in self.adjustments), Decimal(0))
        return sum((line.exact for line in self.lines), Decimal(0)) + adjusted + sum(self.taxes, Decimal(0))

    def make_trade(self, total: Decimal, *, route: str = "") -> Trade:
        body = [segment for number, line in enumerate(self.lines) for segment in line.write(number)]
        after = [f"SAC*{sign}*{code}***{amount * 100:.0f}" for sign, code, amount in self.adjustments]
        after += [f"TXI*ST*{tax:f}" for tax in self.taxes]
        cents = f"{total * 100:.0f}"
        return make_trade(*body, total=cents, after=after, coding=CODINGS, route=ROUTE + route)


wares = st.builds(
    Wares,
    quantity=_decimals("-50", "5000", 3),
    price=_decimals("0", "900", 4),
    item=st.sampled_from("AB"),
    charge=st.none() | _decimals("0", "99", 2),
    tax=st.none() | _decimals("0", "99", 4),
)
baskets = st.builds(
    Basket,
    lines=st.lists(wares, min_size=1, max_size=6),
    adjustments=st.lists(
        st.tuples(st.sampled_from("AC"), st.sampled_from(["D240", "B999"]), _decimals("0", "500", 2)),
        max_size=3,
    ),
    taxes=st.lists(_decimals("0", "300", 4), max_size=2),
)


def _sum_accounts(bill: ApBill) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for account, amount in list_amounts(bill):
        sums[account] += amount
    return sums


@pytest.mark.rule("810 invoice", 16)
@steady
@given(st.lists(fractions, min_size=1, max_size=30))
@example([Fraction(1, 200)] * 3)
@example([Fraction(-1, 200)])
@example([Fraction(-10, 3), Fraction(10, 3)])
def test_rounding_gives_the_total_and_moves_no_amount_by_a_cent(exact: list[Fraction]) -> None:
    whole = sum(exact)
    total = Decimal(round(whole * 100)).scaleb(-2)

    rounded = round_to_total(exact, total)

    assert sum(rounded) == total
    assert all(
        abs(Fraction(made) - amount) < Fraction(1, 100) for made, amount in zip(rounded, exact, strict=True)
    )
    assert all(made.as_tuple().exponent == -2 for made in rounded)


@steady
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30))
def test_rounding_leaves_whole_cents_alone(cents: list[int]) -> None:
    amounts = [Decimal(amount).scaleb(-2) for amount in cents]

    assert round_to_total([Fraction(amount) for amount in amounts], sum(amounts, Decimal(0))) == amounts


@steady
@given(fractions, st.lists(fractions, min_size=1, max_size=30))
def test_a_spread_gives_away_exactly_the_amount_and_no_share_is_larger(
    amount: Fraction, over: list[Fraction]
) -> None:
    shares = spread(amount, over)

    assert sum(shares) == amount
    assert all(0 <= abs(share) <= abs(amount) and share * amount >= 0 for share in shares)


@pytest.mark.rule("810 invoice", 16)
@steady
@given(baskets)
def test_a_bill_equals_its_invoice_to_the_cent(basket: Basket) -> None:
    total = basket.exact.quantize(CENT, ROUND_HALF_UP)
    assume(total > 0)

    bill = plan_bill(basket.make_trade(total))

    assert sum(line.amount for line in bill.lines) == total


@pytest.mark.rule("810 invoice", 16)
@steady
@given(baskets, st.integers(-3, 3))
def test_a_bill_with_another_sum_than_its_invoice_s_total_is_never_made(basket: Basket, off: int) -> None:
    rounded = [(line.quantity * line.price).quantize(CENT, ROUND_HALF_UP) for line in basket.lines]
    exact = [line.quantity * line.price for line in basket.lines]
    total = (basket.exact - sum(exact) + sum(rounded)).quantize(CENT, ROUND_HALF_UP) + off * CENT
    assume(total > 0)

    outcome = basket.make_trade(total).plan()

    if isinstance(outcome, Planned):
        assert sum(line.amount for line in outcome.bill.lines) == total
    else:
        assert isinstance(outcome, Held)
        assert [str(need) for need in outcome.needs] == ["arithmetic:INV-7"]
        assert off


@pytest.mark.rule("810 invoice", 16)
@steady
@given(baskets)
def test_no_cent_is_lost_when_lines_are_summed_by_coding(basket: Basket) -> None:
    total = basket.exact.quantize(CENT, ROUND_HALF_UP)
    assume(total > 0)

    detailed = plan_bill(basket.make_trade(total))
    summed = plan_bill(basket.make_trade(total, route='line_detail = "by_coding"\n'))

    assert sum(line.amount for line in summed.lines) == total
    assert len(summed.lines) <= 3
    apart = {
        account: abs(_sum_accounts(detailed)[account] - amount)
        for account, amount in _sum_accounts(summed).items()
    }
    assert all(difference <= CENT * len(detailed.lines) for difference in apart.values())


@steady
@given(baskets)
def test_the_same_invoice_gives_the_same_bytes(basket: Basket) -> None:
    total = basket.exact.quantize(CENT, ROUND_HALF_UP)
    assume(total > 0)
    trade = basket.make_trade(total)

    once, again = trade.plan(), trade.plan()

    assert isinstance(once, Planned)
    assert once == again
    assert from_canonical(canonical(once.bill)) == once.bill


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=120)


@pytest.mark.rule("Before anything else", 9)
@steady
@given(names)
def test_the_mark_always_stands_at_the_end_of_a_description_within_its_limit(name: str) -> None:
    rules = RULES.replace('"Corvid Metals"', json.dumps(name, ensure_ascii=False))

    described = plan_bill(make_trade("IT1*1*1*EA*5**VN*A", total="500", rules=rules)).description

    assert len(described) <= DESCRIPTION_LIMIT
    assert described.endswith(f" {MARK}")


keys = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters="*~>"),
    min_size=1,
    max_size=40,
)


@pytest.mark.rule("Before anything else", 8)
@steady
@given(keys, keys)
def test_numbers_are_booked_whole_or_held_but_never_cut(number: str, order: str) -> None:
    outcome = make_trade("IT1*1*1*EA*5**VN*A", total="500", big=f"20260315*{number}**{order}").plan()

    if isinstance(outcome, Planned):
        assert (outcome.bill.number, outcome.bill.reference) == (number, order)
    else:
        assert isinstance(outcome, Held)
        assert {need.kind for need in outcome.needs} == {"length"}
        assert len(number) > 30 or len(order) > 20


@pytest.mark.rule("Before anything else", 8)
@steady
@given(st.text(), st.integers(1, 50))
def test_a_text_is_cut_to_its_limit_with_a_sign_and_else_left_alone(text: str, limit: int) -> None:
    short = cut(text, limit)

    assert len(short) <= limit
    assert short == text if len(text) <= limit else short == text[: limit - 1] + "…"
