"""Is what was sent in Intacct? A bill is looked for by vendor and number, a purchasing transaction by our mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ml_connector.flows.run import Run
from ml_connector.intacct.objects import BillFound, BillKey, PurchasingDocument
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.duplicates import is_ours, is_same_number
from ml_connector.records.posting import StoredPosting

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A record in Intacct that goes by the name of what was sent."""

    key: str
    is_ours: bool  #: it is what was sent: everything that can be compared agrees
    by: str  #: what was compared
    said: str  #: for people


def look_for(run: Run, some: Sequence[StoredPosting]) -> dict[int, list[Sighting]]:
    """What there is of each posting's function whose turn it is, by the posting's id. Raises `intacct.errors`."""
    bills = _find_bills(run, some)
    documents = _find_documents(run, some)
    return {stored.id: list(_compare(stored, bills, documents)) for stored in some}


def _find_bills(run: Run, some: Sequence[StoredPosting]) -> Sequence[BillFound]:
    sent = [stored.function for stored in some if isinstance(stored.function, ApBill)]
    keys = [BillKey(vendor_id=bill.vendor_id, number=bill.number) for bill in sent]
    return run.finance.find_bills(list(dict.fromkeys(keys))) if keys else ()


def _find_documents(run: Run, some: Sequence[StoredPosting]) -> Sequence[PurchasingDocument]:
    marks = [stored.posting.mark for stored in some if not isinstance(stored.function, ApBill)]
    return run.finance.writing.find_purchasing(list(dict.fromkeys(marks))) if marks else ()


def _compare(
    stored: StoredPosting, bills: Sequence[BillFound], documents: Sequence[PurchasingDocument]
) -> Iterator[Sighting]:
    function, mark = stored.function, stored.posting.mark
    if isinstance(function, ApBill):
        same = (b for b in bills if b.vendor_id == function.vendor_id)
        yield from (_see_bill(function, mark, b) for b in same if is_same_number(b.number, function.number))
        return
    for document in documents:
        if mark in document.message.split() and document.document_id not in stored.keys:
            if isinstance(function, PurchasingChange):
                yield from _see_changed(function, document)
            elif document.definition == function.definition:
                yield _see_document(function, document)


def _see_bill(sent: ApBill, mark: str, bill: BillFound) -> Sighting:
    """Ours only if vendor, number, date, currency, total and mark all agree."""
    total = sum((line.amount for line in sent.lines), start=Decimal(0))
    same_currency = sent.currency is None or bill.currency == sent.currency
    marked = is_ours(bill, vendor_id=sent.vendor_id, number=sent.number, mark=mark)
    return Sighting(
        key=str(bill.record_no),
        is_ours=marked and same_currency and (bill.date, bill.total) == (sent.date, total),
        by="by vendor, number, date, total and our mark",
        said=f"bill {bill.record_no} ({bill.total} of {bill.date}) was found under the number {sent.number}",
    )


def _see_document(sent: NewPurchasing, document: PurchasingDocument) -> Sighting:
    """Ours only if vendor, numbers, source, date, currency and total agree beside the mark, as far as they were sent."""
    told = (
        (sent.vendor_id, document.vendor_id),
        (sent.date, document.date),
        (sent.number, document.number),
        (sent.reference, document.reference),
        (sent.vendor_number, document.vendor_number),
        (sent.created_from, document.created_from),
        (sent.currency.code if sent.currency is not None else None, document.currency),
        (_add_up(sent), document.total),
    )
    return Sighting(
        key=document.document_id,
        is_ours=all(ours is None or ours == theirs for ours, theirs in told),
        by="by our mark, vendor, numbers, date and total",
        said=f"{document.document_id} ({document.total} of {document.date}) was found with our mark",
    )


def _see_changed(sent: PurchasingChange, document: PurchasingDocument) -> Iterator[Sighting]:
    if document.document_id == sent.document_id:
        yield Sighting(key=document.document_id, is_ours=True, by="by our mark", said=document.document_id)


def _add_up(sent: NewPurchasing) -> Decimal | None:
    """What Intacct makes of it, each line rounded to cents; None where it looks up prices itself."""
    if any(line.price is None for line in sent.lines):
        return None
    amounts = [line.quantity * (line.price or 0) for line in sent.lines]
    goods = sum((amount.quantize(_CENT, ROUND_HALF_UP) for amount in amounts), start=Decimal(0))
    return goods + sum((each.total for each in sent.subtotals), start=Decimal(0))
