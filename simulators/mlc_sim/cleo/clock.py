"""The tenant's clock: the real one, moved on request; and its times as they are written."""

from datetime import UTC, datetime, timedelta

from mlc_sim.cleo.database import Database


class Clock:
    """Calling it gives the time, aware and in UTC. It always runs, from wherever it was set, also after a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.begin() as work:
            row = work.execute("SELECT ahead FROM clock").fetchone()
        self._ahead = timedelta(seconds=row["ahead"] if row else 0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self, now: datetime) -> None:
        """Go on from `now`, which must be aware."""
        self._ahead = now - datetime.now(UTC)
        with self._database.begin() as work:
            work.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (self._ahead.total_seconds(),))

    def advance(self, step: timedelta) -> None:
        """Go on from `step` later. Raises OverflowError, and stays, beyond the year 9999."""
        self.set(self() + step)


def write_time(time: datetime) -> str:
    """As Cleo writes times (documented): UTC, whole seconds, Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
