"""What the pictures of EDI documents are made of: facts, parties, tables of lines, amounts and codes in words."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.cli.edi.views import name_code
from ml_connector.edi.documents.items import ProductId
from ml_connector.edi.documents.parts import Adjustment, DatedQualifier, Party, Reference, Tax, Terms

WIDEST: Final = 120  #: wider tables are hard to read
_LABEL: Final = 20
_INDICATORS: Final = {"A": "allowance", "C": "charge", "N": "for information", "P": "promotion"}


class Cells(NamedTuple):
    """A row of a table of lines; the item may take several lines, the rest stands right."""

    number: str
    item: RenderableType
    numbers: tuple[str, ...]


def spell_amount(amount: Decimal | None, currency: str | None = None) -> str:
    """`12,345.60 USD`, with all its digits and at least two decimals; a dash when there is none."""
    if amount is None:
        return "–"
    _, _, fraction = f"{amount:f}".rstrip("0").partition(".")
    decimals = max(2, len(fraction))
    return f"{amount:,.{decimals}f} {currency or ''}".rstrip()


def spell_price(price: Decimal | None, basis: str) -> str:
    """`8.25 WE`."""
    return f"{spell_amount(price)} {basis}".rstrip()


def spell_number(number: Decimal | int | None, unit: str = "") -> str:
    """`1,200 EA`, with all its digits."""
    return (
        "–"
        if number is None
        else f"{number:,f} {unit}".rstrip()
        if isinstance(number, Decimal)
        else f"{number:,}"
    )


def spell_date(day: dt.date | None, time: dt.time | None = None) -> str:
    return " ".join(part for part in (day and day.isoformat(), time and f"{time:%H:%M}") if part)


def spell_code(code: str, meaning: str) -> str:
    """`DI debit invoice`."""
    return f"{code} {meaning}".strip()


def find_meaning(codes: type[Enum], code: str) -> str:
    """What a code of a list says, or "" for one that is not in it."""
    return next((str(getattr(member, "meaning", "")) for member in codes if member.value == code), "")


def join(*parts: str | None, by: str = " · ") -> str:
    """The parts that say something."""
    return by.join(part for part in parts if part)


def lay_facts(facts: Iterable[tuple[str, str | Text | None]]) -> Table:
    """Names and values; what has no value is left out."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", min_width=_LABEL, max_width=_LABEL, overflow="fold")
    table.add_column(overflow="fold")
    for name, value in facts:
        if value:
            table.add_row(Text(name), Text(value) if isinstance(value, str) else value)
    return table


def describe_parties(parties: Iterable[Party]) -> Iterator[tuple[str, str]]:
    """Each party: what it is to the document, and who."""
    for party in parties:
        place = join(
            *party.address, join(party.city, party.state, party.postal_code, by=" "), party.country, by=", "
        )
        who = join(
            party.name,
            join(party.qualifier, party.id, by=" "),
            place,
            *map(_spell_reference, party.references),
        )
        yield name_code("N1", 1, party.role) or f"party {party.role}", who or "–"


def describe_references(references: Iterable[Reference]) -> Iterator[tuple[str, str]]:
    for reference in references:
        name = name_code("REF", 1, reference.qualifier) or f"reference {reference.qualifier}"
        yield name, join(reference.value, reference.description) or "–"


def _spell_reference(reference: Reference) -> str:
    return join(reference.qualifier, reference.value, by=" ")


def describe_dates(dates: Iterable[DatedQualifier]) -> Iterator[tuple[str, str]]:
    for each in dates:
        name = name_code("DTM", 1, each.qualifier) or f"date {each.qualifier}"
        yield name, join(spell_date(each.date, each.time), spell_date(each.end), by=" to ") or "–"


def describe_terms(terms: Iterable[Terms]) -> Iterator[tuple[str, str]]:
    for each in terms:
        due = spell_date(each.net_date) or (f"in {each.net_days} days" if each.net_days is not None else "")
        yield (
            "terms",
            join(_spell_discount(each), due and f"net {due}", each.description)
            or spell_code("type", each.type_code),
        )


def _spell_discount(terms: Terms) -> str:
    given = f"{terms.discount_percent:f} %" if terms.discount_percent else ""
    if terms.discount_amount:
        given = join(given, spell_amount(terms.discount_amount), by=" or ")
    by = spell_date(terms.discount_date) or (
        f"in {terms.discount_days} days" if terms.discount_days is not None else ""
    )
    return join(given, by, by=" ") if given else ""


def lay_lines(headers: Sequence[str], rows: Iterable[Cells], width: int) -> Table:
    """Lines one under the other, their numbers and amounts to the right; `headers` are those of all columns."""
    table = Table(
        box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0), width=min(width, WIDEST)
    )
    number, item, *numbers = headers
    table.add_column(number, overflow="fold", max_width=6)
    table.add_column(item, overflow="fold", ratio=1)
    for name in numbers:
        table.add_column(name, justify="right", overflow="fold")
    for row in rows:
        table.add_row(Text(row.number), row.item, *map(Text, row.numbers))
    return table


def name_item(product_ids: Sequence[ProductId], description: str, *more: str) -> Text:
    """What an item is, its numbers beneath."""
    ids = join(*(spell_code(each.qualifier, each.id) for each in product_ids))
    name, *below = [part for part in (description, ids, *more) if part] or ["–"]
    text = Text(name)
    for part in below:
        text.append(f"\n{part}", style="dim")
    return text


def describe_adjustments(
    adjustments: Iterable[Adjustment],
    taxes: Iterable[Tax],
    columns: int,
    effects: Mapping[int, Decimal] | None = None,
) -> Iterator[Cells]:
    """The charges, allowances and taxes of a line, or of the whole document, as rows of its table.

    `effects` are the amounts of those adjustments that count under the rule that explains the total.
    """
    for index, each in enumerate(adjustments):
        kind = _INDICATORS.get(each.indicator, f"SAC {each.indicator}")
        meaning = each.description or name_code("SAC", 2, each.code)
        rate = f"{each.percent:f} %" if each.percent is not None else ""
        name = f"{kind} {join(each.code or each.agency_code, meaning, rate, by=' ')}"
        effect = _guess_effect(each) if effects is None else effects.get(index)
        yield _lay_extra(name, _spell_effect(each.amount, effect), columns)
    for tax in taxes:
        rate = f"{tax.percent:f}" if tax.percent is not None else ""
        meaning = name_code("TXI", 1, tax.type_code)
        yield _lay_extra(
            f"tax {join(tax.type_code, meaning, rate, by=' ')}", spell_amount(tax.amount), columns
        )


def _guess_effect(adjustment: Adjustment) -> Decimal | None:
    """What an adjustment is meant to do where no rule says so: a charge counts as sent, an allowance lowers."""
    amount = adjustment.amount
    if amount is None or adjustment.indicator == "C":
        return amount
    return -abs(amount) if adjustment.indicator == "A" else None


def _spell_effect(amount: Decimal | None, effect: Decimal | None) -> str:
    """What an amount does to the total; one that does nothing stands in brackets."""
    if effect is None:
        return spell_amount(amount) if amount is None else f"({spell_amount(amount)})"
    return f"−{spell_amount(-effect)}" if effect < 0 else spell_amount(effect)


def _lay_extra(name: str, amount: str, columns: int) -> Cells:
    return Cells("", Text(name, style="italic"), (*("",) * (columns - 1), amount))


def limit(rows: Sequence[Cells], most: int | None) -> tuple[Sequence[Cells], Text | None]:
    """The first rows, and what to say of those left out."""
    if most is None or len(rows) <= most:
        return rows, None
    return rows[:most], say_more(len(rows) - most, "row")


def say_more(count: int, noun: str, *, plural: str = "s") -> Text:
    return Text(
        f"… and {count:,} more {noun}{plural if count > 1 else ''}; all of them: --rows 0", style="dim"
    )
