"""Which jobs a link has, when each is due, and what it does: the engine's tasks, made of the flows."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from ml_connector.app.running.outcomes import describe_touched
from ml_connector.app.running.runs import poll_link
from ml_connector.app.running.syncs import find_version, publish_changes
from ml_connector.config import ConfigRefused, Link
from ml_connector.engine.tasks import Done, Interrupted, Task, Turn
from ml_connector.engine.timings import Blackout, Timing
from ml_connector.engine.wording import NotUnderstood, find_zone, parse_blackout, parse_timing
from ml_connector.flows import intacct_to_cleo
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.flows.run import Run, Step
from ml_connector.records.schedules import JobKey

KINDS: Final = ("poll", "sync", "reconcile", "publish")
LOG: Final = logging.getLogger("ml_connector.jobs")
_THOROUGH: Final = timedelta(seconds=10)  # between two polls that do more than to look for files
INTACCT: Final = "intacct"
CLEO: Final = "cleo"

Report = Callable[[Step, int, int], None]
Connect = Callable[[str, Report], AbstractContextManager[Run]]
"""Opens a run of the link of that name."""


def list_kinds(link: Link) -> tuple[str, ...]:
    """The jobs a link has: without a `publish` table it publishes nothing."""
    return KINDS if link.settings.publish is not None else KINDS[:-1]


def list_tasks(links: Iterable[Link], path: Path, connect: Connect) -> tuple[Task, ...]:
    """All jobs of these links. Raises ConfigRefused for a schedule that cannot be understood."""
    return tuple(task for link in links for task in _list_of(link, path, connect))


def _list_of(link: Link, path: Path, connect: Connect) -> Iterator[Task]:
    timings, blackouts = read_schedule(link, path)
    company = link.settings.intacct.company_id
    for kind in list_kinds(link):
        key = JobKey(link=link.name, kind=kind)
        yield Task(
            key=key,
            timing=timings[kind],
            blackouts=blackouts,
            company="" if kind == "publish" else company,
            rank=0 if kind == "poll" else 1,
            work=_choose_work(key, connect),
        )


def read_schedule(link: Link, path: Path) -> tuple[dict[str, Timing], tuple[Blackout, ...]]:
    """When each kind of job is due, and when none begins. Raises ConfigRefused with key and examples."""
    schedule = link.settings.schedule
    place = f"{path}: link.{link.name}.schedule"
    try:
        zone = find_zone(schedule.zone)
    except NotUnderstood as error:
        raise ConfigRefused([f"{place}.zone: {error}"]) from error
    timings: dict[str, Timing] = {}
    blackouts: list[Blackout] = []
    problems: list[str] = []
    for kind in KINDS:
        try:
            timings[kind] = parse_timing(getattr(schedule, kind), zone)
        except NotUnderstood as error:
            problems.append(f"{place}.{kind}: {error}")
    for text in schedule.blackout:
        try:
            blackouts.append(parse_blackout(text, zone))
        except NotUnderstood as error:
            problems.append(f"{place}.blackout: {error}")
    if problems:
        raise ConfigRefused(problems)
    return timings, tuple(blackouts)


def _choose_work(key: JobKey, connect: Connect) -> Callable[[Turn], Done]:
    match key.kind:
        case "poll":
            return partial(_poll, key, connect, _Seldom(_THOROUGH))
        case "sync":
            return partial(_sync, key, connect)
        case "reconcile":
            return partial(_reconcile, key, connect)
        case _:
            return partial(_publish, key, connect)


class _Seldom:
    """When something that need not be done each time is to be done."""

    def __init__(self, every: timedelta) -> None:
        self._every = every
        self._last: datetime | None = None

    def is_time(self, now: datetime) -> bool:
        """Whether it is to be done now; whoever is told so does it."""
        is_time = self._last is None or not self._last <= now < self._last + self._every
        self._last = now if is_time else self._last
        return is_time


def _poll(key: JobKey, connect: Connect, thorough: _Seldom, turn: Turn) -> Done:
    """New files come in, documents are decided and posted, what is in doubt is looked for."""
    with connect(key.link, _watch(turn)) as run:
        started = run.clock()
        try:
            poll_link(run, left_alone=turn.shunned, thorough=thorough.is_time(started))
        finally:
            _tell_of_documents(run, started)
        return _sum_up(run, started)


def _sync(key: JobKey, connect: Connect, turn: Turn) -> Done:
    """Our copy of Intacct is refreshed; what it changed for documents is looked at at once."""
    if INTACCT in turn.shunned:
        return Done()
    with connect(key.link, _watch(turn)) as run:
        started, before = run.clock(), find_version(run)
        try:
            intacct_to_cleo.refresh(run)
        except Interrupted:
            with run.store.begin() as work:
                work.reference_sync.end_turn(run.link.company)
            raise
        poll = JobKey(link=key.link, kind="poll")
        return _sum_up(run, started, then=(poll,) if find_version(run) != before else ())


def _reconcile(key: JobKey, connect: Connect, turn: Turn) -> Done:
    """What became in Intacct of what was posted is looked at."""
    if INTACCT in turn.shunned:
        return Done()
    with connect(key.link, _watch(turn)) as run:
        started = run.clock()
        reconcile(run)
        return _sum_up(run, started)


def _publish(key: JobKey, connect: Connect, turn: Turn) -> Done:
    """What changed of the copy goes to Cleo."""
    if CLEO in turn.shunned:
        return Done()
    with connect(key.link, _watch(turn)) as run:
        started = run.clock()
        publish_changes(run)
        return _sum_up(run, started)


def _watch(turn: Turn) -> Report:
    """Each step that begins is a good moment to end before it."""

    def look(_: Step, done: int, total: int) -> None:
        if done < total:
            turn.check()

    return look


def _sum_up(run: Run, started: datetime, *, then: tuple[JobKey, ...] = ()) -> Done:
    with run.store.begin() as work:
        reached = work.meter.list_reached(run.link.name, since=started)
    return Done(
        reached=reached,
        troubles=tuple((trouble.system, f"{trouble.step}: {trouble.message}") for trouble in run.troubles),
        then=then,
    )


def _tell_of_documents(run: Run, started: datetime) -> None:
    for line in describe_touched(run, started):
        about: dict[str, object] = {"link": run.link.name, "document": line.id, "status": str(line.status)}
        LOG.info("%s %s", line.number, line.reason or line.status, extra=about)
