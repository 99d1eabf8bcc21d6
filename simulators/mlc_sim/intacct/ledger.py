"""Documents as the store keeps them: a header, its lines, and what is changed of them later."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import is_number

#: table -> its columns for the key a header is found by, and for the header of a line
_COLUMNS: Final = {
    "bill": ("vendor_id", "NULL"),
    "bill_line": ("NULL", "bill_no"),
    "entry": ("key", "parent"),
}
_ADD: Final = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One header or line; `parent` is the header of a line."""

    record_no: int
    key: str
    parent: int | None
    entity: str
    fields: dict[str, str]


def put_document(books: Books, object_name: str, key: str, header: Fields) -> int:
    """Keep a new header, which is no bill; returns its RECORDNO."""
    return _put(books, object_name, key, None, header)


def put_lines(
    books: Books, object_name: str, parent: int, lines: Iterable[Fields], *, first: int = 1
) -> list[int]:
    """Keep lines of a header under LINE_NO from `first` on; returns their RECORDNOs."""
    return [
        _put(books, object_name, "", parent, {"LINE_NO": str(position), **line})
        for position, line in enumerate(lines, first)
    ]


def find_entry(books: Books, object_name: str, record_no: str) -> Entry | None:
    """A header or line by its RECORDNO."""
    if not is_number(record_no):
        return None
    found = _pick(books, object_name, "record_no = ?", int(record_no))
    return found[0] if found else None


def find_keyed(books: Books, object_name: str, key: str) -> list[Entry]:
    """Headers by the id they are also found by, oldest first."""
    column, _ = _COLUMNS[OBJECTS[object_name].table]
    return _pick(books, object_name, f"{column} = ? ORDER BY +record_no", key)


def find_lines(books: Books, object_name: str, parent: int) -> list[Entry]:
    """The lines of a header in their order."""
    _, column = _COLUMNS[OBJECTS[object_name].table]
    found = _pick(books, object_name, f"{column} = ? ORDER BY +record_no", parent)
    return sorted(found, key=lambda line: int(line.fields["LINE_NO"]))


def change_entry(books: Books, object_name: str, entry: Entry, changes: Mapping[str, str]) -> None:
    """Change some fields of a header or line; an empty one is taken away."""
    body = {name: value for name, value in {**entry.fields, **changes}.items() if value}
    found_by = {
        column: body.get(name)
        for name, column in OBJECTS[object_name].columns.items()
        if column in {"key", "vendor_id", "number"}
    }
    where, values = _point(books, object_name, "record_no = ?", entry.record_no)
    keys = "".join(f", {column} = ?" for column in found_by)
    books.store.change(
        f"UPDATE {OBJECTS[object_name].table} SET body = ?{keys} WHERE {where}",  # noqa: S608 - names of columns
        (json.dumps(body), *found_by.values(), *values),
    )


def delete_entry(books: Books, object_name: str, record_no: int) -> bool:
    """Remove a header with its lines, or a line; false if there was none."""
    object_type = OBJECTS[object_name]
    for owned in (object_type.line_object, *object_type.parts):
        for line in find_lines(books, owned, record_no) if owned else ():
            delete_entry(books, owned, line.record_no)
    where, values = _point(books, object_name, "record_no = ?", record_no)
    return books.store.change(f"DELETE FROM {object_type.table} WHERE {where}", values) == 1  # noqa: S608


def _put(books: Books, object_name: str, key: str, parent: int | None, fields: Fields) -> int:
    number = books.store.next_number(books.company.id, object_name)
    body = json.dumps({name: value for name, value in fields.items() if value})
    row = (books.company.id, object_name, number, key or None, parent, books.entity or None, body)
    if OBJECTS[object_name].table == "entry":
        books.store.change(_ADD, row)
    else:
        books.store.change("INSERT INTO bill_line VALUES (?, ?, ?, ?, ?)", (row[0], number, parent, *row[5:]))
    return number


def _pick(books: Books, object_name: str, where: str, value: object) -> list[Entry]:
    table = OBJECTS[object_name].table
    condition, values = _point(books, object_name, where, value)
    columns = ", ".join(_COLUMNS[table])
    rows = books.store.select(
        f"SELECT record_no, {columns}, entity, body FROM {table} WHERE {condition}",  # noqa: S608 - names of columns
        values,
    )
    return [
        Entry(record_no=number, key=key or "", parent=parent, entity=entity or "", fields=json.loads(body))
        for number, key, parent, entity, body in rows
    ]


def _point(books: Books, object_name: str, where: str, value: object) -> tuple[str, tuple[object, ...]]:
    if OBJECTS[object_name].shares_table:
        return f"company = ? AND object = ? AND {where}", (books.company.id, object_name, value)
    return f"company = ? AND {where}", (books.company.id, value)
