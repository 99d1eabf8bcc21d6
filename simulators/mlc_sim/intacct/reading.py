"""read, readByName, readByQuery and readMore (Intacct documentation, "Functions").

Documented: lower-case record elements, a resultId and counts on pages of a query string, lines in what `read`
answers. Seen on live tenants: pages of a query string are in no order, which is why these are shuffled. Inferred:
the life of a resultId, and that a key nobody has is left out of the answer.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.object_types import ObjectType
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.query import Column, Condition, Filter, Query
from mlc_sim.intacct.query_rows import select_page
from mlc_sim.intacct.query_text import read_query_text
from mlc_sim.intacct.read_forms import Reading, read_form
from mlc_sim.intacct.schema import text_of

_RESULT_LASTS: Final = timedelta(minutes=30)
_ALL: Final = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """What a query string found: RECORDNOs, in the order in which pages give them, and how far the caller has read."""

    object_name: str
    fields: Sequence[str]
    page_size: int
    numbers: Sequence[str]
    position: int = 0


def read(body: etree._Element, call: Call) -> Outcome:
    """Records by RECORDNO, headers with their lines."""
    return _answer_keys(read_form(body), "RECORDNO", call)


def read_by_name(body: etree._Element, call: Call) -> Outcome:
    """Records by the id people know them by."""
    form = read_form(body)
    object_type = _find_type(form, call)
    key = object_type.key if object_type.key != "RECORDNO" else _name_field(object_type)
    return _answer_keys(form, key, call)


def read_by_query(body: etree._Element, call: Call) -> Outcome:
    """The first page of what a query string finds."""
    form = read_form(body)
    object_type = _find_type(form, call)
    fields = _check_fields(form, object_type)
    where = read_query_text(form.where, object_type)
    found = _select(object_type, ("RECORDNO",), where, call)
    numbers = [row[0] for row in found]
    results = _Results(object_name=object_type.name, fields=fields, page_size=form.page_size, numbers=numbers)
    return _answer_page(_keep(results, call), results, call)


def read_more(body: etree._Element, call: Call) -> Outcome:
    """The next page, by resultId or of the caller's last query string on an object."""
    column = {"resultId": "id", "object": "object"}.get(str(body[0].tag))
    asked = text_of(body, str(body[0].tag))
    rows = (
        []
        if column is None
        else call.books.store.select(
            f"SELECT id, body, expires FROM result_set WHERE company = ? AND owner = ? AND {column} = ?"  # noqa: S608 - one of two names
            " ORDER BY expires DESC, rowid DESC LIMIT 1",
            (call.books.company.id, _owner(call), asked),
        )
    )
    if not rows or datetime.fromisoformat(rows[0][2]) <= call.now:
        text = f"Invalid or expired resultId '{asked}'."
        raise FunctionError(Problem(errorno="Query Failed", description2=text))
    return _answer_page(rows[0][0], _Results(**json.loads(rows[0][1])), call)


def _find_type(form: Reading, call: Call) -> ObjectType:
    return find_type(form.object_name.upper(), call.settings, definition=form.definition)


def _name_field(object_type: ObjectType) -> str:
    """The id a document is known by: DOCID or RECORDID, else its number."""
    return next((name for name in ("DOCID", "RECORDID") if name in object_type.fields), "RECORDNO")


def _check_fields(form: Reading, object_type: ObjectType) -> list[str]:
    unknown = [name for name in form.fields if name not in object_type.fields]
    if unknown:
        text = "There was an error processing the request."
        correction = f"{object_type.name} has no field {', '.join(unknown)}."
        raise FunctionError(Problem(errorno="DL02000001", description2=text, correction=correction))
    return list(form.fields or object_type.fields)


def _select(
    object_type: ObjectType, fields: Sequence[str], where: Filter | None, call: Call
) -> Sequence[Sequence[str]]:
    query = Query(
        object_name=object_type.name,
        columns=tuple(Column(field=name, aggregate="") for name in fields),
        where=where,
        orders=(),
        ignores_case=False,
        shows_private=False,
        return_format="xml",
        definition=object_type.name,  # what may be read was decided before
        page_size=_ALL,
        offset=0,
    )
    return select_page(query, call).rows


def _answer_keys(form: Reading, key: str, call: Call) -> Outcome:
    object_type = _find_type(form, call)
    fields = _check_fields(form, object_type)
    where = Condition(operator="in", field=key, values=form.keys)
    found = {row[0]: row for row in _select(object_type, (key, "RECORDNO", *fields), where, call)}
    rows = [found[each] for each in form.keys if each in found]
    data = etree.Element("data", listtype=object_type.name.lower(), count=str(len(rows)))
    for _, number, *values in rows:
        record = _add_record(data, object_type, fields, values)
        if object_type.lines and not form.fields:
            _add_lines(record, object_type, number, call)
    return Outcome(parts=(data,))


def _answer_page(result_id: str, results: _Results, call: Call) -> Outcome:
    object_type, start = find_type(results.object_name, call.settings), results.position
    chosen = tuple(results.numbers[start : start + results.page_size])
    where = Condition(operator="in", field="RECORDNO", values=chosen)
    rows = _select(object_type, results.fields, where, call) if chosen else ()
    data = etree.Element(
        "data",
        listtype=object_type.name.lower(),
        count=str(len(rows)),
        totalcount=str(len(results.numbers)),
        numremaining=str(max(0, len(results.numbers) - start - results.page_size)),
        resultId=result_id,
    )
    for row in rows:
        _add_record(data, object_type, results.fields, row)
    body = json.dumps(asdict(replace(results, position=start + results.page_size)))
    call.books.store.change("UPDATE result_set SET body = ? WHERE id = ?", (body, result_id))
    return Outcome(parts=(data,))


def _keep(results: _Results, call: Call) -> str:
    result_id = secrets.token_hex(16)
    expires = (call.now + _RESULT_LASTS).isoformat()
    store, company_id = call.books.store, call.books.company.id
    store.change("DELETE FROM result_set WHERE expires < ?", (call.now.isoformat(),))
    body = json.dumps(asdict(results))
    row = (result_id, company_id, _owner(call), results.object_name, expires, body)
    store.change("INSERT INTO result_set VALUES (?, ?, ?, ?, ?, ?)", row)
    return result_id


def _owner(call: Call) -> str:
    return f"{call.user_id}/{call.books.entity}"


def _add_record(
    data: etree._Element, object_type: ObjectType, fields: Sequence[str], values: Sequence[str]
) -> etree._Element:
    record = etree.SubElement(data, object_type.name.lower())
    for name, value in zip(fields, values, strict=True):
        etree.SubElement(record, name).text = value
    return record


def _add_lines(record: etree._Element, object_type: ObjectType, number: str, call: Call) -> None:
    lines = find_type(object_type.line_object, call.settings)
    parent = next(name for name, column in lines.columns.items() if column in {"parent", "bill_no"})
    fields = list(lines.fields)
    rows = _select(lines, fields, Condition(operator="equalto", field=parent, values=(number,)), call)
    position = fields.index("LINE_NO")
    owned = etree.SubElement(record, object_type.lines)
    for row in sorted(rows, key=lambda row: int(row[position])):
        _add_record(owned, lines, fields, row)
