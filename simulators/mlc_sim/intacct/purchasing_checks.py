"""What a purchasing document is checked for before it is kept, and what a line of it costs.

Documented: every line needs an item, its unit must be one of the item's to the letter, inventory items need a
warehouse, definitions may be for conversion or for entities only. Seen on a live tenant: the number of the
missing unit. Inferred: texts, that a price that is not sent is the standard cost of as many base units, and that pieces tracked by
serial number, lot, bin or expiration must be told on every line.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from mlc_sim.intacct.currencies import check_currency
from mlc_sim.intacct.dimensions import Books, refuse, report_missing
from mlc_sim.intacct.ledger import find_lines
from mlc_sim.intacct.posting import (
    Form,
    at_line,
    check_dimensions,
    check_location,
    missing,
)
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields

HEADER: Final = Form(
    object_name="PODOCUMENT",
    known="DOCPARID WHENCREATED WHENPOSTED CREATEDFROM CUSTVENDID DOCNO PONUMBER VENDORDOCNO TERMNAME WHENDUE MESSAGE"
    " RETURNTO.CONTACTNAME PAYTO.CONTACTNAME SUPDOCID STATE BASECURR CURRENCY EXCH_RATE_DATE"
    " EXCH_RATE_TYPE_ID EXCHANGE_RATE DOCID",
    dates=("WHENCREATED", "WHENPOSTED", "WHENDUE", "EXCH_RATE_DATE"),
    choices={"STATE": ("Draft", "Pending", "Closed")},
)
_LINE: Final = Form(
    object_name="PODOCUMENTENTRY",
    known="ITEMID ITEMDESC WAREHOUSEID QUANTITY UNIT PRICE SOURCE_DOCID SOURCE_DOCLINEKEY ITEMDETAILS MEMO LOCATIONID"
    " DEPARTMENTID PROJECTID CUSTOMERID VENDORID EMPLOYEEID CLASSID CONTRACTID",
)
_TRACKED: Final = {
    "ENABLE_SERIALNO": "serial number",
    "ENABLE_LOT_CATEGORY": "lot",
    "ENABLE_BINS": "bin",
    "ENABLE_EXPIRATION": "expiration",
}
_CENT: Final = Decimal("0.01")
_TOO_LARGE: Final = Decimal(10) ** 12  # 16 digits, 4 of them decimals (published size of a quantity)


def check_header(header: Fields, books: Books, settings: Settings) -> list[Problem]:
    """All that is wrong with a header, its definition included."""
    definition = books.find("PODOCUMENTPARAMS", header["DOCPARID"]) or {}
    problems = HEADER.check(header, settings) + check_currency(header, books, settings)
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


def check_item(position: int, line: Fields, books: Books, settings: Settings) -> list[Problem]:
    """All that is wrong with a line."""
    item = books.find("ITEM", line.get("ITEMID", "")) or {}
    problems = _LINE.check(line, settings) + books.check("ITEM", "Item", line.get("ITEMID", ""))
    problems += _check_number(line, "QUANTITY") + _check_number(line, "PRICE")
    if item and line.get("UNIT") not in {None, "", *list_units(item, books)}:
        problems.append(report_missing("Missing unit"))
    tracked = [kind for name, kind in _TRACKED.items() if item.get(name) == "true"]
    if tracked and not line.get("ITEMDETAILS"):
        problems.append(report_missing(f"Missing {', '.join(tracked)} details for Item '{line['ITEMID']}'"))
    if item.get("ITEMTYPE") == "Inventory" and not line.get("WAREHOUSEID"):
        problems.append(missing("WAREHOUSEID"))
    rest = {name: value for name, value in line.items() if name != "ITEMID"}
    problems += check_dimensions(rest, books)
    problems += check_location(line.get("LOCATIONID", ""), books)
    return [at_line(position, problem) for problem in problems]


def restore_line(kept: Fields, settings: Settings) -> dict[str, str]:
    """What was sent of a line that is kept."""
    return _LINE.restore(kept, settings)


def keep_line(line: Fields, books: Books, settings: Settings) -> dict[str, str]:
    """A line that was checked as it is kept; see price_line."""
    return price_line(_LINE.keep_dates(line, settings), books)


def list_units(item: Fields, books: Books) -> dict[str, Decimal]:
    """The units an item may be bought in, each with how many base units it is."""
    group = books.find("UOM", item.get("UOMGRP", "")) or {}
    lines = find_lines(books, "UOMDETAIL", int(group["RECORDNO"])) if group else []
    units = {line.fields["UNIT"]: Decimal(line.fields.get("CONVFACTOR") or "1") for line in lines}
    return {item.get("BASEUOM", ""): Decimal(1)} | units


def count_in_unit(quantity: Decimal, unit: str, wanted: str, item: Fields, books: Books) -> Decimal:
    """A quantity of one of the item's units in another of them."""
    units = list_units(item, books)
    return quantity * units.get(unit, Decimal(1)) / units.get(wanted, Decimal(1))


def price_line(line: Fields, books: Books) -> dict[str, str]:
    """A line that was checked, with what the system adds: its price, its total in cents, what is left to convert."""
    item = books.find("ITEM", line["ITEMID"]) or {}
    unit = line.get("UNIT") or item.get("BASEUOM", "")
    factor = list_units(item, books).get(unit, Decimal(1))
    price = line.get("PRICE") or str(Decimal(item.get("STANDARD_COST") or "0") * factor)
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
