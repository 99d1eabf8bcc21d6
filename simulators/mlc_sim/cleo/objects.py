"""What clients may create besides files: connections, actions, authenticators, users, each a JSON object."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mlc_sim.cleo.clock import write_time
from mlc_sim.cleo.database import Database, make_id
from mlc_sim.cleo.store import NameTakenError

_OBJECTS: Final = "SELECT * FROM objects WHERE "


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    id: str
    kind: str
    parent: str  #: id of the object it belongs to; empty for none
    name: str  #: its own within kind and parent
    members: Mapping[str, Any]  #: as the client sent them
    created: str
    modified: str
    version: int


class Objects:
    """Every call is one transaction."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def find(self, kind: str, object_id: str) -> Object | None:
        return self._find("kind = ? AND id = ?", kind, object_id)

    def find_named(self, kind: str, name: str, *, parent: str = "") -> Object | None:
        return self._find("kind = ? AND parent = ? AND name = ?", kind, parent, name)

    def find_name(self, object_id: str) -> str:
        """Of an object of whatever kind; empty if there is none."""
        with self._database.begin() as work:
            row = work.execute("SELECT name FROM objects WHERE id = ?", (object_id,)).fetchone()
        return str(row["name"]) if row else ""

    def list_children(self, kind: str, parent: str) -> list[Object]:
        wanted = "SELECT * FROM objects WHERE kind = ? AND parent = ? ORDER BY sequence"
        with self._database.begin() as work:
            return [read_object_row(row) for row in work.execute(wanted, (kind, parent))]

    def add(self, kind: str, name: str, members: Mapping[str, Any], *, parent: str = "") -> Object:
        """Raises NameTakenError."""
        now = write_time(self._clock())
        row = (make_id(), kind, parent, name, json.dumps(members), now, now)
        order = "INSERT INTO objects VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING *"
        return self._write(order, row, name)

    def replace(self, found: Object, name: str, members: Mapping[str, Any]) -> Object:
        """Give it another name and other members. Raises NameTakenError."""
        row = (name, json.dumps(members), write_time(self._clock()), found.id)
        order = "UPDATE objects SET name = ?, json = ?, modified = ?, version = version + 1 WHERE id = ? RETURNING *"
        return self._write(order, row, name)

    def delete(self, found: Object) -> None:
        """It goes with all that belongs to it."""
        with self._database.begin() as work:
            work.execute("DELETE FROM objects WHERE id = ? OR parent = ?", (found.id, found.id))

    def _find(self, condition: str, *values: str) -> Object | None:
        with self._database.begin() as work:
            row = work.execute(_OBJECTS + condition, values).fetchone()
        return read_object_row(row) if row else None

    def _write(self, order: str, row: tuple[str, ...], name: str) -> Object:
        try:
            with self._database.begin() as work:
                [written] = work.execute(order, row)
        except sqlite3.IntegrityError as taken:
            raise NameTakenError(f"there is one named {name!r} already") from taken
        return read_object_row(written)


def read_object_row(row: sqlite3.Row) -> Object:
    return Object(
        id=row["id"],
        kind=row["kind"],
        parent=row["parent"],
        name=row["name"],
        members=json.loads(row["json"]),
        created=row["created"],
        modified=row["modified"],
        version=row["version"],
    )
