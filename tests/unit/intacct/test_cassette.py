"""Traffic on record, without its secrets, played again without a gateway."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.intacct.gateway_fakes import (
    CREDENTIALS,
    NOON,
    URL,
    FakeTransport,
    data_answer,
    page,
    raw,
)

from ml_connector.intacct import (
    Broken,
    Client,
    NotSent,
    Query,
    RecordingTransport,
    ReplayingTransport,
    Take,
    Throttled,
    Transport,
    Unavailable,
    dump_takes,
    load_takes,
)

QUERY = Query(object="VENDOR", fields=("NAME", "TAXID"))
OTHERS = replace(CREDENTIALS, sender_password="other", user_password="another")


def connect(transport: Transport) -> Client:
    return Client(url=URL, credentials=CREDENTIALS, transport=transport, clock=lambda: NOON)


def record(*reactions: object) -> RecordingTransport:
    return RecordingTransport(FakeTransport(*reactions), credentials=CREDENTIALS)  # type: ignore[arg-type]


def test_what_was_recorded_is_played_again_in_the_same_words(tmp_path: Path) -> None:
    rows = page("VENDOR", {"RECORDNO": "1", "NAME": "Åsa & Co", "TAXID": "canary-tax"})
    recorder = record(rows)
    first = [row.text("NAME") for row in connect(recorder).query(QUERY)]
    cassette = tmp_path / "vendors.json"
    cassette.write_text(dump_takes(recorder.takes), encoding="utf-8")

    player = ReplayingTransport(load_takes(cassette.read_text(encoding="utf-8")), credentials=OTHERS)
    client = Client(url=URL, credentials=OTHERS, transport=player, clock=lambda: NOON)
    again = [row.text("NAME") for row in client.query(QUERY)]
    client.close()

    assert first == again == ["Åsa & Co"]
    assert player.left == ()


def test_no_secret_is_on_record() -> None:
    recorder = record(page("VENDOR", {"RECORDNO": "1", "TAXID": "canary-tax"}))

    list(connect(recorder).query(QUERY))

    text = dump_takes(recorder.takes)
    assert [word for word in ("canary", "session-1") if word in text] == []
    assert "<TAXID>[redacted]</TAXID>" in text


def test_a_request_that_is_not_on_record_was_never_sent() -> None:
    recorder = record(page("VENDOR"))
    list(connect(recorder).query(QUERY))
    client = connect(ReplayingTransport(recorder.takes, credentials=CREDENTIALS))
    list(client.query(QUERY))

    with pytest.raises(NotSent, match="the cassette has no such request left"):
        list(client.query(QUERY))


def test_requests_may_come_in_another_order_than_on_record() -> None:
    other = Query(object="ITEM", fields=("NAME",))
    recorder = record(page("VENDOR", {"RECORDNO": "1"}), page("ITEM", {"RECORDNO": "2"}))
    client = connect(recorder)
    assert [row.record_no for query in (QUERY, other) for row in client.query(query)] == [1, 2]

    again = connect(ReplayingTransport(recorder.takes, credentials=CREDENTIALS))

    assert [row.record_no for query in (other, QUERY) for row in again.query(query)] == [2, 1]


def test_failures_are_played_again_as_well() -> None:
    for failure, kind in ((Broken("reset"), Unavailable), (NotSent("refused"), NotSent)):
        recorder = record(failure)
        with pytest.raises(kind):
            list(connect(recorder).query(QUERY))

        with pytest.raises(kind, match=str(failure)):
            list(connect(ReplayingTransport(recorder.takes, credentials=CREDENTIALS)).query(QUERY))


def test_a_wish_to_wait_is_played_again() -> None:
    recorder = record(raw("", status=429, retry_after="7"))
    with pytest.raises(Throttled):
        list(connect(recorder).query(QUERY))

    with pytest.raises(Throttled) as raised:
        list(connect(ReplayingTransport(recorder.takes, credentials=CREDENTIALS)).query(QUERY))

    assert raised.value.retry_after is not None
    assert raised.value.retry_after.total_seconds() == 7


def test_closing_the_recorder_closes_what_it_records() -> None:
    transport = FakeTransport(data_answer("<data/>"))

    RecordingTransport(transport, credentials=CREDENTIALS).close()

    assert transport.closed


@pytest.mark.parametrize("text", ["", "{", '[{"url": "x"}]', "[1]"])
def test_what_is_no_cassette_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="this is no cassette"):
        load_takes(text)


def test_a_take_survives_the_file_it_is_kept_in() -> None:
    take = Take(url=URL, request="<a>Å</a>", error="NotSent", message="x")

    assert load_takes(dump_takes([take])) == (take,)
