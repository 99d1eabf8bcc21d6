"""Functions of the older kind: read from their own elements, executed as their generic siblings, answered with a key."""

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from mlc_sim.intacct import attachments, legacy_forms
from mlc_sim.intacct.adjustments import create_adjustment
from mlc_sim.intacct.bills import create_bill
from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.dimensions import refuse
from mlc_sim.intacct.journals import create_journal, translate_direction
from mlc_sim.intacct.legacy_forms import read_form
from mlc_sim.intacct.masters import create_master
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.purchasing import Desk
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.taxes import read_taxes
from mlc_sim.intacct.values import is_number, read_amount
from mlc_sim.intacct.vendors import create_vendor

#: Days until a bill is due [inferred]: the calendar has room for them whatever the bill's date.
_LONGEST_TERM: Final = 9999


def _create_bill(body: etree._Element, call: Call) -> Outcome:
    header, lines = read_form(body, legacy_forms.BILL), _read_lines(body, "billitems", legacy_forms.LINE)
    return Outcome.of_key(create_bill(header, lines, call.books, call.settings, call.stamp))


def _create_adjustment(body: etree._Element, call: Call) -> Outcome:
    header = read_form(body, legacy_forms.ADJUSTMENT)
    lines = _read_lines(body, "apadjustmentitems", legacy_forms.LINE)
    return Outcome.of_key(create_adjustment(header, lines, call.books, call.settings, call.stamp))


def _create_journal(body: etree._Element, call: Call) -> Outcome:
    header = read_form(body, legacy_forms.JOURNAL)
    entries = _read_lines(body, "gltransactionentries", legacy_forms.JOURNAL_LINE)
    entries = [translate_direction(entry) for entry in entries]
    return Outcome.of_key(create_journal(header, entries, call.books, call.settings, call.stamp))


def _create_vendor(body: etree._Element, call: Call) -> Outcome:
    contact = body.find(".//contact")
    printed = text_of(body if contact is None else contact, "name" if contact is None else "printas")
    form = {**read_form(body, legacy_forms.VENDOR), "DISPLAYCONTACT.PRINTAS": printed}
    return Outcome.of_key(create_vendor(form, call.books, call.settings, call.stamp))


def _create_term(body: etree._Element, call: Call) -> Outcome:
    """A term with its days; penalties, and what a discount is reckoned of, are left out."""
    parts = (part for part in (body, body.find("due"), body.find("discount")) if part is not None)
    form = {name: value for part in parts for name, value in read_form(part, legacy_forms.TERM).items()}
    if form.get("DUEDATE") and not (is_number(form["DUEDATE"]) and int(form["DUEDATE"]) <= _LONGEST_TERM):
        raise FunctionError(refuse(f"Invalid dueday '{form['DUEDATE']}' specified."))
    return Outcome.of_key(create_master(find_type("APTERM", call.settings), form, call)["NAME"])


def _create_purchase(body: etree._Element, call: Call) -> Outcome:
    header = read_form(body, legacy_forms.PURCHASE)
    lines = _read_lines(body, "potransitems", legacy_forms.PURCHASE_LINE)
    return Outcome.of_key(_open_desk(call).create(header, lines, _read_subtotals(body, "subtotals")))


def _update_purchase(body: etree._Element, call: Call) -> Outcome:
    items = list(body.iterfind("updatepotransitems/*"))
    changes = [
        (_read_position(each), read_form(each, legacy_forms.PURCHASE_LINE))
        for each in items
        if each.tag == "updatepotransitem"
    ]
    added = [read_form(each, legacy_forms.PURCHASE_LINE) for each in items if each.tag == "potransitem"]
    header = read_form(body, legacy_forms.PURCHASE)
    subtotals = _read_subtotals(body, "updatesubtotals")
    return Outcome.of_key(_open_desk(call).update(body.get("key", ""), header, changes, added, subtotals))


def _delete_purchase(body: etree._Element, call: Call) -> Outcome:
    return Outcome.of_key(_open_desk(call).delete(body.get("key", "")))


def _open_desk(call: Call) -> Desk:
    return Desk(books=call.books, settings=call.settings, now=call.stamp)


def _read_lines(body: etree._Element, name: str, names: Mapping[str, str]) -> list[Fields]:
    return [{**read_form(line, names), **read_taxes(line)} for line in body.iterfind(f"{name}/*")]


def _read_position(element: etree._Element) -> int:
    text = element.get("line_num", "")
    if not (text.isascii() and text.isdigit()):
        raise FunctionError(refuse(f"Invalid line_num '{text}' specified."))
    return int(text)


def _read_subtotals(body: etree._Element, name: str) -> list[dict[str, str]]:
    found = []
    for each in body.iterfind(f"{name}/*"):
        try:
            total = str(read_amount(text_of(each, "total")))
        except ValueError:
            raise FunctionError(refuse(f"Invalid total '{text_of(each, 'total')}' of a subtotal.")) from None
        found.append({"DESCRIPTION": text_of(each, "description"), "TOTAL": total})
    return found


LEGACY: Final[Mapping[str, Callable[[etree._Element, Call], Outcome]]] = {
    "create_bill": _create_bill,
    "create_apadjustment": _create_adjustment,
    "create_gltransaction": _create_journal,
    "create_vendor": _create_vendor,
    "create_apterm": _create_term,
    "create_potransaction": _create_purchase,
    "update_potransaction": _update_purchase,
    "delete_potransaction": _delete_purchase,
    "create_supdocfolder": attachments.create_folder,
    "create_supdoc": attachments.create_attachment,
    "update_supdoc": attachments.update_attachment,
    "delete_supdoc": attachments.delete_attachment,
    "get_list": attachments.get_list,
    "get": attachments.get,
}
