"""A golden case is a folder: an invoice, the rules and books it is planned with, and what must come of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from lxml import etree

from ml_connector.edi import Transaction, parse_invoice, read
from ml_connector.flows.reading import describe_document
from ml_connector.intacct.objects import Account, ClassDim, Department, Location, Project, Term, Vendor
from ml_connector.intacct.writing.bill import render_create
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.invoice_to_bill import Filed, Planned, Subject, draft_bill, find_vendor, plan
from ml_connector.mapping.reference import Asked, Known, Slice, identify
from ml_connector.mapping.rules import parse_rules
from ml_connector.mapping.vendor_clues import list_aliases

FOLDER: Final = Path(__file__).parent / "810"
ENDINGS: Final = ("request.xml", "held.txt", "filed.txt")
SETTING: Final = Setting(mode="live", base_currency="USD", today=date(2026, 11, 20))

_KINDS: Final[dict[str, tuple[str, type[Known]]]] = {
    "vendors": ("vendor", Vendor),
    "accounts": ("account", Account),
    "departments": ("department", Department),
    "locations": ("location", Location),
    "classes": ("class", ClassDim),
    "projects": ("project", Project),
    "terms": ("term", Term),
}
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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of an invoice: the name of the file that says so, and its text."""

    name: str
    text: str


def list_cases(folder: Path = FOLDER) -> Sequence[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def read_expected(case: Path) -> Outcome | None:
    """What the case says must come of its invoice; None when it does not say it in exactly one file."""
    found = [name for name in ENDINGS if (case / name).exists()]
    return Outcome(name=found[0], text=(case / found[0]).read_text("utf-8")) if len(found) == 1 else None


def make_outcome(case: Path) -> Outcome:
    """What becomes of the case's invoice now."""
    rules = parse_rules({"rules.toml": (case / "rules.toml").read_text("utf-8")})
    [transaction] = [item for item in read([(case / "in.edi").read_bytes()]) if isinstance(item, Transaction)]
    reading, document = parse_invoice(transaction), describe_document("golden", transaction)
    partner = rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    route = rules.find_route(set_code="810", partner=partner.name if partner is not None else "")
    assert reading.document is not None
    assert route is not None
    subject = Subject(
        transaction=transaction,
        invoice=reading.document,
        findings=(*transaction.findings, *reading.findings),
        document_key=document.document_key,
        partner=partner,
        route=route,
    )
    known = read_reference((case / "reference.json").read_text("utf-8"))
    planned = plan(
        subject, rules, draft_bill(subject, rules, find_vendor(subject, rules, known)), known, SETTING
    )
    if isinstance(planned, Planned):
        return Outcome(name="request.xml", text=make_readable(render_create(planned.bill)))
    if isinstance(planned, Filed):
        return Outcome(name="filed.txt", text=f"{planned.reason}\n")
    return Outcome(name="held.txt", text="".join(f"{need}\n" for need in planned.needs))


def read_reference(text: str) -> Slice:
    """The books of a case, all of them, by id and by alias."""
    found: dict[Asked, list[Known]] = {}
    for name, rows in json.loads(text).items():
        kind, record_type = _KINDS[name]
        for number, row in enumerate(rows, 1):
            record = record_type(**{"record_no": number, "status": "active"} | _UNSAID[record_type] | row)
            aliases = list_aliases(record) if isinstance(record, Vendor) else ()
            for known_by in (identify(record), *aliases):
                found.setdefault((kind, known_by), []).append(record)
    return Slice(version=1, found=found)


def make_readable(request: str) -> str:
    """The same XML with one element on each line; texts are not touched."""
    root = etree.fromstring(request)
    etree.indent(root)
    return f"{etree.tostring(root, encoding='unicode')}\n"
