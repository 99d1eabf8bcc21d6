"""Halden Works buys from Corvid Metals: its books, its rules, and invoices to be planned, each a few lines of text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from ml_connector.edi import Finding, Invoice, Transaction, parse_invoice, read
from ml_connector.intacct.objects import (
    Account,
    AccountLabel,
    ClassDim,
    Department,
    Location,
    Project,
    TaxDetail,
    Term,
    Vendor,
)
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.payables.invoice_draft import Draft, Subject, ask_vendor, draft_invoice, find_vendor
from ml_connector.mapping.reference.slice import KINDS, Asked, Known, Slice, identify
from ml_connector.mapping.routes.invoice_to_bill import Planned, ask_lines, plan
from ml_connector.mapping.rules.rulebook import Rules, parse_rules
from ml_connector.mapping.vendors.vendor_clues import list_aliases
from ml_connector.records.xref import CrossReference

TODAY: Final = date(2026, 3, 20)
MARK: Final = "mlc-810-ABCDEFGHIJKL"

RULES: Final = """
[us]
receivers = ["ZZ/HALDEN"]

[[partner]]
name = "Corvid Metals"
senders = ["ZZ/CORVID"]
vendors = ["V-10"]

[[vendor]]
code = "92/0042"
vendor = "V-10"
"""
ROUTE: Final = """
[[route]]
set = "810"
target = "ap_bill"
"""
CODING: Final = """
[[coding]]
name = "goods"
account = "5000"

[[coding]]
name = "charges go with the goods"
on = "charge"
spread = true

[[coding]]
name = "allowances go with the goods"
on = "allowance"
spread = true

[[coding]]
name = "taxes go with the goods"
on = "tax"
spread = true
"""
SELLER: Final = "N1*SE*Corvid Metals Inc*92*0042"


def make_vendor(vendor_id: str = "V-10", name: str = "Corvid Metals", **changes: Any) -> Vendor:
    vendor = Vendor(
        record_no=1,
        vendor_id=vendor_id,
        name=name,
        status="active",
        term="N30",
        currency="USD",
        tax_id="",
        account_no_at_vendor="",
        on_hold=False,
        parent_id="",
    )
    return replace(vendor, **changes)


def make_account(account_no: str, *, status: str = "active", requires: Iterable[str] = ()) -> Account:
    return Account(
        record_no=1,
        account_no=account_no,
        title=account_no,
        account_type="incomestatement",
        normal_balance="debit",
        status=status,
        alternative="None",
        requires=frozenset(requires),
    )


def make_location(
    location_id: str, *, parent: str = "", status: str = "active", currency: str = "USD"
) -> Location:
    return Location(
        record_no=1,
        location_id=location_id,
        name=location_id,
        parent_id=parent,
        status=status,
        currency=currency,
    )


def make_term(
    name: str, days: int | None = 30, due_from: str = "from invoice/bill date", *, status: str = "active"
) -> Term:
    return Term(record_no=1, name=name, status=status, description="", due_days=days, due_from=due_from)


def make_department(department_id: str) -> Department:
    return Department(record_no=1, department_id=department_id, name="", parent_id="", status="active")


def make_class(class_id: str) -> ClassDim:
    return ClassDim(record_no=1, class_id=class_id, name="", parent_id="", status="active")


def make_project(project_id: str) -> Project:
    return Project(record_no=1, project_id=project_id, name="", parent_id="", status="active")


def make_tax_detail(detail_id: str = "P20", percent: str | None = "20", **changes: Any) -> TaxDetail:
    detail = TaxDetail(
        record_no=1,
        detail_id=detail_id,
        description="",
        tax_type="Purchase",
        percent=None if percent is None else Decimal(percent),
        gl_account_no="1450",
        solution_id="",
        is_reverse_charge=False,
        status="active",
    )
    return replace(detail, **changes)


def make_label(label: str = "Fixings", *, account_no: str = "5000", status: str = "active") -> AccountLabel:
    return AccountLabel(
        record_no=1,
        label=label,
        description="",
        account_no=account_no,
        payables_account="",
        status=status,
    )


BOOKS: Final[tuple[Known, ...]] = (
    make_vendor(),
    make_vendor("V-20", "Brightwater Freight LLC"),
    make_account("5000"),
    make_account("5100"),
    make_account("5200"),
    make_account("8990"),
    make_term("N30"),
)
"""What Intacct knows, unless a test says otherwise."""


def replace_account(account_no: str, **changes: Any) -> tuple[Known, ...]:
    """The same, with that account otherwise."""
    account = make_account(account_no)
    return tuple(make_account(account_no, **changes) if each == account else each for each in BOOKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A reference copy that answers what it is asked, by id or alias, and records what that was."""

    known: tuple[Known, ...]
    asked: set[Asked]

    def slice(self, asked: set[Asked]) -> Slice:
        self.asked.update(asked)
        return Slice(version=1, found={place: found for place in asked if (found := self._find(place))})

    def list_locations(self) -> set[Asked]:
        return {("location", record.location_id) for record in self.known if isinstance(record, Location)}

    def _find(self, place: Asked) -> list[Known]:
        kind, name = place
        return [
            record
            for record in self.known
            if isinstance(record, KINDS[kind])
            and (identify(record) == name or (isinstance(record, Vendor) and name in list_aliases(record)))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One plan: what stands in the invoice and under which rules, books and setting it is planned."""

    segments: Sequence[str]
    rules: str = RULES
    route: str = ROUTE
    coding: str = CODING
    known: tuple[Known, ...] = BOOKS
    mode: Literal["test", "live"] = "live"
    today: date = TODAY
    usage: str = "P"
    sender: str = "CORVID"
    answers: tuple[CrossReference, ...] = ()
    bills: BillSetup = field(default_factory=BillSetup)
    receiver: str = "HALDEN"
    group: str = "GS*IN*CORVID*HALDEN*20260316*0930*7*X*004010"

    def plan(self) -> Planned | Held | Filed:
        """Ask, look up, ask again, decide: as the plan step does."""
        rules, books = self.read_rules(), Books(known=self.known, asked=set())
        subject = self.make_subject(rules)
        match = find_vendor(subject, rules, books.slice(ask_vendor(subject, rules)))
        draft = draft_invoice(subject, rules, match, tax_solution=self.bills.tax_solution)
        if isinstance(draft, Draft):
            books.slice(ask_lines(draft))
        known = books.slice(books.asked | books.list_locations())
        setting = Setting(mode=self.mode, base_currency="USD", today=self.today, bills=self.bills)
        return plan(subject, rules, draft, known, setting)

    def read_rules(self) -> Rules:
        rules = parse_rules({"rules.toml": self.rules + self.route + self.coding})
        return rules.add_answers(self.answers)

    def make_subject(self, rules: Rules) -> Subject:
        transaction, invoice, findings = read_invoice(self.write())
        interchange, group = transaction.interchange, transaction.group
        partner = rules.find_partner(
            sender=f"{interchange.sender.qualifier}/{interchange.sender.id}",
            group_sender=group.sender if group is not None else "",
        )
        route = rules.find_route(set_code="810", partner=partner.name if partner is not None else "")
        assert route is not None
        return Subject(
            transaction=transaction,
            invoice=invoice,
            findings=findings,
            document_key=MARK,
            partner=partner,
            route=route,
        )

    def write(self) -> bytes:
        isa = (
            f"ISA*00*          *00*          *ZZ*{self.sender:<15}*ZZ*{self.receiver:<15}"
            f"*260316*0930*U*00401*000000042*0*{self.usage}*>"
        )
        body = [*self.segments, f"SE*{len(self.segments) + 2}*0001"]
        group = [self.group] if self.group else []
        closing = ["GE*1*7"] if self.group else []
        return "".join(
            f"{part}~" for part in [isa, *group, "ST*810*0001", *body, *closing, "IEA*1*42"]
        ).encode()


def read_invoice(data: bytes) -> tuple[Transaction, Invoice, tuple[Finding, ...]]:
    """The one invoice in these bytes, with the findings of its set and of its contents."""
    [transaction] = [item for item in read([data]) if isinstance(item, Transaction)]
    reading = parse_invoice(transaction)
    assert reading.document is not None
    return transaction, reading.document, (*transaction.findings, *reading.findings)


def make_trade(
    *body: str,
    total: str,
    after: Sequence[str] = (),
    big: str = "20260315*INV-7",
    seller: str = SELLER,
    **other: Any,
) -> Trade:
    """An invoice of Corvid Metals: what stands in the body, then the total in cents, then what comes after it."""
    return Trade(
        segments=[f"BIG*{big}", *filter(None, seller.split("~")), *body, f"TDS*{total}", *after], **other
    )


def plan_bill(trade: Trade) -> ApBill:
    """The bill of a trade that has no needs."""
    planned = trade.plan()
    assert isinstance(planned, Planned), planned
    return planned.bill


def list_needs(trade: Trade) -> dict[str, str]:
    """The reasons of a trade that is held, by the needs' keys."""
    held = trade.plan()
    assert isinstance(held, Held), held
    return {str(need): need.reason for need in held.needs}


def list_amounts(bill: ApBill) -> list[tuple[str, Decimal]]:
    return [(line.account_no or "", line.amount) for line in bill.lines]
