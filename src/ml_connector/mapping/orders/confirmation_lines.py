"""What a seller confirms of an order, line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ml_connector.edi import OrderAcknowledgment
from ml_connector.edi.documents.acknowledgment855 import AnsweredLine
from ml_connector.edi.documents.items import extend
from ml_connector.edi.documents.order_answers import Answer, Effect, LineAnswer, OrderAnswer
from ml_connector.mapping.orders.item_match import match_item
from ml_connector.mapping.orders.line_choice import LineClue, choose_line, read_numbers
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import convert, find_nearest_unit, find_unit, show
from ml_connector.mapping.orders.worth import make_worth
from ml_connector.records.matches import UNKNOWN, ConfirmedLine, Promise, Worth
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order, OrderLine, StockItem

_COMING: Final = frozenset({Effect.AGREED, Effect.LATER, Effect.CHANGED})
_WITHOUT_LINES: Final = {Effect.AGREED: Promise.ACCEPTED, Effect.REFUSED: Promise.REJECTED}


def confirm_lines(
    case: PurchasingCase, said: OrderAcknowledgment, order: Order, known: Catalogue
) -> tuple[tuple[ConfirmedLine, ...], list[Need]]:
    """Every order line the confirmation speaks of; all of them, where it answers the whole order without lines."""
    whole = OrderAnswer.get(said.type_code)
    if not said.lines:
        promise = _WITHOUT_LINES.get(whole.effect, Promise.OPEN) if whole is not None else Promise.OPEN
        return tuple(_confirm_whole(order, line, promise, said.type_code) for line in order.lines), []
    found = [_confirm_line(case, line, order, known, whole) for line in said.lines]
    confirmed = [each for each in found if isinstance(each, ConfirmedLine)]
    return tuple(confirmed), [each for each in found if isinstance(each, Need)]


def value_lines(lines: Sequence[ConfirmedLine], order: Order) -> Worth:
    """What is confirmed, at the price that is stated for it, else at the approved one."""
    total = Fraction(0)
    for line in lines:
        price = line.price if line.price is not None else line.approved_price
        if price is None:
            return UNKNOWN
        total += line.confirmed * Fraction(price)
    return make_worth(total, {order.document.currency})


def name_terms(quantity: Fraction, unit: str, price: Fraction | None, on: date | None) -> str:
    """What is agreed to of an order line, and nothing else: another price or day is asked about anew."""
    at = f" at {show(price)}" if price is not None else ""
    day = f" on {on}" if on is not None else ""
    return f"{show(quantity)} {unit}{at}{day}"


def _confirm_whole(order: Order, line: OrderLine, promise: Promise, code: str) -> ConfirmedLine:
    quantity = Fraction(0) if promise is Promise.REJECTED else Fraction(line.ordered)
    return _make(order, line, (quantity, None), promise=promise, said=(), code=code)


def _confirm_line(
    case: PurchasingCase, said: AnsweredLine, order: Order, known: Catalogue, whole: OrderAnswer | None
) -> ConfirmedLine | Need:
    place = f"line {said.position}"
    item = match_item(case, said.product_ids, known, place=place)
    if isinstance(item, Need):
        return item
    clue = LineClue(place=place, named=read_numbers(said.number))
    line = choose_line(case, order, item.stock, clue)
    if isinstance(line, Need):
        return line
    measured = _measure(case, said, line, item.stock, whole)
    if isinstance(measured, Need):
        return measured
    promise = _judge(case, said, line, measured, known, whole)
    code = "/".join(answer.code for answer in said.answers) or (whole or "")
    made = _make(order, line, measured, promise=promise, said=said.answers, code=code)
    made = replace(made, priced_by=_find_priced_unit(case, said, made, item.stock))
    if promise is Promise.LATER and made.on is not None and made.on == order.document.due_date:
        return replace(made, promise=Promise.ACCEPTED)  # on the very day that is wanted
    return made


def _make(
    order: Order,
    line: OrderLine,
    measured: tuple[Fraction, Fraction | None],
    *,
    promise: Promise,
    said: Sequence[Answer],
    code: str,
) -> ConfirmedLine:
    days = [answer.date for answer in said if answer.date is not None]
    days += [each.date for answer in said for each in answer.dates if each.date is not None]
    return ConfirmedLine(
        order_id=order.document.document_id,
        order_line=line.number,
        order_line_no=line.number - 1,
        item_id=line.item_id,
        unit=line.unit,
        ordered=line.ordered,
        confirmed=measured[0],
        approved_price=line.approved_price,
        price=measured[1],
        on=max(days, default=None),
        promise=promise,
        said=code,
    )


def _measure(
    case: PurchasingCase, said: AnsweredLine, line: OrderLine, stock: StockItem, whole: OrderAnswer | None
) -> tuple[Fraction, Fraction | None] | Need:
    """Quantity and price of one, in the unit of the order line; what is not said is as ordered."""
    price = _find_price(case, said, line, stock)
    if isinstance(price, Need):
        return price
    if not said.unit and said.quantity is None and not any(answer.unit for answer in said.answers):
        quantity = Fraction(line.ordered)
        return (Fraction(0) if _is_refused(said, whole) else quantity), price
    total = Fraction(0)
    for amount, code in _list_amounts(said, whole):
        unit = find_unit(case, code or said.unit, stock)
        if isinstance(unit, Need):
            return unit
        counted = convert(amount, unit, line.unit, stock)
        if counted is None:
            return _describe_unit(case, said, unit, line)
        total += counted
    return total, price


def _find_price(
    case: PurchasingCase, said: AnsweredLine, line: OrderLine, stock: StockItem
) -> Fraction | Need | None:
    """Of one of the order line's unit; None where none is stated, or nothing is for sale at it."""
    price = extend(Decimal(1), said.price, said.basis)
    if price is None or said.quantity == 0:
        return None
    unit = find_unit(case, said.unit, stock) if said.unit else line.unit
    if isinstance(unit, Need):
        return unit
    one = convert(Fraction(1), unit, line.unit, stock)
    return Fraction(price) / one if one else _describe_unit(case, said, unit, line)


def _find_priced_unit(case: PurchasingCase, said: AnsweredLine, made: ConfirmedLine, stock: StockItem) -> str:
    """The unit whose approved price the stated one is nearest to; empty where that is the unit it is stated for."""
    unit = find_unit(case, said.unit, stock) if said.unit else made.unit
    approved = made.approved_price or 0
    if isinstance(unit, Need) or made.price is None or made.price <= 0 or approved <= 0:
        return ""
    one = convert(Fraction(1), unit, made.unit, stock) or 1
    nearest = find_nearest_unit(made.price * one, unit, Fraction(approved) * one, stock)
    return nearest if nearest != unit else ""


def _describe_unit(case: PurchasingCase, said: AnsweredLine, unit: str, line: OrderLine) -> Need:
    reason = case.say(
        f"line {said.position} is confirmed in {unit}, ordered in {line.unit}",
        "add the unit to the item's group in Intacct",
    )
    return Need(kind="unit", subject=f"{line.item_id}/{unit}", reason=reason)


def _list_amounts(said: AnsweredLine, whole: OrderAnswer | None) -> Iterable[tuple[Fraction, str]]:
    """What is coming, with its unit: by the answers that give a quantity, else by the line."""
    counted = [answer for answer in said.answers if answer.quantity is not None]
    if counted:
        coming = (answer for answer in counted if answer.effect in _COMING)
        return [(Fraction(answer.quantity or 0), answer.unit) for answer in coming]
    quantity = Fraction(0) if _is_refused(said, whole) else Fraction(said.quantity or 0)
    return [(quantity, said.unit)]


def _is_refused(said: AnsweredLine, whole: OrderAnswer | None) -> bool:
    effects = [answer.effect for answer in said.answers] or [whole.effect if whole is not None else None]
    return set(effects) == {Effect.REFUSED}


def _judge(
    case: PurchasingCase,
    said: AnsweredLine,
    line: OrderLine,
    measured: tuple[Fraction, Fraction | None],
    known: Catalogue,
    whole: OrderAnswer | None,
) -> Promise:
    """The gravest thing the confirmation says to the line."""
    quantity, price = measured
    effects = {answer.effect for answer in said.answers} or {whole.effect if whole is not None else None}
    approved = Fraction(line.approved_price) if line.approved_price is not None else None
    checks = (
        (_is_substituted(case, said, line, known), Promise.SUBSTITUTED),
        (not effects <= {*_COMING, Effect.REFUSED}, Promise.OPEN),
        (quantity > line.ordered or _is_dearer(price, approved), Promise.RAISED),
        (quantity == 0, Promise.REJECTED),
        (quantity < line.ordered or (price is not None and price != approved), Promise.REDUCED),
        (Effect.LATER in effects or any(answer.date for answer in said.answers), Promise.LATER),
    )
    return next((promise for holds, promise in checks if holds), Promise.ACCEPTED)


def _is_dearer(price: Fraction | None, approved: Fraction | None) -> bool:
    return price is not None and (approved is None or price > approved)


def _is_substituted(case: PurchasingCase, said: AnsweredLine, line: OrderLine, known: Catalogue) -> bool:
    for answer in said.answers:
        if answer.code == LineAnswer.SUBSTITUTED:
            return True
        item = match_item(case, answer.product_ids, known, place="ACK") if answer.product_ids else None
        if item is not None and (isinstance(item, Need) or item.stock.item.item_id != line.item_id):
            return True
    return False
