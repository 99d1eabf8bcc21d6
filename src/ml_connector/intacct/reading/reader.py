"""All ways to read a company; each pages itself and repeats nothing."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from ml_connector.intacct.errors import AnswerUnreadable
from ml_connector.intacct.objects import AuditEntry, Entry, Readable
from ml_connector.intacct.paging import LARGEST_PAGE, PAGE_SIZE, read_all
from ml_connector.intacct.query import (
    KEY_FIELD,
    Aggregate,
    Filter,
    Query,
    all_of,
    compare,
    render_aggregates,
)
from ml_connector.intacct.reading.asking import Questions, make_function
from ml_connector.intacct.reading.changes import (
    AUDIT_LAG,
    MODIFIED,
    OVERLAP,
    Changes,
    Deletion,
    Watermark,
    changed_after,
)
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
from ml_connector.intacct.reading.selection import make_entry, name_object, select
from ml_connector.intacct.results import Page, Row

_R = TypeVar("_R", bound=Readable)
_KEYS_AT_ONCE = 100


class Reader(Questions):
    """Reads one company as one user. May be used by several threads.

    Dates and time stamps are written into filters, and read, as the API user's own format and zone want it.
    Besides what each method says, all raise what `Client` says of reads, and PermissionDenied when the user
    may not read the object. Iterators request a page when its first row is wanted.
    """

    def query(self, query: Query, *, entity: str = "") -> Iterator[Row]:
        """All rows of a query in the order of its key, private ones included."""
        return read_all(lambda after: self._fetch_page(query, after, entity), key=query.key)

    def list_records(  # noqa: PLR0913 (each narrows what is read, and all may be left out)
        self,
        kind: type[_R],
        *,
        where: Filter | None = None,
        changed_since: dt.datetime | None = None,
        custom: Sequence[str] = (),
        without: Sequence[str] = (),
        ignore_case: bool = False,
        page_size: int = PAGE_SIZE,
        entity: str = "",
    ) -> Iterator[Entry[_R]]:
        """All records of a kind in the order of their key, with these custom fields of theirs.

        `changed_since` leaves out what has a time stamp before that time; the caller looks back far enough for late
        ones, or uses `list_changes`. `without` names fields that this company cannot query; they are read as
        empty. `ignore_case` is for comparisons of text. One page is held at a time.
        """
        if changed_since is not None:
            where, custom = all_of(where, changed_after(changed_since)), (*custom, MODIFIED)
        _check_page(page_size, LARGEST_PAGE)
        query = select(kind, where, custom, without, ignore_case=ignore_case)
        return self._list_entries(kind, query, entity, page_size)

    def _list_entries(self, kind: type[_R], query: Query, entity: str, page_size: int) -> Iterator[Entry[_R]]:
        asked: dt.datetime | None = None

        def fetch(after: int) -> Page:
            nonlocal asked
            page = self._fetch_page(query, after, entity, page_size)
            asked = asked or page.asked
            return page

        for row in read_all(fetch, key=query.key, page_size=page_size):
            yield make_entry(kind, row, asked)

    def list_ids(
        self, kind: str | type[Readable], *, where: Filter | None = None, entity: str = ""
    ) -> Iterator[int]:
        """The RECORDNO of every record, as little as can be read of them."""
        query = Query(object=name_object(kind), fields=(KEY_FIELD,), where=where)
        return (row.record_no for row in self.query(query, entity=entity))

    def count(self, kind: str | type[Readable], *, where: Filter | None = None, entity: str = "") -> int:
        """How many records there are, counted by Intacct in one request."""
        object_ = name_object(kind)
        wanted = [Aggregate(measure="count", field=KEY_FIELD)]
        row = self.aggregate(object_, wanted, where=where, entity=entity)
        number = row.integer(f"COUNT.{KEY_FIELD}")
        if number is None:
            raise AnswerUnreadable(f"query {object_}: the answer has no COUNT.{KEY_FIELD}")
        return number

    def aggregate(
        self, object_: str, aggregates: Iterable[Aggregate], *, where: Filter | None = None, entity: str = ""
    ) -> Row:
        """The numbers over all rows: `row.decimal("SUM.TOTALDUE")`, `row.integer("COUNT.RECORDNO")`."""
        wanted = tuple(aggregates)
        ask = make_function("query", object_)
        rows = self._ask_page(
            ask, lambda form: render_aggregates(object_, wanted, where, form), entity=entity
        ).rows
        if len(rows) != 1:
            raise AnswerUnreadable(f"query {object_}: {len(rows)} rows where one of aggregates was asked for")
        names = (f"{each.measure}.{each.field}".upper() for each in wanted)
        missing = [name for name in names if name not in rows[0].values]
        if missing:
            raise AnswerUnreadable(f"query {object_}: the answer has no {', '.join(missing)}")
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
        self,
        object_: str,
        where: str = "",
        *,
        fields: Sequence[str] = ("*",),
        page_size: int = PAGE_SIZE,
        entity: str = "",
    ) -> Iterator[Row]:
        """Records that meet a condition in Intacct's older language, in no order at all.

        It knows database values, not labels (`STATE = 'A'`), and can select all fields. Write texts with
        `quote`. Prefer `query`. Raises ValueError for a page of more than 1,000, which it does not know either.
        """
        _check_page(page_size, PAGE_SIZE)
        body = render_read_by_query(object_, where, fields, page_size)
        page = self._ask_rows("readByQuery", object_, body, entity=entity)
        yield from page.rows
        while page.remaining != 0 and page.rows:
            if page.remaining is None:
                raise AnswerUnreadable(f"readByQuery {object_}: the answer does not say how many rows remain")
            if not page.result_id:
                raise AnswerUnreadable(f"readByQuery {object_}: more rows, but no resultId to read them with")
            page = self._ask_rows("readMore", object_, render_read_more(page.result_id), entity=entity)
            if not page.rows:
                raise AnswerUnreadable(f"readMore {object_}: no rows where {page.remaining} remain")
            yield from page.rows

    def lookup(self, object_: str, *, document: str = "") -> ObjectDefinition:
        """The fields of an object and what it is related to; of a purchasing document by its definition."""
        data, raw = self.ask(f"lookup {object_}", render_lookup(object_, document))
        return read_lookup(data, object_, raw)

    def inspect(self, object_: str) -> ObjectDefinition:
        """The fields of an object in an older form, which knows lengths. `lookup` says more, but for those."""
        data, raw = self.ask(f"inspect {object_}", render_inspect(object_))
        return read_inspection(data, object_, raw)

    def list_object_names(self) -> tuple[str, ...]:
        """The names of all objects of the company, those of its own included."""
        data, _ = self.ask("inspect objects", render_inspect("*"))
        return read_object_names(data)

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
        query = select(kind, since.wanted(overlap) if since else None, (*custom, MODIFIED))

        def fetch(after: int) -> Page:
            return self._fetch_page(query, after, entity)

        return Changes(fetch, lambda row: make_entry(kind, row), key=query.key, since=since, overlap=overlap)

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
        there = set(self.list_ids(object_, where=where, entity=entity))
        if known and not there:
            raise AnswerUnreadable(f"{object_}: Intacct lists no record; that is not taken for deletion")
        return frozenset(known) - there

    def list_legacy(self, object_: str, body: str, *, entity: str = "") -> Page:
        """One answer to `get_list`, which alone knows attachments. It has to be all there is."""
        page = self._ask_rows("get_list", object_, body, entity=entity)
        if page.remaining:
            raise AnswerUnreadable(f"get_list {object_}: {page.remaining} more than the answer lists")
        return page

    def _read_some(
        self, name: str, object_: str, keys: Sequence[str], fields: Sequence[str], entity: str
    ) -> Iterator[Row]:
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            body = render_read(name, object_, keys[start : start + _KEYS_AT_ONCE], fields)
            yield from self._ask_rows(name, object_, body, entity=entity).rows


def _check_page(size: int, most: int) -> None:
    if not 1 <= size <= most:
        raise ValueError(f"page_size is {size}; give 1 to {most}")
