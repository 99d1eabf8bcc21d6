"""Reading the elements of a document, with what could not be read collected on the way."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Generic, TypeVar

from ml_connector.edi.elements import LARGEST_AMOUNT, parse_date, parse_implied, parse_real, parse_time
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import Segment

T = TypeVar("T")

_CENT_DECIMALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """A document as far as it could be read, and what is wrong with it."""

    document: T | None
    findings: tuple[Finding, ...]


class ElementReader:
    """Turns elements into values; an absent element is None, and so is an unreadable one, with a finding."""

    def __init__(self, near: date | None) -> None:
        self._near = near
        self.findings: list[Finding] = []

    def report(self, code: Code, message: str, segment: Segment, number: int | None = None) -> None:
        """Add a finding about a segment, or about one of its elements."""
        finding = Finding(
            code=code,
            message=f"{message} (segment {segment.position}).",
            offset=segment.offset,
            position=segment.position,
            tag=segment.tag,
            element=number,
        )
        self.findings.append(finding)

    def read_real(self, segment: Segment, number: int) -> Decimal | None:
        """An element of type R that is no amount: a quantity, price, rate or percentage."""
        text = segment.element(number).strip(" ")
        value = parse_real(text)
        if text and value is None:
            self.report(
                Code.NUMBER_UNREADABLE, f"{_name(segment, number)} is {text!r}, not a number", segment, number
            )
        return value

    def read_amount(self, segment: Segment, number: int) -> Decimal | None:
        """An amount of type R."""
        value = self.read_real(segment, number)
        if value is not None:
            self.check_size(value, segment, number)
        return value

    def read_implied(self, segment: Segment, number: int) -> Decimal | None:
        """An amount of type N2; with a point in it, it is taken literally."""
        text = segment.element(number).strip(" ")
        if "." not in text:
            value = parse_implied(text, _CENT_DECIMALS)
        else:
            value = self.read_real(segment, number)
            if value is None:
                return None
            message = f"{_name(segment, number)} is {text!r}: the point is taken literally, not as two implied decimals"
            self.report(Code.N2_WITH_POINT, message, segment, number)
        if text and value is None:
            self.report(
                Code.NUMBER_UNREADABLE,
                f"{_name(segment, number)} is {text!r}, not an amount",
                segment,
                number,
            )
        if value is not None:
            self.check_size(value, segment, number)
        return value

    def check_size(self, amount: Decimal, segment: Segment, number: int) -> None:
        """Report an amount that books cannot keep."""
        if abs(amount) > LARGEST_AMOUNT:
            message = f"{_name(segment, number)} gives {amount}, more than {LARGEST_AMOUNT}"
            self.report(Code.AMOUNT_TOO_LARGE, message, segment, number)

    def read_count(self, segment: Segment, number: int) -> int | None:
        """A whole number, such as a number of days or lines."""
        value = self.read_real(segment, number)
        if value is not None and value != value.to_integral_value():
            message = f"{_name(segment, number)} is {value}, not a whole number"
            self.report(Code.NUMBER_UNREADABLE, message, segment, number)
            return None
        return None if value is None else int(value)

    def read_date(self, segment: Segment, number: int) -> date | None:
        return self.read_date_text(segment.element(number), segment, number)

    def read_date_text(self, text: str, segment: Segment, number: int) -> date | None:
        """The date in a part of an element."""
        text = text.strip(" ")
        if not text:
            return None
        if not text.strip("0"):
            self.report(
                Code.DATE_ZERO, f"{_name(segment, number)} is {text}, read as no date", segment, number
            )
            return None
        value = parse_date(text, self._near)
        if value is None:
            self.report(
                Code.DATE_UNREADABLE, f"{_name(segment, number)} is {text!r}, not a date", segment, number
            )
        return value

    def read_time(self, segment: Segment, number: int) -> time | None:
        text = segment.element(number)
        value = parse_time(text)
        if text and value is None:
            self.report(
                Code.DATE_UNREADABLE, f"{_name(segment, number)} is {text!r}, not a time", segment, number
            )
        return value


def _name(segment: Segment, number: int) -> str:
    return f"{segment.tag}{number:02}"
