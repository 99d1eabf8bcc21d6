"""Rows of our copy of Intacct's reference, what changed in them, and changes that wait for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRow:
    """One record of Intacct: its kind and id, its fields, and other names it can be found by.

    An alias beginning `tax:` is stored as a keyed hash only, and not at all without a key.
    """

    kind: str
    key: str
    body: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()  #: fields with the value approved before, while Intacct has another

    @property
    def record_no(self) -> int:
        """Intacct's own number of the record; 0 where the copy does not keep it."""
        return int(self.body.get("record_no", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """What became of a row between two states of the copy; None where there was or is none."""

    kind: str
    key: str
    before: ReferenceRow | None
    after: ReferenceRow | None


Decision = Literal["waiting", "approved", "declined", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A change of what money depends on, which plans do not use before a person agreed.

    `withdrawn` means that Intacct changed again before anybody did. A declined change is never used.
    """

    id: int
    company: str
    kind: str
    key: str
    says: str  #: the change in one sentence
    approved: Mapping[str, str]  #: the values plans go on with, by field
    asked: Mapping[str, str]  #: the values Intacct has now
    status: Decision
    at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """How far a kind was read, and when it was last compared with what Intacct has."""

    kind: str
    modified: datetime | None = None  #: the latest time stamp Intacct gave
    noticed_at: datetime | None = None  #: when, by our clock, we first saw it
    record_no: int = 0  #: the highest RECORDNO that was read
    last_delta: datetime | None = None
    last_full: datetime | None = None
    last_count: datetime | None = None  #: None also while a gap is being dealt with
    counted: int | None = None  #: by Intacct, at the last count
    kept: int | None = None  #: by us, at the same time
    problem: str = ""  #: why it cannot be read; empty when it can

    @property
    def gap(self) -> int:
        """How many more records Intacct counted than we had."""
        return (self.counted or 0) - (self.kept or 0)
