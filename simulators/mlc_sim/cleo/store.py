"""Folders and files of the tenant, kept in its database, bytes included."""

import hashlib
import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mlc_sim.bodies import Body
from mlc_sim.cleo.clock import write_time
from mlc_sim.cleo.database import Database, Window, make_id
from mlc_sim.cleo.settings import Collisions

INBOUND: Final = "/edi/inbound"  # where partners' files arrive
OUTBOUND: Final = "/edi/outbound"  # where our files go
REFERENCE: Final = "/reference"  # what is uploaded here fills a reference table
REFERENCE_INBOUND: Final = "/reference/inbound"  # partners' lists, exported tables
#: Path and usage, which is seen from the account: it *downloads* what partners send (Cleo, Partner Mailbox).
FOLDERS: Final = {
    INBOUND: "download",
    "/edi/archive": "other",
    "/edi/error": "other",
    OUTBOUND: "upload",
    REFERENCE: "upload",
    REFERENCE_INBOUND: "download",
}
#: Usage of a folder that holds the files of a connection, and is seen through that alone.
BOX: Final = "box"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    id: str
    path: str
    usage: str  #: download, upload, other or box
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


_FILES: Final = "SELECT * FROM files WHERE folder_id = ?"
_BLOCKS: Final = "SELECT block, files FROM blocks WHERE folder_id = ? ORDER BY block"
#: The pieces of a file that hold the bytes from one place up to another.
_PIECES: Final = """
SELECT start, bytes FROM pieces WHERE file_id = :id AND start < :end
AND start >= (SELECT max(start) FROM pieces WHERE file_id = :id AND start <= :start) ORDER BY start
"""


class NameTakenError(Exception):
    """There is something of that name, and the two would collide."""


class Store:
    """Every call is one transaction."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        """Make the tenant's folders if it has none."""
        self._database = database
        self._clock = clock
        for path, usage in FOLDERS.items():
            self.add_folder(path, usage)

    def add_folder(self, path: str, usage: str) -> str:
        """Make the folder unless it is there. Returns its id."""
        with self._database.begin() as work:
            row = (make_id(), path, usage, write_time(self._clock()))
            work.execute("INSERT OR IGNORE INTO folders VALUES (?, ?, ?, ?)", row)
            [found] = work.execute("SELECT id FROM folders WHERE path = ?", (path,))
        return str(found["id"])

    def folders(self) -> list[Folder]:
        """All that are seen as folders."""
        with self._database.begin() as work:
            rows = work.execute("SELECT * FROM folders WHERE usage <> ? ORDER BY path", (BOX,))
            return [Folder(**row) for row in rows]

    def find_folder(self, folder_id: str) -> Folder | None:
        """Any folder, a connection's own as well."""
        with self._database.begin() as work:
            row = work.execute("SELECT * FROM folders WHERE id = ?", (folder_id,)).fetchone()
        return Folder(**row) if row else None

    def find_path(self, path: str) -> Folder | None:
        return next((folder for folder in self.folders() if folder.path == path), None)

    def files(self, folder: Folder) -> list[File]:
        """The folder's files in the order in which they came into being."""
        with self._database.begin() as work:
            return [File(**row) for row in work.execute(_FILES + " ORDER BY arrival", (folder.id,))]

    def read_page(self, folder: Folder, window: Window, *, newest_first: bool) -> tuple[list[File], int]:
        """The files of a window in that order, and how many the folder has.

        Whole blocks of files are skipped by their counts, so that the last page comes as quickly as the first.
        """
        order, edge = ("DESC", "arrival < ? + 1000") if newest_first else ("ASC", "arrival >= ?")
        skipped, first = window.start, None
        with self._database.begin() as work:
            blocks = work.execute(f"{_BLOCKS} {order}", (folder.id,)).fetchall()
            for block, files in blocks:
                if skipped < files:
                    first = block * 1000
                    break
                skipped -= files
            page = (_FILES, "AND", edge, "ORDER BY arrival", order, "LIMIT ? OFFSET ?")
            rows = work.execute(" ".join(page), (folder.id, first, window.count, skipped))
            return [File(**row) for row in rows], sum(files for _, files in blocks)

    def find_file(self, file_id: str) -> File | None:
        with self._database.begin() as work:
            row = work.execute("SELECT * FROM files WHERE id = ?", (file_id,)).fetchone()
        return File(**row) if row else None

    def find_named(self, name: str) -> list[File]:
        """The files of that name, in whatever folder."""
        with self._database.begin() as work:
            return [File(**row) for row in work.execute("SELECT * FROM files WHERE name = ?", (name,))]

    def read(self, file: File, start: int, end: int) -> bytes:
        """The bytes from a place of the file up to another; fewer if the file is gone."""
        with self._database.begin() as work:
            rows = work.execute(_PIECES, {"id": file.id, "start": start, "end": end}).fetchall()
        return b"".join(row["bytes"][max(0, start - row["start"]) : end - row["start"]] for row in rows)

    def add(self, folder: Folder, name: str, content: Body, *, collisions: Collisions | None) -> File:
        """Store a file under a new id. Without a rule for collisions two files may bear one name. Raises NameTakenError."""
        now = write_time(self._clock())
        with self._database.begin() as work:
            settled = _settle_name(work, folder, name, collisions)
            row = (make_id(), folder.id, settled, content.length, "", now, now)
            [row] = work.execute("INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id", row)
            digest = _keep_content(work, row["id"], content)
            [row] = work.execute("UPDATE files SET sha256 = ? WHERE id = ? RETURNING *", (digest, row["id"]))
        return File(**row)

    def add_many(self, folder: Folder, name: str, content: bytes, *, count: int) -> None:
        """So many files of the same bytes, `{}` in the name replaced by a number from 1 on; whatever they collide with."""
        now, digest = write_time(self._clock()), hashlib.sha256(content).hexdigest()
        ids = [make_id() for _ in range(count)]
        with self._database.begin() as work:
            work.executemany(
                "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1)",
                (
                    (file_id, folder.id, name.replace("{}", str(number)), len(content), digest, now, now)
                    for number, file_id in enumerate(ids, 1)
                ),
            )
            work.executemany("INSERT INTO pieces VALUES (?, 0, ?)", ((file_id, content) for file_id in ids))

    def move(self, file: File, folder: Folder, name: str, *, collisions: Collisions) -> File:
        """Move and rename; the id stays. Raises NameTakenError."""
        with self._database.begin() as work:
            settled = _settle_name(work, folder, name, collisions, apart_from=file.id)
            [row] = work.execute(
                "UPDATE files SET folder_id = ?, name = ?, modified = ?, version = version + 1 WHERE id = ? RETURNING *",
                (folder.id, settled, write_time(self._clock()), file.id),
            )
        return File(**row)

    def delete(self, file_id: str) -> None:
        """No harm is done if there is no such file."""
        with self._database.begin() as work:
            work.execute("DELETE FROM files WHERE id = ?", (file_id,))


def _keep_content(work: sqlite3.Connection, file_id: str, content: Body) -> str:
    """Store the bytes piece by piece. Returns their SHA-256."""
    digest, start = hashlib.sha256(), 0
    for piece in content.pieces():
        work.execute("INSERT INTO pieces VALUES (?, ?, ?)", (file_id, start, piece))
        digest.update(piece)
        start += len(piece)
    return digest.hexdigest()


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
