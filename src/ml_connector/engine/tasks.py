"""What a job is to the engine, and what the engine is to a job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ml_connector.engine.timings import Blackout, Timing
from ml_connector.records.schedules import JobKey


class Interrupted(Exception):
    """The job is to end here: others take it over, come first, or the program ends. It will be put in line again."""


class Turn(Protocol):
    """What a job is given."""

    @property
    def shunned(self) -> frozenset[str]:
        """Systems to leave alone this time."""
        ...

    def check(self) -> None:
        """To be called between steps, each of which leaves nothing half done. Raises Interrupted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a job."""

    reached: frozenset[str] = frozenset()  #: systems that were spoken to
    troubles: tuple[tuple[str, str], ...] = ()  #: systems that failed, each with what happened
    then: tuple[JobKey, ...] = ()  #: what need not wait for its time because of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job that recurs. Its work can be cut short anywhere; what it has not finished it does the next time."""

    key: JobKey
    timing: Timing
    blackouts: tuple[Blackout, ...] = ()
    company: str = ""  #: whose gateway it needs, one job at a time; empty for none
    rank: int = 0  #: of those that need the same gateway a lower one goes first
    work: Callable[[Turn], Done]
