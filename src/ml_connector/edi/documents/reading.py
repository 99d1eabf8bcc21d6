"""Reading the elements of a document, with what could not be read collected on the way."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from ml_connector.edi.elements import (
    EXACT,
    LARGEST_AMOUNT,
    is_usual_integer,
    is_usual_real,
    parse_cents,
    parse_date,
    parse_real,
    parse_time,
)
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import Row, get_element, trim_rows

T_co = TypeVar("T_co", covariant=True)


class Reading(Struct, Generic[T_co], frozen=True, kw_only=True, gc=False):
    """A document as far as it could be read, and what is wrong with it."""

    document: T_co | None
    findings: tuple[Finding, ...]


class ElementReader:
    """Turns the elements of one set into values; an absent element is None, and so is an unreadable one, with a finding."""

    def __init__(self, transaction: Transaction) -> None:
        self.rows = trim_rows(transaction.rows, transaction.text, transaction.interchange.delimiters)
        self.findings: list[Finding] = []
        self._transaction = transaction
        self._near = transaction.interchange.date
        self._places: dict[int, tuple[int, int]] = {}

    def report(self, code: Code, message: str, row: Row, number: int | None = None) -> None:
        """Add a finding about a segment, or about one of its elements."""
        position, offset = self.locate(row)
        finding = Finding(
            code=code,
            message=f"{message} (segment {position}).",
            offset=offset,
            position=position,
            tag=row[0],
            element=number,
            value=(get_element(row, number) or None) if number else None,
        )
        self.findings.append(finding)

    def locate(self, row: Row) -> tuple[int, int]:
        """Position (ST = 1) and offset of a segment of this set; worked out when it is first asked for."""
        if not self._places:
            pairs = zip(self.rows, self._transaction.segments, strict=True)
            self._places = {id(row): (place.position, place.offset) for row, place in pairs}
        return self._places[id(row)]

    def read_text(self, row: Row, number: int) -> str:
        return get_element(row, number)

    def read_real(self, row: Row, number: int) -> Decimal | None:
        """An element of type R that is no amount: a quantity, price, rate or percentage."""
        text = get_element(row, number)
        if is_usual_real(text):
            return Decimal(text)
        return self._read_unusual(parse_real, "a number", row, number) if text else None

    def read_amount(self, row: Row, number: int) -> Decimal | None:
        """An amount of type R."""
        value = self.read_real(row, number)
        if value is not None:
            self.check_size(value, row, number)
        return value

    def read_implied(self, row: Row, number: int) -> Decimal | None:
        """An amount of type N2; with a point in it, it is taken literally."""
        text = get_element(row, number)
        if is_usual_integer(text):
            return EXACT.scaleb(Decimal(text), -2)
        return self._read_unusual_amount(row, number) if text else None

    def _read_unusual_amount(self, row: Row, number: int) -> Decimal | None:
        text = row[number].strip(" ")
        if "." in text:
            value = self.read_real(row, number)
        else:
            value = self._read_unusual(parse_cents, "an amount", row, number)
        if value is not None:
            self.check_size(value, row, number)
            if "." in text:
                message = f"{_name(row, number)} is {text!r}: the point is taken literally, not as two implied decimals"
                self.report(Code.N2_WITH_POINT, message, row, number)
        return value

    def _read_unusual(
        self, parse: Callable[[str], Decimal | None], kind: str, row: Row, number: int
    ) -> Decimal | None:
        """The value without blanks around it, or a finding."""
        text = row[number].strip(" ")
        value = parse(text)
        if text and value is None:
            self.report(Code.NUMBER_UNREADABLE, f"{_name(row, number)} is {text!r}, not {kind}", row, number)
        return value

    def check_size(self, amount: Decimal, row: Row, number: int) -> None:
        """Report an amount that books cannot keep."""
        if abs(amount) > LARGEST_AMOUNT:
            message = f"{_name(row, number)} gives {amount}, more than {LARGEST_AMOUNT}"
            self.report(Code.AMOUNT_TOO_LARGE, message, row, number)

    def read_count(self, row: Row, number: int) -> int | None:
        """A whole number, such as a number of days or lines."""
        text = get_element(row, number)
        if is_usual_integer(text):
            return int(text)
        value = self.read_real(row, number)
        if value is not None and value != value.to_integral_value():
            message = f"{_name(row, number)} is {value}, not a whole number"
            self.report(Code.NUMBER_UNREADABLE, message, row, number)
            return None
        return None if value is None else int(value)

    def read_date(self, row: Row, number: int) -> date | None:
        return self.read_date_text(get_element(row, number), row, number)

    def read_date_text(self, text: str, row: Row, number: int) -> date | None:
        """The date in a part of an element."""
        text = text.strip(" ")
        if not text:
            return None
        if not text.strip("0"):
            self.report(Code.DATE_ZERO, f"{_name(row, number)} is {text}, read as no date", row, number)
            return None
        value = parse_date(text, self._near)
        if value is None:
            self.report(Code.DATE_UNREADABLE, f"{_name(row, number)} is {text!r}, not a date", row, number)
        return value

    def read_time(self, row: Row, number: int) -> time | None:
        text = get_element(row, number)
        value = parse_time(text)
        if text and value is None:
            self.report(Code.DATE_UNREADABLE, f"{_name(row, number)} is {text!r}, not a time", row, number)
        return value


def _name(row: Row, number: int) -> str:
    return f"{row[0]}{number:02}"
