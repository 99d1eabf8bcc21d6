"""What a remittance pays, invoice by invoice: the bill in Intacct, the discount its term grants, what is kept back.

Whatever the bill and the remittance do not both say is for a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import Final

from ml_connector.edi.documents.remittance_lines import RemittedDocument, RemittedKind
from ml_connector.intacct.writing.payment import NewPaymentPart
from ml_connector.mapping.payments.deductions import Deduction, list_deductions
from ml_connector.mapping.payments.paid_bills import Payable, Payables
from ml_connector.mapping.payments.payment_case import PaymentSubject
from ml_connector.records.needs import Need

_INVOICE: Final = "IV"  # RMR01
_NOTHING: Final = Decimal(0)
_BY_HAND: Final = "ask for the reason, then record the payment by hand in Intacct"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittedBill:
    """A bill, what is paid of it, and what is kept back; one of several where an invoice is as many bills."""

    document: RemittedDocument
    payable: Payable
    part: NewPaymentPart
    discount: Decimal
    deductions: tuple[Deduction, ...]


def settle_document(
    subject: PaymentSubject, document: RemittedDocument, payables: Payables
) -> tuple[RemittedBill, ...] | Need:
    """What an RMR pays, or the need that keeps the payment.

    An invoice that was converted from several receivers one by one is as many bills under its number: they are paid
    together where they are settled as a whole.
    """
    paid = document.paid or _NOTHING
    if document.kind is RemittedKind.CREDIT or document.qualifier != _INVOICE or paid <= 0:
        return _describe_other(subject, document)
    owed = _find_bills(subject, document, payables)
    if isinstance(owed, Need):
        return owed
    granted = [payables.find_discount(each, subject.day) for each in owed]
    claim = _Claim(
        document=document,
        payable=_add_up(owed),
        discount=document.discount or _NOTHING,
        granted=sum(granted, start=_NOTHING),
        deductions=list_deductions(document, subject.version),
    )
    faults = (
        _find_rest(claim, owed),
        _find_contradictions(subject, claim),
        _find_differences(subject, claim),
    )
    fault = next(chain.from_iterable(faults), None)
    if fault is not None:
        kind, said = fault
        return _need(subject, kind, document, said, _BY_HAND)
    if len(owed) == 1:
        return (_pay(subject, claim, owed[0], (paid, claim.discount)),)
    kept = granted if claim.discount else [_NOTHING] * len(owed)
    parts = zip(owed, kept, strict=True)
    return tuple(_pay(subject, claim, each, (each.open - discount, discount)) for each, discount in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What a remittance says of an invoice, beside the bill and what its term grants."""

    document: RemittedDocument
    payable: Payable
    discount: Decimal
    granted: Decimal
    deductions: tuple[Deduction, ...]

    @property
    def deducted(self) -> Decimal:
        return sum((each.amount for each in self.deductions), start=_NOTHING)

    def list_amounts(self) -> Iterator[Decimal]:
        """Each that would be booked."""
        yield self.document.paid or _NOTHING
        yield from (each.amount for each in self.deductions)

    @property
    def settled(self) -> Decimal:
        """What the sender takes for settled: paid, kept as a discount, or kept back."""
        return (self.document.paid or _NOTHING) + self.discount + self.deducted


def _add_up(owed: Sequence[Payable]) -> Payable:
    """Bills under one number as if they were one."""
    if len(owed) == 1:
        return owed[0]
    total, due = (
        sum(amounts, start=_NOTHING) for amounts in ([p.total for p in owed], [p.open for p in owed])
    )
    return replace(owed[0], bill=replace(owed[0].bill, total=total, due=due))


def _pay(
    subject: PaymentSubject, claim: _Claim, payable: Payable, amounts: tuple[Decimal, Decimal]
) -> RemittedBill:
    """What is paid of one bill, and kept as its discount."""
    paid, discount = amounts
    part = NewPaymentPart(
        bill_no=payable.bill.record_no, amount=paid, discount_date=subject.day if discount else None
    )
    return RemittedBill(
        document=claim.document, payable=payable, part=part, discount=discount, deductions=claim.deductions
    )


def _find_bills(
    subject: PaymentSubject, document: RemittedDocument, payables: Payables
) -> Sequence[Payable] | Need:
    """The bills of the vendor under the number, nearly always one, if all of them can be paid now."""
    vendor = subject.vendor.vendor_id
    found = payables.find_bills(vendor, document.number)
    if not found:
        wrong = f"vendor {vendor} has no bill under {document.number} in Intacct"
        return _need(subject, "bill", document, wrong, "release this once it is there")
    needs = (_find_obstacle(subject, document, each, payables) for each in found)
    return next((need for need in needs if need is not None), found)


def _find_obstacle(
    subject: PaymentSubject, document: RemittedDocument, payable: Payable, payables: Payables
) -> Need | None:
    """Why a bill cannot be paid now."""
    vendor = subject.vendor.vendor_id
    obstacle = payable.find_obstacle()
    if obstacle:
        said = f"bill {payable.bill.record_no} ({document.number} of {vendor}) is {obstacle}"
        return _need(
            subject,
            "bill",
            document,
            said,
            "see in Intacct whether it is paid already, then reject or release this",
        )
    claimed = payables.find_claimed(payable, besides=subject.mark)
    if claimed is not None:
        said = f"bill {payable.bill.record_no} ({document.number} of {vendor}) is paid by remittance {claimed.number}, whose payment {claimed.standing}"
        cure = "submit or delete that one in Intacct and this goes on by itself, or reject this if it is the same"
        return _need(subject, "paid", document, said, cure)
    return None


def _find_contradictions(subject: PaymentSubject, claim: _Claim) -> Iterator[tuple[str, str]]:
    """Where the remittance says one thing and Intacct another, as kind of need and what is wrong."""
    bill, number = claim.payable.bill, claim.document.number
    if bill.currency not in {"", subject.currency}:
        yield "currency", f"{number} is in {bill.currency}, the payment in {subject.currency}"
    stated, total = claim.document.total, claim.payable.total
    if stated is not None and stated != total:
        yield "remitted", f"RMR05 says {number} is {stated:,}, the bill in Intacct is {total:,}"
    if claim.discount and claim.discount != claim.granted:
        term = bill.term or "(none)"
        yield (
            "discount",
            f"a discount of {claim.discount:,} is taken of {number}, and term {term} grants {claim.granted:,} on {subject.day}",
        )


def _find_differences(subject: PaymentSubject, claim: _Claim) -> Iterator[tuple[str, str]]:
    """Where the amounts do not add up to what is open, the same way."""
    number, there = claim.document.number, claim.payable.open
    if any(amount != round(amount, 2) for amount in claim.list_amounts()):
        yield "remitted", f"an amount of {number} is finer than a cent"
    if any(each.amount <= 0 for each in claim.deductions):
        yield "remitted", f"an adjustment of {number} raises what is paid (ADX01, version {subject.version})"
    if claim.discount and claim.settled - claim.deducted != there:
        # Intacct takes a discount only where money pays all the rest
        yield "discount", f"{number} is paid with a discount, and its money is not the rest of {there:,}"
    if claim.settled > there:
        yield "bill", f"{claim.settled:,} is settled of {number}, and only {there:,} is open"
    stated = there if claim.document.total is None else claim.document.total
    if claim.settled != stated and (claim.deductions or claim.document.total is not None):
        yield "remitted", f"{claim.settled:,} of {stated:,} of {number} is explained"


def _find_rest(claim: _Claim, owed: Sequence[Payable]) -> Iterator[tuple[str, str]]:
    """Of several bills under one number it cannot be told which is paid, unless all are, the same way."""
    if len(owed) > 1 and (claim.deductions or claim.settled != claim.payable.open):
        vendor, number = claim.payable.bill.vendor_id, claim.document.number
        yield (
            "bill",
            f"vendor {vendor} has {len(owed)} bills under {number} in Intacct, {claim.payable.open:,} is open of them, and {claim.settled - claim.deducted:,} does not settle them all",
        )


def _describe_other(subject: PaymentSubject, document: RemittedDocument) -> Need:
    what = f"{document.qualifier or 'a document'} {document.number or 'without number'}"
    said = f"{document.paid if document.paid is not None else 'nothing'} is remitted for {what}, which is no invoice that is paid"
    return _need(subject, "remitted", document, said, "record the payment by hand in Intacct")


def _need(subject: PaymentSubject, kind: str, document: RemittedDocument, wrong: str, cure: str) -> Need:
    number = document.number or f"RMR {document.segment}"
    return Need(
        kind=kind,
        subject=f"{subject.vendor.vendor_id}/{number}/{subject.remittance.number}",
        reason=subject.say(wrong, cure),
    )
