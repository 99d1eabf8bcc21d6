"""Systems that fail are left alone, and tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ml_connector.engine.circuits import PATIENCE, is_left_alone, note_failure, note_success
from ml_connector.records.schedules import Circuit

NOW = datetime(2031, 3, 14, 12, tzinfo=UTC)
FRESH = Circuit(link="main", system="cleo")


def fail(times: int) -> Circuit:
    circuit = FRESH
    for _ in range(times):
        circuit = note_failure(circuit, NOW, "no answer")
    return circuit


def test_the_third_failure_in_a_row_opens_a_circuit_and_its_reason_is_kept() -> None:
    assert fail(2).open_since is None
    assert not is_left_alone(fail(2), NOW)
    assert (fail(3).open_since, fail(3).reason) == (NOW, "no answer")
    assert is_left_alone(fail(3), NOW)


def test_an_open_circuit_is_tried_when_its_time_has_come_and_one_success_closes_it() -> None:
    opened = fail(3)
    assert opened.next_try is not None

    assert not is_left_alone(opened, opened.next_try)
    assert note_success(opened) == FRESH


def test_a_try_that_fails_keeps_it_open_since_the_first_time() -> None:
    later = note_failure(fail(3), NOW + timedelta(hours=1), "no answer")

    assert later.open_since == NOW
    assert is_left_alone(later, NOW + timedelta(hours=1))


@given(st.integers(1, 10_000))
def test_waits_grow_and_never_exceed_the_cap(failures: int) -> None:
    wait, next_wait = PATIENCE.wait_after(failures), PATIENCE.wait_after(failures + 1)

    assert PATIENCE.first <= wait <= next_wait <= PATIENCE.cap
