"""What each transaction set says of itself: its number, its kind, its money, and what is wrong with it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.edi import (
    CreditAdjustment,
    Finding,
    Invoice,
    Order,
    OrderAcknowledgment,
    OrderChange,
    OrderChangeAcknowledgment,
    Reading,
    Remittance,
    ShipNotice,
    Transaction,
    explain_total,
    parse_acknowledgment,
    parse_credit_adjustment,
    parse_invoice,
    parse_order,
    parse_order_acknowledgment,
    parse_order_change,
    parse_order_change_acknowledgment,
    parse_remittance,
    parse_ship_notice,
)
from ml_connector.mapping.answers_received import describe_answer
from ml_connector.mapping.confirmation_to_order import read_replenishment
from ml_connector.mapping.order_to_purchase_order import find_worth, name_order
from ml_connector.mapping.terms import Discount, find_discount, find_net_date
from ml_connector.records.status import Status
from ml_connector.store.types import LARGEST_AMOUNT

INVOICE: Final = "810"
ADJUSTMENT: Final = "812"
OWED: Final = frozenset({INVOICE, ADJUSTMENT})
"""Sets that say what is owed."""
_LONGEST_NUMBER: Final = 60  # BIG02 has 22 characters at most; beyond this it is no number but broken data
_KINDS: Final = {"C": "credit", "D": "debit"}  # element 478, as the sender sees it

Readable = Invoice | CreditAdjustment | Order | OrderAcknowledgment | OrderChange | ShipNotice | Remittance
"""What documents are read as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a document says of itself, as far as it can be read."""

    status: Status
    reason: str
    findings: tuple[Finding, ...] = ()
    document: Readable | None = None
    number: str = ""
    kind: str = ""
    amount: Decimal | None = None
    due: dt.date | None = None
    discount: Discount | None = None

    @property
    def date(self) -> dt.date | None:
        return self.document.date if self.document is not None else None

    @property
    def currency(self) -> str:
        """Empty for what names no money."""
        return getattr(self.document, "currency", None) or ""


def read_content(transaction: Transaction) -> Content:
    """Number, kind, money and content of a set, where it is one that has a use."""
    code = transaction.set_code
    if code in _READERS:
        return _READERS[code](transaction)
    reason = find_error(transaction.findings)
    status = Status.REJECTED if reason else Status.FILED
    return Content(status=status, reason=reason or f"set {code} is kept but not processed yet")


def _read_invoice(transaction: Transaction) -> Content:
    reading = parse_invoice(transaction)
    invoice = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if invoice is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no invoice that can be read")
    if len(invoice.number) > _LONGEST_NUMBER:
        reason = f"BIG02 has {len(invoice.number)} characters; an invoice number has at most 22"
    amount = None if reason else keep_amount(explain_total(invoice).total)
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=invoice,
        number=invoice.number[:_LONGEST_NUMBER],
        kind=str(invoice.kind),
        amount=amount,
        due=find_net_date(invoice),
        discount=find_discount(invoice, amount) if amount is not None else None,
    )


def _read_adjustment(transaction: Transaction) -> Content:
    """Credit or debit as its sender says; whether that lowers what we owe depends on his point of view."""
    reading = parse_credit_adjustment(transaction)
    said = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if said is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no adjustment that can be read")
    if len(said.number) > _LONGEST_NUMBER:
        reason = f"BCD02 has {len(said.number)} characters; the number of an adjustment has at most 22"
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=said,
        number=said.number[:_LONGEST_NUMBER],
        kind=_KINDS.get(said.direction, ""),
        amount=None if reason or said.amount is None else keep_amount(said.amount),
    )


def _read_order(transaction: Transaction) -> Content:
    """What an order is worth is not owed."""
    return _describe_order(transaction, parse_order(transaction))


def _describe_order(transaction: Transaction, reading: Reading[Order]) -> Content:
    order = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if order is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no order that can be read")
    number = name_order(order)
    if len(number) > _LONGEST_NUMBER:
        reason = f"BEG03 and BEG04 have {len(number)} characters; an order number has at most 22"
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=order,
        number=number[:_LONGEST_NUMBER],
        kind="order",
        amount=None if reason else keep_amount(find_worth(order)),
    )


def _read_answer(transaction: Transaction) -> Content:
    """One to an order that is there; or an order of its own, by which the seller replenishes the buyer."""
    reading = parse_order_acknowledgment(transaction)
    said = reading.document
    if said is not None and said.is_order:
        made = Reading(document=read_replenishment(said), findings=reading.findings)
        return _describe_order(transaction, made)
    return _describe_words(
        transaction, reading, kind="answer", told="" if said is None else _spell(said.date)
    )


def _read_change(transaction: Transaction) -> Content:
    parse = parse_order_change if transaction.set_code == "860" else parse_order_change_acknowledgment
    reading: Reading[OrderChange] | Reading[OrderChangeAcknowledgment] = parse(transaction)
    said = reading.document
    told = "" if said is None else said.sequence or _spell(said.date)
    return _describe_words(transaction, reading, kind="change", told=told)


def _describe_words(
    transaction: Transaction,
    reading: Reading[OrderAcknowledgment] | Reading[OrderChange] | Reading[OrderChangeAcknowledgment],
    *,
    kind: str,
    told: str,
) -> Content:
    """What is said of an order: under its number and what `told` one such document of the order from another."""
    said = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if said is None:
        return Content(
            status=Status.REJECTED, reason=reason or f"this is no {kind} of an order that can be read"
        )
    number = "/".join(filter(None, (said.number, said.release, told)))
    if len(number) > _LONGEST_NUMBER:
        reason = f"the order's number has {len(said.number)} characters; an order number has at most 22"
    worth = sum((line.extension for line in said.lines if line.extension is not None), start=Decimal(0))
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=said,
        number=number[:_LONGEST_NUMBER],
        kind=kind,
        amount=None if reason else keep_amount(worth),
    )


def _spell(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _read_notice(transaction: Transaction) -> Content:
    """What is shipped is not owed."""
    reading = parse_ship_notice(transaction)
    notice = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if notice is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no ship notice that can be read")
    if len(notice.number) > _LONGEST_NUMBER:
        reason = f"BSN02 has {len(notice.number)} characters; a notice number has at most 30"
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=notice,
        number=notice.number[:_LONGEST_NUMBER],
        kind="notice",
    )


def _read_remittance(transaction: Transaction) -> Content:
    """What was paid is owed no more."""
    reading = parse_remittance(transaction)
    remittance = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if remittance is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no remittance that can be read")
    if len(remittance.number) > _LONGEST_NUMBER:
        reason = f"TRN02 has {len(remittance.number)} characters; a trace number has at most 50"
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=remittance,
        number=remittance.number[:_LONGEST_NUMBER],
        kind="payment",
        amount=None if reason or remittance.amount is None else keep_amount(remittance.amount),
    )


def _read_acknowledgment(transaction: Transaction) -> Content:
    """What answers something of ours is kept, with what it says; it is found by what it answers."""
    reading = parse_acknowledgment(transaction)
    reason = find_error((*transaction.findings, *reading.findings))
    if reason or reading.document is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no acknowledgment that can be read")
    return Content(status=Status.FILED, reason=describe_answer(reading.document))


def keep_amount(total: Decimal) -> Decimal | None:
    """The gross amount, or None when it is no amount that books can keep; the plan holds such an invoice."""
    amount = abs(total)
    return amount if amount <= LARGEST_AMOUNT and amount == round(amount, 4) else None


def find_error(findings: tuple[Finding, ...]) -> str:
    """The first finding that keeps a document from being used; empty when there is none."""
    return next(
        (f"{finding.code}: {finding.message}" for finding in findings if finding.severity == "error"), ""
    )


_READERS: Final = {
    INVOICE: _read_invoice,
    ADJUSTMENT: _read_adjustment,
    "820": _read_remittance,
    **dict.fromkeys(("824", "997", "999"), _read_acknowledgment),
    "850": _read_order,
    "855": _read_answer,
    "856": _read_notice,
    "860": _read_change,
    "865": _read_change,
}
