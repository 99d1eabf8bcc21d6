"""What is owed as of a day and not in the ledger by then, by entity, currency and account, and goods not invoiced."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from ml_connector.app.receipts import Receipts, Uninvoiced
from ml_connector.flows.contents import OWED
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.parts import NO_DIMENSIONS
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.ledger_states import is_in_ledger
from ml_connector.mapping.named_records import NamedLine, list_lines
from ml_connector.mapping.routes.accruals_to_journal import Owed
from ml_connector.records.documents import Filter, StoredDocument
from ml_connector.records.followed import GONE, Followed
from ml_connector.records.posting import Function, StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Store

_AT_ONCE: Final = 500
_OPEN: Final = frozenset({Status.READ, Status.READY, Status.SENDING, Status.IN_DOUBT, Status.HELD})
_SIDES: Final = ("debit", "credit")


class Apart(StrEnum):
    """Why a document is in no sum."""

    UNDATED = "without a date"
    UNPRICED = "without an amount or a sign"
    UNSEEN = "posted, not seen in Intacct yet"
    PARTLY = "several records, of which a part may be in the ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual:
    """What is to be accrued at one place: of a document that has lines, each line at its own."""

    entity: str | None  #: empty for the top level; None for documents that were never planned
    currency: str
    account: str  #: or account label; empty where the posting names none, as for items and taxes
    invoiced: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)  #: without sign


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualTotal:
    """All of a currency; or, with the reason, what of it was left out of the sums."""

    currency: str
    why: str = ""
    documents: int = 0
    invoiced: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualReport:
    link: str
    as_of: dt.date
    rows: tuple[Accrual, ...]
    totals: tuple[AccrualTotal, ...]
    apart: tuple[AccrualTotal, ...]
    receipts: tuple[Uninvoiced, ...] = ()  #: goods that came and were not invoiced by then


_Sum = TypeVar("_Sum", Accrual, AccrualTotal)


@dataclass(slots=True)
class _Sums:
    """The report while it is added up."""

    rows: dict[tuple[str | None, str, str], Accrual] = field(default_factory=dict)
    totals: dict[tuple[str, str], AccrualTotal] = field(default_factory=dict)
    owed: dict[tuple[str, Owed], Decimal] = field(default_factory=dict)  #: by currency and place

    def count(self, document: StoredDocument, currency: str, why: str) -> None:
        known = self.totals.setdefault((currency, why), AccrualTotal(currency=currency, why=why))
        known = replace(known, documents=known.documents + 1)
        self.totals[currency, why] = _add(known, document, document.document.amount or Decimal(0))

    def accrue(self, document: StoredDocument, currency: str, posting: StoredPosting | None) -> None:
        entity = None if posting is None else posting.posting.target.entity
        for account, share in _split(document, posting):
            place = (entity, currency, account)
            known = self.rows.setdefault(place, Accrual(entity=entity, currency=currency, account=account))
            self.rows[place] = _add(known, document, share.amount)
            self.owe(share, entity, currency, is_credit=document.document.key.kind == "credit")

    def owe(self, share: Owed, entity: str | None, currency: str, *, is_credit: bool) -> None:
        place = replace(share.dimensions, location_id=share.dimensions.location_id or entity or None)
        key = (currency, replace(share, amount=Decimal(0), dimensions=place))
        self.owed[key] = self.owed.get(key, Decimal(0)) + (-share.amount if is_credit else share.amount)


def report_accruals(store: Store, link: str, *, base_currency: str, as_of: dt.date) -> AccrualReport:
    """As `gather_accruals`, for people to read."""
    return gather_accruals(store, link, base_currency=base_currency, as_of=as_of)[0]


def gather_accruals(
    store: Store, link: str, *, base_currency: str, as_of: dt.date
) -> tuple[AccrualReport, tuple[Owed, ...]]:
    """Invoices and credits dated on or before a day that were not in the ledger by its end, as known now.

    That is what is not posted and not closed either, what awaits approval, and what was posted with a later date. What
    cannot be told is counted apart. Goods that came on receivers of ours and no invoice has come for stand beside it.
    And where all of it in the currency of the books would be booked.
    """
    sums, receipts = _Sums(), Receipts(as_of=as_of, currency=base_currency)
    with store.begin() as work:
        ids = work.documents.list_ids(link, Filter(statuses=_OPEN | {Status.POSTED}))
    for first in range(0, len(ids), _AT_ONCE):
        with store.begin() as work:
            found = work.documents.get(ids[first : first + _AT_ONCE]).values()
            receipts.read(work, found)
            owed = {each.id: each for each in found if _is_owed(each, as_of)}
            postings = work.postings.newest(owed, reasons=False)
            followed = work.followed.list_of(owed)
        for document in owed.values():
            posting = postings.get(document.id)
            why = _judge(document, posting, followed.get(document.id, ()), as_of)
            if why is None:
                continue
            currency = document.document.currency or base_currency
            sums.count(document, currency, why)
            if not why:
                sums.accrue(document, currency, posting)
    report = AccrualReport(
        link=link,
        as_of=as_of,
        rows=tuple(sorted(sums.rows.values(), key=_place)),
        totals=tuple(total for (_, why), total in sorted(sums.totals.items()) if not why),
        apart=tuple(total for (_, why), total in sorted(sums.totals.items()) if why),
        receipts=receipts.list_uninvoiced(),
    )
    invoiced = (
        replace(owed, amount=amount)
        for (currency, owed), amount in sums.owed.items()
        if currency == base_currency and amount
    )
    return report, (*invoiced, *receipts.list_owed())


def _add(known: _Sum, document: StoredDocument, amount: Decimal) -> _Sum:
    if document.document.key.kind == "credit":
        return replace(known, credited=known.credited + amount)
    return replace(known, invoiced=known.invoiced + amount)


def _is_owed(document: StoredDocument, as_of: dt.date) -> bool:
    content = document.document
    return (
        content.set_code in OWED
        and document.status in _OPEN | {Status.POSTED}
        and (content.date is None or content.date <= as_of)
    )


def _judge(
    document: StoredDocument, posting: StoredPosting | None, followed: Sequence[Followed], as_of: dt.date
) -> str | None:
    """Why it is counted apart; empty for what is to be accrued, None for what is in the ledger."""
    functions = () if posting is None else posting.posting.functions
    in_ledger: bool | None = False
    if document.status is Status.POSTED and not _is_dated_later(functions, as_of):
        in_ledger = is_in_ledger(followed)
        is_torn = in_ledger is False or any(each.trouble in GONE for each in followed)
        if len(functions) > 1 and is_torn:
            return Apart.PARTLY
        if in_ledger:
            return None
    if document.document.date is None:
        return Apart.UNDATED
    if document.document.amount is None or document.document.key.kind not in _SIDES:
        return Apart.UNPRICED
    if document.status is not Status.POSTED and posting is not None and posting.keys:
        return Apart.PARTLY
    return Apart.UNSEEN if in_ledger is None else ""


def _is_dated_later(functions: Iterable[Function], as_of: dt.date) -> bool:
    """Whether all that was written counts in the ledger from a later day on only."""
    days = [_find_posting_date(function) for function in functions]
    return bool(days) and all(day is not None and day > as_of for day in days)


def _find_posting_date(function: Function) -> dt.date | None:
    match function:
        case ApBill(posting_date=day) | NewJournalEntry(date=day):
            return day
        case NewAdjustment(posting_date=day, date=usual) | NewPurchasing(posting_date=day, date=usual):
            return day or usual
        case _:
            return None


def _split(document: StoredDocument, posting: StoredPosting | None) -> Iterator[tuple[str, Owed]]:
    """The document's amount by account or label: as its posting books it, if that is of the same amount."""
    amount = document.document.amount or Decimal(0)
    shares = [
        share
        for function in (() if posting is None else posting.posting.functions)
        for share in _list_shares(function, document.document.key.kind, amount)
    ]
    left = amount - sum(share.amount for _, share in shares)
    yield from ((name, share) for name, share in (*shares, ("", _owe("", left))) if share.amount)


def _list_shares(function: Function, kind: str, amount: Decimal) -> Iterator[tuple[str, Owed]]:
    match function:
        case ApBill() | NewAdjustment() if abs(function.total) == amount:
            sign = -1 if function.total < 0 else 1
            labels = [line.account_label or "" for line in function.lines]
            amounts = [sign * line.amount for line in function.lines]
            for label, each, named in zip(labels, amounts, list_lines(function), strict=True):
                yield named.account or label, _owe(named.account, each, named)
        case NewJournalEntry(lines=entries):
            own = [
                (entry, named)
                for entry, named in zip(entries, list_lines(function), strict=True)
                if entry.side == kind
            ]
            if sum(entry.amount for entry, _ in own) == amount:
                yield from (
                    (entry.account_no, _owe(entry.account_no, entry.amount, named)) for entry, named in own
                )
        case _:
            return


def _owe(account: str, amount: Decimal, named: NamedLine | None = None) -> Owed:
    return Owed(
        account=account,
        amount=amount,
        dimensions=NO_DIMENSIONS if named is None else named.dimensions,
        own=() if named is None else named.own,
        memo="invoiced, not in the ledger",
    )


def _place(row: Accrual) -> tuple[str, bool, str, str]:
    return row.currency, row.entity is None, row.entity or "", row.account
