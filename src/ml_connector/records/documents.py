"""Files and documents as the store keeps them."""

import datetime as dt
from dataclasses import dataclass, field
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
    received_at: dt.datetime
    moved_at: dt.datetime | None  #: when it was moved out of the inbound folder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What a received file turned out to be."""

    id: int
    status: FileStatus
    reason: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftFile:
    """A file that was taken and stays in Cleo's folder, as it could not be put away."""

    id: int
    listed: str | None  #: how Cleo listed it when it was read; None when it may still have been changing then
    read_at: dt.datetime


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
    date: dt.date | None
    amount: Decimal | None  #: never negative; `key.kind` tells the direction. None when it could not be read
    currency: str  #: empty when the document does not say
    status: Status
    reason: str
    due: dt.date | None = None  #: when it is to be paid by its own terms, else its date
    discount: Decimal | None = None  #: what its terms let us keep
    discount_until: dt.date | None = None  #: the last day for that


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
    not_before: dt.datetime | None  #: a `ready` document is not sent before this moment
    updated_at: dt.datetime
    planned_rules: int | None = None  #: version of the rules it was last planned with
    planned_reference: int | None = None  #: version of our copy of Intacct's reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a document stands, and with which versions it was last planned."""

    status: Status
    planned_rules: int | None
    planned_reference: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One document's change of state, with the audit entry that goes with it.

    Fields that are None stay as they are.
    """

    id: int
    action: str  #: the audit entry's action, such as `held`
    reason: str = ""
    by: str = ""  #: who answers for it, when that is not whoever runs the program
    detail: Detail = field(default_factory=dict)
    partner_name: str | None = None
    vendor: str | None = None
    vendor_name: str | None = None
    intacct_key: str | None = None
    not_before: dt.datetime | None = None
    due: dt.date | None = None  #: known better than before
    planned_rules: int | None = None  #: version of the rules the plan was made with
    planned_reference: int | None = None  #: version of our copy of Intacct's reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which documents of a link: those for which all that is given holds."""

    statuses: frozenset[Status] = frozenset()
    partner: str = ""
    need: str = ""  #: an open need, `kind:subject`, or `kind` for all of that kind
    number: str = ""  #: `*` stands for any text
    since: dt.date | None = None  #: the document's own date
    until: dt.date | None = None
