"""Files and documents as the store keeps them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ml_connector.records.audit import Detail
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import FileStatus, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a file was taken from: the tenant's host, the folder, and the id Cleo gave it there."""

    host: str
    folder: str
    remote_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    id: int
    link: str
    origin: Origin
    length: int
    sha256: str
    status: FileStatus
    reason: str  #: why it is unreadable, or what was odd about it; empty otherwise
    received_at: datetime
    moved_at: datetime | None  #: when it was moved out of the inbound folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """Where a document's bytes are in its file, and the envelope they are read under."""

    envelope_offset: int
    group_offset: int | None
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document as the read step found it."""

    index: int  #: 0-based place in its file
    set_code: str
    slices: Slices
    sender: str  #: `ISA05/ISA06`
    group_sender: str  #: GS02
    receiver: str  #: `ISA07/ISA08`
    partner_name: str  #: empty when the sender is no partner of ours
    key: BusinessKey
    document_key: str  #: what people call it, and our mark in Intacct
    content_hash: str  #: over the content without control numbers: equal for a resent document
    date: date | None
    amount: Decimal | None  #: never negative; `key.kind` tells the direction. None when it could not be read
    currency: str  #: empty when the document does not say
    status: Status
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    id: int
    file_id: int
    link: str
    document: NewDocument
    status: Status
    reason: str
    vendor: str
    vendor_name: str
    intacct_key: str
    attempts: int
    not_before: datetime | None  #: a `ready` document is not sent before this moment
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One document's change of state, with the audit entry that goes with it.

    Fields that are None stay as they are.
    """

    id: int
    action: str  #: the audit entry's action, such as `held`
    reason: str = ""
    detail: Detail = field(default_factory=dict)
    partner_name: str | None = None
    vendor: str | None = None
    vendor_name: str | None = None
    intacct_key: str | None = None
    not_before: datetime | None = None
    planned_rules: int | None = None  #: version of the rules the plan was made with
    planned_reference: int | None = None  #: version of our copy of Intacct's reference
