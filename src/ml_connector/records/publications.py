"""Files of reference data on their way to Cleo."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PublicationStatus(StrEnum):
    """The state of a publication."""

    PREPARED = "prepared"  #: its bytes are stored; whether Cleo has them is not known
    PUBLISHED = "published"  #: Cleo has them


class ActionStatus(StrEnum):
    """What became of the action that is to run after a publication."""

    NONE = ""  #: none is to run
    DUE = "due"
    ASKED = "asked"  #: Cleo was asked to run it, and has not answered
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"  #: Cleo was asked, and whether it ran is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """A file whose bytes are stored and that is to be uploaded."""

    link: str
    kind: str  #: the table, such as `vendors`
    form: str  #: `csv` or `jsonl`
    from_version: int | None  #: version of our copy it begins from; None when it is full
    upto_version: int
    shape: str  #: differs when settings make another file of the same data
    selection: str  #: which rows the settings chose, as JSON
    file: str
    length: int
    sha256: str
    upserts: int
    deletes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPublication:
    id: int
    new: NewPublication
    status: PublicationStatus
    reason: str  #: why the last attempt failed
    attempts: int
    at: datetime
    published_at: datetime | None
    remote_id: str
    action: ActionStatus
