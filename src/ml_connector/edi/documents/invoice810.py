"""The 810 invoice: X12 set 810, versions 003040 to 005010 alike, as a typed document."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.documents.invoice_kinds import InvoiceKind, read_kind
from ml_connector.edi.documents.items import ProductId, extend, read_product_ids
from ml_connector.edi.documents.loops import (
    Loops,
    divide_loops,
    find_single,
    read_description,
    read_notes,
    report_malformed_tags,
)
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
    report_incomplete,
)
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.sums import add
from ml_connector.edi.elements import LARGEST_AMOUNT, is_usual_real
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

#: What may follow the head of a loop and belong to it.
LOOPS = {"N1": frozenset({"N2", "N3", "N4", "REF", "PER", "DMG"})}
_BASIS = 5
_ABSENT = ("",) * _BASIS


class InvoiceLine(Struct, frozen=True, gc=False):
    """IT1 and what follows it, with quantities and prices as sent."""

    position: int  #: among the lines, from 1
    segment: int  #: of the IT1 inside the set
    number: str  #: IT101, empty in half of real traffic
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    basis: str  #: IT105
    #: Quantity times price, exact; divided only where the price basis is known to be per hundred or thousand.
    extension: Decimal | None
    product_ids: tuple[ProductId, ...] = ()
    description: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[Tax, ...] = ()
    references: tuple[Reference, ...] = ()


class Invoice(Struct, frozen=True, kw_only=True, gc=False):
    """An 810. Texts are "" and values None where the sender gave nothing (or nothing readable: see the findings)."""

    number: str  #: BIG02
    date: dt.date | None
    order_number: str
    order_date: dt.date | None
    release: str
    type_code: str  #: BIG07
    purpose: str  #: BIG08
    kind: InvoiceKind
    currency: str | None
    parties: tuple[Party, ...]  #: of the whole invoice
    references: tuple[Reference, ...]
    terms: tuple[Terms, ...]
    dates: tuple[DatedQualifier, ...]
    lines: tuple[InvoiceLine, ...]
    adjustments: tuple[Adjustment, ...]  #: of the whole invoice
    taxes: tuple[Tax, ...]  #: of the whole invoice
    total: Decimal  #: TDS01, with the sign as sent; `Arithmetic.total` says what is owed
    discountable: Decimal | None  #: TDS02, subject to terms discount
    discounted: Decimal | None  #: TDS03
    discount: Decimal | None  #: TDS04
    notes: tuple[str, ...]
    declared_lines: int | None  #: CTT01


def parse_invoice(transaction: Transaction) -> Reading[Invoice]:
    """The invoice in a set 810, read as far as possible, and the findings of its contents.

    The findings of the set itself are the transaction's. The document is None only where the set
    is no 810 or has no BIG or no readable total; an error finding says so. An amount beyond
    what books keep is a hold (AMOUNT_TOO_LARGE) and stands in the document as sent.
    """
    reader = ElementReader(transaction)
    start = reader.rows[0]
    if transaction.set_code != "810":
        reader.report(Code.NOT_AN_INVOICE, f"Set {transaction.set_code!r} is not an 810", start, 1)
        return Reading(document=None, findings=reader.findings)
    report_malformed_tags(reader)
    whole, lines = _divide(reader.rows)
    big, tds = find_single(whole.pick("BIG"), reader), find_single(whole.pick("TDS"), reader)
    total = reader.read_implied(tds, 1) if tds else None
    if big is None:
        reader.report(Code.BIG_MISSING, "The invoice has no BIG, so no number and no date", start)
    if total is None:
        reader.report(Code.TDS_MISSING, "The invoice has no total that can be read in TDS01", tds or start)
    document = None
    if big and tds and total is not None:
        read_lines = tuple([_read_line(*line, n, reader) for n, line in enumerate(lines, 1)])
        document = _read_invoice(whole, big, tds, total, read_lines, reader)
    return Reading(document=document, findings=reader.findings)


def _divide(rows: Iterable[Row]) -> tuple[Loops, list[tuple[int, list[Row]]]]:
    """What is about the whole invoice, and the lines, each from its IT1 on and with the place of that.

    The summary begins at TDS: a SAC or TXI after it is the whole invoice's, not the last line's.
    """
    whole: list[Row] = []
    lines: list[tuple[int, list[Row]]] = []
    current = whole
    for place, row in enumerate(rows, 1):
        tag = row[0]
        if tag == "IT1":
            current = []
            lines.append((place, current))
        elif tag == "TDS":
            current = whole
        current.append(row)
    return divide_loops(whole, LOOPS), lines


def _read_invoice(
    whole: Loops, big: Row, tds: Row, total: Decimal, lines: tuple[InvoiceLine, ...], reader: ElementReader
) -> Invoice:
    _report_missing(big, reader)
    if not lines and total and not (whole.pick("SAC") or whole.pick("TXI")):
        message = f"The invoice has a total of {total}, but no line, charge or tax that it could be for"
        reader.report(Code.LINES_MISSING, message, big)
    type_code, kind = read_kind(big, 7, total, reader)
    return Invoice(
        number=get_element(big, 2).strip(" "),
        date=reader.read_date(big, 1),
        order_number=get_element(big, 4),
        order_date=reader.read_date(big, 3),
        release=get_element(big, 5),
        type_code=type_code,
        purpose=get_element(big, 8),
        kind=kind,
        currency=read_currency(reader),
        parties=tuple([read_party(loop, reader) for loop in whole.gather("N1")]),
        references=tuple([read_reference(row, reader) for row in whole.pick("REF")]),
        terms=tuple([read_terms(row, reader) for row in whole.pick("ITD")]),
        dates=tuple([read_dated_qualifier(row, reader) for row in whole.pick("DTM")]),
        lines=lines,
        adjustments=tuple([read_adjustment(row, reader) for row in whole.pick("SAC")]),
        taxes=tuple([read_tax(row, reader) for row in whole.pick("TXI")]),
        total=total,
        discountable=reader.read_implied(tds, 2),
        discounted=reader.read_implied(tds, 3),
        discount=reader.read_implied(tds, 4),
        notes=read_notes(whole),
        declared_lines=_read_declared_lines(whole, lines, reader),
    )


def _report_missing(big: Row, reader: ElementReader) -> None:
    if not get_element(big, 2).strip(" "):
        reader.report(Code.NUMBER_MISSING, "BIG02, the invoice number, is empty", big, 2)
    if not get_element(big, 1).strip("0 "):
        reader.report(Code.DATE_MISSING, "BIG01, the invoice date, is empty", big, 1)


def _read_declared_lines(whole: Loops, lines: Sequence[InvoiceLine], reader: ElementReader) -> int | None:
    declared = None
    for ctt in whole.pick("CTT")[:1]:
        declared, declared_total = reader.read_count(ctt, 1), reader.read_real(ctt, 2)
        if declared not in (None, len(lines)):
            reader.report(Code.CTT01_COUNT, f"CTT01 says {declared} lines, there are {len(lines)}", ctt, 1)
        quantities = [line.quantity for line in lines] if declared_total is not None else [None]
        if None not in quantities and declared_total != (total := add(quantities)):
            message = f"CTT02 says {declared_total}, the quantities of the lines make {total}"
            reader.report(Code.CTT02_TOTAL, message, ctt, 2)
    return declared


def _read_line(place: int, rows: list[Row], position: int, reader: ElementReader) -> InvoiceLine:
    head = rows[0]
    _, number, said_quantity, unit, said_price, basis, *_ = head if len(head) > _BASIS else [*head, *_ABSENT]
    quantity = Decimal(said_quantity) if is_usual_real(said_quantity) else reader.read_real(head, 2)
    price = Decimal(said_price) if is_usual_real(said_price) else reader.read_real(head, 4)
    extension = extend(quantity, price, basis)
    if extension is None:
        report_incomplete(position, head, reader)
    elif extension.adjusted() >= LARGEST_AMOUNT.adjusted():
        reader.check_size(extension, head, 4)
    return InvoiceLine(
        position,
        place,
        number,
        quantity,
        unit,
        price,
        basis,
        extension,
        read_product_ids(head, _BASIS + 1),
        *_read_details(rows, reader),
    )


def _read_details(
    rows: list[Row], reader: ElementReader
) -> tuple[str, tuple[Adjustment, ...], tuple[Tax, ...], tuple[Reference, ...]]:
    """Description, charges, taxes and references of a line, in the order of the fields of InvoiceLine."""
    if len(rows) == 2 and rows[1][0] == "PID":  # what nearly all lines are
        return get_element(rows[1], 5), (), (), ()
    details = divide_loops(_drop_components(rows), LOOPS)
    return (
        read_description(details.pick("PID")),
        tuple([read_adjustment(row, reader) for row in details.pick("SAC")]),
        tuple([read_tax(row, reader) for row in details.pick("TXI")]),
        tuple([read_reference(row, reader) for row in details.pick("REF")]),
    )


def _drop_components(rows: list[Row]) -> list[Row]:
    """The segments of a line without those of its components, which follow an SLN; charges and taxes stay."""
    tags = [row[0] for row in rows]
    if "SLN" not in tags:
        return rows
    first = tags.index("SLN")
    return [*rows[:first], *(row for row in rows[first:] if row[0] in ("SAC", "TXI"))]
