"""The 810 invoice: X12 set 810, versions 003040 to 005010 alike, as a typed document."""

from collections.abc import Sequence
from decimal import Decimal

from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice_kinds import read_kind
from ml_connector.edi.documents.invoice_lines import InvoiceLine, read_lines
from ml_connector.edi.documents.invoice_outline import Outline, outline_invoice
from ml_connector.edi.documents.loops import Loops, find_single, read_notes, report_malformed_tags
from ml_connector.edi.documents.parts import (
    name_currency,
    read_adjustment,
    read_dated_qualifier,
    read_party,
    read_reference,
    read_tax,
    read_terms,
)
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.sums import add
from ml_connector.edi.documents.usual_invoice import take_invoice
from ml_connector.edi.elements import take_date
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row

#: What a short BIG has not.
_ABSENT = ("",) * 8
_NO_DISCOUNT = (None, None, None)


def parse_invoice(transaction: Transaction) -> Reading[Invoice]:
    """The invoice in a set 810, read as far as possible, and the findings of its contents.

    The findings of the set itself are the transaction's. The document is None only where the set
    is no 810 or has no BIG or no readable total; an error finding says so. An amount beyond
    what books keep is a hold (AMOUNT_TOO_LARGE) and stands in the document as sent.
    """
    document = take_invoice(transaction)
    if document is not None:
        return Reading(document=document, findings=())
    return parse_invoice_with_care(transaction)


def parse_invoice_with_care(transaction: Transaction) -> Reading[Invoice]:
    """The same for any set: element by element, with what is wrong."""
    reader = ElementReader(transaction)
    start = reader.rows[0]
    if transaction.set_code != "810":
        reader.report(Code.NOT_AN_INVOICE, f"Set {transaction.set_code!r} is not an 810", start, 1)
        return Reading(document=None, findings=reader.findings)
    outline = outline_invoice(reader.skeleton)
    if not outline.right_tags:
        report_malformed_tags(reader)
    big, tds = _find_single("BIG", outline, reader), _find_single("TDS", outline, reader)
    total = reader.read_implied(tds, 1) if tds else None
    if big is None:
        reader.report(Code.BIG_MISSING, "The invoice has no BIG, so no number and no date", start)
    if total is None:
        reader.report(Code.TDS_MISSING, "The invoice has no total that can be read in TDS01", tds or start)
    document = None
    if big and tds and total is not None:
        document = _read_invoice(outline, big, tds, total, reader)
    return Reading(document=document, findings=reader.findings)


def _find_single(tag: str, outline: Outline, reader: ElementReader) -> Row | None:
    """The first segment with this tag; a second is reported."""
    rows, spans = reader.rows, outline.whole.get(tag, ())
    if len(spans) == 1:
        return rows[spans[0].start]
    return find_single([rows[span.start] for span in spans], reader)


def _read_invoice(outline: Outline, big: Row, tds: Row, total: Decimal, reader: ElementReader) -> Invoice:
    rows, find, lines = reader.rows, outline.whole.get, read_lines(outline, reader)
    _, date, number, order_date, order_number, release, _, _, purpose, *_ = [*big, *_ABSENT]
    _report_missing(big, number, date, reader)
    if not lines and total and not (find("SAC") or find("TXI")):
        message = f"The invoice has a total of {total}, but no line, charge or tax that it could be for"
        reader.report(Code.LINES_MISSING, message, big)
    type_code, kind = read_kind(big, 7, total, reader)
    discountable, discounted, discount = _read_discount(tds, reader) if len(tds) > 2 else _NO_DISCOUNT
    return Invoice(  # by position: a call with so many names takes ten times as long
        number.strip(" "),
        take_date(date) or reader.read_date(big, 1),
        order_number,
        take_date(order_date) or reader.read_date(big, 3),
        release,
        type_code,
        purpose,
        kind,
        name_currency([rows[place] for place in outline.currencies], reader),
        tuple([read_party(rows[span]) for span in find("N1", ())]),
        tuple([read_reference(rows[span.start]) for span in find("REF", ())]),
        tuple([read_terms(rows[span.start], reader) for span in find("ITD", ())]),
        tuple([read_dated_qualifier(rows[span.start], reader) for span in find("DTM", ())]),
        lines,
        tuple([read_adjustment(rows[span.start], reader) for span in find("SAC", ())]),
        tuple([read_tax(rows[span.start], reader) for span in find("TXI", ())]),
        total,
        discountable,
        discounted,
        discount,
        read_notes(Loops(rows, outline.whole)) if outline.has_notes else (),
        _read_declared_lines(find("CTT", ()), lines, reader),
    )


def _read_discount(tds: Row, reader: ElementReader) -> list[Decimal | None]:
    """TDS02 to TDS04."""
    return [reader.read_implied(tds, number) for number in (2, 3, 4)]


def _report_missing(big: Row, number: str, date: str, reader: ElementReader) -> None:
    if not number.strip(" "):
        reader.report(Code.NUMBER_MISSING, "BIG02, the invoice number, is empty", big, 2)
    if not date.strip("0 "):
        reader.report(Code.DATE_MISSING, "BIG01, the invoice date, is empty", big, 1)


def _read_declared_lines(
    spans: Sequence[slice], lines: Sequence[InvoiceLine], reader: ElementReader
) -> int | None:
    """What the first CTT says; where it does not agree, it is reported."""
    if not spans:
        return None
    ctt = reader.rows[spans[0].start]
    declared = reader.read_count(ctt, 1)
    declared_total = reader.read_real(ctt, 2) if len(ctt) > 2 else None
    if declared is not None and declared != len(lines):
        reader.report(Code.CTT01_COUNT, f"CTT01 says {declared} lines, there are {len(lines)}", ctt, 1)
    if declared_total is not None:
        _check_quantities(declared_total, [line.quantity for line in lines], ctt, reader)
    return declared


def _check_quantities(
    stated: Decimal, quantities: Sequence[Decimal | None], ctt: Row, reader: ElementReader
) -> None:
    if None not in quantities and stated != (total := add(quantities)):
        message = f"CTT02 says {stated}, the quantities of the lines make {total}"
        reader.report(Code.CTT02_TOTAL, message, ctt, 2)
