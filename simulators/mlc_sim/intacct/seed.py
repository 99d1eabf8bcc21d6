"""Companies and their records from JSON. Sending the same seed twice changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mlc_sim.intacct.catalogue import MASTERS, OBJECTS
from mlc_sim.intacct.settings import read_settings
from mlc_sim.intacct.store import Company, Fields, Store
from mlc_sim.intacct.values import keep_moment
from mlc_sim.intacct.vendors import complete_vendor


def plant(seed: Mapping[str, Any], store: Store, now: datetime) -> dict[str, int]:
    """Insert or update a company and its records by their ids; returns how many records of each object changed.

    `company`: id, sender_id, sender_password, users [{user_id, password}], entities, base_currency, settings.
    `objects`: by object name, records with Intacct's field names; days as YYYY-MM-DD. A field left out is empty.
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
    if object_name not in MASTERS:
        raise ValueError(f"cannot seed {object_name!r}; one of {MASTERS}")
    changed = [
        (key, fields)
        for key, fields in (_read_record(object_name, row) for row in rows)
        if not _is_kept(store.find_record(company_id, object_name, key), fields)
    ]
    stamp = {"WHENMODIFIED": keep_moment(now)}
    store.put_records(company_id, object_name, ((key, {**fields, **stamp}) for key, fields in changed))
    return len(changed)


def _read_record(object_name: str, row: Mapping[str, Any]) -> tuple[str, Fields]:
    object_type = OBJECTS[object_name]
    unknown = [name for name in row if name not in object_type.fields]
    if unknown or not row.get(object_type.key):
        raise ValueError(
            f"{object_name} {row.get(object_type.key)!r}: unknown fields {unknown}, or no {object_type.key}"
        )
    fields = {"STATUS": "active"} | {name: _text(value) for name, value in row.items()}
    return fields[object_type.key], complete_vendor(fields) if object_name == "VENDOR" else fields


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_kept(record: Fields | None, fields: Fields) -> bool:
    """Whether a stored record already says all this, and nothing else but its number and times."""
    system = {"RECORDNO", "WHENMODIFIED", "WHENCREATED"}
    stored = {name: value for name, value in (record or {}).items() if name not in system}
    return record is not None and stored == {name: value for name, value in fields.items() if value}
