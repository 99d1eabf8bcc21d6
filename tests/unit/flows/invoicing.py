"""A company that matches its invoices with orders, and what people write in Intacct meanwhile."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from tests.unit.flows.ordering import PURCHASING, TRADE, list_orders, make_definition, open_trade
from tests.unit.flows.scene import BOOKS, Scene

from ml_connector.intacct import DefinedSubtotal, NewPurchasing, NewPurchasingLine

MATCHING: Final = PURCHASING.replace('target = "ap_bill"', 'target = "vendor_invoice"')
PO: Final = "Purchase Order-PO0001"
FREIGHT: Final = """
[[charge]]
name = "freight"
subtotal = "Freight"
when = { code = "D240" }
cap = "5.00"
"""


def open_matching(scene: Scene, *, rules: str = MATCHING, multi_source: bool | None = True) -> Scene:
    """The scene, where invoices are compared with their orders."""
    open_trade(scene, rules=rules)
    invoice = replace(make_definition(3, "Vendor Invoice", "VI"), posts_to="A")
    scene.finance.books = replace(BOOKS, others=(*TRADE, invoice))
    scene.finance.setup.subtotals = (
        DefinedSubtotal(
            definition="Vendor Invoice",
            description="Freight",
            is_discount=False,
            is_tax=False,
            is_apportioned=False,
            gl_account_no="6000",
        ),
    )
    scene.multi_source = multi_source
    return scene


def buy(scene: Scene, quantity: str = "40", price: str = "0.5", **header: object) -> str:
    """A person orders bolts of V1; the order's id."""
    line = NewPurchasingLine(
        item_id="BOLT-8", quantity=Decimal(quantity), price=Decimal(price), warehouse_id="W1"
    )
    return _write(scene, "Purchase Order", line, **header)


def receive_goods(scene: Scene, quantity: str, order_id: str = PO) -> str:
    """A person posts what has come of an order; the receiver's id."""
    source = scene.finance.purchasing.kept[order_id].lines[0]
    line = NewPurchasingLine(
        item_id="BOLT-8", quantity=Decimal(quantity), warehouse_id="W1", source_line=source.record_no
    )
    return _write(scene, "PO Receiver", line, created_from=order_id)


def book_invoice(scene: Scene, receiver_id: str, number: str, quantity: str, price: str = "0.5") -> str:
    """A person books an invoice of what was received; the vendor invoice's id."""
    source = scene.finance.purchasing.kept[receiver_id].lines[0]
    line = NewPurchasingLine(
        item_id="BOLT-8",
        quantity=Decimal(quantity),
        price=Decimal(price),
        warehouse_id="W1",
        source_line=source.record_no,
    )
    return _write(scene, "Vendor Invoice", line, created_from=receiver_id, vendor_number=number)


def _write(scene: Scene, definition: str, line: NewPurchasingLine, **header: object) -> str:
    usual = {"vendor_id": "V1", "date": date(2031, 3, 10), "due_date": date(2031, 4, 9)}
    new = NewPurchasing(definition=definition, lines=(line,), **(usual | header))  # type: ignore[arg-type]
    assert scene.finance.purchasing.find_problems(new) == []
    return scene.finance.purchasing.create(new, "E1")


def bill_order(
    number: str,
    *lines: str,
    order: str = "PO0001",
    freight: str = "0",
    on: str = "20310310",
) -> tuple[str, ...]:
    """The segments of an 810 for an order; lines as `40 0.5`, with REF*PO where they name an order of their own."""
    items: list[str] = []
    total = Decimal(freight)
    for count, line in enumerate(lines or ("40 0.5",), 1):
        quantity, price, *own = line.split()
        total += Decimal(quantity) * Decimal(price)
        items += [f"IT1*{count}*{quantity}*EA*{price}**BP*BOLT-8", *(f"REF*PO*{each}" for each in own)]
    charge = [f"SAC*C*D240***{int(Decimal(freight) * 100)}*******06"] if Decimal(freight) else []
    cents = int((total * 100).to_integral_value())
    return (
        f"BIG*{on}*{number}**{order}".rstrip("*"),
        "N1*VN*Somebody*92*77",
        *items,
        f"TDS*{cents}",
        *charge,
        f"CTT*{len(lines or ('',))}",
    )


def list_invoices(scene: Scene) -> dict[str, tuple[str, str, Decimal]]:
    """The vendor invoices in Intacct by id: the vendor's number, the state and the total."""
    found = {id_: scene.finance.purchasing.kept[id_].document for id_ in list_orders(scene)}
    return {
        id_: (each.vendor_number, each.state, each.total or Decimal(0))
        for id_, each in found.items()
        if each.definition == "Vendor Invoice"
    }
