"""Documents beside bills as the store keeps them: a header, its lines, and what is changed of them later."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.store import Fields

_PUT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)"
_PICK = "SELECT record_no, key, parent, entity, body FROM entry WHERE company = ? AND object = ? AND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One header or line; `parent` is the header of a line."""

    record_no: int
    key: str
    parent: int | None
    entity: str
    fields: dict[str, str]


def put_document(books: Books, object_name: str, key: str, header: Fields) -> int:
    """Keep a new header; returns its RECORDNO."""
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
    if not (record_no.isascii() and record_no.isdigit()):
        return None
    found = _pick(books, object_name, "record_no = ?", int(record_no))
    return found[0] if found else None


def find_keyed(books: Books, object_name: str, key: str) -> list[Entry]:
    """Headers by the id they are also found by, oldest first."""
    return _pick(books, object_name, "key = ? ORDER BY record_no", key)


def find_lines(books: Books, object_name: str, parent: int) -> list[Entry]:
    """The lines of a header in their order."""
    return _pick(books, object_name, "parent = ? ORDER BY record_no", parent)


def change_entry(books: Books, object_name: str, entry: Entry, changes: Mapping[str, str]) -> None:
    """Change some fields of a header or line."""
    body = {name: value for name, value in {**entry.fields, **changes}.items() if value}
    books.store.change(
        "UPDATE entry SET body = ? WHERE company = ? AND object = ? AND record_no = ?",
        (json.dumps(body), books.company.id, object_name, entry.record_no),
    )


def delete_entry(books: Books, object_name: str, record_no: int) -> bool:
    """Remove a header or line; false if there was none."""
    where = "DELETE FROM entry WHERE company = ? AND object = ? AND record_no = ?"
    return books.store.change(where, (books.company.id, object_name, record_no)) == 1


def find_bill(books: Books, record_no: str) -> dict[str, str] | None:
    """A bill's header by its RECORDNO."""
    if not (record_no.isascii() and record_no.isdigit()):
        return None
    rows = books.store.select(
        "SELECT body FROM bill WHERE company = ? AND record_no = ?", (books.company.id, int(record_no))
    )
    return dict(json.loads(rows[0][0])) if rows else None


def change_bill(books: Books, record_no: str, changes: Mapping[str, str]) -> None:
    """Change some fields of a bill's header; its vendor and number stay."""
    body = {
        name: value for name, value in {**(find_bill(books, record_no) or {}), **changes}.items() if value
    }
    books.store.change(
        "UPDATE bill SET body = ? WHERE company = ? AND record_no = ?",
        (json.dumps(body), books.company.id, int(record_no)),
    )


def _put(books: Books, object_name: str, key: str, parent: int | None, fields: Fields) -> int:
    number = books.store.next_number(books.company.id, object_name)
    body = json.dumps({name: value for name, value in fields.items() if value})
    row = (books.company.id, object_name, number, key or None, parent, books.entity or None, body)
    books.store.change(_PUT, row)
    return number


def _pick(books: Books, object_name: str, where: str, value: object) -> list[Entry]:
    rows = books.store.select(f"{_PICK} {where}", (books.company.id, object_name, value))
    return [
        Entry(record_no=number, key=key or "", parent=parent, entity=entity or "", fields=json.loads(body))
        for number, key, parent, entity, body in rows
    ]
