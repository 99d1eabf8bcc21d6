"""What purchasing, journals and payments need in the small company, and the words to write them."""

from collections.abc import Mapping
from typing import Any, Final

from tests.contract.simulators.intacct.driver import Gateway, Result, function, seed

SUBTOTALS: Final = [
    {"DESCRIPTION": "Freight", "DISC_CHARGE": "Charge", "GLACCOUNT": "6000"},
    {"DESCRIPTION": "Allowance", "DISC_CHARGE": "Discount", "GLACCOUNT": "6000", "APPORTIONED": False},
]
TRADE: Final[Mapping[str, Any]] = {
    "ITEM": [
        {
            "ITEMID": "BOLT",
            "NAME": "Bolt M8",
            "ITEMTYPE": "Non-Inventory",
            "BASEUOM": "Each",
            "UOMGRP": "Count",
            "EXPENSEACCOUNT": "6000",
        },
        {"ITEMID": "COIL", "NAME": "Steel coil", "ITEMTYPE": "Inventory", "BASEUOM": "Pound"},
    ],
    "UOM": [
        {
            "NAME": "Count",
            "UOMDETAILS": [
                {"UNIT": "Each", "CONVFACTOR": "1", "ISBASE": True},
                {"UNIT": "Case", "CONVFACTOR": "12"},
            ],
        }
    ],
    "WAREHOUSE": [{"WAREHOUSEID": "W1", "NAME": "East Hall"}],
    "GLJOURNAL": [{"SYMBOL": "GJ", "TITLE": "General Journal"}],
    "CHECKINGACCOUNT": [{"BANKACCOUNTID": "BANK", "BANKNAME": "First Bank"}],
    "PODOCUMENTPARAMS": [
        {
            "DOCID": "Purchase Order",
            "SEQUENCE": "PO",
            "CONVTYPE": "Leave Transaction Open",
            "SUBTOTALS": SUBTOTALS,
        },
        {"DOCID": "Call Off", "SEQUENCE": "CO", "CONVTYPE": "Close Original and Create Back Order"},
        {"DOCID": "Spot Order", "SEQUENCE": "SO"},
        {"DOCID": "By Hand"},
        {"DOCID": "PO Receiver", "SEQUENCE": "PR", "RECALLS": "Purchase Order#~#Call Off#~#Spot Order"},
        {
            "DOCID": "Vendor Invoice",
            "SEQUENCE": "VI",
            "RECALLS": "PO Receiver",
            "UPDATES_GL": "A",
            "SUBTOTALS": SUBTOTALS,
        },
        {"DOCID": "Return", "SEQUENCE": "RT", "CREATETYPE": "Convert only"},
        {"DOCID": "Plant Order", "SEQUENCE": "PL", "TD_CREATION_RULE": "Entity only"},
    ],
}


def plant_trade(gateway: Gateway) -> None:
    gateway.admin("POST", "/seed", make_trade_seed())


def make_trade_seed() -> dict[str, Any]:
    """The small company with all of this."""
    made = seed()
    made["objects"] |= TRADE
    return made


def elements(values: Mapping[str, str | None]) -> str:
    """Children in the order of the mapping; None leaves one out."""
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value is not None)


def day(text: str) -> str:
    year, month, number = text.split("-")
    return f"<year>{year}</year><month>{month}</month><day>{number}</day>"


def item(quantity: str, **more: str | None) -> str:
    usual = {"itemid": "BOLT", "warehouseid": None, "quantity": quantity, "unit": "Each", "price": "0.333"}
    order = ("itemid", "warehouseid", "quantity", "unit", "price", "sourcelinekey", "locationid", "memo")
    last = ("sourcedocid", "sourcedoclineid")
    given: dict[str, str | None] = {**usual, "locationid": "10", **more}
    return f"<potransitem>{elements({name: given.get(name) for name in (*order, *last)})}</potransitem>"


def purchase(definition: str, *items: str, **more: str | None) -> str:
    contact = "<contactname></contactname>"
    usual: dict[str, str | None] = {
        "transactiontype": definition,
        "datecreated": day("2030-01-31"),
        "createdfrom": None,
        "vendorid": "V1",
        "documentno": None,
        "vendordocno": None,
        "datedue": day("2030-03-02"),
        "returnto": contact,
        "payto": contact,
        "state": None,
        "potransitems": "".join(items),
        "subtotals": None,
    }
    return f"<create_potransaction>{elements({**usual, **more})}</create_potransaction>"


def ask_key(gateway: Gateway, body: str, control_id: str = "f-1") -> str:
    """The key a function answers; it must succeed."""
    result = gateway.ask(function(body, control_id)).result
    assert result.status == "success", result.errors
    return result.element.findtext("key") or ""


def ask_errors(gateway: Gateway, body: str) -> list[str]:
    """The texts of a refusal; it must fail."""
    result: Result = gateway.ask(function(body)).result
    assert result.status == "failure"
    return [text for _, text in result.errors]


def read_rows(gateway: Gateway, object_name: str, fields: str, order: str = "RECORDNO") -> list[list[str]]:
    """All rows of an object, at the top level."""
    select = "".join(f"<field>{name}</field>" for name in fields.split())
    result = gateway.ask(
        f"<query><object>{object_name}</object><select>{select}</select>"
        f"<orderby><order><field>{order}</field></order></orderby></query>"
    ).result
    assert result.status == "success", result.errors
    return [[each.text or "" for each in record] for record in result.data]
