"""The matched lines of an invoice as lines that Intacct converts, priced so that its own rounding gives the total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Final

from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine
from ml_connector.mapping.matching.invoiced_lines import InvoicedLine
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import PRICE_PLACES, QUANTITY_PLACES, convert, fit, show
from ml_connector.records.matches import MatchedLine, Usage
from ml_connector.records.needs import Need
from ml_connector.records.orders import BookedLine, Order

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of an invoice line that comes out of one source."""

    position: int  #: of the invoice line
    source: str  #: the document id it belongs to
    line_key: int | None  #: None for what is beyond the source
    booked: BookedLine  #: whose warehouse and dimensions it takes
    unit: str
    quantity: Decimal
    amount: Fraction  #: exact


def cut_pieces(
    case: PurchasingCase, said: InvoicedLine, matched: MatchedLine, order: Order, known: Catalogue
) -> list[Piece] | Need:
    """The invoice line in pieces, one for each source; together its quantity and its amount, exactly.

    What is tolerated beyond the sources stands on a line of its own, or on the last source's by setting.
    """
    booked = {
        line.line.record_no: line for each in (order.transaction, *order.receipts) for line in each.lines
    }
    ordered = booked[matched.order_line_key]
    pieces: list[Piece] = []
    usages = _cover(case, matched, order, booked, known)
    if usages is None:
        return _hold_excess(
            case, matched, "has nowhere to go: none of its documents can be converted any more"
        )
    for usage in usages:
        at = ordered if usage.line_key is None else booked[usage.line_key]
        made = _cut(case, said, usage, at, known)
        if isinstance(made, Need):
            return made
        pieces.append(made)
    beyond = [piece for piece in pieces if piece.line_key is None]
    if beyond and sum(line.item_id == matched.item_id for line in order.lines) > 1:
        return _hold_excess(case, matched, "cannot be told from its other lines")
    return pieces


def _hold_excess(case: PurchasingCase, matched: MatchedLine, wrong: str) -> Need:
    reason = case.say(
        f"{matched.order_id}: what is invoiced of {matched.item_id} beyond its receipts {wrong}",
        f"post the rest on a receiver in Intacct; {case.number} then goes on by itself",
    )
    return Need(kind="receipt", subject=f"{matched.order_id}/{matched.order_line}", reason=reason)


def price_piece(piece: Piece, amount: Decimal) -> Decimal | None:
    """The price at which Intacct's extension, rounded to cents, is that amount: the exact one if it does, else the
    nearest that does; None where the quantity is too large for any.
    """
    with localcontext() as context:
        context.prec = 60
        exact = piece.amount / Fraction(piece.quantity)
        for price in (exact, Fraction(amount) / Fraction(piece.quantity)):
            rounded = (Decimal(price.numerator) / price.denominator).quantize(
                Decimal(1).scaleb(-PRICE_PLACES), ROUND_HALF_UP
            )
            if (rounded * piece.quantity).quantize(_CENT, ROUND_HALF_UP) == amount:
                return rounded.normalize() + 0
    return None


def make_line(piece: Piece, price: Decimal, memo: str, *, several: bool) -> NewPurchasingLine:
    """The line, naming its source as a document from one source or from several does."""
    sourced = piece.line_key is not None
    return NewPurchasingLine(
        item_id=piece.booked.line.item_id,
        quantity=piece.quantity,
        unit=piece.unit,
        price=price,
        warehouse_id=piece.booked.warehouse_id or None,
        memo=memo,
        source_line=None if several else piece.line_key,
        source_document=piece.source if several and sourced else None,
        source_document_line=piece.line_key if several else None,
        dimensions=piece.booked.dimensions,
    )


def _cover(
    case: PurchasingCase,
    matched: MatchedLine,
    order: Order,
    booked: Mapping[int, BookedLine],
    known: Catalogue,
) -> Sequence[Usage] | None:
    """The usages, and what they leave uncovered: in the unit of the order line, or added to the last one.

    None where an excess has no document that it can be converted along with.
    """
    usages = list(matched.usages)
    covered = sum((_count(usage, matched, booked, known) for usage in usages), Fraction(0))
    beyond = matched.invoiced - covered
    if not beyond:
        return usages
    same_line = case.rules.purchasing.definitions.overage == "same_line"
    if usages and same_line:
        last = usages.pop()
        factor = last.quantity / _count(last, matched, booked, known)
        usages.append(
            Usage(
                document_id=last.document_id,
                line_key=last.line_key,
                quantity=last.quantity + beyond * factor,
                by=last.by,
            )
        )
        return usages
    home = usages[-1].document_id if usages else _find_home(order)
    if home is None:
        return None
    usages.append(Usage(document_id=home, line_key=None, quantity=beyond, by=_name_leave(matched)))
    return usages


def _name_leave(matched: MatchedLine) -> str:
    """By what leave more is invoiced than the sources give."""
    if matched.overruled is not None:
        return f"overruled, xref {matched.overruled}"
    return f"tolerated by {matched.rule}"


def _find_home(order: Order) -> str | None:
    """The document that an excess without any source is converted along with: the newest receipt that something is
    left of, else the order; None where nothing is left of any, for Intacct converts none that is used up.
    """
    for source in (*reversed(order.receipts), order.transaction):
        if any(order.left[booked.line.record_no] for booked in source.lines):
            return source.document.document_id
    return None


def _count(
    usage: Usage, matched: MatchedLine, booked: Mapping[int, BookedLine], known: Catalogue
) -> Fraction:
    """What a source gives, in the unit of the order line."""
    line = booked[usage.line_key or 0].line
    return convert(usage.quantity, line.unit, matched.unit, known.get(line.item_id)) or Fraction(0)


def _cut(
    case: PurchasingCase, said: InvoicedLine, usage: Usage, at: BookedLine, known: Catalogue
) -> Piece | Need:
    """In the invoice's unit where that is exact, else in the source's."""
    stock = known.get(at.line.item_id)
    invoiced = convert(usage.quantity, at.line.unit, said.unit, stock) or Fraction(0)
    for unit, quantity in ((said.unit, invoiced), (at.line.unit, usage.quantity)):
        exact = fit(quantity, QUANTITY_PLACES)
        if exact is not None:
            return Piece(
                position=said.line.position,
                source=usage.document_id,
                line_key=usage.line_key,
                booked=at,
                unit=unit,
                quantity=exact,
                amount=said.amount * invoiced / said.quantity,
            )
    reason = case.say(
        f"line {said.line.position}: {show(invoiced)} {said.unit} or {show(usage.quantity)} {at.line.unit} of {at.line.item_id} "
        f"has more than {QUANTITY_PLACES} places",
        f"ask {case.partner.name} for an invoice in {at.line.unit}",
    )
    return Need(kind="unit", subject=f"{at.line.item_id}/{said.unit}", reason=reason)
