"""What is to be sent to Intacct for a document, and everything it rests on."""

from dataclasses import dataclass
from datetime import datetime

from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.records.keys import Target
from ml_connector.records.provenance import Reason

Function = (
    ApBill | NewAdjustment | NewPayment | NewJournalEntry | NewPurchasing | PurchasingChange | RecordDeletion
)
"""What one call writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """The versions a posting was planned with: the same pins give the same bytes."""

    rules: int
    reference: int
    parser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    control_id: str  #: of its first function
    revision: int
    target: Target
    mark: str  #: the document key, found again in a record's DESCRIPTION, a journal entry's REFERENCENO, a transaction's MESSAGE
    functions: tuple[Function, ...]  #: sent one after the other, each once the one before it is in Intacct
    provenance: tuple[Reason, ...]
    pins: Pins


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPosting:
    """A posting as the store keeps it, with the story of the sendings of the function whose turn it is."""

    id: int
    document_id: int
    posting: Posting
    keys: tuple[str, ...]  #: Intacct's, of the functions it has by now
    sent_count: int  #: how often an intent to send was written
    sent_at: datetime | None  #: no byte of the last sending can have left after this moment
    looks: int  #: how many of the read-back times have been used since then
    next_look: datetime | None
    intact: bool  #: False when the stored functions are not those that were planned
    refusal: str  #: Intacct's words, when it has refused a sending; after the first they must be verified
    attachment: str  #: Intacct's id of the attachment that its records name; empty where they name none
    unattached: str  #: why they name none, though they were to
    size: int  #: of the functions' canonical bytes
    body_sha256: str  #: of what was planned

    @property
    def function(self) -> Function:
        """The one whose turn it is; the last one when Intacct has them all."""
        functions = self.posting.functions
        return functions[min(len(self.keys), len(functions) - 1)]

    @property
    def control_id(self) -> str:
        """Under which that one is sent."""
        return f"{self.posting.control_id}:{len(self.keys) + 1}" if self.keys else self.posting.control_id

    @property
    def is_last(self) -> bool:
        """Whether Intacct has all of them once it has that one."""
        return len(self.keys) + 1 >= len(self.posting.functions)
