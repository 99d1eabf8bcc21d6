"""What bills have only in some companies: account labels, the summary they belong to, another currency than the books."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from tests.unit.mapping import crediting
from tests.unit.mapping.trade import (
    BOOKS,
    CODING,
    ROUTE,
    RULES,
    Trade,
    list_needs,
    make_label,
    make_trade,
    make_vendor,
    plan_bill,
)

from ml_connector.intacct.writing.parts import Currency
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.routes.invoice_to_bill import Planned
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused

LINE: Final = "IT1*1*1*EA*5"
LABELS: Final = BillSetup(account_labels=True)
LABELLED: Final = '[[coding]]\nname = "fixings"\nlabel = "Fixings"\n'
SEVERAL: Final = BillSetup(multi_currency=True, rate_type="Intacct Daily Rate")


def make_foreign(said: str, *, vendor: str, partner: str = "", bills: BillSetup = SEVERAL) -> Trade:
    """An invoice in a currency, of a vendor and a partner with theirs."""
    rules = RULES.replace('vendors = ["V-10"]\n', f'vendors = ["V-10"]\ncurrency = "{partner}"\n')
    return make_trade(
        *([f"CUR*SE*{said}"] if said else []),
        LINE,
        total="500",
        rules=rules if partner else RULES,
        known=(make_vendor(currency=vendor), *BOOKS[1:]),
        bills=bills,
    )


@pytest.mark.rule("810 invoice", 32)
def test_a_line_names_the_label_of_its_rule_where_the_company_uses_labels() -> None:
    planned = make_trade(
        LINE, total="500", coding=LABELLED, known=(*BOOKS, make_label()), bills=LABELS
    ).plan()

    assert isinstance(planned, Planned)
    (line,) = planned.bill.lines
    assert (line.account_no, line.account_label) == (None, "Fixings")
    assert "lines[1].ACCOUNTLABEL" in {reason.path for reason in planned.provenance}


def test_a_share_has_its_own_label_or_its_rule_s() -> None:
    split = 'split = [{ percent = "40", label = "Other" }, {}]\n'
    known = (*BOOKS, make_label(), make_label("Other"))

    bill = plan_bill(make_trade(LINE, total="500", coding=LABELLED + split, known=known, bills=LABELS))

    assert [line.account_label for line in bill.lines] == ["Other", "Fixings"]


@pytest.mark.parametrize(
    ("coding", "bills", "need", "reason"),
    [
        (LABELLED, LABELS, "account_label:Fixings", "account label Fixings (rule “fixings”) is inactive in Intacct"),
        (LABELLED.replace("Fix", "Fax"), LABELS, "account_label:Faxings", "account label Faxings (rule “fixings”) is not"),
        (CODING, LABELS, "account_label:for/5000", "gives account 5000; give it label = … instead"),
        (LABELLED, BillSetup(), "setting:account_labels", "nobody has said that this company uses them"),
    ],
)  # fmt: skip
def test_a_label_that_cannot_be_named_and_an_account_where_labels_are_hold_it(
    coding: str, bills: BillSetup, need: str, reason: str
) -> None:
    known = (*BOOKS, make_label(status="inactive" if need == "account_label:Fixings" else "active"))

    needs = list_needs(make_trade(LINE, total="500", coding=coding, known=known, bills=bills))

    assert list(needs) == [need]
    assert reason in needs[need]


def test_a_credit_names_labels_too() -> None:
    credit = crediting.make_credit(
        LINE, total="500", coding=LABELLED, known=(*BOOKS, make_label()), bills=LABELS
    )

    (line,) = crediting.plan_adjustment(credit).lines

    assert (line.account_no, line.account_label) == (None, "Fixings")


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ('label = "Fixings"\naccount = "1"', "give either an account or a label"),
        ('label = "Fixings"\non = "charge"\nspread = true', "has neither an account nor a split"),
        ('label = "Fixings"\non = "deduction"', "what a payment keeps back has an account, not a label"),
    ],
)
def test_a_rule_with_a_label_is_as_strict_as_one_with_an_account(rule: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        parse_rules({"a.toml": f'[[coding]]\nname = "x"\n{rule}\n'})


@pytest.mark.rule("810 invoice", 32)
def test_a_bill_names_the_summary_of_the_month_it_is_posted_in() -> None:
    bills = BillSetup(named_summaries=True, summary="EDI {year}-{month}")
    route = ROUTE + "books_open_from = 2026-04-01\n"

    bill = plan_bill(make_trade(LINE, total="500", route=route, bills=bills))

    assert (bill.posting_date, bill.summary) == (date(2026, 4, 1), "EDI 2026-04")


def test_a_summary_nobody_has_named_is_asked_for_once() -> None:
    needs = list_needs(make_trade(LINE, total="500", bills=BillSetup(named_summaries=True)))

    assert list(needs) == ["setting:bill_summary"]
    assert "company.bill_summary" in needs["setting:bill_summary"]


@pytest.mark.rule("810 invoice", 27)
def test_in_a_company_with_several_currencies_a_bill_is_in_its_vendor_s_with_its_rate() -> None:
    bill = plan_bill(make_foreign("CAD", vendor="CAD"))

    assert (bill.currency, bill.base_currency) == ("CAD", "USD")
    assert (bill.rate_type, bill.rate_date) == ("Intacct Daily Rate", bill.date)
    assert bill.total == Decimal("5.00")


def test_there_a_bill_in_the_currency_of_the_books_says_so_and_has_no_rate() -> None:
    bill = plan_bill(make_foreign("", vendor=""))

    assert (bill.currency, bill.base_currency) == ("USD", "USD")
    assert (bill.rate_type, bill.rate_date) == (None, None)


def test_a_partner_s_currency_by_the_rules_is_chosen_as_well() -> None:
    assert plan_bill(make_foreign("", vendor="", partner="EUR")).currency == "EUR"
    assert plan_bill(make_foreign("USD", vendor="CAD", partner="USD")).currency == "USD"


@pytest.mark.rule("810 invoice", 27)
@pytest.mark.parametrize(
    ("said", "vendor", "partner", "need"),
    [
        ("EUR", "CAD", "", "currency:EUR/INV-7"),
        ("EUR", "", "", "currency:EUR/INV-7"),
        ("", "CAD", "", "currency:USD/INV-7"),
        ("USD", "CAD", "EUR", "currency:USD/INV-7"),
    ],
)
def test_an_invoice_alone_does_not_choose_its_currency(
    said: str, vendor: str, partner: str, need: str
) -> None:
    needs = list_needs(make_foreign(said, vendor=vendor, partner=partner))

    assert list(needs) == [need]
    assert f"vendor V-10 is kept in {vendor or 'USD'}" in needs[need]


def test_a_type_of_rate_nobody_has_said_is_asked_for() -> None:
    trade = make_foreign("CAD", vendor="CAD", bills=BillSetup(multi_currency=True))

    assert list(list_needs(trade)) == ["setting:exchange_rate_type"]


def test_of_an_unknown_vendor_the_vendor_is_asked_for_first() -> None:
    trade = make_foreign("EUR", vendor="")

    needs = list_needs(replace(trade, known=BOOKS[2:]))

    assert [need.partition(":")[0] for need in needs] == ["vendor"]


def test_a_foreign_credit_has_its_currency_and_rate_and_one_in_that_of_the_books_has_none() -> None:
    known = (make_vendor(currency="CAD"), *BOOKS[1:])
    foreign = crediting.make_credit("CUR*SE*CAD", LINE, total="500", known=known, bills=SEVERAL)
    own = crediting.make_credit(LINE, total="500", bills=SEVERAL)

    made = crediting.plan_adjustment(foreign)

    assert made.currency == Currency(
        code="CAD", base="USD", rate_type="Intacct Daily Rate", rate_date=made.date
    )
    assert crediting.plan_adjustment(own).currency is None
