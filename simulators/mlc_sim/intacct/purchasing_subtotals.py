"""Charges, allowances and taxes of a purchasing document: subtotals that its definition provides for.

Documented: a definition lists its subtotals, each a charge or a discount with its account; a document names them by
description. Inferred: that a discount lowers the total whatever its sign, and the texts.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import delete_entry, find_lines, put_lines
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.store import Fields

_OBJECT = "PODOCUMENTSUBTOTALS"


def check_subtotals(definition_id: str, subtotals: Sequence[Fields], books: Books) -> list[Problem]:
    """Every subtotal must be one of the definition's."""
    known = _find_defined(definition_id, books)
    return [
        refuse(f"Invalid subtotal '{each['DESCRIPTION']}' specified for {definition_id}.")
        for each in subtotals
        if each["DESCRIPTION"] not in known
    ]


def sign_subtotals(definition_id: str, subtotals: Sequence[Fields], books: Books) -> list[dict[str, str]]:
    """Subtotals that were checked, discounts below zero, each with its account."""
    known = _find_defined(definition_id, books)
    signed = []
    for each in subtotals:
        defined, total = known[each["DESCRIPTION"]], Decimal(each["TOTAL"])
        is_discount = defined.get("DISC_CHARGE", "").lower() == "discount"
        amount = str(-abs(total) if is_discount else total)
        signed.append({**each, "TOTAL": amount, "GLACCOUNT": defined.get("GLACCOUNT", "")})
    return signed


def list_subtotals(document_no: int, books: Books) -> list[dict[str, str]]:
    """The subtotals of a document that is kept."""
    return [line.fields for line in find_lines(books, _OBJECT, document_no)]


def charge_subtotals(subtotals: Sequence[Fields], lines: Sequence[Fields]) -> list[dict[str, str]]:
    """Subtotals as lines of the bill that a document makes, where its first line is."""
    where = {name: lines[0][name] for name in ("LOCATIONID", "DEPARTMENTID") if lines[0].get(name)}
    return [
        {"ACCOUNTNO": each.get("GLACCOUNT", ""), "TOTAL": each["TOTAL"], "MEMO": each["DESCRIPTION"], **where}
        for each in subtotals
    ]


def keep_subtotals(document_no: int, document_id: str, subtotals: Sequence[Fields], books: Books) -> None:
    """Put these in place of the subtotals a document has under the same descriptions; others stay."""
    named = {each["DESCRIPTION"] for each in subtotals}
    kept = find_lines(books, _OBJECT, document_no)
    for line in kept:
        if line.fields["DESCRIPTION"] in named:
            delete_entry(books, _OBJECT, line.record_no)
    first = 1 + max((int(line.fields["LINE_NO"]) for line in kept), default=-1)
    lines = [{**each, "DOCHDRID": document_id} for each in subtotals]
    put_lines(books, _OBJECT, document_no, lines, first=first)


def _find_defined(definition_id: str, books: Books) -> Mapping[str, Fields]:
    definition = books.find("PODOCUMENTPARAMS", definition_id)
    lines = find_lines(books, "SUBTOTAL", int(definition["RECORDNO"])) if definition else []
    return {line.fields["DESCRIPTION"]: line.fields for line in lines}
