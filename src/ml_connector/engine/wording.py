"""Schedules and blackouts as people write them, in plain words or as cron."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from ml_connector.engine.timings import Blackout, Cron, Days, Interval, Never, Span, Times, Timing

_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS: Final[Mapping[str, frozenset[int]]] = {
    "": frozenset(range(7)),
    "daily": frozenset(range(7)),
    "every day": frozenset(range(7)),
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
}
_UNITS: Final = {"second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "m": 60, "hour": 3600, "h": 3600}
_EVERY: Final = r"every (?:(?P<count>\d{1,4}) ?)?(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|h)"
_CLOCK: Final = r"\d{1,2}:\d{2}"
_DAYS: Final = r"(?P<days>every day|daily|weekdays|weekends|[a-z]{3}(?:(?:-|, ?)[a-z]{3})*)"
_SPAN: Final = rf"(?:{_DAYS} )?(?P<start>{_CLOCK}) ?- ?(?P<end>{_CLOCK})"
_INTERVAL: Final = re.compile(_EVERY)
_WINDOW: Final = re.compile(rf"{_SPAN} {_EVERY}")
_AT: Final = re.compile(rf"{_DAYS} at (?P<times>{_CLOCK}(?:(?:, ?| and ){_CLOCK})*)")
_PART: Final = re.compile(_SPAN)
_DATES: Final = re.compile(r"(?P<first>\d{4}-\d{2}-\d{2})(?: to (?P<last>\d{4}-\d{2}-\d{2}))?")
_DAY: Final = 24 * 60
_LONGEST: Final = timedelta(days=31)
_ANY_TIME: Final = datetime(2031, 1, 1, tzinfo=UTC)

TIMING_EXAMPLES: Final = (
    "every 5 minutes",
    "every hour",
    "daily at 6:00",
    "mon, thu at 6:00 and 18:30",
    "weekdays 6:00-20:00 every 15 min",
    "0 6 * * mon-fri",
    "never",
)
BLACKOUT_EXAMPLES: Final = ("sun 2:00-6:00", "daily 23:30-0:30", "2031-12-24 to 2031-12-26")


class NotUnderstood(ValueError):
    """A text that says no schedule or blackout; the message says what to write instead."""


def find_zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises NotUnderstood."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotUnderstood(
            f'{name!r} is no time zone; write one such as "America/New_York", "Europe/Berlin" or "UTC"'
        ) from None


def parse_timing(text: str, zone: ZoneInfo) -> Timing:
    """When a text says that something recurs. Raises NotUnderstood with examples."""
    words = " ".join(text.lower().split())
    if words == "never":
        return Never()
    try:
        if found := _INTERVAL.fullmatch(words):
            return Interval(every=_read_every(found))
        if found := _WINDOW.fullmatch(words):
            return _read_window(found, zone)
        if found := _AT.fullmatch(words):
            minutes = {_read_clock(time) for time in re.findall(_CLOCK, found["times"])}
            return Times(zone=zone, days=_read_days(found["days"]), minutes=tuple(sorted(minutes)))
        if len(words.split()) == 5:
            return _read_cron(text, zone)
    except NotUnderstood as error:
        raise NotUnderstood(f"{text!r}: {error}; {_offer(TIMING_EXAMPLES)}") from error
    raise NotUnderstood(f"{text!r} says no schedule; {_offer(TIMING_EXAMPLES)}")


def parse_blackout(text: str, zone: ZoneInfo) -> Blackout:
    """When a text says that nothing begins. Raises NotUnderstood with examples."""
    words = " ".join(text.lower().split())
    try:
        if found := _PART.fullmatch(words):
            return _read_span(found, zone)
        if found := _DATES.fullmatch(words):
            return _read_dates(found, zone)
    except NotUnderstood as error:
        raise NotUnderstood(f"{text!r}: {error}; {_offer(BLACKOUT_EXAMPLES)}") from error
    raise NotUnderstood(f"{text!r} says no blackout; {_offer(BLACKOUT_EXAMPLES)}")


def _offer(examples: tuple[str, ...]) -> str:
    return "write it like one of: " + " · ".join(examples)


def _read_every(found: re.Match[str]) -> timedelta:
    unit = found["unit"] if found["unit"] in _UNITS else found["unit"].removesuffix("s")
    every = timedelta(seconds=int(found["count"] or 1) * _UNITS[unit])
    if not timedelta(0) < every <= _LONGEST:
        raise NotUnderstood("an interval is from a second to 31 days long")
    return every


def _read_window(found: re.Match[str], zone: ZoneInfo) -> Times:
    every = _read_every(found)
    step, rest = divmod(every, timedelta(minutes=1))
    if rest or not step:
        raise NotUnderstood("between two times of day it goes by whole minutes")
    span = _read_span(found, zone)
    first, last = (int(edge / timedelta(minutes=1)) for edge in (span.start, span.end))
    return Times(zone=zone, days=span.days, minutes=tuple(range(first, last + 1, step)), span=span)


def _read_span(found: re.Match[str], zone: ZoneInfo) -> Span:
    start, end = _read_clock(found["start"]), _read_clock(found["end"])
    if start == end:
        raise NotUnderstood("it begins and ends at the same time")
    if end < start:
        end += _DAY
    days = _read_days(found["days"] or "")
    return Span(zone=zone, days=days, start=timedelta(minutes=start), end=timedelta(minutes=end))


def _read_dates(found: re.Match[str], zone: ZoneInfo) -> Days:
    try:
        first = date.fromisoformat(found["first"])
        last = date.fromisoformat(found["last"] or found["first"])
    except ValueError as error:
        raise NotUnderstood(str(error)) from error
    if last < first:
        raise NotUnderstood("the last day is before the first")
    return Days(zone=zone, first=first, last=last)


def _read_clock(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    if minutes > 59 or hours * 60 + minutes > _DAY:
        raise NotUnderstood(f"there is no {text}; times go from 0:00 to 24:00")
    return hours * 60 + minutes


def _read_days(text: str) -> frozenset[int]:
    if text in _GROUPS:
        return _GROUPS[text]
    days: set[int] = set()
    for part in re.split(", ?", text):
        first, *others = (_read_day(name) for name in part.split("-"))
        last = others[-1] if others else first
        days |= {day % 7 for day in range(first, (last if last >= first else last + 7) + 1)}
    return frozenset(days)


def _read_day(name: str) -> int:
    if name in _NAMES:
        return _NAMES.index(name)
    raise NotUnderstood(f"there is no day {name!r}; write {', '.join(_NAMES)}")


def _read_cron(text: str, zone: ZoneInfo) -> Cron:
    cron = Cron(text=text.strip(), zone=zone)
    try:
        next(CronSim(cron.text, _ANY_TIME.astimezone(zone)))
    except CronSimError as error:
        raise NotUnderstood(f"as cron it has a {str(error).lower()}") from error
    except StopIteration:
        raise NotUnderstood("as cron it names a day that never comes") from None
    return cron
