"""Files are taken out of Cleo: bytes first, the move second, and nothing is lost in between."""

from dataclasses import replace
from datetime import datetime

import pytest
from tests.fake_mailbox import FakeMailbox, describe_outage
from tests.fakes import Killed
from tests.unit.flows.scene import ARCHIVE, INBOUND, Scene, write_file, write_invoice

from ml_connector.flows.edi_to_intacct import process
from ml_connector.flows.receiving import receive
from ml_connector.records.status import FileStatus, Status


def test_a_new_file_is_stored_and_then_moved_to_the_archive(scene: Scene) -> None:
    content = write_file(write_invoice("INV-1"))
    scene.mailbox.drop("in.edi", content)

    troubles = scene.do(receive)

    (file,) = scene.files()
    assert troubles == []
    assert b"".join(scene.store.open_payload(file.sha256)) == content
    assert (file.status, file.moved_at) == (FileStatus.RECEIVED, scene.clock.now)
    assert scene.mailbox.list_names(ARCHIVE) == ["in.edi"]
    assert [entry.action for entry in scene.audit(f"file:{file.id}")] == ["received", "moved"]
    assert scene.progress == [("receive", 0, 1), ("receive", 1, 1)]


def test_a_file_whose_move_was_cut_short_is_moved_later_and_known_by_its_bytes(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.mailbox.order("move", Killed())
    with pytest.raises(Killed):
        scene.do(receive)
    scene.restart()

    scene.run()

    assert len(scene.files()) == 1
    assert scene.mailbox.list_names(ARCHIVE) == ["in.edi"]
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_no_file_is_put_away_before_all_that_are_stored_with_it_are(scene: Scene) -> None:
    for n in range(3):
        scene.drop(write_invoice(f"INV-{n}"), name=f"{n}.edi")
    scene.mailbox.order("move", Killed(), of="1.edi")
    with pytest.raises(Killed):
        scene.do(receive)
    scene.restart()
    stored, moved = scene.files(), scene.mailbox.list_names(ARCHIVE)

    scene.run()

    assert (len(stored), moved) == (3, ["0.edi"])
    assert len(scene.files()) == 3
    assert scene.mailbox.list_names(INBOUND) == []
    assert scene.statuses() == {f"INV-{n}": Status.POSTED for n in range(3)}


def test_files_that_could_not_be_stored_stay_where_they_are(scene: Scene) -> None:
    for n in range(3):
        scene.drop(write_invoice(f"INV-{n}"), name=f"{n}.edi")
    run = scene.make_run()
    scene.store.die_in(3, stored=False)
    with pytest.raises(Killed):
        receive(run)
    scene.restart()

    assert (scene.files(), scene.mailbox.list_names(ARCHIVE)) == ((), [])
    scene.run()
    assert scene.statuses() == {f"INV-{n}": Status.POSTED for n in range(3)}


def test_small_files_are_stored_together_but_none_waits_for_long(scene: Scene) -> None:
    for n in range(45):
        scene.drop(write_invoice(f"INV-{n}"), name=f"{n}.edi")

    scene.do(receive)

    assert scene.progress == [("receive", done, 45) for done in (0, 20, 40, 45)]
    assert all(file.moved_at == scene.clock.now for file in scene.files())


def test_where_cleo_is_slow_no_file_waits_for_more_than_the_next_one(scene: Scene) -> None:
    for n in range(3):
        scene.drop(write_invoice(f"INV-{n}"), name=f"{n}.edi")

    def tell_time() -> datetime:
        scene.wait(seconds=2)
        return scene.clock.now

    scene.do(lambda run: receive(replace(run, clock=tell_time)))

    assert scene.progress == [("receive", done, 3) for done in (0, 2, 3)]


def test_files_that_are_fetched_four_at_a_time_are_each_taken_once(scene: Scene) -> None:
    gone = scene.drop(write_invoice("INV-0"), name="gone.edi")
    for n in range(1, 31):
        scene.drop(write_invoice(f"INV-{n}"), name=f"{n}.edi")
    scene.mailbox.let_vanish(gone, at="download")
    scene.mailbox.order("download", describe_outage(), of="7.edi")
    scene.mailbox.order("move", describe_outage(), of="9.edi")

    (fetching, moving) = scene.do(lambda run: receive(replace(run, lanes=4)))

    assert fetching.message == moving.message == str(describe_outage())
    assert sorted(scene.mailbox.list_names(INBOUND)) == ["7.edi", "9.edi"]
    scene.run()
    assert scene.statuses() == {f"INV-{n}": Status.POSTED for n in range(1, 31)}
    assert len(scene.files()) == 30


def test_a_long_file_is_stored_as_it_comes(scene: Scene) -> None:
    content = write_file(write_invoice("INV-1")) + b" " * 300_000
    scene.drop(write_invoice("INV-2"), name="short.edi")
    scene.mailbox.drop("long.edi", content)

    troubles = scene.do(receive)

    assert troubles == []
    by_name = {file.origin.name: file for file in scene.files()}
    assert b"".join(scene.store.open_payload(by_name["long.edi"].sha256)) == content
    assert scene.mailbox.list_names(INBOUND) == []


def test_a_file_that_is_another_under_the_same_id_is_taken_as_well(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.mailbox.order("move", describe_outage())
    scene.run()
    scene.mailbox.replace_content("in.edi", write_file(write_invoice("INV-1"), write_invoice("INV-2")))

    scene.run()

    assert [file.moved_at is None for file in scene.files()] == [True, False]
    assert [each.status for each in scene.documents()] == [Status.POSTED, Status.DUPLICATE, Status.POSTED]


def test_a_file_that_was_moved_although_no_answer_came_is_not_taken_twice(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.mailbox.order("move", describe_outage(), done=True)

    (trouble,) = scene.run()

    assert (trouble.step, trouble.system) == ("receive", "cleo")
    assert scene.run() == []
    assert len(scene.files()) == 1
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_file_that_somebody_puts_back_makes_nothing_twice(scene: Scene) -> None:
    id_ = scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.mailbox.put_back(id_, INBOUND)

    scene.run()

    assert len(scene.files()) == 1
    assert scene.statuses() == {"INV-1": Status.POSTED}
    assert len(scene.finance.bills) == 1


def test_a_file_that_vanishes_before_its_download_is_noted_and_passed_over(scene: Scene) -> None:
    gone = scene.drop(write_invoice("INV-1"), name="gone.edi")
    scene.drop(write_invoice("INV-2"), name="stays.edi")
    scene.mailbox.let_vanish(gone, at="download")

    troubles = scene.run()

    assert troubles == []
    assert scene.statuses() == {"INV-2": Status.POSTED}
    (entry,) = scene.audit("link:main")
    assert (entry.action, entry.detail["name"]) == ("file vanished", "gone.edi")


def test_a_file_that_somebody_else_has_moved_meanwhile_counts_as_moved(scene: Scene) -> None:
    id_ = scene.drop(write_invoice("INV-1"))
    scene.mailbox.let_vanish(id_, at="move")

    troubles = scene.run()

    assert troubles == []
    assert scene.files()[0].moved_at is not None
    assert scene.statuses() == {"INV-1": Status.POSTED}


@pytest.mark.parametrize("verb", ["find_folder", "list_files"])
def test_when_cleo_cannot_be_asked_the_rest_of_the_line_goes_on(scene: Scene, verb: str) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(receive)
    scene.drop(write_invoice("INV-2"))
    scene.mailbox.order("find_folder" if verb == "find_folder" else "list_files", describe_outage())

    (trouble,) = scene.run()

    assert (trouble.step, trouble.system, trouble.message) == ("receive", "cleo", str(describe_outage()))
    assert scene.statuses() == {"INV-1": Status.POSTED}
    assert scene.run() == []
    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.POSTED}


def test_one_file_that_cannot_be_downloaded_does_not_stop_the_others(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"), name="one.edi")
    scene.drop(write_invoice("INV-2"), name="two.edi")
    scene.mailbox.order("download", describe_outage(), of="one.edi")

    (trouble,) = scene.run()

    assert trouble.step == "receive"
    assert scene.statuses() == {"INV-2": Status.POSTED}
    assert scene.run() == []
    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.POSTED}


def test_a_missing_folder_is_a_trouble_that_names_it(scene: Scene) -> None:
    scene.mailbox = FakeMailbox(INBOUND)

    (trouble,) = scene.do(process)

    assert ARCHIVE in trouble.message
