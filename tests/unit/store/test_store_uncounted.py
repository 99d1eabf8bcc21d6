"""Exchanges that are counted with the next transaction: none is lost, none is counted twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.fakes import NOON, Killed
from tests.unit.store.rows import LINK, add_file

from ml_connector.records.exchange import MeteredExchange
from ml_connector.store import Store

EXCHANGE = MeteredExchange(
    link=LINK,
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


def list_purposes(store: Store) -> list[str]:
    with store.look() as work:
        return [line.purpose for line in work.meter.list_exchanges(LINK, limit=100)]


def fail_meanwhile(store: Store) -> None:
    with store.begin():
        store.count_later(replace(EXCHANGE, purpose="meanwhile"))
        raise Killed


def test_the_next_transaction_counts_what_was_exchanged_before_it(store: Store) -> None:
    store.count_later(EXCHANGE)
    store.count_later(replace(EXCHANGE, purpose="download"))
    before = list_purposes(store)

    with store.begin() as work:
        seen = work.meter.read(LINK, system="cleo", since=NOON - timedelta(hours=1))
    add_file(store)

    assert before == []
    assert [reading.requests for reading in seen] == [2]
    assert list_purposes(store) == ["download", "list files"]


def test_a_transaction_that_fails_leaves_them_to_the_next_one(store: Store) -> None:
    store.count_later(EXCHANGE)
    with pytest.raises(Killed):
        fail_meanwhile(store)

    add_file(store)

    assert list_purposes(store) == ["meanwhile", "list files"]


def test_the_last_one_counts_what_nobody_else_will(store: Store) -> None:
    store.count_later(EXCHANGE)

    store.count_now()
    store.count_now()

    assert list_purposes(store) == ["list files"]
