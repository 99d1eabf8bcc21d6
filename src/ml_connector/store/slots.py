"""Whose turn it is at a company's gateway: so many at once as there are slots, usually one."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, select, update

from ml_connector.records.standing import HeldSlot
from ml_connector.store.holders import Holder
from ml_connector.store.tables import gateway_slots as slots

_USED: Final = select(slots.c.company, slots.c.holder, slots.c.until).where(slots.c.n < bindparam("of"))


class Slots:
    def __init__(self, connection: Connection, *, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._holder = holder
        self._is_gone = cache(holder.is_gone)  # to ask for each row would keep the other writers waiting
        self._now = now

    def take(self, company: str, *, job: str, lease: timedelta, of: int = 1) -> bool:
        """Take a free one of the company's slots for a job, until it is given back or the lease is not kept.

        A slot is free when nobody holds it, its holder is known to have ended, or its time is over.
        """
        rows = self._connection.execute(select(slots).where(slots.c.company == company)).mappings()
        taken = {row["n"]: row for row in rows}
        mine = {"holder": self._holder.name, "job": job, "until": self._now + lease}
        for n in range(of):
            if n not in taken:
                self._connection.execute(insert(slots).values(company=company, n=n, **mine))
                return True
            seen = taken[n]
            same = and_(_is(company, n), slots.c.holder == seen["holder"], slots.c.until == seen["until"])
            if self._is_free(seen["holder"], seen["until"]):
                return self._connection.execute(update(slots).where(same).values(mine)).rowcount == 1
        return False

    def keep(self, names: Collection[str], lease: timedelta) -> None:
        """Hold on to the turns of these jobs, as far as this process still has them."""
        mine = and_(slots.c.holder == self._holder.name, slots.c.job.in_(names), slots.c.until > self._now)
        self._connection.execute(update(slots).where(mine).values(until=self._now + lease))

    def give_back(self, company: str, *, job: str) -> None:
        """Free the job's slot; nothing when others took it over."""
        mine = and_(slots.c.company == company, slots.c.holder == self._holder.name, slots.c.job == job)
        self._connection.execute(update(slots).where(mine).values(holder="", job="", until=self._now))

    def list_held(self) -> tuple[HeldSlot, ...]:
        """The turns that are taken."""
        rows = self._connection.execute(select(slots).order_by(slots.c.company, slots.c.n))
        return tuple(
            HeldSlot(company=row.company, job=row.job, holder=row.holder)
            for row in rows
            if not self._is_free(row.holder, row.until)
        )

    def list_busy(self, *, of: int = 1) -> frozenset[str]:
        """Companies that have no free slot."""
        rows = self._connection.execute(_USED, {"of": of})
        held = [company for company, holder, until in rows if not self._is_free(holder, until)]
        return frozenset(company for company in held if held.count(company) >= of)

    def _is_free(self, holder: str, until: datetime) -> bool:
        return not holder or until <= self._now or self._is_gone(holder)


def _is(company: str, n: int) -> ColumnElement[bool]:
    return and_(slots.c.company == company, slots.c.n == n)
