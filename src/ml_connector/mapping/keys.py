"""What a held document rests on: the names it asked for, by which a change is known to concern it."""

from collections.abc import Iterable, Iterator
from typing import Final

from ml_connector.intacct.objects import Location
from ml_connector.mapping.reference.slice import LOCATION, Asked, Slice
from ml_connector.mapping.rules.payment import PAYING
from ml_connector.mapping.rules.purchasing import OVERRULING
from ml_connector.mapping.rules.rulebook import CODED, Partner
from ml_connector.mapping.vendors.vendor_clues import TAX_IDS, Trading, list_asked_codes
from ml_connector.records.needs import Need
from ml_connector.records.xref import CrossReference

_BOUND: Final = "xref bound"
_ANSWERED: Final = frozenset(
    {
        "remit_to",
        *CODED,
        "order",
        "item",
        "unit",
        "warehouse",
        "confirmation",
        "cancellation",
        "reopening",
        *OVERRULING,
        *PAYING,
    }
)


def list_keys(
    document: Trading, partner: Partner, needs: Iterable[Need], asked: Iterable[Asked], known: Slice
) -> set[Asked]:
    """All that a held document asked for: of the reference, with the places its locations lie in, and of cross-references."""
    keys = set(asked)
    keys |= {(LOCATION, id_) for kind, id_ in asked if kind == LOCATION for id_ in _climb(id_, known)}
    keys |= {("xref vendor", _seal(code)) for code in list_asked_codes(document)}
    for need in needs:
        code = need.subject.removeprefix(f"{partner.name}/")
        if need.kind in _ANSWERED:
            keys.add((f"xref {need.kind}", code))
        elif need.kind == "partner_vendor":
            keys.add((_BOUND, code))
    return keys


def spell_keys(xref: CrossReference) -> Iterator[Asked]:
    """What documents that a cross-reference concerns have asked for."""
    yield f"xref {xref.kind}", _seal(xref.code)
    if xref.kind == "vendor" and xref.partner:
        yield _BOUND, xref.target  # a partner may bill for the vendors its cross-references name


def _seal(code: str) -> str:
    """A code that holds a tax id is marked as a name to be kept as a hash only."""
    return f"tax:{code}" if TAX_IDS.intersection(code.split("/")[:2]) else code


def _climb(location_id: str, known: Slice) -> Iterator[str]:
    """A location and those it lies in, up to the first that is not known."""
    seen: set[str] = set()
    while location_id and location_id not in seen:
        yield location_id
        seen.add(location_id)
        location = known.get(Location, location_id)
        location_id = location.parent_id if location is not None else ""
