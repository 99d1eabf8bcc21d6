"""850 order → purchase order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import SETTING, WARES, list_charges, make_definition, make_item, stock
from tests.unit.mapping.purchase_documents import BUYER, SELLER, WE, name_needs, receive_set
from tests.unit.mapping.trade import make_vendor

from ml_connector.edi import parse_order
from ml_connector.intacct.objects import DefinedSubtotal, Warehouse
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing
from ml_connector.mapping.orders.warehouse_match import ask_warehouses
from ml_connector.mapping.routes.order_to_purchase_order import (
    ask_order_items,
    find_worth,
    plan_purchase_order,
)
from ml_connector.records.orders import StockItem

BEG: Final = "BEG*00*SA*P-100**20260301"
SHIP_TO: Final = "N1*ST*Dock 3*92*W1"
LINE: Final = "PO1*1*400*EA*0.5**VN*B-8"
HOUSE: Final = Warehouse(record_no=1, warehouse_id="W1", name="", location_id="100", status="active")
SHED: Final = Warehouse(record_no=2, warehouse_id="W2", name="", location_id="", status="active")
CLOSED: Final = replace(SHED, warehouse_id="W9", status="inactive")
USUAL: Final = (BUYER, SELLER, SHIP_TO)


def plan(
    *lines: str,
    beg: str = BEG,
    parties: tuple[str, ...] = USUAL,
    wares: tuple[StockItem, ...] = WARES,
    **other: Any,
) -> PlannedPurchasing | Held | Filed:
    received, order = receive_set(parse_order, "850", beg, *parties, *(lines or (LINE,)), **other)
    return plan_purchase_order(received, order, stock(*wares, warehouses=[HOUSE, SHED, CLOSED]))


def write(*lines: str, **other: Any) -> NewPurchasing:
    planned = plan(*lines, **other)
    assert isinstance(planned, PlannedPurchasing), planned
    [made] = planned.functions
    assert isinstance(made, NewPurchasing)
    return made


def hold(*lines: str, **other: Any) -> dict[str, str]:
    held = plan(*lines, **other)
    assert isinstance(held, Held), held
    return name_needs(held.needs)


@pytest.mark.rule("850 order", 1)
def test_an_order_becomes_a_purchase_order_with_items_units_prices_and_warehouse() -> None:
    made = write("PO1*1*400*EA*0.5**VN*B-8", "PID*F****hex bolts", "PO1*2*3*CA*6**BP*NUT-M8")

    assert (made.definition, made.vendor_id, made.date, made.state) == (
        "Purchase Order",
        "V-10",
        date(2026, 3, 1),
        "Draft",
    )
    assert (made.number, made.reference, made.term) == (None, "P-100", "N30")
    assert made.message is not None
    assert made.message.endswith(" mlc-850-ABCDEFGHIJKL")
    first, second = made.lines
    assert (first.item_id, first.unit, first.warehouse_id, first.memo) == (
        "BOLT-M8",
        "Each",
        "W1",
        "hex bolts",
    )
    assert (first.quantity, first.price) == (Decimal(400), Decimal("0.5"))
    assert (second.item_id, second.unit, second.memo) == ("NUT-M8", "Case", "NUT-M8 by name")
    assert first.dimensions.location_id == "100"


@pytest.mark.rule("850 order", 3)
def test_the_number_goes_where_the_definition_wants_it() -> None:
    setting = replace(SETTING, definitions=(make_definition("Purchase Order", sequence=""),))

    made = write(setting=setting)

    assert (made.number, made.reference) == ("P-100", None)


@pytest.mark.rule("850 order", 4)
def test_a_release_is_an_order_known_by_both_its_numbers_and_a_frame_is_filed() -> None:
    frame = plan(beg="BEG*00*BK*P-100**20260301")

    assert write(beg="BEG*00*RL*P-100*7*20260301").reference == "P-100-7"
    assert isinstance(frame, Filed)
    assert frame.reason == "blanket order: a frame, its releases are the orders"


@pytest.mark.rule("850 order", 2)
def test_an_order_that_we_are_to_fill_is_filed() -> None:
    filed = plan(parties=("N1*BY*Other*92*1", "N1*SE*HALDEN WORKS*9*1"))

    assert isinstance(filed, Filed)
    assert filed.reason == "sales order: we are the seller"


@pytest.mark.rule("850 order", 1)
@pytest.mark.parametrize(
    ("parties", "key"),
    [
        ((SELLER, SHIP_TO), "buyer:Corvid Metals/none"),
        (("N1*BY*Other*92*77", SELLER, SHIP_TO), "buyer:Corvid Metals/92/77 Other"),
        ((BUYER, SHIP_TO), "vendor:Corvid Metals/none"),
    ],
)
def test_an_order_whose_buyer_or_seller_is_not_named_is_held(parties: tuple[str, ...], key: str) -> None:
    [reason] = [reason for name, reason in hold(parties=parties).items() if name == key]

    assert "(100.00 USD waits); " in reason


@pytest.mark.rule("850 order", 1)
def test_the_seller_may_be_named_by_our_number_for_him() -> None:
    assert write(parties=("REF*IA*V-10", BUYER, SHIP_TO)).vendor_id == "V-10"


@pytest.mark.rule("850 order", 5)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("PO1*1**EA*0.5**VN*B-8", "no quantity above nothing, or no price"),
        ("PO1*1*400*EA***VN*B-8", "no quantity above nothing, or no price"),
        ("PO1*1*0*EA*0.5**VN*B-8", "no quantity above nothing"),
        ("PO1*1*400.00001*EA*0.5**VN*B-8", "a quantity of more than 4 places"),
        ("PO1*1*400*EA*0.00000000001**VN*B-8", "a price of more than 10"),
        ("PO1*1*1000000000000000*EA*0.5**VN*B-8", "one of more than 15 digits"),
        ("PO1*1*1*EA*1000000000000000**VN*B-8", "one of more than 15 digits"),
        ("PO1*1*400*EA*-0.5**VN*B-8", "a price below nothing"),
        ("PO1*1*400*EA*0.5**VN*B-8~SDQ*EA*92*1*200*2*200", "goes to several places (SDQ)"),
    ],
)
def test_a_line_without_a_usable_quantity_or_price_is_held(line: str, said: str) -> None:
    assert said in hold(*line.split("~"))["order_line:P-100/1"]


@pytest.mark.rule("850 order", 5)
def test_a_price_for_a_hundred_is_divided() -> None:
    assert write("PO1*1*400*EA*50*HP*VN*B-8").lines[0].price == Decimal("0.5")


@pytest.mark.rule("850 order", 6, 7)
@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("PO1*1*400*EA*0.5**VN*X-1", "item:Corvid Metals/VN/X-1"),
        ("PO1*1*400*KG*0.5**VN*B-8", "unit:Corvid Metals/BOLT-M8/KG"),
        ("PO1*1*4*EA*1**BP*GAS", "item_details:GAS/P-100"),
    ],
)
def test_items_and_units_must_resolve_exactly(line: str, key: str) -> None:
    wares = (*WARES, make_item("GAS", tracked=("lot",)))

    assert list(hold(line, wares=wares)) == [key]


def test_a_line_says_all_that_is_missing_at_once() -> None:
    assert set(hold("PO1*1**EA***VN*X-1")) >= {"order_line:P-100/1", "item:Corvid Metals/VN/X-1"}


@pytest.mark.rule("850 order", 8)
@pytest.mark.parametrize(
    ("ship_to", "rules", "warehouse"),
    [
        ("N1*ST*Dock*92*W1", "", "W1"),
        ("N1*ST*Dock*9*0007", '[[warehouse]]\ncode = "9/0007"\nwarehouse = "W2"', "W2"),
        ("N1*ST*Dock*92*W1", '[[warehouse]]\ncode = "92/W1"\nwarehouse = "W2"', "W2"),
    ],
)
def test_goods_go_to_the_warehouse_of_the_ship_to_party(ship_to: str, rules: str, warehouse: str) -> None:
    made = write(parties=(BUYER, SELLER, ship_to), rules=WE + rules)

    assert made.lines[0].warehouse_id == warehouse


@pytest.mark.rule("850 order", 8)
@pytest.mark.parametrize(
    ("parties", "key"),
    [
        ((), "warehouse:Corvid Metals/none"),
        (("N1*ST*Dock*9*0007",), "warehouse:Corvid Metals/9/0007"),
        (("N1*ST*Dock*92*W9",), "warehouse:Corvid Metals/92/W9"),
        (("N1*ST*Dock",), "warehouse:Corvid Metals//"),
    ],
)
def test_goods_without_a_warehouse_are_held(parties: tuple[str, ...], key: str) -> None:
    assert list(hold(parties=(BUYER, SELLER, *parties))) == [key]


def test_an_order_that_names_no_ship_to_is_for_its_sender_to_mend() -> None:
    reason = hold(parties=(BUYER, SELLER))["warehouse:Corvid Metals/none"]

    assert "no ship-to party is named" in reason
    assert "ask Corvid Metals to name it, or reject the document" in reason


@pytest.mark.rule("850 order", 8)
def test_what_is_not_kept_in_stock_needs_no_warehouse() -> None:
    made = write("PO1*1*1*EA*9**BP*FREIGHT", parties=(BUYER, SELLER), location="300")

    assert (made.lines[0].warehouse_id, made.lines[0].dimensions.location_id) == (None, "300")


def test_a_line_may_go_to_a_place_of_its_own_and_its_coding_rule_gives_the_rest() -> None:
    rules = (
        '[[coding]]\nname = "bolts"\naccount = "5000"\ndepartment = "OPS"\nclass = "C"\nproject = "P"\n'
        'when = { item = "VN/B-*", ship_to = "92/W2", vendor = "V-10" }\n'
    )
    made = write(LINE, "N1*ST*Shed*92*W2", LINE, rules=WE + rules, location="300")

    own, usual = (line.dimensions for line in made.lines)
    assert made.lines[0].warehouse_id == "W2"
    assert (own.location_id, own.department_id, own.class_id, own.project_id) == ("300", "OPS", "C", "P")
    assert (usual.location_id, usual.department_id) == ("100", None)


@pytest.mark.parametrize(
    ("dates", "due"),
    [
        ((), date(2026, 3, 1)),
        (("DTM*010*20260320", "DTM*002*20260410", "DTM*002*20260405"), date(2026, 4, 5)),
        (("DTM*999*20260320",), date(2026, 3, 1)),
    ],
)
def test_an_order_is_due_when_the_goods_are_wanted(dates: tuple[str, ...], due: date) -> None:
    """850 order: dates."""
    assert write(parties=(*dates, *USUAL)).due_date == due


CHARGES: Final = (
    '[[charge]]\nname = "freight"\nsubtotal = "Freight"\nwhen = { code = "D240" }\n'
    '[[charge]]\nname = "fuel"\nitem = "FREIGHT"\nwhen = { code = "F050" }\n'
    '[[charge]]\nname = "off"\non = "allowance"\nsubtotal = "Freight"\n'
    '[[charge]]\nname = "tax"\non = "tax"\nsubtotal = "Freight"\n'
)


def provide(**changes: Any) -> Any:
    subtotal = DefinedSubtotal(
        definition="Purchase Order",
        description="Freight",
        is_discount=False,
        is_tax=False,
        is_apportioned=False,
        gl_account_no="",
    )
    return replace(SETTING, subtotals=(subtotal,), **changes)


@pytest.mark.rule("850 order", 10)
def test_charges_of_an_order_are_what_its_invoices_may_charge() -> None:
    parties = (
        "SAC*C*D240***500",
        "SAC*C*F050***300",
        "SAC*N*X***1",
        "SAC*A*C310",
        "TXI*ST*2",
        "TXI*ST",
        *USUAL,
    )

    made = write(LINE, "SAC*A*C310***100", parties=parties, rules=WE + CHARGES, setting=provide())

    assert list_charges(made) == ["Freight 6.00"]
    assert [(line.item_id, line.price) for line in made.lines[1:]] == [("FREIGHT", Decimal(3))]


@pytest.mark.rule("850 order", 10)
def test_a_charge_no_rule_covers_or_finer_than_a_cent_is_held() -> None:
    uncovered = hold(parties=("SAC*C*D240***500", *USUAL))
    fine = hold(parties=("TXI*ST*2.005", *USUAL), rules=WE + CHARGES, setting=provide())

    assert "what the charge D240 of 5 becomes on a Purchase Order" in uncovered["charge:Purchase Order/D240"]
    assert "tax comes to 2.005, finer than a cent" in fine["arithmetic:P-100/tax"]


@pytest.mark.rule("Before anything else", 3, 4, 8)
@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"beg": "BEG*99*SA*P-100**20260301"}, {"purpose:99/P-100"}),
        (
            {"beg": "BEG*00*SA*P-100-0123456789-0123456789**20260301"},
            {"length:BEG03/P-100-0123456789-0123456789"},
        ),
        ({"beg": "BEG*00*SA*P-100**"}, {"date:none/P-100"}),
        ({"receiver": "OTHER"}, {"partner:to/ZZ/OTHER"}),
        ({"parties": ("CUR*BY*CAD", *USUAL)}, {"currency:CAD/P-100"}),
        ({"vendor": make_vendor(currency="CAD")}, {"currency:CAD/P-100"}),
        ({"setting": replace(SETTING, definitions=())}, {"definition:Purchase Order"}),
    ],
)
def test_an_order_that_may_not_be_written_is_held(changes: dict[str, Any], keys: set[str]) -> None:
    found = hold(**changes)

    assert keys <= set(found)
    assert all("waits); " in found[key] for key in keys if not key.startswith("partner"))


@pytest.mark.rule("850 order", 5)
def test_an_order_without_lines_is_held() -> None:
    received, order = receive_set(parse_order, "850", BEG, *USUAL)

    held = plan_purchase_order(received, order, stock(*WARES))

    assert isinstance(held, Held)
    assert "lines:P-100" in name_needs(held.needs)


def test_what_the_reader_left_for_a_person_is_held() -> None:
    keys = hold("PO1*1*999999999999999*EA*999999**VN*B-8")

    assert any(key.startswith("finding:") for key in keys)


@pytest.mark.rule("Before anything else", 2)
def test_test_traffic_on_a_live_link_is_filed() -> None:
    filed = plan(usage="T")

    assert isinstance(filed, Filed)
    assert filed.reason == "test interchange (ISA15 T) on a live link"
    assert isinstance(plan(usage="T", setting=replace(SETTING, mode="test")), PlannedPurchasing)


@pytest.mark.rule("Before anything else", 12)
def test_an_order_is_more_than_a_draft_only_on_a_live_link_that_submits() -> None:
    """Draft or submit."""
    assert write(action="submit").state is None
    assert write(action="submit", setting=replace(SETTING, mode="test")).state == "Draft"


def test_an_order_is_worth_what_it_says_else_what_its_lines_come_to() -> None:
    _, said = receive_set(parse_order, "850", BEG, *USUAL, LINE, "CTT*1", "AMT*TT*205")
    _, silent = receive_set(parse_order, "850", BEG, *USUAL, LINE)

    assert (find_worth(said), find_worth(silent)) == (Decimal(205), Decimal(200))


def test_what_must_be_looked_up_is_told_beforehand() -> None:
    received, order = receive_set(parse_order, "850", BEG, *USUAL, LINE, rules=WE + CHARGES)

    assert ask_order_items(received.case, order) == {
        ("item_cross_reference", "V-10/B-8"),
        ("item", "FREIGHT"),
    }
    assert ask_warehouses(received.case, order.parties) == {"W1"}
