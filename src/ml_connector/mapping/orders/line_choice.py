"""Which line of an order is meant? By the item; where that stands on several, by what else the document says of it.

A number is not believed alone: many senders count their own lines where the order's number belongs.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.orders.units import show
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order, OrderLine, StockItem

Test = Callable[[OrderLine], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineClue:
    """What a document says of an order line besides its item."""

    place: str  #: `line 3` of the document
    named: Collection[str] = ()  #: numbers that are the order line's by the standard, such as REF*LI
    counted: str = ""  #: how the document numbers its line, which may be the order's number or its own count
    is_priced: Test | None = None  #: whether the order line has its price; None where it states none
    has_room: Sequence[
        Test
    ] = ()  #: whether so much is open of the order line, the surest way of counting first


def choose_line(case: PurchasingCase, order: Order, stock: StockItem, clue: LineClue) -> OrderLine | Need:
    """The order line for an item. Where several are: the one that people have answered; else by price, by a number that
    does not contradict the price, by what is open, at last by the document's own count. What is left open is asked.
    """
    item_id, order_id = stock.item.item_id, order.document.document_id
    lines = [line for line in order.lines if line.item_id == item_id]
    if not lines:
        return _describe_absent(case, order_id, item_id, clue)
    code = f"{order_id}/{item_id}/{case.number}/{clue.place}"
    answer = case.rules.purchasing.lines.get((case.partner.name, code))
    answered = [line for line in lines if str(line.number) == answer]
    ways = [lines, answered] if answered else [lines, *_narrow(lines, clue)]
    found = next((way for way in ways if len(way) == 1), None)
    return found[0] if found is not None else _ask(case, order_id, lines, clue, code)


def read_numbers(*numbers: str) -> frozenset[str]:
    """Numbers of lines as an order has them; those that are not given left out."""
    return frozenset(number.strip(" ").lstrip("0") for number in numbers) - {""}


def _narrow(lines: Sequence[OrderLine], clue: LineClue) -> Iterator[list[OrderLine]]:
    """The lines it may be for, fewer and fewer; none where what it says does not agree with any of them."""
    priced = [line for line in lines if clue.is_priced is None or clue.is_priced(line)]
    named = [line for line in lines if str(line.number) in clue.named]
    if named:
        yield [line for line in named if line in priced] if priced else named
        return
    left = priced
    yield left
    for has_room in clue.has_room:
        left = [line for line in left if has_room(line)] or left
        yield left
    yield [line for line in left if str(line.number) == clue.counted]


def _describe_absent(case: PurchasingCase, order_id: str, item_id: str, clue: LineClue) -> Need:
    reason = case.say(
        f"{clue.place} is for item {item_id}, which is not on {order_id}",
        f"add the item to {order_id} in Intacct if it was agreed, or reject the document",
    )
    return Need(kind="order_line", subject=f"{order_id}/{item_id}", reason=reason)


def _ask(case: PurchasingCase, order_id: str, lines: Sequence[OrderLine], clue: LineClue, code: str) -> Need:
    listed = "; ".join(map(_describe, lines))
    reason = case.say(
        f"{clue.place} may be for any of several lines of {order_id}: {listed}",
        "say which of them it is, by its number",
    )
    return Need(kind="order_line", subject=f"{case.partner.name}/{code}", reason=reason)


def _describe(line: OrderLine) -> str:
    price = f"{line.approved_price:f}" if line.approved_price is not None else "no price"
    return (
        f"line {line.number}, {line.ordered:f} {line.unit} at {price}, "
        f"{show(line.received)} received, {show(line.invoiced)} invoiced"
    )
