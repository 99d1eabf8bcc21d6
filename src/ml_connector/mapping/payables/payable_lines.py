"""The lines of a bill or an adjustment: one for each part of the invoice, or for each coding."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ml_connector.intacct.writing.taxes import TaxEntry
from ml_connector.mapping.payables.amounts import round_to_total
from ml_connector.mapping.payables.coding import CodedPart, Coding, TaxShare
from ml_connector.mapping.payables.coding_facts import Case
from ml_connector.records.needs import Need

_LARGEST_LINE: Final = 10**14  # more is a mistake, and after rounding too much for a line in Intacct


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, exact, with where it comes from."""

    amount: Fraction
    memo: str
    coding: Coding
    rule: str
    inputs: tuple[tuple[str, str], ...]
    losers: tuple[str, ...]
    split_of: int | None = None  #: shares of one part of the invoice have the same number
    taxes: tuple[TaxShare, ...] = ()  #: beside its amount
    vendor_id: str | None = None  #: as a dimension, where the account demands one

    @property
    def place(self) -> Hashable:
        """What lines must have in common to be added up: their coding, and the tax details they are taxed under."""
        return self.coding, frozenset(tax.detail_id for tax in self.taxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """A line's amount in cents, and those of its taxes."""

    amount: Decimal
    taxes: tuple[TaxEntry, ...] = ()


def make_lines(case: Case, coded: Sequence[CodedPart]) -> tuple[Line, ...] | Need:
    """One line for each part, or for each coding, as the route says and the line limit allows."""
    route = case.route
    lines = _drop_nothing(
        [
            Line(
                amount=p.part.amount,
                memo=p.memo,
                coding=p.coding,
                rule=p.rule,
                inputs=p.inputs,
                losers=p.losers,
                split_of=p.split_of,
                taxes=p.taxes,
            )
            for p in coded
        ]
    )
    if route.line_detail != "detail" or (len(lines) > route.max_lines and route.over_limit == "summarise"):
        lines = _drop_nothing(sum_by(lines, lambda line: line.place))
    return _check_lines(case, lines) or lines


def _drop_nothing(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with an amount; the first one when none has any, for a bill has at least one line."""
    return tuple(line for line in lines if line.amount != 0) or tuple(lines[:1])


def _check_lines(case: Case, lines: Sequence[Line]) -> Need | None:
    route, number = case.route, case.invoice.number
    if not lines:
        return Need(kind="lines", subject=number, reason=f"{number} has nothing to make a line of; reject it")
    if len(lines) > route.max_lines:
        reason = f"{len(lines)} lines, at most {route.max_lines} are allowed; raise max_lines of the route, or summarise"
        return Need(kind="lines", subject=f"{number}/max_lines", reason=reason)
    if any(abs(line.amount) >= _LARGEST_LINE for line in lines):
        reason = f"a line would be {_LARGEST_LINE} or more; ask {case.partner.name} for a corrected invoice"
        return Need(kind="lines", subject=number, reason=reason)
    if route.line_detail == "single" and len(lines) > 1:
        reason = f'the route wants one line, the rules give {len(lines)} different codings; use line_detail = "by_coding"'
        return Need(kind="coding", subject=f"single/{number}", reason=reason)
    return None


def sum_by(lines: Iterable[Line], name: Callable[[Line], Hashable]) -> list[Line]:
    """The lines of one name added up, in the order of the first of each."""
    groups: dict[Hashable, list[Line]] = {}
    for line in lines:
        groups.setdefault(name(line), []).append(line)
    return [_add_up(group) if len(group) > 1 else group[0] for group in groups.values()]


def _add_up(group: Sequence[Line]) -> Line:
    count = str(len(group))
    amount = sum((line.amount for line in group), Fraction(0))
    return replace(
        group[0],
        amount=amount,
        memo=f"{count} lines",
        inputs=(("lines", count),),
        split_of=None,
        taxes=tuple(_add_taxes(group)),
    )


def _add_taxes(group: Sequence[Line]) -> Iterator[TaxShare]:
    """Of lines that are taxed under the same details."""
    for tax in group[0].taxes:
        shares = (each.amount for line in group for each in line.taxes if each.detail_id == tax.detail_id)
        yield replace(tax, amount=sum(shares, Fraction(0)))


def round_lines(lines: Sequence[Line], total: Decimal) -> list[Rounded]:
    """Each line and its taxes in cents, together exactly `total`.

    Shares of one part are together that part in cents, and so are the taxes of one detail. The largest remainders get
    the cents that are left. The exact sum must round to the total.
    """
    amounts: list[tuple[Hashable, Fraction]] = [
        (("one", place) if line.split_of is None else ("split", line.split_of), line.amount)
        for place, line in enumerate(lines)
    ]
    taxes = [(("tax", tax.detail_id), tax.amount) for line in lines for tax in line.taxes]
    cents = iter(_round_groups([*amounts, *taxes], total))
    rounded = [next(cents) for _ in lines]
    return [
        Rounded(
            amount=amount,
            taxes=tuple(TaxEntry(detail_id=tax.detail_id, amount=next(cents)) for tax in line.taxes),
        )
        for line, amount in zip(lines, rounded, strict=True)
    ]


def _round_groups(amounts: Sequence[tuple[Hashable, Fraction]], total: Decimal) -> list[Decimal]:
    """Each amount in cents: those under one name together what they come to in cents, and all together `total`."""
    groups: dict[Hashable, list[int]] = {}
    for place, (name, _) in enumerate(amounts):
        groups.setdefault(name, []).append(place)
    exact = [sum((amounts[place][1] for place in group), Fraction(0)) for group in groups.values()]
    cents: dict[int, Decimal] = {}
    for group, whole in zip(groups.values(), round_to_total(exact, total), strict=True):
        cents |= zip(group, round_to_total([amounts[place][1] for place in group], whole), strict=True)
    return [cents[place] for place in range(len(amounts))]
