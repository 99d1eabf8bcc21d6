"""A company to try things on: Alder & Finch Manufacturing, invented, the same at every call. Nobody real is in it."""

from itertools import product
from typing import Any, Final

from mlc_sim.intacct.sample_accounts import build_accounts
from mlc_sim.intacct.sample_trade import SETTINGS, build_trade

COMPANY_ID: Final = "ALDERFINCH"
SENDER_ID: Final = "alderfinch_ws"
USER_ID: Final = "mlconnector"

_FIRST_WORDS: Final = (
    "Amberfield Barrowby Calderstone Dunmere Eskdale Farrowgate Glenhollow Hartsmere Ironvale Juniperhill"
    " Kestrelby Larkmoor Millbrace Netherby Oakhallow"
)
#: trade -> (vendor type, default expense account, terms)
_TRADES: Final = {
    "Steel Supply": ("Materials", "5000", "N30"),
    "Brass Works": ("Materials", "5010", "N30"),
    "Aluminium": ("Materials", "5020", "N45"),
    "Polymers": ("Materials", "5030", "N30"),
    "Timber": ("Materials", "5040", "N30"),
    "Fasteners": ("Components", "5060", "2/10 N30"),
    "Castings": ("Components", "5050", "N45"),
    "Coatings": ("Materials", "5070", "N30"),
    "Packaging": ("Packaging", "5080", "2/10 N30"),
    "Bearings": ("MRO", "5420", "N30"),
    "Electrical": ("MRO", "5430", "N30"),
    "Lubricants": ("MRO", "5440", "N15"),
    "Safety Products": ("MRO", "5450", "N30"),
    "Machine Tools": ("MRO", "5460", "N60"),
    "Freight Lines": ("Freight", "5200", "N15"),
    "Energy": ("Utilities", "5500", "N10"),
    "Facility Services": ("Services", "6120", "N30"),
    "Office Supply": ("Office", "6200", "EOM"),
    "Data Systems": ("IT", "6240", "N30"),
    "Advisors": ("Professional", "6320", "N30"),
}
_LEGAL_FORMS: Final = ("Inc", "LLC", "Co", "Corp")
_FROM_BILL: Final = "from invoice/bill date"


def build() -> dict[str, Any]:
    """The company with all its records, in the form the seed route takes."""
    return {
        "company": {
            "id": COMPANY_ID,
            "sender_id": SENDER_ID,
            "sender_password": "demo-sender-password",
            "users": [{"user_id": USER_ID, "password": "demo-user-password"}],
            "entities": ["E100", "E200"],
            "base_currency": "USD",
            "settings": SETTINGS,
        },
        "objects": {
            "LOCATION": _build_locations(),
            "DEPARTMENT": _build_departments(),
            "CLASS": _build_classes(),
            "PROJECT": _build_projects(),
            "SUPDOCFOLDER": [{"NAME": "EDI", "DESCRIPTION": "What partners sent"}],
            "APTERM": _build_terms(),
            "GLACCOUNT": build_accounts(),
            "VENDOR": _build_vendors(),
            **build_trade(),
        },
    }


def _build_locations() -> list[dict[str, str]]:
    rows = (
        ("E100", "Alder & Finch Ohio", ""),
        ("110", "Akron Plant", "E100"),
        ("120", "Dayton Foundry", "E100"),
        ("130", "Columbus Warehouse", "E100"),
        ("140", "Toledo Sales Office", "E100"),
        ("E200", "Alder & Finch Nevada", ""),
        ("210", "Reno Plant", "E200"),
        ("220", "Sparks Warehouse", "E200"),
        ("230", "Henderson Finishing", "E200"),
        ("240", "Las Vegas Showroom", "E200"),
    )
    return [
        {"LOCATIONID": key, "NAME": name, "PARENTID": parent, "CURRENCY": "USD"} for key, name, parent in rows
    ]


def _build_departments() -> list[dict[str, str]]:
    rows = (
        ("100", "Production", ""),
        ("110", "Machining", "100"),
        ("120", "Assembly", "100"),
        ("130", "Finishing", "100"),
        ("140", "Maintenance", "100"),
        ("150", "Quality", "100"),
        ("200", "Supply Chain", ""),
        ("210", "Purchasing", "200"),
        ("220", "Warehouse and Shipping", "200"),
        ("300", "Engineering", ""),
        ("400", "Sales", ""),
        ("410", "Marketing", "400"),
        ("500", "Finance", ""),
        ("600", "Information Technology", ""),
        ("700", "Human Resources", ""),
    )
    return [{"DEPARTMENTID": key, "TITLE": title, "PARENTID": parent} for key, title, parent in rows]


def _build_classes() -> list[dict[str, str]]:
    names = (
        "Cabinet Hardware",
        "Door Hardware",
        "Hinges and Slides",
        "Architectural Fittings",
        "Marine Fittings",
        "Contract Manufacturing",
        "Spare Parts",
        "Private Label",
        "Samples",
        "Discontinued",
    )
    return [
        {
            "CLASSID": f"C{number:02d}",
            "NAME": name,
            "STATUS": "inactive" if name == "Discontinued" else "active",
        }
        for number, name in enumerate(names, 1)
    ]


def _build_projects() -> list[dict[str, str]]:
    names = (
        "Akron Press Line",
        "Dayton Furnace Reline",
        "Reno Roof",
        "Columbus Racking",
        "Powder Coating Cell",
        "Hinge Redesign",
        "Soft-Close Slide",
        "Marine Latch",
        "Robot Welding Trial",
        "ERP Roll-Out",
        "Warehouse Scanners",
        "Network Renewal",
        "Spring Trade Show",
        "Catalogue Relaunch",
        "Supplier Quality Audit",
        "Energy Saving",
        "Water Recycling",
        "Fleet Renewal",
        "Old Plant Closure",
        "Brass Alloy Study",
    )
    return [
        {
            "PROJECTID": f"P-{number:03d}",
            "NAME": name,
            "PROJECTCATEGORY": "Internal",
            "PROJECTSTATUS": "Closed" if number % 6 == 0 else "In Progress",
            "STATUS": "inactive" if number % 6 == 0 else "active",
            "BEGINDATE": f"2030-{number % 12 + 1:02d}-01",
        }
        for number, name in enumerate(names, 1)
    ]


def _build_terms() -> list[dict[str, str]]:
    net = [
        {"NAME": f"N{days}", "DESCRIPTION": f"Net {days} days", "DUEDATE": f"{days}", "DUEFROM": _FROM_BILL}
        for days in (10, 15, 30, 45, 60)
    ]
    discount = {"DISCDATE": "10", "DISCFROM": _FROM_BILL, "DISCAMOUNT": "2", "DISCPERCAMN": "%"}
    return [
        *net,
        {
            "NAME": "2/10 N30",
            "DESCRIPTION": "2% 10, net 30",
            "DUEDATE": "30",
            "DUEFROM": _FROM_BILL,
            **discount,
        },
        {
            "NAME": "EOM",
            "DESCRIPTION": "End of month",
            "DUEDATE": "31",
            "DUEFROM": "of the month of invoice/bill date",
        },
    ]


def _build_vendors() -> list[dict[str, object]]:
    """Fifteen vendors in each of twenty trades, and one whose name is nearly another's."""
    names = [(first, trade) for trade, first in product(_TRADES, _FIRST_WORDS.split())]
    vendors = [_build_vendor(number, first, trade) for number, (first, trade) in enumerate(names)]
    twin = _build_vendor(len(names), "Amberfield", "Fasteners")
    return [*vendors, {**twin, "NAME": "Amberfield Fastener Inc", "PAYTO.CONTACTNAME": ""}]


def _build_vendor(number: int, first: str, trade: str) -> dict[str, object]:
    kind, account, terms = _TRADES[trade]
    name = f"{first} {trade} {_LEGAL_FORMS[number % len(_LEGAL_FORMS)]}"
    key = f"V-{1000 + number}"
    return {
        "VENDORID": key,
        "NAME": name,
        "VENDTYPE": kind,
        "TERMNAME": terms,
        "CURRENCY": "USD",
        "APACCOUNT": account,
        "EDI_ID": f"ZZ{key}" if number % 2 == 0 else "",
        "OFFSETGLACCOUNTNO": "2000",
        # No tax id issued begins with 00.
        "TAXID": f"00{1000000 + number * 2711}" if number % 3 else "",
        "VENDORACCOUNTNO": f"AF-{20000 + number * 7}" if number % 4 == 0 else "",
        "STATUS": "inactive" if number % 47 == 13 else "active",
        "ONHOLD": number % 61 == 7,
        "DISPLAYCONTACT.PRINTAS": name,
        "DISPLAYCONTACT.EMAIL1": f"ar@{first.lower()}.example",
        "PAYTO.CONTACTNAME": f"{name} Remittance" if number % 5 == 0 else "",
    }
