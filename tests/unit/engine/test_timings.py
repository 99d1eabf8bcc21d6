"""When things recur, also on the days when clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_connector.engine.timings import Interval, Timing
from ml_connector.engine.wording import (
    BLACKOUT_EXAMPLES,
    TIMING_EXAMPLES,
    NotUnderstood,
    find_zone,
    parse_blackout,
    parse_timing,
)

NEW_YORK = ZoneInfo("America/New_York")
RECURRING = [text for text in TIMING_EXAMPLES if text != "never"]
START = datetime(2030, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1460)).map(lambda passed: START + passed)
#: Hours around the changes of New York's clocks in 2031.
CHANGES = st.builds(
    lambda change, passed: change + passed,
    st.sampled_from([datetime(2031, 3, 9, 4, tzinfo=UTC), datetime(2031, 11, 2, 3, tzinfo=UTC)]),
    st.timedeltas(timedelta(0), timedelta(hours=6)),
)


def take(text: str, start: str, count: int) -> list[str]:
    """The next moments after a local time of New York, as its clocks show them."""
    timing = parse_timing(text, NEW_YORK)
    moment: datetime | None = datetime.fromisoformat(start).replace(tzinfo=NEW_YORK).astimezone(UTC)
    found = []
    for _ in range(count):
        assert moment is not None
        moment = timing.next_after(moment)
        assert moment is not None
        found.append(f"{moment.astimezone(NEW_YORK):%a %H:%M %z}")
    return found


def test_a_window_goes_by_its_steps_and_leaves_out_nights_and_weekends() -> None:
    found = take("weekdays 6:00-7:00 every 30 min", "2031-03-14T06:20", 4)

    assert found == ["Fri 06:30 -0400", "Fri 07:00 -0400", "Mon 06:00 -0400", "Mon 06:30 -0400"]


def test_a_window_may_go_on_beyond_midnight() -> None:
    found = take("fri 23:00-1:00 every 60 min", "2031-03-14T12:00", 4)

    assert found == ["Fri 23:00 -0400", "Sat 00:00 -0400", "Sat 01:00 -0400", "Fri 23:00 -0400"]


def test_times_of_day_are_those_of_the_zone() -> None:
    found = take("mon, thu at 6:00 and 18:30", "2031-03-17T07:00", 3)

    assert found == ["Mon 18:30 -0400", "Thu 06:00 -0400", "Thu 18:30 -0400"]


def test_cron_is_that_of_the_zone() -> None:
    assert take("0 6 * * mon-fri", "2031-03-14T07:00", 2) == ["Mon 06:00 -0400", "Tue 06:00 -0400"]


@pytest.mark.parametrize("text", ["daily at 2:30", "30 2 * * *"])
def test_a_time_that_is_skipped_in_spring_is_not_left_out(text: str) -> None:
    first, second = take(text, "2031-03-09T00:00", 2)

    assert first.startswith("Sun 03:")
    assert second == "Mon 02:30 -0400"


@pytest.mark.parametrize("text", ["daily at 1:30", "30 1 * * *"])
def test_a_time_that_comes_twice_in_autumn_is_taken_once(text: str) -> None:
    assert take(text, "2031-11-02T00:00", 2) == ["Sun 01:30 -0400", "Mon 01:30 -0500"]


def test_what_goes_on_all_night_does_not_pause_when_the_hour_comes_twice() -> None:
    found = take("daily 0:00-4:00 every 30 min", "2031-11-02T00:45", 5)

    assert found == [
        "Sun 01:00 -0400",
        "Sun 01:30 -0400",
        "Sun 01:00 -0500",
        "Sun 01:30 -0500",
        "Sun 02:00 -0500",
    ]


@pytest.mark.parametrize("text", RECURRING)
@given(moment=MOMENTS | CHANGES)
@settings(max_examples=40, deadline=None)
def test_the_next_moment_is_always_strictly_later_and_has_no_other_before_it(
    text: str, moment: datetime
) -> None:
    timing = parse_timing(text, NEW_YORK)

    following = timing.next_after(moment)

    assert following is not None
    assert following > moment
    if not isinstance(timing, Interval):
        between = moment + (following - moment) / 2
        assert timing.next_after(between) in {following, timing.next_after(following)}


def list_between(timing: Timing, start: datetime, end: datetime) -> list[datetime]:
    found: list[datetime] = []
    moment = timing.next_after(start)
    while moment is not None and moment <= end:
        found.append(moment)
        moment = timing.next_after(moment)
    return found


@given(moment=CHANGES)
@settings(max_examples=20, deadline=None)
def test_a_day_and_night_schedule_never_pauses_longer_than_its_step(moment: datetime) -> None:
    timing = parse_timing("daily 0:00-24:00 every 15 min", NEW_YORK)

    found = list_between(timing, moment, moment + timedelta(hours=6))

    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=15)}


@pytest.mark.parametrize(
    ("text", "step"),
    [("every 5 minutes", 300), ("every hour", 3600), ("every 30 s", 30), ("Every  2 Hours", 7200)],
)
def test_intervals_are_understood(text: str, step: int) -> None:
    assert parse_timing(text, NEW_YORK) == Interval(every=timedelta(seconds=step))


@pytest.mark.parametrize(
    "text",
    [
        "now and then",
        "every 0 minutes",
        "every 5000 h",
        "25:00-26:00 every 5 min",
        "mon-xyz at 6:00",
        "at 6:00",
        "6:00-6:00 every 5 min",
        "6:00-7:00 every 30 s",
        "61 * * * *",
        "0 0 31 2 *",
        "daily at 6:75",
    ],
)
def test_what_is_not_understood_is_named_with_examples(text: str) -> None:
    with pytest.raises(NotUnderstood, match="every 5 minutes") as refused:
        parse_timing(text, NEW_YORK)

    assert text in str(refused.value)


@pytest.mark.parametrize("text", ["sometimes", "2031-02-30", "2031-12-26 to 2031-12-24", "sun 2:00-2:00"])
def test_a_blackout_that_is_not_understood_is_named_with_examples(text: str) -> None:
    with pytest.raises(NotUnderstood, match=BLACKOUT_EXAMPLES[0]) as refused:
        parse_blackout(text, NEW_YORK)

    assert text in str(refused.value)


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(NotUnderstood, match=r"'New York' is no time zone.*America/New_York"):
        find_zone("New York")


@pytest.mark.parametrize(
    ("text", "local", "covered"),
    [
        ("sun 2:00-6:00", "2031-03-16T02:00", True),
        ("sun 2:00-6:00", "2031-03-16T06:00", False),
        ("sun 2:00-6:00", "2031-03-17T03:00", False),
        ("daily 23:30-0:30", "2031-03-16T00:29", True),
        ("daily 23:30-0:30", "2031-03-16T12:00", False),
        ("sat-mon 10:00-11:00", "2031-03-16T10:30", True),
        ("2031-12-24 to 2031-12-26", "2031-12-26T23:59", True),
        ("2031-12-24 to 2031-12-26", "2031-12-27T00:00", False),
        ("2031-12-24", "2031-12-24T08:00", True),
    ],
)
def test_a_blackout_covers_its_time_on_the_clocks_of_the_zone(
    text: str, local: str, *, covered: bool
) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=NEW_YORK)

    assert parse_blackout(text, NEW_YORK).covers(moment.astimezone(UTC)) is covered
