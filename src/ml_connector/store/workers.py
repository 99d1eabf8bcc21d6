"""Which processes work by themselves, and when each gave its last sign of life."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from ml_connector.records.schedules import WorkerSign
from ml_connector.store.holders import Holder
from ml_connector.store.tables import workers

_FORGOTTEN: Final = timedelta(days=1)


class Workers:
    def __init__(self, connection: Connection, *, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._holder = holder
        self._now = now

    def enter(self, seat: str, *, version: str, hands: int) -> None:
        """This process begins, in the place of the one that had its seat before; the long gone are forgotten."""
        old = or_(workers.c.seat == seat, workers.c.seen < self._now - _FORGOTTEN)
        self._connection.execute(delete(workers).where(old))
        mine = {"holder": self._holder.name, "version": version, "hands": hands}
        times = {"since": self._now, "seen": self._now}
        self._connection.execute(insert(workers).values(seat=seat, **mine, **times))

    def note_sign(self) -> None:
        """This process lives."""
        mine = workers.c.holder == self._holder.name
        self._connection.execute(update(workers).where(mine).values(seen=self._now))

    def leave(self) -> None:
        """This process ends in order."""
        self._connection.execute(delete(workers).where(workers.c.holder == self._holder.name))

    def list(self) -> tuple[WorkerSign, ...]:
        """All that did not end in order within the last day."""
        rows = self._connection.execute(select(workers).order_by(workers.c.seat)).mappings()
        return tuple(WorkerSign(**row, gone=self._holder.is_gone(row["holder"])) for row in rows)
