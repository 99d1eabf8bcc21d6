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
from mlc_sim.intacct.rows import make_data
from mlc_sim.intacct.schema import text_of

_RESULT_LASTS: Final = timedelta(minutes=30)
_ALL: Final = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """What a query string found, and the page to be read next; its RECORDNOs are kept page by page."""

    id: str
    object_name: str
    fields: Sequence[str]
    page_size: int
    total: int
    page: int = 0


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
    numbers = [row[0] for row in _select(object_type, ("RECORDNO",), where, call)]
    results = _Results(
        id=secrets.token_hex(16),
        object_name=object_type.name,
        fields=fields,
        page_size=form.page_size,
        total=len(numbers),
    )
    _keep(results, numbers, call)
    return _answer_page(results, call)


def read_more(body: etree._Element, call: Call) -> Outcome:
    """The next page, by resultId or of the caller's last query string on an object."""
    column = {"resultId": "id", "object": "object"}.get(str(body[0].tag))
    asked = text_of(body, str(body[0].tag))
    rows = (
        []
        if column is None
        else call.books.store.select(
            f"SELECT body, expires FROM result_set WHERE company = ? AND owner = ? AND {column} = ?"  # noqa: S608 - one of two names
            " ORDER BY expires DESC, rowid DESC LIMIT 1",
            (call.books.company.id, _owner(call), asked),
        )
    )
    if not rows or datetime.fromisoformat(rows[0][1]) <= call.now:
        text = f"Invalid or expired resultId '{asked}'."
        raise FunctionError(Problem(errorno="Query Failed", description2=text))
    return _answer_page(_Results(**json.loads(rows[0][0])), call)


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
    name = object_type.name.lower()
    texts = [values for _, _, *values in rows]
    data = make_data(name, fields, texts, listtype=name, count=str(len(rows)))
    if object_type.lines and not form.fields:
        for record, (_, number, *_) in zip(data, rows, strict=True):
            record.append(_read_lines(object_type, number, call))
    return Outcome(parts=(data,))


def _answer_page(results: _Results, call: Call) -> Outcome:
    object_type, store = find_type(results.object_name, call.settings), call.books.store
    chosen = store.select(
        "SELECT numbers FROM result_page WHERE id = ? AND page = ?", (results.id, results.page)
    )
    where = Condition(
        operator="in", field="RECORDNO", values=tuple(json.loads(chosen[0][0])) if chosen else ()
    )
    rows = _select(object_type, results.fields, where, call) if chosen else ()
    data = make_data(
        object_type.name.lower(),
        results.fields,
        rows,
        listtype=object_type.name.lower(),
        count=str(len(rows)),
        totalcount=str(results.total),
        numremaining=str(max(0, results.total - (results.page + 1) * results.page_size)),
        resultId=results.id,
    )
    body = json.dumps(asdict(replace(results, page=results.page + 1)))
    store.change("UPDATE result_set SET body = ? WHERE id = ?", (body, results.id))
    return Outcome(parts=(data,))


def _keep(results: _Results, numbers: Sequence[str], call: Call) -> None:
    """Keep what was found for the pages to come, and forget what nobody may read any more."""
    store, now = call.books.store, call.now.isoformat()
    old = "SELECT id FROM result_set WHERE expires < ?"
    store.change(f"DELETE FROM result_page WHERE id IN ({old})", (now,))  # noqa: S608 - a constant
    store.change("DELETE FROM result_set WHERE expires < ?", (now,))
    for page, start in enumerate(range(0, len(numbers), results.page_size)):
        chosen = json.dumps(numbers[start : start + results.page_size])
        store.change("INSERT INTO result_page VALUES (?, ?, ?)", (results.id, page, chosen))
    expires = (call.now + _RESULT_LASTS).isoformat()
    owner = (results.id, call.books.company.id, _owner(call), results.object_name, expires)
    store.change("INSERT INTO result_set VALUES (?, ?, ?, ?, ?, ?)", (*owner, json.dumps(asdict(results))))


def _owner(call: Call) -> str:
    return f"{call.user_id}/{call.books.entity}"


def _read_lines(object_type: ObjectType, number: str, call: Call) -> etree._Element:
    """The lines of a header in their order, in the element that owns them."""
    lines = find_type(object_type.line_object, call.settings)
    parent = next(name for name, column in lines.columns.items() if column in {"parent", "bill_no"})
    fields = list(lines.fields)
    rows = _select(lines, fields, Condition(operator="equalto", field=parent, values=(number,)), call)
    position = fields.index("LINE_NO")
    owned = make_data(lines.name.lower(), fields, sorted(rows, key=lambda row: int(row[position])))
    owned.tag = object_type.lines
    return owned
