"""Taxes that are claimed back: entries of the lines they are on, and what is doubtful about them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from tests.unit.mapping.crediting import make_credit, plan_adjustment
from tests.unit.mapping.trade import (
    BOOKS,
    CODING,
    ROUTE,
    Trade,
    list_needs,
    make_tax_detail,
    make_trade,
    plan_bill,
)

from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.intacct.writing.taxes import TaxEntry
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.reference.slice import Known
from ml_connector.mapping.routes.invoice_to_bill import Planned
from ml_connector.mapping.routes.journal_entries import find_payables_only
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.records.xref import CrossReference

TAXED: Final = BillSetup(tax_solution=True)
CLAIM: Final = """
[[tax]]
name = "standard rate"
when = { code = "VA", percent = "20" }
detail = "P20"

[[tax]]
name = "reduced rate"
when = { code = "VA", percent = "5" }
detail = "P05"

[[tax]]
name = "use tax"
when = { code = "UT" }
treatment = "cost"

[[tax]]
name = "levy"
when = { code = "LV" }
detail = "LEVY"
"""
DETAILS: Final[tuple[Known, ...]] = (
    *BOOKS,
    make_tax_detail("P20", "20"),
    make_tax_detail("P05", "5"),
    make_tax_detail("LEVY", "2.5"),
)
APART: Final = CODING.replace("spread = true", 'account = "5200"')
"""Charges, allowances and taxes on an account of their own."""


def make_taxed(
    *body: str,
    total: str,
    after: Sequence[str] = (),
    rules: str = CLAIM,
    coding: str = CODING,
    known: Sequence[Known] = DETAILS,
    route: str = ROUTE,
    bills: BillSetup = TAXED,
) -> Trade:
    """An invoice in a company with a tax solution."""
    return make_trade(
        *body, total=total, after=after, coding=coding + rules, known=tuple(known), route=route, bills=bills
    )


def list_taxed(bill: ApBill) -> list[tuple[Decimal, list[tuple[str, Decimal]]]]:
    """Each line's amount, and its entries."""
    return [(line.amount, [(tax.detail_id, tax.amount) for tax in line.taxes]) for line in bill.lines]


@pytest.mark.rule("810 invoice", 20)
def test_a_tax_of_the_whole_invoice_is_an_entry_of_every_line_and_the_total_is_the_invoice_s() -> None:
    goods = ("IT1*1*1*EA*33.33", "IT1*2*1*EA*33.34", "IT1*3*1*EA*33.33")

    bill = plan_bill(make_taxed(*goods, total="12000", after=("TXI*VA*20*20",)))

    assert list_taxed(bill) == [
        (Decimal("33.33"), [("P20", Decimal("6.67"))]),
        (Decimal("33.34"), [("P20", Decimal("6.67"))]),
        (Decimal("33.33"), [("P20", Decimal("6.66"))]),
    ]
    assert bill.total == Decimal("120.00")
    assert bill.tax_solution is None


def test_a_tax_of_a_line_stays_with_it_whatever_the_rate_of_the_others() -> None:
    goods = ("IT1*1*1*EA*100", "TXI*VA*20*.2", "IT1*2*1*EA*50", "TXI*VA*2.5*5", "IT1*3*1*EA*7")

    bill = plan_bill(make_taxed(*goods, total="17950"))

    assert list_taxed(bill) == [
        (Decimal("100.00"), [("P20", Decimal("20.00"))]),
        (Decimal("50.00"), [("P05", Decimal("2.50"))]),
        (Decimal("7.00"), []),
    ]


def test_two_taxes_on_the_same_lines_are_two_entries() -> None:
    after = ("TXI*VA*20*20", "TXI*LV*2.5")

    bill = plan_bill(make_taxed("IT1*1*1*EA*100", total="12250", after=after))

    assert list_taxed(bill) == [(Decimal("100.00"), [("P20", Decimal("20.00")), ("LEVY", Decimal("2.50"))])]


def test_a_tax_is_on_charges_too_or_on_the_goods_alone_as_its_rate_says() -> None:
    body, freight = "IT1*1*1*EA*100", "SAC*C*D240***1000"
    on_all = make_taxed(body, total="13200", after=("TXI*VA*22*20", freight), coding=APART)
    on_goods = make_taxed(body, total="13000", after=("TXI*VA*20*20", freight), coding=APART)

    assert list_taxed(plan_bill(on_all)) == [
        (Decimal("100.00"), [("P20", Decimal("20.00"))]),
        (Decimal("10.00"), [("P20", Decimal("2.00"))]),
    ]
    assert list_taxed(plan_bill(on_goods)) == [
        (Decimal("100.00"), [("P20", Decimal("20.00"))]),
        (Decimal("10.00"), []),
    ]


def test_a_base_that_the_invoice_names_has_to_be_that_of_the_lines() -> None:
    tax = "TXI*VA*20*20*****{}"
    agreed = make_taxed("IT1*1*1*EA*100", total="12000", after=(tax.format("100"),))
    other = make_taxed("IT1*1*1*EA*100", total="12000", after=(tax.format("90"),))

    assert plan_bill(agreed).total == Decimal("120.00")
    assert list(list_needs(other)) == ["tax_detail:P20/INV-7"]


def test_lines_of_one_coding_are_one_line_only_where_they_are_taxed_alike() -> None:
    goods = (
        "IT1*1*1*EA*100",
        "TXI*VA*20*20",
        "IT1*2*1*EA*50",
        "TXI*VA*2.5*5",
        "IT1*3*2*EA*100",
        "TXI*VA*40*20",
    )

    bill = plan_bill(make_taxed(*goods, total="41250", route=ROUTE + 'line_detail = "by_coding"\n'))

    assert list_taxed(bill) == [
        (Decimal("300.00"), [("P20", Decimal("60.00"))]),
        (Decimal("50.00"), [("P05", Decimal("2.50"))]),
    ]


def test_what_a_rule_calls_cost_is_coded_like_any_tax() -> None:
    trade = make_taxed("IT1*1*1*EA*100", total="10700", after=("TXI*UT*7",), coding=APART)

    assert [(line.account_no, line.amount, line.taxes) for line in plan_bill(trade).lines] == [
        ("5000", Decimal("100.00"), ()),
        ("5200", Decimal("7.00"), ()),
    ]


def test_an_account_that_a_person_answered_makes_an_unmapped_tax_cost() -> None:
    trade = make_taxed("IT1*1*1*EA*100", total="10700", after=("TXI*ZZ*7",))
    answer = CrossReference(kind="tax", partner="Corvid Metals", code="ZZ", target="5100")

    needs = list_needs(trade)

    assert list(needs) == ["tax:Corvid Metals/ZZ"]
    assert (
        "no rule says under which tax detail a tax ZZ of Corvid Metals is claimed back"
        in needs["tax:Corvid Metals/ZZ"]
    )
    assert plan_bill(replace(trade, answers=(answer,))).lines[0].taxes == ()


def test_nothing_is_claimed_back_where_nobody_has_said_that_the_company_does() -> None:
    for bills in (BillSetup(), BillSetup(tax_solution=False)):
        trade = make_taxed("IT1*1*1*EA*100", total="12000", after=("TXI*VA*20*20",), bills=bills)

        assert list(list_needs(trade)) == ["setting:tax_solution"]


@pytest.mark.parametrize(
    ("detail", "wrong"),
    [
        (None, "is not in Intacct"),
        (make_tax_detail(status="inactive"), "is inactive in Intacct"),
        (make_tax_detail(tax_type="Sale"), "is one of type Sale, not of purchases"),
        (make_tax_detail(is_reverse_charge=True), "is a reverse charge, which no supplier invoices"),
        (make_tax_detail(percent=None), "has no rate (VALUE)"),
    ],
)
def test_a_detail_that_cannot_be_used_is_named_with_its_fault(detail: Known | None, wrong: str) -> None:
    known = BOOKS if detail is None else (*BOOKS, detail)

    needs = list_needs(make_taxed("IT1*1*1*EA*100", total="12000", after=("TXI*VA*20*20",), known=known))

    assert list(needs) == ["tax_detail:P20"]
    assert f"tax detail P20 (rule “standard rate”) {wrong};" in needs["tax_detail:P20"]


@pytest.mark.rule("810 invoice", 20)
@pytest.mark.parametrize(
    ("tax", "total", "wrong"),
    [
        ("TXI*LV*2.5*3", "10250", "the tax LV is one of 3 %, the detail of 2.5 %"),
        (
            "TXI*LV*2.52*2.5",
            "10252",
            "2.52 is not 2.5 % of what the invoice comes to, with what is spread over it",
        ),
        ("TXI*LV*0*2.5", "10000", "0 is not 2.5 % of what the invoice comes to, with what is spread over it"),
    ],
)
def test_a_tax_that_is_not_the_rate_of_its_lines_is_never_spread(tax: str, total: str, wrong: str) -> None:
    needs = list_needs(make_taxed("IT1*1*1*EA*100", total=total, after=(tax,)))

    assert [reason.partition(" (tax detail LEVY")[0] for reason in needs.values()] == [wrong]
    assert list(needs) == ["tax_detail:LEVY/INV-7"]


def test_a_tax_on_nothing_is_doubtful() -> None:
    needs = list_needs(make_taxed("IT1*1*1*EA*0", "TXI*VA*1*20", "IT1*2*1*EA*9", total="1000"))

    assert list(needs) == ["tax_detail:P20/INV-7"]
    assert "1 is not 20 % of what line 1 comes to" in needs["tax_detail:P20/INV-7"]


def test_a_tax_of_nothing_on_nothing_is_no_more_than_that() -> None:
    bill = plan_bill(make_taxed("IT1*1*1*EA*0", "TXI*VA*0*20", "IT1*2*1*EA*9", total="900"))

    assert list_taxed(bill) == [(Decimal("9.00"), [])]


def test_the_tax_solution_is_sent_where_the_rule_names_it_and_has_to_be_the_detail_s() -> None:
    named = CLAIM.replace('detail = "P20"', 'detail = "P20"\nsolution = "Utopia - VAT"')
    other = make_taxed("IT1*1*1*EA*100", total="12000", after=("TXI*VA*20*20",), rules=named)
    ours = replace(other, known=(*BOOKS, make_tax_detail(solution_id="Utopia - VAT")))

    needs = list_needs(other)

    assert plan_bill(ours).tax_solution == "Utopia - VAT"
    assert "belongs to the tax solution nobody named, not to Utopia - VAT" in needs["tax_detail:P20"]


def test_taxes_of_two_solutions_are_not_on_one_bill() -> None:
    named = CLAIM.replace('detail = "P20"', 'detail = "P20"\nsolution = "Utopia - VAT"')
    after = ("TXI*VA*20*20", "TXI*LV*2.5")

    needs = list_needs(make_taxed("IT1*1*1*EA*100", total="12250", after=after, rules=named))

    assert list(needs) == ["tax:Corvid Metals/INV-7"]


def test_the_explanation_names_the_rule_and_the_detail_of_each_entry() -> None:
    planned = make_taxed("IT1*1*1*EA*100", total="12000", after=("TXI*VA*20*20",)).plan()

    assert isinstance(planned, Planned)
    (said,) = [reason for reason in planned.provenance if "TAXENTRIES" in reason.path]
    assert (said.path, said.value, said.rule) == ("lines[1].TAXENTRIES[1]", "20.00", "standard rate")
    assert said.inputs == (("DETAILID", "P20"),)


@pytest.mark.rule("Credits", 1)
def test_a_credit_takes_its_tax_back_with_it_in_the_sign_of_its_lines() -> None:
    credit = make_credit(
        "IT1*1*1*EA*100", "TXI*VA*20*20", total="12000", coding=CODING + CLAIM, known=DETAILS, bills=TAXED
    )

    lowering = plan_adjustment(credit)
    positive = plan_adjustment(replace(credit, negative=False))

    assert lowering.lines[0].taxes == (TaxEntry(detail_id="P20", amount=Decimal("-20.00")),)
    assert (lowering.total, positive.total) == (Decimal("-120.00"), Decimal("120.00"))


def test_what_only_payables_can_book_is_never_an_entry_in_a_journal() -> None:
    taxed = plan_bill(make_taxed("IT1*1*1*EA*100", total="12000", after=("TXI*VA*20*20",)))
    plain = replace(taxed, lines=(replace(taxed.lines[0], taxes=()),))
    labelled = replace(plain, lines=(ApBillLine(account_label="Fixings", amount=Decimal(1), memo=""),))

    assert find_payables_only(plain, "INV-7") is None
    foreign = replace(plain, currency="CAD", base_currency="USD", rate_type="Intacct Daily Rate")
    unfit = {
        "its taxes are claimed back": taxed,
        "its lines have account labels": labelled,
        "it is not in the currency of the books": foreign,
    }
    for what, bill in unfit.items():
        need = find_payables_only(bill, "INV-7")
        assert need is not None
        assert what in need.reason


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("", "give the rule a detail, under which the tax is claimed back"),
        ('detail = "P20"\ntreatment = "cost"', "give the rule a detail, under which the tax is claimed back"),
        ('treatment = "cost"\nsolution = "X"', "a solution goes with a detail"),
    ],
)
def test_a_rule_says_either_a_detail_or_cost(rule: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        parse_rules({"a.toml": f'[[tax]]\nname = "x"\n{rule}\n'})
