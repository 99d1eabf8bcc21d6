"""Changes since a watermark, and what was deleted: nothing told twice, nothing overlooked."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.intacct.gateway_fakes import FakeTransport, Reaction, make_client, page, write_format

from ml_connector.intacct import AnswerUnreadable, Changes, Vendor, Watermark
from ml_connector.intacct.reading.reader import Reader

NOON = datetime(2030, 1, 2, 12, tzinfo=UTC)


def vendor(number: int, modified: str = "", name: str = "x") -> dict[str, str]:
    return {"RECORDNO": str(number), "VENDORID": f"V-{number}", "WHENMODIFIED": modified, "NAME": name}


def read_through(*reactions: Reaction, now: datetime = NOON) -> tuple[Reader, FakeTransport]:
    transport = FakeTransport(*reactions, form=write_format(offset="+00:00"))
    return make_client(transport, clock=lambda: now).reading, transport


def take(changes: Changes[Vendor]) -> list[int]:
    return [entry.record_no for entry in changes]


def test_the_first_reading_tells_everything_and_how_far_it_came() -> None:
    reader, transport = read_through(
        page("VENDOR", vendor(1, "01/02/2030 12:00:00"), vendor(2), vendor(3, "01/01/2030 12:00:00"))
    )

    changes = reader.list_changes(Vendor)

    assert take(changes) == [1, 2, 3]
    assert changes.watermark.time == NOON
    assert {state.record_no for state in changes.watermark.seen} == {1, 2}
    assert transport.calls[0].root.find(".//filter") is None


def test_the_next_reading_overlaps_and_takes_records_without_a_time_stamp() -> None:
    reader, transport = read_through(
        page("VENDOR", vendor(1, "01/02/2030 12:00:00"), vendor(2)),
        page(
            "VENDOR",
            vendor(1, "01/02/2030 12:00:00"),
            vendor(2),
            vendor(4, "01/02/2030 11:55:00"),
            vendor(5),
            vendor(6, "01/02/2030 12:00:00"),
        ),
    )
    first = reader.list_changes(Vendor)
    take(first)

    second = reader.list_changes(Vendor, since=first.watermark)

    assert take(second) == [4, 5, 6]
    either = transport.calls[1].root.find(".//filter/or")
    assert either is not None
    assert [child.tag for child in either] == ["greaterthanorequalto", "isnull"]
    assert transport.calls[1].text(".//greaterthanorequalto/value") == "01/02/2030 11:50:00"


def test_a_record_changed_again_in_the_same_second_is_told_again() -> None:
    stamp = "01/02/2030 12:00:00"
    reader, _ = read_through(
        page("VENDOR", vendor(1, stamp)), page("VENDOR", vendor(1, stamp, name="renamed"))
    )
    first = reader.list_changes(Vendor)
    take(first)

    assert take(reader.list_changes(Vendor, since=first.watermark)) == [1]


def test_a_reading_came_no_further_than_to_the_time_its_first_page_was_asked_for() -> None:
    reader, transport = read_through(
        page("VENDOR", vendor(1, "01/02/2030 11:00:00"), remaining=1),
        page("VENDOR", vendor(2, "01/02/2030 12:40:00")),
        page("VENDOR"),
    )

    changes = reader.list_changes(Vendor)  # vendor 1 changes at 12:05, when its page was read

    assert take(changes) == [1, 2]
    assert changes.watermark.time == NOON
    take(reader.list_changes(Vendor, since=changes.watermark))
    assert transport.calls[2].text(".//greaterthanorequalto/value") == "01/02/2030 11:50:00"


def test_nothing_new_keeps_the_watermark() -> None:
    before = Watermark(time=NOON)
    reader, _ = read_through(page("VENDOR"))

    changes = reader.list_changes(Vendor, since=before)

    assert take(changes) == []
    assert changes.watermark == before


def test_without_any_time_stamp_all_is_read_and_only_the_new_is_told() -> None:
    reader, transport = read_through(
        page("VENDOR", vendor(1)), page("VENDOR", vendor(1), vendor(2)), page("VENDOR")
    )
    first = reader.list_changes(Vendor)
    take(first)

    assert first.watermark.time is None
    assert take(reader.list_changes(Vendor, since=first.watermark)) == [2]
    assert transport.calls[1].root.find(".//filter") is None


def test_the_watermark_is_given_at_the_end_only() -> None:
    reader, _ = read_through(page("VENDOR", vendor(1)))
    changes = reader.list_changes(Vendor)

    next(iter(changes))

    with pytest.raises(RuntimeError, match="read the changes to their end"):
        _ = changes.watermark


def test_what_the_overlap_will_not_meet_is_forgotten_on_the_way() -> None:
    days = [
        [vendor(number, f"01/{day:02}/2030 12:00:00") for number in range(day * 1000, day * 1000 + 1000)]
        for day in range(1, 12)
    ]
    reader, _ = read_through(
        *(page("VENDOR", *rows, remaining=1) for rows in days),
        page("VENDOR"),
        now=NOON + timedelta(days=30),
    )

    changes = reader.list_changes(Vendor, overlap=timedelta(hours=1))

    assert len(take(changes)) == 11_000
    assert len(changes.watermark.seen) == 1000


def test_deletions_are_read_from_the_audit_trail() -> None:
    rows = [
        {"ID": "1", "OBJECTTYPE": "vendor", "OBJECTKEY": "112--REC", "ACCESSTIME": "01/02/2030 11:00:00"},
        {"ID": "2", "OBJECTTYPE": "vendor", "OBJECTKEY": "V-1008", "USERID": "ada"},
    ]
    reader, transport = read_through(page("AUDITHISTORY", *rows))

    one, two = reader.list_deletions("VENDOR", since=NOON)

    assert (one.record_no, one.key, one.time) == (112, "112--REC", NOON - timedelta(hours=1))
    assert (two.record_no, two.key, two.audit_id, two.user_id) == (None, "V-1008", 2, "ada")
    values = [value.text for value in transport.calls[0].root.iterfind(".//filter//value")]
    assert values == ["vendor", "D", "01/02/2030 10:00:00"]


def test_what_is_listed_no_more_is_missing() -> None:
    transport = FakeTransport(page("VENDOR", {"RECORDNO": "1"}, {"RECORDNO": "3"}))

    assert make_client(transport).reading.find_missing("VENDOR", [1, 2, 3, 4]) == {2, 4}


def test_an_empty_list_is_not_taken_for_all_being_deleted() -> None:
    reader = make_client(FakeTransport(page("VENDOR"))).reading

    with pytest.raises(AnswerUnreadable, match="VENDOR: Intacct lists no record"):
        reader.find_missing("VENDOR", [1])
    assert reader.find_missing("VENDOR", []) == frozenset()
