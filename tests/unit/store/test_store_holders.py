"""Who is sending can be told alive from gone, also after a kill."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.databases import end_sessions, locate_file
from tests.fakes import NOON, ManualClock
from tests.processes import wait_until
from tests.unit.store.rows import LINK, add_documents, move, start_process

from ml_connector.records.standing import HeldSlot
from ml_connector.records.status import Status
from ml_connector.store import Store, open_store
from ml_connector.store.holders import register_holder
from ml_connector.store.opening import connect_database

SENDER = """
import sys
from datetime import UTC, datetime, timedelta
from ml_connector.records.documents import Move
from ml_connector.records.status import Status
from ml_connector.store import open_store
now = datetime(2031, 3, 14, 12, tzinfo=UTC)
store = open_store(sys.argv[1], clock=lambda: now, actor="sender")
with store.begin() as work:
    moves = [Move(id=1, action="sending")]
    work.documents.move(moves, expect=Status.READY, to=Status.SENDING, until=now + timedelta(minutes=6))
print("sending", flush=True)
sys.stdin.read()
store.close()
"""


@pytest.fixture
def second(store_url: str, clock: ManualClock, store: Store) -> Iterator[Store]:  # noqa: ARG001 (the store comes first)
    """The same store, opened by somebody else."""
    opened = open_store(store_url, clock=clock, actor="noor")
    yield opened
    opened.close()


def list_abandoned(store: Store) -> dict[int, datetime]:
    """What others are to take over, with the moment after which nothing of it can leave."""
    with store.begin() as work:
        return work.documents.list_abandoned(LINK)


def test_what_a_living_process_is_sending_is_left_to_it_and_what_a_killed_one_was_is_not(
    store: Store, store_url: str
) -> None:
    ids = add_documents(store)
    move(store, ids, Status.READY)
    with start_process(SENDER, store_url) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "sending\n"

        while_alive = list_abandoned(store)
        sender.kill()
        sender.wait()
        wait_until(lambda: bool(list_abandoned(store)), what="the server notes that it is gone")
        after = list_abandoned(store)

    assert (while_alive, after) == ({}, dict.fromkeys(ids, NOON))
    assert list_abandoned(store) == after


def test_past_its_deadline_it_is_abandoned_although_its_holder_lives(
    store: Store, second: Store, clock: ManualClock
) -> None:
    ids = add_documents(store)
    move(store, ids, Status.READY, Status.SENDING, until=NOON + timedelta(minutes=6))

    clock.advance(timedelta(minutes=5, seconds=59))
    before = list_abandoned(store), list_abandoned(second)
    clock.advance(timedelta(seconds=1))
    after = list_abandoned(store), list_abandoned(second)

    assert before == ({}, {})
    assert after == (dict.fromkeys(ids, clock.now), dict.fromkeys(ids, clock.now))


def test_what_was_being_sent_by_a_store_that_was_closed_is_abandoned(store: Store, second: Store) -> None:
    ids = add_documents(store)
    move(second, ids, Status.READY, Status.SENDING, until=NOON + timedelta(minutes=6))
    before = list_abandoned(store)

    second.close()

    assert (before, list(list_abandoned(store))) == ({}, ids)


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_process_whose_session_was_ended_may_still_be_sending_and_is_seen_to_live_when_it_goes_on(
    store: Store, second: Store, store_url: str
) -> None:
    ids = add_documents(store)
    deadline = NOON + timedelta(minutes=6)
    move(second, ids, Status.READY, Status.SENDING, until=deadline)

    end_sessions(store_url)
    meanwhile = list_abandoned(store)
    with second.begin():
        pass

    assert meanwhile == dict.fromkeys(ids, deadline)
    assert list_abandoned(store) == {}
    second.close()
    assert list_abandoned(store) == meanwhile


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_session_that_ends_within_a_transaction_does_not_keep_others_from_being_judged(
    store: Store, second: Store, store_url: str
) -> None:
    ids = add_documents(store)
    move(second, ids, Status.READY, Status.SENDING, until=NOON + timedelta(minutes=6))
    with second.begin():
        pass

    with store.begin() as work:
        end_sessions(store_url)
        gone = list(work.documents.list_abandoned(LINK))

    assert gone == ids
    with second.begin() as work:
        assert list(work.documents.list_abandoned(LINK)) == []


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_seat_whose_session_was_ended_is_given_up_and_free(store: Store, store_url: str) -> None:
    seat = store.take_seat()

    end_sessions(store_url)
    seat.release()
    with store.begin():
        pass
    again = store.take_seat()

    assert again.name == seat.name
    again.release()


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_closing_leaves_no_lock_file_behind(store: Store, store_url: str) -> None:
    folder = Path(f"{locate_file(store_url)}.holders")
    held = {path.name for path in folder.iterdir()} - {"opening"}

    store.close()

    assert len(held) == 1
    assert {path.name for path in folder.iterdir()} == {"opening"}


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_holder_waits_for_no_connection_that_others_use(store: Store, store_url: str) -> None:
    busy = create_engine(connect_database(store_url).url, pool_size=1, max_overflow=0, pool_timeout=0.1)

    with busy.connect():
        holder = register_holder(busy)
        with store.begin() as work:
            assert work.slots.take("BRINDLE", job="a", lease=timedelta(minutes=1))
        living = [holder.is_gone(each.holder) for each in list_slots(store)]
    holder.release()
    busy.dispose()

    assert living == [False]


def list_slots(store: Store) -> tuple[HeldSlot, ...]:
    with store.begin() as work:
        return work.slots.list_held()
