"""Files: taken once from one place, moved on once."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes import NOON, ManualClock
from tests.unit.store.rows import LINK, ORIGIN, add_file, do_at_once

from ml_connector.records.status import FileStatus
from ml_connector.store import Store


def test_a_file_keeps_where_it_came_from_and_has_its_first_entry(store: Store) -> None:
    file_id = add_file(store, content=b"ISA*00")

    with store.begin() as work:
        file = work.files.get([file_id])[file_id]
        entries = work.audit.list(f"file:{file_id}")
    assert (file.link, file.origin, file.length, file.status) == (LINK, ORIGIN, 6, FileStatus.RECEIVED)
    assert (file.received_at, file.moved_at, file.reason) == (NOON, None, "")
    assert [entry.action for entry in entries] == ["received"]
    assert entries[0].detail["sha256"] == file.sha256


def test_the_same_file_taken_again_keeps_its_first_id_and_gets_no_second_entry(store: Store) -> None:
    first = add_file(store)
    second = add_file(store)

    assert first == second
    with store.begin() as work:
        assert len(work.audit.list(f"file:{first}")) == 1


def test_small_files_are_stored_with_their_bytes_in_one_transaction_and_known_again(store: Store) -> None:
    found = [
        (replace(ORIGIN, remote_id="F-1"), b"ISA*00"),
        (replace(ORIGIN, remote_id="F-2"), b"ISA*00"),
        (replace(ORIGIN, remote_id="F-3"), b""),
    ]
    with store.begin() as work:
        first = work.files.add_small(LINK, found[:2])

    with store.begin() as work:
        again = work.files.add_small(LINK, found)

    assert again[:2] == first
    assert len(set(again)) == len(found)
    with store.begin() as work:
        files = work.files.get(again)
        counts = [len(work.audit.list(f"file:{id_}")) for id_ in again]
    assert counts == [1, 1, 1]
    assert [files[id_].length for id_ in again] == [6, 6, 0]
    assert [b"".join(store.open_payload(files[id_].sha256)) for id_ in again] == [b"ISA*00", b"ISA*00", b""]


def test_workers_that_take_a_file_at_once_leave_one_row_of_it(store: Store) -> None:
    ids = do_at_once(4, lambda n: add_file(store, remote_id=f"F-{n}"), times=8)

    assert all(len(set(of_one)) == 1 for of_one in ids)
    assert len({of_one[0] for of_one in ids}) == len(ids)
    with store.begin() as work:
        assert len(work.files.list(LINK)) == len(ids)


def test_another_id_folder_host_or_content_is_another_file(store: Store) -> None:
    ids = {
        add_file(store),
        add_file(store, remote_id="F-2"),
        add_file(store, folder="/edi/other"),
        add_file(store, host="other.example"),
        add_file(store, content=b"ISA and more"),
    }

    assert len(ids) == 5


def test_a_received_file_is_finished_once(store: Store) -> None:
    file_id = add_file(store)

    with store.begin() as work:
        first = work.files.finish(file_id, to=FileStatus.UNREADABLE, reason="no ISA in it", documents=0)
        second = work.files.finish(file_id, to=FileStatus.READ, reason="", documents=2)

    assert (first, second) == (True, False)
    with store.begin() as work:
        file = work.files.get([file_id])[file_id]
        assert (file.status, file.reason) == (FileStatus.UNREADABLE, "no ISA in it")
        assert [e.action for e in work.audit.list(f"file:{file_id}")] == ["received", "unreadable"]


def test_a_file_that_left_its_folder_says_when_and_where_to(store: Store, clock: ManualClock) -> None:
    moved = add_file(store)
    clock.advance(timedelta(minutes=1))

    with store.begin() as work:
        work.files.mark_moved([moved], to="/edi/archive")

    with store.begin() as work:
        assert work.files.get([moved])[moved].moved_at == NOON + timedelta(minutes=1)
        assert work.audit.list(f"file:{moved}")[-1].detail == {"to": "/edi/archive"}


def test_files_are_listed_by_link_state_and_time(store: Store, clock: ManualClock) -> None:
    first = add_file(store)
    clock.advance(timedelta(minutes=1))
    second = add_file(store, remote_id="F-2")
    kept = store.keep([b"x"])
    with store.begin() as work:
        work.files.add(link="other", origin=replace(ORIGIN, remote_id="F-9"), kept=kept)
        work.files.finish(first, to=FileStatus.READ, reason="", documents=1)

    with store.begin() as work:
        assert [file.id for file in work.files.list(LINK)] == [first, second]
        assert [file.id for file in work.files.list(LINK, status=FileStatus.RECEIVED)] == [second]
        assert [file.id for file in work.files.list(LINK, since=clock())] == [second]
