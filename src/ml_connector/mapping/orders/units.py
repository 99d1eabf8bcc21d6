"""Quantities in an item's own units: exact, or held."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.rules.purchasing import UnitXref
from ml_connector.records.needs import Need
from ml_connector.records.orders import StockItem
from ml_connector.records.provenance import Reason

QUANTITY_PLACES: Final = 4  #: of a quantity in Intacct
PRICE_PLACES: Final = 10
_LIMIT: Final = 10**15  # no number in Intacct reaches it

_NAMES: Final = {
    "BG": ("bag",),
    "BX": ("box",),
    "CA": ("case",),
    "CS": ("case",),
    "CT": ("carton",),
    "CW": ("hundred pounds", "hundredweight"),
    "DZ": ("dozen",),
    "EA": ("each",),
    "FT": ("foot", "feet"),
    "GA": ("gallon",),
    "HR": ("hour",),
    "IN": ("inch",),
    "KG": ("kilogram",),
    "LB": ("pound",),
    "LF": ("linear foot", "foot", "feet"),
    "LT": ("liter", "litre"),
    "MR": ("meter", "metre"),
    "OZ": ("ounce",),
    "PC": ("piece",),
    "PK": ("pack", "package"),
    "PL": ("pallet",),
    "PR": ("pair",),
    "RL": ("roll",),
    "SF": ("square foot", "square feet"),
    "TN": ("ton",),
    "YD": ("yard",),
}
"""X12 element 355 → what a company may call such a unit."""


def find_unit(case: PurchasingCase, code: str, stock: StockItem) -> str | Need:
    """The item's unit that a code stands for, as Intacct spells it."""
    units = list_factors(stock)
    said = _find_xref(case, code, stock)
    wanted = (code, *_NAMES.get(code, ())) if said is None else (said.unit,)
    spelled = {name.casefold(): unit for unit in units for name in _list_names(unit, stock)}
    found = {spelled[name.casefold()] for name in wanted if name.casefold() in spelled}
    if len(found) == 1:
        return found.pop()
    return _describe_unknown(case, code, stock, sorted(units))


def explain_unit(
    case: PurchasingCase, said: tuple[str, str], unit: str, stock: StockItem, *, place: str
) -> Reason:
    """Why an item is counted in this unit; `said` is the element and its code."""
    xref = _find_xref(case, said[1], stock)
    rule = "unit" if xref is None else f"unit cross-reference {xref.code}"
    return Reason(path=f"{place}.unit", value=unit, rule=rule, inputs=(said,))


def _find_xref(case: PurchasingCase, code: str, stock: StockItem) -> UnitXref | None:
    """What was said of a code: for this item, else for this partner, else for all."""
    xrefs = [
        xref
        for xref in case.rules.purchasing.units
        if xref.code == code
        and xref.partner in {None, case.partner.name}
        and xref.item in {None, stock.item.item_id}
    ]
    return min(xrefs, key=lambda xref: (xref.item is None, xref.partner is None), default=None)


def list_factors(stock: StockItem) -> dict[str, Fraction]:
    """The item's units, each with how many base units it is; one that is nothing is no unit."""
    base = {stock.item.base_unit: Fraction(1)} if stock.item.base_unit else {}
    return base | {unit.unit: Fraction(unit.factor) for unit in stock.units if unit.factor}


def convert(quantity: Fraction, unit: str, wanted: str, stock: StockItem | None) -> Fraction | None:
    """A quantity of one unit in another, exact; None where the item has not both."""
    if unit == wanted:
        return quantity
    factors = list_factors(stock) if stock is not None else {}
    if unit not in factors or wanted not in factors:
        return None
    return quantity * factors[unit] / factors[wanted]


def find_nearest_unit(price: Fraction, unit: str, approved: Fraction, stock: StockItem) -> str:
    """The unit whose approved price a stated one is nearest to; both are above nothing and for one `unit`.

    A unit that is wrongly named shows in the price: it is off by the factor between the two.
    """
    factors = list_factors(stock)
    if unit not in factors:
        return unit
    ratios = {name: price * factors[unit] / (approved * factor) for name, factor in factors.items()}
    return min(ratios, key=lambda name: (max(ratios[name], 1 / ratios[name]), name != unit))


def to_decimal(number: Fraction, places: int) -> Decimal | None:
    """The number with at most so many places; None where that is not exact."""
    scaled = number * 10**places
    if scaled.denominator != 1:
        return None
    with localcontext() as context:
        context.prec = 100
        return Decimal(scaled.numerator).scaleb(-places).normalize() + 0


def fit(number: Fraction, places: int) -> Decimal | None:
    """The number as Intacct keeps it; None where that is not exact, or it has more digits than Intacct takes."""
    return to_decimal(number, places) if abs(number) < _LIMIT else None


def show(number: Fraction) -> str:
    """A number for people: exact where it is short, else to six places."""
    exact = to_decimal(number, 6)
    if exact is not None:
        return f"{exact:f}"
    return f"{Decimal(number.numerator) / number.denominator:.6f}"


def _list_names(unit: str, stock: StockItem) -> Iterator[str]:
    yield unit
    yield from (each.abbreviation for each in stock.units if each.unit == unit and each.abbreviation)


def _describe_unknown(case: PurchasingCase, code: str, stock: StockItem, units: list[str]) -> Need:
    reason = case.say(
        f"item {stock.item.item_id} is not counted in {code or 'a unit that is not named'}; Intacct has {', '.join(units) or 'no unit'}",
        "say which of them it is with a unit cross-reference",
    )
    subject = f"{case.partner.name}/{stock.item.item_id}/{code or 'none'}"
    return Need(kind="unit", subject=subject, reason=reason)
