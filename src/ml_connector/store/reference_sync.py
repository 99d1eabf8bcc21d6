"""Our copy of Intacct's reference as it is taken: page by page, into a version that is complete at the end.

What one transaction merges stays, whatever happens next; a run cut short goes on in the same open version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Connection, RowMapping, and_, delete, func, insert, select, update

from ml_connector.records.reference import ReferenceRow, RowChange
from ml_connector.records.status import Status
from ml_connector.store.holders import Holder
from ml_connector.store.reference_codec import Codec, decode, encode
from ml_connector.store.sets import split
from ml_connector.store.tables import (
    documents,
    reference,
    reference_aliases,
    reference_seen,
    reference_turns,
    reference_versions,
)

_TURN: Final = timedelta(minutes=20)  # longer than any page takes, so that nobody alive is overtaken

_OPEN: Final = (Status.READ, Status.READY, Status.SENDING, Status.IN_DOUBT, Status.HELD)


class TurnLost(Exception):
    """Another process takes the copy of this company now; what this one read may be older than what is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a new version of the copy brought."""

    version: int
    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class ReferenceSync:
    def __init__(self, connection: Connection, *, holder: Holder, now: datetime, key: bytes) -> None:
        self._connection = connection
        self._holder = holder
        self._now = now
        self._codec = Codec(key)

    def take_turn(self, company: str) -> bool:
        """Be the one who takes the copy of a company, until `end_turn`; False while another process is at it."""
        query = select(reference_turns).where(reference_turns.c.company == company)
        turn = self._connection.execute(query).mappings().first()
        mine = {"holder": self._holder.name, "until": self._now + _TURN}
        if turn is None:
            self._connection.execute(insert(reference_turns).values(company=company, **mine))
            return True
        free = turn["holder"] == self._holder.name or turn["until"] <= self._now
        if not free and not self._holder.is_gone(turn["holder"]):
            return False
        same = update(reference_turns).where(reference_turns.c.company == company)
        self._connection.execute(same.values(mine))
        return True

    def end_turn(self, company: str) -> None:
        mine = and_(reference_turns.c.company == company, reference_turns.c.holder == self._holder.name)
        self._connection.execute(delete(reference_turns).where(mine))

    def merge(
        self, company: str, rows: Sequence[ReferenceRow], *, kind: str, seen: bool = False
    ) -> Sequence[RowChange]:
        """Bring the copy up to these rows of a kind; what changed.

        Compared by hash, so that only what differs is written and read. With `seen` they count as found by the
        full comparison that is going on. Raises TurnLost.
        """
        self.keep_turn(company)
        fresh = {row.key: self._codec.seal_row(row) for row in rows}
        texts = {key: encode(row) for key, row in fresh.items()}
        current = self._find_current(company, kind, reference.c.key, fresh)
        same = {key for key, row in current.items() if row["sha256"] == texts[key][1]}
        differ = [row for key, row in fresh.items() if key not in same]
        gone = {key: row for key, row in current.items() if key not in same}
        gone |= self._find_renamed(company, kind, [row for row in differ if row.key not in current])
        before = self._close(company, kind, gone)
        self._open(company, differ, texts)
        if seen:
            self._mark_seen(company, kind, fresh)
        keys = dict.fromkeys([*gone, *(row.key for row in differ)])
        return [RowChange(kind=kind, key=key, before=before.get(key), after=fresh.get(key)) for key in keys]

    def remove(self, company: str, kind: str, record_nos: Iterable[int]) -> Sequence[RowChange]:
        """Take out the rows with these RECORDNOs; what was there. Raises TurnLost."""
        self.keep_turn(company)
        gone = self._find_current(company, kind, reference.c.record_no, record_nos)
        return self._take_out(company, kind, gone)

    def begin_full(self, company: str, kind: str) -> None:
        """Begin a full comparison: nothing was seen yet."""
        self._connection.execute(delete(reference_seen).where(_seen_of(company, kind)))

    def remove_unseen(self, company: str, kind: str, *, limit: int) -> Sequence[RowChange]:
        """Take out rows that the full comparison did not meet, as many as that; empty when none is left.

        Raises TurnLost.
        """
        self.keep_turn(company)
        seen = select(reference_seen.c.reference_id).where(_seen_of(company, kind))
        query = _select_current(company, kind).where(reference.c.id.not_in(seen)).limit(limit)
        gone = {row["key"]: row for row in self._connection.execute(query).mappings()}
        return self._take_out(company, kind, gone)

    def find_record_nos(self, company: str, kind: str, names: Iterable[str]) -> set[int]:
        """The RECORDNOs of current rows that go by one of these ids or numbers."""
        listed = list(names)
        numbers = [int(name) for name in listed if name.isdecimal() and len(name) < 19]
        found = self._find_current(company, kind, reference.c.key, listed)
        found |= self._find_current(company, kind, reference.c.record_no, numbers)
        return {row["record_no"] for row in found.values()}

    def count(self, company: str, kind: str) -> int:
        """How many rows of a kind the copy has now, whether or not its version is complete."""
        here = and_(reference.c.company == company, reference.c.kind == kind, reference.c.valid_to.is_(None))
        return self._connection.execute(select(func.count()).where(here)).scalar_one()

    def count_open_documents(self, link: str, vendors: Sequence[str]) -> dict[str, int]:
        """How many documents of a link that are not done with are for each of these vendors."""
        query = select(documents.c.vendor, func.count()).where(
            documents.c.link == link, documents.c.status.in_(_OPEN)
        )
        return {
            vendor: count
            for part in split(vendors)
            for vendor, count in self._connection.execute(
                query.where(documents.c.vendor.in_(part)).group_by(documents.c.vendor)
            )
        }

    def touch(self, company: str, kind: str, key: str) -> None:
        """Let a row begin anew in the open version: what plans see of it changes, though Intacct's values do not."""
        found = self._find_current(company, kind, reference.c.key, [key])
        before = self._close(company, kind, found)
        self._open(company, list(before.values()), {key: encode(row) for key, row in before.items()})

    def find_open(self, company: str) -> int | None:
        """The version that is being taken."""
        taken = reference_versions.c.completed_at.is_(None)
        query = select(reference_versions.c.id).where(reference_versions.c.company == company, taken)
        return self._connection.execute(query).scalar()

    def open(self, company: str) -> int:
        """The version that is being taken, begun now if there is none."""
        version = self.find_open(company)
        if version is not None:
            return version
        newest = select(func.max(reference_versions.c.checked_at))
        checked = self._connection.execute(newest.where(reference_versions.c.company == company)).scalar()
        row = {"company": company, "at": self._now, "checked_at": checked or self._now}
        statement = insert(reference_versions).values(row).returning(reference_versions.c.id)
        return int(self._connection.execute(statement).scalar_one())

    def complete(self, company: str, *, checked: bool = True) -> Changes:
        """What was taken is whole: plans use it from here on. It is true now, if Intacct was asked (`checked`)."""
        newest = select(func.max(reference_versions.c.id)).where(reference_versions.c.company == company)
        version = self.find_open(company) or self._connection.execute(newest).scalar() or self.open(company)
        same = update(reference_versions).where(reference_versions.c.id == version)
        if checked:
            self._connection.execute(same.values(checked_at=self._now))
        unfinished = same.where(reference_versions.c.completed_at.is_(None))
        if not self._connection.execute(unfinished.values(completed_at=self._now)).rowcount:
            return Changes(version=version)
        return self._count_changes(company, version)

    def _count_changes(self, company: str, version: int) -> Changes:
        other = reference.alias()
        opened = and_(reference.c.company == company, reference.c.valid_from == version)
        closed = and_(other.c.company == company, other.c.valid_to == version)
        same = and_(other.c.kind == reference.c.kind, other.c.key == reference.c.key)
        added, removed, changed = (
            self._connection.execute(query).scalar_one()
            for query in (
                select(func.count()).select_from(reference).where(opened),
                select(func.count()).select_from(other).where(closed),
                select(func.count()).select_from(reference.join(other, same)).where(opened, closed),
            )
        )
        return Changes(version=version, added=added - changed, changed=changed, removed=removed - changed)

    def keep_turn(self, company: str) -> None:
        """The copy is ours to take for another while. Raises TurnLost when it is not ours any more."""
        mine = and_(reference_turns.c.company == company, reference_turns.c.holder == self._holder.name)
        turn = update(reference_turns).where(mine).values(until=self._now + _TURN)
        if not self._connection.execute(turn).rowcount:
            raise TurnLost(f"another process takes the copy of {company}")

    def _find_current(
        self,
        company: str,
        kind: str,
        column: Column[Any],
        values: Iterable[str | int],
    ) -> dict[str, RowMapping]:
        """Current rows, without their bodies, by key."""
        query = _select_current(company, kind)
        return {
            row["key"]: row
            for part in split(values)
            for row in self._connection.execute(query.where(column.in_(part))).mappings()
        }

    def _find_renamed(self, company: str, kind: str, rows: Sequence[ReferenceRow]) -> dict[str, RowMapping]:
        """Current rows of the same records under another id."""
        numbers = [row.record_no for row in rows if row.record_no]
        return self._find_current(company, kind, reference.c.record_no, numbers)

    def _take_out(self, company: str, kind: str, gone: Mapping[str, RowMapping]) -> Sequence[RowChange]:
        before = self._close(company, kind, gone)
        return [RowChange(kind=kind, key=key, before=before[key], after=None) for key in gone]

    def _close(self, company: str, kind: str, rows: Mapping[str, RowMapping]) -> dict[str, ReferenceRow]:
        """End rows with the open version, and return them; those it began itself were never there."""
        if not rows:
            return {}
        version = self.open(company)
        before: dict[str, ReferenceRow] = {}
        for part in split(rows.values()):
            bodies = select(reference.c.key, reference.c.body).where(
                reference.c.id.in_([r["id"] for r in part])
            )
            before |= {row.key: decode(kind, row.key, row.body) for row in self._connection.execute(bodies)}
            kept = [row["id"] for row in part if row["valid_from"] != version]
            never = [row["id"] for row in part if row["valid_from"] == version]
            self._connection.execute(
                update(reference).where(reference.c.id.in_(kept)).values(valid_to=version)
            )
            self._connection.execute(
                delete(reference_aliases).where(reference_aliases.c.reference_id.in_(never))
            )
            self._connection.execute(delete(reference).where(reference.c.id.in_(never)))
        return before

    def _open(self, company: str, rows: Sequence[ReferenceRow], texts: Mapping[str, tuple[str, str]]) -> None:
        if not rows:
            return
        version = self.open(company)
        values = [
            {
                "company": company,
                "kind": row.kind,
                "key": row.key,
                "record_no": row.record_no,
                "body": texts[row.key][0],
                "sha256": texts[row.key][1],
                "valid_from": version,
            }
            for row in rows
        ]
        statement = insert(reference).returning(reference.c.id, sort_by_parameter_order=True)
        ids = self._connection.execute(statement, values).scalars().all()
        aliases = [
            {"reference_id": id_, "alias": sealed}
            for id_, row in zip(ids, rows, strict=True)
            for sealed in row.aliases
        ]
        if aliases:
            self._connection.execute(insert(reference_aliases), aliases)

    def _mark_seen(self, company: str, kind: str, keys: Iterable[str]) -> None:
        found = self._find_current(company, kind, reference.c.key, keys)
        known = select(reference_seen.c.reference_id).where(_seen_of(company, kind))
        ids = {row["id"] for row in found.values()}
        for part in split(sorted(ids)):
            met = self._connection.execute(known.where(reference_seen.c.reference_id.in_(part))).scalars()
            new = set(part).difference(met)
            if new:
                rows = [{"company": company, "kind": kind, "reference_id": id_} for id_ in sorted(new)]
                self._connection.execute(insert(reference_seen), rows)


def _select_current(company: str, kind: str) -> Any:  # noqa: ANN401 (a SELECT of these columns)
    columns = (
        reference.c.id,
        reference.c.key,
        reference.c.record_no,
        reference.c.sha256,
        reference.c.valid_from,
    )
    return select(*columns).where(
        reference.c.company == company, reference.c.kind == kind, reference.c.valid_to.is_(None)
    )


def _seen_of(company: str, kind: str) -> Any:  # noqa: ANN401 (SQLAlchemy's boolean clause)
    return and_(reference_seen.c.company == company, reference_seen.c.kind == kind)
