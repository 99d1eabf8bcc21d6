"""What is missing before a document can be planned."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """One missing thing, as a key that an answer can meet: `vendor:NWSTEEL/92/0042`."""

    kind: str
    subject: str
    reason: str  #: one sentence for a person: what is wrong, with the value, and the cure

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedSum:
    """What waits for one need in one currency."""

    kind: str
    subject: str
    currency: str  #: empty for documents that name none
    reason: str  #: of one of the documents
    documents: int
    amount: Decimal | None  #: of those that state one; None where none does
    unstated: int  #: documents that state none
    discount: Decimal  #: what can still be kept of it
    discount_until: date | None  #: the first day on which some of that is lost
    since: datetime  #: when the oldest began to wait for it
    due: date | None  #: when the first is to be paid
    sample: int  #: one of the documents
