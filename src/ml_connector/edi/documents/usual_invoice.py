"""An 810 as nearly all are, in one plain function, with nothing made that only findings need."""

from collections.abc import Sequence

from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice_kinds import tell_kind
from ml_connector.edi.documents.invoice_lines import take_lines
from ml_connector.edi.documents.invoice_outline import Places, outline_invoice
from ml_connector.edi.documents.layouts import take_usual_cents, take_usual_date
from ml_connector.edi.documents.parts import (
    read_party,
    read_reference,
    take_adjustment,
    take_dated_qualifier,
    take_tax,
    take_terms,
)
from ml_connector.edi.elements import take_date
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.segments import MOST_ELEMENTS, Row, is_short

_BIG = 9
_ABSENT = ("",) * (_BIG - 1)


def take_invoice(transaction: Transaction) -> Invoice | None:
    """The invoice in a set 810 of which there is nothing to report; None where there is, or may be."""
    contents = transaction.contents
    places = outline_invoice(contents.skeleton).places
    if places is None or transaction.set_code != "810" or not _is_narrow(transaction):
        return None
    try:
        return _take(places, contents.rows)
    except (IndexError, ValueError):  # a segment shorter than usual, a value that is not usual
        return None


def _is_narrow(transaction: Transaction) -> bool:
    """Whether no segment can have more elements than are read."""
    text = transaction.text
    return len(text) < MOST_ELEMENTS or is_short(
        text, transaction.interchange.delimiters.terminator.decode("latin-1")
    )


def _take(places: Places, rows: Sequence[Row]) -> Invoice | None:
    big = rows[places.big]
    _, day, number, order_day, order_number, release, _, type_code, purpose = [*big, *_ABSENT][:_BIG]
    _, cents = rows[places.tds]
    number, type_code, total = number.strip(" "), type_code.strip(" "), take_usual_cents(cents)
    dated, kind, lines = take_date(day), tell_kind(type_code, total), take_lines(places.heads, rows)
    terms = [take_terms(rows[place]) for place in places.terms]
    if not number or dated is None or kind is None or lines is None or None in terms:
        return None
    count = None if places.count is None else _take_count(rows[places.count], len(lines))
    return Invoice(  # by position: a call with so many names takes ten times as long
        number,
        dated,
        order_number,
        take_usual_date(order_day) if order_day else None,
        release,
        type_code,
        purpose,
        kind,
        None if places.currency is None else rows[places.currency][2].strip(" ").upper() or None,
        tuple([read_party(rows[span]) for span in places.parties]),
        tuple([read_reference(rows[place]) for place in places.references]),
        tuple([each for each in terms if each is not None]),
        tuple([take_dated_qualifier(rows[place]) for place in places.dates]),
        lines,
        tuple([take_adjustment(rows[place]) for place in places.adjustments]),
        tuple([take_tax(rows[place]) for place in places.taxes]),
        total,
        *(None, None, None),
        (),
        count,
    )


def _take_count(ctt: Row, lines: int) -> int:
    _, text = ctt
    if text == str(lines):
        return lines
    raise ValueError
