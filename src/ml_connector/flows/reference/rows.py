"""Intacct's records as rows of our dated copy, and back."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from ml_connector.flows.reference.kinds import Kind
from ml_connector.intacct.objects import Entry, VendorDetail
from ml_connector.mapping.reference import KINDS as PLANNED
from ml_connector.mapping.reference import VENDOR, Asked, Known
from ml_connector.mapping.reference_changes import PAY_TO
from ml_connector.mapping.vendor_clues import EDI, list_aliases
from ml_connector.records.reference import ReferenceRow


def keep_entry(kind: Kind, entry: Entry[Any], *, edi_fields: Sequence[str] = ()) -> ReferenceRow:
    """A record as the copy keeps it. A tax id is kept only as a hash to be found by."""
    record = entry.record
    body = {
        item.name: simplify(getattr(record, item.name))
        for item in fields(record)
        if item.name not in kind.without
    }
    body |= {name: entry.custom.get(field, "") for name, field in kind.extra.items()}
    if entry.modified is not None:
        body["modified"] = simplify(entry.modified)
    aliases: tuple[str, ...] = ()
    if isinstance(record, VendorDetail):
        body["tax_id"] = ""
        body["edi_fields"] = _read_edi_ids(entry.custom, edi_fields)
        body["edi_ids"] = list(body["edi_fields"])
        aliases = (*list_aliases(record), *(f"{EDI}{id_}" for id_ in body["edi_ids"]))
    return ReferenceRow(kind=kind.name, key=kind.identify(record), body=body, aliases=aliases)


def restore_record(row: ReferenceRow) -> Known:
    """What plans know of the record a row keeps."""
    kind = PLANNED[row.kind]
    names = [item.name for item in fields(kind)]
    body: dict[str, Any] = {name: row.body[name] for name in names}
    if "requires" in body:
        body["requires"] = frozenset(body["requires"])
    return kind(**body)


def list_edi_fields(rows: Iterable[ReferenceRow]) -> dict[Asked, str]:
    """The custom fields that hold the EDI ids of vendors, by a vendor's id and the alias."""
    vendors = (row for row in rows if row.kind == VENDOR)
    return {
        (row.key, f"{EDI}{id_}"): field
        for row in vendors
        for id_, field in row.body.get("edi_fields", {}).items()
    }


def list_kept_contacts(rows: Iterable[ReferenceRow]) -> dict[str, str]:
    """The pay-to contact approved before, by the ids of vendors of which Intacct has another now."""
    return {row.key: row.body[PAY_TO] for row in rows if row.kind == VENDOR and PAY_TO in row.kept}


def list_custom(kind: Kind, edi_fields: Sequence[str]) -> tuple[str, ...]:
    """The fields that are read besides those of the record."""
    own = edi_fields if kind.name == VENDOR else ()
    return (*kind.extra.values(), *own)


def simplify(value: object) -> Any:  # noqa: ANN401 (what JSON can say)
    """A value as JSON can say it, money and times as text."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dt.date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case _:
            return value


def _read_edi_ids(custom: Mapping[str, str], edi_fields: Sequence[str]) -> dict[str, str]:
    """EDI ids as people enter them, several in a field, parted by commas or blanks; each with its field."""
    found: dict[str, str] = {}
    for field in edi_fields:
        for id_ in custom.get(field, "").replace(",", " ").split():
            found.setdefault(id_, field)
    return found
