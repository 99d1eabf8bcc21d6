"""The tenant's SQLite file. What is done in it is committed before the answer goes out."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# A commit in the write-ahead log outlives a killed process; only a loss of power could undo it.
_MODE: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS settings (only INTEGER PRIMARY KEY CHECK (only = 1), json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, expires REAL  -- seconds since 1970; NULL: never
);
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
CREATE TABLE IF NOT EXISTS contents (
    file_id TEXT PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE, content BLOB NOT NULL
);
"""


class Database:
    """One connection, open until `close`; usable from any thread, but from one at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`, making both where they are missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "cleo.db", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_MODE + _TABLES)

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

    def close(self) -> None:
        self._connection.close()
