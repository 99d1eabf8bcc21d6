"""Reading the elements of a document, with what could not be read collected on the way."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from ml_connector.edi.elements import (
    LARGEST_AMOUNT,
    is_usual_integer,
    is_usual_real,
    parse_cents,
    parse_date,
    parse_real,
    parse_time,
    take_cents,
    take_date,
)
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.segments import MOST_ELEMENTS, Row, get_element, is_short, split_skeleton
from ml_connector.edi.severity import Severity

#: Of one document. A file that is wrong throughout says no more by a thousand of them.
MOST_FINDINGS = 100
_GRAVEST_FIRST = (Severity.ERROR, Severity.HOLD, Severity.NOTE)

T_co = TypeVar("T_co", covariant=True)


class Reading(Struct, Generic[T_co], frozen=True, kw_only=True, gc=False):
    """A document as far as it could be read, and what is wrong with it."""

    document: T_co | None
    findings: tuple[Finding, ...]


class ElementReader:
    """Turns the elements of one set into values; an absent element is None, and so is an unreadable one, with a finding."""

    def __init__(self, transaction: Transaction) -> None:
        contents = transaction.contents
        self.rows, self.skeleton = contents.rows, contents.skeleton
        self._findings: list[Finding] = []
        self._unlisted = 0
        self._least = len(_GRAVEST_FIRST)  #: no finding listed is less grave, told once there are many
        self._transaction = transaction
        self._near = transaction.interchange.date
        self._places: dict[int, tuple[int, int]] = {}
        if not is_short(transaction.text, transaction.interchange.delimiters.terminator.decode("latin-1")):
            self._cut_rows()

    def _cut_rows(self) -> None:
        """Leave out the elements beyond the limit, if there are, and report the first segment that has such."""
        place = next((at for at, row in enumerate(self.rows) if len(row) > MOST_ELEMENTS + 1), None)
        if place is None:
            return
        self.rows = [row[: MOST_ELEMENTS + 1] for row in self.rows]
        wide = self.rows[place]
        message = f"{wide[0]} has more than {MOST_ELEMENTS} elements, the first were read: look for a missing terminator"
        self.report(Code.SEGMENT_TOO_WIDE, message, wide)

    @property
    def tags(self) -> frozenset[str]:
        """The tags of all segments."""
        return frozenset(split_skeleton(self.skeleton))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The first findings of the gravest kinds, at most MOST_FINDINGS, and one that tells how many more there are."""
        if not self._unlisted:
            return tuple(self._findings)
        message = f"The document has {self._unlisted} more findings, none graver than those listed."
        return (*self._findings, Finding(code=Code.FINDINGS_MORE, message=message))

    def report(self, code: Code, message: str, row: Row, number: int | None = None) -> None:
        """Add a finding about a segment, or about one of its elements; when there are many, only in place of a lesser one."""
        if len(self._findings) == MOST_FINDINGS and not self._make_room(_rank(code)):
            return
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
        self._findings.append(finding)

    def _make_room(self, rank: int) -> bool:
        """Drop the last of the least grave findings for a graver one."""
        self._unlisted += 1
        if rank >= self._least:
            return False
        ranks = [_rank(finding.code) for finding in self._findings]
        self._least = max(ranks)
        if rank < self._least:
            del self._findings[MOST_FINDINGS - 1 - ranks[::-1].index(self._least)]
        return rank < self._least

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
            return take_cents(text)
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
        day = take_date(text)
        return self._read_unusual_date(text, row, number) if day is None else day

    def _read_unusual_date(self, text: str, row: Row, number: int) -> date | None:
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


def _rank(code: Code | SchemaCode) -> int:
    """The place of its severity among all, the gravest first."""
    return _GRAVEST_FIRST.index(code.severity)


def _name(row: Row, number: int) -> str:
    return f"{row[0]}{number:02}"
