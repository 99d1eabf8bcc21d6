"""Vendors that may be one and the same: for people to look at; nothing is merged, and no plan uses it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ml_connector.records.reference import ReferenceRow

Sign = Literal["tax id", "DUNS", "EDI id", "remit-to", "name"]
_SIGNS: Final[tuple[Sign, ...]] = ("tax id", "DUNS", "EDI id", "remit-to", "name")  #: strongest first
_DUNS: Final = frozenset(
    ["01", "1", "14", "9"]
)  #: qualifiers (ISA05, N103) of a DUNS, with or without four more


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateVendor:
    """A vendor as a group shows it."""

    vendor_id: str
    name: str
    status: str
    parent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFacts:
    """A vendor as far as others can be taken for it."""

    vendor: DuplicateVendor
    signs: tuple[tuple[Sign, str], ...]  #: with the value two vendors would share


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSign:
    """What the vendors of a group have in common."""

    sign: Sign
    value: str  #: empty for a tax id, which is not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateGroup:
    signs: tuple[SharedSign, ...]  #: strongest first
    vendors: tuple[DuplicateVendor, ...]  #: by id


def describe_vendor(row: ReferenceRow, contacts: Mapping[str, str]) -> VendorFacts:
    """A vendor's signs; `contacts` has the addresses of contacts by their names, as far as they are known."""
    body = row.body
    return VendorFacts(
        vendor=DuplicateVendor(
            vendor_id=row.key,
            name=str(body.get("name", "")),
            status=str(body.get("status", "")),
            parent_id=str(body.get("parent_id", "")),
        ),
        signs=tuple(dict.fromkeys(_list_signs(row, contacts))),
    )


def write_address(body: Mapping[str, Any]) -> str:
    """A contact's address as two that are the same are written alike; empty when it says too little."""
    street = squeeze(f"{body.get('address1', '')} {body.get('address2', '')}")
    place = squeeze(f"{body.get('zip') or body.get('city', '')} {body.get('country', '')}")
    return f"{street}, {place}" if street and place else ""


def group_duplicates(vendors: Iterable[VendorFacts]) -> tuple[DuplicateGroup, ...]:
    """The groups of two and more that have a sign in common, the strongest signs first.

    Each vendor is looked at once, so that the time grows with their number only.
    """
    holders: dict[tuple[Sign, str], list[DuplicateVendor]] = {}
    for facts in vendors:
        for shown in facts.signs:
            holders.setdefault(shown, []).append(facts.vendor)
    shared = [(sign, value) for (sign, value), held in holders.items() if len(held) > 1]
    groups: dict[tuple[str, ...], tuple[list[SharedSign], list[DuplicateVendor]]] = {}
    for sign, value in sorted(shared, key=lambda each: (_SIGNS.index(each[0]), each[1])):
        held = sorted(holders[sign, value], key=lambda vendor: vendor.vendor_id)
        signs, _ = groups.setdefault(tuple(vendor.vendor_id for vendor in held), ([], held))
        signs.append(SharedSign(sign=sign, value="" if sign == "tax id" else value))
    found = (DuplicateGroup(signs=tuple(signs), vendors=tuple(held)) for signs, held in groups.values())
    return tuple(sorted(found, key=_rank))


def _rank(group: DuplicateGroup) -> tuple[int, int, str]:
    return _SIGNS.index(group.signs[0].sign), -len(group.signs), group.vendors[0].vendor_id


def _list_signs(row: ReferenceRow, contacts: Mapping[str, str]) -> Iterator[tuple[Sign, str]]:
    for alias in row.aliases:
        if alias.startswith("tax:"):
            yield "tax id", alias
        elif alias.startswith("name:"):
            yield "name", alias.removeprefix("name:")
    for id_ in row.body.get("edi_ids", ()):
        yield _read_edi_id(id_)
    contact = str(row.body.get("pay_to_contact", ""))
    if contact:
        yield "remit-to", contacts.get(contact) or contact


def _read_edi_id(id_: str) -> tuple[Sign, str]:
    qualifier, _, number = id_.rpartition("/")
    digits = re.sub(r"\D", "", number)
    if qualifier in _DUNS and len(digits) in {9, 13}:
        return "DUNS", digits[:9]
    return "EDI id", id_


def squeeze(text: str) -> str:
    """The words of a text, without case and punctuation."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
