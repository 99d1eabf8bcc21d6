"""Taxes that are claimed back: entries of a line, each under a tax detail.

Documented: DETAILID and TRX_TAX, that TRX_AMOUNT is without them (unless INCLUSIVETAX), TOTALTRXAMOUNT with them, and
that a tax that is not given is worked out by the rate. Inferred: that the totals of a document hold its taxes, that each
entry is rounded by itself, and the texts. INCLUSIVETAX is not simulated.
"""

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from lxml import etree

from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.posting import check_amount, missing
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import read_amount

FIELD: Final = "TAXENTRIES"  #: of a line; kept as JSON, a list of entries
_CENT: Final = Decimal("0.01")
_OLDER: Final = {"detailid": "DETAILID", "trx_tax": "TRX_TAX"}


def read_taxes(line: etree._Element) -> dict[str, str]:
    """The entries of a line, of generic or older functions, as one field; no field where there are none."""
    owned = next((child for child in line if str(child.tag).upper() == FIELD), None)
    if owned is None:
        return {}
    entries = [
        {_OLDER.get(str(each.tag), str(each.tag)): each.text or "" for each in entry} for entry in owned
    ]
    return {FIELD: json.dumps(entries)} if entries else {}


def check_taxes(header: Fields, line: Fields, books: Books) -> list[Problem]:
    """Why a line's entries cannot be kept."""
    problems: list[Problem] = []
    for entry in _list_entries(line):
        name = entry.get("DETAILID", "")
        problems += books.check("TAXDETAIL", "Tax Detail", name) if name else [missing("DETAILID")]
        problems += check_amount(entry["TRX_TAX"], "TRX_TAX") if entry.get("TRX_TAX") else []
        detail = books.find("TAXDETAIL", name) or {}
        if detail and detail.get("TAXTYPE") == "Sale":
            problems.append(refuse(f"Tax Detail '{name}' is not one of purchases."))
        solution = header.get("TAXSOLUTIONID", "")
        if detail and solution and detail.get("TAXSOLUTIONID") != solution:
            problems.append(refuse(f"Tax Detail '{name}' does not belong to '{solution}'."))
    return problems


def check_solution(header: Fields, books: Books) -> list[Problem]:
    """Why a document cannot name its tax solution."""
    named = header.get("TAXSOLUTIONID", "")
    return books.check("TAXSOLUTION", "Tax Solution", named) if named else []


def add_taxes(line: Fields, books: Books) -> Decimal:
    """A checked line's amount with its taxes."""
    taxes = (_find_tax(entry, line, books) for entry in _list_entries(line))
    return sum(taxes, read_amount(line["TRX_AMOUNT"]))


def keep_taxes(line: Fields, books: Books) -> dict[str, str]:
    """What is kept of a checked line's taxes; nothing where it has none."""
    entries = [
        {"DETAILID": entry["DETAILID"], "TRX_TAX": str(_find_tax(entry, line, books))}
        for entry in _list_entries(line)
    ]
    if not entries:
        return {}
    return {FIELD: json.dumps(entries), "TOTALTRXAMOUNT": str(add_taxes(line, books))}


def _list_entries(line: Fields) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads(line.get(FIELD) or "[]")
    return entries


def _find_tax(entry: Mapping[str, str], line: Fields, books: Books) -> Decimal:
    if entry.get("TRX_TAX"):
        return read_amount(entry["TRX_TAX"])
    rate = Decimal((books.find("TAXDETAIL", entry["DETAILID"]) or {}).get("VALUE") or 0)
    return (read_amount(line["TRX_AMOUNT"]) * rate / 100).quantize(_CENT, ROUND_HALF_UP)
