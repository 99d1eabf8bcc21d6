"""Whatever is done to an entry of the trail, its record's check says so."""

from datetime import datetime, timedelta, timezone

import pytest
from tests.databases import run_sql
from tests.fakes import NOON

from ml_connector.records.audit import Detail, Fact
from ml_connector.store import Store, open_store

RECORD = "document:7"


@pytest.fixture
def chain(store: Store) -> Store:
    for action in ("read", "held", "released"):
        with store.begin() as work:
            detail: Detail = {"reason": "größer & <besser>", "file": 3, "amount": None}
            work.audit.append([Fact(record=RECORD, action=action, detail=detail)])
    return store


def check(store: Store) -> str:
    with store.begin() as work:
        return work.audit.check(RECORD)


def test_a_chain_that_was_left_alone_is_whole(chain: Store) -> None:
    with chain.begin() as work:
        first, second, third = work.audit.list(RECORD)

    assert check(chain) == ""
    assert (first.previous, second.previous, third.previous) == ("", first.hash, second.hash)
    assert (second.number, second.actor, second.at, second.action) == (2, "mira", NOON, "held")
    assert second.detail == {"amount": None, "file": 3, "reason": "größer & <besser>"}


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'eve'",
        "action = 'posted'",
        "at = at + 1",
        "detail = replace(detail, '3', '4')",
        "previous = 'feed'",
        "hash = 'feed'",
        "number = 9",
        "record = 'document:8'",
    ],
)
@pytest.mark.parametrize("entry", [1, 2, 3])
def test_a_changed_field_of_any_entry_is_found(chain: Store, store_url: str, entry: int, change: str) -> None:
    assert len(run_sql(store_url, f"UPDATE audit SET {change} WHERE number = {entry} RETURNING id")) == 1

    assert RECORD in check(chain)


@pytest.mark.parametrize("entry", [1, 2, 3])
def test_a_deleted_entry_is_found(chain: Store, store_url: str, entry: int) -> None:
    run_sql(store_url, f"DELETE FROM audit WHERE number = {entry}")

    assert RECORD in check(chain)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET count = 2",
        "UPDATE audit_heads SET hash = 'feed'",
        "DELETE FROM audit",
    ],
)
def test_a_head_that_contradicts_its_entries_is_found(chain: Store, store_url: str, change: str) -> None:
    run_sql(store_url, change)

    assert RECORD in check(chain)


def test_facts_of_several_records_in_one_go_each_join_their_own_chain(chain: Store) -> None:
    facts = [
        Fact(record=RECORD, action="planned"),
        Fact(record="file:1", action="received"),
        Fact(record=RECORD, action="ready"),
    ]

    with chain.begin() as work:
        work.audit.append(facts)
        work.audit.append([])

    with chain.begin() as work:
        assert [entry.number for entry in work.audit.list(RECORD)] == [1, 2, 3, 4, 5]
        assert [entry.action for entry in work.audit.list("file:1")] == ["received"]
        assert work.audit.check(RECORD) == work.audit.check("file:1") == ""


def test_a_record_nobody_wrote_about_has_no_entries_and_no_contradiction(store: Store) -> None:
    with store.begin() as work:
        assert work.audit.list("document:404") == ()
        assert work.audit.check("document:404") == ""


def test_entries_written_under_the_clock_of_another_zone_are_whole(store_url: str) -> None:
    moment = datetime(2031, 3, 14, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    store = open_store(store_url, clock=lambda: moment, actor="mira")
    with store.begin() as work:
        work.audit.append([Fact(record=RECORD, action="read")])

    with store.begin() as work:
        assert work.audit.check(RECORD) == ""
        assert work.audit.list(RECORD)[0].at == NOON
    store.close()
