"""The table of verdicts, and the waits between attempts."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import NOON, TOO_BUSY

from ml_connector.flows.verdicts import (
    Backoff,
    Verdict,
    find_next_attempt,
    is_used_up,
    judge_error,
    judge_result,
)
from ml_connector.intacct import CallResult, ErrorDetail, errors

REFUSED = ErrorDetail(errorno="BL03000018", description2="Invalid Vendor 'V9' specified.")
ERRORS = [
    (errors.NotSent("x"), Verdict.RETRY),
    (errors.Throttled("x"), Verdict.RETRY),
    (errors.Unavailable("x"), Verdict.RETRY),
    (errors.AnswerUnreadable("x"), Verdict.RETRY),
    (errors.Ambiguous("x", control_ids=["c"]), Verdict.READ_BACK),
    (errors.Broken("x"), Verdict.READ_BACK),
    (errors.CredentialsRefused("x", refused="user"), Verdict.STOP),
    (errors.SessionRefused("x", refused="company"), Verdict.STOP),
    (errors.EndpointRefused("x"), Verdict.STOP),
    (errors.PermissionDenied("x"), Verdict.STOP),
    (errors.RequestRejected("x"), Verdict.SPLIT),
]


@pytest.mark.parametrize(("error", "verdict"), ERRORS, ids=lambda value: type(value).__name__)
def test_each_error_has_one_verdict(error: errors.IntacctError, verdict: Verdict) -> None:
    assert judge_error(error) is verdict


def test_no_error_of_the_library_is_left_to_chance() -> None:
    known = {type(error) for error, _ in ERRORS} | {errors.IntacctError}
    named = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)}

    assert named == known


def test_an_error_nobody_has_thought_of_counts_as_possibly_executed() -> None:
    assert judge_error(errors.IntacctError("something new")) is Verdict.READ_BACK


@pytest.mark.parametrize(
    ("status", "said", "first", "again"),
    [
        ("created", (), Verdict.DONE, Verdict.DONE),
        ("unclear", (), Verdict.READ_BACK, Verdict.READ_BACK),
        ("refused", (REFUSED,), Verdict.HOLD, Verdict.READ_BACK),
        ("refused", (TOO_BUSY,), Verdict.RETRY, Verdict.READ_BACK),
        ("aborted", (), Verdict.RETRY, Verdict.READ_BACK),
    ],
)
def test_each_answer_has_one_verdict_and_a_repetition_is_never_simply_refused(
    status: str, said: tuple[ErrorDetail, ...], first: Verdict, again: Verdict
) -> None:
    result = CallResult(control_id="c", status=status, errors=said)  # type: ignore[arg-type]  # a literal

    assert judge_result(result, sent_before=False) is first
    assert judge_result(result, sent_before=True) is again


DURATIONS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2))


@settings(deadline=None)
@given(
    attempts=st.integers(0, 10_000),
    roll=st.floats(0, 1),
    wished=st.none() | DURATIONS,
    first=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=1)),
    cap=st.timedeltas(min_value=timedelta(hours=1), max_value=timedelta(days=1)),
)
def test_a_wait_is_within_the_cap_and_a_fifth_and_never_under_what_was_asked_for(
    attempts: int, roll: float, wished: timedelta | None, first: timedelta, cap: timedelta
) -> None:
    backoff = Backoff(first=first, cap=cap)

    wait = find_next_attempt(attempts, now=NOON, roll=roll, backoff=backoff, wished=wished) - NOON

    assert first <= wait <= max(cap * 1.2, wished or cap)
    assert wait >= (wished or timedelta(0))


def test_waits_double_up_to_the_cap() -> None:
    waits = [find_next_attempt(n, now=NOON, roll=0.0) - NOON for n in range(12)]

    assert [wait.total_seconds() for wait in waits] == [5, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


def test_the_dice_make_a_wait_up_to_a_fifth_longer() -> None:
    assert find_next_attempt(1, now=NOON, roll=1.0) == NOON + timedelta(seconds=6)


def test_sendings_are_used_up_after_twelve() -> None:
    assert [is_used_up(sendings) for sendings in (0, 11, 12, 13)] == [False, False, True, True]
