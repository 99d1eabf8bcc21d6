"""The 856 ship notice: the tree of what is on its way, and the items in it as a flat list."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.hierarchy import ITEM, Linker, get_code
from ml_connector.edi.documents.items import ProductId
from ml_connector.edi.documents.layouts import DATE, TEXT, TIME, Values
from ml_connector.edi.documents.loops import Section, check_code, divide_sections, find_header
from ml_connector.edi.documents.parts import DatedQualifier, Party, Reference, read_dated_qualifier
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.shipment_levels import (
    AnyLevel,
    ItemLevel,
    OrderReference,
    PackLevel,
    ShipmentLevel,
    find_label,
    read_level,
)
from ml_connector.edi.elements import EXACT
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

#: More levels than that are not read; a full container ship's notice has some ten thousand.
MOST_LEVELS = 50_000
_HEAD = Values(TEXT, TEXT, DATE, TIME, TEXT, TEXT, TEXT)
_NO_ORDER = OrderReference()


class ShippedItem(Struct, frozen=True, kw_only=True, gc=False):
    """An item of the tree with what the levels around it say."""

    segment: int  #: of its HL inside the set
    order_number: str  #: PRF01 of the item, else of the nearest level above that has one; "" without any
    order_release: str
    order_line: str  #: PRF05
    line: str
    product_ids: tuple[ProductId, ...]
    quantity: Decimal | None  #: SN102, shipped
    unit: str
    ordered: Decimal | None  #: SN105
    ordered_unit: str
    cartons: tuple[str, ...]  #: labels (SSCC) of the packages it lies in, the outermost first
    cartons_below: tuple[str, ...]  #: labels of the packages it is divided into, where these stand below it


class ShipNotice(Struct, frozen=True, kw_only=True, gc=False):
    """An 856. It says what was shipped, not what was received."""

    purpose: str  #: BSN01, see `Purpose`; "" is an original
    number: str  #: BSN02
    date: dt.date | None
    time: dt.time | None
    structure: str  #: BSN05, the order of the levels as announced; the tree is built without it
    type_code: str
    status_reason: str
    dates: tuple[DatedQualifier, ...]  #: of the whole notice; most stand at the shipment
    shipments: tuple[ShipmentLevel, ...]  #: the trees; nearly always one
    items: tuple[ShippedItem, ...]  #: of all shipments, in the order of the trees
    levels: int  #: how many HL there are
    declared_levels: int | None  #: CTT01
    declared_total: Decimal | None  #: CTT02, the sum of all SN102

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who trades, as its shipments name them."""
        return tuple([party for shipment in self.shipments for party in shipment.parties])

    @property
    def references(self) -> tuple[Reference, ...]:
        """Those of its shipments."""
        return tuple([each for shipment in self.shipments for each in shipment.references])


class ShippedTotal(Struct, frozen=True, kw_only=True, gc=False):
    """How much of an item of an order is shipped in all packages together."""

    order_number: str
    order_release: str
    order_line: str  #: PRF05 of the items, "" where it is not given
    product_ids: tuple[ProductId, ...]
    line: str  #: of the first of the items
    unit: str
    quantity: Decimal


def parse_ship_notice(transaction: Transaction) -> Reading[ShipNotice]:
    """The ship notice in a set 856, read as far as possible, and the findings of its contents.

    The document is None only where the set is no 856 or has no BSN. Levels whose place in the tree
    cannot be told from HL01 and HL02 are given to the shipment, with a finding.
    """
    reader = ElementReader(transaction)
    head = find_header(transaction, "856", "BSN", reader)
    document = _read_notice(head, reader) if head else None
    return Reading(document=document, findings=reader.findings)


def sum_shipped(items: Iterable[ShippedItem]) -> tuple[ShippedTotal, ...]:
    """What is shipped of each item of each order: an item in several cartons stands in the notice several times.

    Items are the same by order, release, line of the order, numbers and unit; by line where they have no numbers. Those without quantity are left out.
    """
    totals: dict[tuple[object, ...], ShippedTotal] = {}
    for item in items:
        if item.quantity is not None:
            order = (item.order_number, item.order_release, item.order_line)
            key = (order, item.product_ids or item.line, item.unit)
            before = totals.get(key)
            totals[key] = ShippedTotal(
                order_number=item.order_number,
                order_release=item.order_release,
                order_line=item.order_line,
                product_ids=item.product_ids,
                line=before.line if before else item.line,
                unit=item.unit,
                quantity=EXACT.add(before.quantity, item.quantity) if before else item.quantity,
            )
    return tuple(totals.values())


def _read_notice(head: Row, reader: ElementReader) -> ShipNotice:
    header, sections, summary = divide_sections(reader.rows, "HL", frozenset({"CTT", "SE"}))
    purpose, number, day, moment, structure, type_code, reason = _HEAD.read(head, reader)
    _report_missing(head, sections, reader)
    shipments = tuple(_build_trees(_limit(sections, reader), reader))
    items = tuple([item for shipment in shipments for item in _list_items(shipment, _NO_ORDER, ())])
    if sections and not items and purpose != Purpose.CANCELLATION:
        reader.report(Code.ITEMS_MISSING, "The ship notice has levels, but no item in them", head)
    _report_items(items, sections, reader)
    totals = next((row for row in summary if row[0] == "CTT"), ())
    return ShipNotice(
        purpose=check_code(Purpose, head, 1, reader) if purpose else "",
        number=number.strip(" "),
        date=day,
        time=moment,
        structure=structure,
        type_code=type_code,
        status_reason=reason,
        dates=tuple([read_dated_qualifier(row, reader) for row in header if row[0] == "DTM"]),
        shipments=shipments,
        items=items,
        levels=len(sections),
        declared_levels=_read_declared_levels(totals, len(sections), len(items), reader),
        declared_total=_read_declared_total(totals, items, reader),
    )


def _report_missing(head: Row, sections: Sequence[Section], reader: ElementReader) -> None:
    if not get_element(head, 2).strip(" "):
        reader.report(Code.SHIPMENT_MISSING, "BSN02, the number of the shipment, is empty", head, 2)
    if not get_element(head, 3).strip("0 "):
        reader.report(Code.DATE_MISSING, "BSN03, the date of the ship notice, is empty", head, 3)
    if not sections and get_element(head, 1) != Purpose.CANCELLATION:
        reader.report(Code.HL_MISSING, "The ship notice has no HL, so it says nothing is shipped", head)


def _limit(sections: Sequence[Section], reader: ElementReader) -> Sequence[Section]:
    if len(sections) > MOST_LEVELS:
        message = f"The ship notice has {len(sections)} levels, the first {MOST_LEVELS} were read"
        reader.report(Code.HL_TOO_MANY, message, sections[MOST_LEVELS].rows[0])
    return sections[:MOST_LEVELS]


def _build_trees(sections: Sequence[Section], reader: ElementReader) -> Iterator[ShipmentLevel]:
    """The shipments; levels that none holds, because the sender left it out, are put into one."""
    parents = Linker([section.rows[0] for section in sections], reader).link()
    below: dict[int | None, list[int]] = {}
    for place, parent in enumerate(parents):
        below.setdefault(parent, []).append(place)

    def build(place: int, *, inside: bool = False) -> AnyLevel:
        section = sections[place]
        within = inside or get_code(section.rows[0]) == ITEM
        children = [build(each, inside=within) for each in below.get(place, ())]
        return read_level(section.place, section.rows, children, reader, inside=inside)

    loose: list[AnyLevel] = []
    for level in map(build, below.get(None, ())):
        if isinstance(level, ShipmentLevel):
            yield level
        else:
            loose.append(level)
    if loose:
        yield ShipmentLevel(id="", segment=0, code="S", children=tuple(loose))


def _list_items(level: AnyLevel, order: OrderReference, cartons: tuple[str, ...]) -> Iterator[ShippedItem]:
    order = level.order or order
    label = level.label if isinstance(level, PackLevel) else find_label(level.marks)
    if label and not isinstance(level, ShipmentLevel):
        cartons = (*cartons, label)
    if isinstance(level, ItemLevel):
        yield ShippedItem(
            segment=level.segment,
            order_number=order.number,
            order_release=order.release,
            order_line=order.line,
            line=level.line or order.line,
            product_ids=level.product_ids,
            quantity=level.quantity,
            unit=level.unit,
            ordered=level.ordered,
            ordered_unit=level.ordered_unit,
            cartons=cartons,
            cartons_below=tuple(_list_labels(level.children)),
        )
    for child in level.children:
        yield from _list_items(child, order, cartons)


def _list_labels(levels: Iterable[AnyLevel]) -> Iterator[str]:
    """The labels of packages, without those inside other items."""
    for level in levels:
        if isinstance(level, PackLevel) and level.label:
            yield level.label
        if not isinstance(level, ItemLevel):
            yield from _list_labels(level.children)


def _report_items(items: Sequence[ShippedItem], sections: Sequence[Section], reader: ElementReader) -> None:
    heads = {section.place: section.rows[0] for section in sections}
    without_quantity = [item for item in items if item.quantity is None]
    without_order = [item for item in items if not item.order_number]
    for code, found in ((Code.QUANTITY_MISSING, without_quantity), (Code.ORDER_MISSING, without_order)):
        if found:
            message = f"{code.meaning.rstrip('.')}: {len(found)} of {len(items)} items, this one the first"
            reader.report(code, message, heads[found[0].segment])


def _read_declared_levels(totals: Row, levels: int, items: int, reader: ElementReader) -> int | None:
    declared = reader.read_count(totals, 1)
    if declared not in (None, levels):
        counted = "; it counts the items" if declared == items else ""
        message = f"CTT01 says {declared} levels, there are {levels} with {items} items{counted}"
        reader.report(Code.CTT01_COUNT, message, totals, 1)
    return declared


def _read_declared_total(totals: Row, items: Sequence[ShippedItem], reader: ElementReader) -> Decimal | None:
    declared = reader.read_real(totals, 2)
    shipped = Decimal(0)
    for item in items:
        shipped = EXACT.add(shipped, item.quantity or Decimal(0))
    if declared not in (None, shipped):
        reader.report(
            Code.CTT02_TOTAL, f"CTT02 says {declared}, the quantities shipped add up to {shipped}", totals, 2
        )
    return declared
