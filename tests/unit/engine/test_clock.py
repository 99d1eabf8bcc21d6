"""The one reader of the system's clock."""

from datetime import UTC, datetime

from ml_connector.engine import clock


def test_the_present_moment_is_aware_in_utc_and_lies_between_two_looks_at_the_clock() -> None:
    before = datetime.now(UTC)

    now = clock.now()

    assert now.tzinfo is UTC
    assert before <= now <= datetime.now(UTC)
