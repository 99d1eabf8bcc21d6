"""Vendors that are being created in Intacct, each once for however many documents wait for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AdditionStatus(StrEnum):
    """What became of a creation."""

    WAITING = "waiting"  #: to be sent, again after an attempt that surely did nothing
    SENDING = "sending"
    IN_DOUBT = "in_doubt"  #: it was sent, and whether Intacct has it is not known
    HELD = "held"  #: refused by Intacct, or doubted just before: for a person
    CREATED = "created"


class Approval(StrEnum):
    """Whether Intacct lets the vendor be used, where the company approves vendors."""

    NONE = ""  #: vendors need none
    AWAITED = "awaited"
    GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddition:
    """A vendor about to be created, and for which document."""

    company: str
    link: str
    document_id: int
    mark: str  #: the same for the same seller, and found again in the vendor's COMMENTS
    need: str
    digest: str  #: of all that was agreed to
    names: tuple[str, ...]  #: by which another one would be the same


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAddition:
    """A creation as the store keeps it, with the story of its sendings."""

    id: int
    company: str
    link: str
    document_id: int
    mark: str
    need: str
    digest: str
    status: AdditionStatus
    reason: str  #: why it stands there, in words for people
    revision: int  #: one more after each refusal
    vendor_id: str  #: once it is created
    record_no: str  #: as Intacct answered
    approval: Approval
    attempts: int
    not_before: datetime | None
    sent_count: int  #: how often an intent to send was written, of this revision
    sent_at: datetime | None  #: no byte of the last sending can have left after this moment
    looks: int  #: how many of the read-back times have been used since then
    next_look: datetime | None
    refusal: str  #: Intacct's words to a repeated sending, which must be verified
    updated_at: datetime
