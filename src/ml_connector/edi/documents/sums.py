"""A stated amount, and the ways tried to make it out of its parts."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from msgspec import Struct

from ml_connector.edi.elements import EXACT

_NOTHING = Decimal(0)
_add = EXACT.add


class Attempt(Struct, frozen=True, kw_only=True, gc=False):
    """What a rule gives."""

    rule: str
    amount: Decimal


class SumExplanation(Struct, frozen=True, kw_only=True, gc=False):
    """A stated amount and its explanation."""

    amount: Decimal
    rule: str | None  #: the rule that gives the amount exactly; None when none does, and a person must look
    attempts: tuple[Attempt, ...]  #: in the order tried, up to the rule that fits


def explain_sum(amount: Decimal, sums: Iterable[tuple[str, Decimal]]) -> SumExplanation:
    """The first of the named sums that is the amount; without one, all of them."""
    attempts: list[Attempt] = []
    for rule, total in sums:
        attempts.append(Attempt(rule=rule, amount=total))
        if total == amount:
            return SumExplanation(amount=amount, rule=rule, attempts=tuple(attempts))
    return SumExplanation(amount=amount, rule=None, attempts=tuple(attempts))


def add(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of those that are given, exact."""
    return reduce(_add, [amount for amount in amounts if amount is not None], _NOTHING)


def describe_attempts(explanation: SumExplanation) -> str:
    """The sums that were tried, for a message."""
    return "; ".join(f"{attempt.rule} {attempt.amount}" for attempt in explanation.attempts)
