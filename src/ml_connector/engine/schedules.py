"""What is due. Nothing twice at once, what was missed once, and nothing while it is paused or blacked out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ml_connector.engine.timings import Blackout, Timing
from ml_connector.records.schedules import JobKey, ScheduleState

_STEP: Final = timedelta(minutes=1)
_LOOKED_AHEAD: Final = 60 * 24 * 14  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When something is to be done, and how far it is."""

    timing: Timing
    blackouts: tuple[Blackout, ...] = ()
    state: ScheduleState
    busy: bool = False  #: it waits in line or runs


def due(schedules: Iterable[Schedule], now: datetime) -> tuple[JobKey, ...]:
    """What is to begin now.

    Who is busy is never due. What was missed, however often, is due once: the caller notes `now` as the last time.
    What somebody asked for is due though it is paused or blacked out.
    """
    return tuple(schedule.state.key for schedule in schedules if not schedule.busy and _is_due(schedule, now))


def find_next(schedule: Schedule, now: datetime) -> datetime | None:
    """When it will be due if nobody does anything; None when that is never, or not within two weeks.

    Not earlier than `now`.
    """
    state = schedule.state
    if state.wanted is not None:
        return now
    if state.paused is not None:
        return None
    at = now if _is_reached(schedule, now) else schedule.timing.next_after(_find_last(schedule))
    for _ in range(_LOOKED_AHEAD):
        if at is None:
            return None
        at = max(at, now)
        if not schedule.timing.allows(at):
            at = schedule.timing.next_after(at)
        elif not any(blackout.covers(at) for blackout in schedule.blackouts):
            return at
        else:
            at += _STEP - timedelta(seconds=at.second, microseconds=at.microsecond)
    return None


def _is_due(schedule: Schedule, now: datetime) -> bool:
    if schedule.state.wanted is not None:
        return True
    if schedule.state.paused is not None or _is_blocked(schedule, now):
        return False
    return _is_reached(schedule, now)


def _is_blocked(schedule: Schedule, at: datetime) -> bool:
    return not schedule.timing.allows(at) or any(blackout.covers(at) for blackout in schedule.blackouts)


def _is_reached(schedule: Schedule, now: datetime) -> bool:
    """Whether one of its moments has come since the last time.

    A last time farther ahead than the next moment was written by a clock that was wrong: nobody waits for it.
    """
    state, timing = schedule.state, schedule.timing
    if state.last is None and timing.begins_at_once:
        return True
    at = timing.next_after(_find_last(schedule))
    following = timing.next_after(now)
    if following is not None and _find_last(schedule) > following:
        return True
    return at is not None and at <= now


def _find_last(schedule: Schedule) -> datetime:
    return schedule.state.last or schedule.state.since
