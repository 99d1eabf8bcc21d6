"""One transaction set of a file → the document row that stands for it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.edi import Finding, Invoice, Transaction, explain_total, parse_invoice, reread
from ml_connector.mapping.identity import derive_document_key, hash_content
from ml_connector.mapping.terms import find_discount, find_net_date
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a document says of itself, as far as it can be read."""

    number: str
    kind: str
    invoice: Invoice | None
    findings: tuple[Finding, ...]
    status: Status
    reason: str


def describe_document(link: str, transaction: Transaction) -> NewDocument:
    """The row for a transaction set: `read` when it is an invoice, `filed` when its set has no use yet,
    `rejected` when it cannot be used, with the reason.
    """
    interchange, group = transaction.interchange, transaction.group
    sender = f"{interchange.sender.qualifier}/{interchange.sender.id}"
    group_sender = group.sender if group is not None else ""
    content = read_content(transaction)
    invoice = content.invoice
    amount = keep_amount(explain_total(invoice).total) if invoice and content.status is Status.READ else None
    discount = find_discount(invoice, amount) if invoice and amount is not None else None
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
        document_key=derive_document_key(key, invoice.date if invoice else None),
        content_hash=hash_content(transaction.segments, usage=interchange.usage),
        date=invoice.date if invoice else None,
        amount=amount,
        currency=(invoice.currency or "") if invoice else "",
        due=find_net_date(invoice) if invoice else None,
        discount=discount.amount if discount is not None else None,
        discount_until=discount.until if discount is not None else None,
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
    """Number, kind and content of a set; only invoices have them yet."""
    if transaction.set_code != INVOICE:
        reason = find_error(transaction.findings)
        status = Status.REJECTED if reason else Status.FILED
        return _describe_unusable(
            status, reason or f"set {transaction.set_code} is kept but not processed yet"
        )
    reading = parse_invoice(transaction)
    invoice = reading.document
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if invoice is None:
        return _describe_unusable(Status.REJECTED, reason or "this is no invoice that can be read")
    if len(invoice.number) > _LONGEST_NUMBER:
        reason = f"BIG02 has {len(invoice.number)} characters; an invoice number has at most 22"
    return Content(
        number=invoice.number[:_LONGEST_NUMBER],
        kind=str(invoice.kind),
        invoice=invoice,
        findings=findings,
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
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


def _describe_unusable(status: Status, reason: str) -> Content:
    return Content(number="", kind="", invoice=None, findings=(), status=status, reason=reason)
