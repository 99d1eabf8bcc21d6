"""Intacct's records as rows of our dated copy, and back."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args, get_type_hints

from ml_connector.flows.reference.kinds import ADDRESS, Kind
from ml_connector.flows.reference.sources import GroupedUnit, NamedSubtotal
from ml_connector.intacct.objects import Entry, Item, ItemCrossReference, PurchasingDocument, VendorDetail
from ml_connector.mapping.orders.item_match import GTIN, spell_alias, spell_gtin
from ml_connector.mapping.orders.order_match import list_order_names
from ml_connector.mapping.reference.changes import PAID_AT, PAY_TO
from ml_connector.mapping.reference.slice import KINDS as PLANNED
from ml_connector.mapping.reference.slice import VENDOR, Asked, Known
from ml_connector.mapping.vendors.vendor_clues import EDI, list_aliases
from ml_connector.records.reference import ReferenceRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Record = TypeVar("_Record", bound="DataclassInstance")
_OF_TEXT: Final[dict[type[Any], Callable[[str], object]]] = {
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    Decimal: Decimal,
}


def keep_entry(
    kind: Kind,
    entry: Entry[Any],
    *,
    edi_fields: Sequence[str] = (),
    approval_field: str = "",
    without: Collection[str] = (),
) -> ReferenceRow:
    """A record as the copy keeps it. A tax id is kept only as a hash to be found by; of an address that was read
    `without` one of its parts nothing.
    """
    record = entry.record
    body = {
        item.name: simplify(getattr(record, item.name))
        for item in fields(record)
        if item.name not in kind.without
    }
    body |= {name: entry.custom.get(field, "") for name, field in kind.extra.items()}
    if entry.modified is not None:
        body["modified"] = simplify(entry.modified)
    if isinstance(record, VendorDetail):
        body["tax_id"] = ""
        body |= {} if set(kind.parts) & set(without) else {PAID_AT: _spell_place(record, entry.custom)}
        body |= {"approval": entry.custom.get(approval_field, "")} if approval_field else {}
        body["edi_fields"] = _read_edi_ids(entry.custom, edi_fields)
        body["edi_ids"] = list(body["edi_fields"])
    aliases = _list_names(record, body.get("edi_ids", ()))
    return ReferenceRow(kind=kind.name, key=kind.identify(record), body=body, aliases=aliases)


def _list_names(record: Any, edi_ids: Sequence[str]) -> tuple[str, ...]:  # noqa: ANN401 (of any kind)
    """What else a row is asked for by."""
    names: tuple[str, ...] = ()
    match record:
        case VendorDetail():
            names = (*list_aliases(record), *(f"{EDI}{id_}" for id_ in edi_ids))
        case PurchasingDocument():
            names = list_order_names(record)
        case Item(upc=upc) if gtin := spell_gtin(upc):
            names = (f"{GTIN}{gtin}",)
        case ItemCrossReference():
            names = (spell_alias(record.vendor_id, record.alias),)
        case GroupedUnit():
            names = (record.group,)
        case NamedSubtotal():
            names = (record.definition,)
    return names


def restore_record(row: ReferenceRow) -> Known:
    """What plans know of the record a row keeps."""
    kind = PLANNED[row.kind]
    names = [item.name for item in fields(kind)]
    body: dict[str, Any] = {name: row.body[name] for name in names}
    if "requires" in body:
        body["requires"] = frozenset(body["requires"])
    if body.get("percent") is not None:
        body["percent"] = Decimal(body["percent"])
    return kind(**body)


def restore(kind: type[_Record], row: ReferenceRow) -> _Record:
    """The record of that kind which a row keeps; a field that is not kept is empty."""
    types = _find_types(kind)
    return kind(
        **{item.name: _read_value(row.body.get(item.name), types[item.name]) for item in fields(kind)}
    )


def _read_value(value: Any, types: AbstractSet[Any]) -> Any:  # noqa: ANN401 (what JSON can say, and what it was)
    """The opposite of `simplify`."""
    match value:
        case None if str in types:
            return ""
        case str():
            return next((read(value) for kind, read in _OF_TEXT.items() if kind in types), value)
        case _:
            return value


@cache
def _find_types(kind: type) -> dict[str, frozenset[Any]]:
    """The types that each field of a record may have."""
    return {name: frozenset({hint, *get_args(hint)}) for name, hint in get_type_hints(kind).items()}


def list_edi_fields(rows: Iterable[ReferenceRow]) -> dict[Asked, str]:
    """The custom fields that hold the EDI ids of vendors, by a vendor's id and the alias."""
    vendors = (row for row in rows if row.kind == VENDOR)
    return {
        (row.key, f"{EDI}{id_}"): field
        for row in vendors
        for id_, field in row.body.get("edi_fields", {}).items()
    }


def list_moved_contacts(rows: Iterable[ReferenceRow]) -> dict[str, str]:
    """The pay-to contact, empty for the primary one, by the ids of vendors that are paid at the same contact as before
    while nobody has agreed to its new address.
    """
    vendors = (row for row in rows if row.kind == VENDOR)
    return {row.key: row.body[PAY_TO] for row in vendors if PAID_AT in row.kept and PAY_TO not in row.kept}


def list_kept_contacts(rows: Iterable[ReferenceRow]) -> dict[str, str]:
    """The pay-to contact approved before, by the ids of vendors of which Intacct has another now."""
    return {row.key: row.body[PAY_TO] for row in rows if row.kind == VENDOR and PAY_TO in row.kept}


def list_custom(kind: Kind, edi_fields: Sequence[str], approval_field: str) -> tuple[str, ...]:
    """The fields that are read besides those of the record."""
    own = (*edi_fields, *filter(None, [approval_field])) if kind.name == VENDOR else ()
    return (*kind.extra.values(), *kind.parts, *own)


def _spell_place(vendor: VendorDetail, custom: Mapping[str, str]) -> str:
    """Whom a payment names and where it goes: the pay-to contact, or the primary one where there is none."""
    contact = "PAYTO" if vendor.pay_to_contact else "DISPLAYCONTACT"
    payee = custom.get("PAYTO.PRINTAS", "") if vendor.pay_to_contact else vendor.print_as
    return ", ".join(filter(None, (payee, *(custom.get(f"{contact}.{part}", "") for part in ADDRESS))))


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
