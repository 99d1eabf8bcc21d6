"""Which element of a segment is which field of a record: read at once when all is well, one by one when not."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.elements import is_usual_integer, is_usual_real, parse_time, take_cents, take_date
from ml_connector.edi.segments import Row

R = TypeVar("R")


class Kind(NamedTuple):
    """How elements of one type become values."""

    take: Callable[[str], object] | None  #: raises ValueError for anything unusual; None keeps the text
    read: Callable[[ElementReader, Row, int], object]  #: reads anything, and reports what it cannot


def _take_real(text: str) -> Decimal:
    if is_usual_real(text):
        return Decimal(text)
    raise ValueError


def take_usual_cents(text: str) -> Decimal:
    """The value of an N2 element that is a usual integer; raises ValueError for any other."""
    if is_usual_integer(text):
        return take_cents(text)
    raise ValueError


def _take_count(text: str) -> int:
    if is_usual_integer(text):
        return int(text)
    raise ValueError


def take_usual_date(text: str) -> date:
    """The value of a date with its century; raises ValueError for any other."""
    day = take_date(text)
    if day is None:
        raise ValueError
    return day


def _take_time(text: str) -> time:
    moment = parse_time(text)
    if moment is None:
        raise ValueError
    return moment


TEXT = Kind(None, ElementReader.read_text)
REAL = Kind(_take_real, ElementReader.read_real)
AMOUNT = Kind(_take_real, ElementReader.read_amount)
CENTS = Kind(take_usual_cents, ElementReader.read_implied)
COUNT = Kind(_take_count, ElementReader.read_count)
DATE = Kind(take_usual_date, ElementReader.read_date)
TIME = Kind(_take_time, ElementReader.read_time)


class Values:
    """The elements of a segment from the first on, as values."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = kinds
        takes = [(place, kind.take) for place, kind in enumerate(kinds) if kind.take is not None]
        #: By how many elements there are.
        self._takes = [[each for each in takes if each[0] < width] for width in range(len(kinds) + 1)]
        self._absent = ["" if kind is TEXT else None for kind in kinds]

    def read(self, row: Row, reader: ElementReader) -> list[Any]:
        """One value for each kind: "" for an absent text, None for any other; what cannot be read is reported."""
        values = self.read_present(row, reader)
        return values + self._absent[len(values) :]

    def read_present(self, row: Row, reader: ElementReader) -> list[Any]:
        """The values of the elements up to the last that is there."""
        try:
            return self.take_present(row)
        except ValueError:
            there = enumerate(self._kinds[: len(row) - 1], 1)
            return [kind.read(reader, row, number) for number, kind in there]

    def take_present(self, row: Row) -> list[Any]:
        """The same where there is nothing to report; raises ValueError where an element is unusual."""
        values: list[Any] = [*row[1 : len(self._kinds) + 1]]
        for place, take in self._takes[len(values)]:
            values[place] = take(values[place]) if values[place] else None
        return values


class Layout(Generic[R]):
    """The elements of a segment from the first on, as the positional fields of a record.

    Absent elements leave the record its defaults.
    """

    def __init__(self, record: Callable[..., R], *kinds: Kind) -> None:
        self._record = record
        self._values = Values(*kinds)

    def read(self, row: Row, reader: ElementReader) -> R:
        """The record of a segment; what cannot be read is reported and left out."""
        return self._record(*self._values.read_present(row, reader))

    def take(self, row: Row) -> R:
        """The same where there is nothing to report; raises ValueError where an element is unusual."""
        return self._record(*self._values.take_present(row))
