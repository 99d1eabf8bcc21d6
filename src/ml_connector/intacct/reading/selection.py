"""From a kind of record to the query that reads it, and from a row to the record."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from ml_connector.intacct.objects import Entry, Readable, Record
from ml_connector.intacct.query import KEY_FIELD, Filter, Query
from ml_connector.intacct.reading.changes import MODIFIED
from ml_connector.intacct.results import Row

_R = TypeVar("_R", bound=Readable)


def name_object(kind: str | type[Readable]) -> str:
    return kind if isinstance(kind, str) else kind.OBJECT


def select(
    kind: type[Readable],
    where: Filter | None,
    custom: Sequence[str],
    without: Sequence[str] = (),
    *,
    ignore_case: bool = False,
) -> Query:
    key = kind.KEY if issubclass(kind, Record) else KEY_FIELD
    fields = tuple(name for name in kind.FIELDS if name not in without)
    return Query(object=kind.OBJECT, fields=(*fields, *custom), where=where, key=key, ignore_case=ignore_case)


def make_entry(kind: type[_R], row: Row, asked: dt.datetime | None = None) -> Entry[_R]:
    known = {*kind.FIELDS, KEY_FIELD, MODIFIED}
    return Entry(
        record=kind.from_row(row),
        record_no=row.record_no,
        custom={name: value for name, value in row.values.items() if name not in known},
        modified=row.time(MODIFIED),
        asked=asked,
    )
