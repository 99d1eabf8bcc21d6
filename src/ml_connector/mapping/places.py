"""Where in a document the values of its record stand, and what people call it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The elements of one transaction set."""

    noun: str
    number: str
    date: str
    total: str
    purpose: str
    line: str  #: the segment with an item's numbers


INVOICE: Final = Places(
    noun="invoice", number="BIG02", date="BIG01", total="TDS01", purpose="BIG08", line="IT1"
)
ADJUSTMENT: Final = Places(
    noun="adjustment", number="BCD02", date="BCD01", total="BCD04", purpose="BCD11", line="LIN"
)
