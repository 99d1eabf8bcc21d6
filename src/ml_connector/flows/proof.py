"""Is what we call posted really in Intacct? All of it is read back, and every bill held against its posting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.flows.ports import Finance
from ml_connector.flows.reading import INVOICE
from ml_connector.intacct.objects import BillFound, BillKey, PurchasingDocument
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.order_chain import UNPOSTED
from ml_connector.records.documents import StoredDocument
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Store

_READ_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Posted documents against what Intacct has for them. Money is that of invoices: an order is no liability."""

    documents: int
    posted: Decimal  #: the sum of the invoices, by our record
    in_intacct: Decimal  #: the sum of their bills and vendor invoices, as read back
    awaiting: Decimal  #: of that, what is no liability yet: drafts, and what waits for approval
    differences: tuple[str, ...]  #: each names the document and what is wrong in Intacct


def prove_posted(store: Store, finance: Finance, link: str) -> Proof:
    """Read what every posted document became back. Raises `intacct.errors`."""
    with store.begin() as work:
        documents = work.documents.list(link, status=Status.POSTED)
    posted = found = awaiting = Decimal(0)
    differences: list[str] = []
    for first in range(0, len(documents), _READ_AT_ONCE):
        part = documents[first : first + _READ_AT_ONCE]
        with store.begin() as work:
            postings = work.postings.newest(document.id for document in part)
        bills = _read_bills(finance, postings)
        marked = _read_marked(finance, postings)
        for document in part:
            stored = postings.get(document.id)
            made: Sequence[BillFound | PurchasingDocument]
            if stored is not None and not isinstance(stored.function, ApBill):
                made = parts = [marked[key] for key in _list_keys(document, stored) if key in marked]
                differences += _compare_documents(document, stored, parts)
            else:
                bill = bills.get(document.intacct_key)
                made = [] if bill is None else [bill]
                differences += _compare(document, stored, bill)
            if document.document.set_code == INVOICE:
                posted += document.document.amount or Decimal(0)
                found += _add_up(made)
                awaiting += _add_up(each for each in made if each.state in UNPOSTED)
    return Proof(
        documents=len(documents),
        posted=posted,
        in_intacct=found,
        awaiting=awaiting,
        differences=tuple(differences),
    )


def _read_bills(finance: Finance, postings: Mapping[int, StoredPosting]) -> dict[str, BillFound]:
    sent = [stored.function for stored in postings.values() if isinstance(stored.function, ApBill)]
    keys = dict.fromkeys(BillKey(vendor_id=bill.vendor_id, number=bill.number) for bill in sent)
    return {str(bill.record_no): bill for bill in finance.find_bills(list(keys))} if keys else {}


def _read_marked(finance: Finance, postings: Mapping[int, StoredPosting]) -> dict[str, PurchasingDocument]:
    """The purchasing transactions that carry the mark of one of these postings, by their ids."""
    others = (stored for stored in postings.values() if not isinstance(stored.function, ApBill))
    marks = list(dict.fromkeys(stored.posting.mark for stored in others))
    found = finance.writing.find_purchasing(marks) if marks else ()
    return {document.document_id: document for document in found}


def _list_keys(document: StoredDocument, stored: StoredPosting) -> Sequence[str]:
    return tuple(dict.fromkeys((*stored.keys, document.intacct_key)))


def _add_up(made: Iterable[BillFound | PurchasingDocument]) -> Decimal:
    return sum((each.total or Decimal(0) for each in made), start=Decimal(0))


def _compare_documents(
    document: StoredDocument, stored: StoredPosting, made: Sequence[PurchasingDocument]
) -> Iterator[str]:
    there, amount = {each.document_id for each in made}, document.document.amount
    for key in _list_keys(document, stored):
        if key not in there:
            yield f"{_name(document)}: no {key} with our mark is in Intacct any more"
    if document.document.set_code == INVOICE and made and _add_up(made) != amount:
        yield f"{_name(document)}: {', '.join(sorted(there))} is {_add_up(made)} in Intacct and was posted as {amount}"
    if not stored.intact:
        yield f"{_name(document)}: its posting was changed in the store after it was planned"


def _add_lines(stored: StoredPosting) -> Decimal:
    bill = stored.function
    return (
        sum((line.amount for line in bill.lines), start=Decimal(0))
        if isinstance(bill, ApBill)
        else Decimal(0)
    )


def _name(document: StoredDocument) -> str:
    return f"document #{document.id} {document.document.key.number} ({document.document.document_key})"


def _compare(document: StoredDocument, stored: StoredPosting | None, bill: BillFound | None) -> Iterator[str]:
    what = _name(document)
    if stored is None:
        yield f"{what}: it is posted, but its posting is gone from the store"
        return
    if not stored.intact:
        yield f"{what}: its posting was changed in the store after it was planned"
    said = document.document.amount if document.document.set_code == INVOICE else _add_lines(stored)
    if _add_lines(stored) != said:
        yield f"{what}: its posting is {_add_lines(stored)}, the invoice {said}"
    if bill is None:
        yield f"{what}: bill {document.intacct_key} is not in Intacct any more"
        return
    if bill.total != said:
        yield f"{what}: bill {bill.record_no} is {bill.total} in Intacct and was posted as {said}"
    if not bill.description.rstrip().endswith(stored.posting.mark):
        yield f"{what}: bill {bill.record_no} does not carry our mark; its description is {bill.description!r}"
