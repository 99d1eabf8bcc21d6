"""Files that cannot be moved, that are too large or too many, or that are handed to us; and the tenant's own log."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.fake_mailbox import describe_outage
from tests.unit.flows.scene import ARCHIVE, INBOUND, Scene, write_file, write_invoice

from ml_connector.cleo import AnswerUnreadable, Capability, Event
from ml_connector.flows.receiving import HandedFile, receive, take_handed
from ml_connector.flows.run import LinkFacts, Run
from ml_connector.flows.tenant_events import copy_events
from ml_connector.records.status import Status

NEITHER = {Capability.MOVE, Capability.DELETE}


def change(step: Callable[[Run], object], **facts: object) -> Callable[[Run], object]:
    """The step by a link of which this is different."""

    def act(run: Run) -> object:
        link: LinkFacts = replace(run.link, **facts)  # type: ignore[arg-type]  # of any of its members
        return step(replace(run, link=link))

    return act


def count_downloads(scene: Scene) -> int:
    """How often a file's bytes were asked for."""
    return scene.mailbox.calls.count("download")


def test_where_files_are_to_be_deleted_they_are_once_they_are_stored(scene: Scene) -> None:
    scene.mailbox.after_read = "delete"
    scene.drop(write_invoice("INV-1"))

    troubles = scene.run()

    (file,) = scene.files()
    assert troubles == []
    assert file.moved_at is not None
    assert scene.mailbox.list_names(INBOUND) == scene.mailbox.list_names(ARCHIVE) == []
    assert [entry.action for entry in scene.audit(f"file:{file.id}")][:2] == ["received", "deleted in Cleo"]
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_file_that_must_stay_is_downloaded_and_read_once(scene: Scene) -> None:
    scene.mailbox.lacks = NEITHER
    scene.drop(write_invoice("INV-1"))
    scene.run()

    scene.restart()
    scene.run()

    (file,) = scene.files()
    assert count_downloads(scene) == 1
    assert [entry.action for entry in scene.audit(f"file:{file.id}")].count("left in Cleo") == 1
    assert scene.mailbox.list_names(INBOUND) == ["in.edi"]
    assert len(scene.finance.bills) == 1


def test_a_file_that_stayed_goes_when_the_tenant_lets_it_go_and_is_not_read_again(scene: Scene) -> None:
    scene.mailbox.lacks = NEITHER
    content = write_file(write_invoice("INV-1"))
    scene.mailbox.drop("in.edi", content, modified=scene.clock.now - timedelta(hours=1))
    scene.run()

    scene.mailbox.lacks = set()
    scene.run()
    scene.run()

    (file,) = scene.files()
    assert scene.mailbox.list_names(ARCHIVE) == ["in.edi"]
    assert count_downloads(scene) == 1
    assert file.moved_at is not None


@pytest.mark.parametrize("length_changes", [True, False], ids=["other length", "other time"])
def test_other_bytes_under_the_id_of_a_file_that_stayed_are_taken_too(
    scene: Scene, *, length_changes: bool
) -> None:
    scene.mailbox.lacks = NEITHER
    scene.drop(write_invoice("INV-1"))
    scene.run()

    numbers = ("INV-1", "INV-2") if length_changes else ("INV-2",)
    scene.mailbox.replace_content(
        "in.edi",
        write_file(*(write_invoice(number) for number in numbers)),
        modified=None if length_changes else scene.clock.now,
    )
    scene.run()

    assert {number for number, status in scene.statuses().items() if status is Status.POSTED} >= {"INV-2"}
    assert len(scene.finance.bills) == 2


def test_a_file_that_may_still_have_been_changing_is_looked_at_once_more(scene: Scene) -> None:
    scene.mailbox.lacks = NEITHER
    scene.mailbox.drop("in.edi", write_file(write_invoice("INV-1")), modified=scene.clock.now)
    scene.run()

    scene.wait(minutes=1)
    scene.run()
    scene.run()

    assert count_downloads(scene) == 2
    assert len(scene.files()) == 1
    assert len(scene.finance.bills) == 1


def test_a_link_without_an_archive_asks_for_none(scene: Scene) -> None:
    scene.mailbox.remove_folder(ARCHIVE)
    scene.drop(write_invoice("INV-1"))

    troubles = scene.do(change(receive, archive=""))

    assert troubles == []
    assert scene.mailbox.list_names(INBOUND) == ["in.edi"]


def test_where_nothing_can_be_moved_nothing_is_deleted(scene: Scene) -> None:
    scene.mailbox.lacks = {Capability.MOVE}
    scene.drop(write_invoice("INV-1"))

    assert scene.run() == []

    assert scene.mailbox.list_names(INBOUND) == ["in.edi"]
    assert "delete" not in scene.mailbox.calls


def test_a_file_whose_name_is_taken_in_the_archive_is_downloaded_once(scene: Scene) -> None:
    scene.mailbox.refuses_names = True
    long_ago = scene.clock.now - timedelta(hours=1)
    scene.mailbox.drop("in.edi", b"old", folder=ARCHIVE)
    scene.mailbox.drop("in.edi", write_file(write_invoice("INV-1")), modified=long_ago)

    for _ in range(3):
        assert scene.run() == []

    assert count_downloads(scene) == 1
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_file_that_shows_no_time_is_read_again_a_day_later_before_it_is_put_away(scene: Scene) -> None:
    scene.mailbox.lacks = NEITHER
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.mailbox.lacks = set()
    scene.mailbox.replace_content("in.edi", write_file(write_invoice("INV-2")))

    scene.do(receive)
    at_once = (count_downloads(scene), scene.mailbox.list_names(INBOUND))
    scene.wait(minutes=24 * 60)
    scene.run()

    assert at_once == (1, ["in.edi"])
    assert "INV-2" in scene.statuses()
    assert scene.mailbox.list_names(ARCHIVE) == ["in.edi"]


def test_a_file_of_unknown_length_that_stays_is_known_again(scene: Scene) -> None:
    scene.mailbox.lacks = NEITHER
    content = write_file(write_invoice("INV-1"))
    scene.mailbox.drop("in.edi", content, length_known=False, modified=scene.clock.now - timedelta(hours=1))

    for _ in range(3):
        scene.do(receive)

    assert count_downloads(scene) == 1


def test_files_that_cannot_be_had_keep_no_others_back(scene: Scene) -> None:
    for number in range(3):
        scene.mailbox.drop(f"big{number}.edi", b"x" * 3000, length_known=False)
    for number in range(2):
        scene.drop(write_invoice(f"INV-{number}"), name=f"{number}.edi")

    few = change(receive, largest_file=2000, most_files=1)
    scene.do(few)
    first = count_downloads(scene)
    scene.do(few)

    assert [file.origin.name for file in scene.files()] == ["0.edi", "1.edi"]
    assert (first, count_downloads(scene)) == (4, 5)


def test_an_outage_is_not_met_by_asking_for_every_file(scene: Scene) -> None:
    for number in range(30):
        scene.drop(write_invoice(f"INV-{number}"), name=f"{number}.edi")
        scene.mailbox.order("download", describe_outage())

    troubles = scene.do(receive)

    assert len(troubles) == count_downloads(scene) == 20


def test_an_entry_that_cannot_be_read_is_a_trouble_and_keeps_no_file_back(scene: Scene) -> None:
    scene.mailbox.odd_entries = [AnswerUnreadable("an entry without a usable 'id'")]
    scene.drop(write_invoice("INV-1"))

    (trouble,) = scene.run()

    assert trouble.message == "an entry without a usable 'id'"
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_file_that_somebody_else_put_away_was_not_moved_by_us(scene: Scene) -> None:
    id_ = scene.drop(write_invoice("INV-1"))
    scene.mailbox.let_vanish(id_, at="move")
    scene.do(receive)

    (file,) = scene.files()
    assert [entry.action for entry in scene.audit(f"file:{file.id}")] == ["received", "gone from Cleo"]


def test_a_local_file_may_have_a_name_that_is_no_text(scene: Scene) -> None:
    content = write_file(write_invoice("INV-1"))

    scene.do(lambda run: take_handed(run, [hand("a\udcff.edi", content)]))

    assert [file.origin.name for file in scene.files()] == ["a?.edi"]


def test_a_file_that_is_too_large_stays_and_stops_no_other(scene: Scene) -> None:
    scene.mailbox.drop("big.edi", b"x" * 2_000_001)
    scene.drop(write_invoice("INV-1"))

    (trouble,) = scene.do(change(receive, largest_file=2_000_000))

    assert "big.edi is larger than the 2 MB" in trouble.message
    assert "max_file_mb in [link.main.cleo]" in trouble.message
    assert scene.mailbox.list_names(INBOUND) == ["big.edi"]
    assert [file.origin.name for file in scene.files()] == ["in.edi"]
    assert count_downloads(scene) == 1


def test_a_file_of_unknown_length_is_given_up_when_it_grows_too_large(scene: Scene) -> None:
    scene.mailbox.drop("big.edi", b"x" * 3000, length_known=False)

    (trouble,) = scene.do(change(receive, largest_file=2000))

    assert "big.edi is larger" in trouble.message
    assert scene.files() == ()


def test_a_run_takes_no_more_files_than_it_may_and_the_next_one_the_rest(scene: Scene) -> None:
    for number in range(5):
        scene.drop(write_invoice(f"INV-{number}"), name=f"{number}.edi")

    scene.do(change(receive, most_files=3))
    taken = [file.origin.name for file in scene.files()]
    scene.do(change(receive, most_files=3))

    assert taken == ["0.edi", "1.edi", "2.edi"]
    assert len(scene.files()) == 5


def hand(name: str, content: bytes, folder: str = "/home/mira") -> HandedFile:
    return HandedFile(folder=folder, name=name, pieces=iter([content[:50], content[50:]]))


def test_a_file_that_is_handed_over_goes_the_way_of_all_files(scene: Scene) -> None:
    content = write_file(write_invoice("INV-1"))

    scene.do(lambda run: take_handed(run, [hand("mail.edi", content)]))
    scene.run()

    (file,) = scene.files()
    assert (file.origin.host, file.origin.folder, file.origin.name) == ("local", "/home/mira", "mail.edi")
    assert scene.statuses() == {"INV-1": Status.POSTED}
    assert scene.audit(f"file:{file.id}")[0].action == "received"


def test_the_same_file_handed_over_again_is_the_same_file(scene: Scene) -> None:
    content = write_file(write_invoice("INV-1"))

    for _ in range(2):
        scene.do(lambda run: take_handed(run, [hand("mail.edi", content)]))
        scene.run()

    assert len(scene.files()) == 1
    assert len(scene.finance.bills) == 1


def test_what_came_from_cleo_and_is_handed_over_as_well_is_booked_once(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()

    scene.do(lambda run: take_handed(run, [hand("copy.edi", write_file(write_invoice("INV-1")))]))
    scene.run()

    assert sorted(str(each.status) for each in scene.documents()) == ["duplicate", "posted"]
    assert len(scene.finance.bills) == 1


def test_a_handed_file_that_is_too_large_is_told_and_the_next_is_taken(scene: Scene) -> None:
    files = [hand("big.edi", b"x" * 3000), hand("mail.edi", write_file(write_invoice("INV-1")))]

    (trouble,) = scene.do(change(lambda run: take_handed(run, files), largest_file=2000))

    assert "big.edi is larger" in trouble.message
    assert [file.origin.name for file in scene.files()] == ["mail.edi"]


def make_event(id_: str, at: datetime, *, file: str = "") -> Event:
    return Event(
        id=id_,
        created=at,
        sequence=1,
        kind="job",
        name="POSTED",
        job="J1",
        folder=INBOUND if file else "",
        file=file,
        text=f"Posted {file}",
    )


def copy(scene: Scene) -> list[str]:
    """Copy the tenant's log; the messages of the troubles met."""
    return [trouble.message for trouble in scene.do(change(copy_events, copies_events=True))]


def list_events(scene: Scene, record: str) -> Iterator[object]:
    return (entry.detail["id"] for entry in scene.audit(record) if entry.action == "cleo event")


def test_what_the_tenant_logs_of_a_file_stands_at_that_file(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(receive)
    (file,) = scene.files()
    scene.mailbox.events = [
        make_event("E1", scene.clock.now, file="in.edi"),
        make_event("E2", scene.clock.now),
        replace(make_event("E3", scene.clock.now, file="in.edi"), folder="/elsewhere"),
    ]

    assert copy(scene) == []

    assert list(list_events(scene, f"file:{file.id}")) == ["E1"]
    assert list(list_events(scene, "link:main")) == ["E2", "E3"]
    detail = scene.audit(f"file:{file.id}")[-1].detail
    assert (detail["event"], detail["file"], detail["at"]) == (
        "POSTED",
        "in.edi",
        scene.clock.now.isoformat(),
    )


def test_events_are_copied_once_also_those_that_show_late(scene: Scene) -> None:
    scene.mailbox.events = [make_event("E1", scene.clock.now - timedelta(minutes=9))]
    copy(scene)
    scene.mailbox.events.append(make_event("E2", scene.clock.now - timedelta(minutes=12)))
    scene.wait(minutes=30)
    scene.mailbox.events.append(make_event("E3", scene.clock.now))
    copy(scene)
    copy(scene)

    assert list(list_events(scene, "link:main")) == ["E1", "E2", "E3"]


def test_an_event_of_the_future_hides_none_of_the_present(scene: Scene) -> None:
    scene.mailbox.events = [make_event("E1", scene.clock.now + timedelta(days=3000))]
    copy(scene)
    scene.wait(minutes=5)
    scene.mailbox.events.append(make_event("E2", scene.clock.now))
    copy(scene)
    copy(scene)

    assert list(list_events(scene, "link:main")) == ["E1", "E2"]


def test_what_was_logged_before_the_first_time_is_not_copied(scene: Scene) -> None:
    scene.mailbox.events = [make_event("E1", scene.clock.now - timedelta(days=1))]

    copy(scene)

    assert list(list_events(scene, "link:main")) == []


def test_a_tenant_that_shows_no_log_is_no_trouble(scene: Scene) -> None:
    scene.mailbox.lacks = {Capability.EVENTS}

    assert copy(scene) == []


def test_a_log_that_cannot_be_had_now_is_a_trouble(scene: Scene) -> None:
    scene.mailbox.order("list_events", describe_outage())

    assert copy(scene) == [str(describe_outage())]


def test_a_link_that_wants_no_events_asks_for_none(scene: Scene) -> None:
    scene.do(copy_events)

    assert "list_events" not in scene.mailbox.calls
