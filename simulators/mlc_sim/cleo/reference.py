"""Reference tables of Cleo, filled by files dropped into the folder for them, and exported as files again.

That rows can be added, changed and deleted is documented (Cleo support, Reference Tables). There is no REST call for it
that anybody found, so a flow of the tenant reads files; their names and columns are the connector's own proposal.
"""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from mlc_sim.bodies import Body
from mlc_sim.cleo.database import Database

#: INTACCT_Vendors_20260131T080000Z_full.csv: table, time, whether all rows or some; -1 is a collision's number.
_NAME: Final = re.compile(r"([A-Za-z]\w*?)_(\d[\dTZ-]*)_(full|delta)(?:-\d+)?\.(csv|jsonl)")
_KEY: Final = "erp_key"
_OPERATION: Final = "op"

Row = Mapping[str, Any]


class TableError(Exception):
    """The file fills no table; the text says why. No row of it was taken."""


class ReferenceTables:
    """All tables, kept in the database. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sizes(self) -> dict[str, int]:
        """How many rows each table has."""
        counted = "SELECT table_name, count(*) FROM reference_rows GROUP BY table_name"
        with self._database.begin() as work:
            return dict(tuple(row) for row in work.execute(counted))

    def rows(self, table: str) -> list[Row]:
        """By key."""
        wanted = "SELECT json FROM reference_rows WHERE table_name = ? ORDER BY erp_key"
        with self._database.begin() as work:
            return [json.loads(row["json"]) for row in work.execute(wanted, (table,))]

    def fill(self, table: str, rows: Iterable[Row], *, full: bool) -> None:
        """Put rows in or delete them, as each says; in a full file the rows of before go first. Raises TableError."""
        with self._database.begin() as work:
            if full:
                work.execute("DELETE FROM reference_rows WHERE table_name = ?", (table,))
            for number, row in enumerate(rows, 1):
                _apply(work, table, row, number)


def fill_table(tables: ReferenceTables, name: str, content: Body) -> None:
    """Fill the table a dropped file is for. Raises TableError."""
    told = _NAME.fullmatch(name)
    if told is None:
        raise TableError(f"{name}: the name does not tell table, time and full or delta")
    table, _, extent, form = told.groups()
    text = io.TextIOWrapper(io.BufferedReader(_Stream(content)), encoding="utf-8", newline="")
    try:
        tables.fill(table, _READERS[form](text), full=extent == "full")
    except (ValueError, csv.Error) as fault:
        raise TableError(f"{name}: {fault}") from fault


def write_csv(rows: Iterable[Row]) -> bytes:
    """The rows as a file in the form of those that are read."""
    found = list(rows)
    columns = {_KEY: None} | dict.fromkeys(name for row in found for name in row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue().encode()


def _apply(work: sqlite3.Connection, table: str, row: Row, number: int) -> None:
    key, operation = row.get(_KEY), row.get(_OPERATION, "upsert")
    if not isinstance(key, str) or not key:
        raise TableError(f"row {number}: {_KEY} is missing")
    kept = json.dumps({name: value for name, value in row.items() if name != _OPERATION})
    match operation:
        case "upsert":
            work.execute("INSERT OR REPLACE INTO reference_rows VALUES (?, ?, ?)", (table, key, kept))
        case "delete":
            work.execute("DELETE FROM reference_rows WHERE table_name = ? AND erp_key = ?", (table, key))
        case other:
            raise TableError(f"row {number}: op {other!r} is neither upsert nor delete")


def _read_csv(text: io.TextIOWrapper) -> Iterator[Row]:
    reader = csv.reader(text, strict=True)
    columns = next(reader, [])
    for values in reader:
        if len(values) != len(columns):
            raise TableError(f"line {reader.line_num}: {len(values)} values for {len(columns)} columns")
        yield dict(zip(columns, values, strict=True))


def _read_json_lines(text: io.TextIOWrapper) -> Iterator[Row]:
    for number, line in enumerate(text, 1):
        row = json.loads(line)
        if not isinstance(row, dict):
            raise TableError(f"line {number}: no JSON object")
        yield row


_READERS: Final[Mapping[str, Callable[[io.TextIOWrapper], Iterator[Row]]]] = {
    "csv": _read_csv,
    "jsonl": _read_json_lines,
}


class _Stream(io.RawIOBase):
    """A body as Python's readers want it."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._place = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the type of the base class is private to it
        end = min(self._place + len(buffer), self._body.length)
        piece = self._body.read(self._place, end)
        buffer[: len(piece)] = piece
        self._place = end
        return len(piece)
