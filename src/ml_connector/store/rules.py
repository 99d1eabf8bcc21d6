"""Partners, cross-references, routes and coding rules, as dated versions.

A version is either a set of files, or the files of an earlier version with other cross-references beside them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ml_connector.records.audit import Detail, Fact
from ml_connector.store.audit import Audit
from ml_connector.store.tables import rule_sets


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """A version of a link's rules, and the version that brought the files it has."""

    id: int
    files: int


class RuleSets:
    def __init__(self, connection: Connection, *, audit: Audit, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._now = now

    def find_same(self, link: str, files: Mapping[str, str]) -> int | None:
        """A link's newest version, when these are its files."""
        query = select(rule_sets.c.id, rule_sets.c.sha256).where(rule_sets.c.link == link)
        newest = self._connection.execute(query.order_by(rule_sets.c.id.desc()).limit(1)).first()
        _, digest = _seal(files)
        return int(newest.id) if newest is not None and newest.sha256 == digest else None

    def pin(self, link: str, files: Mapping[str, str], *, author: str) -> int:
        """The version these files are; a new one is kept, with who brought it, when they differ from the newest."""
        same = self.find_same(link, files)
        if same is not None:
            return same
        body, digest = _seal(files)
        row = {"link": link, "sha256": digest, "body": body, "author": author, "at": self._now}
        version = self._add(row)
        detail: Detail = {
            "version": version,
            "sha256": digest,
            "author": author,
            "files": ", ".join(sorted(files)),
        }
        self._audit.append([Fact(record=f"rules:{link}", action="loaded", detail=detail)])
        return version

    def advance(self, link: str, *, author: str, because: str) -> int:
        """A new version with the newest one's files, for cross-references that begin or end with it.

        Raises ValueError for a link whose files were never pinned.
        """
        query = select(rule_sets).where(rule_sets.c.link == link).order_by(rule_sets.c.id.desc()).limit(1)
        newest = self._connection.execute(query).mappings().first()
        if newest is None:
            raise ValueError(f"link {link} has no rules yet")
        base = newest["base"] or newest["id"]
        row = {"link": link, "base": base, "sha256": newest["sha256"], "body": "", "author": author}
        version = self._add(row | {"at": self._now})
        detail: Detail = {"version": version, "files of": base, "because": because}
        self._audit.append(
            [Fact(record=f"rules:{link}", action="cross-references", detail=detail, by=author)]
        )
        return version

    def find_newest(self, link: str) -> RulesVersion | None:
        """The newest version of a link's rules."""
        query = select(rule_sets.c.id, rule_sets.c.base).where(rule_sets.c.link == link)
        row = self._connection.execute(query.order_by(rule_sets.c.id.desc()).limit(1)).first()
        return None if row is None else RulesVersion(id=row.id, files=row.base or row.id)

    def newest(self, link: str) -> dict[str, str] | None:
        """The files of a link's newest version."""
        version = self.find_newest(link)
        return None if version is None else self.read(version.files)

    def read(self, version: int) -> dict[str, str]:
        """The files of a version, by name."""
        query = select(rule_sets.c.base, rule_sets.c.body).where(rule_sets.c.id == version)
        row = self._connection.execute(query).one()
        if row.base is not None:
            return self.read(row.base)
        files: dict[str, str] = json.loads(row.body)
        return files

    def _add(self, row: Mapping[str, object]) -> int:
        version: int = self._connection.execute(
            insert(rule_sets).values(**row).returning(rule_sets.c.id)
        ).scalar_one()
        return version


def _seal(files: Mapping[str, str]) -> tuple[str, str]:
    """Files as they are kept, and the SHA-256 of that."""
    body = json.dumps(dict(sorted(files.items())), ensure_ascii=False, separators=(",", ":"))
    return body, hashlib.sha256(body.encode()).hexdigest()
