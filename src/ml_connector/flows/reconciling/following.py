"""Follow what was posted: what changed in Intacct since the last time, and what is not there any more.

    adopt what is new → per object: what changed → whether the rest is there → what that means for documents

Memory does not grow with the company, and each slice is stored by itself: a run cut short is only repeated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from ml_connector.flows.reconciling.adopting import adopt_posted
from ml_connector.flows.reconciling.looking import (
    KINDS,
    Kind,
    count_lines,
    describe_entry,
    list_by_keys,
    list_entries,
)
from ml_connector.flows.reconciling.noting import note_seen
from ml_connector.flows.run import Run, Trouble
from ml_connector.intacct.errors import AnswerUnreadable, IntacctError
from ml_connector.intacct.objects import Entry
from ml_connector.intacct.query import compare
from ml_connector.intacct.reading.changes import MODIFIED, OVERLAP
from ml_connector.mapping.ledger_states import Sight, is_news
from ml_connector.records.followed import Followed

_SLICE: Final = 200
_FEW: Final = 10  # so few records may really all be gone
_UNSEEN: Final = timedelta(hours=1)  # a record becomes visible some time after it was written


def reconcile(run: Run) -> None:
    """Bring what is known of everything posted up to date. What stood in the way is in `run.troubles`."""
    adopt_posted(run)
    try:
        for done, kind in enumerate(KINDS):
            run.report("reconcile", done, len(KINDS))
            _follow(run, kind)
    except IntacctError as error:
        run.troubles.append(Trouble(step="reconcile", system="intacct", message=str(error)))


@dataclass(slots=True, kw_only=True)
class _Reach:
    """How far the changes of an object were read."""

    asked: datetime | None = None  #: for the first page
    latest: datetime | None = None

    def note(self, entry: Entry[Any]) -> None:
        self.asked = self.asked or entry.asked
        if entry.modified is not None and (self.latest is None or entry.modified > self.latest):
            self.latest = entry.modified

    @property
    def mark(self) -> datetime | None:
        """What changed after the first page was asked for may be missing from what was read by then."""
        return min(filter(None, (self.latest, self.asked)), default=None) if self.latest else None


def _follow(run: Run, kind: Kind) -> None:
    object_ = kind.record.OBJECT
    with run.store.begin() as work:
        mark = work.followed.read_mark(run.link.name, object_)
    reach, seen = _Reach(), set[str]()
    if mark is not None:
        changed = compare(MODIFIED, "greaterthanorequalto", mark - OVERLAP)
        seen = _take(run, kind, list_entries(run.finance, kind, changed), reach)
    with run.store.begin() as work:
        rest = [each for each in work.followed.list_open(run.link.name, object_) if each.key not in seen]
    entries = list_by_keys(run.finance, kind, [each.key for each in rest])
    there = _take(run, kind, entries, reach if mark is None else _Reach())
    _note_lost(run, kind, [each for each in rest if each.key not in there], total=len(rest))
    reached = max(filter(None, (mark, reach.mark)), default=None)
    if reached is not None:
        with run.store.begin() as work:
            work.followed.set_mark(run.link.name, object_, reached)


def _take(run: Run, kind: Kind, entries: Iterable[Entry[Any]], reach: _Reach) -> set[str]:
    """Keep what is new of ours among these; returns the keys of ours."""
    ours: set[str] = set()
    for page in _cut(entries):
        sights: dict[str, Sight] = {}
        for entry in page:
            reach.note(entry)
            sight = describe_entry(entry)
            sights[sight.key] = sight
        with run.store.begin() as work:
            known = work.followed.find(run.link.name, kind.record.OBJECT, sights)
        ours.update(each.key for each in known)
        news = [(each, sights[each.key]) for each in known if is_news(each, sights[each.key])]
        if news:
            note_seen(run, news, count_lines(run.finance, kind, news))
    return ours


def _cut(entries: Iterable[Entry[Any]]) -> Iterator[list[Entry[Any]]]:
    left = iter(entries)
    while page := list(islice(left, _SLICE)):
        yield page


def _note_lost(run: Run, kind: Kind, missing: Sequence[Followed], *, total: int) -> None:
    """What Intacct has no more was deleted; not what was written just now and may not be visible yet."""
    if len(missing) == total >= _FEW:
        raise AnswerUnreadable(
            f"{kind.record.OBJECT}: Intacct has none of {total} records that we posted; that is not taken for deletion: "
            "see whether the user may still read them"
        )
    with run.store.begin() as work:
        documents = work.documents.get({each.document_id for each in missing})
    late = run.clock() - _UNSEEN
    lost = [each for each in missing if each.state or documents[each.document_id].updated_at <= late]
    for first in range(0, len(lost), _SLICE):
        note_seen(run, [(each, None) for each in lost[first : first + _SLICE]], {})
