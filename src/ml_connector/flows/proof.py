"""Is what we call posted really in Intacct? All of it is read back, and every record held against its posting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.flows.contents import INVOICE, OWED
from ml_connector.flows.ports import Finance
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
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.orders.order_chain import UNPOSTED
from ml_connector.records.documents import StoredDocument
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Store

_READ_AT_ONCE: Final = 1000
_Made = BillFound | Adjustment | Payment | JournalEntry | PurchasingDocument
_Place = tuple[str, str]
"""An object of Intacct, and its key of a record."""
_OBJECTS: Final[Mapping[type, str]] = {
    ApBill: BillFound.OBJECT,
    NewAdjustment: Adjustment.OBJECT,
    NewPayment: Payment.OBJECT,
    NewJournalEntry: JournalEntry.OBJECT,
    NewPurchasing: PurchasingDocument.OBJECT,
    PurchasingChange: PurchasingDocument.OBJECT,
}
"""What each function writes."""
_NAMES: Final = {
    BillFound.OBJECT: "bill",
    Adjustment.OBJECT: "adjustment",
    Payment.OBJECT: "payment",
    JournalEntry.OBJECT: "journal entry",
    PurchasingDocument.OBJECT: "",  # its key says what it is
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What is posted of one kind."""

    posted: Decimal = Decimal(0)  #: by our record
    in_intacct: Decimal = Decimal(0)  #: as read back
    awaiting: Decimal = Decimal(
        0
    )  #: of that, what counts for nothing yet: drafts, and what waits for approval

    def plus(self, document: StoredDocument, made: Sequence[_Made]) -> "Proven":
        """With one more document, and what was made of it."""
        return Proven(
            posted=self.posted + (document.document.amount or Decimal(0)),
            in_intacct=self.in_intacct + _add_up(made),
            awaiting=self.awaiting + _add_up(each for each in made if each.state in UNPOSTED),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Posted documents against what Intacct has for them. An order is no liability, so it has no money here."""

    documents: int
    invoices: Proven  #: their bills and vendor invoices
    adjustments: Proven = Proven()  #: of credits, without signs
    differences: tuple[str, ...]  #: each names the document and what is wrong in Intacct
    deleted: tuple[
        str, ...
    ] = ()  #: drafts of goods that people took away, each with its document: nothing is wrong


def prove_posted(store: Store, finance: Finance, link: str) -> Proof:
    """Read what every posted document became back. Raises `intacct.errors`."""
    with store.begin() as work:
        documents = work.documents.list(link, status=Status.POSTED)
    invoices, adjustments = Proven(), Proven()
    differences: list[str] = []
    deleted: list[str] = []
    for first in range(0, len(documents), _READ_AT_ONCE):
        part = documents[first : first + _READ_AT_ONCE]
        with store.begin() as work:
            postings = work.postings.newest(document.id for document in part)
        found = _read_back(finance, postings.values())
        for document in part:
            stored = postings.get(document.id)
            places = [] if stored is None else _list_places(document, stored)
            away = _list_deleted(document, stored, places, found)
            deleted += [f"{_name(document)}: its draft, {_name_place(each)}, was deleted" for each in away]
            places = [each for each in places if each not in away]
            made = [found[place] for place in places if place in found]
            wrong = _compare(document, stored, places, found)
            differences += [f"{_name(document)}: {each}" for each in wrong]
            if stored is not None and isinstance(stored.posting.functions[-1], NewAdjustment):
                adjustments = adjustments.plus(document, made)
            elif document.document.set_code == INVOICE:
                invoices = invoices.plus(document, made)
    return Proof(
        documents=len(documents),
        invoices=invoices,
        adjustments=adjustments,
        differences=tuple(differences),
        deleted=tuple(deleted),
    )


def _read_back(finance: Finance, postings: Iterable[StoredPosting]) -> dict[_Place, _Made]:
    """What Intacct has of these postings: bills by vendor and number, everything else by our mark."""
    sent = [(each.posting.mark, function) for each in postings for function in each.posting.functions]
    bills = [function for _, function in sent if isinstance(function, ApBill)]
    keys = dict.fromkeys(BillKey(vendor_id=bill.vendor_id, number=bill.number) for bill in bills)
    made: list[_Made] = list(finance.find_bills(list(keys))) if keys else []
    for object_, find in (
        (Adjustment.OBJECT, finance.writing.find_adjustments),
        (Payment.OBJECT, finance.writing.find_payments),
        (JournalEntry.OBJECT, finance.writing.find_journal_entries),
        (PurchasingDocument.OBJECT, finance.writing.find_purchasing),
    ):
        marks = dict.fromkeys(mark for mark, function in sent if _OBJECTS[type(function)] == object_)
        made += find(list(marks)) if marks else ()
    return {(each.OBJECT, _get_key(each)): each for each in made}


def _get_key(made: _Made) -> str:
    return made.document_id if isinstance(made, PurchasingDocument) else str(made.record_no)


def _list_places(document: StoredDocument, stored: StoredPosting) -> list[_Place]:
    """Where what was made of it is to be found."""
    keys = (*stored.keys, document.intacct_key)
    written = zip(stored.posting.functions, keys, strict=False)
    return list(dict.fromkeys((_OBJECTS[type(function)], key) for function, key in written))


def _list_deleted(
    document: StoredDocument,
    stored: StoredPosting | None,
    places: Sequence[_Place],
    found: Mapping[_Place, _Made],
) -> list[_Place]:
    """Drafts of notices and confirmations that are gone: people delete them where an invoice takes their place, and
    nobody ever owed them.
    """
    if stored is None or document.document.set_code in OWED:
        return []
    written = zip(stored.posting.functions, places, strict=False)
    drafts = [place for made, place in written if isinstance(made, ApBill) and made.action == "Draft"]
    return [place for place in drafts if place not in found]


def _add_up(made: Iterable[_Made]) -> Decimal:
    return sum(map(_find_worth, made), start=Decimal(0))


def _find_worth(made: _Made) -> Decimal:
    """What it comes to; an adjustment without the sign, which its company decides about."""
    total = None if isinstance(made, JournalEntry) else made.total
    return abs(total or Decimal(0)) if isinstance(made, Adjustment) else total or Decimal(0)


def _compare(
    document: StoredDocument,
    stored: StoredPosting | None,
    places: Sequence[_Place],
    found: Mapping[_Place, _Made],
) -> Iterator[str]:
    if stored is None:
        yield "it is posted, but its posting is gone from the store"
        return
    if not stored.intact:
        yield "its posting was changed in the store after it was planned"
    for place in places:
        if place not in found:
            by = "" if place[0] == BillFound.OBJECT else " with our mark"
            yield f"{_name_place(place)}{by} is not in Intacct any more"
    for function, place in zip(stored.posting.functions, places, strict=False):
        there = found.get(place)
        if isinstance(function, ApBill | NewAdjustment) and isinstance(there, BillFound | Adjustment):
            yield from _compare_payable(document, stored.posting.mark, function, there)
    made = [found[place] for place in places if place in found]
    bought = [each for each in made if isinstance(each, PurchasingDocument)]
    if document.document.set_code == INVOICE and bought and _add_up(bought) != document.document.amount:
        there_ = ", ".join(sorted(each.document_id for each in bought))
        yield f"{there_} is {_add_up(bought)} in Intacct and was posted as {document.document.amount}"
    yield from _compare_paid(document, [each for each in made if isinstance(each, Payment)])


def _compare_paid(document: StoredDocument, payments: Sequence[Payment]) -> Iterator[str]:
    """What a remittance was for."""
    for each in payments:
        if each.total != document.document.amount:
            place = _name_place((each.OBJECT, str(each.record_no)))
            yield f"{place} is {each.total} in Intacct and was posted as {document.document.amount}"


def _compare_payable(
    document: StoredDocument, mark: str, sent: ApBill | NewAdjustment, there: BillFound | Adjustment
) -> Iterator[str]:
    """A bill or an adjustment; that of an invoice or credit is worth as much as the document."""
    place, amount = _name_place((there.OBJECT, str(there.record_no))), document.document.amount
    said = abs(sent.total) if isinstance(sent, NewAdjustment) else sent.total
    if document.document.set_code in OWED and said != amount:
        yield f"its posting is {said}, the document {amount}"
    if there.total != sent.total:
        yield f"{place} is {there.total} in Intacct and was posted as {sent.total}"
    if not there.description.rstrip().endswith(mark):
        yield f"{place} does not carry our mark; its description is {there.description!r}"


def _name_place(place: _Place) -> str:
    object_, key = place
    return f"{_NAMES[object_]} {key}".lstrip()


def _name(document: StoredDocument) -> str:
    return f"document #{document.id} {document.document.key.number} ({document.document.document_key})"
