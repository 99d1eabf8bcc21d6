"""Our dated copy of what Intacct knows: vendors, accounts, dimensions, terms.

A row is valid from one version of the copy up to, but not including, another; "what did we know then"
is a query.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from ml_connector.store.sets import split
from ml_connector.store.tables import reference, reference_aliases, reference_versions

_TAX: Final = "tax:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRow:
    """One record of Intacct: its kind and id, its fields, and other names it can be found by.

    An alias beginning `tax:` is stored as a keyed hash only, and not at all without a key.
    """

    kind: str
    key: str
    body: Mapping[str, Any]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a new version of the copy brought."""

    version: int
    counts: Mapping[str, int] = field(default_factory=dict)  #: rows now valid, by kind
    added: int = 0
    changed: int = 0
    removed: int = 0


class Reference:
    def __init__(self, connection: Connection, *, now: datetime, key: bytes) -> None:
        self._connection = connection
        self._now = now
        self._key = key

    def newest(self, company: str) -> tuple[int, datetime] | None:
        """The newest version of a company's copy, and when it was last seen to be still true."""
        query = select(reference_versions.c.id, reference_versions.c.checked_at)
        query = query.where(reference_versions.c.company == company)
        row = self._connection.execute(query.order_by(reference_versions.c.id.desc()).limit(1)).first()
        return None if row is None else (row.id, row.checked_at)

    def replace(self, company: str, rows: Sequence[ReferenceRow]) -> Changes:
        """Bring the copy to exactly these rows: a new version when they differ from the newest, else that one again."""
        current = self._read_current(company)
        bodies = {(row.kind, row.key): self._encode(row) for row in rows}
        fresh = {
            (r.kind, r.key): r
            for r in rows
            if current.get((r.kind, r.key), (0, ""))[1] != bodies[r.kind, r.key]
        }
        gone = [id_ for place, (id_, body) in current.items() if bodies.get(place) != body]
        known = self.newest(company)
        if known is not None and not fresh and not gone:
            seen = update(reference_versions).where(reference_versions.c.id == known[0])
            self._connection.execute(seen.values(checked_at=self._now))
            return Changes(version=known[0], counts=self._count(company))
        version = self._add_version(company)
        self._close(gone, version)
        self._open(company, list(fresh.values()), version)
        changed = sum(1 for place in fresh if place in current)
        return Changes(
            version=version,
            counts=self._count(company),
            added=len(fresh) - changed,
            changed=changed,
            removed=len(gone) - changed,
        )

    def _add_version(self, company: str) -> int:
        row = {"company": company, "at": self._now, "checked_at": self._now}
        statement = insert(reference_versions).values(row).returning(reference_versions.c.id)
        version: int = self._connection.execute(statement).scalar_one()
        return version

    def slice(
        self, company: str, version: int, asked: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], list[ReferenceRow]]:
        """For each (kind, id or alias) asked, the rows of the version that go by it; absent when there is none."""
        wanted: dict[str, dict[str, str]] = {}
        for kind, name in asked:
            wanted.setdefault(kind, {})[self._seal(name)] = name
        found: dict[tuple[str, str], list[ReferenceRow]] = {}
        for kind, names in wanted.items():
            for part in split(sorted(names)):
                for row in self._read_rows(company, version, kind, part):
                    for sealed in {row.key, *row.aliases}.intersection(
                        part
                    ):  # another part may meet it again
                        found.setdefault((kind, names[sealed]), []).append(row)
        return found

    def list_kind(self, company: str, version: int, kind: str) -> list[ReferenceRow]:
        """All rows of a kind in a version, by key."""
        query = select(reference).where(
            reference.c.company == company, reference.c.kind == kind, _valid_at(version)
        )
        rows = self._connection.execute(query.order_by(reference.c.key)).mappings()
        return [_decode(row["kind"], row["key"], row["body"]) for row in rows]

    def _read_rows(self, company: str, version: int, kind: str, names: Sequence[str]) -> list[ReferenceRow]:
        aliased = select(reference_aliases.c.reference_id).where(reference_aliases.c.alias.in_(names))
        query = select(reference).where(
            reference.c.company == company,
            reference.c.kind == kind,
            _valid_at(version),
            or_(reference.c.key.in_(names), reference.c.id.in_(aliased)),
        )
        rows = self._connection.execute(query.order_by(reference.c.key)).mappings()
        return [_decode(row["kind"], row["key"], row["body"]) for row in rows]

    def _read_current(self, company: str) -> dict[tuple[str, str], tuple[int, str]]:
        query = select(reference).where(reference.c.company == company, reference.c.valid_to.is_(None))
        rows = self._connection.execute(query).mappings()
        return {(row["kind"], row["key"]): (row["id"], row["body"]) for row in rows}

    def _count(self, company: str) -> dict[str, int]:
        query = select(reference.c.kind, func.count().label("rows")).where(
            reference.c.company == company, reference.c.valid_to.is_(None)
        )
        return {row.kind: row.rows for row in self._connection.execute(query.group_by(reference.c.kind))}

    def _close(self, ids: Sequence[int], version: int) -> None:
        for part in split(ids):
            self._connection.execute(
                update(reference).where(reference.c.id.in_(part)).values(valid_to=version)
            )

    def _open(self, company: str, rows: Sequence[ReferenceRow], version: int) -> None:
        if not rows:
            return
        values = [
            {
                "company": company,
                "kind": row.kind,
                "key": row.key,
                "body": self._encode(row),
                "valid_from": version,
            }
            for row in rows
        ]
        statement = insert(reference).returning(reference.c.id, sort_by_parameter_order=True)
        ids = self._connection.execute(statement, values).scalars().all()
        aliases = [
            {"reference_id": id_, "alias": sealed}
            for id_, row in zip(ids, rows, strict=True)
            for sealed in {self._seal(alias) for alias in row.aliases} - {""}
        ]
        if aliases:
            self._connection.execute(insert(reference_aliases), aliases)

    def _encode(self, row: ReferenceRow) -> str:
        aliases = sorted({self._seal(alias) for alias in row.aliases} - {""})
        return json.dumps({"body": dict(row.body), "aliases": aliases}, ensure_ascii=False, sort_keys=True)

    def _seal(self, name: str) -> str:
        if not name.startswith(_TAX):
            return name
        if not self._key:
            return ""
        return _TAX + hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()


def _valid_at(version: int) -> Any:  # noqa: ANN401 (SQLAlchemy's boolean clause)
    return and_(
        reference.c.valid_from <= version, or_(reference.c.valid_to.is_(None), reference.c.valid_to > version)
    )


def _decode(kind: str, key: str, body: str) -> ReferenceRow:
    content = json.loads(body)
    return ReferenceRow(kind=kind, key=key, body=content["body"], aliases=tuple(content["aliases"]))
