"""When a bill is due: the vendor's term and its own rule; what the invoice says is noted, held, or obeyed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.mapping.trade import (
    BOOKS,
    ROUTE,
    Trade,
    list_needs,
    make_term,
    make_trade,
    make_vendor,
    plan_bill,
    read_invoice,
)

from ml_connector.intacct.objects import Term
from ml_connector.mapping.payables.terms import Discount, apply_term, find_discount
from ml_connector.mapping.routes.invoice_to_bill import Planned

LINE = "IT1*1*1*EA*5**VN*A"


def _make(*terms: str, **other: Any) -> Trade:
    return make_trade(*terms, LINE, total="500", **other)


@pytest.mark.rule("Who is the vendor, who is paid", 11)
@pytest.mark.parametrize(
    ("days", "due_from", "due"),
    [
        (30, "", date(2026, 3, 2)),
        (30, "from invoice/bill date", date(2026, 3, 2)),
        (0, "From Invoice/Bill date ", date(2026, 1, 31)),
        (10, "after end of month of invoice/bill date", date(2026, 2, 10)),
        (10, "from the end of the month of invoice/bill date", date(2026, 2, 10)),
        (15, "of the month of invoice/bill date", date(2026, 1, 15)),
        (31, "of next month from invoice/bill date", date(2026, 2, 28)),
        (0, "of next month from invoice/bill date", date(2026, 2, 1)),
        (5, "of 2nd month from invoice/bill date", date(2026, 3, 5)),
        (5, "of 6th month from invoice/bill date", date(2026, 7, 5)),
        (30, "from the second full moon", None),
        (None, "from invoice/bill date", None),
        (4_000_000, "from invoice/bill date", None),
        (-1, "from invoice/bill date", None),
    ],
)
def test_a_term_gives_the_day_its_rule_says(days: int | None, due_from: str, due: date | None) -> None:
    assert apply_term(make_term("T", days, due_from), date(2026, 1, 31)) == due


def test_a_term_runs_over_the_end_of_a_year() -> None:
    term = make_term("T", 10, "of next month from invoice/bill date")

    assert apply_term(term, date(2026, 12, 5)) == date(2027, 1, 10)


@pytest.mark.rule("Who is the vendor, who is paid", 11)
def test_the_vendor_s_term_gives_the_due_day_and_says_why() -> None:
    planned = _make().plan()

    assert isinstance(planned, Planned)
    assert (planned.bill.term, planned.bill.due_date) == ("N30", date(2026, 4, 14))
    rules = {reason.path: reason.rule for reason in planned.provenance}
    assert (rules["TERMNAME"], rules["WHENDUE"]) == ("term of vendor V-10", "rule of term N30")


@pytest.mark.rule("Who is the vendor, who is paid", 11)
def test_a_vendor_without_a_term_gets_the_route_s() -> None:
    known = (make_vendor(term=""), make_term("N10", 10), *BOOKS[1:])

    planned = _make(known=known, route=f'{ROUTE}default_term = "N10"\n').plan()

    assert isinstance(planned, Planned)
    assert (planned.bill.term, planned.bill.due_date) == ("N10", date(2026, 3, 25))
    assert "default_term of the route" in [reason.rule for reason in planned.provenance]


@pytest.mark.rule("Who is the vendor, who is paid", 11)
def test_no_term_at_all_is_held() -> None:
    assert list(list_needs(_make(known=(make_vendor(term=""), *BOOKS[1:])))) == ["term:V-10"]


@pytest.mark.rule("Who is the vendor, who is paid", 11)
@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ((), "is not in Intacct; create it"),
        ((make_term("N30", status="inactive"),), "is inactive in Intacct; activate it"),
        ((make_term("N30", due_from="from the second full moon"),), "is not known here"),
    ],
)
def test_a_term_that_cannot_be_used_is_held(terms: tuple[Term, ...], said: str) -> None:
    needs = list_needs(_make(known=(*BOOKS[:-1], *terms)))

    assert said in needs["term:N30"]


@pytest.mark.rule("Who is the vendor, who is paid", 13)
@pytest.mark.parametrize("itd", ["ITD*01*3****20260413", "ITD*01*3*****29", "ITD*01******29"])
def test_what_the_invoice_says_is_noted_and_not_used(itd: str) -> None:
    planned = _make(itd).plan()

    assert isinstance(planned, Planned)
    assert planned.bill.due_date == date(2026, 4, 14)
    [why] = [reason for reason in planned.provenance if reason.path == "WHENDUE"]
    assert ("ITD (noted, not used)", "2026-04-13") in why.inputs


def test_the_same_day_is_not_noted() -> None:
    planned = _make("ITD*01*3*****30").plan()

    assert isinstance(planned, Planned)
    assert not [r for r in planned.provenance if any("noted" in place for place, _ in r.inputs)]


def test_days_counted_from_another_day_than_the_invoice_s_are_not_read() -> None:
    assert plan_bill(_make("ITD*01*2*****900")).due_date == date(2026, 4, 14)


@pytest.mark.rule("Who is the vendor, who is paid", 13)
def test_a_due_day_too_far_from_the_term_s_is_held() -> None:
    assert list(list_needs(_make("ITD*01*3*****61"))) == ["term:V-10/INV-7"]
    assert plan_bill(_make("ITD*01*3*****60")).term == "N30"


@pytest.mark.parametrize("days", ["-1", "1000", "999999999999"])
def test_net_days_that_x12_does_not_allow_are_held_and_stop_nothing(days: str) -> None:
    assert list(list_needs(_make(f"ITD*01*3*****{days}"))) == ["term:ITD07/INV-7"]


@pytest.mark.rule("Who is the vendor, who is paid", 13)
def test_the_invoice_s_terms_win_only_where_the_route_says_so() -> None:
    planned = _make("ITD*01*3*****10", route=f'{ROUTE}terms = "edi"\n').plan()

    assert isinstance(planned, Planned)
    assert (planned.bill.term, planned.bill.due_date) == (None, date(2026, 3, 25))
    assert [reason.rule for reason in planned.provenance if reason.path == "WHENDUE"] == [
        "terms of the invoice"
    ]


def test_the_vendor_s_term_stands_in_where_the_invoice_has_none() -> None:
    assert plan_bill(_make(route=f'{ROUTE}terms = "edi"\n')).term == "N30"


@pytest.mark.rule("Who is the vendor, who is paid", 14)
def test_a_discount_never_lowers_the_bill() -> None:
    trade = make_trade("ITD*01*3*2**10**30*10", LINE, total="500*500*490*10")

    assert sum(line.amount for line in plan_bill(trade).lines) == 5


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (("ITD*01*3*2*20260401",), Discount(amount=Decimal("10.00"), until=date(2026, 4, 1))),
        (("ITD*01*3*2**10",), Discount(amount=Decimal("10.00"), until=date(2026, 3, 25))),
        (("ITD*01*3*2",), Discount(amount=Decimal("10.00"), until=None)),
        (("ITD*01*2*2**10",), Discount(amount=Decimal("10.00"), until=None)),
        (("ITD*01*3*2**1000",), Discount(amount=Decimal("10.00"), until=None)),
        (
            ("ITD*01*3*****30", "ITD*01*3***10***1250"),
            Discount(amount=Decimal("12.50"), until=date(2026, 3, 25)),
        ),
        (("ITD*01*3*100**10",), None),
        (("ITD*01*3*0**10",), None),
        (("ITD*01*3*****30",), None),
        ((), None),
    ],
)
def test_the_first_discount_that_leaves_something_to_pay_is_told(
    terms: tuple[str, ...], found: Discount | None
) -> None:
    _, invoice, _ = read_invoice(_make(*terms).write())

    assert find_discount(invoice, Decimal(500)) == found
