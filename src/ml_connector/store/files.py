"""Files taken from Cleo."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from ml_connector.records.audit import Detail, Fact
from ml_connector.records.documents import LeftFile, Origin, StoredFile
from ml_connector.records.status import FileStatus
from ml_connector.store.audit import Audit
from ml_connector.store.payloads import Kept
from ml_connector.store.sets import split
from ml_connector.store.tables import files, missed_files


class Files:
    def __init__(self, connection: Connection, *, audit: Audit, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._now = now

    def add(self, *, link: str, origin: Origin, kept: Kept) -> int:
        """Record a file whose bytes are stored. Returns its id; the same file of the same origin keeps its first."""
        query = select(files.c.id).where(
            files.c.link == link,
            files.c.host == origin.host,
            files.c.folder == origin.folder,
            files.c.remote_id == origin.remote_id,
            files.c.sha256 == kept.sha256,
        )
        known: int | None = self._connection.execute(query).scalar()
        if known is not None:
            return known
        row = {
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
        added: int = self._connection.execute(insert(files).values(row).returning(files.c.id)).scalar_one()
        detail: Detail = {
            "name": origin.name,
            "folder": origin.folder,
            "bytes": kept.length,
            "sha256": kept.sha256,
        }
        self._audit.append([Fact(record=f"file:{added}", action="received", detail=detail)])
        return added

    def mark_moved(self, file_id: int, *, to: str) -> None:
        """Note that Cleo has put the file away."""
        self._connection.execute(update(files).where(files.c.id == file_id).values(moved_at=self._now))
        self._audit.append([Fact(record=f"file:{file_id}", action="moved", detail={"to": to})])

    def mark_deleted(self, file_id: int) -> None:
        """Note that the file was deleted in Cleo, as the tenant or its profile has it."""
        self._connection.execute(update(files).where(files.c.id == file_id).values(moved_at=self._now))
        self._audit.append([Fact(record=f"file:{file_id}", action="deleted in Cleo")])

    def mark_gone(self, file_id: int) -> None:
        """Note that somebody else has put the file away."""
        self._connection.execute(update(files).where(files.c.id == file_id).values(moved_at=self._now))
        self._audit.append([Fact(record=f"file:{file_id}", action="gone from Cleo")])

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
        guarded = update(files).where(files.c.id == file_id, files.c.status == FileStatus.RECEIVED)
        if self._connection.execute(guarded.values(status=to, reason=reason)).rowcount != 1:
            return False
        detail: Detail = {"reason": reason, "documents": documents}
        self._audit.append([Fact(record=f"file:{file_id}", action=str(to), detail=detail)])
        return True

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
        found: dict[int, StoredFile] = {}
        for part in split(ids):
            rows = self._connection.execute(select(files).where(files.c.id.in_(part))).mappings()
            found |= {row["id"]: _to_file(row) for row in rows}
        return found


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
