"""When things recur: intervals, times of day in a zone, cron; each tells its next moment, in UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from cronsim import CronSim

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_FARTHEST: Final = (
    9  # days: each weekday comes again within a week, a night longer for what begins the evening before
)


class Timing(Protocol):
    @property
    def begins_at_once(self) -> bool:
        """Whether it need not wait for a moment of its own to run for the first time."""
        ...

    def next_after(self, moment: datetime) -> datetime | None:
        """The first moment strictly later; None when there is none."""
        ...

    def allows(self, moment: datetime) -> bool:
        """Whether a run that was missed may be made up for now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """So long after the last one, whatever clocks on walls show."""

    every: timedelta
    begins_at_once: bool = True

    def next_after(self, moment: datetime) -> datetime:
        return moment + self.every

    def allows(self, moment: datetime) -> bool:  # noqa: ARG002 (as the protocol says)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Only when somebody asks for it."""

    begins_at_once: bool = False

    def next_after(self, moment: datetime) -> None:  # noqa: ARG002
        return None

    def allows(self, moment: datetime) -> bool:  # noqa: ARG002
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The same part of some days of the week, on the clocks of a zone; may go on beyond midnight."""

    zone: ZoneInfo
    days: frozenset[int]  #: on which it begins; 0 is Monday
    start: timedelta  #: since midnight
    end: timedelta

    def covers(self, moment: datetime, *, with_end: bool = False) -> bool:
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        for day in (local.date(), local.date() - _DAY):
            since = local - datetime.combine(day, datetime.min.time())
            before_end = since <= self.end if with_end else since < self.end
            if day.weekday() in self.days and self.start <= since and before_end:
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """At some minutes of some days of the week, on the clocks of a zone.

    A time that clocks skip in spring is taken as many minutes after the change. A time that comes twice in autumn
    is taken once, or with a `span` twice: what goes on every quarter of an hour does not pause for an hour.
    """

    zone: ZoneInfo
    days: frozenset[int]
    minutes: tuple[int, ...]  #: since midnight, rising; those from 1,440 up are of the next day
    span: Span | None = None  #: when given, what was missed is made up for only within it
    begins_at_once: bool = False

    def next_after(self, moment: datetime) -> datetime | None:
        today = moment.astimezone(self.zone).date()
        later = (
            at
            for offset in range(-2, _FARTHEST)
            if (day := today + offset * _DAY).weekday() in self.days
            for at in self._list_moments(day)
            if at > moment
        )
        return min(later, default=None)

    def allows(self, moment: datetime) -> bool:
        return self.span is None or self.span.covers(moment, with_end=True)

    def _list_moments(self, day: date) -> Iterator[datetime]:
        midnight = datetime.combine(day, datetime.min.time())
        for minute in self.minutes:
            local = (midnight + minute * _MINUTE).replace(tzinfo=self.zone)
            yield local.astimezone(UTC)
            if self.span is not None:
                yield local.replace(fold=1).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """Cron's five fields on the clocks of a zone; where clocks change, as Debian's cron does."""

    text: str
    zone: ZoneInfo
    begins_at_once: bool = False

    def next_after(self, moment: datetime) -> datetime | None:
        local = moment.astimezone(self.zone)
        for found in CronSim(self.text, local):
            if (at := found.astimezone(UTC)) > moment:
                return at
        return None

    def allows(self, moment: datetime) -> bool:  # noqa: ARG002
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Whole days of the calendar of a zone, first and last included."""

    zone: ZoneInfo
    first: date
    last: date

    def covers(self, moment: datetime) -> bool:
        return self.first <= moment.astimezone(self.zone).date() <= self.last


Blackout = Span | Days
