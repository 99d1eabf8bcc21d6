"""The whole library over a company in memory, as far as the contract asks for it: all its ways to read.

Every field exists that a kind of record has, and what the company has of its own; the older language knows one
condition, that a field is a text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeVar

from tests.fake_rows import FORMAT, find_columns
from tests.fakes import FakeFinance

from ml_connector.intacct import (
    Aggregate,
    BillLine,
    Entry,
    FieldDefinition,
    JournalLine,
    ObjectDefinition,
    Query,
    Readable,
    Record,
    RequestRejected,
    Row,
    UserFormat,
    compare,
)
from ml_connector.intacct.query import Filter

_R = TypeVar("_R", bound=Readable)
_EQUAL: Final = re.compile(r"(?P<field>\w+) = '(?P<text>(\\.|[^\\'])*)'")
#: What `readByName` knows records by.
_NAMES: Final = {"VENDOR": "VENDORID", "APTERM": "NAME"}
#: The lines that `read` gives with a record, and the field that says whose they are.
_LINES: Final[Mapping[str, tuple[str, type[Record], str]]] = {
    "APBILL": ("APBILLITEMS", BillLine, "RECORDKEY"),
    "GLBATCH": ("ENTRIES", JournalLine, "BATCHNO"),
}
_MEASURES: Final[Mapping[str, Callable[[list[Decimal]], Decimal | int]]] = {
    "count": len,
    "min": min,
    "max": max,
    "sum": lambda numbers: sum(numbers, start=Decimal(0)),
    "avg": lambda numbers: sum(numbers, start=Decimal(0)) / len(numbers),
}


class FakeLibrary:
    """What `Client` is for a real company."""

    def __init__(self, finance: FakeFinance) -> None:
        self.reading = FakeReader(finance)
        self.setup = finance.setup
        self.writing = finance.writing
        self.query = self.reading.query

    def connect(self) -> UserFormat:
        """How the user's dates are written."""
        return FORMAT


class FakeReader:
    """What `Reader` is for a real company."""

    def __init__(self, finance: FakeFinance) -> None:
        self._finance = finance
        self._reading = finance.reading
        self.count = self._reading.count

    def list_records(
        self, kind: type[_R], *, where: Filter | None = None, page_size: int = 1000
    ) -> Iterator[Entry[_R]]:
        return self._reading.list_in_pages(kind, page_size, where=where)

    def list_ids(self, kind: type[Readable]) -> Iterator[int]:
        return (row.record_no for row in self._reading.list_rows(kind.OBJECT))

    def query(self, query: Query) -> Iterator[Row]:
        _check_fields(query.object, query.fields)
        return iter(self._reading.list_rows(query.object, where=query.where))

    def aggregate(self, object_: str, aggregates: Iterable[Aggregate]) -> Row:
        rows = self._reading.list_rows(object_)
        values = {}
        for each in aggregates:
            numbers = [number for row in rows if (number := row.decimal(each.field)) is not None]
            told = _MEASURES[each.measure](numbers) if numbers or each.measure == "count" else ""
            values[f"{each.measure}.{each.field}".upper()] = str(told)
        return Row(object=object_, record_no=0, values=values, format=FORMAT)

    def read(self, object_: str, keys: Sequence[int], *, entity: str = "") -> Iterator[Row]:
        return self._read(object_, "RECORDNO", list(map(str, keys)), entity)

    def read_by_name(self, object_: str, names: Sequence[str], *, entity: str = "") -> Iterator[Row]:
        return self._read(object_, _NAMES[object_], names, entity)

    def read_by_query(self, object_: str, where: str) -> Iterator[Row]:
        found = _EQUAL.fullmatch(where)
        if found is None:
            raise NotImplementedError(where)
        text = re.sub(r"\\(.)", r"\1", found["text"])
        return iter(self._reading.list_rows(object_, where=compare(found["field"], "equalto", text)))

    def lookup(self, object_: str) -> ObjectDefinition:
        fields = (
            FieldDefinition(
                name=name,
                label=name.capitalize(),
                description="",
                data_type="",
                required=False,
                read_only=False,
                custom=False,
                values=(),
                max_length=None,
            )
            for name in find_columns(object_)
        )
        return ObjectDefinition(name=object_, document="", fields=tuple(fields))

    def _read(self, object_: str, field: str, keys: Sequence[str], entity: str) -> Iterator[Row]:
        self._finance._demand_entity(entity)
        for row in self._reading.list_rows(object_, where=compare(field, "in", *keys)):
            yield replace(row, lines=self._list_lines(row))

    def _list_lines(self, row: Row) -> dict[str, tuple[Row, ...]]:
        if row.object not in _LINES:
            return {}
        name, kind, field = _LINES[row.object]
        where = compare(field, "equalto", str(row.record_no))
        return {name: tuple(self._reading.list_rows(kind.OBJECT, where=where))}


def _check_fields(object_: str, names: Iterable[str]) -> None:
    unknown = set(names) - find_columns(object_).keys() - {"RECORDNO"}
    if unknown:
        raise RequestRejected(f"{object_} has no field {', '.join(sorted(unknown))}")
