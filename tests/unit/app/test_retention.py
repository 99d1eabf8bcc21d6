"""Exchanges are forgotten when they were kept long enough; what Sage bills of them is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest
from tests.fakes import NOON, ManualClock

from ml_connector.app.running.retention import Retention
from ml_connector.config import RetentionSettings
from ml_connector.records.exchange import MeteredExchange
from ml_connector.store import Store, open_store

DAY: Final = timedelta(days=1)
FINE: Final = MeteredExchange(
    link="main",
    system="cleo",
    flow="files",
    purpose="list files",
    started=NOON,
    milliseconds=15,
    http_status=200,
    outcome="ok",
    api_transactions=0,
    request=b"",
    answer=b"",
)
FAILED: Final = replace(FINE, outcome="Unavailable", http_status=503)
MANY: Final = 1001  # more than one transaction drops


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(store_url: str, clock: ManualClock) -> Iterator[Store]:
    opened = open_store(store_url, clock=clock, actor="mira")
    yield opened
    opened.close()


def tidy(store: Store, clock: ManualClock) -> None:
    settings = RetentionSettings.model_validate({"exchanges": "3d", "failed_exchanges": "10d"})
    Retention(store=store, settings=settings, clock=clock).tidy()


def add(store: Store, *exchanges: MeteredExchange) -> None:
    with store.begin() as work:
        for exchange in exchanges:
            work.meter.add(exchange)


def list_ages(store: Store, clock: ManualClock, *, failed: bool) -> list[int]:
    """Of what is left, in days."""
    with store.look() as work:
        lines = work.meter.list_exchanges("main", failed=failed, limit=10 * MANY)
    return sorted((clock.now - line.started) // DAY for line in lines if failed or line.outcome == "ok")


def test_what_went_well_is_forgotten_sooner_than_what_failed_and_what_was_billed_never(
    store: Store, clock: ManualClock
) -> None:
    for age in range(14):
        started = clock.now - age * DAY
        add(store, replace(FINE, started=started), replace(FAILED, started=started, answer=b"busy"))
    with store.begin() as work:
        work.meter.bill("BRINDLE", "main", day=date(2020, 1, 1), flow="post", control_ids=["a"] * 7)
    add(store, FINE)

    tidy(store, clock)

    assert list_ages(store, clock, failed=False) == [0, *range(4)]
    assert list_ages(store, clock, failed=True) == list(range(11))
    with store.look() as work:
        assert work.meter.sum_usage("BRINDLE", date.min, date.max) == 7


def test_however_much_is_too_old_it_goes_and_numbers_do_not_begin_anew(
    store: Store, clock: ManualClock
) -> None:
    add(store, *[FINE] * MANY)
    clock.advance(30 * DAY)

    tidy(store, clock)
    add(store, FAILED)

    with store.look() as work:
        left = work.meter.list_exchanges("main", limit=10)
    assert [line.id for line in left] == [MANY + 1, MANY]


def test_no_more_is_dropped_at_once_than_was_asked_for_and_the_oldest_goes_first(
    store: Store, clock: ManualClock
) -> None:
    add(store, *[replace(FINE, started=NOON - age * DAY) for age in (5, 7, 6, 0)])

    with store.begin() as work:
        assert work.meter.drop(NOON - DAY, failed=False, most=2) == 2

    assert list_ages(store, clock, failed=False) == [0, 5]
