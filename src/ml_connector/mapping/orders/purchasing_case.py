"""What every plan of a purchasing document stands on, and what it can come to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ml_connector.intacct.objects import DefinedSubtotal, PurchasingDefinition, Vendor, Warehouse
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.rules.rulebook import Partner, Rules
from ml_connector.records.matches import Comparison
from ml_connector.records.orders import StockItem
from ml_connector.records.provenance import Reason

#: Kinds of what a purchasing plan asks for, besides those of `reference`.
ITEM = "item"
ITEM_ALIAS = "item_cross_reference"  #: the number a vendor has for an item
UNIT = "unit"
WAREHOUSE = "warehouse"
DEFINITION = "purchasing_definition"
SUBTOTAL = "purchasing_subtotal"
DOCUMENT = "purchasing_document"

MESSAGE_LIMIT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingSetting:
    """What is true for the whole link while its purchasing documents are planned."""

    mode: Literal["test", "live"]
    today: date
    base_currency: str
    definitions: tuple[PurchasingDefinition, ...]
    subtotals: tuple[DefinedSubtotal, ...] = ()
    multi_source: bool | None = None  #: one document may be converted from several; None: nobody has said
    base_unit_lines: bool | None = None  #: Intacct tells lines in base units as well; None: nobody has said


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingCase:
    """One document to be planned, its partner and vendor known."""

    set_code: str
    number: str  #: the document's own
    mark: str  #: the document key: our mark in Intacct
    partner: Partner
    vendor: Vendor
    rules: Rules
    setting: PurchasingSetting
    worth: str  #: what waits while it is held, such as `118.40 USD`

    def say(self, wrong: str, cure: str) -> str:
        """The reason of a need: what is wrong, what it is worth, and the one action that frees the document."""
        return f"{wrong} ({self.worth} waits); {cure}"

    def write_message(self, text: str) -> str:
        """The message of a transaction, ending in our mark: a read-back knows it as ours by it."""
        return f"{text[: MESSAGE_LIMIT - len(self.mark) - 1]} {self.mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The items and warehouses a plan asked for, by what they were asked by."""

    items: Mapping[Asked, Sequence[StockItem]] = field(default_factory=dict)
    warehouses: Mapping[str, Warehouse] = field(default_factory=dict)

    def find(self, asked: Asked) -> Sequence[StockItem]:
        return self.items.get(asked, ())

    def get(self, item_id: str) -> StockItem | None:
        """The item of that id."""
        return next((each for each in self.find((ITEM, item_id)) if each.item.item_id == item_id), None)

    def list_grounds(self, asked: Iterable[Asked]) -> Iterator[Asked]:
        """What the answers rest on besides: the items that numbers led to, their units, and a definition's subtotals."""
        for kind, name in asked:
            for stock in self.find((kind, name)):
                yield ITEM, stock.item.item_id
                yield UNIT, stock.item.unit_group
            if kind == DEFINITION:
                yield SUBTOTAL, name


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPurchasing:
    """What is to be written, in this order, and why each value is what it is."""

    functions: tuple[NewPurchasing | PurchasingChange, ...]
    entity: str = ""  #: the session to write in: conversions run at their order's level
    provenance: tuple[Reason, ...]
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Nothing is written in Intacct; what the document says is kept on our side."""

    reason: str
    provenance: tuple[Reason, ...] = ()
    comparison: Comparison | None = None
