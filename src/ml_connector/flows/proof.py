"""Is what we call posted really in Intacct? Every bill is read back and held against its posting."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.flows.ports import Finance
from ml_connector.intacct.objects import BillFound, BillKey
from ml_connector.records.documents import StoredDocument
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Store

_READ_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Posted documents against the bills Intacct has for them."""

    documents: int
    posted: Decimal  #: their sum by our record
    in_intacct: Decimal  #: the sum of their bills, as read back
    awaiting: Decimal  #: of that, bills that are no liability yet: drafts, and what waits for approval
    differences: tuple[str, ...]  #: each names the document and the bill


def prove_posted(store: Store, finance: Finance, link: str) -> Proof:
    """Read every posted document's bill back. Raises `intacct.errors`."""
    with store.begin() as work:
        documents = work.documents.list(link, status=Status.POSTED)
    posted = found = awaiting = Decimal(0)
    differences: list[str] = []
    for first in range(0, len(documents), _READ_AT_ONCE):
        part = documents[first : first + _READ_AT_ONCE]
        with store.begin() as work:
            postings = work.postings.newest(document.id for document in part)
        bills = _read_bills(finance, postings)
        for document in part:
            bill = bills.get(document.intacct_key)
            stored = postings.get(document.id)
            posted += document.document.amount or Decimal(0)
            differences += _compare(document, stored, bill)
            found += (bill.total or Decimal(0)) if bill is not None else 0
            awaiting += (
                (bill.total or Decimal(0)) if bill is not None and bill.state in {"Draft", "Submitted"} else 0
            )
    return Proof(
        documents=len(documents),
        posted=posted,
        in_intacct=found,
        awaiting=awaiting,
        differences=tuple(differences),
    )


def _read_bills(finance: Finance, postings: Mapping[int, StoredPosting]) -> dict[str, BillFound]:
    bodies = [stored.posting.body for stored in postings.values()]
    keys: Sequence[BillKey] = [BillKey(vendor_id=body.vendor_id, number=body.number) for body in bodies]
    return {str(bill.record_no): bill for bill in finance.find_bills(list(dict.fromkeys(keys)))}


def _add_lines(stored: StoredPosting) -> Decimal:
    return sum((line.amount for line in stored.posting.body.lines), start=Decimal(0))


def _compare(document: StoredDocument, stored: StoredPosting | None, bill: BillFound | None) -> Iterator[str]:
    what = f"document #{document.id} {document.document.key.number} ({document.document.document_key})"
    if stored is None:
        yield f"{what}: it is posted, but its posting is gone from the store"
        return
    if not stored.intact:
        yield f"{what}: its posting was changed in the store after it was planned"
    if _add_lines(stored) != document.document.amount:
        yield f"{what}: its posting is {_add_lines(stored)}, the invoice {document.document.amount}"
    if bill is None:
        yield f"{what}: bill {document.intacct_key} is not in Intacct any more"
        return
    if bill.total != document.document.amount:
        yield f"{what}: bill {bill.record_no} is {bill.total} in Intacct and was posted as {document.document.amount}"
    if not bill.description.rstrip().endswith(stored.posting.mark):
        yield f"{what}: bill {bill.record_no} does not carry our mark; its description is {bill.description!r}"
