"""An order of a golden case: planned with the items, warehouses and definitions of the case's books."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

from ml_connector.edi import Transaction, parse_order
from ml_connector.intacct.objects import DefinedSubtotal, Item, PurchasingDefinition, Unit, Warehouse
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.item_match import index_items
from ml_connector.mapping.orders.purchasing_admission import Received
from ml_connector.mapping.orders.purchasing_case import (
    Catalogue,
    PlannedPurchasing,
    PurchasingCase,
    PurchasingSetting,
)
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.routes.order_to_purchase_order import file_order, plan_purchase_order
from ml_connector.mapping.rules.rulebook import Partner, Route, Rules
from ml_connector.mapping.vendors.vendor_match import match_vendor
from ml_connector.records.documents import NewDocument
from ml_connector.records.needs import Need
from ml_connector.records.orders import ItemAlias, StockItem

Books = Mapping[str, Sequence[Mapping[str, Any]]]
#: What the books of an order's case say beside those of an invoice's.
TRADE: Final = frozenset({"items", "warehouses", "definitions", "subtotals"})

_UNSAID: Final[dict[type, dict[str, Any]]] = {
    Item: {"item_type": "Inventory", "unit_group": "Count", "base_unit": "Each"},
    PurchasingDefinition: {"sequence": "PO"},
}


def plan_order(
    transaction: Transaction,
    document: NewDocument,
    settled: tuple[Rules, Partner, Route],
    books: tuple[Books, Slice],
    setting: Setting,
) -> PlannedPurchasing | Held | Filed:
    """What becomes of an order whose partner and route are known."""
    (rules, partner, route), (trade, known) = settled, books
    reading = parse_order(transaction)
    order = reading.document
    assert order is not None
    if filing := file_order(rules, order):
        return Filed(reason=filing)
    match = match_vendor(order, partner, rules, known)
    if isinstance(match, Need):
        return Held(needs=(match,))
    case = PurchasingCase(
        set_code="850",
        number=order.number,
        mark=document.document_key,
        partner=partner,
        vendor=match.vendor,
        rules=rules,
        setting=_read_setting(trade, setting),
        worth=f"{document.amount} USD",
    )
    received = Received(
        transaction=transaction,
        findings=(*transaction.findings, *reading.findings),
        case=case,
        action=route.action,
        location=route.location,
    )
    return plan_purchase_order(received, order, _read_catalogue(trade))


def _read_setting(trade: Books, setting: Setting) -> PurchasingSetting:
    return PurchasingSetting(
        mode=setting.mode,
        today=setting.today,
        base_currency=setting.base_currency,
        definitions=tuple(_make(PurchasingDefinition, row) for row in trade.get("definitions", ())),
        subtotals=tuple(_make(DefinedSubtotal, row) for row in trade.get("subtotals", ())),
    )


def _read_catalogue(trade: Books) -> Catalogue:
    warehouses = [_make(Warehouse, row) for row in trade.get("warehouses", ())]
    return Catalogue(
        items=index_items(_read_item(row) for row in trade.get("items", ())),
        warehouses={each.warehouse_id: each for each in warehouses},
    )


def _read_item(row: Mapping[str, Any]) -> StockItem:
    """Beside its own fields an item has its `units`, its numbers at `vendors`, and what is `tracked` of it."""
    own = {name: value for name, value in row.items() if name not in {"units", "vendors", "tracked"}}
    units = row.get("units", {"Each": "1"})
    return StockItem(
        item=_make(Item, own),
        units=tuple(_make(Unit, {"unit": unit, "factor": Decimal(factor)}) for unit, factor in units.items()),
        aliases=tuple(
            ItemAlias(id=alias, vendor_id=vendor)
            for vendor, aliases in row.get("vendors", {}).items()
            for alias in aliases
        ),
        tracked=tuple(row.get("tracked", ())),
    )


def _make(kind: type[Any], row: Mapping[str, Any]) -> Any:
    """The record; what is not said of it is empty, and it is active."""
    said = {"record_no": 1, "status": "active", **_UNSAID.get(kind, {}), **row}
    names = [each.name for each in fields(kind)]
    assert row.keys() <= set(names), row
    return kind(**{name: said.get(name, "") for name in names})
