"""One fact about one record, appended and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Detail = Mapping[str, str | int | None]
"""What an entry says beside its action: flat, so that its canonical bytes are plain to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An entry about to be written; `record` is such as `document:12` or `file:3`."""

    record: str
    action: str
    detail: Detail = field(default_factory=dict)
    by: str = ""  #: who answers for it, when that is not whoever runs the program


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A fact in its place in the record's chain: `hash` covers everything here and the entry before it."""

    record: str
    number: int  #: 1 for the record's first entry
    at: datetime
    actor: str
    action: str
    detail: Detail
    previous: str  #: the hash of the entry before, empty for the first
    hash: str
