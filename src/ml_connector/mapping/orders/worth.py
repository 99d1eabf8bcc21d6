"""What goods come to at the prices of their orders: what waits with a document that states no money itself."""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from ml_connector.records.matches import UNKNOWN, Worth

_HALF: Final = Fraction(1, 2)
_MOST: Final = 10**14  # beyond that it is no amount but broken data


def make_worth(total: Fraction, currencies: Collection[str]) -> Worth:
    """The sum in whole cents; unknown where the orders are in several currencies."""
    if len(currencies) != 1 or abs(total) >= _MOST:
        return UNKNOWN
    [currency] = currencies
    return Worth(amount=Decimal(floor(total * 100 + _HALF)).scaleb(-2), currency=currency)
