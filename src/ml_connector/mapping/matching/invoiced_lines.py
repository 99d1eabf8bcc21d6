"""A line of an invoice with its price as it is stated: in its own unit, rounded as its sender rounds."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ml_connector.edi import InvoiceLine
from ml_connector.mapping.orders.units import convert, find_nearest_unit, show
from ml_connector.mapping.rules.purchasing import MatchRule
from ml_connector.records.orders import Order, OrderLine, StockItem

_CENT_PLACES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedLine:
    """A line of an invoice, its order, item and unit known."""

    line: InvoiceLine
    order: Order
    stock: StockItem
    unit: str  #: as Intacct spells it
    quantity: Fraction
    amount: Fraction  #: exact, with its own charges and allowances that no rule parts from it
    asked: Fraction  #: the same by its price alone, where the sender has rounded the line to cents

    @property
    def stated_price(self) -> Fraction:
        """Of one of its own unit, before charges and allowances."""
        return Fraction(self.line.extension or 0) / self.quantity

    @property
    def stated(self) -> str:
        """`2 Case at 43.2`, as the invoice says it."""
        return f"{show(self.quantity)} {self.unit} at {show(self.stated_price)}"


def is_at_approved_price(said: InvoicedLine, ordered: OrderLine) -> bool:
    """Whether it states the approved price of that order line, in its own unit and to the places it is stated in."""
    approved = _find_approved(said, ordered)
    return approved is not None and 2 * abs(said.stated_price - approved) <= _find_step(said)


def find_lowest_price(said: InvoicedLine, ordered: OrderLine, rule: MatchRule) -> Fraction | None:
    """The lowest price of one of the order line's unit that the rule lets pass, where the stated one is below it."""
    approved = _find_approved(said, ordered)
    if approved is None or rule.lower_percent is None:
        return None
    lowest = 1 - Fraction(rule.lower_percent) / 100
    return Fraction(ordered.approved_price or 0) * lowest if said.stated_price < approved * lowest else None


def find_priced_unit(said: InvoicedLine, ordered: OrderLine, rule: MatchRule) -> str:
    """The unit whose approved price the stated one is nearest to, where it is stated for another one.

    Empty where the unit is the order's own, where its own price is the nearest, and where a rule lets the low price
    pass.
    """
    price, approved = said.stated_price, _find_approved(said, ordered)
    if said.unit == ordered.unit or not approved or price <= 0:
        return ""
    if rule.lower_percent is not None and price < approved:
        return ""
    nearest = find_nearest_unit(price, said.unit, approved, said.stock)
    return nearest if nearest != said.unit else ""


def _find_approved(said: InvoicedLine, ordered: OrderLine) -> Fraction | None:
    """The approved price of one of the invoice's unit; None where there is none, or the units do not convert."""
    one = convert(Fraction(1), said.unit, ordered.unit, said.stock)
    if one is None or ordered.approved_price is None:
        return None
    return Fraction(ordered.approved_price) * one


def _find_step(said: InvoicedLine) -> Fraction:
    """By how much two prices of one unit differ at least that the sender can tell apart: a cent, or less."""
    price = said.line.price
    if not price:
        return Fraction(1, 10**_CENT_PLACES)
    places = max(-int(price.as_tuple().exponent), _CENT_PLACES)
    basis = said.stated_price / Fraction(price)  # one, or a hundredth for a price of hundred
    return basis * Fraction(1, 10**places)
