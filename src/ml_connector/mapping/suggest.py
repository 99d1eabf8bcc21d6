"""Vendors that look like the one an invoice names: for people to choose from, never for posting."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ml_connector.edi import Invoice
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.vendor_match import REMIT_TO, SELLERS, normalise_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A likely vendor, with how alike the names are, 0 to 100."""

    vendor_id: str
    name: str
    likeness: int


def suggest_vendors(name: str, vendors: Iterable[Vendor], *, limit: int = 3) -> tuple[Suggestion, ...]:
    """The active vendors whose names are most like this one, best first."""
    active = {vendor.vendor_id: vendor for vendor in vendors if vendor.status == "active"}
    names = {id_: normalise_name(vendor.name) for id_, vendor in active.items()}
    ranked = process.extract(normalise_name(name), names, scorer=fuzz.WRatio, limit=limit)
    return tuple(
        Suggestion(vendor_id=id_, name=active[id_].name, likeness=round(score)) for _, score, id_ in ranked
    )


def name_seller(invoice: Invoice) -> str:
    """The name the invoice gives its seller, else its remit-to party; empty when it names neither."""
    for role in (*SELLERS, *REMIT_TO):
        for party in invoice.parties:
            if party.role == role and party.name:
                return party.name
    return ""
