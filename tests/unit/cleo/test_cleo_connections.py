"""Connections, their transfers, actions and their runs, events."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.cleo.fakes import NOON, FakeTransport, Reply, as_json, in_turn, make_client, page, token

from ml_connector.cleo import (
    CIC_FOLDERS,
    Action,
    Ambiguous,
    AnswerUnreadable,
    Conflict,
    Connection,
    ConnectionDraft,
    Event,
    Rejected,
    Unavailable,
    Unsupported,
)

ENTRY = {
    "id": "5PkZ0x0CQiC5vNTnEw8hUQ",
    "externalId": "V-1001",
    "alias": "ACME Supply",
    "type": "sftp",
    "resourceFolder": "Vendors",
    "enabled": "true",
    "ready": False,
    "notReadyReason": "Server Address is required.",
    "connect": {"host": "", "port": 22},
    "meta": {"version": "1"},
    "_links": {
        "self": {"href": "/api/connections/5PkZ0x0CQiC5vNTnEw8hUQ"},
        "actions": [{"href": "/api/actions/A1"}],
        "transfers": {"href": "/api/connections/5PkZ0x0CQiC5vNTnEw8hUQ/transfers"},
    },
}
ACME = Connection(
    id="5PkZ0x0CQiC5vNTnEw8hUQ",
    alias="ACME Supply",
    external_id="V-1001",
    type="sftp",
    folder="Vendors",
    enabled=True,
    ready=False,
    not_ready_reason="Server Address is required.",
    self_href="/api/connections/5PkZ0x0CQiC5vNTnEw8hUQ",
    transfers_href="/api/connections/5PkZ0x0CQiC5vNTnEw8hUQ/transfers",
)
OTHER = {"id": "c-2", "alias": "Birch", "type": "as2", "enabled": False}
RUN = {"status": "completed", "result": "success", "messages": ["Run: type=API", "End"]}
CHECK = Action(
    id="q4NyZHghTeiWCjpV2ozqiA",
    alias="check",
    type="Commands",
    enabled=True,
    ready=None,
    run_href="/api/actions/q4NyZHghTeiWCjpV2ozqiA/run",
)


def sent_json(transport: FakeTransport, number: int) -> object:
    return json.loads(transport.sent[number].body)


def test_connections_come_as_records_whatever_else_they_have() -> None:
    transport = in_turn(token(), page(ENTRY, OTHER))

    first, second = make_client(transport).list_connections('type eq "sftp"')

    assert first == ACME
    assert (second.alias, second.enabled, second.ready, second.self_href) == ("Birch", False, None, None)
    assert transport.calls[1] == ("GET /api/connections?filter=type+eq+%22sftp%22&startIndex=0&count=100")


def test_a_connection_is_found_by_the_outside_key_first_and_then_by_its_alias() -> None:
    nothing = page()
    transport = in_turn(token(), nothing, nothing, page(ENTRY))

    found = make_client(transport).find_connection(external_id="V-9", alias="ACME Supply")

    assert found == ACME
    assert [call.partition("?")[2].partition("&")[0] for call in transport.calls[1:]] == [
        "filter=externalId+eq+%22V-9%22",
        "startIndex=0",
        "filter=alias+eq+%22ACME+Supply%22",
    ]


def test_a_connection_nobody_has_is_not_found() -> None:
    client = make_client(in_turn(token(), page(OTHER), page(OTHER)))

    assert client.find_connection(alias="ACME Supply") is None
    assert client.find_connection() is None


def test_a_new_connection_has_what_the_draft_says_and_no_more() -> None:
    transport = in_turn(token(), as_json(ENTRY, status=201))
    draft = ConnectionDraft(type="sftp", alias="ACME Supply", external_id="V-1001", folder="Vendors")

    made = make_client(transport).create_connection(draft)

    assert made == ACME
    assert transport.calls[1] == "POST /api/connections"
    assert sent_json(transport, 1) == {
        "type": "sftp",
        "alias": "ACME Supply",
        "externalId": "V-1001",
        "resourceFolder": "Vendors",
    }


def test_whether_a_connection_was_created_without_an_answer_is_unclear() -> None:
    with pytest.raises(Ambiguous):
        make_client(in_turn(token(), Reply(status=502))).create_connection(ConnectionDraft(type="as2"))
    with pytest.raises(Conflict):
        make_client(in_turn(token(), Reply(status=409))).create_connection(ConnectionDraft(type="as2"))


def test_an_update_writes_the_whole_object_back_without_what_cleo_computes() -> None:
    transport = in_turn(token(), as_json(ENTRY), as_json({**ENTRY, "enabled": False}))

    changed = make_client(transport).update_connection(ACME, ConnectionDraft(enabled=False, notes="paused"))

    assert changed.enabled is False
    assert transport.calls[1:] == [f"GET {ACME.self_href}", f"PUT {ACME.self_href}"]
    assert sent_json(transport, 2) == {
        "id": ACME.id,
        "externalId": "V-1001",
        "alias": "ACME Supply",
        "type": "sftp",
        "resourceFolder": "Vendors",
        "enabled": False,
        "connect": {"host": "", "port": 22},
        "notes": "paused",
    }


def test_an_update_may_be_repeated_and_so_is_never_unclear() -> None:
    client = make_client(in_turn(token(), as_json(ENTRY), Reply(status=503)))

    with pytest.raises(Unavailable):
        client.update_connection(ACME, ConnectionDraft(enabled=False))


@pytest.mark.parametrize("there", ["a text", [], 7])
def test_a_member_in_something_that_is_no_object_cannot_be_set(there: object) -> None:
    profile = CIC_FOLDERS.override({"connections.fields.external_id": "attributes.key"})
    client = make_client(in_turn(token(), as_json({"id": "C", "attributes": there})), profile=profile)

    with pytest.raises(AnswerUnreadable, match="'attributes' is no object"):
        client.update_connection(ACME, ConnectionDraft(external_id="V-1"))


def test_a_member_may_lie_deeper_in_another_tenant() -> None:
    transport = in_turn(token(), as_json({"uid": "c-1", "about": {"label": "Birch"}}, status=201))
    profile = CIC_FOLDERS.override(
        {"connections.fields.id": "uid", "connections.fields.alias": ["about.label", "alias"]}
    )

    made = make_client(transport, profile=profile).create_connection(ConnectionDraft(alias="Birch"))

    assert sent_json(transport, 1) == {"about": {"label": "Birch"}}
    assert (made.id, made.alias) == ("c-1", "Birch")


def test_transfers_are_read_from_the_connection_they_went_over() -> None:
    entry = {
        "id": "T1",
        "status": "success",
        "direction": "outgoing",
        "transport": "sftp",
        "messageId": "<m@x>",
        "fileCount": 2,
        "bytes": 512,
        "meta": {"created": "2026-01-06T20:31:24Z"},
    }
    transport = in_turn(token(), page(entry))

    (transfer,) = make_client(transport).list_transfers(ACME)

    assert (transfer.status, transfer.direction, transfer.files, transfer.length) == (
        "success",
        "outgoing",
        2,
        512,
    )
    assert transfer.created == datetime(2026, 1, 6, 20, 31, 24, tzinfo=UTC)
    assert transport.calls[1].startswith(f"GET {ACME.transfers_href}?")


def test_actions_are_listed_with_the_link_that_runs_them() -> None:
    entry = {
        "id": CHECK.id,
        "alias": "check",
        "type": "Commands",
        "_links": {"run": {"href": CHECK.run_href}},
    }

    assert make_client(in_turn(token(), page(entry))).list_actions() == (CHECK,)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (RUN, "succeeded"),
        ({**RUN, "result": "error"}, "failed"),
        ({"status": "completed"}, "failed"),
        ({"status": "running"}, "running"),
    ],
)
def test_a_200_is_no_success_of_a_run(said: dict[str, object], outcome: str) -> None:
    transport = in_turn(token(), as_json(said))

    run = make_client(transport).run_action(CHECK, wait=20)

    assert run.outcome == outcome
    assert transport.calls[1] == f"POST {CHECK.run_href}?timeout=20&messagesCount=50"
    assert (transport.sent[1].body, transport.sent[1].patience) == (b"", 20)


def test_what_a_run_said_can_be_read() -> None:
    run = make_client(in_turn(token(), as_json(RUN))).run_action(CHECK)

    assert (run.status, run.result, run.messages) == ("completed", "success", ("Run: type=API", "End"))


@pytest.mark.parametrize("answer", [Reply(status=504), Unavailable("no answer"), as_json({"state": "ok"})])
def test_whether_a_run_began_without_a_whole_answer_is_unclear(answer: Reply | Unavailable) -> None:
    with pytest.raises(Ambiguous):
        make_client(in_turn(token(), answer)).run_action(CHECK)


def test_a_tenant_that_runs_no_actions_says_so() -> None:
    with pytest.raises(Unsupported):
        make_client(in_turn(token(), Reply(status=405))).run_action(CHECK)
    with pytest.raises(Rejected, match=r"actions\.run"):
        make_client(in_turn(token(), Reply(status=404))).run_action(CHECK)


def event(id_: str, created: str | None, **attributes: str) -> dict[str, object]:
    return {
        "id": id_,
        "message": {"text": f"Job\x1b {id_}"},
        "attributes": {"type": "job", **attributes},
        "meta": {"created": created, "sequence": 7},
    }


def test_events_come_oldest_first_from_a_moment_on() -> None:
    late, early = event("E2", "2026-03-02T12:05:00Z"), event("E1", "2026-03-02T12:00:00Z")
    old, timeless = event("E0", "2026-03-02T11:59:59Z"), event("E3", None)
    transport = in_turn(token(), page(late, timeless, old, early))

    events = make_client(transport).list_events(NOON)

    assert [each.id for each in events] == ["E1", "E2", "E3"]
    assert "filter=meta.created+ge+%222026-03-02T12%3A00%3A00Z%22" in transport.calls[1]


def test_an_event_names_the_file_it_is_about() -> None:
    entry = event("E1", "2026-03-02T12:00:00Z", event="POSTED", jobId="J1", folder="/edi/out", file="a.csv")

    (read,) = make_client(in_turn(token(), page(entry))).list_events()

    assert read == Event(
        id="E1",
        created=NOON,
        sequence=7,
        kind="job",
        name="POSTED",
        job="J1",
        folder="/edi/out",
        file="a.csv",
        text="Job E1",
    )


def test_without_a_filter_all_events_are_read_and_the_old_ones_left_out() -> None:
    profile = CIC_FOLDERS.override({"filter.param": ""})
    old = event("E0", "2026-03-02T11:00:00Z")
    transport = in_turn(token(), page(old, event("E1", "2026-03-02T12:00:00Z")))

    events = make_client(transport, profile=profile).list_events(NOON - timedelta(minutes=1))

    assert [each.id for each in events] == ["E1"]


def test_a_profile_without_events_says_so() -> None:
    with pytest.raises(Unsupported, match=r"events\.list"):
        make_client(in_turn(), profile=CIC_FOLDERS.override({"events.list": ""})).list_events()


@pytest.mark.parametrize("verb", ["list_connections", "list_actions", "list_events"])
def test_an_entry_without_an_id_names_the_key_to_look_at(verb: str) -> None:
    client = make_client(in_turn(token(), page({"alias": "x"})))

    with pytest.raises(AnswerUnreadable, match=rf"{verb.removeprefix('list_')}\.fields\.id"):
        getattr(client, verb)()
