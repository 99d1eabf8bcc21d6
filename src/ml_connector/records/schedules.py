"""What is to be done by itself: which jobs there are, how far they are, and which systems are left alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class JobKey:
    """One kind of work of one link."""

    link: str
    kind: str

    def __str__(self) -> str:
        return f"{self.link}/{self.kind}"


class JobState(StrEnum):
    IDLE = "idle"  #: nothing to do before its schedule says so
    WAITING = "waiting"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleState:
    """How far a schedule is, and what people did to it."""

    key: JobKey
    since: datetime  #: when it was first seen
    last: datetime | None = None  #: when it last put its job in line
    wanted: datetime | None = None  #: when somebody asked for a run out of turn
    paused: datetime | None = None
    paused_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The one job of its key. A new generation is one more attempt to have it done; older ones do nothing."""

    key: JobKey
    company: str  #: whose gateway it needs; empty for none
    rank: int  #: a lower one goes first
    generation: int
    state: JobState
    not_before: datetime
    holder: str = ""  #: who runs it
    until: datetime | None = None  #: until when that one is believed to live
    started: datetime | None = None
    ended: datetime | None = None
    attempts: int = 0  #: in a row that did not reach all they wanted
    outcome: str = ""  #: of the last run; empty when all went well

    @property
    def run_name(self) -> str:
        """The name of this generation, and of no other."""
        return f"{self.key}/{self.generation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """How a link fares with one of its systems."""

    link: str
    system: str
    failures: int = 0  #: in a row
    open_since: datetime | None = None  #: from then on the system is left alone
    next_try: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSign:
    """A process that works by itself, as of its last sign of life."""

    seat: str  #: its lasting name, such as `ap1.example.com:0`
    holder: str  #: the name by which it holds jobs
    version: str
    hands: int  #: jobs it does at a time
    since: datetime
    seen: datetime
    gone: bool  #: it is known to have ended without a word
