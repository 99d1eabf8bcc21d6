"""What runs by itself: when it ran, when it will, what stands in the way; and the switches people have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ml_connector.app.pinning import name_actor
from ml_connector.config import Settings
from ml_connector.engine.dispatch import is_busy
from ml_connector.engine.schedules import Schedule, find_next
from ml_connector.engine.tasks import Task
from ml_connector.records.schedules import Circuit, Job, JobKey, JobState, ScheduleState
from ml_connector.store import Store, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLine:
    """One job of a link."""

    link: str
    kind: str
    schedule: str  #: as the configuration says it
    state: str  #: idle, waiting or running; paused when it rests
    paused_by: str
    since: datetime | None  #: of waiting or running
    last: datetime | None  #: when it last began
    ended: datetime | None  #: when it last ended
    next: datetime | None  #: None: not within two weeks, or only when somebody asks
    attempts: int  #: in a row that did not reach all they wanted
    outcome: str  #: of the last run; empty when all went well


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitLine:
    """A system that is left alone."""

    link: str
    system: str
    open_since: datetime
    next_try: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    lines: tuple[ScheduleLine, ...]
    circuits: tuple[CircuitLine, ...]


class Schedules:
    def __init__(self, store: Store, settings: Settings, tasks: Sequence[Task]) -> None:
        self._store = store
        self._settings = settings
        self._tasks = {task.key: task for task in tasks}

    def show(self) -> ScheduleView:
        """All jobs of all links, and the systems that are left alone. Changes nothing."""
        with self._store.look() as work:
            return self.read(work)

    def read(self, work: Work) -> ScheduleView:
        """The same of a moment that is looked at already."""
        states, jobs = work.schedules.list(), work.jobs.list()
        lines = (
            self._describe(states.get(key, ScheduleState(key=key, since=work.now)), jobs.get(key), work.now)
            for key in self._tasks
        )
        return ScheduleView(lines=tuple(lines), circuits=_describe_open(work.schedules.list_circuits()))

    def _describe(self, state: ScheduleState, job: Job | None, now: datetime) -> ScheduleLine:
        key, task = state.key, self._tasks[state.key]
        busy = job is not None and is_busy(job, now)
        schedule = Schedule(timing=task.timing, blackouts=task.blackouts, state=state, busy=busy)
        following = find_next(schedule, now)
        if job is not None and job.state == JobState.WAITING:
            following = min(job.not_before, following or job.not_before)
        return ScheduleLine(
            link=key.link,
            kind=key.kind,
            schedule=getattr(self._settings.links[key.link].settings.schedule, key.kind),
            state=_name_state(state, None if job is None else job.state),
            paused_by=state.paused_by,
            since=None if job is None else _find_since(job),
            last=None if job is None else job.started,
            ended=None if job is None else job.ended,
            next=following,
            attempts=0 if job is None else job.attempts,
            outcome="" if job is None else job.outcome,
        )

    def list_keys(self, link: str) -> list[JobKey]:
        """The jobs of a link."""
        return [key for key in self._tasks if key.link == link]

    def pause(self, keys: Sequence[JobKey], *, by: str) -> list[JobKey]:
        """Let these rest until they are resumed; those that did not rest already. What runs is not cut short."""
        with self._store.begin() as work:
            work.schedules.add(self._tasks)
            return [key for key in keys if work.schedules.pause(key, by=by or name_actor())]

    def resume(self, keys: Sequence[JobKey], *, by: str) -> list[JobKey]:
        """Let these run by themselves again; those that were paused. What was missed is made up for once."""
        with self._store.begin() as work:
            work.schedules.add(self._tasks)
            return [key for key in keys if work.schedules.resume(key, by=by or name_actor())]

    def trigger(self, keys: Sequence[JobKey]) -> None:
        """Let these run as soon as they can, also when they are paused or blacked out."""
        with self._store.begin() as work:
            work.schedules.add(self._tasks)
            for key in keys:
                work.schedules.want(key)


def _name_state(state: ScheduleState, job: JobState | None) -> str:
    if job == JobState.RUNNING:
        return JobState.RUNNING
    return "paused" if state.paused is not None else job or JobState.IDLE


def _find_since(job: Job) -> datetime | None:
    match job.state:
        case JobState.RUNNING:
            return job.started
        case JobState.WAITING:
            return job.not_before
        case JobState.IDLE:
            return None


def _describe_open(circuits: Mapping[tuple[str, str], Circuit]) -> tuple[CircuitLine, ...]:
    return tuple(
        CircuitLine(
            link=circuit.link,
            system=circuit.system,
            open_since=circuit.open_since,
            next_try=circuit.next_try,
            reason=circuit.reason,
        )
        for circuit in circuits.values()
        if circuit.open_since is not None
    )
