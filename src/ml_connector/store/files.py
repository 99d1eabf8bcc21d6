"""Files taken from Cleo."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from ml_connector.records.audit import Detail, Fact
from ml_connector.records.documents import LeftFile, Origin, ReadFile, StoredFile
from ml_connector.records.status import FileStatus
from ml_connector.store.audit import Audit
from ml_connector.store.payloads import Kept, insert_small
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import files, missed_files

_Name = tuple[str, str]  #: of a file in its folder, with its bytes


class Files:
    def __init__(self, connection: Connection, *, audit: Audit, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._now = now

    def add(self, *, link: str, origin: Origin, kept: Kept) -> int:
        """Record a file whose bytes are stored. Returns its id; the same file of the same origin keeps its first."""
        (id_,) = self._add(link, [(origin, kept)])
        return id_

    def add_small(self, link: str, found: Sequence[tuple[Origin, bytes]]) -> list[int]:
        """Store files of one piece each, of one folder, and record them; their ids, in the order given."""
        kept = insert_small(self._connection, [content for _, content in found])
        return self._add(link, [(origin, of) for (origin, _), of in zip(found, kept, strict=True)])

    def _add(self, link: str, found: Sequence[tuple[Origin, Kept]]) -> list[int]:
        known = self._find(link, [origin for origin, _ in found])
        new = [each for each in found if _name(*each) not in known]
        if new:
            statement = insert(files).returning(files.c.id, sort_by_parameter_order=True)
            rows = [self._to_row(link, origin, kept) for origin, kept in new]
            ids = self._connection.execute(statement, rows).scalars().all()
            known |= {_name(*each): id_ for each, id_ in zip(new, ids, strict=True)}
            self._audit.append([_describe(id_, *each) for each, id_ in zip(new, ids, strict=True)])
        return [known[_name(*each)] for each in found]

    def _find(self, link: str, origins: Sequence[Origin]) -> dict[_Name, int]:
        """The files that are there of these origins' folder."""
        place = origins[0]
        columns = (files.c.id, files.c.remote_id, files.c.sha256)
        query = select(*columns).where(
            files.c.link == link,
            files.c.host == place.host,
            files.c.folder == place.folder,
            is_one_of(files.c.remote_id, [origin.remote_id for origin in origins]),
        )
        rows = self._connection.execute(query)
        return {(remote_id, sha256): id_ for id_, remote_id, sha256 in rows}

    def _to_row(self, link: str, origin: Origin, kept: Kept) -> dict[str, object]:
        return {
            "link": link,
            "host": origin.host,
            "folder": origin.folder,
            "remote_id": origin.remote_id,
            "name": origin.name,
            "length": kept.length,
            "sha256": kept.sha256,
            "status": FileStatus.RECEIVED,
            "reason": "",
            "received_at": self._now,
        }

    def mark_moved(self, ids: Sequence[int], *, to: str) -> None:
        """Note that Cleo has put the files away."""
        self._mark_away(ids, "moved", {"to": to})

    def mark_deleted(self, ids: Sequence[int]) -> None:
        """Note that the files were deleted in Cleo, as the tenant or its profile has it."""
        self._mark_away(ids, "deleted in Cleo", {})

    def mark_gone(self, ids: Sequence[int]) -> None:
        """Note that somebody else has put the files away."""
        self._mark_away(ids, "gone from Cleo", {})

    def _mark_away(self, ids: Sequence[int], action: str, detail: Detail) -> None:
        if not ids:
            return
        self._connection.execute(update(files).where(is_one_of(files.c.id, ids)).values(moved_at=self._now))
        self._audit.append([Fact(record=f"file:{id_}", action=action, detail=detail) for id_ in ids])

    def mark_left(self, file_id: int, *, listed: str | None) -> None:
        """Note that the file, just read, stays in Cleo's folder; by `listed` it is known again."""
        row = files.c.id == file_id
        before = select(files.c.left_at).where(row)
        if self._connection.execute(before).scalar() is None:
            self._audit.append([Fact(record=f"file:{file_id}", action="left in Cleo")])
        self._connection.execute(update(files).where(row).values(left_at=self._now, listed=listed))

    def list_left(self, link: str, *, host: str, folder: str) -> dict[str, LeftFile]:
        """The files that stayed in a folder of Cleo, by the ids they have there; of one id the newest."""
        query = select(files.c.id, files.c.remote_id, files.c.listed, files.c.left_at).where(
            files.c.link == link,
            files.c.host == host,
            files.c.folder == folder,
            files.c.left_at.is_not(None),
            files.c.moved_at.is_(None),
        )
        rows = self._connection.execute(query.order_by(files.c.left_at, files.c.id))
        return {row.remote_id: LeftFile(id=row.id, listed=row.listed, read_at=row.left_at) for row in rows}

    def list_missed(self, link: str, *, host: str, folder: str) -> dict[str, int]:
        """How often files of a folder could not be taken, by the ids they have there."""
        query = select(missed_files.c.remote_id, missed_files.c.times).where(
            missed_files.c.link == link, missed_files.c.host == host, missed_files.c.folder == folder
        )
        return {row.remote_id: row.times for row in self._connection.execute(query)}

    def put_missed(self, link: str, *, host: str, folder: str, times: Mapping[str, int]) -> None:
        """Note this instead of what was noted before."""
        place = {"link": link, "host": host, "folder": folder}
        self._connection.execute(
            delete(missed_files).where(*(missed_files.c[name] == value for name, value in place.items()))
        )
        if times:
            rows = [{**place, "remote_id": id_, "times": count} for id_, count in times.items()]
            self._connection.execute(insert(missed_files), rows)

    def finish(self, file_id: int, *, to: FileStatus, reason: str, documents: int) -> bool:
        """Move a `received` file on. False when somebody else did before."""
        return bool(self.finish_all([ReadFile(id=file_id, status=to, reason=reason, documents=documents)]))

    def finish_all(self, found: Sequence[ReadFile]) -> list[int]:
        """Move `received` files on; the ids of those that somebody else did not move before."""
        alike: dict[tuple[FileStatus, str], list[int]] = {}
        for each in found:
            alike.setdefault((each.status, each.reason), []).append(each.id)
        received = update(files).where(files.c.status == FileStatus.RECEIVED).returning(files.c.id)
        moved = {
            id_
            for (status, reason), ids in alike.items()
            for id_ in self._connection.execute(
                received.where(is_one_of(files.c.id, ids)).values(status=status, reason=reason)
            ).scalars()
        }
        self._audit.append([_describe_end(each) for each in found if each.id in moved])
        return [each.id for each in found if each.id in moved]

    def list(
        self, link: str, *, status: FileStatus | None = None, since: datetime | None = None
    ) -> tuple[StoredFile, ...]:
        """Files of a link, oldest first: all, those in a state, those received since a moment."""
        query = select(files).where(files.c.link == link).order_by(files.c.id)
        if since is not None:
            query = query.where(files.c.received_at >= since)
        if status is not None:
            query = query.where(files.c.status == status)
        return tuple(_to_file(row) for row in self._connection.execute(query).mappings())

    def get(self, ids: Iterable[int]) -> dict[int, StoredFile]:
        rows = self._connection.execute(select(files).where(is_one_of(files.c.id, ids))).mappings()
        return {row["id"]: _to_file(row) for row in rows}


def _name(origin: Origin, kept: Kept) -> _Name:
    return origin.remote_id, kept.sha256


def _describe(id_: int, origin: Origin, kept: Kept) -> Fact:
    detail: Detail = {
        "name": origin.name,
        "folder": origin.folder,
        "bytes": kept.length,
        "sha256": kept.sha256,
    }
    return Fact(record=f"file:{id_}", action="received", detail=detail)


def _describe_end(found: ReadFile) -> Fact:
    detail: Detail = {"reason": found.reason, "documents": found.documents}
    return Fact(record=f"file:{found.id}", action=str(found.status), detail=detail)


def _to_file(row: RowMapping) -> StoredFile:
    return StoredFile(
        id=row["id"],
        link=row["link"],
        origin=Origin(host=row["host"], folder=row["folder"], remote_id=row["remote_id"], name=row["name"]),
        length=row["length"],
        sha256=row["sha256"],
        status=FileStatus(row["status"]),
        reason=row["reason"],
        received_at=row["received_at"],
        moved_at=row["moved_at"],
    )
