"""How a user sees dates and times (Intacct documentation, "Parameter formats").

Documented: dateformat is a separator and the order of m, d and y (two digits) or Y (four). Seen on live tenants:
answers and filter values follow the user. Inferred: what is created is always written MM/DD/YYYY.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

_CUTS: Final = {"m": slice(5, 7), "d": slice(8, 10), "y": slice(2, 4), "Y": slice(4)}
_CLOCKS: Final = {24: "%H:%M:%S", 12: "%I:%M:%S %p"}
_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")
_FORMAT: Final = re.compile(r"[^A-Za-z0-9]?([mdyY]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFormat:
    """The formats of one user. Raises ValueError for formats nobody can have."""

    gmt_offset: str = "+00:00"
    date_format: str = "/mdY"
    clock: int = 24

    def __post_init__(self) -> None:
        found = _FORMAT.fullmatch(self.date_format)
        if not found or set(found[1].lower()) != set("mdy"):
            raise ValueError(f"date_format {self.date_format!r} is not like /mdY")
        if self.clock not in _CLOCKS:
            raise ValueError(f"clock {self.clock!r} is neither 12 nor 24")
        if not _OFFSET.fullmatch(self.gmt_offset):
            raise ValueError(f"gmt_offset {self.gmt_offset!r} is no offset like -08:00")

    @property
    def offset(self) -> timedelta:
        """How far the user's time is ahead of GMT."""
        sign, hours, minutes = self.gmt_offset[0], int(self.gmt_offset[1:3]), int(self.gmt_offset[4:])
        offset = timedelta(hours=hours, minutes=minutes)
        return -offset if sign == "-" else offset

    def write_day(self, day: str) -> str:
        """A kept day, YYYY-MM-DD."""
        first, second, third = (_CUTS[letter] for letter in self.date_format[-3:])
        return self.date_format[:-3].join((day[first], day[second], day[third]))

    def write_moment(self, moment: str) -> str:
        """A kept time stamp, YYYY-MM-DDTHH:MM:SS in GMT."""
        if self.clock == 24 and self.gmt_offset == "+00:00":
            return f"{self.write_day(moment)} {moment[11:]}"
        local = datetime.fromisoformat(moment) + self.offset
        return f"{self.write_day(local.date().isoformat())} {local.strftime(_CLOCKS[self.clock])}"

    def read_day(self, text: str) -> str:
        """The kept form of a day. Raises ValueError for another format, ISO included (measured on a live tenant)."""
        order = self.date_format[-3:]
        digits = (r"(\d{4})" if letter == "Y" else r"(\d\d)" for letter in order)
        found = re.fullmatch(re.escape(self.date_format[:-3]).join(digits), text)
        if not found:
            raise ValueError(text)
        parts = dict(zip(order, map(int, found.groups()), strict=True))
        return date(parts.get("Y") or 2000 + parts["y"], parts["m"], parts["d"]).isoformat()

    def read_moment(self, text: str) -> str:
        """The kept form of a time stamp; a day alone is its midnight. Raises ValueError for another format."""
        day, _, hours = text.partition(" ")
        midnight = datetime.fromisoformat(self.read_day(day))
        time = datetime.strptime(hours, _CLOCKS[self.clock]).time() if hours else midnight.time()  # noqa: DTZ007 - the user's own zone
        return (datetime.combine(midnight, time) - self.offset).strftime("%Y-%m-%dT%H:%M:%S")
