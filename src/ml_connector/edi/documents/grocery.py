"""The order and the invoice of the grocery trade: X12 sets 875 and 880, as the records of 850 and 810."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import asdict

from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.grocery_parts import (
    divide_grocery,
    read_adjustments,
    read_grocery_description,
    read_grocery_header,
    read_grocery_ids,
)
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice_kinds import read_kind
from ml_connector.edi.documents.invoice_lines import InvoiceLine
from ml_connector.edi.documents.items import extend
from ml_connector.edi.documents.layouts import REAL, TEXT, Layout, Values
from ml_connector.edi.documents.loops import Section, divide_sections, find_header, find_single
from ml_connector.edi.documents.order850 import Order, check_order, find_kind
from ml_connector.edi.documents.order_checks import check_parts, check_total
from ml_connector.edi.documents.order_lines import OrderLine, Packing, read_shares
from ml_connector.edi.documents.parts import Reference, read_references, read_tax, report_incomplete
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.sums import add
from ml_connector.edi.elements import round_to_cents
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

#: Element 473 as a purpose (inferred); the other statuses change parts of an order and are for people.
PURPOSES = {
    "N": Purpose.ORIGINAL,
    "R": Purpose.CHANGE,
    "F": Purpose.CANCELLATION,
    "C": Purpose.CONFIRMATION,
    "T": Purpose.DUPLICATE,
    "A": Purpose.INFORMATION,
}
_ORDER_SUMMARY = frozenset({"G76"})
_INVOICE_SUMMARY = frozenset({"G31", "G33"})
_LINE = Values(REAL, TEXT, REAL)
_PACKING = Layout(Packing, REAL, REAL, TEXT)
_AMOUNT = 14  # G1714, where there is no price


def parse_grocery_order(transaction: Transaction) -> Reading[Order]:
    """The order in a set 875, as `parse_order` reads an 850.

    A grocery order has no line numbers and no release; its status (G5001) is given as a purpose.
    """
    reader = ElementReader(transaction)
    g50 = find_header(transaction, "875", "G50", reader)
    document = _read_order(g50, reader) if g50 else None
    return Reading(document=document, findings=reader.findings)


def _read_order(g50: Row, reader: ElementReader) -> Order:
    rows, sections, ends = divide_sections(reader.rows, "G68", _ORDER_SUMMARY)
    header = read_grocery_header(divide_grocery(rows), reader)
    lines = tuple([_read_order_line(section, n, reader) for n, section in enumerate(sections, 1)])
    g76 = find_single([row for row in ends if row[0] == "G76"], reader)
    total = reader.read_implied(g76, 8) if g76 else None
    order = Order(
        **asdict(header),
        number=get_element(g50, 3).strip(" "),
        release="",
        date=reader.read_date(g50, 2),
        purpose=_find_purpose(g50, reader),
        type_code=get_element(g50, 7),
        kind=find_kind(get_element(g50, 7)),
        contract="",
        lines=lines,
        total=total,
        declared_lines=None,
    )
    check_order(order, g50, reader)
    for line in lines:
        check_parts(line, reader)
    _check_quantity(g76, [line.quantity for line in lines], reader)
    if total is not None and g76 is not None:
        check_total(total, (g76, 8), header, lines, reader)
    return order


def _find_purpose(g50: Row, reader: ElementReader) -> str:
    status = get_element(g50, 1)
    if status not in PURPOSES:
        message = f"G5001 is {status!r}, which is not known here ({', '.join(PURPOSES)})"
        reader.report(Code.CODE_UNKNOWN, message, g50, 1)
    return PURPOSES.get(status, status)


def _read_order_line(section: Section, position: int, reader: ElementReader) -> OrderLine:
    head, loops = section.rows[0], divide_grocery(section.rows)
    quantity, unit, price = _LINE.read(head, reader)
    return OrderLine(
        position=position,
        segment=section.place,
        number="",
        quantity=quantity,
        unit=unit,
        price=price,
        basis="",
        extension=_extend(quantity, price, head, reader),
        product_ids=read_grocery_ids(head),
        description=read_grocery_description(loops),
        packing=tuple([_PACKING.read(row, reader) for row in loops.pick("G70", "G20")]),
        references=read_references(loops, "N9", "REF"),
        adjustments=read_adjustments(loops, quantity, reader),
        shares=tuple([share for row in loops.pick("SDQ") for share in read_shares(row, reader)]),
    )


def parse_grocery_invoice(transaction: Transaction) -> Reading[Invoice]:
    """The invoice in a set 880, as `parse_invoice` reads an 810.

    The total is G3301, of type N2; prices and quantities are of type R. The vendor's order number
    (G0105) is given as a reference VN; what the terms take off comes from the only G23.
    """
    reader = ElementReader(transaction)
    g01 = find_header(transaction, "880", "G01", reader)
    document = None
    if g01:
        g33 = find_single([row for row in reader.rows if row[0] == "G33"], reader)
        total = reader.read_implied(g33, 1) if g33 else None
        if total is None:
            message = "The invoice has no total that can be read in G3301"
            reader.report(Code.AMOUNT_MISSING, message, g33 or g01, 1 if g33 else None)
        else:
            document = _read_invoice(g01, total, reader)
    return Reading(document=document, findings=reader.findings)


def _read_invoice(g01: Row, total: Decimal, reader: ElementReader) -> Invoice:
    rows, sections, ends = divide_sections(reader.rows, "G17", _INVOICE_SUMMARY)
    loops = divide_grocery([*rows, *ends])
    header = read_grocery_header(loops, reader)
    lines = tuple([_read_invoice_line(section, n, reader) for n, section in enumerate(sections, 1)])
    offers = loops.pick("G23")
    only = offers[0] if len(offers) == 1 else ()
    type_code, kind = read_kind(g01, 8, total, reader)
    invoice = Invoice(
        number=get_element(g01, 2).strip(" "),
        date=reader.read_date(g01, 1),
        order_number=get_element(g01, 4),
        order_date=reader.read_date(g01, 3),
        release="",
        type_code=type_code,
        purpose="",
        kind=kind,
        currency=header.currency,
        parties=header.parties,
        references=(*_read_vendor_order(g01), *header.references),
        terms=header.terms,
        dates=header.dates,
        lines=lines,
        adjustments=header.adjustments,
        taxes=header.taxes,
        total=total,
        discountable=reader.read_implied(only, 12),
        discounted=reader.read_implied(only, 11),
        discount=header.terms[0].discount_amount if only else None,
        notes=header.notes,
        declared_lines=None,
    )
    _check_invoice(invoice, g01, reader)
    _check_quantity(find_single(loops.pick("G31"), reader), [line.quantity for line in lines], reader)
    return invoice


def _check_invoice(invoice: Invoice, g01: Row, reader: ElementReader) -> None:
    if not invoice.number:
        reader.report(Code.NUMBER_MISSING, "G0102, the invoice number, is empty", g01, 2)
    if not get_element(g01, 1).strip("0 "):
        reader.report(Code.DATE_MISSING, "G0101, the invoice date, is empty", g01, 1)
    for line in invoice.lines:
        if line.extension is None:
            report_incomplete(line.position, reader.rows[line.segment - 1], reader)


def _read_vendor_order(g01: Row) -> tuple[Reference, ...]:
    number = get_element(g01, 5)
    return (Reference("VN", number),) if number else ()


def _read_invoice_line(section: Section, position: int, reader: ElementReader) -> InvoiceLine:
    head, loops = section.rows[0], divide_grocery(section.rows)
    quantity, unit, price = _LINE.read(head, reader)
    stated = reader.read_amount(head, _AMOUNT)
    extension = stated if price is None else _extend(quantity, price, head, reader)
    if stated is not None and extension is not None and round_to_cents(extension) != round_to_cents(stated):
        message = f"G1714 of line {position} is {stated}, its quantity times its price {extension}"
        reader.report(Code.EXTENSION_DIFFERS, message, head, _AMOUNT)
    return InvoiceLine(
        position=position,
        segment=section.place,
        number="",
        quantity=quantity,
        unit=unit,
        price=price,
        basis="",
        extension=extension,
        product_ids=read_grocery_ids(head),
        description=read_grocery_description(loops),
        adjustments=read_adjustments(loops, quantity, reader),
        taxes=tuple([read_tax(row, reader) for row in loops.pick("TXI")]),
        references=read_references(loops, "N9", "REF"),
    )


def _extend(
    quantity: Decimal | None, price: Decimal | None, head: Row, reader: ElementReader
) -> Decimal | None:
    extension = extend(quantity, price, "")
    if extension is not None:
        reader.check_size(extension, head, 3)
    return extension


def _check_quantity(row: Row | None, quantities: Sequence[Decimal | None], reader: ElementReader) -> None:
    """Compare the total quantity in element 01 of the summary with that of the lines."""
    declared = reader.read_real(row, 1) if row else None
    total = add(quantities)
    if row and declared not in (None, total):
        message = f"{row[0]}01 says {declared}, the quantities of the lines make {total}"
        reader.report(Code.QUANTITY_TOTAL, message, row, 1)
