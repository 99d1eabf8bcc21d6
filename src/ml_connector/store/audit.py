"""The audit trail: entries chained by hash per record, never changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from ml_connector.records.audit import AuditEntry, Fact
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import audit, audit_heads

_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Audit:
    """Appends facts and reads them back."""

    def __init__(self, connection: Connection, *, now: datetime, actor: str) -> None:
        self._connection = connection
        self._now = now
        self._actor = actor

    def append(self, facts: Sequence[Fact]) -> None:
        """Add the facts in order, each to its record's chain."""
        if not facts:
            return
        heads = self._read_heads({fact.record for fact in facts})
        known = set(heads)
        entries = []
        for fact in facts:
            count, previous = heads.get(fact.record, (0, ""))
            entry = self._seal(fact, count + 1, previous)
            heads[fact.record] = (entry.number, entry.hash)
            entries.append(entry)
        self._connection.execute(insert(audit), [_to_row(entry) for entry in entries])
        self._write_heads(heads, known)

    def _seal(self, fact: Fact, number: int, previous: str) -> AuditEntry:
        """The entry of whoever answers for the fact; one who only runs the program is named beside him."""
        if fact.by and fact.by != self._actor:
            fact = replace(fact, detail={**fact.detail, "run by": self._actor})
        actor = fact.by or self._actor
        return seal_entry(fact, number=number, at=self._now, actor=actor, previous=previous)

    def list(self, record: str) -> tuple[AuditEntry, ...]:
        """The record's entries, first to last."""
        rows = self._connection.execute(
            select(audit).where(audit.c.record == record).order_by(audit.c.number)
        )
        return tuple(_to_entry(row) for row in rows.mappings())

    def count(self, action: str, records: Iterable[str]) -> dict[str, int]:
        """How often this was entered of each of these records; without those of which it never was."""
        of_record = select(audit.c.record, func.count()).where(audit.c.action == action)
        counted = of_record.where(is_one_of(audit.c.record, records)).group_by(audit.c.record)
        return dict(self._connection.execute(counted).all())

    def check(self, record: str) -> str:
        """Empty when the record's chain is whole, else what contradicts it."""
        previous, count = "", 0
        for entry in self.list(record):
            fact = Fact(record=entry.record, action=entry.action, detail=entry.detail)
            count += 1
            sealed = seal_entry(fact, number=count, at=entry.at, actor=entry.actor, previous=previous)
            if sealed != entry:
                return f"entry {entry.number} of {record} was changed after it was written, or one before it is missing"
            previous = entry.hash
        head = self._read_heads({record}).get(record, (0, ""))
        if head != (count, previous):
            return f"{record} has {count} audit entries, its head says {head[0]}"
        return ""

    def _read_heads(self, records: Iterable[str]) -> dict[str, tuple[int, str]]:
        query = select(audit_heads).where(is_one_of(audit_heads.c.record, records))
        return {record: (count, hash_) for record, count, hash_ in self._connection.execute(query)}

    def _write_heads(self, heads: Mapping[str, tuple[int, str]], known: set[str]) -> None:
        changed = [{"r": r, "c": c, "h": h} for r, (c, h) in heads.items() if r in known]
        added = [{"record": r, "count": c, "hash": h} for r, (c, h) in heads.items() if r not in known]
        if changed:
            statement = update(audit_heads).where(audit_heads.c.record == bindparam("r"))
            self._connection.execute(statement.values(count=bindparam("c"), hash=bindparam("h")), changed)
        if added:
            self._connection.execute(insert(audit_heads), added)


def seal_entry(fact: Fact, *, number: int, at: datetime, actor: str, previous: str) -> AuditEntry:
    """The fact as an entry: SHA-256 over a canonical JSON array of its fields and the entry before it."""
    detail = {name: fact.detail[name] for name in sorted(fact.detail)}
    said = [fact.record, number, at.astimezone(UTC).isoformat(), actor, fact.action, detail, previous]
    canonical = _write(said)
    return AuditEntry(
        record=fact.record,
        number=number,
        at=at,
        actor=actor,
        action=fact.action,
        detail=detail,
        previous=previous,
        hash=hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _to_row(entry: AuditEntry) -> dict[str, object]:
    return {
        "record": entry.record,
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "detail": _write(entry.detail),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _to_entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        record=row["record"],
        number=row["number"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        detail=json.loads(row["detail"]),
        previous=row["previous"],
        hash=row["hash"],
    )
