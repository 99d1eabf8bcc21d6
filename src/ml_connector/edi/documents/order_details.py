"""What the headers of orders, their changes and their answers share."""

from collections.abc import Sequence

from msgspec import Struct

from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.layouts import TEXT, Layout
from ml_connector.edi.documents.loops import Loops, check_code, divide_loops, read_notes
from ml_connector.edi.documents.parts import (
    Adjustment,
    DatedQualifier,
    Party,
    Reference,
    Tax,
    Terms,
    read_adjustment,
    read_currency,
    read_dated_qualifier,
    read_party,
    read_reference,
    read_tax,
    read_terms,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.segments import Row, get_element

_PARTY = frozenset({"N2", "N3", "N4", "NX2", "REF", "PER", "SI"})
#: Which segments belong to the one before them in a header. What an N1 may carry beyond its address
#: (routing, delivery terms, messages) is taken as said of the whole order.
_HEADER_LOOPS = {
    "N1": _PARTY,
    "N9": frozenset({"DTM", "MSG", "MTX", "MEA", "PWK", "EFI"}),
    "SAC": frozenset({"CUR", "CTP"}),
    "AMT": frozenset({"REF", "DTM", "PCT", "FA1", "FA2"}),
    "SPI": frozenset({"REF", "DTM"}),
    "LDT": frozenset({"QTY", "REF"}),
    "ADV": frozenset({"DTM"}),
}


#: What the summary begins with.
SUMMARY = frozenset({"CTT"})


class ContactNumber(Struct, frozen=True, gc=False):
    """How a contact is reached."""

    qualifier: str  #: element 365, such as TE (telephone) or EM (mail)
    number: str


class Contact(Struct, frozen=True, kw_only=True, gc=False):
    """PER: a person or office."""

    function: str  #: element 366, such as BD (buyer)
    name: str
    numbers: tuple[ContactNumber, ...]


class Delivery(Struct, frozen=True, gc=False):
    """FOB: who pays the freight, and where the goods change hands."""

    payment: str = ""  #: element 146, such as PP (prepaid) or CC (collect)
    location_qualifier: str = ""
    location: str = ""
    terms_qualifier: str = ""
    terms: str = ""  #: such as FCA, of the list `terms_qualifier` names
    title_qualifier: str = ""
    title_location: str = ""


class Routing(Struct, frozen=True, gc=False):
    """TD5: carrier and way."""

    sequence: str = ""
    qualifier: str = ""  #: what kind of code `carrier` is, such as 2 (SCAC)
    carrier: str = ""
    method: str = ""  #: element 91, such as M (road)
    routing: str = ""  #: in words
    status: str = ""
    location_qualifier: str = ""
    location: str = ""


class Message(Struct, frozen=True, kw_only=True, gc=False):
    """N9 with its MSG: a reference and the words that go with it."""

    qualifier: str
    value: str
    description: str
    texts: tuple[str, ...]


class OrderHeader(Struct, frozen=True, kw_only=True, gc=False):
    """What stands before the first line of an order, a change of it or an answer to it."""

    currency: str | None
    parties: tuple[Party, ...]
    contacts: tuple[Contact, ...]  #: of the whole document; those of a party are left out
    references: tuple[Reference, ...]
    deliveries: tuple[Delivery, ...]
    routings: tuple[Routing, ...]
    terms: tuple[Terms, ...]
    dates: tuple[DatedQualifier, ...]
    adjustments: tuple[Adjustment, ...]  #: of the whole document
    taxes: tuple[Tax, ...]  #: of the whole document
    messages: tuple[Message, ...]
    notes: tuple[str, ...]


_DELIVERY = Layout(Delivery, *(TEXT,) * 7)
ROUTING = Layout(Routing, *(TEXT,) * 8)


def read_purpose(row: Row, reader: ElementReader) -> str:
    """The purpose in element 01; an empty one is an original."""
    return check_code(Purpose, row, 1, reader) if get_element(row, 1) else ""


def read_header(rows: Sequence[Row], reader: ElementReader) -> OrderHeader:
    """The header in the segments before the first line."""
    loops = divide_loops(rows, _HEADER_LOOPS)
    return OrderHeader(
        currency=read_currency(reader),
        parties=tuple([read_party(loop) for loop in loops.gather("N1")]),
        contacts=tuple([read_contact(row) for row in loops.pick("PER")]),
        references=tuple([read_reference(row) for row in loops.pick("REF")]),
        deliveries=tuple([_DELIVERY.read(row, reader) for row in loops.pick("FOB")]),
        routings=tuple([ROUTING.read(row, reader) for row in loops.pick("TD5")]),
        terms=tuple([read_terms(row, reader) for row in loops.pick("ITD")]),
        dates=tuple([read_dated_qualifier(row, reader) for row in loops.pick("DTM")]),
        adjustments=tuple([read_adjustment(row, reader) for row in loops.pick("SAC")]),
        taxes=tuple([read_tax(row, reader) for row in loops.pick("TXI")]),
        messages=read_messages(loops),
        notes=read_notes(loops),
    )


def read_contact(row: Row) -> Contact:
    """A PER: function, name, and up to three pairs of how and where."""
    pairs = zip(row[3:8:2], row[4:9:2], strict=False)
    return Contact(
        function=get_element(row, 1),
        name=get_element(row, 2),
        numbers=tuple([ContactNumber(qualifier, number) for qualifier, number in pairs if number]),
    )


def read_messages(loops: Loops) -> tuple[Message, ...]:
    """Each N9 with the texts of its MSG and MTX."""
    return tuple([_read_message(loop[0], loop[1:]) for loop in loops.gather("N9")])


def _read_message(row: Row, followers: Sequence[Row]) -> Message:
    texts = [
        get_element(each, 1 if each[0] == "MSG" else 2) for each in followers if each[0] in ("MSG", "MTX")
    ]
    return Message(
        qualifier=get_element(row, 1),
        value=get_element(row, 2),
        description=get_element(row, 3),
        texts=tuple(filter(None, texts)),
    )
