"""Partners, cross-references, routes and coding rules, as dated versions."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ml_connector.records.audit import Detail, Fact
from ml_connector.store.audit import Audit
from ml_connector.store.tables import rule_sets


class RuleSets:
    def __init__(self, connection: Connection, *, audit: Audit, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._now = now

    def pin(self, link: str, files: Mapping[str, str], *, author: str) -> int:
        """The version these files are; a new one is kept, with who brought it, when they differ from the newest."""
        body = json.dumps(dict(sorted(files.items())), ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(body.encode()).hexdigest()
        query = select(rule_sets.c.id, rule_sets.c.sha256).where(rule_sets.c.link == link)
        newest = self._connection.execute(query.order_by(rule_sets.c.id.desc()).limit(1)).first()
        if newest is not None and newest.sha256 == digest:
            return int(newest.id)
        row = {"link": link, "sha256": digest, "body": body, "author": author, "at": self._now}
        version: int = self._connection.execute(
            insert(rule_sets).values(row).returning(rule_sets.c.id)
        ).scalar_one()
        detail: Detail = {
            "version": version,
            "sha256": digest,
            "author": author,
            "files": ", ".join(sorted(files)),
        }
        self._audit.append([Fact(record=f"rules:{link}", action="loaded", detail=detail)])
        return version

    def newest(self, link: str) -> dict[str, str] | None:
        """The files of a link's newest version."""
        query = (
            select(rule_sets.c.body).where(rule_sets.c.link == link).order_by(rule_sets.c.id.desc()).limit(1)
        )
        body = self._connection.execute(query).scalar()
        return None if body is None else dict(json.loads(body))

    def read(self, version: int) -> dict[str, str]:
        """The files of a version, by name."""
        body = self._connection.execute(
            select(rule_sets.c.body).where(rule_sets.c.id == version)
        ).scalar_one()
        files: dict[str, str] = json.loads(body)
        return files
