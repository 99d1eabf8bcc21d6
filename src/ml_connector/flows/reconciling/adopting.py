"""Which records of Intacct are followed: all that a posted document became, from when it is posted."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ml_connector.flows.contents import INVOICE
from ml_connector.flows.reconciling.blocking import tell_blocked
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Adjustment, Bill, JournalEntry, Payment, PurchasingDocument
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.records.documents import StoredDocument
from ml_connector.records.followed import Followed
from ml_connector.records.posting import Function, StoredPosting

_AT_ONCE: Final = 500
_OBJECTS: Final = {
    ApBill: Bill.OBJECT,
    NewAdjustment: Adjustment.OBJECT,
    NewPayment: Payment.OBJECT,
    NewPurchasing: PurchasingDocument.OBJECT,
    NewJournalEntry: JournalEntry.OBJECT,
}
"""What is followed; a change belongs to the order it changes."""


def adopt_posted(run: Run) -> None:
    """Follow from now on what was posted since the last time."""
    link, after = run.link, 0
    while True:
        with run.store.begin() as work:
            ids = work.followed.list_new(link.name, after=after, most=_AT_ONCE)
            documents = work.documents.get(ids)
            postings = work.postings.newest(ids, reasons=False)
            made = [
                each for id_, stored in postings.items() for each in _list_records(documents[id_], stored)
            ]
            blocked = [each for each in made if _is_blocked(postings[each.document_id])]
            work.followed.add(link.name, link.company, made)
            work.audit.append([tell_blocked(each.document_id, each.key, on_hold=True) for each in blocked])
        if not ids:
            return
        after = ids[-1]


def _list_records(document: StoredDocument, stored: StoredPosting) -> Iterator[Followed]:
    functions = stored.posting.functions
    keys = (*stored.keys, document.intacct_key)
    for function, key in zip(functions, keys, strict=False):
        object_ = _OBJECTS.get(type(function))
        if object_ is None or not key:
            continue
        yield Followed(
            document_id=document.id,
            object=object_,
            key=key,
            watched=_is_compared(function, document),
            expected=_add_up(function, document, alone=len(functions) == 1),
        )


def _is_blocked(stored: StoredPosting) -> bool:
    """Whether it was written as a bill that is not to be paid."""
    return isinstance(stored.function, ApBill) and stored.function.on_hold is True


def _is_compared(function: Function, document: StoredDocument) -> bool:
    """Whether its money is: orders may be changed, by us as well, and the header of a journal entry has no total."""
    if isinstance(function, NewPurchasing):
        return document.document.set_code == INVOICE
    return not isinstance(function, NewJournalEntry)


def _add_up(function: Function, document: StoredDocument, *, alone: bool) -> Decimal | None:
    """What Intacct was told that it comes to; None where Intacct works it out itself."""
    match function:
        case ApBill() | NewAdjustment():
            return function.total
        case NewPayment():
            return sum((part.amount for part in function.parts), start=Decimal(0))
        case _:
            return document.document.amount if alone and document.document.set_code == INVOICE else None
