"""A remittance of a golden case: planned with the bills, payments and terms of the case's books; nobody has to agree."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ml_connector.edi import Transaction, parse_remittance
from ml_connector.intacct.objects import Bill, Payment, TermDiscount
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.payments.paid_bills import Payable, Payables
from ml_connector.mapping.payments.payment_case import PaymentSubject
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.routes.remittance_to_payment import (
    PlannedPayment,
    ask_role,
    file_remittance,
    plan_payment,
)
from ml_connector.mapping.rules.rulebook import Partner, Route, Rules
from ml_connector.mapping.vendors.vendor_match import match_vendor
from ml_connector.records.documents import NewDocument
from ml_connector.records.needs import Need

Books = Mapping[str, Sequence[Mapping[str, Any]]]
#: What the books of a remittance's case say beside those of an invoice's.
PAID: Final = frozenset({"bills", "payments", "discounts"})
_UNSAID: Final[Mapping[str, Any]] = {
    "record_no": 1,
    "state": "Posted",
    "currency": "USD",
    "selected": Decimal(0),
    "paid": Decimal(0),
    "on_hold": False,
    "days_from": "from invoice/bill date",
    "unit": "%",
}
_DAYS: Final = frozenset({"date"})
_AMOUNTS: Final = frozenset({"total", "due", "selected", "paid", "amount"})


def plan_remittance(
    transaction: Transaction,
    document: NewDocument,
    settled: tuple[Rules, Partner, Route],
    books: tuple[Books, Slice],
    setting: Setting,
) -> PlannedPayment | Held | Filed:
    """What becomes of a remittance whose partner and route are known."""
    (rules, partner, route), (paid, known) = settled, books
    reading = parse_remittance(transaction)
    remittance, rule = reading.document, rules.payments.find_payment(partner.name)
    assert remittance is not None
    if rule is None:
        return Held(needs=(ask_role(partner.name),))
    if filing := file_remittance(remittance, rule):
        return Filed(reason=filing)
    match = match_vendor(remittance, partner, rules, known)
    if isinstance(match, Need):
        return Held(needs=(match,))
    subject = PaymentSubject(
        transaction=transaction,
        remittance=remittance,
        findings=(*transaction.findings, *reading.findings),
        mark=document.document_key,
        partner=partner,
        vendor=match.vendor,
        route=route,
        rules=rules,
        rule=rule,
        setting=replace(setting, four_eyes=False),
    )
    return plan_payment(subject, _read_payables(paid))


def _read_payables(books: Books) -> Payables:
    return Payables(
        bills=tuple(Payable(bill=_make(Bill, row), entity="E100") for row in books.get("bills", ())),
        payments=tuple(_make(Payment, row) for row in books.get("payments", ())),
        discounts=tuple(_make(TermDiscount, row) for row in books.get("discounts", ())),
    )


def _make(kind: type[Any], row: Mapping[str, Any]) -> Any:
    """The record; what is not said of it has its usual value, or is empty; a bill is due as a whole."""
    said = {**_UNSAID, **({"due": row["total"]} if "total" in row else {}), **row}
    names = {each.name for each in fields(kind)}
    assert row.keys() <= names, row
    return kind(**{name: _read(name, said.get(name, "")) for name in names})


def _read(name: str, value: Any) -> Any:
    if name in _DAYS and isinstance(value, str) and value:
        return date.fromisoformat(value)
    return Decimal(value) if name in _AMOUNTS and isinstance(value, str) and value else value
