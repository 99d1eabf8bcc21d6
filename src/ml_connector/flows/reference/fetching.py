"""Reading a kind of reference from Intacct into our copy: what changed, all of it, and what was deleted.

Memory does not grow with the company: one page is held at a time, and each is stored in a transaction of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from ml_connector.flows.reference.changes import note_changes
from ml_connector.flows.reference.kinds import RETRY, Kind
from ml_connector.flows.reference.rows import keep_entry, list_custom
from ml_connector.flows.reference.sources import Source
from ml_connector.flows.run import Run
from ml_connector.intacct.errors import AnswerUnreadable, PermissionDenied, RequestRejected
from ml_connector.intacct.objects import AuditEntry, Entry
from ml_connector.intacct.query import KEY_FIELD, Filter, all_of, any_of, compare
from ml_connector.records.reference import RowChange, Watermark

MODIFIED: Final = "WHENMODIFIED"
PAGE: Final = 1000
DELETIONS: Final = "(deletions)"  #: the watermark of the audit trail of Intacct
_LAG: Final = timedelta(
    hours=2, minutes=10
)  # the trail is up to two hours late (Intacct help, 'Audit trail')
_FEW: Final = 10  # so few records may really all be gone
_AT_ONCE: Final = 500


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one reading met and changed."""

    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    latest: datetime | None = None
    asked: datetime | None = None  #: for the first page
    highest: int = 0

    def note_entry(self, entry: Entry[Any]) -> None:
        self.read += 1
        self.highest = max(self.highest, entry.record_no)
        self.asked = self.asked or entry.asked
        if entry.modified is not None and (self.latest is None or entry.modified > self.latest):
            self.latest = entry.modified

    @property
    def reached(self) -> datetime | None:
        """How far it came. What changed after the first page was asked for may be missing from what was read by then."""
        if self.latest is None or self.asked is None:
            return self.latest
        return min(self.latest, self.asked)

    def note_changes(self, changes: Iterable[RowChange]) -> None:
        for change in changes:
            if change.before is None:
                self.added += 1
            elif change.after is None:
                self.removed += 1
            else:
                self.changed += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One reading of a kind on its way into the copy."""

    run: Run
    kind: Kind
    mark: Watermark
    now: datetime
    full: bool
    tally: Tally = field(default_factory=Tally)

    def merge(self, entries: Iterable[Entry[Any]]) -> None:
        """Page by page. A record that does not belong to the copy any more is taken out."""
        left = iter(entries)
        while page := list(islice(left, PAGE)):
            for entry in page:
                self.tally.note_entry(entry)
            inside = [entry for entry in page if self.kind.belongs(entry.record, self.now)]
            outside = [entry.record_no for entry in page if not self.kind.belongs(entry.record, self.now)]
            cadence = self.run.link.reference
            without = cadence.without.get(self.kind.name, ())
            rows = [
                keep_entry(
                    self.kind,
                    entry,
                    edi_fields=cadence.edi_fields,
                    approval_field=cadence.approval_field,
                    without=without,
                )
                for entry in inside
            ]
            with self.run.store.begin() as work:
                sync, company = work.reference_sync, self.run.link.company
                changes = [*sync.merge(company, rows, kind=self.kind.name, seen=self.full)]
                changes += sync.remove(company, self.kind.name, outside)
                self.note(work, changes)

    def remove_unseen(self) -> None:
        """What the whole list did not name. Raises `intacct.errors` for an empty list, where there were many."""
        if not self.tally.read:
            self._doubt_emptiness()
        self.forget()

    def forget(self) -> None:
        """All that this reading has not met."""
        company, name = self.run.link.company, self.kind.name
        while True:
            with self.run.store.begin() as work:
                gone = work.reference_sync.remove_unseen(company, name, limit=_AT_ONCE)
                self.note(work, gone)
            if len(gone) < _AT_ONCE:
                return

    def _doubt_emptiness(self) -> None:
        with self.run.store.begin() as work:
            kept = work.reference_sync.count(self.run.link.company, self.kind.name)
        if kept >= _FEW:
            raise AnswerUnreadable(
                f"{self.kind.object}: Intacct lists no record, where our copy has {kept}; that is not taken for "
                "deletion: see whether the user may still read them"
            )

    def note(self, work: Any, changes: Sequence[RowChange]) -> None:  # noqa: ANN401
        self.tally.note_changes(changes)
        if self.mark.last_full is not None:  # the first copy is no change
            note_changes(self.run, work, self.kind, changes)

    def keep_mark(self) -> None:
        """What was read need not be read again; only now, for a reading cut short has to begin anew."""
        latest = max((t for t in (self.tally.reached, self.mark.modified) if t is not None), default=None)
        mark = replace(
            self.mark,
            modified=latest,
            noticed_at=self.mark.noticed_at if latest == self.mark.modified else self.now,
            record_no=max(self.tally.highest, self.mark.record_no),
            last_delta=self.now,
            last_full=self.now if self.full else self.mark.last_full,
            problem="",
        )
        with self.run.store.begin() as work:
            work.watermarks.put(self.run.link.company, mark)


def take_delta(run: Run, kind: Kind) -> Tally:
    """What was changed or created since the last time. Raises `intacct.errors` and TurnLost."""
    reading = _begin(run, kind, full=False)
    where = _find_changed(reading.mark, run.link.reference.overlap)
    reading.merge(_list(run, kind, where))
    reading.keep_mark()
    return reading.tally


def take_full(run: Run, kind: Kind) -> Tally:
    """Everything; what Intacct does not list any more is taken out. Raises `intacct.errors` and TurnLost."""
    reading = _begin(run, kind, full=True)
    reading.merge(_list(run, kind, kind.limit(reading.now)))
    reading.remove_unseen()
    reading.keep_mark()
    return reading.tally


def take_away(run: Run, kind: Kind) -> None:
    """What the company does not offer any more has no records. Raises TurnLost."""
    reading = _begin(run, kind, full=True)
    reading.forget()
    reading.keep_mark()


def take_deletions(run: Run, kinds: Sequence[Kind]) -> None:
    """What Intacct's audit trail says was deleted, of all these kinds in one request.

    An entry is a hint only: its key may be a number or an id, and it may be told again after a record of the same
    id was made anew. So those we still have are asked for, and what is not there is taken out. Without permission
    for the trail the count tells that something is missing, and the full comparison what.
    """
    now = run.clock()
    mark = find_mark(run, DELETIONS)
    if mark.problem and mark.last_delta is not None and now - mark.last_delta < RETRY:
        return
    since = (mark.last_delta or now) - _LAG
    try:
        hints = _list_hints(run, kinds, since)
    except (PermissionDenied, RequestRejected) as error:
        put_mark(run, replace(mark, last_delta=now, problem=str(error)))
        return
    for kind in kinds:
        _remove_deleted(run, kind, hints.get(kind.object.lower(), set()))
    put_mark(run, replace(mark, last_delta=now, problem=""))


def find_mark(run: Run, name: str) -> Watermark:
    with run.store.begin() as work:
        return work.watermarks.get(run.link.company, name)


def put_mark(run: Run, mark: Watermark) -> None:
    with run.store.begin() as work:
        work.watermarks.put(run.link.company, mark)


def _begin(run: Run, kind: Kind, *, full: bool) -> _Reading:
    company = run.link.company
    with run.store.begin() as work:
        mark = work.watermarks.get(company, kind.name)
        if full:
            work.reference_sync.begin_full(company, kind.name)
    return _Reading(run=run, kind=kind, mark=mark, now=run.clock(), full=full)


def _find_changed(mark: Watermark, overlap: timedelta) -> Filter | None:
    """Changed since, or created since: what was never changed may have no time stamp, but its number is higher.

    A record becomes visible some time after its time stamp, so that reading looks back by the overlap; once it has
    looked back after that time was over, nothing older can come, and it is not read for ever again.
    """
    created = compare(KEY_FIELD, "greaterthan", str(mark.record_no))
    if mark.modified is None or mark.noticed_at is None or mark.last_delta is None:
        return created
    if mark.last_delta - mark.noticed_at >= overlap:
        return any_of(compare(MODIFIED, "greaterthan", mark.modified), created)
    return any_of(compare(MODIFIED, "greaterthanorequalto", mark.modified - overlap), created)


def _list(run: Run, kind: Kind, where: Filter | None) -> Iterator[Entry[Any]]:
    if isinstance(kind.record, Source):
        return kind.record.list(run.finance)
    cadence = run.link.reference
    left_out = (*kind.without.values(), *cadence.without.get(kind.name, ()))
    asked = list_custom(kind, cadence.edi_fields, cadence.approval_field)
    custom = [name for name in asked if name not in left_out]
    return run.finance.reading.list_records(
        kind.record,
        where=where,
        custom=(*custom, MODIFIED) if kind.is_timed else custom,
        without=left_out,
    )


def _list_hints(run: Run, kinds: Sequence[Kind], since: datetime) -> Mapping[str, set[str]]:
    """Keys of what was deleted, by object."""
    where = all_of(
        compare("OBJECTTYPE", "in", *(kind.object.lower() for kind in kinds)),
        compare("ACCESSMODE", "equalto", "D"),
        compare("ACCESSTIME", "greaterthanorequalto", since),
    )
    hints: dict[str, set[str]] = {}
    for entry in run.finance.reading.list_records(AuditEntry, where=where):
        key = entry.record.key.removesuffix("--REC")
        hints.setdefault(entry.record.object_type.lower(), set()).add(key)
    return hints


def _remove_deleted(run: Run, kind: Kind, names: set[str]) -> None:
    if not names:
        return
    company = run.link.company
    with run.store.begin() as work:
        asked = sorted(work.reference_sync.find_record_nos(company, kind.name, names))
    reading = _begin(run, kind, full=False)
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        where = compare(KEY_FIELD, "in", *map(str, some))
        there = {entry.record_no for entry in _list(run, kind, where)}
        with run.store.begin() as work:
            gone = work.reference_sync.remove(company, kind.name, set(some) - there)
            reading.note(work, gone)
