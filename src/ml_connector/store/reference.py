"""Our dated copy of what Intacct knows: vendors, accounts, dimensions, terms; as it is read.

A row is valid from one version of the copy up to, but not including, another; "what did we know then" is a query.
A version is complete, or is being taken: nobody plans with that one.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, and_, func, or_, select, union, union_all

from ml_connector.records.reference import ReferenceRow, RowChange
from ml_connector.store.reference_codec import TAX, Codec, decode
from ml_connector.store.sets import is_one_of, split
from ml_connector.store.tables import reference, reference_aliases, reference_approvals, reference_versions

PAGE: Final = 1000

__all__ = ["PAGE", "Reference", "ReferenceRow", "RowChange"]


class Reference:
    def __init__(self, connection: Connection, *, key: bytes) -> None:
        self._connection = connection
        self._codec = Codec(key)

    def newest(self, company: str) -> tuple[int, datetime] | None:
        """The newest complete version of a company's copy, and when it was last seen to be still true."""
        row = self._connection.execute(_list_complete(company).limit(1)).first()
        return None if row is None else (row.id, row.checked_at)

    def version_at(self, company: str, moment: datetime) -> int | None:
        """The version that was the newest complete one at that moment."""
        query = _list_complete(company).where(reference_versions.c.completed_at <= moment)
        row = self._connection.execute(query.limit(1)).first()
        return None if row is None else int(row.id)

    def slice(
        self, company: str, version: int, asked: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], list[ReferenceRow]]:
        """For each (kind, id or alias) asked, the rows of the version that go by it; absent when there is none.

        Changes that wait for a person, or were declined, are left out: the values are those last approved.
        """
        wanted: dict[str, dict[str, str]] = {}
        for kind, name in asked:
            wanted.setdefault(kind, {})[self._codec.seal(name)] = name
        found: dict[tuple[str, str], list[ReferenceRow]] = {}
        for kind, names in wanted.items():
            for part in split(sorted(names)):
                for row in self._find_rows(company, version, kind, part):
                    # another part may meet the same row again, by another of its names
                    for sealed in {row.key, *row.aliases}.intersection(part):
                        found.setdefault((kind, names[sealed]), []).append(row)
        return found

    def list_kind(self, company: str, version: int, kind: str) -> list[ReferenceRow]:
        """All rows of a kind in a version, by key, as Intacct has them. For kinds of few rows."""
        query = _select_valid(company, version, kind).order_by(reference.c.key)
        return [_read(row) for row in self._connection.execute(query).mappings()]

    def list_page(
        self, company: str, version: int, kind: str, *, after_key: str = "", limit: int = PAGE
    ) -> Sequence[ReferenceRow]:
        """The next rows of a kind behind a key, by key, as Intacct has them; empty behind the last."""
        query = _select_valid(company, version, kind).where(reference.c.key > after_key)
        rows = self._connection.execute(query.order_by(reference.c.key).limit(limit)).mappings()
        return [_read(row) for row in rows]

    def list_changes(
        self, company: str, kind: str, *, after: int, upto: int, after_key: str = "", limit: int = PAGE
    ) -> Sequence[RowChange]:
        """What changed from one complete version to another, by key, behind a key; empty behind the last.

        `after` 0 stands before the first version. A row that changed there and back is left out.
        """
        while keys := self._list_touched(company, kind, after, upto, after_key, limit):
            before = self.get_rows(company, after, kind, keys)
            now = self.get_rows(company, upto, kind, keys)
            changes = [
                RowChange(kind=kind, key=key, before=before.get(key), after=now.get(key))
                for key in keys
                if before.get(key) != now.get(key)
            ]
            if changes:
                return changes
            after_key = keys[-1]
        return ()

    def get_row(self, company: str, version: int, kind: str, key: str) -> ReferenceRow | None:
        """The row of that id in a version, as Intacct had it."""
        return self.get_rows(company, version, kind, [key]).get(key)

    def get_rows(self, company: str, version: int, kind: str, keys: Sequence[str]) -> dict[str, ReferenceRow]:
        """The rows of these ids in a version, as Intacct had them, by id."""
        query = _select_valid(company, version, kind).where(is_one_of(reference.c.key, keys))
        return {row["key"]: _read(row) for row in self._connection.execute(query).mappings()}

    def count(self, company: str, version: int) -> dict[str, int]:
        """How many rows of each kind a version has."""
        query = select(reference.c.kind, func.count().label("rows")).where(
            reference.c.company == company, is_valid_at(version)
        )
        return {row.kind: row.rows for row in self._connection.execute(query.group_by(reference.c.kind))}

    def _find_rows(
        self, company: str, version: int, kind: str, names: Sequence[str]
    ) -> Iterator[ReferenceRow]:
        """Rows that go by these names, each once, with the approved values in the place of those that wait.

        Of the aliases nothing but the names is asked in SQL: without that SQLite begins with all rows of the kind.
        """
        held = and_(
            reference_approvals.c.company == reference.c.company,
            reference_approvals.c.kind == reference.c.kind,
            reference_approvals.c.key == reference.c.key,
            reference_approvals.c.valid_from <= version,
            or_(reference_approvals.c.valid_to.is_(None), reference_approvals.c.valid_to > version),
        )
        query = select(reference, reference_approvals.c.approved)
        by_key = query.select_from(reference.outerjoin(reference_approvals, held)).where(
            reference.c.company == company, reference.c.kind == kind, reference.c.key.in_(names)
        )
        aliased = reference_aliases.join(reference).outerjoin(reference_approvals, held)
        by_alias = query.select_from(aliased).where(reference_aliases.c.alias.in_(names))
        rows = self._connection.execute(union_all(by_key, by_alias)).mappings()
        found = {row["id"]: row for row in rows if _is_of(row, company, kind, version)}
        for row in sorted(found.values(), key=lambda row: row["key"]):
            yield _read(row) if row["approved"] is None else _overlay(_read(row), row["approved"])

    def _list_touched(
        self, company: str, kind: str, after: int, upto: int, after_key: str, limit: int
    ) -> Sequence[str]:
        place = (reference.c.company == company, reference.c.kind == kind, reference.c.key > after_key)
        opened = select(reference.c.key).where(*place, reference.c.valid_from.between(after + 1, upto))
        closed = select(reference.c.key).where(*place, reference.c.valid_to.between(after + 1, upto))
        touched = union(opened, closed).subquery()
        query = select(touched.c.key).order_by(touched.c.key).limit(limit)
        return self._connection.execute(query).scalars().all()


def is_valid_at(version: int) -> Any:  # noqa: ANN401 (SQLAlchemy's boolean clause)
    """Whether a row belongs to a version."""
    return and_(
        reference.c.valid_from <= version, or_(reference.c.valid_to.is_(None), reference.c.valid_to > version)
    )


def _list_complete(company: str) -> Select[Any]:
    query = select(reference_versions.c.id, reference_versions.c.checked_at)
    complete = reference_versions.c.completed_at.is_not(None)
    return query.where(reference_versions.c.company == company, complete).order_by(
        reference_versions.c.id.desc()
    )


def _select_valid(company: str, version: int, kind: str) -> Select[Any]:
    return select(reference.c.kind, reference.c.key, reference.c.body).where(
        reference.c.company == company, reference.c.kind == kind, is_valid_at(version)
    )


def _is_of(row: RowMapping, company: str, kind: str, version: int) -> bool:
    valid = row["valid_from"] <= version and (row["valid_to"] is None or row["valid_to"] > version)
    return bool(valid and row["company"] == company and row["kind"] == kind)


def _read(row: RowMapping) -> ReferenceRow:
    return decode(row["kind"], row["key"], row["body"])


def _overlay(row: ReferenceRow, approved: str) -> ReferenceRow:
    """The row with the values last approved; it goes by the approved tax id, and by no new one."""
    values: dict[str, str] = json.loads(approved)
    kept = frozenset(values)
    aliases = row.aliases
    if "tax_id" in values:
        tax = values.pop("tax_id")
        aliases = (*(alias for alias in aliases if not alias.startswith(TAX)), *([tax] if tax else []))
    return replace(row, body={**row.body, **values}, aliases=aliases, kept=kept)
