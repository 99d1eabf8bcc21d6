"""The lines of a bill: one for each part of the invoice, or for each coding."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from ml_connector.mapping.coding import Case, CodedPart, Coding
from ml_connector.records.needs import Need

_LARGEST_LINE: Final = 10**14  # more is a mistake, and after rounding too much for an ApBillLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A bill line, exact, with where it comes from."""

    amount: Fraction
    memo: str
    coding: Coding
    rule: str
    inputs: tuple[tuple[str, str], ...]
    losers: tuple[str, ...]


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
            )
            for p in coded
        ]
    )
    if route.line_detail != "detail" or (len(lines) > route.max_lines and route.over_limit == "summarise"):
        lines = _drop_nothing(_sum_by_coding(lines))
    return _check_lines(case, lines) or lines


def _drop_nothing(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with an amount; the first one when none has any, for a bill has at least one line."""
    return tuple(line for line in lines if line.amount != 0) or tuple(lines[:1])


def _check_lines(case: Case, lines: Sequence[Line]) -> Need | None:
    route, number = case.route, case.invoice.number
    if not lines:
        return Need(
            kind="lines", subject=number, reason=f"{number} has nothing to make a bill line of; reject it"
        )
    if len(lines) > route.max_lines:
        reason = f"{len(lines)} bill lines, at most {route.max_lines} are allowed; raise max_lines of the route, or summarise"
        return Need(kind="lines", subject=number, reason=reason)
    if any(abs(line.amount) >= _LARGEST_LINE for line in lines):
        reason = (
            f"a bill line would be {_LARGEST_LINE} or more; ask {case.partner.name} for a corrected invoice"
        )
        return Need(kind="lines", subject=number, reason=reason)
    if route.line_detail == "single" and len(lines) > 1:
        reason = f'the route wants one line, the rules give {len(lines)} different codings; use line_detail = "by_coding"'
        return Need(kind="coding", subject=f"single/{number}", reason=reason)
    return None


def _sum_by_coding(detail: Sequence[Line]) -> list[Line]:
    groups: dict[Coding, list[Line]] = {}
    for line in detail:
        groups.setdefault(line.coding, []).append(line)
    return [_add_up(group) if len(group) > 1 else group[0] for group in groups.values()]


def _add_up(group: Sequence[Line]) -> Line:
    count = str(len(group))
    amount = sum((line.amount for line in group), Fraction(0))
    return replace(group[0], amount=amount, memo=f"{count} lines", inputs=(("lines", count),))
