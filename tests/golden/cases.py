"""A golden case is a folder: an invoice, adjustment, remittance or order, the rules and books it is planned with, and what must come of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from lxml import etree
from tests.golden.order_cases import TRADE, Books, plan_order
from tests.golden.payment_cases import PAID, plan_remittance

from ml_connector.edi import InvoiceKind, Transaction, parse_credit_adjustment, parse_invoice, read
from ml_connector.flows.reading import describe_document
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
from ml_connector.intacct.writing.bill import render_create
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing
from ml_connector.mapping.payables.credits import (
    Credit,
    describe_adjustment,
    describe_credit,
    read_adjustment,
)
from ml_connector.mapping.payables.invoice_draft import Subject, draft_invoice, find_vendor
from ml_connector.mapping.places import ADJUSTMENT
from ml_connector.mapping.reference.slice import Asked, Known, Slice, identify
from ml_connector.mapping.routes.invoice_to_adjustment import PlannedAdjustment
from ml_connector.mapping.routes.invoice_to_adjustment import plan as plan_adjustment
from ml_connector.mapping.routes.invoice_to_bill import Planned, plan
from ml_connector.mapping.routes.remittance_to_payment import PlannedPayment
from ml_connector.mapping.rules.rulebook import Partner, Route, Rules, parse_rules
from ml_connector.mapping.vendors.vendor_clues import list_aliases
from ml_connector.records.documents import NewDocument

FOLDER: Final = Path(__file__).parent
SETS: Final = ("810", "812", "820", "850")
ENDINGS: Final = ("request.xml", "held.txt", "filed.txt")
SETTING: Final = Setting(
    mode="live", base_currency="USD", today=date(2026, 11, 20), negative_debit_memos=True
)

_KINDS: Final[dict[str, tuple[str, type[Known]]]] = {
    "vendors": ("vendor", Vendor),
    "accounts": ("account", Account),
    "departments": ("department", Department),
    "locations": ("location", Location),
    "classes": ("class", ClassDim),
    "projects": ("project", Project),
    "terms": ("term", Term),
    "tax_details": ("tax_detail", TaxDetail),
    "account_labels": ("account_label", AccountLabel),
}
_SETUP: Final = "company"  #: of a case's books: what of a `BillSetup` has been said
_UNSAID: Final[dict[type[Known], dict[str, Any]]] = {
    Vendor: {"currency": "", "tax_id": "", "account_no_at_vendor": "", "on_hold": False, "parent_id": ""},
    Account: {
        "title": "",
        "account_type": "incomestatement",
        "normal_balance": "debit",
        "alternative": "None",
        "requires": (),
    },
    Department: {"name": "", "parent_id": ""},
    Location: {"name": "", "parent_id": "", "currency": ""},
    ClassDim: {"name": "", "parent_id": ""},
    Project: {"name": "", "parent_id": ""},
    Term: {"description": "", "due_from": "from invoice/bill date"},
    TaxDetail: {
        "description": "",
        "tax_type": "Purchase",
        "gl_account_no": "",
        "solution_id": "",
        "is_reverse_charge": False,
    },
    AccountLabel: {"description": "", "payables_account": ""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of an invoice: the name of the file that says so, and its text."""

    name: str
    text: str


def list_cases(folder: Path = FOLDER) -> Sequence[Path]:
    return sorted(path for code in SETS for path in (folder / code).glob("*/"))


def read_expected(case: Path) -> Outcome | None:
    """What the case says must come of its invoice; None when it does not say it in exactly one file."""
    found = [name for name in ENDINGS if (case / name).exists()]
    return Outcome(name=found[0], text=(case / found[0]).read_text("utf-8")) if len(found) == 1 else None


def make_outcome(case: Path) -> Outcome:
    """What becomes of the case's document now."""
    rules = parse_rules({"rules.toml": (case / "rules.toml").read_text("utf-8")})
    [transaction] = [item for item in read([(case / "in.edi").read_bytes()]) if isinstance(item, Transaction)]
    document = describe_document("golden", transaction)
    partner = rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    name = partner.name if partner is not None else ""
    route = rules.find_route(set_code=transaction.set_code, partner=name)
    assert route is not None
    books: Books = json.loads((case / "reference.json").read_text("utf-8"))
    known = read_books(books)
    if transaction.set_code not in {"820", "850"}:
        setting = replace(SETTING, bills=BillSetup(**dict(*books.get(_SETUP, ()))))
        return _spell(_plan_invoice(transaction, document, (rules, partner, route), known, setting))
    assert partner is not None
    if transaction.set_code == "820":
        return _spell(
            plan_remittance(transaction, document, (rules, partner, route), (books, known), SETTING)
        )
    return _spell(plan_order(transaction, document, (rules, partner, route), (books, known), SETTING))


def _plan_invoice(
    transaction: Transaction,
    document: NewDocument,
    settled: tuple[Rules, Partner | None, Route],
    known: Slice,
    setting: Setting,
) -> Planned | PlannedAdjustment | Held | Filed:
    rules, partner, route = settled
    subject, credit = _read_subject(transaction, document, partner, route)
    match = find_vendor(subject, rules, known)
    draft = draft_invoice(subject, rules, match, tax_solution=setting.bills.tax_solution)
    if credit is None:
        return plan(subject, rules, draft, known, setting)
    return plan_adjustment(subject, credit, rules, draft, known, setting)


def _read_subject(
    transaction: Transaction, document: NewDocument, partner: Partner | None, route: Route
) -> tuple[Subject, Credit | None]:
    """What is to be planned, and what only a credit has; an 812 in the form of an invoice."""
    adjustment, invoice = parse_credit_adjustment(transaction), parse_invoice(transaction)
    said = adjustment.document
    read_as = invoice.document if said is None else read_adjustment(said, partner)
    assert read_as is not None
    subject = Subject(
        transaction=transaction,
        invoice=read_as,
        findings=(*transaction.findings, *(invoice if said is None else adjustment).findings),
        document_key=document.document_key,
        partner=partner,
        route=route,
    )
    if said is not None:
        return replace(subject, places=ADJUSTMENT), describe_adjustment(said, partner)
    is_credit = read_as.kind is InvoiceKind.CREDIT and route.credits == "adjustment"
    return subject, describe_credit(read_as) if is_credit else None


def _spell(
    planned: Planned | PlannedAdjustment | PlannedPayment | PlannedPurchasing | Held | Filed,
) -> Outcome:
    match planned:
        case PlannedPayment():
            inner = "".join(each.render() for each in planned.functions)
            return Outcome(name="request.xml", text=make_readable(f"<functions>{inner}</functions>"))
        case PlannedAdjustment():
            return Outcome(name="request.xml", text=make_readable(planned.adjustment.render()))
        case Planned():
            return Outcome(name="request.xml", text=make_readable(render_create(planned.bill)))
        case PlannedPurchasing(functions=[NewPurchasing() as made]):
            return Outcome(name="request.xml", text=make_readable(made.render()))
        case Held():
            return Outcome(name="held.txt", text="".join(f"{need}\n" for need in planned.needs))
        case Filed():
            return Outcome(name="filed.txt", text=f"{planned.reason}\n")
    raise AssertionError(planned)


def read_books(books: Books) -> Slice:
    """The books of a case, all of them but what only orders are about, by id and by alias."""
    found: dict[Asked, list[Known]] = {}
    for name in books.keys() - TRADE - PAID - {_SETUP}:
        kind, record_type = _KINDS[name]
        for number, row in enumerate(books[name], 1):
            record = record_type(
                **{"record_no": number, "status": "active", **_UNSAID[record_type], **_read_row(row)}
            )
            aliases = list_aliases(record) if isinstance(record, Vendor) else ()
            for known_by in (identify(record), *aliases):
                found.setdefault((kind, known_by), []).append(record)
    return Slice(version=1, found=found)


def _read_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it stands in a case, its rate as a number."""
    return {name: Decimal(value) if name == "percent" else value for name, value in row.items()}


def make_readable(request: str) -> str:
    """The same XML with one element on each line; texts are not touched."""
    root = etree.fromstring(request)
    etree.indent(root)
    return f"{etree.tostring(root, encoding='unicode')}\n"
