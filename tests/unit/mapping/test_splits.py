"""An amount in several places: every cent has one, and what a share does not name is as its rule says."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.mapping.trade import (
    BOOKS,
    list_amounts,
    list_needs,
    make_account,
    make_department,
    make_location,
    make_trade,
    plan_bill,
)

from ml_connector.intacct.writing.parts import CustomField
from ml_connector.mapping.payables.coding import split_amount
from ml_connector.mapping.routes.invoice_to_bill import Planned
from ml_connector.mapping.rules.coding import Share
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused

KNOWN: Final = (
    *BOOKS,
    make_department("D1"),
    make_department("D2"),
    make_location("L1"),
    make_account("1300", requires=["department"]),
)
THIRDS: Final = """
[[coding]]
name = "shared"
account = "5000"
department = "D1"
split = [
    { percent = "33.3333", department = "D2" },
    { percent = "33.3333", account = "5100" },
    { location = "L1" },
]
"""
FIXED: Final = """
[[coding]]
name = "base"
split = [
    { amount = "100.00", account = "5000" },
    { account = "5100" },
]
"""
CHARGES: Final = """
[[coding]]
name = "freight"
on = "charge"
spread = true
"""


def _write(split: str, *, rest: str = 'account = "5000"') -> str:
    return f'[[coding]]\nname = "x"\n{rest}\nsplit = [{split}]\n'


@pytest.mark.rule("810 invoice", 14)
def test_a_line_is_split_by_per_cent_and_each_share_takes_the_rest_from_its_rule() -> None:
    trade = make_trade("IT1*1*1*EA*100**VN*RENT", total="10000", coding=THIRDS, known=KNOWN)

    lines = plan_bill(trade).lines

    assert [(line.account_no, line.department_id, line.location_id, line.amount) for line in lines] == [
        ("5000", "D2", None, Decimal("33.33")),
        ("5100", "D1", None, Decimal("33.33")),
        ("5000", "D1", "L1", Decimal("33.34")),
    ]


def test_the_shares_of_each_line_are_that_line_to_the_cent() -> None:
    body = ("IT1*1*1*EA*10**VN*A", "IT1*2*1*EA*10**VN*B", "IT1*3*1*EA*10**VN*C")

    lines = plan_bill(make_trade(*body, total="3000", coding=THIRDS, known=KNOWN)).lines

    assert [sum(line.amount for line in lines[at : at + 3]) for at in (0, 3, 6)] == [Decimal(10)] * 3


def test_a_fixed_amount_stays_and_the_rest_takes_what_belongs_to_the_line_and_is_spread() -> None:
    body = ("IT1*1*1*EA*250**VN*PHONE", "SAC*C*D240***1000")
    trade = make_trade(*body, total="26000", coding=FIXED + CHARGES, known=KNOWN)

    assert list_amounts(plan_bill(trade)) == [("5000", Decimal("100.00")), ("5100", Decimal("160.00"))]


def test_shares_of_one_coding_are_one_line_where_lines_stand_by_coding() -> None:
    body = ("IT1*1*1*EA*10**VN*A", "IT1*2*1*EA*10**VN*B")
    route = '\n[[route]]\nset = "810"\ntarget = "ap_bill"\nline_detail = "by_coding"\n'

    made = list_amounts(plan_bill(make_trade(*body, total="2000", coding=THIRDS, known=KNOWN, route=route)))

    assert len(made) == 3
    assert sum(amount for _, amount in made) == 20


def test_a_fixed_share_larger_than_its_line_holds_the_invoice_and_names_the_rule() -> None:
    needs = list_needs(make_trade("IT1*1*1*EA*80**VN*PHONE", total="8000", coding=FIXED))

    assert needs == {
        "lines:INV-7/split/base": "the rule “base” splits off 100.00, and “PHONE, 1 EA at 80” comes to 80 only; "
        "give the rule amount_from, or split by per cent"
    }


def test_a_line_over_nothing_is_split_into_nothing() -> None:
    body = ("IT1*1*1*EA*80**VN*A", "IT1*2*1*EA*0**VN*FREE")

    trade = make_trade(*body, total="8000", coding=FIXED.replace("100.00", "30"))

    assert list_amounts(plan_bill(trade)) == [("5000", Decimal(30)), ("5100", Decimal(50))]


def test_the_explanation_names_the_share() -> None:
    planned = make_trade("IT1*1*1*EA*250**VN*PHONE", total="25000", coding=FIXED).plan()

    assert isinstance(planned, Planned)
    shares = [dict(r.inputs).get("share") for r in planned.provenance if r.path.endswith("ACCOUNTNO")]
    assert shares == ["100.00", "the rest"]


def test_what_a_share_lacks_is_held_as_of_any_rule() -> None:
    split = _write('{ percent = "50" }, { percent = "50", account = "1300" }')

    needs = list_needs(make_trade("IT1*1*1*EA*80", total="8000", coding=split, known=KNOWN))

    assert list(needs) == ["dimension:department/1300"]


@pytest.mark.parametrize(
    ("total", "account"), [("49999", "5000"), ("50000", "5100"), ("99999", "5100"), ("100000", "5200")]
)
@pytest.mark.rule("810 invoice", 14)
def test_the_amount_chooses_the_account(total: str, account: str) -> None:
    rules = "".join(
        f'[[coding]]\nname = "{number}"\naccount = "{number}"\nwhen = {{ {when} }}\n'
        for number, when in (
            ("5100", 'amount_from = "500", amount_below = "1000"'),
            ("5000", 'amount_below = "1000"'),
            ("5200", 'amount_from = "1000"'),
        )
    )
    price = Decimal(total).scaleb(-2)

    [line] = plan_bill(make_trade(f"IT1*1*1*EA*{price}**VN*A", total=total, coding=rules)).lines

    assert line.account_no == account


def test_a_product_group_is_one_of_the_ids_of_a_line() -> None:
    rules = '[[coding]]\nname = "steel"\naccount = "5100"\nwhen = { item = "CG/STEEL" }\n'

    [line] = plan_bill(make_trade("IT1*1*1*EA*80**VN*A*CG*STEEL", total="8000", coding=rules)).lines

    assert line.account_no == "5100"


@pytest.mark.rule("810 invoice", 21)
def test_a_line_has_the_company_s_own_dimensions_and_its_1099_box() -> None:
    rules = """
[[coding]]
name = "advice"
account = "5000"
dimensions = { REGION = "10003", BRANCH = "7" }
form_1099 = "NEC"
box_1099 = "1"
split = [{ percent = "50" }, { percent = "50", dimensions = { REGION = "10004" }, form_1099 = "MISC" }]
"""

    first, second = plan_bill(make_trade("IT1*1*1*EA*80", total="8000", coding=rules)).lines

    branch = CustomField(name="GLDIMBRANCH", value="7")
    assert first.user_dimensions == (branch, CustomField(name="GLDIMREGION", value="10003"))
    assert second.user_dimensions == (branch, CustomField(name="GLDIMREGION", value="10004"))
    assert [(line.form_1099, line.box_1099) for line in (first, second)] == [("NEC", "1"), ("MISC", None)]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (_write('{ percent = "60" }'), "at least two shares"),
        (_write('{ percent = "60" }, { percent = "30" }'), "the shares add up to 90 %"),
        (_write('{ percent = "60" }, { percent = "40" }, {}'), "the shares add up to 100 %"),
        (_write("{}, {}"), "at most one of them without per cent and amount"),
        (_write('{ amount = "5" }, { amount = "6" }'), "needs one share without an amount"),
        (_write('{ amount = "5" }, { percent = "6" }'), "by per cent or by amount, not by both"),
        (_write('{ amount = "5", percent = "6" }, {}'), "either a per cent or an amount"),
        (_write('{ percent = "50", account = "5000" }, {}', rest=""), "also for each share of a split"),
        (
            _write('{ percent = "50" }, {}', rest='on = "tax"\nspread = true'),
            "neither an account nor a split",
        ),
        (_write('{ percent = "50" }, {}', rest='on = "deduction"\naccount = "1"'), "cannot be split"),
        ('[[coding]]\nname = "x"\naccount = "1"\nbox_1099 = "1"\n', "needs the form_1099"),
        ('[[coding]]\nname = "x"\naccount = "1"\ndimensions = { "my region" = "1" }\n', "such as REGION"),
        (
            '[[coding]]\nname = "x"\naccount = "1"\nwhen = { amount_from = "5", amount_below = "5" }\n',
            "no amount fits",
        ),
    ],
)
def test_a_rule_that_would_lose_or_double_an_amount_is_refused(rules: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        parse_rules({"rules.toml": rules})


@given(
    amount=st.fractions(-(10**6), 10**6, max_denominator=1000),
    percents=st.lists(st.decimals("0", "20", places=4), max_size=4),
)
@settings(max_examples=100)
def test_shares_by_per_cent_are_exactly_the_amount(amount: Fraction, percents: list[Decimal]) -> None:
    shares = [*(Share(percent=f"{percent:f}") for percent in percents), Share()]  # type: ignore[arg-type]  # as in a file

    made = split_amount(amount, shares)

    assert made is not None
    assert sum(made) == amount
    assert all(each * amount >= 0 for each in made)


def test_fixed_shares_of_a_credit_lower_it_alike() -> None:
    shares = [Share(amount="30"), Share()]  # type: ignore[arg-type]  # as in a file

    assert split_amount(Fraction(-100), shares) == [Fraction(-30), Fraction(-70)]
