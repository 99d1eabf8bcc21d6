"""What lines of all documents have: numbers of the item, and what a quantity at a price comes to."""

from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.elements import EXACT
from ml_connector.edi.segments import Row

#: Price bases (element 639) that say how many units a price is for, as a power of ten. Most codes
#: (WE wholesale, NT net …) are kinds of price and never divide, nor does a code not listed.
PRICE_BASES = {"HP": 2, "HU": 2, "C": 2, "TH": 3}


class ProductId(Struct, frozen=True, gc=False):
    """One of the numbers of an item; the qualifier is "" where the sender gave none."""

    qualifier: str
    id: str


def read_product_ids(row: Row, first: int) -> tuple[ProductId, ...]:
    """Pairs of qualifier and value from element `first` on; pairs without a value are skipped."""
    pairs = zip(row[first::2], row[first + 1 :: 2])  # noqa: B905  # naming `strict` costs a third
    return tuple([ProductId(qualifier, value) for qualifier, value in pairs if value])


def extend(quantity: Decimal | None, price: Decimal | None, basis: str) -> Decimal | None:
    """Quantity times price, exact; divided only where the price basis is known to be per hundred or thousand."""
    if quantity is None or price is None:
        return None
    product = EXACT.multiply(quantity, price)
    return EXACT.scaleb(product, -PRICE_BASES[basis]) if basis in PRICE_BASES else product
