"""What the books of Intacct and the documents of EDI do not have in common, by vendor and month."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ml_connector.flows.contents import OWED
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Bill
from ml_connector.intacct.query import all_of, compare
from ml_connector.mapping.ledger_states import is_in_ledger, is_void
from ml_connector.records.documents import Filter, StoredDocument
from ml_connector.records.followed import Followed
from ml_connector.records.status import Status
from ml_connector.store import Store

_AT_ONCE: Final = 500
_ELSEWHERE: Final = frozenset({Status.DUPLICATE})  # its money stands in another document
SEEN_AWAITING: Final = "posted, awaiting approval"
NOT_SEEN: Final = "posted, not seen in Intacct yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Bills, or documents, of one vendor and month that the other side does not have."""

    vendor: str  #: empty for documents whose vendor is not known
    vendor_name: str
    month: dt.date | None  #: its first day; None for documents without a date
    what: str  #: the state the bill is in, or where the document stands
    currency: str
    count: int
    amount: Decimal
    sample: str  #: the number of one of them


def list_other_bills(run: Run, since: dt.date) -> tuple[Gap, ...]:
    """Bills dated on or after a day, of vendors who send us EDI, that no document of ours became.

    Raises `intacct.errors`.
    """
    with run.store.begin() as work:
        vendors = work.followed.list_vendors(run.link.name)
    gaps: dict[tuple[str, dt.date | None, str, str], Gap] = {}
    for first in range(0, len(vendors), _AT_ONCE):
        for bill in _list_bills(run, vendors[first : first + _AT_ONCE], since):
            gap = Gap(
                vendor=bill.vendor_id,
                vendor_name=bill.vendor_name,
                month=_find_month(bill.date),
                what=bill.state,
                currency=bill.currency,
                count=1,
                amount=_first(bill.total, bill.total_base),
                sample=bill.number,
            )
            _add(gaps, gap)
    return _sort(gaps)


def _list_bills(run: Run, vendors: Sequence[str], since: dt.date) -> Iterator[Bill]:
    dated = compare("WHENCREATED", "greaterthanorequalto", since)
    where = all_of(compare("VENDORID", "in", *vendors), dated)
    found = [entry.record for entry in run.finance.reading.list_records(Bill, where=where)]
    with run.store.begin() as work:
        keys = [str(bill.record_no) for bill in found]
        ours = work.followed.list_known(run.link.company, Bill.OBJECT, keys)
    yield from (bill for bill in found if str(bill.record_no) not in ours and not is_void(bill.state))


def list_not_in_ledger(store: Store, link: str, *, base_currency: str, since: dt.date) -> tuple[Gap, ...]:
    """Invoices and credits dated on or after a day that are not in the ledger, as Intacct was seen last."""
    gaps: dict[tuple[str, dt.date | None, str, str], Gap] = {}
    with store.begin() as work:
        ids = work.documents.list_ids(link, Filter(since=since))
    for first in range(0, len(ids), _AT_ONCE):
        with store.begin() as work:
            documents = work.documents.get(ids[first : first + _AT_ONCE])
            followed = work.followed.list_of(documents)
        for document in documents.values():
            what = _say_where(document, followed)
            if what:
                _add(gaps, _describe(document, what, base_currency))
    return _sort(gaps)


def _say_where(document: StoredDocument, followed: Mapping[int, Sequence[Followed]]) -> str:
    """Where an invoice or credit stands that is not in the ledger; empty for all others."""
    if document.document.set_code not in OWED or document.status in _ELSEWHERE:
        return ""
    if document.status is not Status.POSTED:
        return str(document.status).replace("_", " ")
    match is_in_ledger(followed.get(document.id, ())):
        case True:
            return ""
        case False:
            return SEEN_AWAITING
        case _:
            return NOT_SEEN


def _describe(document: StoredDocument, what: str, base_currency: str) -> Gap:
    content = document.document
    return Gap(
        vendor=document.vendor,
        vendor_name=document.vendor_name or content.partner_name or content.sender,
        month=_find_month(content.date),
        what=what,
        currency=content.currency or base_currency,
        count=1,
        amount=_first(content.amount),
        sample=content.key.number,
    )


def _first(*amounts: Decimal | None) -> Decimal:
    return next((amount for amount in amounts if amount is not None), Decimal(0))


def _find_month(day: dt.date | None) -> dt.date | None:
    return None if day is None else day.replace(day=1)


def _add(gaps: dict[tuple[str, dt.date | None, str, str], Gap], gap: Gap) -> None:
    place = (gap.vendor or gap.vendor_name, gap.month, gap.what, gap.currency)
    known = gaps.get(place)
    if known is not None:
        gap = replace(known, count=known.count + 1, amount=known.amount + gap.amount)
    gaps[place] = gap


def _sort(gaps: Mapping[tuple[str, dt.date | None, str, str], Gap]) -> tuple[Gap, ...]:
    def place(gap: Gap) -> tuple[str, dt.date, str, str]:
        return (gap.vendor, gap.month or dt.date.min, gap.what, gap.currency)

    return tuple(sorted(gaps.values(), key=place))
