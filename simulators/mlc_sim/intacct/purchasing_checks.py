"""What a purchasing document is checked for before it is kept, and what a line of it costs.

Documented: every line needs an item, its unit must be one of the item's to the letter, inventory items need a
warehouse, definitions may be for conversion or for entities only. Seen on a live tenant: the number of the
missing unit. Inferred: texts, and that a unit group lists its UNITS.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from mlc_sim.intacct.dimensions import Books, refuse, report_missing
from mlc_sim.intacct.posting import (
    Form,
    at_line,
    check_currency,
    check_dimensions,
    check_location,
    missing,
)
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields

HEADER: Final = Form(
    known="DOCPARID WHENCREATED WHENPOSTED CREATEDFROM CUSTVENDID DOCNO PONUMBER VENDORDOCNO TERMNAME WHENDUE MESSAGE"
    " RETURNTO.CONTACTNAME PAYTO.CONTACTNAME SUPDOCID STATE BASECURR CURRENCY EXCH_RATE_DATE"
    " EXCH_RATE_TYPE_ID EXCHANGE_RATE DOCID",
    dates=("WHENCREATED", "WHENPOSTED", "WHENDUE", "EXCH_RATE_DATE"),
    choices={"STATE": ("Draft", "Pending", "Closed")},
)
_CENT: Final = Decimal("0.01")
_TOO_LARGE: Final = Decimal(10) ** 12  # 16 digits, 4 of them decimals (published size of a quantity)


def check_header(header: Fields, books: Books, settings: Settings) -> list[Problem]:
    """All that is wrong with a header, its definition included."""
    definition = books.find("PODOCUMENTPARAMS", header["DOCPARID"]) or {}
    problems = HEADER.check(header, settings) + check_currency(header, books)
    problems += books.check("PODOCUMENTPARAMS", "Transaction Definition", header["DOCPARID"])
    problems += books.check("VENDOR", "Vendor", header["CUSTVENDID"])
    if header.get("TERMNAME"):
        problems += books.check("APTERM", "Term", header["TERMNAME"])
    if header.get("SUPDOCID"):
        problems += books.check("SUPDOC", "Attachment", header["SUPDOCID"])
    rule = definition.get("TD_CREATION_RULE", "")
    if rule == "Entity only" and books.company.entities and not books.entity:
        problems.append(refuse(f"{header['DOCPARID']} can be created in an entity only."))
    if rule == "Top level only" and books.entity:
        problems.append(refuse(f"{header['DOCPARID']} can be created at the top level only."))
    if definition.get("CREATETYPE") == "Convert only" and not header.get("CREATEDFROM"):
        problems.append(refuse(f"{header['DOCPARID']} can be created by conversion only."))
    return problems


def check_item(position: int, line: Fields, books: Books) -> list[Problem]:
    """All that is wrong with a line."""
    item = books.find("ITEM", line.get("ITEMID", "")) or {}
    problems = books.check("ITEM", "Item", line.get("ITEMID", ""))
    problems += _check_number(line, "QUANTITY") + _check_number(line, "PRICE")
    if item and line.get("UNIT") not in {None, "", *list_units(item, books)}:
        problems.append(report_missing("Missing unit"))
    if item.get("ITEMTYPE") == "Inventory" and not line.get("WAREHOUSEID"):
        problems.append(missing("WAREHOUSEID"))
    rest = {name: value for name, value in line.items() if name != "ITEMID"}
    problems += check_dimensions(rest, books)
    problems += check_location(line.get("LOCATIONID", ""), books)
    return [at_line(position, problem) for problem in problems]


def list_units(item: Fields, books: Books) -> tuple[str, ...]:
    """The units an item may be bought in."""
    group = books.find("UOMGRP", item.get("UOMGRP", "")) or {}
    return (item.get("BASEUOM", ""), *group.get("UNITS", "").split("#~#"))


def price_line(line: Fields, books: Books) -> dict[str, str]:
    """A line that was checked, with what the system adds: its price, its total in cents, what is left to convert."""
    item = books.find("ITEM", line["ITEMID"]) or {}
    price = line.get("PRICE") or item.get("STANDARD_COST") or "0"
    converted = Decimal(line.get("QTY_CONVERTED") or "0")
    return {
        "ITEMDESC": item.get("NAME", ""),
        "UNIT": item.get("BASEUOM", ""),
        **{name: value for name, value in line.items() if value},
        "PRICE": price,
        "TOTAL": str((Decimal(line["QUANTITY"]) * Decimal(price)).quantize(_CENT, ROUND_HALF_UP)),
        "QTY_CONVERTED": str(converted),
        "QTY_REMAINING": str(Decimal(line["QUANTITY"]) - converted),
    }


def _check_number(line: Fields, name: str) -> list[Problem]:
    text = line.get(name, "")
    if not text:
        return [missing(name)] if name == "QUANTITY" else []
    try:
        number = Decimal(text)
    except InvalidOperation:
        return [report_missing(f"Illegal format for {name}: '{text}' is no number.")]
    if not number.is_finite() or abs(number) >= _TOO_LARGE:
        return [report_missing(f"Illegal format for {name}: '{text}' is too large.")]
    return [refuse(f"Quantity '{text}' must be above zero.")] if name == "QUANTITY" and number <= 0 else []
