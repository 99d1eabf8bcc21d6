"""Runs of actions: how long each takes on the tenant's clock and how it ends, as a test has set it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mlc_sim.cleo.jobs import tell_run
from mlc_sim.cleo.objects import Object
from mlc_sim.cleo.tenant import Tenant

#: `success` is documented, the others are inferred.
RESULTS: Final = ("success", "error", "warning", "exception", "interrupted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How an action is run, and when it was last."""

    seconds: float = 0
    result: str = "success"
    message: str = ""
    ends: datetime | None = None  #: None: it was never run

    def is_running(self, now: datetime) -> bool:
        return self.ends is not None and now < self.ends

    def messages(self, *, ended: bool) -> list[str]:
        """The log, in the form of Cleo's documented example."""
        if self.ends is None:
            return []
        start, end = (
            f"{at:%Y/%m/%d %H:%M:%S}  " for at in (self.ends - timedelta(seconds=self.seconds), self.ends)
        )
        said = [f"{end} Detail: {self.message}"] if self.message else []
        last = [*said, f'{end} Result: "{self.result.capitalize()}"', f"{end} End"] if ended else []
        return [f'{start} Run: type="API"', *last]


def set_behaviour(tenant: Tenant, action_id: str, run: Run) -> None:
    """From the next run on it goes like this."""
    ends = None if run.ends is None else run.ends.timestamp()
    row = (action_id, run.seconds, run.result, run.message, ends)
    with tenant.database.begin() as work:
        work.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", row)


def read_run(tenant: Tenant, action_id: str) -> Run:
    with tenant.database.begin() as work:
        row = work.execute("SELECT * FROM runs WHERE action_id = ?", (action_id,)).fetchone()
    if row is None:
        return Run()
    ends = None if row["ends"] is None else datetime.fromtimestamp(row["ends"], UTC)
    return Run(seconds=row["seconds"], result=row["result"], message=row["message"], ends=ends)


def start_run(tenant: Tenant, action: Object) -> Run:
    planned = read_run(tenant, action.id)
    ends = tenant.clock() + timedelta(seconds=planned.seconds)
    run = Run(seconds=planned.seconds, result=planned.result, message=planned.message, ends=ends)
    set_behaviour(tenant, action.id, run)
    tell_run(tenant, action.name, action.id, run.result)
    return run


def wait_for_end(tenant: Tenant, run: Run, *, seconds: float) -> bool:
    """Let others call while the run goes on. False if it goes on still after so many real seconds."""
    patience = time.monotonic() + seconds
    while run.is_running(tenant.clock()):
        remaining = min(patience - time.monotonic(), _until(run, tenant.clock()))
        if remaining <= 0:
            return not run.is_running(tenant.clock())
        tenant.lock.wait(remaining)  # woken when the clock is moved
    return True


def _until(run: Run, now: datetime) -> float:
    return (run.ends - now).total_seconds() if run.ends else 0
