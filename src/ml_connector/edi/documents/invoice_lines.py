"""The lines of an 810: in one loop where they are as usual, else one by one with findings."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import repeat

from msgspec import Struct

from ml_connector.edi.documents.invoice_outline import LOOPS, Outline
from ml_connector.edi.documents.items import PRICE_BASES, ProductId, extend, read_product_ids
from ml_connector.edi.documents.loops import divide_loops, read_description
from ml_connector.edi.documents.parts import (
    Adjustment,
    Reference,
    Tax,
    read_adjustment,
    read_reference,
    read_tax,
    report_incomplete,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.elements import EXACT, LARGEST_AMOUNT
from ml_connector.edi.remembering import remember
from ml_connector.edi.segments import Row, get_element

_BASIS = 5
_TEXT = 5
_TWO_IDS = 10
_ABSENT = ("",) * _BASIS
_NO_TEXT = ("",) * (_TEXT + 1)
_multiply = EXACT.multiply
#: Numbers as nearly all are, each with a line end behind it: none is so large that a product is too large for books.
_are_usual_reals = re.compile(r"(?:-?+[0-9]{1,7}+(?:\.[0-9]{0,9}+)?+\n)*+").fullmatch


@remember
def _take_quantity(text: str) -> Decimal:
    """A usual number; the same few come in line after line. Raises ValueError for any other."""
    if _are_usual_reals(f"{text}\n"):
        return Decimal(text)
    raise ValueError


Details = tuple[str, tuple[Adjustment, ...], tuple[Tax, ...], tuple[Reference, ...]]


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


def read_lines(outline: Outline, reader: ElementReader) -> tuple[InvoiceLine, ...]:
    """The lines of an invoice; what cannot be read is reported and left out."""
    lines = take_lines(outline.heads, reader.rows)
    return read_lines_with_care(outline, reader) if lines is None else lines


def take_lines(places: slice | None, rows: Sequence[Row]) -> tuple[InvoiceLine, ...] | None:
    """The lines, if all are of the usual shape and there is nothing to report; else None."""
    if places is None:
        return None
    heads, place, step = rows[places], places.start + 1, places.step
    texts = rows[place : places.stop : step] if step > 1 else repeat(_NO_TEXT)
    try:
        return _take_usual(heads, texts, place, step)
    except (IndexError, ValueError):  # a segment shorter than usual, a value that is not usual
        return None


def _take_usual(heads: Sequence[Row], texts: Iterable[Row], place: int, step: int) -> tuple[InvoiceLine, ...]:
    """The lines of these IT1 and PID; in one plain loop, which is quicker than column by column."""
    if not _are_usual_reals("\n".join([*[head[4] for head in heads], ""])):
        raise ValueError
    lines = []
    for position, (head, text) in enumerate(zip(heads, texts), 1):  # noqa: B905  # texts may have no end
        if len(head) == _TWO_IDS and head[7] and head[9]:  # what most lines have
            _, number, sent, unit, asked, basis, first, first_id, second, second_id = head
            # A call would cost twice as much.
            ids: tuple[ProductId, ...] = (ProductId(first, first_id), ProductId(second, second_id))
        else:
            _, number, sent, unit, asked, basis = head[: _BASIS + 1]
            ids = read_product_ids(head, _BASIS + 1)
        if basis in PRICE_BASES:
            raise ValueError
        quantity, price = _take_quantity(sent), Decimal(asked)
        extension = _multiply(quantity, price)
        lines.append(
            InvoiceLine(position, place, number, quantity, unit, price, basis, extension, ids, text[_TEXT])
        )
        place += step
    return tuple(lines)


def read_lines_with_care(outline: Outline, reader: ElementReader) -> tuple[InvoiceLine, ...]:
    """The lines, one by one."""
    return tuple([_read_line(span, n, reader) for n, span in enumerate(outline.lines, 1)])


def _read_line(span: slice, position: int, reader: ElementReader) -> InvoiceLine:
    rows = reader.rows[span]
    head = rows[0]
    _, number, _, unit, _, basis, *_ = head if len(head) > _BASIS else [*head, *_ABSENT]
    quantity, price = reader.read_real(head, 2), reader.read_real(head, 4)
    extension = extend(quantity, price, basis)
    if extension is None:
        report_incomplete(position, head, reader)
    elif extension.adjusted() >= LARGEST_AMOUNT.adjusted():
        reader.check_size(extension, head, 4)
    return InvoiceLine(
        position,
        span.start + 1,
        number,
        quantity,
        unit,
        price,
        basis,
        extension,
        read_product_ids(head, _BASIS + 1),
        *_read_details(rows, reader),
    )


def _read_details(rows: Sequence[Row], reader: ElementReader) -> Details:
    """Description, charges, taxes and references of a line, in the order of the fields of InvoiceLine."""
    if len(rows) == 2 and rows[1][0] == "PID":  # what nearly all lines are
        return get_element(rows[1], 5), (), (), ()
    details = divide_loops(_drop_components(rows), LOOPS)
    return (
        read_description(details.pick("PID")),
        tuple([read_adjustment(row, reader) for row in details.pick("SAC")]),
        tuple([read_tax(row, reader) for row in details.pick("TXI")]),
        tuple([read_reference(row) for row in details.pick("REF")]),
    )


def _drop_components(rows: Sequence[Row]) -> Sequence[Row]:
    """The segments of a line without those of its components, which follow an SLN; charges and taxes stay."""
    tags = [row[0] for row in rows]
    if "SLN" not in tags:
        return rows
    first = tags.index("SLN")
    return [*rows[:first], *(row for row in rows[first:] if row[0] in ("SAC", "TXI"))]
