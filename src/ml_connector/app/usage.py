"""What Sage bills of a link's company: how far the month has come, what it will come to, and what for."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ml_connector.app.results import UsageReport, UsageStanding
from ml_connector.config import Link
from ml_connector.intacct.meter import find_standing, forecast_month, span_month
from ml_connector.store import Store, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Usages:
    """API transactions are counted by company: all links of one count together."""

    store: Store
    links: Mapping[str, Link]
    now: Callable[[], dt.datetime]

    def measure(self, link: str) -> UsageStanding:
        """The month that is, against the link's limits."""
        with self.store.look() as work:
            return self.measure_in(work, link)

    def measure_in(self, work: Work, link: str) -> UsageStanding:
        """The same, beside whatever else is looked at."""
        return self._measure(work, link, span_month(self.now()))

    def report(self, link: str, month: dt.date | None = None) -> UsageReport:
        """A month, the one that is if none is named, by day, link, flow and partner."""
        noon = dt.time(12, tzinfo=dt.UTC)
        span = span_month(self.now() if month is None else dt.datetime.combine(month, noon))
        with self.store.look() as work:
            standing = self._measure(work, link, span)
            return UsageReport(
                standing=standing, rows=work.meter.list_usage(standing.company, *_list_ends(span))
            )

    def _measure(self, work: Work, link: str, span: tuple[dt.datetime, dt.datetime]) -> UsageStanding:
        settings = self.links[link].settings
        company, limits = settings.intacct.company_id, settings.meter
        now, (start, end) = self.now(), span
        used = work.meter.sum_usage(company, *_list_ends(span))
        return UsageStanding(
            link=link,
            company=company,
            month=start.date(),
            used=used,
            forecast=forecast_month(used, now, since=_find_begin(work, company, span))
            if start <= now < end
            else used,
            soft_limit=limits.soft_limit,
            hard_limit=limits.hard_limit,
            standing=find_standing(used, soft=limits.soft_limit, hard=limits.hard_limit),
        )


def _find_begin(work: Work, company: str, span: tuple[dt.datetime, dt.datetime]) -> dt.date | None:
    """The first day that was counted, if it lies in this month: then we were installed on it."""
    first, last = _list_ends(span)
    if work.meter.sum_usage(company, dt.date.min, first - dt.timedelta(days=1)):
        return None
    return next((row.day for row in work.meter.list_usage(company, first, last)), None)


def _list_ends(span: tuple[dt.datetime, dt.datetime]) -> tuple[dt.date, dt.date]:
    """The first and the last day of a month."""
    start, end = span
    return start.date(), (end - dt.timedelta(days=1)).date()
