"""How Intacct writes dates and time stamps for one user (Intacct documentation, 'Parameter formats').

A date has no zone. A time stamp is in the user's own zone and format, in answers and in filters alike.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lxml import etree

from ml_connector.intacct.errors import AnswerUnreadable

_DATE_FORMAT = re.compile(r"(?P<separator>[^A-Za-z0-9]?)(?P<order>[mdyY]{3})")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{1,2}):?(?P<minutes>[0-9]{2})")
_TIME = re.compile("(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?: (?P<half>[AP]M))?")
_DIGITS = {"m": "[0-9]{2}", "d": "[0-9]{2}", "y": "[0-9]{2}", "Y": "[0-9]{4}"}
_SPELLED = {"m": "MM", "d": "DD", "y": "YY", "Y": "YYYY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFormat:
    """A user's order of dates, clock and zone. Raises ValueError for a date format that leaves something out.

    `date_format` is Intacct's spelling: a separator, then the order of m, d and y (two digits) or Y (four).
    `offset` is one number, so daylight saving moves it: it is read again in each session.
    """

    date_format: str = "/mdY"
    clock: Literal[12, 24] = 24
    offset: dt.timedelta = dt.timedelta(0)

    def __post_init__(self) -> None:
        found = _DATE_FORMAT.fullmatch(self.date_format)
        if not found or set(found["order"].lower()) != {"m", "d", "y"}:
            raise ValueError(f"date format {self.date_format!r}: give a separator and m, d, y or Y, as /mdY")
        if abs(self.offset) >= dt.timedelta(days=1):
            raise ValueError(f"offset {self.offset}: it is less than a day")

    @property
    def date_pattern(self) -> str:
        """The format as people write it: MM/DD/YYYY."""
        return self._separator.join(_SPELLED[letter] for letter in self._order)

    def write_date(self, day: dt.date) -> str:
        parts = {"m": f"{day.month:02}", "d": f"{day.day:02}", "y": f"{day.year % 100:02}"}
        parts["Y"] = f"{day.year:04}"
        return self._separator.join(parts[letter] for letter in self._order)

    def write_time(self, moment: dt.datetime) -> str:
        """A time stamp in the user's zone, cut to the second.

        Raises ValueError for a time without a zone, and for one at either end of the calendar.
        """
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no zone; give an aware time")
        try:
            local = moment.astimezone(dt.timezone(self.offset))
        except OverflowError:
            raise ValueError(f"{moment.isoformat()} is no time in the user's zone") from None
        clock = "%H:%M:%S" if self.clock == 24 else "%I:%M:%S %p"
        return f"{self.write_date(local)} {local.strftime(clock)}"

    def read_date(self, text: str) -> dt.date:
        """Raises ValueError for anything but a date in this format. Two digits mean a year from 2000 on."""
        found = _compile_date(self.date_format).fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no date as {self.date_pattern}")
        year = int(found["Y"]) if "Y" in self.date_format else 2000 + int(found["y"])
        return dt.date(year, int(found["m"]), int(found["d"]))

    def read_time(self, text: str) -> dt.datetime:
        """A time stamp in UTC; one that is a date only means its midnight. Raises ValueError for anything else."""
        day, _, clock = text.partition(" ")
        local = dt.datetime.combine(self.read_date(day), _read_clock(clock))
        try:
            return local.replace(tzinfo=dt.timezone(self.offset)).astimezone(dt.UTC)
        except OverflowError:
            raise ValueError(f"{text!r} is no time of this calendar") from None

    @property
    def _separator(self) -> str:
        return self.date_format[:-3]

    @property
    def _order(self) -> str:
        return self.date_format[-3:]


@cache
def _compile_date(date_format: str) -> re.Pattern[str]:
    separator, order = re.escape(date_format[:-3]), date_format[-3:]
    return re.compile(separator.join(f"(?P<{letter}>{_DIGITS[letter]})" for letter in order))


def read_user_format(data: etree._Element | None, answer: bytes) -> UserFormat:
    """The format in an answer to readUserFormatting. Raises AnswerUnreadable for one we could not follow."""
    said = None if data is None else data.find(".//userformatting")
    if said is None:
        raise AnswerUnreadable("readUserFormatting: success, but no formatting in the answer", answer=answer)
    clock, date_format = said.findtext("clock", "").strip(), said.findtext("dateformat", "").strip()
    try:
        if clock not in {"12", "24"}:
            raise ValueError(f"clock {clock!r} is neither 12 nor 24")  # noqa: TRY301 (joins what UserFormat raises)
        return UserFormat(
            date_format=date_format,
            clock=12 if clock == "12" else 24,
            offset=_read_offset(said.findtext("gmtoffset", "").strip()),
        )
    except ValueError as error:
        raise AnswerUnreadable(
            f"readUserFormatting: {error}; set the user to a 24 hour clock", answer=answer
        ) from None


def _read_offset(text: str) -> dt.timedelta:
    found = _OFFSET.fullmatch(text)
    if not found:
        raise ValueError(f"gmtoffset {text!r} is no offset such as -08:00")
    offset = dt.timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return -offset if found["sign"] == "-" else offset


def _read_clock(text: str) -> dt.time:
    if not text:
        return dt.time()
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no time as HH:MM:SS")
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "PM" else 0)
    return dt.time(hour, int(found["minute"]), int(found["second"]))
