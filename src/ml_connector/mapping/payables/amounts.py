"""An invoice's parts as exact amounts that add up to what is owed, and their rounding to the cent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from ml_connector.edi import (
    Arithmetic,
    Component,
    ComponentKind,
    Invoice,
    InvoiceKind,
    explain_total,
    list_components,
)
from ml_connector.mapping.places import INVOICE
from ml_connector.mapping.rules.rulebook import Partner, Route
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_CENT: Final = Decimal("0.01")
PartKind = Literal["line", "charge", "allowance", "tax", "rounding"]
_PARTS: Final[dict[ComponentKind, PartKind]] = {
    ComponentKind.CHARGE: "charge",
    ComponentKind.ALLOWANCE: "allowance",
    ComponentKind.TAX: "tax",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is to be coded: a goods line, a charge, allowance or tax, or a difference within the tolerance."""

    kind: PartKind
    line: int | None  #: position of the goods line it is or belongs to; None for the whole invoice's
    index: int  #: place in the invoice's lines, or in the adjustments or taxes of that line or the invoice
    amount: Fraction  #: exact, signed: what raises the bill is positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """All parts of an invoice; their sum, rounded half up to the cent, is `total`."""

    total: Decimal
    parts: tuple[Part, ...]
    reason: Reason


def settle_amounts(
    invoice: Invoice, partner: Partner, route: Route, *, place: str = INVOICE.total
) -> Amounts | Need:
    """The parts a named rule explains the total with; a difference within the partner's tolerance is a part too.

    A total that nothing explains is never corrected: it is a need. `place` is where the total stands.
    """
    arithmetic = explain_total(invoice)
    if (Fraction(arithmetic.total) * 100).denominator != 1:
        reason = f"the total {arithmetic.total:,} ({place}) is finer than a cent; ask {partner.name} for a corrected invoice"
        return Need(kind="arithmetic", subject=invoice.number, reason=reason)
    if arithmetic.rule is not None:
        return _gather(arithmetic, place, arithmetic.rule, arithmetic.components, Fraction(0))
    nearest = min(arithmetic.attempts, key=lambda attempt: abs(attempt.amount - arithmetic.total))
    difference = arithmetic.total - nearest.amount
    if abs(difference) <= partner.tolerance and route.rounding_account is not None:
        rule = f"{nearest.rule}, difference of {difference} within the tolerance of {partner.name}"
        return _gather(arithmetic, place, rule, list_components(invoice, nearest.rule), Fraction(difference))
    given: dict[Decimal, str] = {}
    for attempt in arithmetic.attempts:
        given.setdefault(attempt.amount, attempt.rule)
    tried = "; ".join(f"{rule} give {amount:,}" for amount, rule in given.items())
    return Need(
        kind="arithmetic",
        subject=invoice.number,
        reason=f"the total is {arithmetic.total:,}, but {tried}; ask {partner.name} for a corrected invoice",
    )


def round_to_total(exact: Sequence[Fraction], total: Decimal) -> list[Decimal]:
    """Each amount in cents, together exactly `total`: the largest remainders get the cents that are left.

    The exact sum must round to the total.
    """
    cents = [amount * 100 for amount in exact]
    floors = [math.floor(amount) for amount in cents]
    left = int(total.scaleb(2)) - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda n: (floors[n] - cents[n], n))
    for n in by_remainder[:left]:
        floors[n] += 1
    return [Decimal(amount).scaleb(-2).quantize(_CENT) for amount in floors]


def spread(amount: Fraction, over: Sequence[Fraction]) -> list[Fraction]:
    """The amount in shares proportional to the sizes of `over`; in equal shares when all are nothing.

    Sizes, not signs: a return among the goods would else make other shares larger than the amount itself.
    """
    sizes = [abs(part) for part in over]
    whole = sum(sizes, Fraction(0))
    if whole == 0:
        return [amount / len(over)] * len(over)
    return [amount * size / whole for size in sizes]


def _gather(
    arithmetic: Arithmetic, place: str, rule: str, components: Sequence[Component], difference: Fraction
) -> Amounts:
    invoice = arithmetic.invoice
    counted = {part.line: Fraction(part.amount) for part in components if part.kind is ComponentKind.LINE}
    goods = (
        Part(kind="line", line=line.position, index=index, amount=counted.get(line.position, Fraction(0)))
        for index, line in enumerate(invoice.lines)
    )
    others = (
        Part(kind=_PARTS[part.kind], line=part.line, index=part.index, amount=Fraction(part.amount))
        for part in components
        if part.kind is not ComponentKind.LINE
    )
    rounding = (Part(kind="rounding", line=None, index=0, amount=difference),) if difference else ()
    total = arithmetic.total
    sign = "−" if invoice.kind is InvoiceKind.CREDIT else ""
    reason = Reason(
        path="total", value=str(total), rule=rule, inputs=((place, f"{sign}{abs(invoice.total)}"),)
    )
    return Amounts(total=total, parts=(*goods, *others, *rounding), reason=reason)
