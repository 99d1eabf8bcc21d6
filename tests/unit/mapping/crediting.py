"""Credits of Corvid Metals to be planned: an 810 that is one, or an 812."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tests.unit.mapping.trade import BOOKS, CODING, MARK, RULES, SELLER, TODAY, Books, Trade

from ml_connector.edi import (
    CreditAdjustment,
    Invoice,
    Transaction,
    parse_credit_adjustment,
    parse_invoice,
    read,
)
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.payables.credits import (
    Credit,
    describe_adjustment,
    describe_credit,
    read_adjustment,
)
from ml_connector.mapping.payables.invoice_draft import (
    Draft,
    Subject,
    ask_codings,
    ask_vendor,
    draft_invoice,
    find_vendor,
)
from ml_connector.mapping.places import ADJUSTMENT, INVOICE
from ml_connector.mapping.reference.slice import Known
from ml_connector.mapping.routes.invoice_to_adjustment import PlannedAdjustment, plan
from ml_connector.mapping.rules.rulebook import Partner, parse_rules

ROUTE: Final = """
[[route]]
set = "810"
target = "ap_bill"
action = "submit"

[[route]]
set = "812"
target = "ap_adjustment"
action = "submit"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One credit: what stands in it, and under which rules, books and setting it is planned."""

    segments: tuple[str, ...]
    set_code: str = "810"
    rules: str = RULES
    route: str = ROUTE
    coding: str = CODING
    known: tuple[Known, ...] = BOOKS
    negative: bool | None = True
    today: date = TODAY
    sender: str = "CORVID"
    usage: str = "P"
    bills: BillSetup = field(default_factory=BillSetup)

    def plan(self) -> PlannedAdjustment | Held | Filed:
        """Ask, look up, ask again, decide: as the plan step does."""
        rules = parse_rules({"rules.toml": self.rules + self.route + self.coding})
        books = Books(known=self.known, asked=set())
        subject, credit = self._read(rules.find_partner(sender=f"ZZ/{self.sender}", group_sender=""))
        match = find_vendor(subject, rules, books.slice(ask_vendor(subject, rules)))
        draft = draft_invoice(subject, rules, match, tax_solution=self.bills.tax_solution)
        if isinstance(draft, Draft):
            books.slice(ask_codings(draft))
        known = books.slice(books.asked | books.list_locations())
        setting = Setting(
            mode="live",
            base_currency="USD",
            today=self.today,
            negative_debit_memos=self.negative,
            bills=self.bills,
        )
        return plan(subject, credit, rules, draft, known, setting)

    def _read(self, partner: Partner | None) -> tuple[Subject, Credit]:
        code = "IN" if self.set_code == "810" else "CD"
        group = f"GS*{code}*CORVID*HALDEN*20260316*0930*7*X*004010"
        trade = Trade(segments=self.segments, sender=self.sender, usage=self.usage, group=group)
        data = trade.write().replace(b"ST*810", f"ST*{self.set_code}".encode())
        (transaction,) = [item for item in read([data]) if isinstance(item, Transaction)]
        parse = parse_invoice if self.set_code == "810" else parse_credit_adjustment
        reading = parse(transaction)
        document = reading.document
        rules = parse_rules({"rules.toml": self.rules + self.route})
        route = rules.find_route(set_code=self.set_code, partner="Corvid Metals")
        assert isinstance(document, Invoice | CreditAdjustment)
        assert route is not None
        if isinstance(document, CreditAdjustment):
            form = (read_adjustment(document, partner), ADJUSTMENT, describe_adjustment(document, partner))
        else:
            form = (document, INVOICE, describe_credit(document))
        invoice, places, credit = form
        subject = Subject(
            transaction=transaction,
            invoice=invoice,
            findings=(*transaction.findings, *reading.findings),
            document_key=MARK,
            partner=partner,
            route=route,
            places=places,
        )
        return subject, credit


def make_credit(*body: str, total: str, big: str = "20260315*CM-7*****CR", **other: object) -> Case:
    """An 810 that is a credit."""
    return replace(
        Case(segments=(f"BIG*{big}", SELLER, *body, f"TDS*{total}")),
        **other,  # type: ignore[arg-type]  # any field
    )


def make_adjustment(*body: str, bcd: str, view: str = "seller", **other: object) -> Case:
    """An 812 of a partner with this point of view; what stands before the lines, and the lines."""
    said = f'name = "Corvid Metals"\nadjustment_view = "{view}"' if view else 'name = "Corvid Metals"'
    rules = RULES.replace('name = "Corvid Metals"', said, 1)
    segments = (f"BCD*{bcd}", SELLER, *body)
    return replace(Case(segments=segments, set_code="812", rules=rules), **other)  # type: ignore[arg-type]  # any field


def plan_adjustment(case: Case) -> NewAdjustment:
    """The adjustment of a credit that has no needs."""
    planned = case.plan()
    assert isinstance(planned, PlannedAdjustment), planned
    return planned.adjustment


def explain(case: Case) -> dict[str, tuple[str, str]]:
    """By path, the value and the rule of every value of the adjustment."""
    planned = case.plan()
    assert isinstance(planned, PlannedAdjustment), planned
    return {reason.path: (reason.value, reason.rule) for reason in planned.provenance}


def list_needs(case: Case) -> dict[str, str]:
    """The reasons of a credit that is held, by the needs' keys."""
    held = case.plan()
    assert isinstance(held, Held), held
    return {str(need): need.reason for need in held.needs}


def list_amounts(made: NewAdjustment) -> list[tuple[str, Decimal]]:
    return [(line.account_no or "", line.amount) for line in made.lines]
