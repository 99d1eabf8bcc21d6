"""The vendor invoices of an invoice: prices that give its total to the cent, and one document or one for each source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Final

from ml_connector.intacct.writing.parts import Action, Dimensions
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, Subtotal
from ml_connector.mapping.matching.charges import Charge, list_charge_lines, list_subtotals
from ml_connector.mapping.matching.conversion import Piece, make_line, price_piece
from ml_connector.mapping.matching.invoice_comparison import Compared, OrderedInvoice
from ml_connector.mapping.orders.definitions import number_document
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.payables import terms
from ml_connector.mapping.payables.amounts import round_to_total
from ml_connector.mapping.payables.submission import choose_action
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_REFERENCE_LIMIT: Final = 20
_MEMO_LIMIT: Final = 500

PricedPiece = tuple[Piece, Decimal, str]  # with its price and memo


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What the documents are made of: together exactly the invoice's total, as Intacct rounds."""

    pieces: tuple[PricedPiece, ...]
    charges: tuple[tuple[Charge, Decimal], ...]  #: each in cents
    total: Decimal


def price_pieces(case: PurchasingCase, pieces: Sequence[Piece], compared: Compared) -> Priced | Need:
    """Cents for every line and charge, together the total, and the prices that give them."""
    exact = [piece.amount for piece in pieces] + [charge.amount for charge in compared.charges]
    cents = round_to_total(exact, compared.amounts.total)
    memos = {line.line.position: line.line.description or line.stock.item.name for line in compared.lines}
    priced: list[PricedPiece] = []
    for piece, amount in zip(pieces, cents, strict=False):
        price = price_piece(piece, amount)
        if price is None:
            reason = case.say(
                f"line {piece.position}: no price of ten places makes {piece.quantity:f} {piece.unit} come to {amount}",
                "book it by hand, then reject it here",
            )
            return Need(kind="arithmetic", subject=f"{case.number}/{piece.position}", reason=reason)
        priced.append((piece, price, memos[piece.position][:_MEMO_LIMIT]))
    return Priced(
        pieces=tuple(priced),
        charges=tuple(zip(compared.charges, cents[len(pieces) :], strict=True)),
        total=compared.amounts.total,
    )


def write_documents(
    ordered: OrderedInvoice, priced: Priced, invoiced: date, due: terms.Due
) -> Iterator[NewPurchasing]:
    """One document, or one for each source where the company converts from one only: charges stand on the first."""
    action = choose_action(ordered.subject.route, priced.total, mode=ordered.case.setting.mode)
    place = _find_place(priced)
    for number, pieces in enumerate(_part(ordered.case, priced), start=1):
        sources = {piece.source for piece, *_ in pieces}
        lines = [make_line(piece, price, memo, several=len(sources) > 1) for piece, price, memo in pieces]
        charges = priced.charges if number == 1 else ()
        lines += list_charge_lines(charges, place)
        subtotals = tuple(list_subtotals(charges, place))
        source = pieces[0][0].source if len(sources) == 1 else None
        yield _make_document(ordered, (invoiced, due), (source, number), tuple(lines), subtotals, action)


def explain_lines(
    case: PurchasingCase, priced: Priced, said: Mapping[int, Sequence[Reason]]
) -> Iterator[Reason]:
    """Of each line made of goods its price, and what is said of the invoice's line it was made from.

    Lines count through all documents, those of charges too.
    """
    first, *others = _part(case, priced)
    charged = len(list(list_charge_lines(priced.charges, _find_place(priced))))
    later = enumerate(chain.from_iterable(others), start=len(first) + charged + 1)
    for number, (piece, price, _) in chain(enumerate(first, start=1), later):
        for reason in said[piece.position]:
            yield replace(reason, path=f"lines[{number}].{reason.path.partition('.')[2]}")
        yield _explain_price(number, piece, price)


def _part(case: PurchasingCase, priced: Priced) -> list[tuple[PricedPiece, ...]]:
    """The pieces of each document."""
    sources = list(dict.fromkeys(piece.source for piece, *_ in priced.pieces))
    if len(sources) == 1 or case.setting.multi_source is True:
        return [priced.pieces]
    return [tuple(each for each in priced.pieces if each[0].source == source) for source in sources]


def _find_place(priced: Priced) -> Dimensions:
    """Charges belong where the first of the goods does."""
    first = priced.pieces[0][0].booked.dimensions
    return Dimensions(location_id=first.location_id, department_id=first.department_id)


def _make_document(
    ordered: OrderedInvoice,
    dates: tuple[date, terms.Due],
    source: tuple[str | None, int],
    lines: tuple[NewPurchasingLine, ...],
    subtotals: tuple[Subtotal, ...],
    action: Action,
) -> NewPurchasing:
    case, route, invoice = ordered.case, ordered.subject.route, ordered.invoice
    (invoiced, due), (created_from, number) = dates, source
    name = case.rules.purchasing.definitions.invoice
    has_reference = 0 < len(invoice.order_number) <= _REFERENCE_LIMIT
    return NewPurchasing(
        definition=name,
        vendor_id=case.vendor.vendor_id,
        date=invoiced,
        posting_date=terms.settle_posting_date(invoiced, route)[0],
        due_date=due.on,
        term=due.term,
        created_from=created_from,
        number=number_document(case, name, invoice.number, number),
        vendor_number=invoice.number,
        reference=invoice.order_number if has_reference else None,
        message=case.write_message(f"EDI 810 {case.partner.name} {invoice.number}"),
        pay_to=ordered.pay_to,
        state=None if action == "Submit" else "Draft",
        lines=lines,
        subtotals=subtotals,
    )


def _explain_price(number: int, piece: Piece, price: Decimal) -> Reason:
    rule = (
        "price of the invoice"
        if Fraction(price) * Fraction(piece.quantity) == piece.amount
        else "largest remainder, so that Intacct's rounding of each line gives the total"
    )
    return Reason(
        path=f"lines[{number}].PRICE",
        value=f"{price:f}",
        rule=rule,
        inputs=((f"line {piece.position}", f"{piece.source} {piece.line_key or 'beyond it'}"),),
    )
