"""Who is sending can be told alive from gone, also after a kill."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.databases import locate_file
from tests.fakes import NOON, ManualClock
from tests.unit.store.rows import LINK, add_documents, move, start_process

from ml_connector.records.status import Status
from ml_connector.store import Store, open_store

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


def list_abandoned(store: Store) -> list[int]:
    with store.begin() as work:
        return [document.id for document in work.documents.list_abandoned(LINK)]


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
        after = list_abandoned(store)

    assert (while_alive, after) == ([], ids)
    assert list_abandoned(store) == ids


def test_past_its_deadline_it_is_abandoned_although_its_holder_lives(
    store: Store, second: Store, clock: ManualClock
) -> None:
    ids = add_documents(store)
    move(store, ids, Status.READY, Status.SENDING, until=NOON + timedelta(minutes=6))

    clock.advance(timedelta(minutes=5, seconds=59))
    before = list_abandoned(store), list_abandoned(second)
    clock.advance(timedelta(seconds=1))
    after = list_abandoned(store), list_abandoned(second)

    assert before == ([], [])
    assert after == (ids, ids)


def test_what_was_being_sent_by_a_store_that_was_closed_is_abandoned(store: Store, second: Store) -> None:
    ids = add_documents(store)
    move(second, ids, Status.READY, Status.SENDING, until=NOON + timedelta(minutes=6))
    before = list_abandoned(store)

    second.close()

    assert (before, list_abandoned(store)) == ([], ids)


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_closing_leaves_no_lock_file_behind(store: Store, store_url: str) -> None:
    folder = Path(f"{locate_file(store_url)}.holders")
    held = {path.name for path in folder.iterdir()} - {"opening"}

    store.close()

    assert len(held) == 1
    assert {path.name for path in folder.iterdir()} == {"opening"}
