"""The functions a gateway offers: from the element of a call to the data of its result."""

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from mlc_sim.intacct import company_setup
from mlc_sim.intacct.amending import amend_document
from mlc_sim.intacct.audit import note_outcome
from mlc_sim.intacct.bills import create_bill
from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.deleting import delete
from mlc_sim.intacct.describing import inspect, lookup
from mlc_sim.intacct.formatting import read_user_formatting
from mlc_sim.intacct.journals import create_journal
from mlc_sim.intacct.legacy import LEGACY
from mlc_sim.intacct.masters import amend_master, create_master
from mlc_sim.intacct.payments import create_payment, update_payment
from mlc_sim.intacct.permissions import check_permission
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.query import read_query
from mlc_sim.intacct.query_rows import answer_query
from mlc_sim.intacct.reading import read, read_by_name, read_by_query, read_more
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.taxes import FIELD as TAXES
from mlc_sim.intacct.taxes import read_taxes
from mlc_sim.intacct.vendors import create_vendor
from mlc_sim.intacct.workflow import WORKFLOW


def _query(body: etree._Element, call: Call) -> Outcome:
    data = answer_query(read_query(body), call)
    return Outcome(parts=(data,))


def _create(body: etree._Element, call: Call) -> Outcome:
    return _write_all("create", _CREATORS, body, call)


def _update(body: etree._Element, call: Call) -> Outcome:
    return _write_all("update", _UPDATERS, body, call)


def _write_all(
    verb: str,
    writers: Mapping[str, Callable[[etree._Element, Call], Fields]],
    body: etree._Element,
    call: Call,
) -> Outcome:
    """Write the objects of one call, all or none of them [inferred]."""
    data = etree.Element("data", listtype="objects", count=str(len(body)))
    for child in body:
        object_type = find_type(str(child.tag), call.settings)
        write = writers.get(object_type.name)
        if write is None and object_type.table == "record":
            write = _MASTER_WRITERS[verb]
        if write is None:
            raise report_not_simulated(f"{verb} {child.tag}")
        record = etree.SubElement(data, str(child.tag).lower())
        for name, value in write(child, call).items():
            etree.SubElement(record, name).text = value
    return Outcome(parts=(data,), transactions=len(body))


def _create_bill(element: etree._Element, call: Call) -> Fields:
    header, lines = _read_document(element, "APBILLITEMS")
    number = create_bill(header, lines, call.books, call.settings, call.stamp)
    return {"RECORDNO": str(number)}


def _create_vendor(element: etree._Element, call: Call) -> Fields:
    key = create_vendor(_read_fields(element), call.books, call.settings, call.stamp)
    record = call.books.store.find_record(call.books.company.id, "VENDOR", key) or {}
    return {"RECORDNO": record["RECORDNO"], "VENDORID": key}


def _create_journal(element: etree._Element, call: Call) -> Fields:
    header, entries = _read_document(element, "ENTRIES")
    return {"RECORDNO": str(create_journal(header, entries, call.books, call.settings, call.stamp))}


def _create_payment(element: etree._Element, call: Call) -> Fields:
    header, details = _read_document(element, "APPYMTDETAILS")
    return {"RECORDNO": str(create_payment(header, details, call.books, call.settings, call.stamp))}


def _update_bill(element: etree._Element, call: Call) -> Fields:
    header, lines = _read_document(element, "APBILLITEMS")
    given = None if element.find("APBILLITEMS") is None else lines
    return {"RECORDNO": str(amend_document("APBILL", header.get("RECORDNO", ""), header, given, call))}


def _update_payment(element: etree._Element, call: Call) -> Fields:
    header, details = _read_document(element, "APPYMTDETAILS")
    return {"RECORDNO": str(update_payment(header, details, call.books, call.settings, call.stamp))}


def _create_master(element: etree._Element, call: Call) -> Fields:
    return create_master(find_type(str(element.tag), call.settings), _read_fields(element), call)


def _update_master(element: etree._Element, call: Call) -> Fields:
    return amend_master(find_type(str(element.tag), call.settings), _read_fields(element), call)


def _read_document(element: etree._Element, owned: str) -> tuple[Fields, tuple[Fields, ...]]:
    """A header and its lines, which stand in the child of this name."""
    lines = element.find(owned)
    header = {str(child.tag): child.text or "" for child in element if child.tag != owned}
    return header, () if lines is None else tuple(_read_line(line) for line in lines)


def _read_line(element: etree._Element) -> Fields:
    """A line, its tax entries as one field."""
    leaves = _read_fields(element)
    return {name: leaf for name, leaf in leaves.items() if not name.startswith(TAXES)} | read_taxes(element)


def _read_fields(element: etree._Element, prefix: str = "") -> dict[str, str]:
    """The leaves of an element, each under its path with dots."""
    fields: dict[str, str] = {}
    for child in element:
        path = f"{prefix}{child.tag}"
        fields |= _read_fields(child, f"{path}.") if len(child) else {path: child.text or ""}
    return fields


def _get_api_session(body: etree._Element, call: Call) -> Outcome:
    asked = body.find("locationid")
    entity = call.books.entity if asked is None else text_of(body, "locationid")
    if entity and entity not in call.books.company.entities:
        raise FunctionError(  # a text instead of a number occurs there; the rest is inferred
            Problem(errorno="Get API Session Failed", description2=f"Invalid location '{entity}' specified.")
        )
    session = call.open_session(entity)
    data = etree.Element("data")
    api = etree.SubElement(data, "api")
    etree.SubElement(api, "sessionid").text = session.id
    etree.SubElement(api, "endpoint").text = call.endpoint
    etree.SubElement(api, "locationid").text = entity
    return Outcome(parts=(data,), transactions=0)


_CREATORS: Final[Mapping[str, Callable[[etree._Element, Call], Fields]]] = {
    "APBILL": _create_bill,
    "APPYMT": _create_payment,
    "GLBATCH": _create_journal,
    "VENDOR": _create_vendor,
}
_UPDATERS: Final[Mapping[str, Callable[[etree._Element, Call], Fields]]] = {
    "APBILL": _update_bill,
    "APPYMT": _update_payment,
}
_MASTER_WRITERS: Final[Mapping[str, Callable[[etree._Element, Call], Fields]]] = {
    "create": _create_master,
    "update": _update_master,
}
_FUNCTIONS: Final[Mapping[str, Callable[[etree._Element, Call], Outcome]]] = {
    "query": _query,
    "create": _create,
    "update": _update,
    "getAPISession": _get_api_session,
    "read": read,
    "readByName": read_by_name,
    "readByQuery": read_by_query,
    "readMore": read_more,
    "lookup": lookup,
    "inspect": inspect,
    "delete": delete,
    "readUserFormatting": read_user_formatting,
    **LEGACY,
    **WORKFLOW,
    "get_closedbooksdate": company_setup.get_closed_books_date,
    "get_applications": company_setup.get_applications,
    "get_companyprefs": company_setup.get_preferences,
    "getDimensions": company_setup.get_dimensions,
}


def execute(name: str, body: etree._Element, call: Call) -> Outcome:
    """Execute a function the caller may use, and note in the trail what it changed. Raises FunctionError."""
    check_permission(name, body, call)
    outcome = _FUNCTIONS[name](body, call)
    note_outcome(name, body, outcome, call)
    return outcome
