"""Is what was sent in Intacct? A bill is looked for by vendor and number, what was to be deleted by its key, everything
else by our mark.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import TypeVar

from ml_connector.flows.reconciling.looking import KINDS, list_by_keys
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import (
    Adjustment,
    BillFound,
    BillKey,
    JournalEntry,
    Payment,
    PurchasingDocument,
)
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.duplicates.earlier import is_ours, is_same_number
from ml_connector.mapping.undoing import name_deleted, take_fingerprint
from ml_connector.records.posting import StoredPosting

_R = TypeVar("_R")
_M = TypeVar("_M", Adjustment, Payment, JournalEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A record in Intacct that goes by the name of what was sent."""

    key: str
    is_ours: bool  #: it is what was sent: everything that can be compared agrees
    by: str  #: what was compared
    said: str  #: for people


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """What Intacct has that may be of these postings, kind by kind."""

    bills: Sequence[BillFound]
    adjustments: Sequence[Adjustment]
    payments: Sequence[Payment]
    entries: Sequence[JournalEntry]
    documents: Sequence[PurchasingDocument]
    left: Collection[tuple[str, int]]  #: by object and RECORDNO, what was to be deleted and is there


def look_for(run: Run, some: Sequence[StoredPosting]) -> dict[int, list[Sighting]]:
    """What there is of each posting's function whose turn it is, by the posting's id. Raises `intacct.errors`."""
    find = run.finance.writing
    there = _There(
        bills=_find_bills(run, some),
        adjustments=_find_marked(some, NewAdjustment, find.find_adjustments),
        payments=_find_marked(some, NewPayment, find.find_payments),
        entries=_find_marked(some, NewJournalEntry, find.find_journal_entries),
        documents=_find_marked(some, NewPurchasing | PurchasingChange, find.find_purchasing),
        left=read_left(run, some),
    )
    return {stored.id: list(_compare(stored, there)) for stored in some}


def read_left(run: Run, some: Sequence[StoredPosting]) -> dict[tuple[str, int], str]:
    """What Intacct has of the records that these delete: by object and RECORDNO, what it says now."""
    found: dict[tuple[str, int], str] = {}
    deletions = [stored.function for stored in some if isinstance(stored.function, RecordDeletion)]
    for kind in KINDS:
        keys = [each.key for each in deletions if each.object == kind.record.OBJECT]
        for entry in list_by_keys(run.finance, kind, keys):
            found[kind.record.OBJECT, entry.record_no] = take_fingerprint(entry.record, entry.modified)
    return found


def _find_bills(run: Run, some: Sequence[StoredPosting]) -> Sequence[BillFound]:
    sent = [stored.function for stored in some if isinstance(stored.function, ApBill)]
    keys = [BillKey(vendor_id=bill.vendor_id, number=bill.number) for bill in sent]
    return run.finance.find_bills(list(dict.fromkeys(keys))) if keys else ()


def _find_marked(
    some: Sequence[StoredPosting], kind: type | UnionType, find: Callable[[Sequence[str]], Sequence[_R]]
) -> Sequence[_R]:
    """What carries the mark of a posting whose turn is a function of that kind; nothing is asked where none is."""
    marks = dict.fromkeys(stored.posting.mark for stored in some if isinstance(stored.function, kind))
    return find(list(marks)) if marks else ()


def _compare(stored: StoredPosting, there: _There) -> Iterator[Sighting]:
    mark = stored.posting.mark
    match stored.function:
        case ApBill() as bill:
            same = (each for each in there.bills if each.vendor_id == bill.vendor_id)
            yield from (_see_bill(bill, mark, b) for b in same if is_same_number(b.number, bill.number))
        case NewAdjustment() as memo:
            marked = _pick(stored, there.adjustments, lambda each: each.description)
            yield from (_see_adjustment(memo, each) for each in marked)
        case NewPayment() as payment:
            marked_payments = _pick(stored, there.payments, lambda each: each.description)
            yield from (_see_payment(payment, each) for each in marked_payments)
        case NewJournalEntry() as entry:
            entries = _pick(stored, there.entries, lambda each: each.reference)
            yield from (_see_entry(entry, each) for each in entries)
        case RecordDeletion() as deletion:
            yield from _see_gone(deletion, there.left)
        case function:
            yield from _compare_documents(stored, function, there.documents)


def _see_gone(sent: RecordDeletion, left: Collection[tuple[str, int]]) -> Iterator[Sighting]:
    if (sent.object, sent.record_no) not in left:
        name = name_deleted(sent)
        yield Sighting(key=sent.key, is_ours=True, by="by its absence", said=f"{name} is not there any more")


def _pick(stored: StoredPosting, found: Sequence[_M], read: Callable[[_M], str]) -> Iterator[_M]:
    """What carries the mark of a posting, but nothing that is known to be another function of it of the same kind."""
    written = zip(stored.posting.functions, stored.keys, strict=False)
    others = {key for function, key in written if type(function) is type(stored.function)}
    marked = (each for each in found if stored.posting.mark in read(each).split())
    return (each for each in marked if str(each.record_no) not in others)


def _compare_documents(
    stored: StoredPosting,
    function: NewPurchasing | PurchasingChange,
    documents: Sequence[PurchasingDocument],
) -> Iterator[Sighting]:
    for document in documents:
        if stored.posting.mark in document.message.split() and document.document_id not in stored.keys:
            if isinstance(function, PurchasingChange):
                yield from _see_changed(function, document)
            elif document.definition == function.definition:
                yield _see_document(function, document)


def _see_bill(sent: ApBill, mark: str, bill: BillFound) -> Sighting:
    """Ours only if vendor, number, date, currency, total and mark all agree."""
    same_currency = sent.currency is None or bill.currency == sent.currency
    marked = is_ours(bill, vendor_id=sent.vendor_id, number=sent.number, mark=mark)
    return Sighting(
        key=str(bill.record_no),
        is_ours=marked and same_currency and (bill.date, bill.total) == (sent.date, sent.total),
        by="by vendor, number, date, total and our mark",
        said=f"bill {bill.record_no} ({bill.total} of {bill.date}) was found under the number {sent.number}",
    )


def _see_adjustment(sent: NewAdjustment, found: Adjustment) -> Sighting:
    """Ours only if vendor, number, date, currency and total agree beside the mark."""
    told = (
        (sent.vendor_id, found.vendor_id),
        (sent.number, found.number),
        (sent.date, found.date),
        (sent.currency.code if sent.currency is not None else None, found.currency),
        (sent.total, found.total),
    )
    return Sighting(
        key=str(found.record_no),
        is_ours=_agree(told),
        by="by our mark, vendor, number, date and total",
        said=f"adjustment {found.record_no} ({found.total} of {found.date}) was found with our mark",
    )


def _see_payment(sent: NewPayment, found: Payment) -> Sighting:
    """Ours only if vendor, number, date, currency, account and total agree beside the mark."""
    told = (
        (sent.vendor_id, found.vendor_id),
        (sent.number, found.number),
        (sent.date, found.date),
        (sent.currency, found.currency),
        (sent.paid_from, found.paid_from),
        (sum((part.amount for part in sent.parts), start=Decimal(0)), found.total),
    )
    return Sighting(
        key=str(found.record_no),
        is_ours=_agree(told),
        by="by our mark, vendor, number, date, account and total",
        said=f"payment {found.record_no} ({found.total} of {found.date}) was found with our mark",
    )


def _see_entry(sent: NewJournalEntry, found: JournalEntry) -> Sighting:
    """Ours only if journal, date and title agree beside the mark: its header has no total."""
    told = ((sent.journal, found.journal), (sent.date, found.date), (sent.title, found.title))
    return Sighting(
        key=str(found.record_no),
        is_ours=_agree(told),
        by="by our mark, journal, date and title",
        said=f"journal entry {found.record_no} ({found.title} of {found.date}) was found with our mark",
    )


def _agree(told: Iterable[tuple[object, object]]) -> bool:
    """Whether what was sent is what was found; what was not sent may be anything."""
    return all(ours is None or ours == theirs for ours, theirs in told)


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
        (sent.total, document.total),
    )
    return Sighting(
        key=document.document_id,
        is_ours=_agree(told),
        by="by our mark, vendor, numbers, date and total",
        said=f"{document.document_id} ({document.total} of {document.date}) was found with our mark",
    )


def _see_changed(sent: PurchasingChange, document: PurchasingDocument) -> Iterator[Sighting]:
    if document.document_id == sent.document_id:
        yield Sighting(key=document.document_id, is_ours=True, by="by our mark", said=document.document_id)
