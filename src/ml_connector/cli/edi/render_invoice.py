"""Invoices as people read them in a terminal: whom they are from, their lines, how their totals add up."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
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
from ml_connector.edi.arithmetic import Arithmetic, ComponentKind
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice_lines import InvoiceLine

_COLUMNS: Final = ("#", "item", "quantity", "price", "amount")
_NUMBERS: Final = 3  # the columns that stand right
_NAMES: Final = {
    ComponentKind.LINE: "lines",
    ComponentKind.CHARGE: "charges",
    ComponentKind.ALLOWANCE: "allowances",
    ComponentKind.TAX: "taxes",
}


def render_invoice(
    view: SetView, invoice: Invoice, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """Whom it is from, its lines, and how its total adds up."""
    yield lay_facts(
        [
            ("invoice", join(invoice.number or "–", spell_date(invoice.date), by=" of ")),
            (
                "kind",
                join(invoice.kind, spell_code(invoice.type_code, name_code("BIG", 7, invoice.type_code))),
            ),
            ("purpose", spell_code(invoice.purpose, find_meaning(Purpose, invoice.purpose))),
            (
                "order",
                join(
                    join(invoice.order_number, invoice.release, by=" release "),
                    spell_date(invoice.order_date),
                    by=" of ",
                ),
            ),
            *describe_parties(invoice.parties),
            *describe_references(invoice.references),
            *describe_dates(invoice.dates),
            *describe_terms(invoice.terms),
            ("notes", "\n".join(invoice.notes)),
        ]
    )
    effects = _list_effects(invoice, view.arithmetic)
    lines = [row for line in invoice.lines for row in _lay_invoice_line(line, effects(line.position))]
    lines += describe_adjustments(invoice.adjustments, invoice.taxes, _NUMBERS, effects(None))
    shown, more = limit(lines, rows)
    if lines:
        yield lay_lines(_COLUMNS, shown, width)
    if more:
        yield more
    if view.arithmetic:
        yield lay_facts(_explain_total(invoice, view.arithmetic))


def _list_effects(
    invoice: Invoice, arithmetic: Arithmetic | None
) -> Callable[[int | None], Mapping[int, Decimal] | None]:
    """What the adjustments of a line, or of the invoice (None), do to the total, in the signs of the picture."""
    if arithmetic is None or arithmetic.rule is None:
        return lambda _: None
    counted = arithmetic.components
    lines = [part for part in counted if part.kind is ComponentKind.LINE]
    # The parts of a credit may be turned; the lines of the picture stand as sent.
    turned = any(part.amount * (invoice.lines[part.index].extension or 0) < 0 for part in lines)
    effects: dict[int | None, dict[int, Decimal]] = defaultdict(dict)
    for part in counted:
        if part.kind in (ComponentKind.CHARGE, ComponentKind.ALLOWANCE):
            effects[part.line][part.index] = -part.amount if turned else part.amount
    return lambda line: effects[line]


def _lay_invoice_line(line: InvoiceLine, effects: Mapping[int, Decimal] | None) -> Iterator[Cells]:
    references = join(*(spell_code(each.qualifier, each.value) for each in line.references))
    yield Cells(
        line.number or str(line.position),
        name_item(line.product_ids, line.description, references),
        (
            spell_number(line.quantity, line.unit),
            spell_price(line.price, line.basis),
            spell_amount(line.extension),
        ),
    )
    yield from describe_adjustments(line.adjustments, line.taxes, _NUMBERS, effects)


def _explain_total(invoice: Invoice, arithmetic: Arithmetic) -> Iterator[tuple[str, Text]]:
    yield "total", Text(spell_amount(invoice.total, invoice.currency), style="bold")
    if arithmetic.total != invoice.total:
        yield "owed", Text(spell_amount(arithmetic.total, invoice.currency))
    if arithmetic.rule is not None:
        yield "adds up", Text.assemble((_spell_sum(arithmetic), "green"), (f"\n{arithmetic.rule}", "dim"))
    else:
        tries = {attempt.amount: attempt.rule for attempt in reversed(arithmetic.attempts)}
        said = "\n".join(f"{spell_amount(amount)} by {rule}" for amount, rule in reversed(tries.items()))
        yield "does not add up", Text(said, style="yellow")
    for name, amount in (
        ("subject to terms", invoice.discountable),
        ("if discounted", invoice.discounted),
        ("terms discount", invoice.discount),
    ):
        if amount is not None:
            yield name, Text(spell_amount(amount))


def _spell_sum(arithmetic: Arithmetic) -> str:
    parts: list[str] = []
    for kind, name in _NAMES.items():
        amounts = [part.amount for part in arithmetic.components if part.kind is kind]
        if amounts:
            amount = sum(amounts, Decimal(0))
            sign = "− " if amount < 0 else "+ " if parts else ""
            parts.append(f"{sign}{name} {spell_amount(abs(amount))}")
    return f"= {' '.join(parts)}" if parts else "= nothing"
