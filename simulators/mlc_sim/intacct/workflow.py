"""Functions that move documents on or undo them: recall, approve, decline, reverse, confirm, void, delete by key.

Documented: their names and elements, that recall is for submitted bills and reversal for posted ones. Inferred: what
`send` does (nothing that can be read), and the answer of functions with several keys: one key after the other.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from lxml import etree

from mlc_sim.intacct.amending import amend_document
from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.decisions import decide
from mlc_sim.intacct.deleting import delete_document
from mlc_sim.intacct.dimensions import refuse
from mlc_sim.intacct.ledger import find_keyed, find_lines
from mlc_sim.intacct.legacy_forms import ADJUSTMENT, BILL, LINE, read_form
from mlc_sim.intacct.payment_requests import create_payment_by_hand, create_payment_request
from mlc_sim.intacct.payments import find_payment
from mlc_sim.intacct.posting import check_open
from mlc_sim.intacct.problems import FunctionError, report_not_simulated
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.values import is_number

_DECISIONS: Final = {"approve": "Pending", "decline": "Declined"}


def recall_bill(body: etree._Element, call: Call) -> Outcome:
    """A submitted bill becomes a draft again."""
    _decide("APBILL", text_of(body, "RECORDNO"), "Draft", call)
    return Outcome.of_key(text_of(body, "RECORDNO"))


def decide_purchases(body: etree._Element, call: Call) -> Outcome:
    """Approve and decline of purchasing documents, by DOCID."""
    keys = []
    for child in body:
        if child.tag != "PODOCUMENT":
            raise report_not_simulated(f"{body.tag} {child.tag}")
        key = text_of(child, "DOCID")
        found = find_keyed(call.books, "PODOCUMENT", key)
        if not found:
            raise FunctionError(refuse(f"Cannot find podocument with key '{key}'."))
        _decide("PODOCUMENT", str(found[0].record_no), _DECISIONS[str(body.tag)], call)
        keys.append(key)
    return Outcome.of_keys(keys)


def _decide(object_name: str, key: str, state: str, call: Call) -> None:
    decide(call.books, object_name, key, state, call.settings, call.stamp)


def _reverse(object_name: str, state: str) -> Callable[[etree._Element, Call], Outcome]:
    """Reversal on a day that has to be open."""

    def reverse(body: etree._Element, call: Call) -> Outcome:
        parts = [text_of(body, f"datereversed/{name}") for name in ("year", "month", "day")]
        try:
            day = date(*map(int, parts))
        except (ValueError, OverflowError):
            raise FunctionError(refuse(f"Invalid datereversed '{'-'.join(parts)}' specified.")) from None
        problems = check_open(day, (), call.books, call.settings)
        if problems:
            raise FunctionError(*problems)
        _decide(object_name, body.get("key", ""), state, call)
        return Outcome.of_key(body.get("key", ""))

    return reverse


def _delete(object_name: str) -> Callable[[etree._Element, Call], Outcome]:
    def delete(body: etree._Element, call: Call) -> Outcome:
        delete_document(object_name, body.get("key", ""), call)
        return Outcome.of_key(body.get("key", ""))

    return delete


def _decide_requests(state: str) -> Callable[[etree._Element, Call], Outcome]:
    """The same for each of several payment requests; no state only asks whether they are there."""

    def decide_requests(body: etree._Element, call: Call) -> Outcome:
        keys = [(each.text or "").strip() for each in body.iterfind("appaymentkeys/appaymentkey")]
        for key in keys:
            if state:
                _decide("APPYMT", key, state, call)
            else:
                find_payment(call.books, key)
        return Outcome.of_keys(keys)

    return decide_requests


def _amend(
    object_name: str, lines: str, names: Mapping[str, str]
) -> Callable[[etree._Element, Call], Outcome]:
    """Lines named by line_num are changed, others added; those not named stay."""
    line_object = f"{object_name}ITEM"

    def amend(body: etree._Element, call: Call) -> Outcome:
        key = body.get("key", "")
        kept = find_lines(call.books, line_object, int(key)) if is_number(key) else []
        changed = {line.fields["LINE_NO"]: {"LINE_NO": line.fields["LINE_NO"]} for line in kept}
        added = []
        for line in body.iterfind(f"{lines}/*"):
            number = line.get("line_num")
            if number is None:
                added.append(read_form(line, LINE))
            else:
                changed[number] = {"LINE_NO": number, **read_form(line, LINE)}
        wanted = [*changed.values(), *added]
        return Outcome.of_key(amend_document(object_name, key, read_form(body, names), wanted, call))

    return amend


WORKFLOW: Final[Mapping[str, Callable[[etree._Element, Call], Outcome]]] = {
    "approve": decide_purchases,
    "decline": decide_purchases,
    "recallApBill": recall_bill,
    "update_bill": _amend("APBILL", "updatebillitems", BILL),
    "reverse_bill": _reverse("APBILL", "Reversed"),
    "delete_bill": _delete("APBILL"),
    "update_apadjustment": _amend("APADJUSTMENT", "updateapadjustmentitems", ADJUSTMENT),
    "delete_apadjustment": _delete("APADJUSTMENT"),
    "create_paymentrequest": create_payment_request,
    "create_appayment": create_payment_by_hand,
    "approve_appaymentrequest": _decide_requests("Approved"),
    "confirm_appaymentrequest": _decide_requests("Posted"),
    "send_appaymentrequest": _decide_requests(""),
    "decline_appaymentrequest": _decide_requests("Declined"),
    "void_appaymentrequest": _decide_requests("Voided"),
    "reverse_appayment": _reverse("APPYMT", "Voided"),
    "delete_paymentrequest": _delete("APPYMT"),
}
