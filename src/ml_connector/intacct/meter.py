"""API transactions as Sage bills them: counted per day, flow and partner, forecast, and limited.

A record created, changed or deleted is one, a page of a query is one, a session is none (Intacct help, 'View
API usage'). What is asked for beside a session is one. Months are those of UTC.
"""

import calendar
import datetime as dt
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ml_connector.intacct.envelope import IS_WRITE
from ml_connector.intacct.errors import Throttled
from ml_connector.intacct.gateway import Exchange
from ml_connector.intacct.transport import Answer, Transport

Standing = Literal["under", "soft", "hard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a transaction was for."""

    flow: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Transactions of one day for one purpose."""

    day: dt.date
    label: Label
    transactions: int


def label_by_purpose(exchange: Exchange, _control_id: str) -> Label:
    """The functions' names as the flow, and no partner: for callers that keep no books of their own."""
    return Label(flow=exchange.purpose)


class Meter:
    """A hook for exchanges that counts. May be used by several threads.

    Writes that may have been executed count as if they were. `label` says of each control id what it was for.
    `used` is what was counted before this process.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], dt.datetime],
        soft: int | None = None,
        hard: int | None = None,
        label: Callable[[Exchange, str], Label] = label_by_purpose,
        used: Iterable[Usage] = (),
    ) -> None:
        self._clock = clock
        self._soft = soft
        self._hard = hard
        self._label = label
        self._counts = Counter({(each.day, each.label): each.transactions for each in used})
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        day = exchange.finished.astimezone(dt.UTC).date()
        with self._lock:
            ids = exchange.billed + exchange.unclear
            self._counts.update((day, self._label(exchange, control_id)) for control_id in ids)

    def list_usage(self) -> tuple[Usage, ...]:
        """What was counted, by day."""
        with self._lock:
            counts = sorted(
                self._counts.items(), key=lambda item: (item[0][0], item[0][1].flow, item[0][1].partner)
            )
        return tuple(Usage(day=day, label=label, transactions=n) for (day, label), n in counts)

    @property
    def used(self) -> int:
        """Transactions in the month that is."""
        today = self._today()
        with self._lock:
            counts = list(self._counts.items())
        return sum(n for (day, _), n in counts if (day.year, day.month) == (today.year, today.month))

    @property
    def forecast(self) -> int:
        """Transactions at the month's end if it goes on as it went so far."""
        return forecast_month(self.used, self._clock())

    @property
    def standing(self) -> Standing:
        """`soft` and `hard` once that many transactions are used up."""
        return find_standing(self.used, soft=self._soft, hard=self._hard)

    def guard(self, transport: Transport) -> Transport:
        """A transport that writes nothing any more in this month once the hard limit is reached.

        It raises Throttled then, which wishes for the next month. Reading goes on, because what became of a
        write has to be read back; ask `demand_leave` before a reading that can wait. A request that is under way
        when the limit is met may exceed it by its own functions.
        """
        return _Guarded(transport, self)

    def demand_leave(self) -> None:
        """Raises Throttled when the hard limit is reached."""
        if self.standing == "hard":
            now = self._clock()
            _, end = span_month(now)
            raise Throttled(
                f"the hard limit of {self._hard} API transactions a month is reached; raise it or wait for {end:%B}",
                retry_after=end - now,
            )

    def _today(self) -> dt.date:
        return self._clock().astimezone(dt.UTC).date()


class _Guarded:
    """The transport behind a meter."""

    def __init__(self, transport: Transport, meter: Meter) -> None:
        self._transport = transport
        self._meter = meter

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        if IS_WRITE in body:
            self._meter.demand_leave()
        return self._transport.send(url, body, timeout=timeout)

    def rest(self) -> None:
        self._transport.rest()

    def close(self) -> None:
        self._transport.close()


def span_month(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When the month of a moment began and the next one begins, in UTC."""
    start = now.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, start + dt.timedelta(days=calendar.monthrange(start.year, start.month)[1])


def forecast_month(used: int, now: dt.datetime, *, since: dt.date | None = None) -> int:
    """What a month comes to if it goes on as it went so far; its first hour foretells no more than a whole one.

    `since` is the day of the month on which counting began at all, if it was not its first: such a day foretells no
    more than a whole one.
    """
    start, end = span_month(now)
    if since is None or since <= start.date():
        return math.ceil(used * ((end - start) / max(now - start, dt.timedelta(hours=1))))
    begun = dt.datetime.combine(since, dt.time(), dt.UTC)
    return math.ceil(used * ((end - begun) / max(now - begun, dt.timedelta(days=1))))


def find_standing(used: int, *, soft: int | None, hard: int | None) -> Standing:
    """Which limit so many transactions have reached; one of None is never reached."""
    if hard is not None and used >= hard:
        return "hard"
    return "soft" if soft is not None and used >= soft else "under"
