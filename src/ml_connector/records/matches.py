"""An invoice compared with its orders and receipts, line by line, as people and `explain` see it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from ml_connector.records.orders import ExpectedGoods


class Verdict(StrEnum):
    """What the comparison of a line or a charge says."""

    MATCHED = "matched"
    LOWER = "lower than approved"
    TOLERATED = "within tolerance"
    OVERRULED = "overruled by a person"
    NOT_RECEIVED = "not received"
    TOO_MANY = "more than ordered"
    TOO_DEAR = "dearer than approved"
    TOO_LOW = "lower than any that passes"
    OTHER_UNIT = "priced by another unit"
    TOO_HIGH = "charge above its cap"
    UNPRICED = "no approved price"


PASSING = frozenset({Verdict.MATCHED, Verdict.LOWER, Verdict.TOLERATED, Verdict.OVERRULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of a receipt, or of the order itself, an invoice line draws on, in the unit of the source's line."""

    document_id: str
    line_key: int | None  #: None for what goes beyond the source
    quantity: Fraction
    by: str  #: who says that the goods are here: a person, a ship notice, or the rule that asks for no receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLine:
    """An invoice line against its order line. Quantities and prices are in the order line's unit."""

    position: int  #: of the invoice line
    order_id: str
    order_line: int  #: as people count, from 1
    order_line_key: int
    item_id: str
    unit: str
    ordered: Decimal
    received: Fraction
    invoiced_before: Fraction
    invoiced: Fraction  #: by this line
    approved_price: Decimal | None
    price: Fraction  #: by this line, its own charges and allowances in it where no rule parts them from it
    over_quantity: Fraction  #: beyond what was ordered or received, all invoices together
    allowed_quantity: Fraction
    over_amount: Fraction  #: beyond the approved price, all invoices of the order line together
    allowed_amount: Fraction
    verdict: Verdict
    rule: str  #: the rule that set the tolerances
    usages: tuple[Usage, ...] = ()
    overruled: int | None = None  #: the cross-reference by which people let just this difference pass
    stated: str = ""  #: `2 Case at 43.2`, where the invoice has another unit than the order line
    priced_by: str = ""  #: the unit that the price is rather for, where that is not the one it is stated for
    lowest_price: Fraction | None = None  #: the lowest that passes, where the price is below it


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedCharge:
    """A charge, allowance or tax of the invoice against what the orders provide for."""

    name: str  #: what it becomes: the subtotal, or the item
    amount: Fraction  #: of this invoice
    before: Fraction  #: of the same orders' invoices so far
    ordered: Fraction
    allowed: Fraction  #: beyond what was ordered
    verdict: Verdict
    rule: str
    overruled: int | None = None  #: as with a line


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchResult:
    """The comparison of a whole invoice."""

    lines: tuple[MatchedLine, ...]
    charges: tuple[MatchedCharge, ...]

    @property
    def passes(self) -> bool:
        verdicts = [line.verdict for line in self.lines] + [charge.verdict for charge in self.charges]
        return PASSING.issuperset(verdicts)


class Promise(StrEnum):
    """What a confirmation says to an order line."""

    ACCEPTED = "accepted"
    LATER = "for another day"
    REDUCED = "reduced"
    REJECTED = "rejected"
    RAISED = "raised"
    SUBSTITUTED = "substituted"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedLine:
    """An order line against what its seller confirms, in the line's unit."""

    order_id: str
    order_line: int  #: as people count, from 1
    order_line_no: int  #: as Intacct reads it, from 0
    item_id: str
    unit: str
    ordered: Decimal
    confirmed: Fraction
    approved_price: Decimal | None
    price: Fraction | None  #: None where the confirmation states none
    on: date | None
    promise: Promise
    said: str  #: the codes it was told from
    priced_by: str = ""  #: the unit that the price is rather for, where that is not the one it is stated for


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What goods come to."""

    amount: Decimal | None = None  #: None where that cannot be told of all of them
    currency: str = ""  #: empty where their orders name none


UNKNOWN: Final = Worth()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a document was found to say of its orders when it was last planned."""

    match: MatchResult | None = None  #: of an invoice
    confirmed: tuple[ConfirmedLine, ...] = ()
    expected: tuple[ExpectedGoods, ...] = ()
    worth: Worth = UNKNOWN  #: at the prices of its orders, of what states no money itself
