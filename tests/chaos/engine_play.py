"""A line that works by itself while things happen to its processes: killed, frozen past their time, robbed of dbos's rows.

What happens is what `dice` decides for runs of `once`, done to processes of `ml-connector run`: two at once become a
worker that is frozen while others take over, and a run that nothing happens to becomes the loss of all dbos's rows.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from random import Random
from signal import SIGCONT, SIGSTOP, SIGTERM
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from tests.acceptance.new_sellers import OPEN_VENDORS
from tests.chaos.dice import Plan
from tests.chaos.forking import Fork, ForkingConnector
from tests.chaos.line import (
    KILLED,
    Broken,
    KillAfter,
    KillAtCommit,
    KillAtRequest,
    Round,
    RunOne,
    RunTwo,
    clear_faults,
    deliver,
    measure_lateness,
)
from tests.databases import run_sql
from tests.engine_rows import delete_engine_rows
from tests.processes import INBOUND, Line

LEASE: Final = 3  # seconds
SETTINGS: Final = {"schedule.poll": "every 1 second", "schedule.sync": "every 5 seconds"}
VARIABLES: Final = {
    "ML_CONNECTOR_RUN_LEASE": f"{LEASE}s",
    "ML_CONNECTOR_RUN_RETRY_AFTER": "1s",
    # A request that was held for a kill and met another process than the killed one is given up soon.
    "ML_CONNECTOR_LINK_MAIN_INTACCT_READ_TIMEOUT": "4s",
    "ML_CONNECTOR_LINK_MAIN_INTACCT_WRITE_TIMEOUT": "4s",
    "ML_CONNECTOR_LINK_MAIN_CLEO_TIMEOUT": "4s",
}
LOADED: Final = import_module("ml_connector.engine.durable")
_POLLER: Final = "SELECT holder FROM jobs WHERE kind = 'poll'"
_SLOW: Final = {"match": {"function": "create", "nth": 1}, "action": "delay", "seconds": 0.5, "when": "after"}
_OPEN: Final = "('read', 'ready', 'sending', 'in_doubt')"
_LONGEST: Final = 300.0  # seconds; on a machine that has nothing else to do it takes a tenth of it at most
_ANY_MOMENT: Final = 5.0  # seconds after files arrived, in which a new worker begins and all is posted
_SEEN: Final = 8.0  # seconds in which what is to happen does, if it happens at all
_A_LOOK: Final = 0.05  # seconds; looking costs as much as what is looked at
_A_POLL: Final = 2.0  # seconds, and nothing more happens at a line at rest


@dataclass(slots=True, kw_only=True)
class Happened:
    """What was done to the processes."""

    kills: int = 0
    frozen: int = 0
    robbed: int = 0  #: of all rows of dbos
    faults: int = 0


@dataclass(slots=True, kw_only=True)
class Crew:
    """So many workers, always."""

    line: Line
    size: int
    stack: ExitStack
    workers: list[Fork] = field(default_factory=list)

    def fill(self) -> None:
        """Put one in the place of each that was killed. Raises Broken when one ended by itself."""
        for worker in self.workers:
            if worker.poll() not in {None, KILLED}:
                raise Broken(f"a worker ended with {worker.returncode}\n{worker.read_log()}")
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
        with suppress(DBAPIError):
            delete_engine_rows(self.line.store_url)
            return True
        return False

    def is_at_rest(self) -> bool:
        """Whether nothing waits to be taken, to be read or to be decided any more, asked in this order.

        A database that does not answer, or has no tables yet, says nothing of rest.
        """
        url = self.line.store_url
        with suppress(DBAPIError):
            return (
                not self.line.cleo.files(INBOUND)
                and not run_sql(url, "SELECT 1 FROM files WHERE status = 'received'")
                and not run_sql(url, f"SELECT 1 FROM documents WHERE status IN {_OPEN}")
                and run_sql(url, OPEN_VENDORS) == [(0,)]
                and bool(run_sql(url, "SELECT 1 FROM documents"))
            )
        return False

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


def play_with_engine(line: Line, plan: Plan, *, workers: int, dice: Random) -> Happened:
    """Let it all happen, wait until the line is at rest, and let the workers end in order.

    The dice say at which moment dbos's rows vanish. Raises Broken or AssertionError when one ends as none may, or the line does not come to rest.
    """
    happened = Happened()
    with hire(line, workers) as crew:
        for each in plan.rounds:
            crew.fill()
            _begin(line, each)
            _act(crew, each, happened, dice)
            crew.fill()
            _await_soon(crew, lambda: _have_struck(line))
            happened.faults += clear_faults(line)
        undisturbed = time.monotonic()
        if not _await(crew.is_at_rest, _LONGEST):
            raise Broken(f"it never came to rest\n{crew.tell()}")
        late = max((measure_lateness(each) for each in plan.rounds), default=0.0)
        time.sleep(max(0.0, undisturbed + late - time.monotonic()))
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
    if each.shipment is not None:
        deliver(line, each.shipment)


def _act(crew: Crew, each: Round, happened: Happened, dice: Random) -> None:
    match each.act:
        case KillAtCommit(n=n):
            doomed = crew.start({"CHAOS_KILL_AT": str(n)})
            _await_soon(crew, lambda: doomed.poll() is not None)
            _kill(doomed)
            happened.kills += 1
        case KillAtRequest(system=system):
            simulator = crew.line.intacct if system == "intacct" else crew.line.cleo
            _await_soon(crew, lambda: simulator.faults()[0]["done"] > 0)
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
            _await_soon(crew, lambda: slow.faults()[0]["done"] > 0 if sends else crew.is_polling())
            _freeze(crew)
            happened.frozen += 1
        case RunOne():
            time.sleep(dice.uniform(0, _ANY_MOMENT))
            happened.robbed += _await(crew.rob, _SEEN)


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
        # One that was told before it could listen ends as any process does.
        unborn = worker.returncode == -SIGTERM and not said
        if worker.returncode != 0 and not unborn:
            raise Broken(f"a worker ended with {worker.returncode}\n{said}")


def _have_struck(line: Line) -> bool:
    """All faults that are set; at once where none is."""
    return all(fault["done"] for system in (line.intacct, line.cleo) for fault in system.faults())


def _await_soon(crew: Crew, met: Callable[[], bool]) -> None:
    """Until it is so, or it will hardly come to be: the line is at rest, or a while is over."""
    _await(lambda: met() or crew.is_at_rest(), _SEEN)
    _await(met, _A_POLL)


def _await(met: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to be in so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if met():
            return True
        time.sleep(_A_LOOK)
    return False
