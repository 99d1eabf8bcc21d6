"""An X12 860 or 865 → the change of an order that nothing was received of yet, or what a person must decide.

An 860 is the buyer's own wish; in an 865 the seller answers or asks: what would cost more takes an approver.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Final

from ml_connector.edi import OrderChange, OrderChangeAcknowledgment
from ml_connector.edi.documents.change860 import ChangeCode, ChangedLine
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.order_answers import Effect, OrderAnswer
from ml_connector.intacct.writing.purchasing import PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.confirmation_lines import name_terms
from ml_connector.mapping.orders.item_match import ask_item, match_item
from ml_connector.mapping.orders.line_choice import LineClue, choose_line, read_numbers
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_reading import (
    FIXED,
    OrderRead,
    make_clue,
    open_order,
    sign,
    take_fingerprint,
)
from ml_connector.mapping.orders.purchasing_admission import Received, check_currency, find_filing, find_needs
from ml_connector.mapping.orders.purchasing_case import (
    ITEM,
    Catalogue,
    Noted,
    PlannedPurchasing,
    PurchasingCase,
)
from ml_connector.mapping.orders.units import PRICE_PLACES, QUANTITY_PLACES, convert, find_unit, fit, show
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.routes.order_to_purchase_order import WANTED, read_order_line
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order, OrderLine, StockItem
from ml_connector.records.provenance import Reason

_CHANGING: Final = frozenset(
    {
        ChangeCode.CHANGED,
        ChangeCode.PRICE,
        ChangeCode.PRICE_AND_QUANTITY,
        ChangeCode.PRICE_AND_DATE,
        ChangeCode.QUANTITY_DOWN,
        ChangeCode.QUANTITY_UP,
        ChangeCode.DATE_AND_QUANTITY,
        ChangeCode.ALL_VALUES,
        ChangeCode.DATES_CHANGED,
        ChangeCode.RESCHEDULED,
    }
)
_AGREEING: Final = frozenset({Effect.AGREED, Effect.CHANGED, Effect.LATER})
_BY_HAND: Final = "make the change by hand in Intacct, then reject the document here"
Written = NewPurchasingLine | PurchasingLineChange


def ask_changed_items(case: PurchasingCase, said: OrderChange, file: OrderFile) -> set[Asked]:
    """What must be looked up to know the items of a change and of its order."""
    asked = {asked for line in said.lines for asked in ask_item(case, line.product_ids)}
    return asked | {(ITEM, booked.line.item_id) for booked in file.order.lines}


def plan_change(
    received: Received, said: OrderChange, read: OrderRead
) -> PlannedPurchasing | Noted | Held | Filed:
    """The change of the order, or every need that keeps it."""
    case = received.case
    filing = find_filing(received)
    if filing:
        return Filed(reason=filing)
    needs = [*find_needs(received, said.purpose), *check_currency(case, said.currency)]
    order = open_order(case, make_clue("BCH03", said.number, said.release), read)
    if isinstance(order, Need):
        return Held(needs=(*needs, order))
    if case.rules.purchasing.find_change(case.partner.name).target == "note" and not needs:
        return Noted(reason="change kept on our side, as the rules say")
    needs += [*_find_obstacles(case, order, said), *_find_refusals(case, said)]
    lines: list[Written] = []
    for line in said.lines:
        made = _read_change(received, said, line, order, read.known)
        needs += made if isinstance(made, list) else []
        lines += made if isinstance(made, tuple) else ()
    needs += _find_unclear(case, order, said, lines)
    message = sign(case, order)
    if needs or isinstance(message, Need):
        needs += [message] if isinstance(message, Need) else []
        return Held(needs=tuple({str(need): need for need in needs}.values()))
    due = _find_due(said)
    if not lines and due is None:
        return Noted(reason="the change leaves the order as it is")
    change = PurchasingChange(
        document_id=order.document.document_id,
        due_date=due,
        message=message,
        lines=tuple(lines),
        rests_on=take_fingerprint(order.transaction),
    )
    return PlannedPurchasing(
        functions=(change,),
        entity=order.transaction.entity,
        provenance=tuple(_explain(said, line) for line in said.lines),
    )


def _find_due(said: OrderChange) -> date | None:
    """The last day on which goods are wanted; also where no line says anything."""
    every = (*said.dates, *(each for line in said.lines for each in line.dates))
    wanted = (each.date for each in every if each.qualifier in WANTED)
    return max((day for day in wanted if day is not None), default=None)


def _find_obstacles(case: PurchasingCase, order: Order, said: OrderChange) -> Iterator[Need]:
    """An order that goods or invoices were counted against, or that is fixed, is for a person."""
    id_ = order.document.document_id
    touched = [line.number for line in order.lines if line.received or line.expected or line.invoiced]
    if touched or order.document.state in FIXED:
        wrong = (
            f"goods or invoices of {id_} line {touched[0]} are there already"
            if touched
            else f"order {id_} is {order.document.state} and cannot be changed"
        )
        yield Need(kind="change", subject=f"{case.number}/{id_}", reason=case.say(wrong, _BY_HAND))
    if not said.lines and _find_due(said) is None:
        reason = case.say(f"the change of {id_} has no lines", f"ask {case.partner.name} what is to change")
        yield Need(kind="lines", subject=case.number, reason=reason)


def _find_refusals(case: PurchasingCase, said: OrderChange) -> Iterator[Need]:
    """A seller who does not agree changes nothing: what stands then is for a person."""
    if not isinstance(said, OrderChangeAcknowledgment):
        return
    answer = OrderAnswer.get(said.type_code)
    if said.type_code and (answer is None or answer.effect not in _AGREEING):
        reason = case.say(f"the seller answers {said.type_code} to the change", _BY_HAND)
        yield Need(kind="change", subject=f"{case.number}/answer", reason=reason)
    for line in said.lines:
        against = [each.code for each in line.answers if each.effect not in _AGREEING]
        if against:
            yield _hold(case, line, f"is answered {'/'.join(against)}")


def _find_unclear(
    case: PurchasingCase, order: Order, said: OrderChange, written: Iterable[Written]
) -> Iterator[Need]:
    """An order line that is changed twice; and one that a replacement of the whole order does not name."""
    counted = Counter(each.line_no + 1 for each in written if isinstance(each, PurchasingLineChange))
    unclear = {number: f"is changed {count} times" for number, count in counted.items() if count > 1}
    if said.purpose == Purpose.REPLACEMENT:
        named = {*map(str, counted), *(line.number.strip(" ").lstrip("0") for line in said.lines)}
        left = (line.number for line in order.lines if str(line.number) not in named)
        unclear |= dict.fromkeys(left, "is not named by what replaces the order")
    for number, wrong in unclear.items():
        place = f"{order.document.document_id} line {number}"
        subject = f"{order.document.document_id}/{number}/{case.number}"
        yield Need(kind="change", subject=subject, reason=case.say(f"{place} {wrong}", _BY_HAND))


def _read_change(
    received: Received, said: OrderChange, line: ChangedLine, order: Order, known: Catalogue
) -> tuple[Written, ...] | list[Need]:
    """What a line of the change writes; nothing where it leaves the line as it is."""
    case = received.case
    match line.change:
        case ChangeCode.UNCHANGED:
            return ()
        case ChangeCode.ADDED if not isinstance(said, OrderChangeAcknowledgment):
            made = read_order_line(received, said, line, known)
            return made if isinstance(made, list) else (made.line,)
        case code if code in _CHANGING:
            return _change_line(case, said, line, order, known)
        case _:
            return [_hold(case, line, f"is {line.change or 'no known change'}")]


def _change_line(
    case: PurchasingCase, said: OrderChange, line: ChangedLine, order: Order, known: Catalogue
) -> tuple[Written, ...] | list[Need]:
    place = f"line {line.position}"
    item = match_item(case, line.product_ids, known, place=place)
    if isinstance(item, Need):
        return [item]
    clue = LineClue(place=place, named=read_numbers(line.number))
    placed = choose_line(case, order, item.stock, clue)
    if isinstance(placed, Need):
        return [placed]
    if line.quantity is None:
        return ()
    measured = _measure(case, line, placed, item.stock)
    if isinstance(measured, Need):
        return [measured]
    return _write_change(case, said, line, order, placed, measured)


def _write_change(
    case: PurchasingCase,
    said: OrderChange,
    line: ChangedLine,
    order: Order,
    placed: OrderLine,
    measured: tuple[Fraction, Fraction | None],
) -> tuple[Written, ...] | list[Need]:
    quantity, price = measured
    dearer = price is not None and price > (placed.approved_price or 0)
    if isinstance(said, OrderChangeAcknowledgment) and (quantity > placed.ordered or dearer):
        asked = _ask_approver(case, line, order, placed, measured)
        if asked is not None:
            return [asked]
    exact = fit(quantity, QUANTITY_PLACES)
    cost = fit(price, PRICE_PLACES) if price is not None else None
    if exact is None or (cost is None) != (price is None):
        places = f"has more than {QUANTITY_PLACES} places, or its price more than {PRICE_PLACES}, or one has more than 15 digits"
        return [_hold(case, line, places)]
    return (PurchasingLineChange(line_no=placed.number - 1, quantity=exact, price=cost),)


def _ask_approver(
    case: PurchasingCase,
    line: ChangedLine,
    order: Order,
    placed: OrderLine,
    measured: tuple[Fraction, Fraction | None],
) -> Need | None:
    """What the seller asks for beyond the order; None once an approver has agreed to just that."""
    quantity, price = measured
    order_id = order.document.document_id
    terms = name_terms(quantity, placed.unit, price, None)
    code = f"{order_id}/{placed.number}/{terms}"
    if (case.partner.name, code) in case.rules.purchasing.agreed:
        return None
    approved = f" at {placed.approved_price:f}" if placed.approved_price is not None else ""
    wrong = (
        f"{order_id} line {placed.number}, {placed.item_id} is raised ({line.change}): {placed.ordered:f} {placed.unit}"
        f"{approved} ordered, {terms} asked for"
    )
    cure = f"answer `{AGREED}` if that is agreed to, or refuse it to the seller and reject the change here"
    return Need(kind="confirmation", subject=f"{case.partner.name}/{code}", reason=case.say(wrong, cure))


def _measure(
    case: PurchasingCase, line: ChangedLine, placed: OrderLine, stock: StockItem
) -> tuple[Fraction, Fraction | None] | Need:
    """Quantity and price of one, in the unit of the order line."""
    unit = find_unit(case, line.unit, stock)
    if isinstance(unit, Need):
        return unit
    quantity = convert(Fraction(line.quantity or 0), unit, placed.unit, stock)
    if quantity is None or quantity <= 0:
        return _hold(
            case,
            line,
            f"is for {show(Fraction(line.quantity or 0))} {unit}, which is no quantity of {placed.unit}",
        )
    price = None if line.extension is None else Fraction(line.extension) / quantity
    if price is not None and price < 0:
        return _hold(case, line, "has a price below nothing")
    return quantity, price


def _hold(case: PurchasingCase, line: ChangedLine, wrong: str) -> Need:
    reason = case.say(f"line {line.position} of the change {wrong}", _BY_HAND)
    return Need(kind="change", subject=f"{case.number}/{line.position}", reason=reason)


def _explain(said: OrderChange, line: ChangedLine) -> Reason:
    return Reason(
        path=f"line {line.position}",
        value=line.change,
        rule="change of the order",
        inputs=(("POC04", "" if line.quantity is None else f"{line.quantity:f}"), ("change", said.sequence)),
    )
