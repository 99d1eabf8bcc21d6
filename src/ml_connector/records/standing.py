"""Where things stand, added up."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ml_connector.records.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSum:
    """Documents of a link that are not done with: of one status, kind and currency."""

    link: str
    status: Status
    kind: str  #: `debit`, `credit`, or empty for documents without money
    currency: str  #: as the documents say it; empty for that of the company
    documents: int
    amount: Decimal
    oldest: datetime  #: when the file of the oldest was received


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSum:
    """Exchanges of a link with one of its systems."""

    link: str
    system: str
    flow: str
    ok: bool
    requests: int
    milliseconds: int
    api_transactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSlot:
    """A turn at a company's gateway."""

    company: str
    job: str  #: the name of its run
    holder: str
