"""A query in due form, asked of the store: SQL out of filters, rows out of SQL, elements out of rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from lxml import etree

from mlc_sim.intacct.calls import Call
from mlc_sim.intacct.catalogue import OBJECTS, Kind, ObjectType
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.query import Column, Condition, Filter, Order, Query
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Store
from mlc_sim.intacct.values import keep_moment, read_filter_value, write_value

_COMPARISONS: Final = {
    "equalto": "= ?",
    "notequalto": "<> ?",
    "lessthan": "< ?",
    "lessthanorequalto": "<= ?",
    "greaterthan": "> ?",
    "greaterthanorequalto": ">= ?",
    "between": "BETWEEN ? AND ?",
    "in": "IN (SELECT value FROM json_each(?))",
    "notin": "NOT IN (SELECT value FROM json_each(?))",
    "like": "GLOB ?",
    "notlike": "NOT GLOB ?",
    "isnull": "IS NULL",
    "isnotnull": "IS NOT NULL",
}
#: The time a record was made, where it is kept: WHENCREATED of documents is a day people enter (documented).
_CREATED: Final = ("AUWHENCREATED", "WHENCREATED")
_NUMBERS: Final = (Kind.INTEGER, Kind.DECIMAL)


@dataclass(frozen=True, slots=True)
class _Sql:
    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of a query, each with the texts of its columns, and how many rows there are in all."""

    object_type: ObjectType
    rows: Sequence[Sequence[str]]
    total: int


def select_page(query: Query, call: Call) -> Page:
    """The rows of a query's page.

    Rows come in the order asked for; without one they come shuffled, as the real order is undefined. An entity
    sees its own records and shared ones; the top level sees shared ones, and all of them with showprivate.
    Raises FunctionError for an unknown object or field, or a value of the wrong kind.
    """
    object_type = _find_object(query, call.settings)
    _check_columns(query.columns, object_type)
    source = _source(query, object_type, call)
    store, offset = call.books.store, call.settings.offset
    total = _count(query, object_type, source, store)
    rows = [
        [
            _write(column, object_type.fields[column.field], kept, offset)
            for column, kept in zip(query.columns, row, strict=True)
        ]
        for row in store.select(*_page(query, object_type, source))
    ]
    return Page(object_type=object_type, rows=rows, total=total)


def answer_query(query: Query, call: Call) -> etree._Element:
    """The <data> of a query's page; see select_page."""
    page = select_page(query, call)
    data = etree.Element(
        "data",
        listtype=page.object_type.name,
        totalcount=str(page.total),
        offset=str(query.offset),
        count=str(len(page.rows)),
        numremaining=str(max(0, page.total - query.offset - len(page.rows))),
    )
    for row in page.rows:
        record = etree.SubElement(data, page.object_type.name)
        for column, text in zip(query.columns, row, strict=True):
            etree.SubElement(record, column.label).text = text
    return data


def _find_object(query: Query, settings: Settings) -> ObjectType:
    if query.return_format != "xml":
        raise report_not_simulated(f"returnformat {query.return_format}")
    if query.object_name not in OBJECTS:
        raise FunctionError(
            Problem(errorno="XL03000009", description2=f"Object definition {query.object_name} not found")
        )
    object_type = OBJECTS[query.object_name]
    created = next((name for name in _CREATED if object_type.fields.get(name) is Kind.TIMESTAMP), "")
    if not settings.null_when_modified or not created:
        return object_type
    modified = f"NULLIF({object_type.kept_sql('WHENMODIFIED')}, {object_type.kept_sql(created)})"
    return replace(object_type, columns={**object_type.columns, "WHENMODIFIED": modified})


def _check_columns(columns: Sequence[Column], object_type: ObjectType) -> None:
    unknown = [column.field for column in columns if column.field not in object_type.fields]
    if unknown:
        text = f"The following fields cannot be queried: {', '.join(unknown)}"
        raise FunctionError(Problem(errorno="XL03000006", description2=text))
    for column in columns:
        if column.aggregate in {"sum", "avg"} and object_type.fields[column.field] not in _NUMBERS:
            text = (
                f"There was an error processing the request: {column.aggregate} of {column.field}, no number"
            )
            raise FunctionError(Problem(errorno="DL02000001", description2=text))


def _source(query: Query, object_type: ObjectType, call: Call) -> _Sql:
    """FROM and WHERE."""
    entity, company_id = call.books.entity, call.books.company.id
    parts = [_Sql("company = ?", (company_id,))]
    if object_type.shares_table:
        parts.append(_Sql("object = ?", (object_type.name,)))
    if entity:
        parts.append(_Sql("(entity IS NULL OR entity = ?)", (entity,)))
    elif not query.shows_private:
        parts.append(_Sql("entity IS NULL"))
    if object_type.name == "AUDITHISTORY":
        seen = keep_moment(call.now - timedelta(seconds=call.settings.audit_lag_seconds))
        parts.append(_Sql(f"{object_type.sql('ACCESSTIME')} <= ?", (seen,)))
    if query.where:
        parts.append(_Compiler(object_type, query.ignores_case, call.settings.offset).compile(query.where))
    where = _join(parts, "and")
    return _Sql(f"FROM {object_type.table} WHERE {where.text}", where.values)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Makes SQL of the conditions on one object."""

    object_type: ObjectType
    ignores_case: bool
    offset: timedelta

    def compile(self, where: Filter) -> _Sql:
        if not isinstance(where, Condition):
            return _join([self.compile(part) for part in where.parts], where.word)
        left = _field_sql(where.field, self.object_type)
        kind = self.object_type.fields[where.field]
        values: list[str | int | float]
        if where.operator.endswith("like"):
            kind, values = Kind.TEXT, [_globbed(value) for value in where.values]
        else:
            values = [read_filter_value(kind, value, self.offset) for value in where.values]
        if self.ignores_case and kind is Kind.TEXT:
            left, values = f"fold({left})", [str(value).casefold() for value in values]
        if where.operator in {"in", "notin"}:
            values = [json.dumps(values)]
        return _Sql(f"{left} {_COMPARISONS[where.operator]}", tuple(values))


def _field_sql(name: str, object_type: ObjectType) -> str:
    if name not in object_type.fields:
        text = f"Field {name} does not exist on object {object_type.name}."
        raise FunctionError(Problem(errorno="XL03000010", description2=text))
    return object_type.sql(name)


def _globbed(pattern: str) -> str:
    """A pattern with % and _ as one with * and ?; the latter's own signs stand for themselves."""
    signs = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(signs.get(sign, sign) for sign in pattern)


def _join(parts: Sequence[_Sql], word: str) -> _Sql:
    """Conditions joined pairwise: a chain of a thousand is too deep for SQLite, a tree of them is not."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left, right = _join(parts[:middle], word), _join(parts[middle:], word)
    return _Sql(f"({left.text} {word} {right.text})", left.values + right.values)


def _count(query: Query, object_type: ObjectType, source: _Sql, store: Store) -> int:
    group = _group(query, object_type)
    counted = f"FROM (SELECT 1 {source.text} {group})" if _is_aggregate(query) else source.text
    return int(store.select(f"SELECT COUNT(*) {counted}", source.values)[0][0])


def _page(query: Query, object_type: ObjectType, source: _Sql) -> tuple[str, tuple[Any, ...]]:
    parts = (
        "SELECT",
        ", ".join(_column_sql(column, object_type) for column in query.columns),
        source.text,
        _group(query, object_type),
        "ORDER BY",
        ", ".join(_order_sql(order, object_type) for order in query.orders) or "random()",
        "LIMIT ? OFFSET ?",
    )
    return " ".join(parts), (*source.values, query.page_size, query.offset)


def _group(query: Query, object_type: ObjectType) -> str:
    plain = [object_type.sql(column.field) for column in query.columns if not column.aggregate]
    return f"GROUP BY {', '.join(plain)}" if plain and _is_aggregate(query) else ""


def _is_aggregate(query: Query) -> bool:
    return any(column.aggregate for column in query.columns)


def _column_sql(column: Column, object_type: ObjectType) -> str:
    if not column.aggregate:
        return object_type.kept_sql(column.field)
    value = object_type.sql(column.field)
    if column.aggregate in {"sum", "avg"} and object_type.fields[column.field] is Kind.DECIMAL:
        return f"{column.aggregate}(CAST(round({value} * 100) AS INTEGER)) / 100.0"  # cents add up exactly
    return f"{column.aggregate}({value})"


def _order_sql(order: Order, object_type: ObjectType) -> str:
    return f"{_field_sql(order.field, object_type)} {'DESC' if order.is_descending else 'ASC'}"


def _write(column: Column, kind: Kind, kept: object, offset: timedelta) -> str:
    if isinstance(kept, float):
        return f"{kept:.2f}"
    return str(kept) if column.aggregate == "count" else write_value(kind, kept, offset)
