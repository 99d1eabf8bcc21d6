"""What a cancellation undoes in Intacct: a draft of ours that is as it was sent, and that nobody has touched since.

It is deleted. What was submitted, posted, changed, converted or deleted there is left to people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from ml_connector.intacct.objects import Adjustment, Bill, PurchasingDocument
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.duplicates.earlier import is_same_number
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need

Undoable = ApBill | NewAdjustment | NewPurchasing
"""What makes a record that can be deleted: neither a change of one nor an entry of a journal."""
_Record = Bill | Adjustment | PurchasingDocument
_DRAFT: Final = "draft"
_NAMES: Final = {"APBILL": "bill ", "APADJUSTMENT": "adjustment ", "PODOCUMENT": ""}
_SLACK: Final = timedelta(minutes=1)  # between Intacct's time stamp and ours of its answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The one record that a document became, as it was sent."""

    original: StoredDocument
    function: Undoable
    entity: str  #: the session that it was written in

    @property
    def object(self) -> Literal["APBILL", "APADJUSTMENT", "PODOCUMENT"]:
        """What Intacct calls the object it made."""
        match self.function:
            case ApBill():
                return "APBILL"
            case NewAdjustment():
                return "APADJUSTMENT"
            case _:
                return "PODOCUMENT"

    @property
    def name(self) -> str:
        """For people: the record in Intacct."""
        return f"{_NAMES[self.object]}{self.original.intacct_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The record as Intacct has it now."""

    record: _Record
    modified: datetime | None  #: its time stamp
    untouched_for: timedelta | None  #: by Intacct's clock; None for what was never changed
    posted_for: timedelta  #: how long we have had Intacct's answer, by ours


def name_deleted(function: RecordDeletion) -> str:
    """For people: what is to go, or is gone."""
    return f"{_NAMES[function.object]}{function.key}"


def plan_deletion(sent: Sent, seen: Seen | None) -> RecordDeletion | str:
    """The deletion of a draft that nobody has touched, or why the record is left to people."""
    if seen is None:
        return f"{sent.name} is not in Intacct any more"
    record = seen.record
    if record.state.casefold() != _DRAFT:
        return f"{sent.name} is {record.state} there and no draft"
    if _is_changed(seen) or not _is_as_sent(sent, record):
        return f"{sent.name} was changed there after it was sent"
    return RecordDeletion(
        object=sent.object,
        record_no=record.record_no,
        key=sent.original.intacct_key,
        rests_on=take_fingerprint(record, seen.modified),
    )


def take_fingerprint(record: _Record, modified: datetime | None) -> str:
    """What a record says now, with its time stamp: it is deleted only while it still says the same."""
    stamp = modified.isoformat() if modified is not None else ""
    return f"{record.state}/{_read_total(record)}/{stamp}"


def _is_changed(seen: Seen) -> bool:
    """Whether its time stamp is later than our answer; each is told by the clock that it was written by."""
    return seen.untouched_for is not None and seen.untouched_for + _SLACK < seen.posted_for


def _is_as_sent(sent: Sent, record: _Record) -> bool:
    """Whether vendor, number, date, total and mark agree; what was not sent may be anything."""
    function, mark = sent.function, sent.original.document.document_key
    text = record.message if isinstance(record, PurchasingDocument) else record.description
    same_number = function.number is None or is_same_number(function.number, record.number)
    same_total = function.total is None or function.total == _read_total(record)
    same = (function.vendor_id, function.date) == (record.vendor_id, record.date)
    return mark in text.split() and same_number and same_total and same


def _read_total(record: _Record) -> Decimal | None:
    """In the record's currency; companies with one currency tell that of the books alone."""
    if isinstance(record, PurchasingDocument) or record.total is not None:
        return record.total
    return record.total_base


def name_agreement(sent: Sent) -> str:
    """Under which a person agrees, without the partner: to this very record, and to no other."""
    key = sent.original.document.key
    return f"{key.set_code}/{key.number}/{sent.original.intacct_key}"


def ask_agreement(sent: Sent, partner: str) -> Need:
    """What a person has to agree to before anything is deleted."""
    original = sent.original
    content = original.document
    money = f" of {content.amount:.2f} {content.currency}".rstrip() if content.amount is not None else ""
    reason = (
        f"{content.set_code} {content.key.number} cancels document #{original.id} {content.document_key}{money}: "
        f"{sent.name} in Intacct is the draft that was made of it, and nobody has touched that; "
        f"answer `{AGREED}` to have it deleted, or reject this"
    )
    return Need(kind="cancellation", subject=f"{partner}/{name_agreement(sent)}", reason=reason)
