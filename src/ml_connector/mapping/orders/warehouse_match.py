"""Which warehouse do goods go to? The ship-to party says it, by cross-reference or by the number we gave it."""

from collections.abc import Sequence
from typing import Final

from ml_connector.edi import Party
from ml_connector.intacct.objects import Warehouse
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingCase
from ml_connector.records.needs import Need
from ml_connector.records.orders import StockItem

_STOCKED: Final = ("Inventory", "Stockable Kit")
_OURS: Final = "92"  # N103: assigned by the buyer


def ask_warehouses(case: PurchasingCase, parties: Sequence[Party]) -> set[str]:
    """The ids that must be looked up to know where goods go."""
    return {id_ for party in parties if party.role == "ST" for id_, _ in _list_ids(case, party)}


def find_warehouse(
    case: PurchasingCase, stock: StockItem, parties: Sequence[Party], known: Catalogue, *, place: str
) -> Warehouse | Need | None:
    """The warehouse of the first ship-to party; None for an item that is kept in none."""
    if stock.item.item_type not in _STOCKED:
        return None
    ship_to = next((party for party in parties if party.role == "ST"), None)
    for id_, _ in _list_ids(case, ship_to) if ship_to is not None else ():
        warehouse = known.warehouses.get(id_)
        if warehouse is not None and warehouse.status != "inactive":
            return warehouse
    named = f"{ship_to.qualifier}/{ship_to.id}" if ship_to is not None else "none"
    wrong = f"no active warehouse answers to the ship-to party {named}"
    cure = "say which one it is with a warehouse cross-reference"
    if ship_to is None:
        wrong = "no ship-to party is named"
        cure = f"ask {case.partner.name} to name it, or reject the document"
    reason = case.say(f"{place}: item {stock.item.item_id} is kept in stock, and {wrong}", cure)
    return Need(kind="warehouse", subject=f"{case.partner.name}/{named}", reason=reason)


def _list_ids(case: PurchasingCase, party: Party) -> list[tuple[str, str]]:
    """Ids of warehouses with the rule that gives them: what somebody has said decides alone."""
    said = [
        (xref.warehouse, f"warehouse cross-reference {xref.code}")
        for xref in case.rules.purchasing.warehouses
        if xref.code == f"{party.qualifier}/{party.id}" and xref.partner in {None, case.partner.name}
    ]
    ours = [(party.id, "our number")] if party.qualifier == _OURS and party.id else []
    return said or ours
