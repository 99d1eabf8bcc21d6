"""Purchasing chains by the dice: the same seed draws the same papers."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Final

from tests.acceptance.chains import (
    CENT,
    NOTHING,
    PLACES,
    WARES,
    Bill,
    Billed,
    Chains,
    Notice,
    Order,
    Ordered,
    Receipt,
)

GROWTH: Final = (*[Decimal(1)] * 4, Decimal("1.03"), Decimal("1.2"))  #: of what a notice ships
SHARES: Final = tuple(
    map(Decimal, ("0.1", "0.2", "0.25", "0.3", "0.5", "0.5", "1", "1.02"))
)  #: of an order line


def draw_chains(seed: int, count: int) -> Chains:
    """So many orders with what follows: a third of them without anything wrong."""
    dice = Random(seed)
    orders = [_draw_order(dice, is_plain=not number % 3) for number in range(count)]
    receipts: list[Receipt] = []
    notices: list[Notice] = []
    bills: list[Bill] = []
    for number, order in enumerate(orders):
        came = _receive_all(dice, number, order) if order.is_plain else _receive_some(dice, number, order)
        if dice.randrange(3) or (order.is_plain and not order.needs_receipts):
            receipts += came
        else:
            notices += _announce(dice, order, came)
        bills += _bill_all(dice, number, order) if order.is_plain else _bill_some(dice, number, orders)
    return Chains(
        orders=tuple(orders),
        receipts=tuple(receipts),
        notices=tuple(replace(each, number=f"A-{place:05}") for place, each in enumerate(notices)),
        bills=tuple(replace(bill, number=f"N-{place:05}") for place, bill in enumerate(bills)),
    )


def _draw_order(dice: Random, *, is_plain: bool) -> Order:
    wares = dice.sample(WARES, dice.choice([1, 1, 2, 3]))
    if not is_plain and not dice.randrange(6):
        wares.append(wares[0])  # the same item on a second line
    lines = tuple(
        Ordered(
            ware=ware,
            code=dice.choice([*ware.units]),
            quantity=_draw_number(dice, (0, 0, 0, 1, 2, PLACES), most=500),
            price=_draw_number(dice, (2, 2, 3, 4, 6), most=90),
        )
        for ware in wares
    )
    return Order(lines=lines, freight=_draw_money(dice, 3, most=60), is_plain=is_plain)


def _draw_number(dice: Random, places: tuple[int, ...], *, most: int) -> Decimal:
    exponent = dice.choice(places)
    return Decimal(dice.randrange(1, most * 10**exponent)).scaleb(-exponent)


def _draw_money(dice: Random, one_in: int, *, most: int) -> Decimal:
    return Decimal(dice.randrange(1, most * 100)).scaleb(-2) if not dice.randrange(one_in) else NOTHING


def _split(dice: Random, quantity: Decimal, parts: int) -> list[Decimal]:
    """A quantity in parts of at most four places, each of them something."""
    step = Decimal(1) if quantity == int(quantity) else Decimal(1).scaleb(-PLACES)
    steps = int(quantity / step)
    cuts = sorted(dice.sample(range(1, steps), min(parts, steps) - 1)) if steps > 1 else []
    return [(to - since) * step for since, to in zip([0, *cuts], [*cuts, steps], strict=True)]


def _receive_all(dice: Random, number: int, order: Order) -> Iterator[Receipt]:
    """Everything, in up to three parts; late only where the invoices wait for it."""
    shares = [_split(dice, line.quantity, dice.choice([1, 1, 2, 3])) for line in order.lines]
    for part in range(max(map(len, shares))):
        quantities = tuple(share[part] if part < len(share) else NOTHING for share in shares)
        is_late = order.needs_receipts and not dice.randrange(4)
        yield Receipt(order=number, quantities=quantities, is_late=is_late, is_draft=False)


def _receive_some(dice: Random, number: int, order: Order) -> Iterator[Receipt]:
    """The same, but something may be missing, or on a receiver that nobody has posted."""
    for receipt in _receive_all(dice, number, order):
        left = tuple(each if dice.randrange(8) else NOTHING for each in receipt.quantities)
        if any(left):
            yield replace(receipt, quantities=left, is_draft=not dice.randrange(10))


def _announce(dice: Random, order: Order, came: Iterator[Receipt]) -> Iterator[Notice]:
    """Receipts as notices; where something may be wrong, now and then of too much."""
    for receipt in came:
        grown = [
            quantity
            if order.is_plain
            else (quantity * dice.choice(GROWTH)).quantize(Decimal(1).scaleb(-PLACES))
            for quantity in receipt.quantities
        ]
        yield Notice(
            number="", order=order, receipt=replace(receipt, quantities=tuple(grown), is_draft=False)
        )


def _bill_all(dice: Random, number: int, order: Order) -> Iterator[Bill]:
    """Invoices that share the order between them at its own prices, in its own units."""
    shares = [_split(dice, line.quantity, dice.choice([1, 1, 2])) for line in order.lines]
    freight = order.freight
    for part in range(max(map(len, shares))):
        billed = [
            Billed(
                order=number,
                line=place,
                item=line.ware.item,
                code=line.code,
                quantity=share[part],
                price=line.price,
            )
            for place, (line, share) in enumerate(zip(order.lines, shares, strict=True))
            if part < len(share)
        ]
        yield _make_bill(dice, billed, freight=freight)
        freight = NOTHING


def _bill_some(dice: Random, number: int, orders: list[Order]) -> Iterator[Bill]:
    """Invoices of every kind: other units and prices, too many, several orders at once, charges, wrong totals."""
    for _ in range(dice.choice([1, 2, 2, 3, 4])):
        home = [number]
        if number > 1 and not dice.randrange(6):
            home.append(number - 1 if not orders[number - 1].is_plain else number - 2)
        billed = [each for n in home for each in _draw_lines(dice, n, orders[n])]
        if billed:
            ordered = orders[number].freight
            bill = _make_bill(
                dice, billed, freight=dice.choice([NOTHING, ordered, _draw_money(dice, 3, most=14)])
            )
            packing = dice.choice([*[NOTHING] * 5, ordered, ordered, _draw_money(dice, 1, most=5)])
            bill = replace(bill, packing=packing, tax=_draw_tax(dice, bill))
            bill = replace(bill, counts_own=not dice.randrange(4))
            yield replace(bill, wrong_by=Decimal("0.05")) if not dice.randrange(15) else bill


def _draw_lines(dice: Random, number: int, order: Order) -> Iterator[Billed]:
    for place in sorted(dice.sample(range(len(order.lines)), dice.randint(1, len(order.lines)))):
        line = order.lines[place]
        part = line.quantity * dice.choice(SHARES)
        code = dice.choice([line.code, line.code, *line.ware.units])
        of_one, of_other = line.ware.units[line.code][1], line.ware.units[code][1]
        quantity = (part * of_one / of_other).quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)
        dearer = dice.choice([Decimal(1)] * 9 + [Decimal("0.97"), Decimal("1.004"), Decimal("1.03")])
        is_misnamed = code != line.code and not dice.randrange(4)
        one = line.price if is_misnamed else line.price * of_other / of_one
        price = (one * dearer).quantize(Decimal(1).scaleb(-8), ROUND_HALF_UP)
        if quantity and price:
            most = (quantity * price / 2).quantize(CENT)
            allowance = min(_draw_money(dice, 8, most=2), most)
            yield Billed(
                order=number,
                line=place,
                item=line.ware.item,
                code=code,
                quantity=quantity.normalize() + 0,
                price=price.normalize() + 0,
                allowance=allowance,
                is_misnamed=is_misnamed,
            )


def _make_bill(dice: Random, lines: list[Billed], *, freight: Decimal) -> Bill:
    goods = sum((line.amount for line in lines), NOTHING)
    return Bill(
        number="",
        lines=tuple(lines),
        freight=freight,
        allowance=min(_draw_money(dice, 4, most=5), (goods / 2).quantize(CENT)),
        rounds_lines=not dice.randrange(3),
    )


def _draw_tax(dice: Random, bill: Bill) -> Decimal:
    goods = sum((line.amount for line in bill.lines), NOTHING)
    return NOTHING if dice.randrange(4) else (goods * dice.choice([6, 7, 8, 9]) / 100).quantize(CENT)
