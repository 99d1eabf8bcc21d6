"""The functions a gateway offers: from the element of a call to the data of its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from mlc_sim.intacct.bills import BillForm, create_bill
from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.query import read_query
from mlc_sim.intacct.query_rows import answer_query
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields, Session
from mlc_sim.intacct.vendors import create_vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Everything a function may look at."""

    books: Books
    settings: Settings
    now: datetime
    endpoint: str
    open_session: Callable[[str], Session]  #: opens one for the caller in an entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a function answers, and the API transactions it costs as Intacct counts them."""

    data: etree._Element
    transactions: int


def _query(body: etree._Element, call: Call) -> Outcome:
    books = call.books
    data = answer_query(read_query(body), books.store, books.company.id, books.entity)
    return Outcome(data=data, transactions=1)


def _create(body: etree._Element, call: Call) -> Outcome:
    """Create the objects of one call, all or none of them [inferred]."""
    data = etree.Element("data", listtype="objects", count=str(len(body)))
    for child in body:
        create = _CREATORS.get(str(child.tag))
        if create is None and child.tag in OBJECTS:
            raise report_not_simulated(f"create {child.tag}")
        if create is None:
            text = f"Object definition {child.tag} not found"
            raise FunctionError(Problem(errorno="XL03000009", description2=text))
        record = etree.SubElement(data, str(child.tag).lower())
        for name, value in create(child, call).items():
            etree.SubElement(record, name).text = value
    return Outcome(data=data, transactions=len(body))


def _create_bill(element: etree._Element, call: Call) -> Fields:
    number = create_bill(_read_bill(element), call.books, call.settings, call.now)
    return {"RECORDNO": str(number)}


def _create_vendor(element: etree._Element, call: Call) -> Fields:
    key = create_vendor(_read_fields(element), call.books, call.now)
    record = call.books.store.find_record(call.books.company.id, "VENDOR", key) or {}
    return {"RECORDNO": record["RECORDNO"], "VENDORID": key}


def _read_bill(element: etree._Element) -> BillForm:
    lines = element.find("APBILLITEMS")
    header = {str(child.tag): child.text or "" for child in element if child.tag != "APBILLITEMS"}
    return BillForm(
        header=header, lines=tuple(_read_fields(line) for line in lines) if lines is not None else ()
    )


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
    return Outcome(data=data, transactions=0)


_CREATORS: Final[Mapping[str, Callable[[etree._Element, Call], Fields]]] = {
    "APBILL": _create_bill,
    "VENDOR": _create_vendor,
}
FUNCTIONS: Final[Mapping[str, Callable[[etree._Element, Call], Outcome]]] = {
    "query": _query,
    "create": _create,
    "getAPISession": _get_api_session,
}
