"""Orders, their answers and changes, as people read them in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from ml_connector.cli.edi.render_parts import (
    Cells,
    describe_adjustments,
    describe_dates,
    describe_parties,
    describe_references,
    describe_terms,
    find_meaning,
    join,
    lay_facts,
    lay_lines,
    limit,
    name_item,
    spell_amount,
    spell_code,
    spell_date,
    spell_number,
    spell_price,
)
from ml_connector.cli.edi.views import SetView, name_code
from ml_connector.edi.documents.acknowledgment855 import OrderAcknowledgment
from ml_connector.edi.documents.change860 import (
    ChangeCode,
    ChangedLine,
    OrderChange,
    OrderChangeAcknowledgment,
)
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.order850 import Order
from ml_connector.edi.documents.order_answers import Answer, LineAnswer, OrderAnswer
from ml_connector.edi.documents.order_details import OrderHeader
from ml_connector.edi.documents.order_lines import OrderLine, Share

_COLUMNS: Final = ("#", "item", "quantity", "price", "amount")
_NUMBERS: Final = 3  # the columns that stand right
_SHARES: Final = 6


def render_order(_: SetView, order: Order, *, width: int, rows: int | None) -> Iterator[RenderableType]:
    """Who orders what, and for where."""
    yield lay_facts(
        [
            (
                "order",
                join(
                    join(order.number or "–", order.release, by=" release "),
                    spell_date(order.date),
                    by=" of ",
                ),
            ),
            ("kind", join(order.kind, spell_code(order.type_code, name_code("BEG", 2, order.type_code)))),
            ("purpose", spell_code(order.purpose, find_meaning(Purpose, order.purpose))),
            ("contract", order.contract),
            *_describe_header(order),
        ]
    )
    yield from _render_lines(order, order.lines, [], width=width, rows=rows)
    if order.total is not None:
        yield lay_facts([("total", Text(spell_amount(order.total, order.currency), style="bold"))])


def render_acknowledgment(
    _: SetView, answer: OrderAcknowledgment, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """What a seller says to an order, line by line."""
    yield lay_facts(
        [
            (
                "answer",
                Text(spell_code(answer.type_code, find_meaning(OrderAnswer, answer.type_code)), style="bold"),
            ),
            (
                "to order",
                join(
                    join(answer.number or "–", answer.release, by=" release "),
                    spell_date(answer.order_date),
                    by=" of ",
                ),
            ),
            ("purpose", spell_code(answer.purpose, find_meaning(Purpose, answer.purpose))),
            ("seller's number", join(answer.seller_reference, spell_date(answer.date), by=" of ")),
            ("contract", answer.contract),
            *_describe_header(answer),
        ]
    )
    answers = [line.answers for line in answer.lines]
    yield from _render_lines(answer, answer.lines, answers, width=width, rows=rows)


def render_change(
    _: SetView, change: OrderChange, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """What changes in an order, line by line, or what the seller says to that."""
    answered = isinstance(change, OrderChangeAcknowledgment)
    kind = find_meaning(OrderAnswer, change.type_code) if answered else name_code("BCH", 2, change.type_code)
    yield lay_facts(
        [
            ("answer" if answered else "order type", spell_code(change.type_code, kind)),
            ("change", join(change.sequence, spell_date(change.date), by=" of ")),
            (
                "of order",
                join(
                    join(change.number or "–", change.release, by=" release "),
                    spell_date(change.order_date),
                    by=" of ",
                ),
            ),
            ("purpose", spell_code(change.purpose, find_meaning(Purpose, change.purpose))),
            ("contract", change.contract),
            *_describe_header(change),
        ]
    )
    answers = [line.answers for line in change.lines]
    yield from _render_lines(change, change.lines, answers, width=width, rows=rows)


def _describe_header(header: OrderHeader) -> Iterator[tuple[str, str]]:
    yield "currency", header.currency or ""
    yield from describe_parties(header.parties)
    for contact in header.contacts:
        numbers = (f"{each.qualifier} {each.number}" for each in contact.numbers)
        yield "contact", join(contact.name, *numbers)
    yield from describe_references(header.references)
    yield from describe_dates(header.dates)
    yield from describe_terms(header.terms)
    for routing in header.routings:
        yield "carrier", join(routing.carrier, routing.routing)
    for message in header.messages:
        yield "message", join(message.value, message.description, *message.texts)
    yield "notes", "\n".join(header.notes)


def _render_lines(
    header: OrderHeader,
    lines: Sequence[OrderLine],
    answers: Sequence[Sequence[Answer]],
    *,
    width: int,
    rows: int | None,
) -> Iterator[RenderableType]:
    cells: list[Cells] = []
    for number, line in enumerate(lines):
        cells += _lay_order_line(line)
        cells += _lay_answers(answers[number] if answers else ())
    cells += describe_adjustments(header.adjustments, header.taxes, _NUMBERS)
    shown, more = limit(cells, rows)
    if cells:
        yield lay_lines(_COLUMNS, shown, width)
    if more:
        yield more


def _lay_order_line(line: OrderLine) -> Iterator[Cells]:
    change = (
        spell_code(line.change, find_meaning(ChangeCode, line.change))
        if isinstance(line, ChangedLine)
        else ""
    )
    details = (
        f"{name}: {value}"
        for name, value in (*describe_references(line.references), *describe_dates(line.dates))
    )
    yield Cells(
        line.number or str(line.position),
        name_item(
            line.product_ids, line.description, change, *details, _spell_shares(line.shares), *line.notes
        ),
        (
            spell_number(line.quantity, line.unit),
            spell_price(line.price, line.basis),
            spell_amount(line.extension),
        ),
    )
    yield from describe_adjustments(line.adjustments, line.taxes, _NUMBERS)
    for schedule in line.schedules:
        name = name_code("SCH", 5, schedule.qualifier) or "scheduled"
        when = spell_date(schedule.date, schedule.time)
        yield Cells(
            "",
            Text(f"{name} {when}", style="italic"),
            (spell_number(schedule.quantity, schedule.unit), "", ""),
        )


def _spell_shares(shares: Sequence[Share]) -> str:
    said = join(
        *(f"{share.location}: {spell_number(share.quantity, share.unit)}" for share in shares[:_SHARES]),
        by=", ",
    )
    return f"{said} and {len(shares) - _SHARES} more places" if len(shares) > _SHARES else said


def _lay_answers(answers: Iterable[Answer]) -> Iterator[Cells]:
    for answer in answers:
        said = spell_code(answer.code, find_meaning(LineAnswer, answer.code))
        ids = join(*(spell_code(each.qualifier, each.id) for each in answer.product_ids))
        when = (
            join(name_code("DTM", 1, answer.qualifier), spell_date(answer.date), by=" ")
            if answer.date
            else ""
        )
        text = Text("→ " + join(said, when, answer.reference, ids, answer.reason), style="cyan")
        yield Cells("", text, (spell_number(answer.quantity, answer.unit), "", ""))
