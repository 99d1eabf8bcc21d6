"""Companies and their records from JSON. Sending the same seed twice changes nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.ledger import delete_entry, find_lines, put_lines
from mlc_sim.intacct.object_types import ObjectType
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.settings import Settings, find_settings, read_settings
from mlc_sim.intacct.store import Company, Fields, Store
from mlc_sim.intacct.values import keep_moment
from mlc_sim.intacct.vendors import complete_vendor

#: What a seeded record remembers of its lines, to tell whether they changed; no field, so nobody reads it.
_LINES: Final = "(lines)"


def plant(seed: Mapping[str, Any], store: Store, now: datetime) -> dict[str, int]:
    """Insert or update a company and its records by their ids; returns how many records of each object changed.

    `company`: id, sender_id, sender_password, users [{user_id, password}], entities, base_currency, settings.
    `objects`: by object name, records with Intacct's field names, and lines in a list under the field that
    owns them; days as YYYY-MM-DD. A field left out is empty.
    Raises ValueError, KeyError or TypeError, and then changes nothing.
    """
    company = seed["company"]
    with store.transaction():
        _plant_company(company, store)
        return {
            name: _plant_records(company["id"], name, rows, store, now)
            for name, rows in seed.get("objects", {}).items()
        }


def _plant_company(company: Mapping[str, Any], store: Store) -> None:
    store.put_company(
        Company(
            id=company["id"],
            sender_id=company["sender_id"],
            users={user["user_id"]: user["password"] for user in company["users"]},
            entities=tuple(company.get("entities", ())),
            base_currency=company.get("base_currency", "USD"),
        ),
        sender_password=company["sender_password"],
    )
    if "settings" in company:
        read_settings(company["settings"])
        store.put_setting(company["id"], company["settings"])


def _plant_records(
    company_id: str, object_name: str, rows: list[Mapping[str, Any]], store: Store, now: datetime
) -> int:
    settings = find_settings(store, company_id)
    object_type = _find_master_type(object_name, settings)
    stamp = {"WHENMODIFIED": keep_moment(settings.stamp(now))}
    company = store.find_company(company_id)
    changed = 0
    for row in rows:
        lines = _read_lines(object_type, row)
        key, fields = _read_record(
            {each: row[each] for each in row if each != object_type.lines}, object_type
        )
        if _is_kept(store.find_record(company_id, object_name, key), fields, lines):
            continue
        digest = {_LINES: json.dumps(lines)} if lines else {}
        store.put_records(company_id, object_name, [(key, {**fields, **stamp, **digest})])
        if company is not None:
            _plant_parts(Books(store=store, company=company, entity=""), object_type, key, fields, lines)
        changed += 1
    return changed


def _find_master_type(object_name: str, settings: Settings) -> ObjectType:
    try:
        object_type = find_type(object_name, settings)
    except FunctionError as error:
        raise ValueError(f"cannot seed: {error}") from None
    if object_type.table != "record":
        raise ValueError(f"cannot seed {object_name!r}: it is no master record")
    return object_type


def _plant_parts(
    books: Books, object_type: ObjectType, key: str, fields: Fields, lines: list[dict[str, str]]
) -> None:
    """The lines a record owns, and the entity that a location is."""
    record = books.store.find_record(books.company.id, object_type.name, key) or {}
    if object_type.line_object:
        for line in find_lines(books, object_type.line_object, int(record["RECORDNO"])):
            delete_entry(books, object_type.line_object, line.record_no)
        stamped = [{**line, "WHENMODIFIED": record["WHENMODIFIED"]} for line in lines]
        put_lines(books, object_type.line_object, int(record["RECORDNO"]), stamped)
    if object_type.name == "LOCATION" and key in books.company.entities:
        names = ("LOCATIONID", "NAME", "CURRENCY", "STATUS")
        entity = {name: fields.get(name, "") for name in names} | {"WHENMODIFIED": record["WHENMODIFIED"]}
        books.store.put_records(books.company.id, "LOCATIONENTITY", [(key, entity)])


def _read_lines(object_type: ObjectType, row: Mapping[str, Any]) -> list[dict[str, str]]:
    """The lines of a record; raises ValueError for a name that is no field of theirs."""
    lines = [{name: _text(value) for name, value in line.items()} for line in row.get(object_type.lines, ())]
    known = OBJECTS[object_type.line_object].fields if lines else {}
    unknown = [name for line in lines for name in line if name not in known]
    if unknown:
        raise ValueError(f"{object_type.line_object}: unknown fields {unknown}")
    return lines


def _read_record(row: Mapping[str, Any], object_type: ObjectType) -> tuple[str, Fields]:
    unknown = [name for name in row if name not in object_type.fields]
    if unknown or not row.get(object_type.key):
        raise ValueError(
            f"{object_type.name} {row.get(object_type.key)!r}: unknown fields {unknown}, or no {object_type.key}"
        )
    fields = {"STATUS": "active"} | {name: _text(value) for name, value in row.items()}
    return fields[object_type.key], complete_vendor(fields) if object_type.name == "VENDOR" else fields


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_kept(record: Fields | None, fields: Fields, lines: list[dict[str, str]]) -> bool:
    """Whether a stored record already says all this, and nothing else but its number and times."""
    system = {"RECORDNO", "WHENMODIFIED", "WHENCREATED", _LINES}
    stored = {name: value for name, value in (record or {}).items() if name not in system}
    same_lines = (record or {}).get(_LINES, "[]") == json.dumps(lines)
    return (
        record is not None
        and same_lines
        and stored == {name: value for name, value in fields.items() if value}
    )
