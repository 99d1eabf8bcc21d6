"""Folders and files of the tenant, kept in its database, bytes included."""

import hashlib
import itertools
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mlc_sim.cleo.database import Database
from mlc_sim.cleo.settings import Collisions

INBOUND: Final = "/edi/inbound"  # where partners' files arrive
#: Path and usage, which is seen from the account: it *downloads* what partners send (Cleo, Partner Mailbox).
FOLDERS: Final = {
    INBOUND: "download",
    "/edi/archive": "other",
    "/edi/error": "other",
    "/edi/outbound": "upload",
    "/reference": "upload",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    id: str
    path: str
    usage: str  #: download, upload or other
    created: str  #: as on the wire: UTC, whole seconds, Z


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """All about a file but its bytes."""

    arrival: int  #: rises with each new file of the tenant
    id: str
    folder_id: str
    name: str
    length: int
    sha256: str
    created: str
    modified: str
    version: int


class NameTakenError(Exception):
    """The folder has a file of that name, and collisions are refused."""


class Store:
    """Every call is one transaction."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        """Make the tenant's folders if it has none."""
        self._database = database
        self._clock = clock
        with database.begin() as work:
            for path, usage in FOLDERS.items():
                row = (_make_id(), path, usage, self._now())
                work.execute("INSERT OR IGNORE INTO folders VALUES (?, ?, ?, ?)", row)

    def folders(self) -> list[Folder]:
        with self._database.begin() as work:
            return [Folder(**row) for row in work.execute("SELECT * FROM folders ORDER BY path")]

    def find_folder(self, folder_id: str) -> Folder | None:
        return next((folder for folder in self.folders() if folder.id == folder_id), None)

    def find_path(self, path: str) -> Folder | None:
        return next((folder for folder in self.folders() if folder.path == path), None)

    def count(self, folder: Folder) -> int:
        with self._database.begin() as work:
            [number] = work.execute("SELECT count(*) FROM files WHERE folder_id = ?", (folder.id,)).fetchone()
        return int(number)

    def files(
        self, folder: Folder, *, start: int = 0, limit: int = -1, newest_first: bool = False
    ) -> list[File]:
        """The folder's files in the order in which they came into being, from the `start`th on; limit -1 is all."""
        order = "SELECT * FROM files WHERE folder_id = ? ORDER BY arrival * ? LIMIT ? OFFSET ?"
        with self._database.begin() as work:
            rows = work.execute(order, (folder.id, -1 if newest_first else 1, limit, start))
            return [File(**row) for row in rows]

    def find_file(self, file_id: str) -> File | None:
        with self._database.begin() as work:
            row = work.execute("SELECT * FROM files WHERE id = ?", (file_id,)).fetchone()
        return File(**row) if row else None

    def content(self, file: File) -> bytes:
        with self._database.begin() as work:
            [row] = work.execute("SELECT content FROM contents WHERE file_id = ?", (file.id,))
        return bytes(row["content"])

    def add(self, folder: Folder, name: str, content: bytes, *, collisions: Collisions | None) -> File:
        """Store a file under a new id. Without a rule for collisions two files may bear one name. Raises NameTakenError."""
        digest, now = hashlib.sha256(content).hexdigest(), self._now()
        with self._database.begin() as work:
            settled = _settle_name(work, folder, name, collisions)
            [row] = work.execute(
                "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING *",
                (_make_id(), folder.id, settled, len(content), digest, now, now),
            )
            work.execute("INSERT INTO contents VALUES (?, ?)", (row["id"], content))
        return File(**row)

    def move(self, file: File, folder: Folder, name: str, *, collisions: Collisions) -> File:
        """Move and rename; the id stays. Raises NameTakenError."""
        with self._database.begin() as work:
            settled = _settle_name(work, folder, name, collisions, apart_from=file.id)
            [row] = work.execute(
                "UPDATE files SET folder_id = ?, name = ?, modified = ?, version = version + 1 WHERE id = ? RETURNING *",
                (folder.id, settled, self._now(), file.id),
            )
        return File(**row)

    def delete(self, file_id: str) -> None:
        """No harm is done if there is no such file."""
        with self._database.begin() as work:
            work.execute("DELETE FROM files WHERE id = ?", (file_id,))

    def _now(self) -> str:
        return self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")


def _make_id() -> str:
    return secrets.token_urlsafe(16)  # 22 characters, as Cleo's are; may begin with - or _


def _settle_name(
    work: sqlite3.Connection,
    folder: Folder,
    name: str,
    collisions: Collisions | None,
    *,
    apart_from: str = "",
) -> str:
    """The name the file gets. The form of a renamed one, `INV-1.edi`, is inferred."""
    taken = _find_name(work, folder, name, apart_from)
    if taken is None or collisions is None:
        return name
    if collisions is Collisions.REFUSE:
        raise NameTakenError(f"{folder.path} has a file {name!r} already")
    if collisions is Collisions.OVERWRITE:
        work.execute("DELETE FROM files WHERE id = ?", (taken,))
        return name
    stem, _, suffix = name.rpartition(".")
    numbered = (f"{stem}-{number}.{suffix}" if stem else f"{name}-{number}" for number in itertools.count(1))
    return next(free for free in numbered if _find_name(work, folder, free, apart_from) is None)


def _find_name(work: sqlite3.Connection, folder: Folder, name: str, apart_from: str) -> str | None:
    row = work.execute(
        "SELECT id FROM files WHERE folder_id = ? AND name = ? AND id <> ?", (folder.id, name, apart_from)
    ).fetchone()
    return row["id"] if row else None
