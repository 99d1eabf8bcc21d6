"""What a tenant does not offer is found out once, worked around, and tried again a day later."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    FILE,
    INBOUND,
    NOON,
    FakeClock,
    MemoryBook,
    Reply,
    as_json,
    file_entry,
    in_turn,
    make_client,
    page,
    token,
)

from ml_connector.cleo import (
    CIC_FOLDERS,
    Capability,
    FileGone,
    Forbidden,
    Lack,
    Purpose,
    Rejected,
    Unsupported,
    get_profile,
)

DAY = timedelta(days=1)
NO_MOVE = Lack(capability=Capability.MOVE, reason="PATCH answered 405", since=NOON, probe_after=NOON + DAY)
NO_DELETE = Lack(
    capability=Capability.DELETE, reason="DELETE answered 405", since=NOON, probe_after=NOON + DAY
)


@pytest.mark.parametrize("status", [405, 501])
def test_a_tenant_that_cannot_move_is_asked_once_and_warned_of_once(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    book = MemoryBook()
    transport = in_turn(token(), Reply(status=status))
    client = make_client(transport, book=book)

    with pytest.raises(Unsupported, match=f"PATCH .* answered {status}"):
        client.move(FILE, ARCHIVE)
    with pytest.raises(Unsupported, match=r"tried again after 2026-03-03 12:00"):
        client.move(FILE, ARCHIVE)

    assert len(transport.sent) == 2
    assert book.lacks[Capability.MOVE].probe_after == NOON + DAY
    assert client.list_lacks() == tuple(book.lacks.values())
    (warning,) = caplog.records
    assert (warning.levelno, warning.name) == (logging.WARNING, "ml_connector.cleo.capabilities")
    assert "does not offer move" in warning.getMessage()
    assert "stay, and are remembered" in warning.getMessage()


@pytest.mark.parametrize("verb", ["move", "delete"])
def test_a_404_for_a_file_that_is_listed_means_that_there_is_no_such_call(verb: str) -> None:
    book = MemoryBook()
    client = make_client(in_turn(token(), Reply(status=404), page(file_entry("-F1"))), book=book)
    acts: dict[str, Callable[[], None]] = {
        "move": partial(client.move, FILE, ARCHIVE),
        "delete": partial(client.delete, FILE),
    }

    with pytest.raises(Unsupported, match="as if there were no such file, which there is"):
        acts[verb]()

    assert list(book.lacks) == [verb]


def test_a_404_for_a_file_that_is_gone_switches_nothing_off() -> None:
    book = MemoryBook()
    client = make_client(in_turn(token(), Reply(status=404), page()), book=book)

    with pytest.raises(FileGone):
        client.delete(FILE)

    assert book.lacks == {}


def test_what_was_missing_is_tried_again_a_day_later_and_used_when_it_works() -> None:
    clock = FakeClock()
    book = MemoryBook(NO_MOVE)
    transport = in_turn(token(), Reply(status=204), Reply(status=204))
    client = make_client(transport, clock=clock, book=book)

    with pytest.raises(Unsupported):
        client.move(FILE, ARCHIVE)
    clock.advance(DAY.total_seconds())
    client.move(FILE, ARCHIVE)
    client.move(FILE, ARCHIVE)

    assert book.lacks == {}
    assert len(transport.sent) == 3


def test_what_is_shaped_otherwise_is_tried_at_once() -> None:
    book = MemoryBook()
    cannot = make_client(in_turn(token(), Reply(status=405)), book=book)
    with pytest.raises(Unsupported):
        cannot.move(FILE, ARCHIVE)

    unchanged = make_client(in_turn(), profile=CIC_FOLDERS.override({"paging.page_size": 50}), book=book)
    with pytest.raises(Unsupported, match="tried again after"):
        unchanged.move(FILE, ARCHIVE)
    corrected = CIC_FOLDERS.override({"files.move.method": "POST"})
    can = make_client(in_turn(token(), Reply(status=204)), profile=corrected, book=book)
    assert can.list_lacks() == ()
    can.move(FILE, ARCHIVE)

    assert book.lacks == {}


def test_what_is_still_missing_a_day_later_is_off_for_another_day_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    book = MemoryBook(NO_MOVE)
    client = make_client(in_turn(token(), Reply(status=405)), clock=clock, book=book)
    clock.advance(DAY.total_seconds())

    with pytest.raises(Unsupported):
        client.move(FILE, ARCHIVE)

    lack = book.lacks[Capability.MOVE]
    assert (lack.since, lack.probe_after) == (NOON, NOON + 2 * DAY)
    assert caplog.records == []


@pytest.mark.parametrize("refusal", [405, 501, 404])
def test_a_file_that_was_read_is_moved_or_else_left_but_never_deleted(refusal: int) -> None:
    moved = make_client(in_turn(token(), Reply(status=204)))
    transport = in_turn(token(), Reply(status=refusal), page(file_entry("-F1")))

    assert moved.put_away(FILE, ARCHIVE) == "moved"
    assert make_client(transport).put_away(FILE, ARCHIVE) == "left"
    assert Purpose.DELETE not in {each.purpose for each in transport.sent}


def test_a_name_that_is_taken_in_the_archive_is_made_unique() -> None:
    transport = in_turn(token(), Reply(status=409), Reply(status=204))

    assert make_client(transport).put_away(FILE, ARCHIVE) == "moved"

    bodies = [json.loads(each.body) for each in transport.sent[1:]]
    assert [body.get("name") for body in bodies] == [None, "birch_810_-F1.edi"]


def test_a_file_that_can_be_moved_under_no_name_is_left() -> None:
    nameless = CIC_FOLDERS.override({"files.move.name_field": ""})
    refused = make_client(in_turn(token(), Reply(status=409), Reply(status=409)))
    unnamed = make_client(in_turn(token(), Reply(status=409)), profile=nameless)

    assert refused.put_away(FILE, ARCHIVE) == unnamed.put_away(FILE, ARCHIVE) == "left"


def test_where_neither_is_offered_nothing_is_asked_any_more() -> None:
    transport = in_turn()
    client = make_client(transport, book=MemoryBook(NO_MOVE, NO_DELETE))

    assert client.put_away(FILE, ARCHIVE) == "left"

    assert transport.sent == []


@pytest.mark.parametrize(("wish", "done"), [("delete", "deleted"), ("ledger", "left")])
def test_the_profile_may_wish_for_less_than_a_move(wish: str, done: str) -> None:
    profile = CIC_FOLDERS.override({"files.after_read": wish})
    client = make_client(in_turn(token(), Reply(status=204)), profile=profile)

    assert client.put_away(FILE, ARCHIVE) == done


def test_a_file_without_an_archive_is_never_moved() -> None:
    transport = in_turn()

    assert make_client(transport).put_away(FILE, None) == "left"

    assert transport.sent == []


def test_a_profile_without_the_calls_leaves_every_file_where_it_is() -> None:
    transport = in_turn()
    client = make_client(transport, profile=get_profile("harmony-connection"))

    assert client.put_away(FILE, None) == "left"
    with pytest.raises(Unsupported, match=r"no path files\.move\.path"):
        client.move(FILE, ARCHIVE)
    with pytest.raises(Unsupported, match=r"no path files\.delete\.path"):
        client.delete(FILE)

    assert transport.sent == []


@pytest.mark.parametrize("status", [400, 405, 501])
def test_a_tenant_that_cannot_filter_gives_whole_lists_from_then_on(status: int) -> None:
    book = MemoryBook()
    whole = page(file_entry("F1", name="a.csv"), file_entry("F2", name="b.csv"))
    transport = in_turn(token(), Reply(status=status), whole, whole)
    client = make_client(transport, book=book)

    first = client.find_file(INBOUND, "b.csv")
    second = client.find_file(INBOUND, "c.csv")

    assert (first and first.id, second) == ("F2", None)
    assert ["filter=" in call for call in transport.calls[1:]] == [True, False, False]
    assert list(book.lacks) == [Capability.FILTER]


def test_a_list_that_is_refused_either_way_says_nothing_about_filters() -> None:
    book = MemoryBook()
    client = make_client(in_turn(token(), Reply(status=400), Reply(status=400)), book=book)

    with pytest.raises(Rejected):
        client.find_file(INBOUND, "b.csv")

    assert book.lacks == {}


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_tenant_without_a_refresh_gets_its_tokens_by_password(status: int) -> None:
    book = MemoryBook()
    transport = in_turn(
        token(refresh_token="r1"),
        Reply(status=401),
        Reply(status=status),
        token("tok-2", refresh_token="r2"),
        Reply(status=401),
        token("tok-3"),
        page(),
    )
    client = make_client(transport, book=book)

    with pytest.raises(Exception, match="answered 401"):
        client.check()
    client.check()

    assert [each.purpose for each in transport.sent] == [
        Purpose.LOG_IN,
        Purpose.LIST_FOLDERS,
        Purpose.REFRESH,
        Purpose.LOG_IN,
        Purpose.LIST_FOLDERS,
        Purpose.LOG_IN,
        Purpose.LIST_FOLDERS,
    ]
    assert list(book.lacks) == [Capability.REFRESH]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_tenant_that_shows_no_events_is_not_asked_for_a_day(status: int) -> None:
    book = MemoryBook()
    transport = in_turn(token(), Reply(status=status), Reply(status=status))
    client = make_client(transport, book=book)

    for _ in range(2):
        with pytest.raises(Unsupported, match=f"GET /api/events answered {status}"):
            client.list_events(NOON)

    assert list(book.lacks) == [Capability.EVENTS]
    assert sum(each.purpose is Purpose.LIST_EVENTS for each in transport.sent) <= 2


def test_a_right_that_the_account_lacks_elsewhere_is_no_missing_capability() -> None:
    book = MemoryBook()
    client = make_client(in_turn(token(), as_json({"message": "no"}, status=403)), book=book)

    with pytest.raises(Forbidden):
        client.move(FILE, ARCHIVE)

    assert book.lacks == {}
