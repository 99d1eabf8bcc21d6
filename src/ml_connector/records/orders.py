"""What a plan needs to know of purchasing in Intacct: orders with what became of them, receipts, items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from ml_connector.intacct.objects import Item, PurchasingDocument, PurchasingLine, Unit
from ml_connector.intacct.writing.parts import NO_DIMENSIONS, Dimensions

Tracking = Literal["bin", "expiration", "lot", "serial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLine:
    """A line of a purchasing transaction with where it is booked."""

    line: PurchasingLine
    warehouse_id: str = ""
    dimensions: Dimensions = NO_DIMENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingTransaction:
    """An order, a receiver or a vendor invoice as it stands in Intacct."""

    document: PurchasingDocument
    entity: str = ""  #: where it was made; empty for the top level
    term: str = ""  #: of its payment; empty where it has none, or Intacct does not tell
    lines: tuple[BookedLine, ...]
    subtotals: tuple[tuple[str, Decimal], ...] = ()  #: description and signed amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """The price of one unit on a line of an approved order."""

    key: int  #: RECORDNO of the line
    item_id: str
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A line of an order and what became of it; quantities are in the line's own unit, exact."""

    booked: BookedLine
    ordered: Decimal
    approved_price: Decimal | None  #: of one unit as it was first approved: the measure of every invoice
    received: Fraction  #: on receivers that are posted
    expected: Fraction  #: on receivers in Draft and in notices of ours that are on their way
    announced: Fraction  #: in notices of ours that are bills
    invoiced: Fraction
    invoiced_amount: Fraction

    @property
    def key(self) -> int:
        """The RECORDNO that conversions name."""
        return self.booked.line.record_no

    @property
    def coming(self) -> Fraction:
        """What has come or is to come: goods are on receivers or in notices, and may be on both."""
        return max(self.received + self.expected, self.announced)

    @property
    def item_id(self) -> str:
        return self.booked.line.item_id

    @property
    def unit(self) -> str:
        return self.booked.line.unit

    @property
    def number(self) -> int:
        """As people count: from 1."""
        return (self.booked.line.line_no or 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCharge:
    """A charge that an order provides for, and how much of it was invoiced."""

    name: str
    ordered: Decimal
    invoiced: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order with all that was made from it."""

    transaction: PurchasingTransaction
    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]
    receipts: tuple[PurchasingTransaction, ...]  #: posted, the oldest first
    left: Mapping[
        int, Fraction
    ]  #: of each line of the order and its receipts that can still be converted, by key
    by_notice: frozenset[str] = frozenset()  #: document ids of receipts that a ship notice posted, no person

    @property
    def document(self) -> PurchasingDocument:
        return self.transaction.document


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledDocument:
    """A document of ours that is a bill in Intacct, or is on its way there, for goods of an order."""

    document_id: int
    set_code: str
    number: str  #: the bill's as well
    mark: str
    vendor_id: str
    is_there: bool  #: Intacct has confirmed it, which says nothing about what became of it since
    order: str  #: its number, folded
    on_hold: bool = False  #: it was booked with its payment blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedGoods:
    """What a notice or a confirmation promises of an order line, in the line's unit."""

    order_id: str
    order_line: int  #: as people count, from 1
    item_id: str
    quantity: Fraction
    unit: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a notice of ours that is a bill, or is about to be one, announces of an order line."""

    mark: str
    goods: ExpectedGoods


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAlias:
    """The number that a vendor has for an item."""

    id: str
    vendor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockItem:
    """An item with its units, its other numbers, and what must be told of every piece of it."""

    item: Item
    units: tuple[Unit, ...]
    aliases: tuple[ItemAlias, ...] = ()
    tracked: tuple[Tracking, ...] = ()
