"""What an invoice's lines, charges, allowances and taxes become on the bill: never a cent more or less."""

from decimal import Decimal
from typing import Any

import pytest
from tests.unit.mapping.trade import (
    ROUTE,
    RULES,
    list_amounts,
    list_needs,
    make_trade,
    plan_bill,
)

from ml_connector.mapping.decisions import Filed
from ml_connector.mapping.routes.invoice_to_bill import Planned

TWO_LINES = ("IT1*1*2*EA*30**VN*A", "IT1*2*1*EA*40**VN*B")
OWN_ACCOUNTS = """
[[coding]]
name = "goods"
account = "5000"

[[coding]]
name = "freight"
on = "charge"
when = { code = "D240" }
account = "5100"

[[coding]]
name = "sales tax"
on = "tax"
account = "5200"

[[coding]]
name = "rebates"
on = "allowance"
when = { description = "*rebate*" }
account = "5100"
"""


def _tolerate(tolerance: str, *, account: str = 'rounding_account = "8990"') -> dict[str, Any]:
    partner = f'vendors = ["V-10"]\ntolerance = "{tolerance}"'
    return {"rules": RULES.replace('vendors = ["V-10"]', partner), "route": f"{ROUTE}{account}\n"}


@pytest.mark.rule("810 invoice", 13)
def test_a_plain_invoice_becomes_one_line_for_each_of_its_lines() -> None:
    bill = plan_bill(make_trade(*TWO_LINES, total="10000"))

    assert list_amounts(bill) == [("5000", Decimal("60.00")), ("5000", Decimal("40.00"))]
    assert [line.memo for line in bill.lines] == ["A, 2 EA at 30", "B, 1 EA at 40"]


@pytest.mark.rule("810 invoice", 15)
def test_charges_and_allowances_are_spread_over_the_goods_by_their_amounts() -> None:
    trade = make_trade(*TWO_LINES, total="10500", after=("SAC*C*D240***1000", "SAC*A*C310***500"))

    assert list_amounts(plan_bill(trade)) == [("5000", Decimal("63.00")), ("5000", Decimal("42.00"))]


def test_a_spread_over_goods_and_a_return_never_books_more_than_there_is() -> None:
    goods = ("IT1*1*1*EA*1000**VN*A", "IT1*2*-1*EA*999.99**VN*B")

    amounts = [
        amount
        for _, amount in list_amounts(plan_bill(make_trade(*goods, total="1001", after=("TXI*ST*10",))))
    ]

    assert sum(amounts) == Decimal("10.01")
    assert amounts == [Decimal("1005.00"), Decimal("-994.99")]


def test_a_charge_is_spread_in_equal_shares_when_the_goods_are_free() -> None:
    free = ("IT1*1*1*EA*0**VN*A", "IT1*2*1*EA*0**VN*B")

    trade = make_trade(*free, total="1001", after=("SAC*C*D240***1001",))

    assert list_amounts(plan_bill(trade)) == [("5000", Decimal("5.01")), ("5000", Decimal("5.00"))]


@pytest.mark.rule("810 invoice", 15, 19)
def test_charges_taxes_and_allowances_get_lines_of_their_own_where_rules_give_accounts() -> None:
    after = (
        "SAC*C*D240***1000*******06***Freight",
        "SAC*A*C310***200*******06***Year-end rebate",
        "TXI*ST*7.5",
    )

    bill = plan_bill(make_trade(*TWO_LINES, total="11550", after=after, coding=OWN_ACCOUNTS))

    assert [(line.account_no, line.amount, line.memo) for line in bill.lines[2:]] == [
        ("5100", Decimal("10.00"), "Freight"),
        ("5100", Decimal("-2.00"), "Year-end rebate"),
        ("5200", Decimal("7.50"), "tax ST"),
    ]


def test_a_line_s_own_charge_goes_with_its_line() -> None:
    lines = ("IT1*1*1*EA*60**VN*A", "SAC*C*D240***300", "TXI*ST*2", "IT1*2*1*EA*40**VN*B")

    assert list_amounts(plan_bill(make_trade(*lines, total="10500"))) == [
        ("5000", Decimal("65.00")),
        ("5000", Decimal("40.00")),
    ]


@pytest.mark.rule("810 invoice", 19)
def test_a_line_s_own_charge_and_tax_obey_a_rule_that_gives_them_an_account() -> None:
    lines = ("IT1*1*1*EA*60**VN*A", "SAC*C*D240***300", "TXI*ST*2", "SAC*C*B999***100", "IT1*2*1*EA*40**VN*B")

    bill = plan_bill(make_trade(*lines, total="10600", coding=OWN_ACCOUNTS))

    assert list_amounts(bill) == [
        ("5000", Decimal("61.00")),
        ("5000", Decimal("40.00")),
        ("5100", Decimal("3.00")),
        ("5200", Decimal("2.00")),
    ]


def test_a_line_s_own_charge_is_coded_by_the_item_it_is_for() -> None:
    rule = '\n[[coding]]\nname = "A"\non = "charge"\nwhen = { item = "VN/A" }\naccount = "5200"\n'
    lines = ("IT1*1*1*EA*60**VN*A", "SAC*C*D240***300", "IT1*2*1*EA*40**VN*B", "SAC*C*D240***100")

    bill = plan_bill(
        make_trade(
            *lines,
            total="10400",
            coding=OWN_ACCOUNTS.split('[[coding]]\nname = "freight', maxsplit=1)[0] + rule,
        )
    )

    assert list_amounts(bill) == [
        ("5000", Decimal("60.00")),
        ("5000", Decimal("41.00")),
        ("5200", Decimal("3.00")),
    ]


@pytest.mark.rule("810 invoice", 16)
def test_cents_left_over_go_to_the_largest_remainders() -> None:
    lines = [f"IT1*{n}*1*EA*3.333**VN*A" for n in (1, 2, 3)]

    planned = make_trade(*lines, total="1000").plan()

    assert isinstance(planned, Planned)
    assert [line.amount for line in planned.bill.lines] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    said = [(reason.path, reason.inputs) for reason in planned.provenance if "TRX_AMOUNT" in reason.path]
    assert said[0] == ("lines[1].TRX_AMOUNT", (("exact", "3.333000"),))


@pytest.mark.rule("810 invoice", 13)
@pytest.mark.parametrize(
    ("detail", "limit", "over"),
    [("by_coding", 1000, "summarise"), ("detail", 2, "summarise"), ("single", 1000, "hold")],
)
def test_lines_are_summed_by_coding_where_the_route_or_its_line_limit_says_so(
    detail: str, limit: int, over: str
) -> None:
    route = f'{ROUTE}line_detail = "{detail}"\nmax_lines = {limit}\nover_limit = "{over}"\n'
    lines = [f"IT1*{n}*1*EA*3.335**VN*A" for n in (1, 2, 3)]

    bill = plan_bill(make_trade(*lines, total="1001", route=route))

    assert [(line.amount, line.memo) for line in bill.lines] == [(Decimal("10.01"), "3 lines")]


@pytest.mark.rule("810 invoice", 13)
def test_an_invoice_over_the_line_limit_is_held_where_the_route_says_so_and_never_split() -> None:
    route = f'{ROUTE}max_lines = 1\nover_limit = "hold"\n'

    needs = list_needs(make_trade(*TWO_LINES, total="10000", route=route))

    assert needs == {
        "lines:INV-7/max_lines": "2 lines, at most 1 are allowed; raise max_lines of the route, or summarise"
    }


@pytest.mark.rule("810 invoice", 13)
def test_one_line_for_several_codings_is_held() -> None:
    route = f'{ROUTE}line_detail = "single"\n'

    trade = make_trade(
        *TWO_LINES, total="11000", after=("SAC*C*D240***1000",), route=route, coding=OWN_ACCOUNTS
    )

    assert list(list_needs(trade)) == ["coding:single/INV-7"]


def test_a_summed_line_keeps_its_own_memo_when_it_is_alone_in_its_coding() -> None:
    route = f'{ROUTE}line_detail = "by_coding"\n'
    after = ("SAC*C*D240***1000*******06***Freight",)

    bill = plan_bill(make_trade(*TWO_LINES, total="11000", after=after, route=route, coding=OWN_ACCOUNTS))

    assert [line.memo for line in bill.lines] == ["2 lines", "Freight"]


@pytest.mark.rule("810 invoice", 17)
def test_a_total_that_nothing_explains_is_held_and_never_corrected() -> None:
    needs = list_needs(make_trade(*TWO_LINES, total="10001"))

    assert needs == {
        "arithmetic:INV-7": "the total is 100.01, but lines+charges-allowances+taxes give 100.00; "
        "ask Corvid Metals for a corrected invoice"
    }


@pytest.mark.rule("810 invoice", 18)
def test_a_difference_within_the_partner_s_tolerance_goes_to_the_rounding_account() -> None:
    planned = make_trade(*TWO_LINES, total="9998", **_tolerate("0.02")).plan()

    assert isinstance(planned, Planned)
    assert list_amounts(planned.bill)[2:] == [("8990", Decimal("-0.02"))]
    [why] = [reason.rule for reason in planned.provenance if reason.path == "total"]
    assert why == "lines+charges-allowances+taxes, difference of -0.02 within the tolerance of Corvid Metals"


@pytest.mark.rule("810 invoice", 18)
@pytest.mark.parametrize(
    "settings", [_tolerate("0.01"), _tolerate("0.02", account="")], ids=["too large", "no rounding account"]
)
def test_a_difference_is_held_without_tolerance_or_account_for_it(settings: dict[str, Any]) -> None:
    assert list(list_needs(make_trade(*TWO_LINES, total="9998", **settings))) == ["arithmetic:INV-7"]


@pytest.mark.rule("810 invoice", 17)
def test_a_total_finer_than_a_cent_is_held() -> None:
    needs = list_needs(make_trade("IT1*1*1*EA*1.005**VN*A", total="1.005"))

    assert needs["arithmetic:INV-7"].startswith("the total 1.005 (TDS01) is finer than a cent")


def test_a_rule_that_spreads_charges_where_there_are_no_goods_is_held() -> None:
    needs = list_needs(make_trade(total="1000", after=("SAC*C*D240***1000",)))

    assert list(needs) == ["coding:Corvid Metals/charges go with the goods"]


def test_a_line_without_a_price_is_coded_and_has_no_bill_line() -> None:
    bill = plan_bill(make_trade("IT1*1*2*EA*5**VN*A", "IT1*2*9*EA", total="1000"))

    assert list_amounts(bill) == [("5000", Decimal("10.00"))]


@pytest.mark.rule("810 invoice", 25)
def test_a_zero_total_is_filed() -> None:
    assert make_trade("IT1*1*2*EA*0**VN*A", total="0").plan() == Filed(reason="zero total")


@pytest.mark.rule("810 invoice", 25)
def test_a_zero_total_whose_lines_add_up_to_something_is_held() -> None:
    assert list(list_needs(make_trade(*TWO_LINES, total="0"))) == ["arithmetic:INV-7"]


@pytest.mark.rule("810 invoice", 25)
def test_a_zero_total_that_cancels_or_corrects_an_invoice_is_held() -> None:
    needs = list_needs(make_trade("IT1*1*2*EA*0**VN*A", total="0", big="20260315*INV-7******01"))

    assert list(needs) == ["purpose:01/INV-7"]


def test_a_zero_total_with_a_price_that_cannot_be_read_is_held() -> None:
    needs = list_needs(make_trade("IT1*1*2*EA*1,250.00**VN*A", total="0"))

    assert list(needs) == ["finding:NUMBER_UNREADABLE/INV-7"]


@pytest.mark.rule("810 invoice", 25)
@pytest.mark.parametrize("detail", ["detail", "by_coding"])
@pytest.mark.parametrize("prices", [("0", "0"), ("5", "-5")])
def test_a_zero_total_is_posted_with_at_least_one_line_where_the_route_says_so(
    detail: str, prices: tuple[str, str]
) -> None:
    route = f'{ROUTE}zero_total = "post"\nline_detail = "{detail}"\n'
    lines = [f"IT1*{n}*1*EA*{price}**VN*A" for n, price in enumerate(prices)]

    amounts = [amount for _, amount in list_amounts(plan_bill(make_trade(*lines, total="0", route=route)))]

    assert len(amounts) >= 1
    assert sum(amounts) == 0


def test_an_invoice_without_anything_to_book_is_held_where_zero_totals_are_posted() -> None:
    needs = list_needs(make_trade(total="0", route=f'{ROUTE}zero_total = "post"\n'))

    assert needs == {"lines:INV-7": "INV-7 has nothing to make a line of; reject it"}


def test_a_bill_line_larger_than_any_book_keeps_is_held() -> None:
    lines = ("IT1*1*1*EA*200000000000000**VN*A", "IT1*2*-1*EA*199999999999999**VN*A")

    assert list(list_needs(make_trade(*lines, total="100"))) == ["lines:INV-7"]


def test_a_total_of_thirty_digits_is_held_and_stops_nothing() -> None:
    needs = list_needs(make_trade("IT1*1*1*EA*5**VN*A", total="9" * 30))

    assert {"arithmetic:INV-7", "finding:AMOUNT_TOO_LARGE/INV-7"} <= needs.keys()


@pytest.mark.rule("810 invoice", 16)
def test_five_thousand_lines_make_a_bill_to_the_cent() -> None:
    lines = [f"IT1*{n}*3*EA*0.33{n % 10}**VN*A-{n}" for n in range(5000)]
    total = sum((3 * Decimal(f"0.33{n % 10}") for n in range(5000)), Decimal(0))
    trade = make_trade(
        *lines, total=f"{total:.2f}".replace(".", ""), after=("TXI*ST*0",), route=f"{ROUTE}max_lines = 5000\n"
    )

    bill = plan_bill(trade)

    assert len(bill.lines) == 5000
    assert sum(line.amount for line in bill.lines) == total.quantize(Decimal("0.01"))
