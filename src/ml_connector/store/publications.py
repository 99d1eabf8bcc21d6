"""Files of reference data on their way to Cleo: recorded before they are sent, published once."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from ml_connector.records.audit import Detail, Fact
from ml_connector.records.publications import (
    ActionStatus,
    NewPublication,
    PublicationStatus,
    StoredPublication,
)
from ml_connector.store.audit import Audit
from ml_connector.store.holders import Holder
from ml_connector.store.sets import split
from ml_connector.store.tables import partner_connections, publications


class Publications:
    def __init__(self, connection: Connection, *, audit: Audit, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._holder = holder
        self._now = now

    def prepare(self, new: NewPublication, *, after: int | None) -> int | None:
        """Record a file that this process is about to upload. Returns its id.

        `after` is the newest publication of its table as the caller knows it; None is returned when there is a
        newer one by now.
        """
        newest = self.newest(new.link, new.kind, new.form)
        if (newest.id if newest else None) != after:
            return None
        row = {**asdict(new), "status": PublicationStatus.PREPARED, "at": self._now}
        row |= {"holder": self._holder.name, "attempts": 1}
        statement = insert(publications).values(row).returning(publications.c.id)
        id_: int = self._connection.execute(statement).scalar_one()
        detail: Detail = {
            "link": new.link,
            "table": new.kind,
            "file": new.file,
            "bytes": new.length,
            "sha256": new.sha256,
            "from": new.from_version,
            "upto": new.upto_version,
            "upserts": new.upserts,
            "deletes": new.deletes,
        }
        self._note(id_, "prepared", detail)
        return id_

    def take(self, id_: int) -> bool:
        """Be the one who settles a `prepared` publication; False while another process is at it, or has done it."""
        query = select(publications.c.status, publications.c.holder).where(publications.c.id == id_)
        row = self._connection.execute(query).one()
        free = row.holder in {"", self._holder.name} or self._holder.is_gone(row.holder)
        if row.status != PublicationStatus.PREPARED or not free:
            return False
        mine = {"holder": self._holder.name, "attempts": publications.c.attempts + 1}
        self._connection.execute(update(publications).where(publications.c.id == id_).values(mine))
        return True

    def note_failure(self, id_: int, reason: str) -> None:
        """The upload did not succeed, or not surely; the same bytes are looked for and sent by a later run."""
        failed = update(publications).where(publications.c.id == id_).values(reason=reason, holder="")
        self._connection.execute(failed)
        self._note(id_, "not published", {"reason": reason})

    def publish(self, id_: int, *, remote_id: str, action: ActionStatus) -> bool:
        """Cleo has the file. False when that was known before."""
        guarded = update(publications).where(
            publications.c.id == id_, publications.c.status == PublicationStatus.PREPARED
        )
        values = {
            "status": PublicationStatus.PUBLISHED,
            "published_at": self._now,
            "reason": "",
            "holder": "",
        }
        done = self._connection.execute(guarded.values(**values, remote_id=remote_id, action=action))
        if done.rowcount != 1:
            return False
        self._note(id_, "published", {"remote_id": remote_id})
        return True

    def extend(self, id_: int, *, upto: int) -> None:
        """What was published is still true as of a later version of our copy."""
        older = update(publications).where(publications.c.id == id_, publications.c.upto_version < upto)
        self._connection.execute(older.values(upto_version=upto))

    def move_actions(self, ids: Iterable[int], *, to: ActionStatus, said: str) -> None:
        """Note what became of the action that was to run after these publications."""
        for part in split(ids):
            self._connection.execute(
                update(publications).where(publications.c.id.in_(part)).values(action=to)
            )
            for id_ in part:
                self._note(id_, f"action {to}", {"said": said})

    def newest(self, link: str, kind: str, form: str) -> StoredPublication | None:
        """The newest publication of a table, whatever became of it."""
        query = _select(link).where(publications.c.kind == kind, publications.c.form == form)
        row = self._connection.execute(query.order_by(publications.c.id.desc()).limit(1)).mappings().first()
        return None if row is None else _to_publication(row)

    def find_full(self, link: str, kind: str, form: str) -> datetime | None:
        """When a table was last published in full."""
        query = select(func.max(publications.c.at)).where(
            publications.c.link == link,
            publications.c.kind == kind,
            publications.c.form == form,
            publications.c.from_version.is_(None),
        )
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def list_actions(self, link: str, status: ActionStatus) -> tuple[StoredPublication, ...]:
        """Those whose action stands there, oldest first."""
        return self._list(_select(link).where(publications.c.action == status))

    def list_since(self, link: str, since: datetime) -> tuple[StoredPublication, ...]:
        """Those prepared or published since a moment, and those that still wait; oldest first."""
        waits = publications.c.status == PublicationStatus.PREPARED
        touched = (publications.c.at >= since) | (publications.c.published_at >= since)
        return self._list(_select(link).where(waits | touched))

    def list_connected(self, link: str) -> dict[str, str]:
        """The vendors that have a connection of our making in Cleo, with its alias as we wrote it."""
        query = select(partner_connections).where(partner_connections.c.link == link)
        return {row.vendor: row.alias for row in self._connection.execute(query)}

    def note_connected(self, link: str, vendor: str, *, alias: str, remote_id: str) -> None:
        """A vendor has a connection in Cleo now."""
        place = {"link": link, "vendor": vendor}
        row = {"alias": alias, "remote_id": remote_id, "at": self._now}
        changed = update(partner_connections).filter_by(**place).values(row)
        if not self._connection.execute(changed).rowcount:
            self._connection.execute(insert(partner_connections).values(place | row))
        detail: Detail = {"vendor": vendor, "alias": alias, "remote_id": remote_id}
        self._audit.append([Fact(record=f"link:{link}", action="connection in Cleo", detail=detail)])

    def _list(self, query: Select[Any]) -> tuple[StoredPublication, ...]:
        rows = self._connection.execute(query.order_by(publications.c.id)).mappings()
        return tuple(_to_publication(row) for row in rows)

    def _note(self, id_: int, action: str, detail: Detail) -> None:
        self._audit.append([Fact(record=f"publication:{id_}", action=action, detail=detail)])


def _select(link: str) -> Select[Any]:
    return select(publications).where(publications.c.link == link)


def _to_publication(row: RowMapping) -> StoredPublication:
    names = NewPublication.__dataclass_fields__
    return StoredPublication(
        id=row["id"],
        new=NewPublication(**{name: row[name] for name in names}),
        status=PublicationStatus(row["status"]),
        reason=row["reason"],
        attempts=row["attempts"],
        at=row["at"],
        published_at=row["published_at"],
        remote_id=row["remote_id"],
        action=ActionStatus(row["action"]),
    )
