"""What is due: nothing twice at once, what was missed once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_connector.engine.schedules import Schedule, due, find_next
from ml_connector.engine.wording import TIMING_EXAMPLES, parse_blackout, parse_timing
from ml_connector.records.schedules import JobKey, ScheduleState

KEY = JobKey(link="main", kind="poll")
NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)  # a Friday
ZONE = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)


def make(text: str, *blackouts: str, last: datetime | None = NOON, since: datetime = NOON) -> Schedule:
    return Schedule(
        timing=parse_timing(text, ZONE),
        blackouts=tuple(parse_blackout(blackout, ZONE) for blackout in blackouts),
        state=ScheduleState(key=KEY, since=since, last=last),
    )


def change(schedule: Schedule, **values: datetime | None) -> Schedule:
    return replace(schedule, state=replace(schedule.state, **values))  # type: ignore[arg-type]  # whatever a test names


def is_due(schedule: Schedule, now: datetime) -> bool:
    return due([schedule], now) == (KEY,)


def test_an_interval_is_due_when_it_is_over_and_at_once_the_first_time() -> None:
    schedule = make("every 5 minutes")

    assert not is_due(schedule, NOON + 4 * MINUTE)
    assert is_due(schedule, NOON + 5 * MINUTE)
    assert is_due(change(schedule, last=None), NOON)


def test_a_new_schedule_of_times_waits_for_the_first_of_them() -> None:
    schedule = make("daily at 6:00", last=None)  # 10:00 UTC

    assert not is_due(schedule, NOON + MINUTE)
    assert is_due(schedule, NOON + timedelta(hours=22))


def test_who_is_busy_is_never_due() -> None:
    busy = replace(change(make("every 5 minutes"), wanted=NOON), busy=True)

    assert due([busy], NOON + timedelta(days=9)) == ()


def test_who_is_paused_or_blacked_out_is_due_only_when_somebody_asks() -> None:
    paused = change(make("every 5 minutes"), paused=NOON)
    blacked_out = make("every 5 minutes", "fri 8:00-9:00")
    at = NOON + 6 * MINUTE

    assert not is_due(paused, at)
    assert not is_due(blacked_out, at)
    assert is_due(change(paused, wanted=at), at)
    assert is_due(change(blacked_out, wanted=at), at)


def test_what_a_blackout_kept_back_is_due_once_when_it_ends() -> None:
    schedule = make("every 5 minutes", "fri 8:00-9:00")
    end = NOON + timedelta(hours=1)

    assert is_due(schedule, end)
    assert not is_due(change(schedule, last=end), end + MINUTE)


def test_what_was_missed_at_night_is_not_made_up_for_outside_its_window() -> None:
    schedule = make("weekdays 6:00-20:00 every 15 min")
    saturday = datetime(2031, 3, 15, 9, tzinfo=ZONE)
    monday = datetime(2031, 3, 17, 6, tzinfo=ZONE)

    assert not is_due(schedule, saturday)
    assert find_next(schedule, saturday) == monday
    assert is_due(schedule, monday)


@pytest.mark.parametrize("text", ["every 5 minutes", "*/5 * * * *"])
def test_a_clock_that_was_a_year_ahead_stops_nothing(text: str) -> None:
    schedule = make(text, last=NOON + timedelta(days=365))

    assert is_due(schedule, NOON)
    assert not is_due(make(text, last=NOON + MINUTE), NOON)


def test_what_is_never_to_be_done_is_done_when_somebody_asks() -> None:
    schedule = make("never")

    assert not is_due(schedule, NOON + timedelta(days=99))
    assert find_next(schedule, NOON) is None
    assert is_due(change(schedule, wanted=NOON), NOON)


def test_the_next_time_is_told() -> None:
    schedule = make("every 5 minutes", "fri 8:00-9:00")

    assert find_next(make("every 5 minutes"), NOON + MINUTE) == NOON + 5 * MINUTE
    assert find_next(schedule, NOON + MINUTE) == NOON + timedelta(hours=1)
    assert find_next(schedule, NOON + timedelta(hours=3)) == NOON + timedelta(hours=3)
    assert find_next(change(schedule, paused=NOON), NOON) is None
    assert find_next(change(schedule, wanted=NOON), NOON) == NOON
    assert find_next(make("every 5 minutes", "2031-01-01 to 2031-12-31"), NOON) is None


@given(
    text=st.sampled_from(TIMING_EXAMPLES),
    steps=st.lists(st.tuples(st.integers(1, 5000), st.booleans(), st.booleans()), max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_never_two_at_once_and_never_more_than_one_for_what_was_missed(
    text: str, steps: list[tuple[int, bool, bool]]
) -> None:
    schedule, now = make(text, "sun 2:00-6:00"), NOON
    for minutes, ends, asked in steps:
        now += minutes * MINUTE
        if asked:
            schedule = change(schedule, wanted=now)
        begun = is_due(schedule, now)
        assert not (begun and schedule.busy)
        if begun:
            schedule = replace(change(schedule, last=now, wanted=None), busy=True)
            assert not is_due(schedule, now)
            assert not is_due(replace(schedule, busy=False), now)
        if ends:
            schedule = replace(schedule, busy=False)
