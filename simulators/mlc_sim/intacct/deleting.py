"""The generic delete, by RECORDNO (Intacct documentation, "delete").

Documented: a posted bill is reversed and not deleted, records in use cannot be deleted. Inferred: texts, and that
use means a bill of the vendor.
"""

from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.dimensions import refuse
from mlc_sim.intacct.ledger import delete_entry, find_entry
from mlc_sim.intacct.object_types import ObjectType
from mlc_sim.intacct.payments import list_details
from mlc_sim.intacct.problems import FunctionError, report_not_simulated
from mlc_sim.intacct.purchasing import Desk
from mlc_sim.intacct.read_forms import read_form
from mlc_sim.intacct.settling import release

_OPEN: Final = ("Draft", "Submitted", "Declined")


def delete(body: etree._Element, call: Call) -> Outcome:
    """Delete all or none of the records named. Raises FunctionError for the first that may not go."""
    form = read_form(body)
    object_type = find_type(form.object_name.upper(), call.settings)
    for key in form.keys:
        if object_type.table == "record":
            _delete_record(object_type, key, call)
        elif object_type.name == "PODOCUMENT":
            _delete_purchase(key, call)
        elif object_type.lines:
            delete_document(object_type.name, key, call)
        else:
            raise report_not_simulated(f"delete {object_type.name}")
    return Outcome(parts=(), transactions=len(form.keys))


def delete_document(object_name: str, key: str, call: Call) -> None:
    """Delete a document that is not posted, with its lines. Raises FunctionError for another."""
    document = find_entry(call.books, object_name, key)
    if document is None:
        raise _report_absent(object_name, key)
    state, word = document.fields["STATE"], "Bill" if object_name == "APBILL" else object_name
    if state not in _OPEN:
        raise FunctionError(refuse(f"{word} '{key}' is {state} and cannot be deleted."))
    if object_name == "APPYMT" and state != "Declined":
        release(list_details(call.books, document), call.books, call.stamp)
    delete_entry(call.books, object_name, document.record_no)


def _delete_purchase(key: str, call: Call) -> None:
    document = find_entry(call.books, "PODOCUMENT", key)
    if document is None:
        raise _report_absent("PODOCUMENT", key)
    Desk(books=call.books, settings=call.settings, now=call.stamp).delete(document.key)


def _delete_record(object_type: ObjectType, key: str, call: Call) -> None:
    store, company_id = call.books.store, call.books.company.id
    where = "FROM record WHERE company = ? AND object = ? AND record_no = ?"
    found = store.select(f"SELECT id {where}", (company_id, object_type.name, key))
    if not found:
        raise _report_absent(object_type.name, key)
    if object_type.name == "VENDOR" and store.select(
        "SELECT 1 FROM bill WHERE company = ? AND vendor_id = ? LIMIT 1", (company_id, found[0][0])
    ):
        raise FunctionError(refuse(f"Vendor '{found[0][0]}' is used in transactions and cannot be deleted."))
    store.change(f"DELETE {where}", (company_id, object_type.name, key))


def _report_absent(object_name: str, key: str) -> FunctionError:
    return FunctionError(refuse(f"Cannot find {object_name.lower()} with key '{key}' to delete."))
