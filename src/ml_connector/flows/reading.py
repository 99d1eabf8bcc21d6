"""One transaction set of a file → the document row that stands for it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.edi import (
    Finding,
    Invoice,
    Order,
    OrderAcknowledgment,
    OrderChange,
    OrderChangeAcknowledgment,
    Reading,
    ShipNotice,
    Transaction,
    explain_total,
    parse_invoice,
    parse_order,
    parse_order_acknowledgment,
    parse_order_change,
    parse_order_change_acknowledgment,
    parse_ship_notice,
    reread,
)
from ml_connector.mapping.confirmation_to_order import read_replenishment
from ml_connector.mapping.identity import derive_document_key, hash_content
from ml_connector.mapping.order_to_purchase_order import find_worth, name_order
from ml_connector.mapping.terms import Discount, find_discount, find_net_date
from ml_connector.records.documents import NewDocument, Slices
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import Status
from ml_connector.store.payloads import PayloadReader
from ml_connector.store.types import LARGEST_AMOUNT

PARSER_VERSION: Final = "1"
"""To be raised when the reader would give the same bytes another meaning; every posting pins it."""
INVOICE: Final = "810"
_ENVELOPE: Final = 1024  # the ISA, and what follows it as far as the reader looks
_HEADER: Final = 64 * 1024  # no GS is longer: the reader takes no longer segment
_LONGEST_CODE: Final = 6  # ST01 has 3 characters; what is longer is shown cut
_LONGEST_NUMBER: Final = 60  # BIG02 has 22 characters at most; beyond this it is no number but broken data


Readable = Invoice | Order | OrderAcknowledgment | OrderChange | ShipNotice
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


def describe_document(link: str, transaction: Transaction) -> NewDocument:
    """The row for a transaction set: `read` when it is a document we know, `filed` when its set has no use yet,
    `rejected` when it cannot be used, with the reason.
    """
    interchange, group = transaction.interchange, transaction.group
    sender = f"{interchange.sender.qualifier}/{interchange.sender.id}"
    group_sender = group.sender if group is not None else ""
    content = read_content(transaction)
    set_code = transaction.set_code[:_LONGEST_CODE]
    key = BusinessKey(
        link=link,
        partner=f"{sender}/{group_sender}",
        set_code=set_code,
        number=content.number,
        kind=content.kind,
    )
    return NewDocument(
        index=transaction.index,
        set_code=set_code,
        slices=Slices(
            envelope_offset=interchange.offset,
            group_offset=group.offset if group is not None else None,
            offset=transaction.offset,
            length=transaction.length,
        ),
        sender=sender,
        group_sender=group_sender,
        receiver=f"{interchange.receiver.qualifier}/{interchange.receiver.id}",
        partner_name="",
        key=key,
        document_key=derive_document_key(key, content.date),
        content_hash=hash_content(transaction.segments, usage=interchange.usage),
        date=content.date,
        amount=content.amount,
        currency=content.currency,
        due=content.due,
        discount=content.discount.amount if content.discount is not None else None,
        discount_until=content.discount.until if content.discount is not None else None,
        status=content.status,
        reason=content.reason,
    )


class DocumentReader:
    """Reads documents of one file again, each under its own envelope; that of many in turn is read once."""

    def __init__(self, payload: PayloadReader) -> None:
        self._payload = payload
        self._place: tuple[int, int | None] | None = None
        self._opening = (b"", b"")

    def reread(self, document: NewDocument) -> Transaction:
        """The document's transaction set. Raises `NotReadable` where the bytes are no set any more."""
        slices = document.slices
        place = (slices.envelope_offset, slices.group_offset)
        if place != self._place:
            group = b"" if slices.group_offset is None else self._payload.read(slices.group_offset, _HEADER)
            self._opening = (self._payload.read(slices.envelope_offset, _ENVELOPE), group)
            self._place = place
        envelope, group = self._opening
        return reread(envelope=envelope, group=group, body=self._payload.read(slices.offset, slices.length))


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
    "850": _read_order,
    "855": _read_answer,
    "856": _read_notice,
    "860": _read_change,
    "865": _read_change,
}
