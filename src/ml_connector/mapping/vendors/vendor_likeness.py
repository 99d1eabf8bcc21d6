"""Vendors that a new one may be the same as: one that is to be created must not be there already."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference.changes import PAID_AT
from ml_connector.mapping.vendors.duplicate_vendors import squeeze
from ml_connector.mapping.vendors.new_vendor import Proposal
from ml_connector.mapping.vendors.suggest import measure_likeness, suggest_vendors
from ml_connector.records.reference import ReferenceRow

_ALIKE: Final = 85  # per cent: names that differ by a word or two
_MOST: Final = 5  # candidates that a person is shown


def find_alike(
    proposal: Proposal, known: Iterable[ReferenceRow], vendors: Sequence[Vendor], rows: Sequence[ReferenceRow]
) -> tuple[str, ...]:
    """In words, each vendor that the proposed one may be, and by what.

    `known` are the rows that answer to its id, tax id or name, `vendors` and `rows` all there are; whether a vendor is
    active is no matter.
    """
    found: dict[str, str] = {}
    for vendor_id, said in (
        *((row.key, "answers to its id, tax id or name") for row in known),
        *_list_named_alike(proposal, vendors),
        *((row.key, "is paid at its address") for row in rows if _is_at(proposal.place, row)),
    ):
        found.setdefault(vendor_id, said)
    names = {vendor.vendor_id: vendor.name for vendor in vendors}
    return tuple(f"{id_} {names.get(id_, '')} {said}" for id_, said in sorted(found.items())[:_MOST])


def is_like_any(proposal: Proposal, others: Iterable[Proposal]) -> bool:
    """Whether one of these proposals may be for the same seller: by an id, a tax id, a name or a place."""
    name = proposal.vendor.name or ""
    return any(
        not set(proposal.names).isdisjoint(other.names)
        or measure_likeness(name, other.vendor.name or "") >= _ALIKE
        for other in others
    )


def _list_named_alike(proposal: Proposal, vendors: Iterable[Vendor]) -> Iterator[tuple[str, str]]:
    whoever = (each if each.status == "active" else replace(each, status="active") for each in vendors)
    for likely in suggest_vendors(proposal.vendor.name or "", whoever):
        if likely.likeness >= _ALIKE:
            yield likely.vendor_id, f"has a name like it ({likely.likeness} %)"


def _is_at(place: str, row: ReferenceRow) -> bool:
    """Whether each word of the street and postal code stands in the address that the vendor is paid at."""
    wanted = set(squeeze(place).split())
    return bool(wanted) and wanted <= set(squeeze(str(row.body.get(PAID_AT, ""))).split())
