"""Taking a copy of reference into a store, as the flows do it: all of it, or only what changed."""

from collections.abc import Iterable, Sequence
from typing import Final

from ml_connector.records.reference import ReferenceRow
from ml_connector.store import Store
from ml_connector.store.reference_sync import Changes

COMPANY: Final = "BRINDLE"
QUILL: Final = ReferenceRow(
    kind="vendor",
    key="V-7",
    body={"record_no": 7, "name": "Quill & Co", "term": "N30"},
    aliases=("name:quill", "tax:94-1234567"),
)
INK: Final = ReferenceRow(
    kind="account", key="5000", body={"record_no": 1, "title": "Ink", "requires": ["project"]}
)


def take(store: Store, rows: Iterable[ReferenceRow], *, company: str = COMPANY) -> Changes:
    """Bring the copy to exactly these rows, in a version that is complete then."""
    listed = list(rows)
    with store.begin() as work:
        newest = work.reference.newest(company)
        known = set(work.reference.count(company, newest[0])) if newest is not None else set()
    for kind in sorted(known | {row.kind for row in listed}):
        take_kind(store, kind, [row for row in listed if row.kind == kind], company=company)
    with store.begin() as work:
        work.reference_sync.end_turn(company)
        return work.reference_sync.complete(company)


def take_kind(store: Store, kind: str, rows: Sequence[ReferenceRow], *, company: str = COMPANY) -> None:
    """A full comparison of one kind, into the open version."""
    with store.begin() as work:
        assert work.reference_sync.take_turn(company)
        work.reference_sync.begin_full(company, kind)
    for start in range(0, len(rows), 1000):
        with store.begin() as work:
            work.reference_sync.merge(company, rows[start : start + 1000], kind=kind, seen=True)
    with store.begin() as work:
        while work.reference_sync.remove_unseen(company, kind, limit=500):
            pass


def merge(store: Store, *rows: ReferenceRow, company: str = COMPANY) -> None:
    """A page of what changed, into the open version."""
    with store.begin() as work:
        assert work.reference_sync.take_turn(company)
        work.reference_sync.merge(company, rows, kind=rows[0].kind)


def complete(store: Store, *, company: str = COMPANY) -> int:
    with store.begin() as work:
        work.reference_sync.end_turn(company)
        return work.reference_sync.complete(company).version
