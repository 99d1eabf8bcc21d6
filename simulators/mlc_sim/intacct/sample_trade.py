"""What the sample company needs to buy by order: items with units, warehouses, banks, journals, definitions.

Its own fields and its own dimension stand here too. No tax solution and no account labels: it uses neither.
"""

from typing import Any, Final

#: item -> (name, item type, unit group, base unit, standard cost, expense account)
_ITEMS: Final = {
    "BOLT-M8-40": ("Hex bolt M8 x 40", "Non-Inventory (Purchase only)", "Count", "Each", "0.296", "5060"),
    "NUT-M8": ("Hex nut M8", "Non-Inventory (Purchase only)", "Count", "Each", "0.071", "5060"),
    "STRIP-40": ("Steel strip 40 mm", "Inventory", "Weight", "Pound", "1.12", "5000"),
    "ROD-12": ("Brass rod 12 mm", "Inventory", "Weight", "Pound", "4.85", "5010"),
    "CARTON-L": ("Folding carton, large", "Non-Inventory (Purchase only)", "Count", "Each", "0.88", "5080"),
    "FREIGHT": ("Freight", "Non-Inventory (Purchase only)", "Count", "Each", "", "5200"),
}
#: unit group -> unit -> (abbreviation, base units)
_UNITS: Final = {
    "Count": {"Each": ("ea", "1"), "Dozen": ("dz", "12"), "Case": ("cs", "144")},
    "Weight": {"Pound": ("lb", "1"), "Hundredweight": ("cwt", "100"), "Ton": ("tn", "2000")},
}
_SUBTOTALS: Final = [
    {"DESCRIPTION": "Freight", "DISC_CHARGE": "Charge", "GLACCOUNT": "5200"},
    {"DESCRIPTION": "Allowance", "DISC_CHARGE": "Discount", "GLACCOUNT": "5240"},
]
SETTINGS: Final[dict[str, Any]] = {
    "custom_fields": {"VENDOR": {"EDI_ID": "text"}, "APBILL": {"EDI_DOCUMENT": "text"}},
    "user_dimensions": ["REGION"],
}


def build_trade() -> dict[str, list[dict[str, Any]]]:
    """Records by object, in the form the seed route takes."""
    return {
        "UOM": [_build_units(name) for name in _UNITS],
        "ITEM": [_build_item(key) for key in _ITEMS],
        "ITEMCROSSREF": [
            {"ITEMALIASID": "AB-40", "ITEMID": "BOLT-M8-40", "REFTYPE": "Customer", "CUSTOMERID": "C-100"},
            {"ITEMALIASID": "HB-M8-40", "ITEMID": "BOLT-M8-40", "REFTYPE": "Vendor", "VENDORID": "V-1075"},
        ],
        "WAREHOUSE": [
            {"WAREHOUSEID": "W-COL", "NAME": "Columbus Warehouse", "LOCATIONID": "130"},
            {"WAREHOUSEID": "W-SPK", "NAME": "Sparks Warehouse", "LOCATIONID": "220"},
        ],
        "CHECKINGACCOUNT": [
            {"BANKACCOUNTID": "OPER", "BANKNAME": "First Bank of Akron", "GLACCOUNTNO": "1000"}
        ],
        "CREDITCARD": [{"CARDID": "PCARD", "DESCRIPTION": "Purchasing card", "CARDTYPE": "Visa"}],
        "GLJOURNAL": [
            {"SYMBOL": "GJ", "TITLE": "General Journal"},
            {"SYMBOL": "APJ", "TITLE": "Accounts Payable Journal"},
        ],
        "PODOCUMENTPARAMS": _build_definitions(),
        "REGION": [{"name": name} for name in ("North", "South", "West")],
    }


def _build_units(name: str) -> dict[str, Any]:
    details = [
        {"UNIT": unit, "ABBREVIATION": short, "CONVFACTOR": factor, "ISBASE": factor == "1"}
        for unit, (short, factor) in _UNITS[name].items()
    ]
    return {"NAME": name, "UOMDETAILS": details}


def _build_item(key: str) -> dict[str, str]:
    name, kind, group, unit, cost, account = _ITEMS[key]
    units = {"UOMGRP": group, "BASEUOM": unit}
    return {
        "ITEMID": key,
        "NAME": name,
        "ITEMTYPE": kind,
        "STANDARD_COST": cost,
        "EXPENSEACCOUNT": account,
        **units,
    }


def _build_definitions() -> list[dict[str, Any]]:
    order = {"DOCCLASS": "Order", "CATEGORY": "Order", "CONVTYPE": "Leave Transaction Open"}
    receiver = {"DOCCLASS": "Order", "CATEGORY": "Shipping", "CONVTYPE": "Leave Transaction Open"}
    invoice = {"DOCCLASS": "Invoice", "CATEGORY": "Invoice", "UPDATES_GL": "A"}
    usual = {"CREATETYPE": "New document or Convert", "TD_CREATION_RULE": "Top level or Entity"}
    return [
        {"DOCID": "Purchase Order", "SEQUENCE": "PO", **usual, **order, "SUBTOTALS": _SUBTOTALS},
        {"DOCID": "PO Receiver", "SEQUENCE": "PR", **usual, **receiver, "RECALLS": "Purchase Order"},
        {
            "DOCID": "Vendor Invoice",
            "SEQUENCE": "VI",
            **usual,
            **invoice,
            "RECALLS": "PO Receiver#~#Purchase Order",
            "SUBTOTALS": _SUBTOTALS,
        },
    ]
