"""All ways to read a company; each pages itself and repeats nothing."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from ml_connector.intacct.envelope import Function, Request
from ml_connector.intacct.errors import AnswerUnreadable
from ml_connector.intacct.formats import AMERICAN, UserFormat
from ml_connector.intacct.gate import demand_success
from ml_connector.intacct.objects import AuditEntry, Entry, Readable, Record
from ml_connector.intacct.pages import RowForm
from ml_connector.intacct.paging import PAGE_SIZE, read_all
from ml_connector.intacct.query import (
    KEY_FIELD,
    Aggregate,
    Filter,
    Query,
    all_of,
    compare,
    has_times,
    render_aggregates,
    render_query,
)
from ml_connector.intacct.reading.changes import AUDIT_LAG, MODIFIED, OVERLAP, Changes, Deletion, Watermark
from ml_connector.intacct.reading.definitions import (
    ObjectDefinition,
    read_inspection,
    read_lookup,
    read_object_names,
)
from ml_connector.intacct.reading.functions import (
    render_inspect,
    render_lookup,
    render_read,
    render_read_by_query,
    render_read_more,
)
from ml_connector.intacct.results import Page, Result, Row
from ml_connector.intacct.session import Sessions

_R = TypeVar("_R", bound=Readable)
_KEYS_AT_ONCE = 100


class Reader:
    """Reads one company as one user. May be used by several threads.

    Besides what each method says, all raise what `Client` says of reads, and PermissionDenied when the user
    may not read the object. Iterators request a page when its first row is wanted.
    """

    def __init__(self, sessions: Sessions, *, timeout: float) -> None:
        self._sessions = sessions
        self._timeout = timeout

    def query(self, query: Query, *, entity: str = "") -> Iterator[Row]:
        """All rows of a query in the order of its key, private ones included."""
        return read_all(lambda after: self._fetch_page(query, after, entity), key=query.key)

    def list_records(
        self,
        kind: type[_R],
        *,
        where: Filter | None = None,
        custom: Sequence[str] = (),
        without: Sequence[str] = (),
        entity: str = "",
    ) -> Iterator[Entry[_R]]:
        """All records of a kind, with these custom fields of theirs.

        `without` names fields of Intacct's that this company cannot query; they are read as empty.
        """
        query = _select(kind, where, custom, without)
        return (_make_entry(kind, row) for row in self._list_rows(kind, query, entity))

    def count(self, object_: str, *, where: Filter | None = None, entity: str = "") -> int:
        """How many records there are, in one request."""
        row = self.aggregate(
            object_, [Aggregate(measure="count", field=KEY_FIELD)], where=where, entity=entity
        )
        number = row.integer(f"COUNT.{KEY_FIELD}")
        if number is None:
            raise AnswerUnreadable(f"query {object_}: the answer has no COUNT.{KEY_FIELD}")
        return number

    def aggregate(
        self, object_: str, aggregates: Iterable[Aggregate], *, where: Filter | None = None, entity: str = ""
    ) -> Row:
        """The numbers over all rows: `row.decimal("SUM.TOTALDUE")`, `row.integer("COUNT.RECORDNO")`."""
        form = self._find_format(where, entity)
        body = render_aggregates(object_, aggregates, where, form)
        rows = self._ask_rows("query", object_, body, entity=entity).rows
        if len(rows) != 1:
            raise AnswerUnreadable(f"query {object_}: {len(rows)} rows where one of aggregates was asked for")
        return rows[0]

    def read(
        self, object_: str, keys: Sequence[int], *, fields: Sequence[str] = ("*",), entity: str = ""
    ) -> Iterator[Row]:
        """Records by RECORDNO with their lines, a hundred a request; those that do not exist are left out.

        Unlike a query it sees what is private to an entity only in that entity (inferred).
        """
        return self._read_some("read", object_, [str(key) for key in keys], fields, entity)

    def read_by_name(
        self, object_: str, names: Sequence[str], *, fields: Sequence[str] = ("*",), entity: str = ""
    ) -> Iterator[Row]:
        """The same by id (VENDORID, DOCID, ...). Raises ValueError for an id with a comma, which parts them."""
        spoilt = [name for name in names if "," in name]
        if spoilt:
            raise ValueError(f"readByName of {object_}: {spoilt[0]!r} has a comma; ask for it by query")
        return self._read_some("readByName", object_, names, fields, entity)

    def read_by_query(
        self, object_: str, where: str = "", *, fields: Sequence[str] = ("*",), entity: str = ""
    ) -> Iterator[Row]:
        """Records that meet a condition in Intacct's older language, in no order at all.

        It knows database values, not labels (`STATE = 'A'`), and can select all fields. Write texts with
        `quote`. Prefer `query`.
        """
        body = render_read_by_query(object_, where, fields, PAGE_SIZE)
        page = self._ask_rows("readByQuery", object_, body, entity=entity)
        yield from page.rows
        while page.remaining:
            if not page.result_id:
                raise AnswerUnreadable(f"readByQuery {object_}: more rows, but no resultId to read them with")
            page = self._ask_rows("readMore", object_, render_read_more(page.result_id), entity=entity)
            if not page.rows:
                raise AnswerUnreadable(f"readMore {object_}: no rows where {page.remaining} remain")
            yield from page.rows

    def lookup(self, object_: str, *, document: str = "") -> ObjectDefinition:
        """The fields of an object and what it is related to; of a purchasing document by its definition."""
        result, raw = self._ask("lookup", object_, render_lookup(object_, document))
        return read_lookup(result.data, object_, raw)

    def inspect(self, object_: str) -> ObjectDefinition:
        """The fields of an object in an older form, which knows lengths. `lookup` says more, but for those."""
        result, raw = self._ask("inspect", object_, render_inspect(object_))
        return read_inspection(result.data, object_, raw)

    def list_object_names(self) -> tuple[str, ...]:
        """The names of all objects of the company, those of its own included."""
        result, _ = self._ask("inspect", "objects", render_inspect("*"))
        return read_object_names(result.data)

    def list_changes(
        self,
        kind: type[_R],
        *,
        since: Watermark | None = None,
        overlap: dt.timedelta = OVERLAP,
        custom: Sequence[str] = (),
        entity: str = "",
    ) -> Changes[_R]:
        """What was created or changed since a watermark, each state of a record once; everything without one."""
        where = since.wanted(overlap) if since else None
        rows = self._list_rows(kind, _select(kind, where, (*custom, MODIFIED)), entity)
        return Changes(rows, lambda row: _make_entry(kind, row), since=since, overlap=overlap)

    def list_deletions(
        self, object_: str, *, since: dt.datetime, lag: dt.timedelta = AUDIT_LAG, entity: str = ""
    ) -> Iterator[Deletion]:
        """What the audit trail says was deleted since a time.

        Entries appear late, so that it looks back by `lag` and tells some twice: know them by `audit_id`. The
        user needs permission for the trail, and the object must be audited: compare ids where that is not so.
        """
        deleted = all_of(
            compare("OBJECTTYPE", "equalto", object_.lower()),
            compare("ACCESSMODE", "equalto", "D"),
            compare("ACCESSTIME", "greaterthanorequalto", since - lag),
        )
        entries = self.list_records(AuditEntry, where=deleted, entity=entity)
        return (Deletion.from_audit(entry.record) for entry in entries)

    def find_missing(
        self, object_: str, known: Collection[int], *, where: Filter | None = None, entity: str = ""
    ) -> frozenset[int]:
        """Which of these RECORDNOs Intacct does not list any more, by reading all of them.

        Raises AnswerUnreadable when it lists none at all: a lost permission must not look like deletion.
        """
        query = Query(object=object_, fields=(KEY_FIELD,), where=where)
        there = {row.record_no for row in self.query(query, entity=entity)}
        if known and not there:
            raise AnswerUnreadable(f"{object_}: Intacct lists no record; that is not taken for deletion")
        return frozenset(known) - there

    def list_legacy(self, object_: str, body: str, *, entity: str = "") -> Page:
        """One answer to `get_list`, which alone knows attachments."""
        return self._ask_rows("get_list", object_, body, entity=entity)

    def _list_rows(self, kind: type[Readable], query: Query, entity: str) -> Iterator[Row]:
        """The rows of records; the user's zone is known before the first time stamp is read."""
        is_timed = MODIFIED in query.fields or (issubclass(kind, Record) and kind.HAS_TIMES)

        def fetch(after: int) -> Page:
            if is_timed:
                self._sessions.find_format(entity)
            return self._fetch_page(query, after, entity)

        return read_all(fetch, key=query.key)

    def _fetch_page(self, query: Query, after: int, entity: str) -> Page:
        form = self._find_format(query.where, entity)
        function = Function(
            control_id=f"query:{query.object}:{after}",
            name=f"query {query.object}",
            body=render_query(query, after=after, pagesize=PAGE_SIZE, form=form),
        )
        return self._demand_page(function, entity, RowForm(key=query.key))

    def _find_format(self, where: Filter | None, entity: str) -> UserFormat:
        if has_times(where):
            return self._sessions.find_format(entity)
        return self._sessions.get_format(entity) or AMERICAN

    def _read_some(
        self, name: str, object_: str, keys: Sequence[str], fields: Sequence[str], entity: str
    ) -> Iterator[Row]:
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            body = render_read(name, object_, keys[start : start + _KEYS_AT_ONCE], fields)
            yield from self._ask_rows(name, object_, body, entity=entity).rows

    def _ask_rows(self, name: str, object_: str, body: str, *, entity: str) -> Page:
        function = Function(control_id=f"{name}:{object_}", name=f"{name} {object_}", body=body)
        return self._demand_page(function, entity, RowForm(key=""))

    def _demand_page(self, function: Function, entity: str, form: RowForm) -> Page:
        request = Request(functions=(function,), entity=entity, form=form)
        reply = self._sessions.send(request, timeout=self._timeout)
        page = demand_success(reply, function).page
        if page is None:
            raise AnswerUnreadable(f"{function.name}: success, but no data in the answer", answer=reply.raw)
        return page

    def _ask(self, name: str, object_: str, body: str) -> tuple[Result, bytes]:
        function = Function(control_id=f"{name}:{object_}", name=f"{name} {object_}", body=body)
        reply = self._sessions.send(Request(functions=(function,)), timeout=self._timeout)
        return demand_success(reply, function), reply.raw


def _select(
    kind: type[Readable], where: Filter | None, custom: Sequence[str], without: Sequence[str] = ()
) -> Query:
    key = kind.KEY if issubclass(kind, Record) else KEY_FIELD
    fields = tuple(name for name in kind.FIELDS if name not in without)
    return Query(object=kind.OBJECT, fields=(*fields, *custom), where=where, key=key)


def _make_entry(kind: type[_R], row: Row) -> Entry[_R]:
    known = {*kind.FIELDS, KEY_FIELD}
    return Entry(
        record=kind.from_row(row),
        record_no=row.record_no,
        custom={name: value for name, value in row.values.items() if name not in known},
        modified=row.time(MODIFIED) if row.format else None,
    )
