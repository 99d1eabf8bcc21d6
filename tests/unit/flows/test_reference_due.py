"""What is due of reference, by the clock alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from tests.fakes import NOON

from ml_connector.flows.cadence import USUAL, Cadence
from ml_connector.flows.reference.kinds import KINDS, Kind, choose_kinds, due
from ml_connector.records.reference import Watermark

VENDOR: Final = KINDS["vendor"]
TERM: Final = KINDS["term"]
FRESH: Final = Watermark(kind="vendor", last_delta=NOON, last_full=NOON, last_count=NOON)


def ask(
    kind: Kind, mark: Watermark, *, after: timedelta, cadence: Cadence = USUAL
) -> tuple[str, bool] | None:
    """What is due for a kind so long after noon."""
    tasks = due([kind], {kind.name: mark}, NOON + after, cadence)
    return (tasks[0].read, tasks[0].count) if tasks else None


def test_what_was_never_read_is_read_whole_and_counted() -> None:
    tasks = due(choose_kinds(USUAL), {}, NOON, USUAL)

    assert [(task.kind.name, task.read, task.count) for task in tasks] == [
        (name, "full", True)
        for name in ("vendor", "account", "department", "location", "class", "project", "term")
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(minutes=4, seconds=59), None),
        (timedelta(minutes=5), ("delta", False)),
        (timedelta(hours=1), ("delta", True)),
        (timedelta(days=1), ("full", True)),
    ],
)
def test_changes_are_read_often_counted_hourly_and_all_is_compared_daily(
    after: timedelta, expected: tuple[str, bool] | None
) -> None:
    assert ask(VENDOR, FRESH, after=after) == expected


def test_a_kind_without_time_stamps_is_read_whole_each_time() -> None:
    mark = replace(FRESH, kind="term")

    assert ask(TERM, mark, after=timedelta(minutes=5)) == ("full", False)
    assert ask(TERM, mark, after=timedelta(hours=1)) == ("full", True)


def test_a_kind_may_have_a_cadence_of_its_own_and_be_counted_between_its_readings() -> None:
    slow = Cadence(own={"vendor": timedelta(hours=3)}, count_every=timedelta(hours=2))

    assert ask(VENDOR, FRESH, after=timedelta(hours=1), cadence=slow) is None
    assert ask(VENDOR, FRESH, after=timedelta(hours=2), cadence=slow) == ("", True)
    assert ask(VENDOR, FRESH, after=timedelta(hours=3), cadence=slow) == ("delta", True)
    assert ask(KINDS["item"], replace(FRESH, kind="item"), after=timedelta(minutes=59)) is None


def test_what_cannot_be_read_is_tried_again_the_next_day() -> None:
    refused = Watermark(kind="vendor", last_delta=NOON, problem="may not read VENDOR")

    assert ask(VENDOR, refused, after=timedelta(hours=23)) is None
    assert ask(VENDOR, refused, after=timedelta(days=1)) == ("full", True)


def test_what_was_asked_for_comes_besides_what_plans_need_in_the_order_of_the_table() -> None:
    chosen = choose_kinds(Cadence(kinds=("warehouse", "item", "vendor")))

    assert [kind.name for kind in chosen][-3:] == ["term", "item", "warehouse"]
    assert len(chosen) == 9


def test_every_kind_is_due_in_the_end_and_none_twice() -> None:
    marks: Mapping[str, Watermark] = {
        name: Watermark(kind=name, last_delta=NOON, last_full=NOON, last_count=NOON) for name in KINDS
    }
    everything = Cadence(kinds=tuple(KINDS))

    assert due(choose_kinds(everything), marks, NOON, everything) == []
    tasks = due(choose_kinds(everything), marks, NOON + timedelta(days=1), everything)
    assert [task.kind.name for task in tasks] == list(KINDS)
