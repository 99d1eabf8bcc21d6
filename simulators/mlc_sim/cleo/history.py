"""What happened: events and transfers, each seen from its own time on.

They are planned with the time at which they happen, and written into the history, in the order of their times, when
somebody looks. So the numbers of events rise with their times (documented: `meta.sequence`; that it rises, inferred).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from mlc_sim.cleo.clock import write_time
from mlc_sim.cleo.database import Database, make_id

_ID_SIZES: Final = {
    "event": 16,
    "transfer": 20,
}  # random bytes; ids of transfers have 27 characters (documented)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event or a transfer to come."""

    kind: str  #: event, transfer
    at: datetime
    members: Mapping[str, Any]


class History:
    """Every call is one transaction."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def plan(self, *happenings: Happening) -> None:
        rows = [
            (item.at.timestamp(), make_id(_ID_SIZES[item.kind]), item.kind, json.dumps(item.members))
            for item in happenings
        ]
        with self._database.begin() as work:
            work.executemany("INSERT INTO future VALUES (NULL, ?, ?, ?, ?)", rows)

    def settle(self, *, lag: int) -> None:
        """Write what has happened by now; nothing is seen before `lag` seconds have passed."""
        due = self._clock().timestamp() - lag
        with self._database.begin() as work:
            rows = work.execute("SELECT * FROM future WHERE at <= ? ORDER BY at, number", (due,)).fetchall()
            work.executemany(
                "INSERT INTO history VALUES (NULL, ?, ?, ?, ?)",
                (
                    (row["id"], row["kind"], write_time(datetime.fromtimestamp(row["at"], UTC)), row["json"])
                    for row in rows
                ),
            )
            work.execute("DELETE FROM future WHERE at <= ?", (due,))
