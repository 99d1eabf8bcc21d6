"""What our copy of Intacct knows of purchasing: definitions, and the items and warehouses that documents ask for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ml_connector.flows.planning.facts import Trade
from ml_connector.flows.reference.rows import restore
from ml_connector.intacct.objects import (
    DefinedSubtotal,
    Item,
    ItemCrossReference,
    PurchasingDefinition,
    Unit,
    Warehouse,
)
from ml_connector.mapping.named_records import SOLUTION
from ml_connector.mapping.orders.item_match import index_items
from ml_connector.mapping.orders.purchasing_case import (
    DEFINITION,
    DOCUMENT,
    ITEM,
    ITEM_ALIAS,
    SUBTOTAL,
    UNIT,
    WAREHOUSE,
    Catalogue,
)
from ml_connector.mapping.reference.slice import ACCOUNT_LABEL, TAX_DETAIL, Asked
from ml_connector.mapping.rules.journal import ACCRUALS
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.orders import ItemAlias, StockItem, Tracking
from ml_connector.records.reference import ReferenceRow
from ml_connector.store import Work

_WITHOUT_GOODS: Final = {"ap_bill", "payment", "journal"}  # targets of what names accounts and bills
_WITHOUT_ORDERS: Final = {*_WITHOUT_GOODS, "purchase_order"}  # targets of what waits for no order in Intacct
_KINDS: Final = (ITEM, ITEM_ALIAS, UNIT, WAREHOUSE, DEFINITION, SUBTOTAL, "purchasing_conversion")
_PAID_FROM: Final = ("bank_account", "savings_account", "card")
_JOURNAL: Final = "gl_journal"
_CLOSED: Final = "closed_day"
_Rows = Mapping[Asked, Sequence[ReferenceRow]]


def list_planned_kinds(rules: Rules) -> tuple[str, ...]:
    """What is to be copied from Intacct for these rules, besides what every plan needs."""
    targets = {"receiver" if route.set_code == "856" else route.target for route in rules.routes}
    trade = _KINDS if targets - _WITHOUT_GOODS else ()
    trade = (*trade, *_PAID_FROM) if "payment" in targets else trade
    is_booking = "journal" in targets or rules.journals.find(ACCRUALS, "") is not None
    trade = (*trade, _JOURNAL) if is_booking else trade
    places = [place for rule in rules.coding for place in (rule, *rule.split)]
    own = dict.fromkeys(f"dimension:{name}" for place in places for name in place.dimensions)
    trade = (*trade, *own)
    trade = (*trade, TAX_DETAIL) if rules.taxes else trade
    trade = (*trade, SOLUTION) if any(rule.solution for rule in rules.taxes) else trade
    trade = (*trade, ACCOUNT_LABEL) if any(place.label for place in places) else trade
    trade = (*trade, _CLOSED) if targets else trade
    return (*trade, DOCUMENT) if targets - _WITHOUT_ORDERS else trade


def read_definitions(work: Work, company: str, version: int) -> Trade:
    """The company's definitions; they are few."""
    definitions = work.reference.list_kind(company, version, DEFINITION)
    subtotals = work.reference.list_kind(company, version, SUBTOTAL)
    return Trade(
        definitions=tuple(restore(PurchasingDefinition, row) for row in definitions),
        subtotals=tuple(restore(DefinedSubtotal, row) for row in subtotals),
    )


def read_catalogue(work: Work, company: str, version: int, asked: Iterable[Asked]) -> Catalogue:
    """The items, with their units, and the warehouses that go by what is asked; other kinds are left alone."""
    mine = [each for each in asked if each[0] in {ITEM, ITEM_ALIAS, WAREHOUSE}]
    rows = work.reference.slice(company, version, mine)
    aliases = _read_aliases(rows)
    named = work.reference.slice(company, version, [(ITEM, item_id) for item_id in aliases])
    items = {row.key: restore(Item, row) for row in _list_rows({**rows, **named}, ITEM)}
    groups = {(UNIT, item.unit_group) for item in items.values()}
    units = _read_units(work.reference.slice(company, version, groups))
    stocks = [
        StockItem(
            item=item,
            units=tuple(units.get(item.unit_group, ())),
            aliases=tuple(aliases.get(item_id, ())),
            tracked=_list_tracked(item),
        )
        for item_id, item in sorted(items.items())
    ]
    warehouses = {row.key: restore(Warehouse, row) for row in _list_rows(rows, WAREHOUSE)}
    return Catalogue(items=index_items(stocks), warehouses=warehouses)


def _list_rows(rows: _Rows, kind: str) -> Iterable[ReferenceRow]:
    return (row for asked, found in rows.items() if asked[0] == kind for row in found)


def _read_aliases(rows: _Rows) -> dict[str, list[ItemAlias]]:
    """The numbers that vendors have for items, by the item."""
    aliases: dict[str, list[ItemAlias]] = {}
    for row in _list_rows(rows, ITEM_ALIAS):
        said = restore(ItemCrossReference, row)
        aliases.setdefault(said.item_id, []).append(ItemAlias(id=said.alias, vendor_id=said.vendor_id))
    return aliases


def _read_units(rows: _Rows) -> dict[str, list[Unit]]:
    """Units by the name of their group, as items name it."""
    units: dict[str, list[Unit]] = {}
    for row in _list_rows(rows, UNIT):
        units.setdefault(row.body["group"], []).append(restore(Unit, row))
    return units


def _list_tracked(item: Item) -> tuple[Tracking, ...]:
    """What must be told of every piece of it."""
    flags: tuple[tuple[Tracking, bool], ...] = (
        ("bin", item.has_bins),
        ("expiration", item.has_expiration),
        ("lot", item.has_lots),
        ("serial", item.has_serials),
    )
    return tuple(name for name, is_set in flags if is_set)
