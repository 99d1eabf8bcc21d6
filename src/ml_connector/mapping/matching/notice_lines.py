"""The goods of a ship notice against the lines of their orders, all cartons together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace as replace_fields

from ml_connector.edi import ShipNotice
from ml_connector.edi.documents.shipnotice856 import ShippedItem, ShippedTotal, sum_shipped
from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.mapping.matching.three_way_match import find_rule
from ml_connector.mapping.orders.item_match import ask_item, check_tracking, match_item
from ml_connector.mapping.orders.line_choice import LineClue, choose_line, read_numbers
from ml_connector.mapping.orders.order_chain import UNPOSTED, VOID, OrderFile, gather_order
from ml_connector.mapping.orders.order_match import OrderClue, OrderFound, match_order
from ml_connector.mapping.orders.purchasing_case import ITEM, Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import convert, explain_unit, find_unit, show
from ml_connector.mapping.orders.worth import make_worth
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.rules.purchasing import allow
from ml_connector.records.matches import UNKNOWN, Comparison, Worth
from ml_connector.records.needs import Need
from ml_connector.records.orders import ExpectedGoods, Order, OrderLine, StockItem
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What a notice ships of one order line, in the line's unit, and the rule that allows what is too much."""

    order: Order
    line: OrderLine
    quantity: Fraction
    over: Fraction  #: beyond what is ordered, with all that was received or announced before
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGoods:
    """What a notice ships."""

    shipped: tuple[Shipped, ...]  #: what may come
    reasons: tuple[Reason, ...]
    needs: tuple[Need, ...]  #: what keeps the rest
    worth: Worth  #: of all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead:
    """What was read for a notice: its orders with all that was made of them, and the items."""

    documents: Sequence[PurchasingDocument]
    files: Mapping[str, OrderFile]
    known: Catalogue


def list_notice_clues(notice: ShipNotice) -> tuple[OrderClue, ...]:
    """The orders a notice names, each once."""
    named = (
        OrderClue(place="PRF01", number=item.order_number, release=item.order_release)
        for item in notice.items
        if item.order_number
    )
    return tuple(dict.fromkeys(named))


def ask_notice_items(case: PurchasingCase, notice: ShipNotice, files: Iterable[OrderFile]) -> set[Asked]:
    """What must be looked up to know the items of a notice and of its orders."""
    asked = {asked for item in notice.items for asked in ask_item(case, item.product_ids)}
    return asked | {(ITEM, booked.line.item_id) for file in files for booked in file.order.lines}


def match_notice(case: PurchasingCase, notice: ShipNotice, read: NoticeRead) -> NoticeGoods:
    """What is shipped of each order line, why, and what keeps it."""
    needs: list[Need] = []
    reasons: list[Reason] = []
    orders: dict[str, Order] = {}
    sums: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for position, total in enumerate(_list_totals(case, notice, read), start=1):
        made = _match_total(case, total, position, read, orders)
        if isinstance(made, Need):
            needs.append(made)
        else:
            line, quantity, why = made
            sums[why[0].value, line.key] += quantity
            reasons += why
    if any(item.quantity is None for item in notice.items) or not notice.items:
        reason = case.say(
            f"notice {case.number} ships items without a quantity, or none",
            f"ask {case.partner.name} for a corrected notice",
        )
        needs.append(Need(kind="lines", subject=case.number, reason=reason))
    worth = UNKNOWN if needs else _value((orders[id_], key, each) for (id_, key), each in sums.items())
    shipped = [_weigh(case, orders[id_], key, quantity) for (id_, key), quantity in sums.items()]
    return NoticeGoods(
        shipped=tuple(each for each in shipped if isinstance(each, Shipped)),
        reasons=tuple(dict.fromkeys(reasons)),
        needs=(*needs, *(each for each in shipped if isinstance(each, Need))),
        worth=worth,
    )


def expect_goods(goods: NoticeGoods, on: date | None) -> Comparison:
    """What is expected by a notice, whatever it becomes."""
    return Comparison(
        worth=goods.worth,
        expected=tuple(
            ExpectedGoods(
                order_id=each.order.document.document_id,
                order_line=each.line.number,
                item_id=each.line.item_id,
                quantity=each.quantity,
                unit=each.line.unit,
                on=on,
            )
            for each in goods.shipped
        ),
    )


def _value(goods: Iterable[tuple[Order, int, Fraction]]) -> Worth:
    """Of all that is shipped, also what may not come."""
    total = Fraction(0)
    currencies: set[str] = set()
    for order, key, quantity in goods:
        price = _get_line(order, key).approved_price
        if price is None:
            return UNKNOWN
        total += quantity * Fraction(price)
        currencies.add(order.document.currency)
    return make_worth(total, currencies)


def _list_totals(case: PurchasingCase, notice: ShipNotice, read: NoticeRead) -> Iterator[ShippedTotal]:
    """What is shipped of each item of each order, all packages together; of each of its lines apart, where LIN01 names
    several that have the item. Else LIN01 may be a count of the sender's own.
    """
    by_line: defaultdict[str, list[ShippedItem]] = defaultdict(list)
    for item in notice.items:
        by_line[item.line].append(item)
    parts: defaultdict[ShippedTotal, list[ShippedTotal]] = defaultdict(list)
    for items in by_line.values():
        for part in sum_shipped(items):
            parts[_leave_out_line(part)].append(part)
    for total in sum_shipped(notice.items):
        own = parts[_leave_out_line(total)]
        named = read_numbers(*(part.line for part in own))
        is_apart = len(named) == len(own) > 1 and not total.order_line
        yield from own if is_apart and named <= _list_numbers(case, total, read) else (total,)


def _leave_out_line(total: ShippedTotal) -> ShippedTotal:
    """What is the same of all that is added up."""
    return replace_fields(total, line="" if total.product_ids else total.line, quantity=Decimal(0))


def _list_numbers(case: PurchasingCase, total: ShippedTotal, read: NoticeRead) -> frozenset[str]:
    """Those of the lines of its order that have its item."""
    found = match_order(case, _read_clue(total), read.documents)
    item = match_item(case, total.product_ids, read.known, place="")
    if isinstance(found, Need) or isinstance(item, Need):
        return frozenset()
    lines = (booked.line for booked in read.files[found.document.document_id].order.lines)
    same = (line for line in lines if line.item_id == item.stock.item.item_id)
    return frozenset(str((line.line_no or 0) + 1) for line in same)


def _match_total(
    case: PurchasingCase, total: ShippedTotal, position: int, read: NoticeRead, orders: dict[str, Order]
) -> tuple[OrderLine, Fraction, tuple[Reason, ...]] | Need:
    place = f"item {position}"
    found = match_order(case, _read_clue(total), read.documents)
    if isinstance(found, Need):
        return found
    order = _open_order(case, found, read, orders)
    if isinstance(order, Need):
        return order
    item = match_item(case, total.product_ids, read.known, place=place)
    if isinstance(item, Need):
        return item
    line = choose_line(case, order, item.stock, _read_line_clue(case, total, item.stock, place))
    if isinstance(line, Need):
        return line
    counted = _count(case, total, item.stock, line)
    tracking = check_tracking(case, item.stock, place)
    if isinstance(counted, Need):
        return counted
    quantity, unit = counted
    why = explain_unit(case, ("SN103", total.unit), unit, item.stock, place=place)
    return tracking or (line, quantity, (found.reason, item.reason, why))


def _read_line_clue(case: PurchasingCase, total: ShippedTotal, stock: StockItem, place: str) -> LineClue:
    """Its order line by PRF05, else by what is still to come and by LIN01."""
    unit = find_unit(case, total.unit, stock)

    def has_room(line: OrderLine) -> bool:
        if isinstance(unit, Need):
            return False
        quantity = convert(Fraction(total.quantity), unit, line.unit, stock)
        return quantity is not None and line.coming + quantity <= line.ordered

    return LineClue(
        place=place,
        named=read_numbers(total.order_line),
        counted=next(iter(read_numbers(total.line)), ""),
        has_room=(has_room,),
    )


def _read_clue(total: ShippedTotal) -> OrderClue | None:
    if not total.order_number:
        return None
    return OrderClue(place="PRF01", number=total.order_number, release=total.order_release)


def _open_order(
    case: PurchasingCase, found: OrderFound, read: NoticeRead, orders: dict[str, Order]
) -> Order | Need:
    document_id = found.document.document_id
    if document_id not in orders:
        file = read.files[document_id]
        gathered = gather_order(case, file, read.known)
        if isinstance(gathered, Need):
            return gathered
        if file.order.document.state in {*UNPOSTED, *VOID}:
            reason = case.say(
                f"order {document_id} is {file.order.document.state}",
                f"approve it in Intacct, and {case.number} goes on by itself; else reject the notice",
            )
            return Need(kind="order_state", subject=document_id, reason=reason)
        orders[document_id] = gathered
    return orders[document_id]


def _count(
    case: PurchasingCase, total: ShippedTotal, stock: StockItem, line: OrderLine
) -> tuple[Fraction, str] | Need:
    """What is shipped, in the unit of the order line, and the unit it was told in."""
    unit = find_unit(case, total.unit, stock)
    if isinstance(unit, Need):
        return unit
    quantity = convert(Fraction(total.quantity), unit, line.unit, stock)
    if quantity is not None and quantity > 0:
        return quantity, unit
    wrong = (
        f"{show(Fraction(total.quantity))} {unit} of {line.item_id} are shipped"
        if quantity is not None
        else f"item {line.item_id} is shipped in {unit}, ordered in {line.unit}, and does not convert them"
    )
    reason = case.say(wrong, f"ask {case.partner.name} for a corrected notice")
    return Need(kind="unit", subject=f"{line.item_id}/{unit}", reason=reason)


def _weigh(case: PurchasingCase, order: Order, key: int, quantity: Fraction) -> Shipped | Need:
    """Whether so much may come: all receipts and notices of the order line together.

    Also what is tolerated needs an order of which something is left: Intacct converts none that is used up.
    """
    line = _get_line(order, key)
    rule = find_rule(case, line.item_id)
    together = line.coming + quantity
    ordered = Fraction(line.ordered)
    over, allowed = max(together - ordered, Fraction(0)), allow(rule.quantity, rule.quantity_percent, ordered)
    is_used_up = not any(order.left[each.key] for each in order.lines)
    if over > allowed or quantity - order.left[key] > over or is_used_up:
        id_ = order.document.document_id
        price = line.approved_price
        worth = show(quantity * Fraction(price)) if price is not None else "a price nobody has approved"
        wrong = f"{id_} line {line.number}, {line.item_id}: {show(together)} {line.unit} come together of {line.ordered:f}, {show(allowed)} more is allowed by {rule.name}, {show(order.left[key])} can be received; this notice ships {show(quantity)} for {worth}"
        reason = case.say(wrong, "raise the order in Intacct, or reject the notice")
        return Need(kind="over_receipt", subject=f"{id_}/{line.number}/{case.number}", reason=reason)
    return Shipped(order=order, line=line, quantity=quantity, over=over, rule=rule.name)


def _get_line(order: Order, key: int) -> OrderLine:
    return next(each for each in order.lines if each.key == key)
