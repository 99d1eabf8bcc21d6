"""The tenant's SQLite file. What is done in it is committed before the answer goes out."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlc_sim.cleo.filters import Attributes, Condition

# A commit in the write-ahead log outlives a killed process; only a loss of power could undo it.
_MODE: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS clock (only INTEGER PRIMARY KEY CHECK (only = 1), ahead REAL NOT NULL);  -- seconds
CREATE TABLE IF NOT EXISTS settings (only INTEGER PRIMARY KEY CHECK (only = 1), json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, expires REAL  -- seconds since 1970; NULL: never
);
CREATE TABLE IF NOT EXISTS refusals (at REAL NOT NULL);  -- of log-ins: those that may still lead to a lock-out
CREATE TABLE IF NOT EXISTS account (  -- how long it is locked, and the step of time of the code taken last
    only INTEGER PRIMARY KEY CHECK (only = 1), locked_until REAL NOT NULL, last_step INTEGER NOT NULL
);
INSERT OR IGNORE INTO account VALUES (1, 0, 0);
CREATE TABLE IF NOT EXISTS folders (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, usage TEXT NOT NULL, created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS files (
    arrival INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, folder_id TEXT NOT NULL REFERENCES folders,
    name TEXT NOT NULL, length INTEGER NOT NULL, sha256 TEXT NOT NULL,
    created TEXT NOT NULL, modified TEXT NOT NULL, version INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS files_by_folder ON files (folder_id, arrival);
CREATE INDEX IF NOT EXISTS files_by_name ON files (folder_id, name);
CREATE TABLE IF NOT EXISTS blocks (  -- how many files of a folder are among each thousand arrivals: see store.read_page
    folder_id TEXT NOT NULL, block INTEGER NOT NULL, files INTEGER NOT NULL, PRIMARY KEY (folder_id, block)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS file_comes AFTER INSERT ON files BEGIN
    INSERT INTO blocks VALUES (new.folder_id, new.arrival / 1000, 1) ON CONFLICT DO UPDATE SET files = files + 1;
END;
CREATE TRIGGER IF NOT EXISTS file_goes AFTER DELETE ON files BEGIN
    UPDATE blocks SET files = files - 1 WHERE folder_id = old.folder_id AND block = old.arrival / 1000;
END;
CREATE TRIGGER IF NOT EXISTS file_moves AFTER UPDATE OF folder_id ON files BEGIN
    UPDATE blocks SET files = files - 1 WHERE folder_id = old.folder_id AND block = old.arrival / 1000;
    INSERT INTO blocks VALUES (new.folder_id, new.arrival / 1000, 1) ON CONFLICT DO UPDATE SET files = files + 1;
END;
CREATE TABLE IF NOT EXISTS pieces (  -- of the bytes of files; start is the place of the first one in the file
    file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE, start INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (file_id, start)
);
CREATE TABLE IF NOT EXISTS objects (  -- connections, actions, authenticators, users: what clients may create
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT NOT NULL,
    name TEXT NOT NULL, json TEXT NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, version INTEGER NOT NULL,
    UNIQUE (kind, parent, name)
);
CREATE TABLE IF NOT EXISTS boxes (  -- where the files of a connection lie
    connection_id TEXT PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
    outgoing TEXT NOT NULL REFERENCES folders, incoming TEXT NOT NULL REFERENCES folders
);
CREATE TABLE IF NOT EXISTS runs (  -- how an action goes when it is run, and when its last run ends or ended
    action_id TEXT PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
    seconds REAL NOT NULL, result TEXT NOT NULL, message TEXT NOT NULL, ends REAL
);
CREATE TABLE IF NOT EXISTS future (  -- events and transfers that will have happened at their time
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS future_by_time ON future (at, number);
CREATE TABLE IF NOT EXISTS history (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created TEXT NOT NULL, json TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS history_by_kind ON history (kind, sequence);
CREATE TABLE IF NOT EXISTS reference_rows (
    table_name TEXT NOT NULL, erp_key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (table_name, erp_key)
);
"""
# An earlier form: the bytes of each file in one piece, and no blocks.
_CONTENTS: Final = """
BEGIN; INSERT INTO pieces SELECT file_id, 0, content FROM contents; DROP TABLE contents;
INSERT INTO blocks SELECT folder_id, arrival / 1000, count(*) FROM files GROUP BY 1, 2; COMMIT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The rows a list is made of. All of it is text of this program, never of a request."""

    table: str
    where: str = "1"
    parameters: Sequence[str] = ()
    order: str  #: ORDER BY
    attributes: Attributes  #: what a filter may ask for


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a list that is answered: at most `count` resources from the `start`th on, which is 0 for the first."""

    start: int
    count: int


class Database:
    """One connection, open until `close`; usable from any thread, but from one at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`, making both where they are missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "cleo.db", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_MODE + _TABLES)
        if self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'contents'").fetchone():
            self._connection.executescript(_CONTENTS)

    @contextmanager
    def begin(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        self._connection.execute("BEGIN")
        try:
            yield self._connection
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def read_page(
        self, source: Source, condition: Condition, window: Window
    ) -> tuple[list[sqlite3.Row], int]:
        """The rows of a window, and how many there are in all that meet the condition."""
        parts = ("FROM", source.table, "WHERE", source.where, "AND", condition.sql)
        parameters = (*source.parameters, *condition.parameters)
        page = ("SELECT *", *parts, "ORDER BY", source.order, "LIMIT ? OFFSET ?")
        with self.begin() as work:
            rows = work.execute(" ".join(page), (*parameters, window.count, window.start)).fetchall()
            [total] = work.execute(" ".join(("SELECT count(*)", *parts)), parameters).fetchone()
        return rows, int(total)

    def close(self) -> None:
        self._connection.close()


def make_id(size: int = 16) -> str:
    """An id in the form of Cleo's own: 16 random bytes in 22 characters, the first of which may be - or _."""
    return secrets.token_urlsafe(size)
