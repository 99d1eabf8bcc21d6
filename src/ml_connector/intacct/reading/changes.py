"""What changed since the last time: a watermark with an overlap, and nothing told twice or overlooked."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, Self, TypeVar

from ml_connector.intacct.objects import AuditEntry, Entry, Readable
from ml_connector.intacct.paging import read_all
from ml_connector.intacct.query import Filter, any_of, compare
from ml_connector.intacct.results import Page, Row

MODIFIED: Final = "WHENMODIFIED"
#: A record becomes visible some time after its time stamp was taken.
OVERLAP: Final = dt.timedelta(minutes=10)
#: Field changes reach the audit trail up to two hours late (Intacct help, 'Audit trail').
AUDIT_LAG: Final = dt.timedelta(hours=2)

_R = TypeVar("_R", bound=Readable)
_ROOM = 10_000
_RECORD_NO = re.compile("([0-9]+)(--REC)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One state of a record that was told: time stamps have whole seconds only, so its content counts too."""

    record_no: int
    modified: dt.datetime | None
    content: str = field(repr=False)  #: a digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """How far a reading came. Keep it for the next one; make nothing of it by yourself."""

    #: the latest WHENMODIFIED, or when the first page was asked for if that is sooner; None when no record had any
    time: dt.datetime | None
    seen: frozenset[Seen] = field(default_factory=frozenset, repr=False)  #: what the overlap will meet again

    def wanted(self, overlap: dt.timedelta) -> Filter | None:
        """What has to be read; None for everything."""
        return None if self.time is None else changed_after(self.time - overlap)


def changed_after(time: dt.datetime) -> Filter | None:
    """Changed at or after a time, or without a time stamp: then nobody can say that it was not."""
    return any_of(compare(MODIFIED, "greaterthanorequalto", time), compare(MODIFIED, "isnull"))


class Changes(Generic[_R]):
    """The changed records, to be iterated once, and then the watermark for the next time."""

    def __init__(
        self,
        fetch: Callable[[int], Page],
        make: Callable[[Row], Entry[_R]],
        *,
        key: str,
        since: Watermark | None,
        overlap: dt.timedelta,
    ) -> None:
        self._fetch = fetch
        self._key = key
        self._make = make
        self._before = since or Watermark(time=None)
        self._overlap = overlap
        self._latest = self._before.time
        self._asked: dt.datetime | None = None
        self._seen: set[Seen] = set()
        self._room = _ROOM
        self._ended = False

    @property
    def watermark(self) -> Watermark:
        """Raises RuntimeError before the end was reached: what was not read would never be told."""
        if not self._ended:
            raise RuntimeError("read the changes to their end before you take the watermark")
        return Watermark(time=self._latest, seen=frozenset(self._seen))

    def __iter__(self) -> Iterator[Entry[_R]]:
        for row in read_all(self._fetch_page, key=self._key):
            entry = self._make(row)
            state = Seen(record_no=row.record_no, modified=entry.modified, content=_digest(row))
            self._note(state)
            if state not in self._before.seen:
                yield entry
        self._forget()
        self._ended = True

    def _fetch_page(self, after: int) -> Page:
        page = self._fetch(after)
        self._asked = self._asked or page.asked
        return page

    def _note(self, state: Seen) -> None:
        """A page that was read before may have changed since: no further than to its time did this reading come."""
        reached = min(filter(None, (state.modified, self._asked)), default=None) if state.modified else None
        if reached and (self._latest is None or reached > self._latest):
            self._latest = reached
        self._seen.add(state)
        if len(self._seen) > self._room:
            self._forget()
            self._room = max(_ROOM, 2 * len(self._seen))

    def _forget(self) -> None:
        """Drop what the next overlap will not meet."""
        if self._latest:
            edge = self._latest - self._overlap
            self._seen = {state for state in self._seen if state.modified is None or state.modified >= edge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """An entry of the audit trail about a deleted record."""

    audit_id: int
    object: str  #: in lower case
    key: str  #: as the trail names the record
    record_no: int | None  #: read from the key where that is what it is
    time: dt.datetime | None
    user_id: str

    @classmethod
    def from_audit(cls, entry: AuditEntry) -> Self:
        number = _RECORD_NO.fullmatch(entry.key)
        return cls(
            audit_id=entry.record_no,
            object=entry.object_type,
            key=entry.key,
            record_no=int(number[1]) if number else None,
            time=entry.time,
            user_id=entry.user_id,
        )


def _digest(row: Row) -> str:
    text = "\0".join(f"{name}={value}" for name, value in sorted(row.values.items()))
    return hashlib.sha256(text.encode()).hexdigest()
