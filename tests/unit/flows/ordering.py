"""What a company needs to buy by order, and the orders that come for it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from tests.unit.flows.scene import BOOKS, RULES, Scene, write_file

from ml_connector.flows.cadence import USUAL
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.intacct import (
    DefinedSubtotal,
    Item,
    ItemCrossReference,
    NewPurchasing,
    PurchasingDefinition,
    Record,
    Unit,
    UnitGroup,
    Warehouse,
)
from ml_connector.mapping.rules.rulebook import parse_rules

PURCHASING: Final = (
    RULES
    + """
[purchasing]
parties = ["92/BIRCH"]

[[route]]
set = "850"
target = "purchase_order"
action = "submit"
entity = "E1"
location = "10"
"""
)


def make_item(item_id: str, *, kind: str = "Inventory", upc: str = "", status: str = "active") -> Item:
    return Item(
        record_no=sum(item_id.encode()),
        item_id=item_id,
        name=f"{item_id} by name",
        status=status,
        item_type=kind,
        gl_group="",
        product_line="",
        unit_group="Count",
        base_unit="Each",
        standard_cost=Decimal("0.25"),
        upc=upc,
        has_serials=False,
        has_lots=False,
        has_bins=False,
        has_expiration=False,
        modified=None,
    )


def make_alias(alias: str, *, item: str = "BOLT-8", vendor: str = "V1") -> ItemCrossReference:
    """The number a vendor has for an item."""
    number = sum(f"{vendor}{item}{alias}".encode())
    return ItemCrossReference(
        record_no=number, item_id=item, reference_type="Vendor", vendor_id=vendor, alias=alias, unit=""
    )


def make_definition(record_no: int, name: str, sequence: str) -> PurchasingDefinition:
    return PurchasingDefinition(
        record_no=record_no,
        name=name,
        description="",
        document_class="Order",
        category="Order",
        sequence=sequence,
        created_by="New document or Convert",
        conversion="Leave Transaction Open",
        posts_to="N",
        status="active",
    )


TRADE: Final[tuple[Record, ...]] = (
    make_item("BOLT-8", upc="012345678905"),
    make_item("NUT-8"),
    UnitGroup(record_no=1, name="Count"),
    Unit(record_no=1, group_no=1, unit="Each", abbreviation="ea", factor=Decimal(1), is_base=True),
    Unit(record_no=2, group_no=1, unit="Case", abbreviation="cs", factor=Decimal(144), is_base=False),
    Warehouse(record_no=1, warehouse_id="W1", name="Dock", location_id="10", status="active"),
    make_definition(1, "Purchase Order", "PO"),
    make_definition(2, "PO Receiver", "PR"),
)
FREIGHT: Final = DefinedSubtotal(
    definition="Purchase Order",
    description="Freight",
    is_discount=False,
    is_tax=False,
    is_apportioned=False,
    gl_account_no="6000",
)


def open_trade(scene: Scene, *, rules: str = PURCHASING) -> Scene:
    """The scene, where orders become purchase orders."""
    scene.rules = rules
    scene.finance.books = replace(BOOKS, others=TRADE)
    scene.finance.setup.subtotals = (FREIGHT,)
    scene.cadence = replace(USUAL, kinds=list_planned_kinds(parse_rules({"rules.toml": rules})))
    return scene


def write_order(number: str, *lines: str, beg: str = "", on: str = "20310310") -> tuple[str, ...]:
    """The segments of an 850 without ST and SE; lines as `PO1` elements."""
    items = lines or ("40*EA*0.5**BP*BOLT-8",)
    return (
        f"BEG*00*{beg or f'SA*{number}*'}*{on}",
        "N1*BY*Birch*92*BIRCH",
        "N1*SE*Alnwick Bolts*92*77",
        "N1*ST*Dock*92*W1",
        *(f"PO1*{n}*{line}" for n, line in enumerate(items, 1)),
        f"CTT*{len(items)}",
    )


def drop_order(scene: Scene, *orders: tuple[str, ...], name: str = "order.edi", usage: str = "P") -> None:
    scene.mailbox.drop(name, write_file(*orders, code="850", usage=usage))


def list_orders(scene: Scene) -> dict[str, tuple[Any, ...]]:
    """What stands in Intacct: its reference, state and total, by document id."""
    kept: Mapping[str, Any] = scene.finance.purchasing.kept
    return {
        id_: (each.document.reference, each.document.state, each.document.total) for id_, each in kept.items()
    }


def list_written(scene: Scene) -> list[list[NewPurchasing]]:
    """The purchasing transactions of each request, whatever became of them."""
    requests = scene.finance.requests
    return [[call.body for call in calls if isinstance(call.body, NewPurchasing)] for calls in requests]
