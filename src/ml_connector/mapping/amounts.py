"""An invoice's parts as exact amounts that add up to what is owed, and their rounding to the cent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from ml_connector.edi import Arithmetic, Component, ComponentKind, Invoice, InvoiceKind, explain_total
from ml_connector.mapping.rules import Partner, Route
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_CENT: Final = Decimal("0.01")
PartKind = Literal["line", "charge", "allowance", "tax", "rounding"]
_PARTS: Final[dict[ComponentKind, PartKind]] = {
    ComponentKind.LINE: "line",
    ComponentKind.CHARGE: "charge",
    ComponentKind.ALLOWANCE: "allowance",
    ComponentKind.TAX: "tax",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is to be coded: a goods line with what hangs on it, or a charge, allowance or tax of its own."""

    kind: PartKind
    line: int | None  #: position of the goods line; None for the whole invoice's
    index: int  #: place among its kind
    amount: Fraction  #: exact, signed: what raises the bill is positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """All parts of an invoice; their sum, rounded half up to the cent, is `total`."""

    total: Decimal
    parts: tuple[Part, ...]
    reason: Reason


def settle_amounts(invoice: Invoice, partner: Partner, route: Route) -> Amounts | Need:
    """The parts a named rule explains the total with; a difference within the partner's tolerance is a part too.

    A total that nothing explains is never corrected: it is a need.
    """
    arithmetic = explain_total(invoice)
    if arithmetic.total != round(arithmetic.total, 2):
        reason = f"the total {arithmetic.total} (TDS01) is finer than a cent; ask {partner.name} for a corrected invoice"
        return Need(kind="arithmetic", subject=invoice.number, reason=reason)
    if arithmetic.rule is not None:
        return _gather(invoice, arithmetic, arithmetic.rule, arithmetic.components, Fraction(0))
    nearest = min(arithmetic.attempts, key=lambda attempt: abs(attempt.amount - arithmetic.total))
    difference = arithmetic.total - nearest.amount
    if abs(difference) <= partner.tolerance and route.rounding_account is not None:
        rule = f"{nearest.rule}, difference of {difference} within the tolerance of {partner.name}"
        return _gather(invoice, arithmetic, rule, nearest.components, Fraction(difference))
    given: dict[Decimal, str] = {}
    for attempt in arithmetic.attempts:
        given.setdefault(attempt.amount, attempt.rule)
    tried = "; ".join(f"{rule} give {amount}" for amount, rule in given.items())
    return Need(
        kind="arithmetic",
        subject=invoice.number,
        reason=f"the total is {arithmetic.total}, but {tried}; ask {partner.name} for a corrected invoice",
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
    """The amount in shares proportional to `over`; in equal shares when they add up to nothing."""
    whole = sum(over, Fraction(0))
    if whole == 0:
        return [amount / len(over)] * len(over)
    return [amount * part / whole for part in over]


def _gather(
    invoice: Invoice, arithmetic: Arithmetic, rule: str, components: Sequence[Component], difference: Fraction
) -> Amounts:
    goods = {line.position: Fraction(0) for line in invoice.lines}
    own: list[Part] = []
    for component in components:
        if component.line is not None:
            goods[component.line] += Fraction(component.amount)
        else:
            amount = Fraction(component.amount)
            own.append(Part(kind=_PARTS[component.kind], line=None, index=component.index, amount=amount))
    parts = [Part(kind="line", line=position, index=0, amount=amount) for position, amount in goods.items()]
    if difference:
        own.append(Part(kind="rounding", line=None, index=0, amount=difference))
    total = arithmetic.total
    sign = "−" if invoice.kind is InvoiceKind.CREDIT else ""
    reason = Reason(
        path="total", value=str(total), rule=rule, inputs=(("TDS01", f"{sign}{abs(invoice.total)}"),)
    )
    return Amounts(total=total, parts=(*parts, *own), reason=reason)
