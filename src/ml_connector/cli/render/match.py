"""A document compared with its orders, line by line, as people read it in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.mapping.matching.match_differences import describe_doubts
from ml_connector.mapping.orders.units import show
from ml_connector.records.matches import (
    PASSING,
    Comparison,
    ConfirmedLine,
    MatchedCharge,
    MatchedLine,
    Promise,
    Verdict,
)
from ml_connector.records.orders import ExpectedGoods

_NUMBERS: Final = 10  # columns, with the blanks between them
_LINE: Final = ("line", "item", "ordered", "received", "before", "now", "price", "approved")
_CHARGE: Final = ("", "charge", "ordered", "before", "now", "allowed")
_CONFIRMED: Final = ("line", "item", "ordered", "confirmed", "price", "approved")


def render_comparison(comparison: Comparison) -> Iterator[RenderableType]:
    """A table for each part that there is; under each line the verdict, and what it rests on."""
    match = comparison.match
    if match is not None and match.lines:
        yield _lay(_LINE, [(_fill_line(each), list(_judge_line(each))) for each in match.lines])
    if match is not None and match.charges:
        yield _lay(_CHARGE, [(_fill_charge(each), [_judge_charge(each)]) for each in match.charges])
    if comparison.confirmed:
        rows = [(_fill_confirmed(each), [_judge_confirmed(each)]) for each in comparison.confirmed]
        yield _lay(_CONFIRMED, rows)
    if comparison.expected:
        yield Group(*(Text(describe_goods(each)) for each in comparison.expected))


def describe_goods(goods: ExpectedGoods) -> str:
    """What a document announces of an order line."""
    on = f" on {goods.on}" if goods.on is not None else ""
    place = f"{goods.order_id} line {goods.order_line}"
    return f"expects {show(goods.quantity)} {goods.unit} of {goods.item_id}{on}, {place}"


def _fill_line(line: MatchedLine) -> Sequence[str]:
    return (
        str(line.position),
        line.item_id,
        f"{show(Fraction(line.ordered))} {line.unit}",
        *(show(each) for each in (line.received, line.invoiced_before, line.invoiced, line.price)),
        _show(line.approved_price),
    )


def _judge_line(line: MatchedLine) -> Iterator[Text]:
    verdict = Text(f"{line.order_id} line {line.order_line}: ").append(
        line.verdict, style=_colour(line.verdict)
    )
    yield verdict.append(_name_leave(line))
    if line.over_quantity:
        yield Text(
            f"{show(line.over_quantity)} {line.unit} too many, {show(line.allowed_quantity)} is allowed"
        )
    if line.over_amount:
        yield Text(f"{show(line.over_amount)} too dear in all, {show(line.allowed_amount)} is allowed")
    yield from map(Text, describe_doubts(line))
    if line.stated:
        yield Text(f"stated as {line.stated}", style="dim")
    for use in line.usages:
        yield Text(f"{show(use.quantity)} on {use.document_id}, {use.by}", style="dim")


def _fill_charge(charge: MatchedCharge) -> Sequence[str]:
    numbers = (charge.ordered, charge.before, charge.amount, charge.allowed)
    return ("", charge.name, *map(show, numbers))


def _judge_charge(charge: MatchedCharge) -> Text:
    return Text(charge.verdict, style=_colour(charge.verdict)).append(_name_leave(charge), style="default")


def _name_leave(found: MatchedLine | MatchedCharge) -> str:
    """By what it passes, or does not."""
    return f", xref {found.overruled}" if found.overruled is not None else f", by {found.rule}"


def _fill_confirmed(line: ConfirmedLine) -> Sequence[str]:
    confirmed = f"{show(line.confirmed)} {line.unit}"
    prices = (_show(line.price), _show(line.approved_price))
    return (
        str(line.order_line),
        line.item_id,
        f"{show(Fraction(line.ordered))} {line.unit}",
        confirmed,
        *prices,
    )


def _judge_confirmed(line: ConfirmedLine) -> Text:
    on = f" for {line.on}" if line.on is not None else ""
    colour = "green" if line.promise is Promise.ACCEPTED else "yellow"
    return Text(f"{line.order_id}: ").append(f"{line.promise}{on}", style=colour).append(f" ({line.said})")


def _show(price: Fraction | Decimal | None) -> str:
    return "–" if price is None else show(Fraction(price))


def _colour(verdict: Verdict) -> str:
    return "green" if verdict in PASSING else "yellow"


def _lay(head: Sequence[str], rows: Iterable[tuple[Sequence[str], Sequence[Text]]]) -> Group:
    """A table whose rows have something to say under them; names fold, numbers keep their place."""
    parts: list[RenderableType] = [_lay_row(head, "bold")]
    for cells, said in rows:
        parts.append(_lay_row(cells))
        parts += [Padding(each, (0, 0, 0, 6)) for each in said]
    return Group(*parts)


def _lay_row(cells: Sequence[str], style: str = "") -> Table:
    row = Table.grid(padding=(0, 1, 0, 0), expand=True)
    row.add_column(width=4)
    row.add_column(overflow="fold", ratio=1)
    for _ in cells[2:]:
        row.add_column(width=_NUMBERS - 1, overflow="fold", justify="right")
    row.add_row(*cells, style=style)
    return row
