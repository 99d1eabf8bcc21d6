"""The lines of orders, their changes and their answers: what is ordered, for where and when."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ml_connector.edi.documents.items import ProductId, extend, read_product_ids
from ml_connector.edi.documents.layouts import AMOUNT, DATE, REAL, TEXT, TIME, Layout, Values
from ml_connector.edi.documents.loops import Section, divide_loops, read_description, read_notes
from ml_connector.edi.documents.order_details import Message, read_messages
from ml_connector.edi.documents.parts import (
    Adjustment,
    DatedQualifier,
    Party,
    Reference,
    Tax,
    read_adjustment,
    read_dated_qualifier,
    read_party,
    read_reference,
    read_tax,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.elements import LARGEST_AMOUNT
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

_PARTY = frozenset({"N2", "N3", "N4", "NX2", "REF", "PER", "SI", "QTY", "DTM"})
_COMPONENT = frozenset(
    {"MSG", "PID", "PO3", "TC2", "ADV", "DTM", "CTP", "PAM", "PO4", "TAX", "N9", "ACK", "QTY"}
)
#: Which segments belong to the one before them in a line. Charges and taxes after an SLN stay the line's.
LINE_LOOPS = {
    "N1": _PARTY,
    "N9": frozenset({"DTM", "MSG", "MTX", "MEA", "PWK", "EFI"}),
    "SAC": frozenset({"CUR", "CTP"}),
    "SCH": frozenset({"TD1", "TD5", "TD3", "TD4", "REF"}),
    "LDT": frozenset({"QTY", "MSG", "REF"}),
    "AMT": frozenset({"REF", "PCT"}),
    "ACK": frozenset({"DTM"}),
    "SLN": _COMPONENT | _PARTY | {"SI", "N1", "REF"},
}


class ItemPrice(Struct, frozen=True, gc=False):
    """CTP: one of the prices of an item. Which one is owed, `code` says; PO104 is not replaced by it."""

    trade_class: str = ""
    code: str = ""  #: element 236, such as UCP (unit cost) or RES (resale)
    price: Decimal | None = None
    quantity: Decimal | None = None
    unit: str = ""
    multiplier_qualifier: str = ""
    multiplier: Decimal | None = None
    amount: Decimal | None = None
    basis: str = ""


class Packing(Struct, frozen=True, gc=False):
    """PO4: how an item is packed."""

    pack: Decimal | None = None  #: how many of `size` in a package
    size: Decimal | None = None
    unit: str = ""
    packaging: str = ""
    weight_qualifier: str = ""
    gross_weight: Decimal | None = None
    weight_unit: str = ""
    gross_volume: Decimal | None = None
    volume_unit: str = ""
    length: Decimal | None = None
    width: Decimal | None = None
    height: Decimal | None = None
    dimension_unit: str = ""
    inner_pack: Decimal | None = None  #: how many packages inside one


class Share(Struct, frozen=True, kw_only=True, gc=False):
    """One pair of an SDQ: how much of a line goes to a place."""

    qualifier: str  #: what kind of number `location` is, such as 92 (assigned by the buyer)
    location: str
    quantity: Decimal | None
    unit: str


class Schedule(Struct, frozen=True, gc=False):
    """SCH: how much of a line is due when, and for whom."""

    quantity: Decimal | None = None
    unit: str = ""
    role: str = ""
    name: str = ""
    qualifier: str = ""  #: element 374, such as 002 (delivery requested)
    date: dt.date | None = None
    time: dt.time | None = None
    end_qualifier: str = ""
    end_date: dt.date | None = None
    end_time: dt.time | None = None
    reference: str = ""
    number: str = ""


class ItemComponent(Struct, frozen=True, kw_only=True, gc=False):
    """SLN: what a line is made up of. Its quantity is per unit of the line unless the partners say otherwise."""

    number: str
    parent: str  #: SLN02, the number of the component it is part of
    relationship: str  #: element 662, such as I (included) or A (added)
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    basis: str
    product_ids: tuple[ProductId, ...]
    description: str


class OrderLine(Struct, frozen=True, kw_only=True, gc=False):
    """PO1 and what follows it, with quantities and prices as sent. An answer may give no more than a stub."""

    position: int  #: among the lines, from 1
    segment: int  #: of the PO1 (or POC, G68) inside the set
    number: str  #: PO101, empty in a quarter of real traffic
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    basis: str  #: PO105
    #: Quantity times price, exact; divided only where the price basis is known to be per hundred or thousand.
    extension: Decimal | None
    product_ids: tuple[ProductId, ...]
    description: str = ""
    prices: tuple[ItemPrice, ...] = ()
    packing: tuple[Packing, ...] = ()
    references: tuple[Reference, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[Tax, ...] = ()
    shares: tuple[Share, ...] = ()  #: of all SDQ, in order
    dates: tuple[DatedQualifier, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    components: tuple[ItemComponent, ...] = ()
    parties: tuple[Party, ...] = ()
    messages: tuple[Message, ...] = ()
    notes: tuple[str, ...] = ()


_PRICE = Layout(ItemPrice, TEXT, TEXT, REAL, REAL, TEXT, TEXT, REAL, AMOUNT, TEXT)
PACKING = Layout(
    Packing, *(REAL, REAL, TEXT, TEXT, TEXT, REAL, TEXT, REAL, TEXT, REAL, REAL, REAL, TEXT, REAL)
)
_SCHEDULE = Layout(Schedule, *(REAL, TEXT, TEXT, TEXT, TEXT, DATE, TIME, TEXT, DATE, TIME, TEXT, TEXT))
_COMPONENT_HEAD = Values(TEXT, TEXT, TEXT, REAL, TEXT, REAL, TEXT)
_LINE_HEAD = Values(TEXT, REAL, TEXT, REAL, TEXT)


def read_order_line(section: Section, position: int, reader: ElementReader) -> OrderLine:
    """The line of a PO1."""
    head = section.rows[0]
    number, quantity, unit, price, basis = _LINE_HEAD.read(head, reader)
    line = OrderLine(
        position=position,
        segment=section.place,
        number=number,
        quantity=quantity,
        unit=unit,
        price=price,
        basis=basis,
        extension=extend(quantity, price, basis),
        product_ids=read_product_ids(head, 6),
    )
    return read_line_details(line, section.rows, reader)


def read_line_details(line: OrderLine, rows: Sequence[Row], reader: ElementReader) -> OrderLine:
    """The line with what the segments after its head say; quantities that do not add up are reported."""
    if line.extension is not None and abs(line.extension) > LARGEST_AMOUNT:
        reader.check_size(line.extension, rows[0], 4)
    if len(rows) == 2 and rows[1][0] == "PID":  # what most lines are
        return replace(line, description=get_element(rows[1], 5))
    loops = divide_loops(rows, LINE_LOOPS)
    return replace(
        line,
        description=read_description(loops.pick("PID")),
        prices=tuple([_PRICE.read(row, reader) for row in loops.pick("CTP")]),
        packing=tuple([PACKING.read(row, reader) for row in loops.pick("PO4")]),
        references=tuple([read_reference(row) for row in loops.pick("REF")]),
        adjustments=tuple([read_adjustment(row, reader) for row in loops.pick("SAC")]),
        taxes=tuple([read_tax(row, reader) for row in loops.pick("TXI")]),
        shares=tuple([share for row in loops.pick("SDQ") for share in read_shares(row, reader)]),
        dates=tuple([read_dated_qualifier(row, reader) for row in loops.pick("DTM")]),
        schedules=tuple([_SCHEDULE.read(row, reader) for row in loops.pick("SCH")]),
        components=tuple([read_component(loop, reader) for loop in loops.gather("SLN")]),
        parties=tuple([read_party(loop) for loop in loops.gather("N1")]),
        messages=read_messages(loops),
        notes=read_notes(loops),
    )


def read_shares(row: Row, reader: ElementReader) -> Iterator[Share]:
    """The pairs of place and quantity of an SDQ, up to ten."""
    for number in range(3, min(len(row), 23), 2):
        location, quantity = row[number], reader.read_real(row, number + 1)
        if bool(location) is not bool(get_element(row, number + 1)):
            message = (
                f"SDQ{number:02} and SDQ{number + 1:02} are a place and its quantity, and one is missing"
            )
            reader.report(Code.SDQ_PAIR, message, row, number)
        if location or quantity is not None:
            yield Share(
                qualifier=get_element(row, 2), location=location, quantity=quantity, unit=get_element(row, 1)
            )


def read_component(loop: Sequence[Row], reader: ElementReader) -> ItemComponent:
    """The component of an SLN and the segments that belong to it."""
    head = loop[0]
    number, parent, relationship, quantity, unit, price, basis = _COMPONENT_HEAD.read(head, reader)
    return ItemComponent(
        number=number,
        parent=parent,
        relationship=relationship,
        quantity=quantity,
        unit=unit,
        price=price,
        basis=basis,
        product_ids=read_product_ids(head, 9),
        description=read_description(loop),
    )
