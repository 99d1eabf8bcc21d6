"""What grocery orders and grocery invoices share: their own segments read as the records of orders and invoices.

UCS, the X12 of the grocery trade, has segments of its own for the same business. Where a value is not said
in so many words but follows from a code, the rule is inferred and stands here as a table.
"""

from collections.abc import Sequence
from decimal import Decimal

from ml_connector.edi.documents.items import ProductId, read_product_ids
from ml_connector.edi.documents.layouts import CENTS, COUNT, DATE, REAL, TEXT, Values
from ml_connector.edi.documents.loops import Loops, divide_loops, read_notes
from ml_connector.edi.documents.order_details import Contact, ContactNumber, Delivery, OrderHeader, Routing
from ml_connector.edi.documents.parts import (
    Adjustment,
    DatedQualifier,
    Terms,
    read_currency,
    read_party,
    read_references,
    read_tax,
    report_negative_days,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.elements import EXACT
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

#: Element 432 where it means the same as a code of element 374, which has three digits (inferred); any
#: other is kept as sent, and cannot be taken for one of element 374.
DATE_QUALIFIERS = {
    "01": "001",  # cancel after
    "02": "002",  # delivery requested
    "10": "010",  # ship requested
    "11": "011",  # shipped
    "17": "017",  # delivery expected
    "35": "035",  # delivered
    "37": "037",  # ship not before
    "38": "038",  # ship not after
}
#: Element 340 numbers allowances below this and charges from it on (inferred from the list).
FIRST_CHARGE = 500
#: Element 331 where the money does not pass through the invoice (inferred): bill back, vendor's check to
#: the customer, credit to the customer's account, charge to be paid by the vendor.
SETTLED_OUTSIDE = frozenset({"01", "03", "04", "05"})
#: Which segments belong to the one before them, in headers and lines alike.
_LOOPS = {
    "N1": frozenset({"N2", "N3", "N4", "N9", "REF", "G61", "PER", "QTY"}),
    "G72": frozenset({"G73"}),
    "SLN": frozenset({"G69", "QTY"}),
}
_TERMS = Values(
    *(TEXT, TEXT, TEXT, TEXT, REAL, DATE, COUNT, DATE, COUNT, CENTS, TEXT, TEXT, CENTS, REAL, TEXT)
)
_ADJUSTMENT = Values(TEXT, TEXT, TEXT, TEXT, REAL, REAL, TEXT, CENTS, REAL, REAL, TEXT)
_UPC_CASE_CODE, _FIRST_ID, _LAST_ID = 4, 5, 8


def divide_grocery(rows: Sequence[Row]) -> Loops:
    """The loops of a grocery header or line."""
    return divide_loops(rows, _LOOPS)


def read_grocery_header(loops: Loops, reader: ElementReader) -> OrderHeader:
    """The header of a grocery order or invoice."""
    return OrderHeader(
        currency=read_currency(reader),
        parties=tuple([read_party(loop) for loop in loops.gather("N1")]),
        contacts=tuple([_read_contact(row) for row in loops.pick("G61")]),
        references=read_references(loops, "N9", "REF"),
        deliveries=(*map(_read_delivery, loops.pick("G25")), *map(_read_way, loops.pick("G66"))),
        routings=tuple([_read_routing(row) for row in loops.pick("G66")]),
        terms=tuple([_read_terms(row, reader) for row in loops.pick("G23")]),
        dates=tuple([_read_date(row, reader) for row in loops.pick("G62")]),
        adjustments=read_adjustments(loops, None, reader),
        taxes=tuple([read_tax(row, reader) for row in loops.pick("TXI")]),
        messages=(),
        notes=read_notes(loops),
    )


def read_grocery_ids(head: Row) -> tuple[ProductId, ...]:
    """The numbers of an item: the case code of element 04, as UA (2-5-5), and two pairs."""
    case = get_element(head, _UPC_CASE_CODE)
    pairs = read_product_ids(head[: _LAST_ID + 1], _FIRST_ID)
    return (ProductId("UA", case), *pairs) if case else pairs


def read_grocery_description(loops: Loops) -> str:
    """The texts of all G69."""
    return " ".join([text for row in loops.pick("G69") if (text := get_element(row, 1))])


def _read_contact(row: Row) -> Contact:
    number = ContactNumber(get_element(row, 3), get_element(row, 4))
    return Contact(
        function=get_element(row, 1), name=get_element(row, 2), numbers=(number,) if number.number else ()
    )


def _read_delivery(row: Row) -> Delivery:
    """G25: who pays the freight, and where the goods change hands."""
    return Delivery(get_element(row, 1), get_element(row, 2), get_element(row, 3))


def _read_way(row: Row) -> Delivery:
    """The same in a G66."""
    return Delivery(get_element(row, 1), get_element(row, 6), get_element(row, 7))


def _read_routing(row: Row) -> Routing:
    return Routing(method=get_element(row, 2), routing=get_element(row, 5))


def _read_date(row: Row, reader: ElementReader) -> DatedQualifier:
    qualifier = get_element(row, 1)
    return DatedQualifier(
        qualifier=DATE_QUALIFIERS.get(qualifier, qualifier),
        date=reader.read_date(row, 2),
        time=reader.read_time(row, 4),
        end=None,
    )


def _read_terms(row: Row, reader: ElementReader) -> Terms:
    values = _TERMS.read(row, reader)
    type_code, basis, _, _, percent, day, days, net_day, net_days, amount, _, _, deferred, share, text = (
        values
    )
    terms = Terms(
        type_code=type_code,
        basis_code=basis,
        discount_percent=percent,
        discount_date=day,
        discount_days=days,
        net_date=net_day,
        net_days=net_days,
        discount_amount=amount,
        deferred_amount=deferred,
        deferred_percent=share,
        description=text,
    )
    report_negative_days(terms, row, reader)
    return terms


def read_adjustments(loops: Loops, quantity: Decimal | None, reader: ElementReader) -> tuple[Adjustment, ...]:
    """Each G72 with its G73, as the SAC that says the same; a rate without quantity is for that of the line."""
    return tuple([_read_adjustment(loop[0], loop[1:], quantity, reader) for loop in loops.gather("G72")])


def _read_adjustment(
    row: Row, texts: Sequence[Row], line_quantity: Decimal | None, reader: ElementReader
) -> Adjustment:
    code, handling, number, _, rate, quantity, unit, amount, percent, basis, option = _ADJUSTMENT.read(
        row, reader
    )
    if amount is None:
        amount = _compute(rate, line_quantity if quantity is None else quantity)
        amount = _compute(percent, basis, scale=-2) if amount is None else amount
        _report_amount(amount, row, reader)
    return Adjustment(
        indicator=_find_indicator(row, reader),
        code=code,
        amount=amount,
        percent=percent,
        rate=rate,
        unit=unit,
        quantity=quantity,
        handling=handling,
        reference=number,
        option=option,
        description=" ".join([text for each in texts if (text := get_element(each, 1))]),
    )


def _compute(factor: Decimal | None, base: Decimal | None, scale: int = 0) -> Decimal | None:
    if factor is None or base is None:
        return None
    return EXACT.scaleb(EXACT.multiply(factor, base), scale)


def _report_amount(amount: Decimal | None, row: Row, reader: ElementReader) -> None:
    if amount is None:
        message = (
            f"G72 {get_element(row, 1)} has no amount in G7208 and none can be worked out; it is not counted"
        )
        reader.report(Code.ADJUSTMENT_WITHOUT_AMOUNT, message, row, 8)
    else:
        message = f"G72 {get_element(row, 1)} has no amount in G7208; its rate or percentage gives {amount}"
        reader.report(Code.ADJUSTMENT_COMPUTED, message, row, 8)


def _find_indicator(row: Row, reader: ElementReader) -> str:
    """A or C as a SAC has it, by the code; N where the money goes another way; "" for a code not known."""
    code, handling = get_element(row, 1), get_element(row, 2)
    if not (code.isascii() and code.isdigit()):
        message = f"G7201 is {code!r}, so allowance or charge is not known; it is not counted"
        reader.report(Code.CODE_UNKNOWN, message, row, 1)
        return ""
    if handling in SETTLED_OUTSIDE:
        message = f"G72 {code} is settled apart from the document ({handling}) and is not counted"
        reader.report(Code.ADJUSTMENT_OUTSIDE, message, row, 2)
        return "N"
    return "C" if int(code) >= FIRST_CHARGE else "A"
