"""Vendors that look like the one an invoice names: for people to choose from, never for posting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector.edi import Invoice
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.vendors.vendor_clues import REMIT_TO, SELLERS, normalise_name

_LEAST: Final = 60  # what is less alike is no likely vendor
_SHORT: Final = 4  # letters: such a name is part of very many others, and is compared as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A likely vendor, with how alike the names are, 0 to 100."""

    vendor_id: str
    name: str
    likeness: int


def suggest_vendors(name: str, vendors: Iterable[Vendor], *, limit: int = 3) -> tuple[Suggestion, ...]:
    """The active vendors whose names are most like this one, best first; none where all are quite different."""
    return suggest_for_all([name], vendors, limit=limit)[name]


def suggest_for_all(
    names: Iterable[str], vendors: Iterable[Vendor], *, limit: int = 3
) -> dict[str, tuple[Suggestion, ...]]:
    """The same for each of these names; the vendors' names are made ready once for all."""
    active = {vendor.vendor_id: vendor for vendor in vendors if vendor.status == "active"}
    ready = {id_: normalise_name(vendor.name) for id_, vendor in active.items()}
    short = {id_: name for id_, name in ready.items() if len(name) <= _SHORT}
    long = {id_: name for id_, name in ready.items() if len(name) > _SHORT}
    return {
        name: tuple(
            Suggestion(vendor_id=id_, name=active[id_].name, likeness=round(score))
            for score, id_ in _rank(normalise_name(name), short, long, limit)
        )
        for name in names
    }


def measure_likeness(one: str, other: str) -> int:
    """How alike two names are, 0 to 100, as the suggestions measure it."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (some MiB that a process without held documents does not need)

    names = normalise_name(one), normalise_name(other)
    scorer = fuzz.WRatio if min(map(len, names)) > _SHORT else fuzz.ratio
    return round(scorer(*names))


def _rank(
    name: str, short: Mapping[str, str], long: Mapping[str, str], limit: int
) -> Sequence[tuple[float, str]]:
    """The best of both, by likeness, with their ids."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    scorer = fuzz.WRatio if len(name) > _SHORT else fuzz.ratio
    found = [
        *process.extract(name, long, scorer=scorer, limit=limit, score_cutoff=_LEAST),
        *process.extract(name, short, scorer=fuzz.ratio, limit=limit, score_cutoff=_LEAST),
    ]
    return sorted(((score, id_) for _, score, id_ in found), key=lambda each: -each[0])[:limit]


def name_seller(invoice: Invoice) -> str:
    """The name the invoice gives its seller, else its remit-to party; empty when it names neither."""
    for role in (*SELLERS, *REMIT_TO):
        for party in invoice.parties:
            if party.role == role and party.name:
                return party.name
    return ""
