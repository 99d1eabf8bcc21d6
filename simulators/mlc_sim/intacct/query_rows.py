"""A query in due form, asked of the store: rows out of SQL, elements out of rows."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, repeat
from typing import Any, Final

from lxml import etree

from mlc_sim.intacct.calls import Call
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.object_types import Kind, ObjectType
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.query import Column, Order, Query
from mlc_sim.intacct.query_scope import Field, Scope
from mlc_sim.intacct.query_sql import Search, Sql, find_field, make_search
from mlc_sim.intacct.rows import make_data
from mlc_sim.intacct.values import make_writer

_NUMBERS: Final = (Kind.INTEGER, Kind.DECIMAL)
#: What is shown in another way than it stands in the JSON.
_STYLED: Final = (Kind.DATE, Kind.TIMESTAMP)
#: So many rows are sorted faster than they are found along RECORDNO.
_FEW: Final = 5000


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
    if query.return_format != "xml":
        raise report_not_simulated(f"returnformat {query.return_format}")
    object_type = find_type(query.object_name, call.settings, definition=query.definition)
    scope = Scope(object_type=object_type, settings=call.settings)
    fields = _find_columns(query.columns, scope)
    search = make_search(query, scope, call)
    running = _RunningQuery(query=query, scope=scope, fields=fields, search=search, call=call)
    if _is_aggregate(query):
        groups, total = running.select_groups()
        return Page(object_type=scope.object_type, rows=groups, total=total)
    rows, total = running.select_rows()
    left = rows[call.lost_rows :]
    return Page(object_type=scope.object_type, rows=left, total=total - len(rows) + len(left))


def answer_query(query: Query, call: Call) -> etree._Element:
    """The <data> of a query's page; see select_page."""
    page = select_page(query, call)
    return make_data(
        page.object_type.name,
        [column.label for column in query.columns],
        page.rows,
        listtype=page.object_type.name,
        totalcount=str(page.total),
        offset=str(query.offset),
        count=str(len(page.rows)),
        numremaining=str(max(0, page.total - query.offset - len(page.rows))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunningQuery:
    """A query that is in due form.

    Counts and groups of a large company take long to find, so that they are kept for as long as nothing of the kind is
    written; what pages one by one is asked for again and again.
    """

    query: Query
    scope: Scope
    fields: Sequence[Field]
    search: Search
    call: Call

    def select_rows(self) -> tuple[list[list[str]], int]:
        """The rows of the page, and how many there are in all."""
        known = self._recall()
        total = self._count(known)
        found = self._select(total) if self.query.offset < total else []
        if found and self.query.offset == 0 and self.query.orders == (_BY_NUMBER,):
            # Who pages by key asks next for what is above the last of these.
            known[self._name_count(above=found[-1][0])] = total - len(found)
        return self._write(found), total

    def select_groups(self) -> tuple[list[list[str]], int]:
        """The aggregates of the page, and how many groups there are."""
        if [column.label for column in self.query.columns] == ["COUNT.RECORDNO"]:
            return [[str(self._count(self._recall()))]], 1
        asked = list(zip(self.query.columns, self.fields, strict=True))
        columns = ", ".join(_write_aggregate(column.aggregate, field) for column, field in asked)
        plain = ", ".join(field.compared for column, field in asked if not column.aggregate)
        found = self._find_groups(f"SELECT {columns}", f"GROUP BY {plain}" if plain else "")
        style = self.call.settings.user_format
        writers = [
            make_writer(Kind.INTEGER if column.aggregate == "count" else field.kind, style)
            for column, field in asked
        ]
        page = found[self.query.offset : self.query.offset + self.query.page_size]
        return [
            [_write_group(write, value) for write, value in zip(writers, row, strict=True)] for row in page
        ], len(found)

    def _find_groups(self, select: str, group: str) -> list[tuple[Any, ...]]:
        source = self.search.write(by_number=False)
        known = self._recall()
        key = select, source.text, source.values, group, self._order(by_number=True)
        if key not in known:
            text = " ".join((select, source.text, group, f"ORDER BY {key[-1]}"))
            known[key] = self.call.books.store.select(text, source.values)
        found: list[tuple[Any, ...]] = known[key]
        return found

    def _recall(self) -> dict[Any, Any]:
        """What was found out before and still holds; what is put into it is known from now on."""
        if not self.search.is_settled:
            return {}
        store, company_id = self.call.books.store, self.call.books.company.id
        name = self.scope.object_type.name
        return store.findings.at(company_id, name, store.read_tally(company_id, name).version)

    def _name_count(self, *, above: int) -> tuple[object, ...]:
        """What a count of the rows above a RECORDNO is known by."""
        return self.search.base, self.search.chosen, above

    def _count(self, known: dict[Any, Any]) -> int:
        """How many rows there are, counted only when it is not known."""
        place, books = self._name_count(above=self.search.above), self.call.books
        if place not in known and self.search.chosen is None and not self.search.above:
            tally = books.store.read_tally(books.company.id, self.scope.object_type.name)
            known[place] = tally.count(books.entity, shows_private=self.query.shows_private)
        if place not in known:
            source = self.search.write(by_number=self.search.chosen is None)
            known[place] = books.store.select(f"SELECT COUNT(*) {source.text}", source.values)[0][0]
        return int(known[place])

    def _select(self, total: int) -> list[tuple[Any, ...]]:
        """RECORDNO, JSON, and what does not stand in the JSON."""
        orders = self.query.orders
        by_number = (total > _FEW and orders[:1] in {(), (_BY_NUMBER,)}) or self.search.chosen is None
        source = self.search.write(by_number=by_number)
        body = "t.body" if any(field.in_body for field in self.fields) else "'{}'"
        select = ", ".join(
            ["SELECT t.record_no", body, *(field.kept for field in self.fields if not field.in_body)]
        )
        size, offset = self.query.page_size, self.query.offset
        if not orders and total > _FEW:
            return self._select_anywhere(select, source, min(size, total - offset))
        statement = f"{select} {source.text} ORDER BY {self._order(by_number=by_number)} LIMIT ? OFFSET ?"
        return self.call.books.store.select(statement, (*source.values, size, offset))

    def _select_anywhere(self, select: str, source: Sql, size: int) -> list[tuple[Any, ...]]:
        """So many of very many rows from anywhere, shuffled: nothing is promised without an order."""
        store = self.call.books.store
        last = f"SELECT t.record_no {source.text} ORDER BY t.record_no DESC LIMIT 1"
        start = random.randint(0, store.select(last, source.values)[0][0])  # noqa: S311 - no secret
        found: list[tuple[Any, ...]] = []
        for way in (">", "<="):
            statement = f"{select} {source.text} AND t.record_no {way} ? ORDER BY t.record_no LIMIT ?"
            found += store.select(statement, (*source.values, start, size - len(found)))
        random.shuffle(found)
        return found

    def _order(self, *, by_number: bool) -> str:
        mark = "" if by_number else "+"
        return ", ".join(_write_order(order, self.scope, mark) for order in self.query.orders) or "random()"

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> list[list[str]]:
        """The texts of the columns, out of the JSON or from behind it."""
        style, behind = self.call.settings.user_format, count(2)
        places = [field.in_body or next(behind) for field in self.fields]
        writers = {
            place: make_writer(field.kind, style)
            for place, field in zip(places, self.fields, strict=True)
            if not field.in_body or field.kind in _STYLED
        }
        has_body, written = any(field.in_body for field in self.fields), []
        for row in rows:
            kept: dict[str | int, Any] = dict(enumerate(row))
            if has_body:
                kept |= json.loads(row[1])
            for place, write in writers.items():
                kept[place] = write(kept.get(place))
            written.append(list(map(kept.get, places, repeat(""))))
        return written


_BY_NUMBER: Final = Order(field="RECORDNO", is_descending=False)


def _find_columns(columns: Sequence[Column], scope: Scope) -> list[Field]:
    found = [scope.find(column.field) for column in columns]
    unknown = [column.field for column, field in zip(columns, found, strict=True) if field is None]
    if unknown:
        text = f"The following fields cannot be queried: {', '.join(unknown)}"
        raise FunctionError(Problem(errorno="XL03000006", description2=text))
    fields = [field for field in found if field]
    for column, field in zip(columns, fields, strict=True):
        if column.aggregate in {"sum", "avg"} and field.kind not in _NUMBERS:
            text = (
                f"There was an error processing the request: {column.aggregate} of {column.field}, no number"
            )
            raise FunctionError(Problem(errorno="DL02000001", description2=text))
    return fields


def _is_aggregate(query: Query) -> bool:
    return any(column.aggregate for column in query.columns)


def _write_aggregate(aggregate: str, field: Field) -> str:
    if not aggregate:
        return field.kept
    if aggregate in {"sum", "avg"} and field.kind is Kind.DECIMAL:
        return f"{aggregate}(CAST(round({field.compared} * 100) AS INTEGER)) / 100.0"  # cents add up exactly
    return f"{aggregate}({field.compared})"


def _write_order(order: Order, scope: Scope, mark: str) -> str:
    return f"{mark}{find_field(order.field, scope).compared} {'DESC' if order.is_descending else 'ASC'}"


def _write_group(write: Callable[[Any], str], value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else write(value)
