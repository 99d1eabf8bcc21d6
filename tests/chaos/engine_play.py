"""A line that works by itself while things happen to its processes: killed, frozen past their time, robbed of dbos's rows.

What happens is what `dice` decides for runs of `once`, done to processes of `ml-connector run`: two at once become a
worker that is frozen while others take over, and a run that nothing happens to becomes the loss of all dbos's rows.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from signal import SIGCONT, SIGSTOP, SIGTERM
from typing import Any, Final

from dbos._schemas.system_database import SystemSchema
from sqlalchemy.exc import DBAPIError
from tests.chaos.dice import Plan
from tests.chaos.forking import Fork, ForkingConnector
from tests.chaos.line import (
    Broken,
    KillAfter,
    KillAtCommit,
    KillAtRequest,
    Round,
    RunOne,
    RunTwo,
    clear_faults,
    measure_lateness,
)
from tests.databases import run_sql
from tests.processes import INBOUND, Line

LEASE: Final = 3  # seconds
SETTINGS: Final = {"schedule.poll": "every 1 second", "schedule.sync": "every 5 seconds"}
VARIABLES: Final = {"ML_CONNECTOR_RUN_LEASE": f"{LEASE}s", "ML_CONNECTOR_RUN_RETRY_AFTER": "1s"}
LOADED: Final = import_module("ml_connector.engine.durable")
_TABLES: Final = [table.name for table in reversed(SystemSchema.metadata_obj.sorted_tables)]
_POLLER: Final = "SELECT holder FROM jobs WHERE kind = 'poll'"
_SLOW: Final = {"match": {"function": "create", "nth": 1}, "action": "delay", "seconds": 0.5, "when": "after"}
_OPEN: Final = "('read', 'ready', 'sending', 'in_doubt')"
_LONGEST: Final = 120.0  # seconds; what was handed out when dbos's rows vanished waits a minute of it
_STRUCK: Final = 3.0  # seconds for the faults of a round to strike
_SEEN: Final = 8.0  # seconds in which a request that is to be struck comes, if it comes at all


@dataclass(slots=True, kw_only=True)
class Happened:
    """What was done to the processes."""

    kills: int = 0
    freezes: int = 0
    robberies: int = 0  #: of all rows of dbos
    faults: int = 0

    def __str__(self) -> str:
        return f"{self.kills} kills, {self.freezes} frozen, {self.robberies} robbed, {self.faults} faults"


@dataclass(slots=True, kw_only=True)
class Crew:
    """So many workers, always."""

    line: Line
    size: int
    stack: ExitStack
    workers: list[Fork] = field(default_factory=list)

    def fill(self) -> None:
        """Put one in the place of each that ended."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < self.size:
            self.workers.append(self.start({}))

    def start(self, variables: dict[str, str]) -> Fork:
        connector = self.line.connector
        environment = {**connector.environment, **VARIABLES, **variables}
        product = ForkingConnector(folder=connector.folder, environment=environment)
        return self.stack.enter_context(product.start("run"))

    def is_polling(self) -> bool:
        return any(holder for (holder,) in self._ask(_POLLER))

    def find_poller(self) -> Fork:
        """The one that polls now, or any."""
        pids = {holder.rpartition(":")[2] for (holder,) in self._ask(_POLLER)}
        return next((worker for worker in self.workers if str(worker.pid) in pids), self.workers[0])

    def rob(self) -> bool:
        """Delete every row of dbos; False while they cannot be reached."""
        url = self.line.store_url
        home, schema = (f"{url}.engine", "") if url.startswith("sqlite") else (url, "ml_connector_engine.")
        with suppress(DBAPIError):
            for table in _TABLES:
                run_sql(home, f"DELETE FROM {schema}{table}")
            return True
        return False

    def is_at_rest(self) -> bool:
        """Whether nothing waits to be taken, to be read or to be decided any more, asked in this order."""
        return (
            not self.line.cleo.files(INBOUND)
            and not self._ask("SELECT 1 FROM files WHERE status = 'received'")
            and not self._ask(f"SELECT 1 FROM documents WHERE status IN {_OPEN}")
            and bool(self._ask("SELECT 1 FROM documents"))
        )

    def tell(self) -> str:
        """What stands in its way."""
        jobs = self._ask("SELECT kind, state, attempts, outcome, holder FROM jobs")
        documents = self._ask("SELECT status, count(*) FROM documents GROUP BY status")
        said = "\n".join(worker.read_log() for worker in self.workers)
        return f"{jobs}\n{documents}\n{[worker.poll() for worker in self.workers]}\n{said}"

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        with suppress(DBAPIError):  # before the first worker made the tables
            return run_sql(self.line.store_url, statement)
        return []


def play_with_engine(line: Line, plan: Plan, *, workers: int) -> Happened:
    """Let it all happen, wait until the line is at rest, and let the workers end in order.

    Raises Broken or AssertionError when one ends as none may, or the line does not come to rest.
    """
    happened = Happened()
    with hire(line, workers) as crew:
        for each in plan.rounds:
            crew.fill()
            _begin(line, each)
            _act(crew, each, happened)
            crew.fill()
            _await(crew.is_at_rest, _STRUCK)
            happened.faults += clear_faults(line)
        if not _await(crew.is_at_rest, _LONGEST):
            raise Broken(f"it never came to rest\n{crew.tell()}")
        time.sleep(max((measure_lateness(each) for each in plan.rounds), default=0.0))
        _dismiss(crew)
    return happened


@contextmanager
def hire(line: Line, size: int) -> Iterator[Crew]:
    """Workers that are killed at the end of the block if they still go on."""
    with ExitStack() as stack:
        yield Crew(line=line, size=size, stack=stack)


def _begin(line: Line, each: Round) -> None:
    """Faults are set, then files arrive."""
    systems = {"intacct": line.intacct, "cleo": line.cleo}
    if isinstance(each.act, KillAtRequest):  # the first fault that was set is the outermost
        systems[each.act.system].set_faults(each.act.fault)
    if isinstance(each.act, RunTwo):
        line.intacct.set_faults(_SLOW)
    for system, fault in each.faults:
        systems[system].set_faults(fault)
    for name, content in (each.shipment.files if each.shipment else {}).items():
        line.cleo.drop(name, content)


def _act(crew: Crew, each: Round, happened: Happened) -> None:
    match each.act:
        case KillAtCommit(n=n):
            doomed = crew.start({"CHAOS_KILL_AT": str(n)})
            _await(lambda: doomed.poll() is not None, _SEEN)
            _kill(doomed)
            happened.kills += 1
        case KillAtRequest(system=system):
            simulator = crew.line.intacct if system == "intacct" else crew.line.cleo
            _await(lambda: simulator.faults()[0]["done"] > 0, _SEEN)
            _kill(crew.find_poller())
            happened.kills += 1
        case KillAfter(seconds=seconds):
            _await(crew.is_polling, _SEEN)
            time.sleep(seconds)
            _kill(crew.find_poller())
            happened.kills += 1
        case RunTwo():
            slow = crew.line.intacct
            sends = each.shipment is not None
            _await(lambda: slow.faults()[0]["done"] > 0 if sends else crew.is_polling(), _SEEN)
            _freeze(crew)
            happened.freezes += 1
        case RunOne():
            _await(crew.is_polling, _SEEN)
            happened.robberies += _await(crew.rob, _SEEN)


def _kill(worker: Fork) -> None:
    worker.kill()
    worker.communicate()


def _freeze(crew: Crew) -> None:
    """The one that polls stands still past its lease, another one is there to take over, and then it wakes up."""
    frozen = crew.find_poller()
    frozen.send_signal(SIGSTOP)
    if crew.size == 1:
        crew.workers.append(crew.start({}))
    time.sleep(LEASE + 1)
    frozen.send_signal(SIGCONT)


def _dismiss(crew: Crew) -> None:
    """All end in order."""
    for worker in crew.workers:
        worker.send_signal(SIGTERM)
    for worker in crew.workers:
        _, said = worker.communicate()
        if worker.returncode != 0:
            raise Broken(f"a worker ended with {worker.returncode}\n{said}")


def _await(met: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to be in so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if met():
            return True
        time.sleep(0.02)
    return False
