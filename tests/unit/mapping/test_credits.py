"""Credits: what becomes a debit memo, what a credit memo, and what is for a person."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.mapping.crediting import (
    ROUTE,
    Case,
    explain,
    list_amounts,
    list_needs,
    make_adjustment,
    make_credit,
    plan_adjustment,
)
from tests.unit.mapping.trade import BOOKS, CODING, MARK, SELLER, replace_account

from ml_connector.mapping.decisions import Filed

BOLTS: Final = "IT1*1*1*EA*5**VN*BOLT"
SPLIT: Final = """
[[coding]]
name = "bolts"
when = { item = "VN/BOLT" }
account = "5100"
""" + CODING.replace(
    'name = "charges go with the goods"\non = "charge"\nspread = true',
    'name = "charges"\non = "charge"\naccount = "5200"',
)


@pytest.mark.rule("Credits", 1)
@pytest.mark.parametrize(
    ("big", "price", "total"),
    [
        ("20260315*CM-7*****CR", "5", "500"),
        ("20260315*CM-7*****CR", "-5", "-500"),
        ("20260315*CM-7", "-5", "-500"),
    ],
    ids=["type, positive", "type, negative", "sign"],
)
def test_an_invoice_that_is_a_credit_becomes_a_debit_memo_of_its_total(
    big: str, price: str, total: str
) -> None:
    made = plan_adjustment(make_credit(f"IT1*1*1*EA*{price}**VN*BOLT", total=total, big=big))

    assert (made.vendor_id, made.number, made.date) == ("V-10", "CM-7", date(2026, 3, 15))
    assert (made.posting_date, made.action, made.currency) == (date(2026, 3, 15), "Submit", None)
    assert made.description == f"EDI 810 Corvid Metals 000000042 {MARK}"
    assert list_amounts(made) == [("5000", Decimal("-5.00"))]


@pytest.mark.rule("810 invoice", 14)
def test_a_line_names_the_vendor_where_its_account_wants_one() -> None:
    books = replace_account("5000", requires=["vendor"])

    made = plan_adjustment(make_credit(BOLTS, total="500", known=books))

    assert [line.dimensions.vendor_id for line in made.lines] == ["V-10"]


@pytest.mark.rule("Before anything else", 13)
@pytest.mark.parametrize(("limit", "made"), [("5.01", "Submit"), ("5", "Draft")])
@pytest.mark.parametrize("total", ["500", "-500"])
def test_a_credit_is_submitted_only_below_the_limit_of_its_route(limit: str, made: str, total: str) -> None:
    line = BOLTS if total == "500" else BOLTS.replace("*5*", "*-5*")
    route = ROUTE.replace('"submit"', f'"submit"\nsubmit_below = "{limit}"')

    assert plan_adjustment(make_credit(line, total=total, route=route)).action == made


@pytest.mark.rule("Credits", 1)
def test_the_invoice_it_is_about_stands_in_it_as_text() -> None:
    case = make_credit(BOLTS, total="500")
    named = make_credit(total="500", big="20260315*CM-7*****CR")
    named = Case(segments=(named.segments[0], "REF*OI*INV-3", SELLER, BOLTS, "TDS*500"))

    assert plan_adjustment(case).bill_number is None
    assert plan_adjustment(named).bill_number == "INV-3"
    assert explain(named)["DOCNUMBER"] == ("INV-3", "invoice it is about; nothing is applied to it")


@pytest.mark.rule("Credits", 2)
def test_the_company_says_which_sign_lowers_what_is_owed_and_nobody_guesses_it() -> None:
    negative = make_credit(BOLTS, total="500")
    positive = make_credit(BOLTS, total="500", negative=False)
    unsaid = make_credit(BOLTS, total="500", negative=None)

    assert list_amounts(plan_adjustment(positive)) == [("5000", Decimal("5.00"))]
    assert explain(negative)["kind"][1] == "what lowers what we owe is a debit memo, of negative lines"
    assert explain(positive)["kind"][1] == "what lowers what we owe is a debit memo, of positive lines"
    (reason,) = list_needs(unsaid).values()
    assert list(list_needs(unsaid)) == ["setting:negative_debit_memos"]
    assert reason.endswith("then set company.negative_debit_memos of the link")


@pytest.mark.rule("Credits", 3)
def test_lines_that_go_the_other_way_are_netted_within_their_coding() -> None:
    body = (BOLTS, "IT1*2*1*EA*-2**VN*BOLT", "IT1*3*1*EA*4**VN*NUT", "IT1*4*1*EA*-4**VN*NUT", "IT1*5*1*EA*1")

    made = plan_adjustment(make_credit(*body, total="400", coding=SPLIT))

    assert list_amounts(made) == [("5100", Decimal("-3.00")), ("5000", Decimal("-1.00"))]


@pytest.mark.rule("Credits", 3)
def test_a_coding_that_nets_to_the_other_way_is_held_and_named() -> None:
    needs = list_needs(make_credit(BOLTS, "IT1*2*1*EA*-2**VN*NUT", total="300", coding=SPLIT))

    assert needs == {
        "sign:CM-7": "CM-7 comes to -3.00, but 2 of it goes the other way (account 5000), and an adjustment has lines of one "
        "sign; give them one coding, or book it by hand as two and reject it here"
    }


@pytest.mark.rule("Credits", 3)
def test_a_restocking_charge_on_an_account_of_its_own_is_held() -> None:
    assert list(
        list_needs(
            make_credit(
                BOLTS,
                "SAC*A*D240***100",
                total="400",
                coding=CODING.replace(
                    'on = "allowance"\nspread = true', 'on = "allowance"\naccount = "5200"'
                ),
            )
        )
    ) == ["sign:CM-7"]


def test_a_credit_of_nothing_is_filed_or_held_where_the_route_posts_such() -> None:
    body = (BOLTS, "IT1*2*1*EA*-5**VN*BOLT")
    route = '[[route]]\nset = "810"\ntarget = "ap_bill"\nzero_total = "post"\n'

    assert make_credit(*body, total="0").plan() == Filed(reason="zero total")
    assert list(list_needs(make_credit(*body, total="0", route=route))) == ["sign:CM-7"]


@pytest.mark.rule("Before anything else", 6)
@pytest.mark.parametrize(
    ("purpose", "says"),
    [
        ("01", "cancels a credit; undo the adjustment in Intacct by hand"),
        ("07", "it must never make a second adjustment"),
    ],
)
def test_a_credit_that_is_no_original_is_for_a_person(purpose: str, says: str) -> None:
    needs = list_needs(make_credit(BOLTS, total="500", big=f"20260315*CM-7*****CR*{purpose}"))

    assert says in needs[f"purpose:{purpose}/CM-7"]


def test_everything_that_keeps_a_credit_is_named_at_once() -> None:
    head = (f"BIG*20260321*{'C' * 31}*****CR", f"REF*OI*{'I' * 31}", SELLER)
    case = Case(segments=(*head, BOLTS, "TDS*700"), known=BOOKS[:1], negative=None)

    kinds = [key.partition(":")[0] for key in list_needs(case)]

    assert kinds == ["setting", "length", "length", "date", "arithmetic"]


def test_a_credit_of_an_unknown_partner_or_vendor_names_it() -> None:
    stranger = list_needs(make_credit(BOLTS, total="500", sender="NOBODY"))
    unknown = list_needs(make_credit(BOLTS, total="500", known=()))

    assert list(stranger) == ["partner:ZZ/NOBODY"]
    assert list(unknown) == ["vendor:Corvid Metals/92/0042"]


def test_test_traffic_is_filed() -> None:
    filed = Filed(reason="test interchange (ISA15 T) on a live link")

    assert make_credit(BOLTS, total="500", usage="T").plan() == filed
    assert make_credit(BOLTS, total="500", usage="T", sender="NOBODY").plan() == filed


@pytest.mark.rule("Credits", 4)
@pytest.mark.parametrize(
    ("view", "flag", "amount", "kind"),
    [
        ("seller", "C", "-12.00", "debit memo"),
        ("seller", "D", "12.00", "credit memo"),
        ("buyer", "C", "12.00", "credit memo"),
        ("buyer", "D", "-12.00", "debit memo"),
    ],
)
def test_an_812_lowers_or_raises_what_is_owed_by_its_flag_and_its_senders_view(
    view: str, flag: str, amount: str, kind: str
) -> None:
    case = make_adjustment(
        "CDD*11*" + flag + "*1*1200", bcd=f"20260315*A-1**1200*{flag}*20260301*INV-3", view=view
    )

    made = plan_adjustment(case)

    assert (made.number, made.date, made.bill_number) == ("A-1", date(2026, 3, 15), "INV-3")
    assert list_amounts(made) == [("5000", Decimal(amount))]
    assert [line.memo for line in made.lines] == ["goods returned"]
    assert explain(case)["kind"][0] == kind
    assert explain(case)["WHENPOSTED"] == ("2026-03-15", "adjustment date")


@pytest.mark.rule("Credits", 4)
def test_an_812_of_a_partner_whose_view_nobody_has_told_is_held() -> None:
    needs = list_needs(make_adjustment("CDD*11*C*1*1200", bcd="20260315*A-1**1200*C", view=""))

    assert list(needs) == ["direction:Corvid Metals/812"]
    assert 'add adjustment_view = "seller" or "buyer" to the partner' in needs["direction:Corvid Metals/812"]


@pytest.mark.rule("Credits", 4)
def test_an_812_that_contradicts_itself_is_held() -> None:
    negative = list_needs(make_adjustment(bcd="20260315*A-1**-1200*C"))
    unknown = list_needs(make_adjustment(bcd="20260315*A-1**1200*X"))

    assert list(negative) == ["direction:A-1"]
    assert list(unknown) == ["finding:CODE_UNKNOWN/A-1"]


@pytest.mark.rule("Credits", 4)
@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        ((), [("5000", "-12.00")]),
        (("CDD*11*C*1*1500", "CDD*05*D*2*300"), [("5000", "-12.00")]),
        (("CDD*11*C*1*1500", "CDD*05*C*2*-300"), [("5000", "-12.00")]),
        (("CDD*01*C*1****2*EA*6",), [("5000", "-12.00")]),
        (("SAC*C*D240***1200",), [("5200", "-12.00")]),
        (("SAC*C*D240***200", "CDD*11*C*1*1000"), [("5000", "-10.00"), ("5200", "-2.00")]),
        (("SAC*C*D240***200", "CDD*11*C*1*1200"), [("5000", "-12.00")]),
    ],
    ids=["no lines", "flags", "signs", "quantity", "charge alone", "charge", "charge not in it"],
)
def test_the_lines_of_an_812_make_its_amount(body: tuple[str, ...], amounts: list[tuple[str, str]]) -> None:
    made = plan_adjustment(make_adjustment(*body, bcd="20260315*A-1**1200*C", coding=SPLIT))

    assert list_amounts(made) == [(account, Decimal(amount)) for account, amount in amounts]


def test_an_812_whose_lines_do_not_make_its_amount_is_held() -> None:
    needs = list_needs(make_adjustment("CDD*11*C*1*1100", bcd="20260315*A-1**1200*C"))

    assert list(needs) == ["finding:CREDIT_SUM/A-1", "arithmetic:A-1"]


def test_an_812_of_a_stranger_names_him() -> None:
    assert list(list_needs(make_adjustment(bcd="20260315*A-1**1200*C", sender="NOBODY"))) == [
        "partner:ZZ/NOBODY"
    ]


CENTS: Final = st.integers(min_value=1000, max_value=99_999)
CODE: Final = st.sampled_from(["BOLT", "NUT"])


@given(
    lines=st.lists(st.tuples(CENTS, CODE), min_size=1, max_size=6),
    charge=CENTS | st.none(),
    tax=CENTS | st.none(),
    allowance=st.integers(min_value=1, max_value=99) | st.none(),
    quantity=st.integers(min_value=1, max_value=7),
    by_sign=st.booleans(),
)
def test_a_debit_memo_comes_to_the_cent_to_what_the_credit_says(
    lines: list[tuple[int, str]],
    charge: int | None,
    tax: int | None,
    allowance: int | None,
    quantity: int,
    *,
    by_sign: bool,
) -> None:
    sign = -1 if by_sign else 1
    prices = [Decimal(sign * cents) / 1000 for cents, _ in lines]
    body = [
        f"IT1*{n}*{quantity}*EA*{price}**VN*{item}"
        for n, (price, (_, item)) in enumerate(zip(prices, lines, strict=True), 1)
    ]
    exact = sum((Fraction(price) * quantity for price in prices), Fraction(0))
    for indicator, cents in (("C", charge), ("A", allowance)):
        if cents is not None:
            body.append(f"SAC*{indicator}*D240***{sign * cents}")
            exact += Fraction(sign * cents if indicator == "C" else -sign * cents, 100)
    if tax is not None:
        body.append(f"TXI*ST*{Decimal(sign * tax) / 100}")
        exact += Fraction(sign * tax, 100)
    cents = int(abs(exact) * 100 + Fraction(1, 2)) * sign
    big = "20260315*CM-7" if by_sign else "20260315*CM-7*****CR"

    made = plan_adjustment(make_credit(*body, total=str(cents), big=big, coding=SPLIT))

    assert sum(line.amount for line in made.lines) == -abs(Decimal(cents)) / 100
    assert all(line.amount < 0 for line in made.lines)
