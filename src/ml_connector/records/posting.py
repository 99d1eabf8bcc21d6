"""What is to be sent to Intacct for a document, and everything it rests on."""

from dataclasses import dataclass
from datetime import datetime

from ml_connector.intacct.writing.bill import ApBill
from ml_connector.records.keys import Target
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """The versions a posting was planned with: the same pins give the same bytes."""

    rules: int
    reference: int
    parser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    control_id: str
    revision: int
    target: Target
    mark: str  #: the document key, found again in Intacct's DESCRIPTION
    body: ApBill
    provenance: tuple[Reason, ...]
    pins: Pins


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPosting:
    """A posting as the store keeps it, with the story of its sendings."""

    id: int
    document_id: int
    posting: Posting
    sent_count: int  #: how often an intent to send was written
    sent_at: datetime | None  #: no byte of the last sending can have left after this moment
    looks: int  #: how many of the read-back times have been used since then
    next_look: datetime | None
    intact: bool  #: False when the stored body is not the one that was planned
    refusal: str  #: Intacct's words, when it has refused a sending; after the first they must be verified
    size: int  #: of the body's canonical bytes
    body_sha256: str  #: of what was planned
