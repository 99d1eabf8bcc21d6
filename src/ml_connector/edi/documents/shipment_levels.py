"""The levels of a ship notice: what one HL and the segments after it say."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from ml_connector.edi.documents.hierarchy import ITEM, get_code
from ml_connector.edi.documents.items import ProductId, read_product_ids
from ml_connector.edi.documents.layouts import COUNT, DATE, REAL, TEXT, Layout, Values
from ml_connector.edi.documents.loops import Loops, divide_loops, find_single, read_description
from ml_connector.edi.documents.order_details import ROUTING, Routing
from ml_connector.edi.documents.order_lines import PACKING, ItemComponent, Packing, read_component
from ml_connector.edi.documents.parts import (
    DatedQualifier,
    Party,
    Reference,
    read_dated_qualifier,
    read_party,
    read_reference,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.segments import Row, get_element

#: Element 88, the marks a package is known by: serial shipping container code, carrier's number.
_LABELS = {qualifier: rank for rank, qualifier in enumerate(("GM", "AA", "UC", "CP"))}
_LEVEL_LOOPS = {
    "N1": frozenset({"N2", "N3", "N4", "REF", "PER", "FOB"}),
    "CLD": frozenset({"REF", "DTP"}),
    "SAC": frozenset({"CUR"}),
    "LM": frozenset({"LQ"}),
    "V1": frozenset({"R4", "DTM"}),
}


class Mark(Struct, frozen=True, gc=False):
    """MAN: a number on a package, or the first and last of several."""

    qualifier: str = ""  #: element 88, such as GM (SSCC)
    number: str = ""
    last: str = ""


class OrderReference(Struct, frozen=True, gc=False):
    """PRF: the order that is shipped."""

    number: str = ""
    release: str = ""
    change: str = ""
    date: dt.date | None = None
    line: str = ""  #: PRF05
    contract: str = ""


class Packaging(Struct, frozen=True, gc=False):
    """TD1: how many packages of what weight."""

    packaging: str = ""  #: element 103, such as CTN25
    quantity: int | None = None
    commodity_qualifier: str = ""
    commodity: str = ""
    description: str = ""
    weight_qualifier: str = ""
    weight: Decimal | None = None
    weight_unit: str = ""
    volume: Decimal | None = None
    volume_unit: str = ""


class Equipment(Struct, frozen=True, gc=False):
    """TD3: trailer or container."""

    code: str = ""  #: element 40, such as TL (trailer)
    initial: str = ""
    number: str = ""
    weight_qualifier: str = ""
    weight: Decimal | None = None
    weight_unit: str = ""
    ownership: str = ""
    seal_status: str = ""
    seal: str = ""


class Level(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag_field="level"):
    """What a level of any kind may say."""

    id: str  #: HL01
    segment: int  #: of the HL inside the set; 0 for a shipment that the sender left out
    code: str  #: HL03
    order: OrderReference | None = None
    marks: tuple[Mark, ...] = ()
    packages: tuple[Packaging, ...] = ()
    routings: tuple[Routing, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DatedQualifier, ...] = ()
    parties: tuple[Party, ...] = ()
    children: tuple["AnyLevel", ...] = ()


class ShipmentLevel(Level, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="shipment"):
    """S: what goes out together."""


class OrderLevel(Level, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="order"):
    """O: what is shipped of one order, or all that is in a package of it."""


class PackLevel(Level, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="pack"):
    """T (tare, a pallet) or P (pack, a carton)."""

    label: str = ""  #: its SSCC as 18 digits, else the number it is marked with
    quantity: Decimal | None = None  #: SN102, of the item it stands under
    unit: str = ""


class ItemLevel(Level, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="item"):
    """I: an item, or the part of it that lies in one package."""

    line: str = ""  #: LIN01, else SN101
    product_ids: tuple[ProductId, ...] = ()
    description: str = ""
    quantity: Decimal | None = None  #: SN102, shipped
    unit: str = ""
    ordered: Decimal | None = None  #: SN105
    ordered_unit: str = ""
    packing: tuple[Packing, ...] = ()
    components: tuple[ItemComponent, ...] = ()


class OtherLevel(Level, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="other"):
    """A level of any other kind, kept with what it says."""


AnyLevel = ShipmentLevel | OrderLevel | PackLevel | ItemLevel | OtherLevel

_ORDER = Layout(OrderReference, TEXT, TEXT, TEXT, DATE, TEXT, TEXT)
_PACKAGING = Layout(Packaging, *(TEXT, COUNT, TEXT, TEXT, TEXT, TEXT, REAL, TEXT, REAL, TEXT))
_EQUIPMENT = Layout(Equipment, *(TEXT, TEXT, TEXT, TEXT, REAL, TEXT, TEXT, TEXT, TEXT))
_SHIPPED = Values(TEXT, REAL, TEXT, REAL, REAL, TEXT)


def read_level(
    segment: int, rows: Sequence[Row], children: Sequence[AnyLevel], reader: ElementReader, *, inside: bool
) -> AnyLevel:
    """The level of an HL, the first of `rows`, with the levels it holds; `inside` tells that an item holds it.

    What is shipped at a level that neither is, holds nor belongs to an item is one, without an HL of its own.
    """
    loops = divide_loops(rows, _LEVEL_LOOPS)
    code = get_code(rows[0])
    if code != ITEM and not inside and loops.pick("LIN", "SN1") and not _hold_item(children):
        children = (*children, ItemLevel(id="", segment=segment, code=ITEM, **_read_item(loops, reader)))
    common = _read_common(rows[0], loops, reader) | {"segment": segment, "children": tuple(children)}
    match code:
        case "S":
            return ShipmentLevel(**common)
        case "O":
            return OrderLevel(**common)
        case "T" | "P":
            _, quantity, unit, *_ = _read_shipped(loops, reader)
            return PackLevel(**common, label=find_label(common["marks"]), quantity=quantity, unit=unit)
        case "I":
            return ItemLevel(**common, **_read_item(loops, reader))
        case _:
            return OtherLevel(**common)


def _hold_item(levels: Sequence[AnyLevel]) -> bool:
    return any(isinstance(level, ItemLevel) or _hold_item(level.children) for level in levels)


def _read_common(head: Row, loops: Loops, reader: ElementReader) -> dict[str, Any]:
    order = find_single(loops.pick("PRF"), reader)
    return {
        "id": get_element(head, 1),
        "code": get_code(head),
        "order": _ORDER.read(order, reader) if order else None,
        "marks": tuple(_read_marks(loops.pick("MAN"))),
        "packages": tuple([_PACKAGING.read(row, reader) for row in loops.pick("TD1")]),
        "routings": tuple([ROUTING.read(row, reader) for row in loops.pick("TD5")]),
        "equipment": tuple([_EQUIPMENT.read(row, reader) for row in loops.pick("TD3")]),
        "references": tuple([read_reference(row) for row in loops.pick("REF")]),
        "dates": tuple([read_dated_qualifier(row, reader) for row in loops.pick("DTM")]),
        "parties": tuple([read_party(loop) for loop in loops.gather("N1")]),
    }


def _read_marks(rows: Sequence[Row]) -> Iterator[Mark]:
    """The one or two marks of each MAN."""
    for row in rows:
        for first in (1, 4):
            if number := get_element(row, first + 1):
                yield Mark(get_element(row, first), number, get_element(row, first + 2))


def find_label(marks: Sequence[Mark]) -> str:
    """What a package is known by: its serial shipping container code, else the first mark; "" without any.

    A code with its application identifier (00 before 18 digits) is cut to the 18 digits.
    """
    ranked = sorted(marks, key=lambda mark: _LABELS.get(mark.qualifier, len(_LABELS)))
    label = ranked[0].number if ranked else ""
    return label[2:] if len(label) == len("00") + 18 and label.startswith("00") else label


def _read_shipped(loops: Loops, reader: ElementReader) -> list[Any]:
    return _SHIPPED.read(find_single(loops.pick("SN1"), reader) or (), reader)


def _read_item(loops: Loops, reader: ElementReader) -> dict[str, Any]:
    line, quantity, unit, _, ordered, ordered_unit = _read_shipped(loops, reader)
    item = find_single(loops.pick("LIN"), reader) or ()
    return {
        "line": get_element(item, 1) or line,
        "product_ids": read_product_ids(item, 2),
        "description": read_description(loops.pick("PID")),
        "quantity": quantity,
        "unit": unit,
        "ordered": ordered,
        "ordered_unit": ordered_unit,
        "packing": tuple([PACKING.read(row, reader) for row in loops.pick("PO4")]),
        "components": tuple([read_component([row], reader) for row in loops.pick("SLN")]),
    }
