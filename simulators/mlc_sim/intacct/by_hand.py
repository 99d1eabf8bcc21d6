"""Records as people with all rights see, change and remove them, past the rules of the gateway; the way is our own.

Every change bears a time stamp and leaves its entry in the audit trail, unless the company is set otherwise.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mlc_sim.intacct.audit import note
from mlc_sim.intacct.company_types import find_type, list_names
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.ledger import change_entry, delete_entry, find_entry
from mlc_sim.intacct.object_types import Kind, ObjectType
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment
from mlc_sim.intacct.vendors import complete_vendor


def edit(
    books: Books, object_name: str, record_no: str, changes: Fields, settings: Settings, now: datetime
) -> None:
    """Change fields of a record, days as YYYY-MM-DD. Raises ValueError for one there is not, or no such field."""
    object_type = find_type(object_name, settings)
    unknown = changes.keys() - object_type.fields.keys()
    if unknown or object_type.key in changes:
        raise ValueError(f"{object_name} has no field {sorted(unknown)} that can be changed")
    stamped = {**changes, "WHENMODIFIED": keep_moment(now)}
    if object_type.table == "record":
        key, fields = _find_master(books, object_type, record_no)
        books.store.put_records(books.company.id, object_name, [(key, {**fields, **stamped})])
    else:
        document = find_entry(books, object_name, record_no)
        if document is None:
            raise ValueError(f"no {object_name} {record_no!r}")
        change_entry(books, object_name, document, stamped)
    _note(books, object_name, record_no, "M", settings, now)


def remove(books: Books, object_name: str, record_no: str, settings: Settings, now: datetime) -> None:
    """Remove a record, a document with its lines. Raises ValueError for one there is not."""
    object_type = find_type(object_name, settings)
    if object_type.table == "record":
        key, _ = _find_master(books, object_type, record_no)
        where = "DELETE FROM record WHERE company = ? AND object = ? AND id = ?"
        books.store.change(where, (books.company.id, object_name, key))
    elif not (record_no.isdigit() and delete_entry(books, object_name, int(record_no))):
        raise ValueError(f"no {object_name} {record_no!r}")
    _note(books, object_name, record_no, "D", settings, now)


def enter(books: Books, object_name: str, fields: Fields, settings: Settings, now: datetime) -> str:
    """Enter a new master record; returns its RECORDNO. Raises ValueError where its id is taken."""
    object_type = find_type(object_name, settings)
    made = {"STATUS": "active", **fields, **stamp_new(object_type, now)}
    stamped = complete_vendor(made) if object_name == "VENDOR" else made
    books.store.add_records(books.company.id, object_name, [(fields[object_type.key], stamped)], 1)
    record = books.store.find_record(books.company.id, object_name, fields[object_type.key]) or {}
    _note(books, object_name, record["RECORDNO"], "C", settings, now)
    return record["RECORDNO"]


def stamp_new(object_type: ObjectType, now: datetime) -> dict[str, str]:
    """The time stamps of a record that is made now."""
    names = [
        name for name in ("WHENCREATED", "WHENMODIFIED") if object_type.fields.get(name) is Kind.TIMESTAMP
    ]
    return dict.fromkeys(names, keep_moment(now))


def count_all(books: Books, settings: Settings) -> dict[str, int]:
    """How many records there are of every object, of all entities."""
    names = list_names(settings)
    return {
        name: books.store.read_tally(books.company.id, name).count("", shows_private=True) for name in names
    }


def list_all(books: Books, object_name: str, settings: Settings) -> list[dict[str, Any]]:
    """All records of an object as they are kept: no entity, no time zone and no fault hides any."""
    object_type = find_type(object_name, settings)
    columns = dict.fromkeys(("record_no", *object_type.columns.values()))
    shared = " AND object = ?" if object_type.shares_table else ""
    rows = books.store.select(
        f"SELECT body, {', '.join(columns)} FROM {object_type.table} WHERE company = ?{shared} ORDER BY record_no",  # noqa: S608 - names of columns
        (books.company.id, object_name) if shared else (books.company.id,),
    )
    return [_describe(object_type, row[0], dict(zip(columns, row[1:], strict=True))) for row in rows]


def _describe(object_type: ObjectType, body: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: columns[column] for name, column in object_type.columns.items()}
    own = {name: value for name, value in json.loads(body).items() if name in object_type.fields}
    return {**own, **{name: value for name, value in kept.items() if value is not None}}


def _find_master(books: Books, object_type: ObjectType, record_no: str) -> tuple[str, Fields]:
    found = books.store.select(
        "SELECT id, entity, body FROM record WHERE company = ? AND object = ? AND record_no = ?",
        (books.company.id, object_type.name, record_no),
    )
    if not found:
        raise ValueError(f"no {object_type.name} {record_no!r}")
    key, entity, body = found[0]
    return key, {"MEGAENTITYID": entity or "", **json.loads(body)}


def _note(books: Books, object_name: str, key: str, mode: str, settings: Settings, now: datetime) -> None:
    if object_name not in settings.unaudited:
        note(books, object_name, key, mode, user_id="", now=now)
