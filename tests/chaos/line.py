"""A line that things happen to: it is killed, run twice at a time, given faults; afterwards it has to recover.

What happens is decided before, by a list of rounds; after the last one nothing disturbs the line any more.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from tests.acceptance.new_sellers import OPEN_VENDORS
from tests.acceptance.other_records import RECORD_LINK, enter_owed
from tests.chaos.trade import RULES, Shipment
from tests.databases import run_sql
from tests.processes import Connector, Line, Output, Running, SimulatorProcess, run_line, wait_until

SETTLED: Final = 0
UNREACHED: Final = 4
IN_DOUBT: Final = 6
KILLED: Final = -9
_KILLING: Final = Path(__file__).parent / "killing"
_OPEN: Final = frozenset({"read", "ready", "sending", "in_doubt"})
_MOST_RUNS: Final = 40
_LONGEST_WAIT: Final = 15.0  # seconds; the longest back-off after a few attempts is shorter

System = Literal["intacct", "cleo"]
When = Literal["before", "after", "later"]
Fault = tuple[System, Mapping[str, object]]


class Broken(Exception):
    """The product did what it must never do; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KillAtCommit:
    """SIGKILL when the store is about to commit its n-th change of the run."""

    n: int

    def __str__(self) -> str:
        return f"store:{self.n}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KillAtRequest:
    """SIGKILL while the n-th request is under way: not executed, executed and not answered, or executed later."""

    system: System
    n: int
    when: When
    match: Mapping[str, str] = field(default_factory=dict)  #: count only such requests

    def __str__(self) -> str:
        return ":".join([self.system, *self.match.values(), str(self.n), self.when])

    @property
    def fault(self) -> Mapping[str, object]:
        held = {"action": "delay", "seconds": 1.5} if self.when == "later" else {"action": "hang"}
        when = "after" if self.when == "after" else "before"
        return {"match": {**self.match, "nth": self.n}, "when": when, **held}


@dataclass(frozen=True, slots=True, kw_only=True)
class KillAfter:
    """SIGKILL so many seconds after the start."""

    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTwo:
    """Two at the same time."""

    def __str__(self) -> str:
        return "two at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOne:
    """One, to its end."""

    def __str__(self) -> str:
        return "one"


Act = KillAtCommit | KillAtRequest | KillAfter | RunTwo | RunOne


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Files arrive, faults are set, and the product is run."""

    act: Act
    shipment: Shipment | None = None
    faults: Sequence[Fault] = ()

    def __str__(self) -> str:
        arrived = f"{len(self.shipment.files)} files" if self.shipment else "nothing new"
        faults = [f"{system} {dict(fault)}" for system, fault in self.faults]
        return "; ".join([arrived, *faults, f"run {self.act}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened in the rounds: how each run ended, None for a kill from outside, and how many faults struck.

    The hold of a request for a kill counts as one of them.
    """

    statuses: Sequence[int | None] = ()
    faults: int = 0

    @property
    def kills(self) -> int:
        return sum(status in {None, KILLED} for status in self.statuses)


@contextmanager
def run_chaos_line(
    folder: Path,
    store_url: str,
    *,
    source: Path | None = None,
    doubt: Sequence[str] = ("0s", "1s", "2s", "4s"),
    more: Mapping[str, object] | None = None,
) -> Iterator[Line]:
    """A line of its own on a store that nobody has made; `source` is another tree of the product than ours, `more` are further keys of the link."""
    path = [str(place) for place in (source, _KILLING) if place is not None]
    settings = {**RECORD_LINK, "doubt": [*doubt], **(more or {})}
    with run_line(folder, RULES, store_url=store_url, link_settings=settings) as line:
        chaotic = {"PYTHONPATH": ":".join(path), "CHAOS_COMMITS": str(folder / "commits")}
        environment = {**line.connector.environment, **chaotic}
        yield replace(line, connector=replace(line.connector, environment=environment))


def play(line: Line, rounds: Sequence[Round]) -> Story:
    """Let the rounds happen, then let the line recover.

    Raises Broken or AssertionError when a run ends as none may, or the line does not come to rest.
    """
    statuses: list[int | None] = []
    faults = 0
    for each in rounds:
        if isinstance(each.act, KillAtRequest):  # the first fault that was set is the outermost
            _find(line, each.act.system).set_faults(each.act.fault)
        for system, fault in each.faults:
            _find(line, system).set_faults(fault)
        if each.shipment is not None:
            deliver(line, each.shipment)
        statuses += _act(line, each.act)
        faults += clear_faults(line)
    recover(line, late=max((measure_lateness(each) for each in rounds), default=0.0))
    return Story(statuses=statuses, faults=faults)


def deliver(line: Line, shipment: Shipment) -> None:
    """Bills that are paid are there before the files arrive."""
    for number in shipment.payments.values():
        enter_owed(line.intacct, number)
    for name, content in shipment.files.items():
        line.cleo.drop(name, content)


def recover(line: Line, *, late: float = 0.0) -> None:
    """Run `once` as its users would until nothing is open; `late` seconds later all that was late has happened."""
    started = time.monotonic()
    seen: list[str] = []
    for _ in range(_MOST_RUNS):
        status, result = line.connector.once()
        seen.append(f"{status} {result['counts']}")
        if status not in {SETTLED, UNREACHED, IN_DOUBT}:
            raise Broken(f"a run ended with {status}: {result['balance']['differences']}")
        ((vendors,),) = run_sql(line.store_url, OPEN_VENDORS)
        if status == SETTLED and not _OPEN & result["counts"].keys() and not vendors:
            break
        time.sleep(_count_seconds(result["next_look"], result["next_attempt"]))
    else:
        raise Broken(f"it never came to rest: {seen[-3:]}")
    time.sleep(max(0.0, started + late - time.monotonic()))


def _act(line: Line, act: Act) -> list[int | None]:
    connector = line.connector
    match act:
        case KillAtCommit(n=n):
            return [_judge(connector.run("once", environment={"CHAOS_KILL_AT": str(n)}))]
        case KillAtRequest():
            return [_kill_when(connector, lambda: _find(line, act.system).faults()[0]["done"] > 0)]
        case KillAfter(seconds=seconds):
            end = time.monotonic() + seconds
            return [_kill_when(connector, lambda: time.monotonic() > end)]
        case RunTwo():
            with connector.start("once") as other:
                status = _judge(connector.run("once"))
                return [status, _judge_end(other)]
        case RunOne():
            return [_judge(connector.run("once"))]


def _kill_when(connector: Connector, has_come: Callable[[], bool]) -> int | None:
    """None when it was killed; its status when it ended before."""
    with connector.start("once") as process:
        wait_until(lambda: has_come() or process.poll() is not None, what="the moment to kill has come")
        return None if process.poll() is None else _judge_end(process)


def _judge_end(process: Running) -> int:
    stdout, stderr = process.communicate()
    assert process.returncode is not None
    return _judge(Output(status=process.returncode, stdout=stdout, stderr=stderr))


def _judge(output: Output) -> int:
    if output.status not in {SETTLED, UNREACHED, IN_DOUBT, KILLED} or "Traceback" in output.stderr:
        raise Broken(f"a run ended with {output.status}\n{output.stdout}\n{output.stderr}")
    return output.status


def _find(line: Line, system: System) -> SimulatorProcess:
    return line.intacct if system == "intacct" else line.cleo


def clear_faults(line: Line) -> int:
    """How many of them happened."""
    happened = 0
    for simulator in (line.intacct, line.cleo):
        happened += sum(int(fault["done"]) for fault in simulator.faults())
        simulator.clear_faults()
    return happened


def measure_lateness(each: Round) -> float:
    """For how many seconds after the round something of it may still be executed."""
    orders: list[Mapping[str, Any]] = [dict(fault) for _, fault in each.faults]
    if isinstance(each.act, KillAtRequest):
        orders.append(dict(each.act.fault))
    return max((float(order.get("seconds", 0)) + 0.5 for order in orders), default=0.0)


def _count_seconds(*times: str | None) -> float:
    waits = [(datetime.fromisoformat(time) - datetime.now(UTC)).total_seconds() for time in times if time]
    return min(_LONGEST_WAIT, max(0.0, min(waits, default=0.0)) + 0.01)
