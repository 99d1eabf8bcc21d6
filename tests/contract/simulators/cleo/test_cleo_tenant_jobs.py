"""Jobs of the Cleo tenant: events and transfers after an upload or a drop, and reference tables that files fill."""

from typing import Any

import pytest
from tests.contract.simulators.cleo.driver import CleoTenant

HEADER = b"erp_key,name,op\r\n"


def list_events(tenant: CleoTenant, file: str = "") -> list[Any]:
    """The events of a file, or all."""
    text = f"?filter=attributes.file+eq+%22{file}%22" if file else ""
    found: list[Any] = tenant.call("GET", f"/api/events{text}").json["resources"]
    return found


def name_events(tenant: CleoTenant, file: str) -> list[str]:
    return [event["attributes"]["event"] for event in list_events(tenant, file)]


def upload_reference(tenant: CleoTenant, name: str, content: bytes) -> None:
    assert tenant.upload(name, content, "/reference").status == 201


def test_the_events_of_a_job_come_one_after_the_other_on_the_tenant_s_clock(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"job_seconds": 60})
    tenant.upload("997.edi")

    seen = list[list[str]]()
    for _ in range(4):
        seen.append(name_events(tenant, "997.edi"))
        tenant.admin("POST", "clock", {"advance": 60})

    assert seen[0] == ["RECEIVED"]
    assert seen[1] == ["RECEIVED", "QUEUED_FOR_TARGET"]
    assert seen[3] == ["RECEIVED", "QUEUED_FOR_TARGET", "SENDING_TO", "SENT"]


@pytest.mark.parametrize(
    ("end", "last", "status"),
    [
        ("posted", ["QUEUED_FOR_TARGET", "POSTED"], "success"),
        ("failed", ["SENDING_TO", "SEND_FAILURE"], "error"),
        ("retried", ["SENDING_TO", "SENT"], "success"),
    ],
)
def test_a_job_ends_as_it_was_set(tenant: CleoTenant, end: str, last: list[str], status: str) -> None:
    tenant.admin("POST", "settings", {"job_end": end, "job_seconds": 0})

    tenant.upload("997.edi", b"ISA*00")

    [transfer] = tenant.call("GET", "/api/transfers").json["resources"]
    assert name_events(tenant, "997.edi")[-2:] == last
    assert (transfer["status"], transfer["direction"], transfer["bytes"]) == (status, "outgoing", 6)
    assert transfer["_links"]["files"][0]["source"] == "997.edi"
    assert len(transfer["id"]) == 27


def test_an_event_has_the_form_of_cleo_s_own(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")

    event = list_events(tenant)[0]

    assert event["meta"].keys() == {"resourceType", "created", "sequence"}
    assert event["serial"] == f"CI{event['meta']['sequence']}"
    assert event["attributes"]["type"] == "job"
    assert event["attributes"]["folder"] == "/edi/inbound"
    assert event["threadId"] == event["attributes"]["jobId"]
    assert event["message"]["text"].startswith(f"{event['meta']['created']} Job: jobId=")
    assert tenant.call("GET", event["_links"]["self"]["href"]).json == event


def test_numbers_of_events_rise_with_their_times_when_jobs_overlap(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"job_seconds": 30})
    for number in range(3):
        tenant.upload(f"{number}.edi")
        tenant.admin("POST", "clock", {"advance": 10})
    tenant.admin("POST", "clock", {"advance": 600})

    events = list_events(tenant)

    assert len(events) == 12
    assert [event["meta"]["sequence"] for event in events] == sorted(e["meta"]["sequence"] for e in events)
    assert [event["meta"]["created"] for event in events] == sorted(e["meta"]["created"] for e in events)


def test_events_can_be_asked_for_from_a_time_on(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"job_seconds": 0})
    tenant.upload("old.edi")
    list_events(tenant)
    tenant.admin("POST", "clock", {"advance": 1800})
    since = tenant.admin("GET", "health").json["now"][:19] + "Z"
    tenant.upload("new.edi")

    page = tenant.call("GET", f"/api/events?filter=meta.created+ge+%22{since}%22").json

    assert {event["attributes"]["file"] for event in page["resources"]} == {"new.edi"}


def test_events_can_be_seen_later_than_they_happened(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"event_lag_seconds": 300, "job_seconds": 0})
    tenant.upload("997.edi")

    assert list_events(tenant) == []
    tenant.admin("POST", "clock", {"advance": 301})
    assert len(list_events(tenant)) == 4


def test_what_is_not_an_upload_folder_starts_no_job(tenant: CleoTenant) -> None:
    tenant.upload("note.txt", path="/edi/archive")

    assert list_events(tenant) == []


def test_transfers_of_a_connection_are_those_of_its_files(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"job_seconds": 0})
    tenant.drop("INV-1.edi")
    upload_reference(tenant, "INTACCT_Vendors_20300131T080000Z_full.csv", HEADER)
    connections = tenant.call("GET", "/api/connections").json["resources"]

    lists = {
        found["alias"]: tenant.call("GET", found["_links"]["transfers"]["href"]).json for found in connections
    }

    [transfer] = lists["ml-connector"]["resources"]
    assert transfer["direction"] == "incoming"
    assert transfer["_links"]["connection"]["href"] == connections[0]["_links"]["self"]["href"]
    assert lists["ml-connector-reference"]["totalResults"] == 1
    assert tenant.call("GET", transfer["_links"]["self"]["href"]).json == transfer


def test_a_full_file_replaces_a_table_and_deltas_change_it(tenant: CleoTenant) -> None:
    upload_reference(
        tenant,
        "INTACCT_Vendors_20300131T080000Z_full.csv",
        HEADER + b'V-1,"Birch, Elm & Co",upsert\r\nV-2,Fir,upsert\r\n',
    )
    upload_reference(
        tenant,
        "INTACCT_Vendors_20300201T080000Z_delta.jsonl",
        b'{"erp_key": "V-2", "op": "delete"}\n{"erp_key": "V-3", "name": "Oak"}\n',
    )
    table = tenant.admin("GET", "tables/INTACCT_Vendors").json

    upload_reference(tenant, "INTACCT_Vendors_20300301T080000Z_full.csv", HEADER + b"V-9,Ash,upsert\r\n")

    assert table == [{"erp_key": "V-1", "name": "Birch, Elm & Co"}, {"erp_key": "V-3", "name": "Oak"}]
    assert tenant.admin("GET", "tables").json == {"INTACCT_Vendors": 1}
    assert tenant.admin("GET", "tables/INTACCT_GLAccounts").json == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vendors.csv", HEADER, "the name does not tell"),
        (
            "INTACCT_Vendors_20300131T080000Z_full.csv",
            b"\xef\xbb\xbf" + HEADER + b"V-9,a,upsert\r\n",
            "erp_key",
        ),
        ("INTACCT_Vendors_20300131T080000Z_full.csv", HEADER + b"V-9,a\r\n", "2 values for 3 columns"),
        ("INTACCT_Vendors_20300131T080000Z_delta.csv", HEADER + b"V-9,a,drop\r\n", "op 'drop'"),
        ("INTACCT_Vendors_20300131T080000Z_delta.csv", HEADER + b'V-9,"a"b,upsert\r\n', "expected after"),
        ("INTACCT_Vendors_20300131T080000Z_delta.csv", HEADER + b"V-9,\xff,upsert\r\n", "utf-8"),
        ("INTACCT_Vendors_20300131T080000Z_delta.jsonl", b"[]\n", "no JSON object"),
        ("INTACCT_Vendors_20300131T080000Z_delta.jsonl", b"{\n", "Expecting"),
    ],
)
def test_a_file_that_cannot_be_read_changes_no_row_and_its_job_fails(
    tenant: CleoTenant, name: str, content: bytes, reason: str
) -> None:
    tenant.admin("POST", "settings", {"job_seconds": 0})
    upload_reference(tenant, "INTACCT_Vendors_20300101T080000Z_full.csv", HEADER + b"V-1,Birch,upsert\r\n")

    upload_reference(tenant, name, content)

    assert tenant.admin("GET", "tables/INTACCT_Vendors").json == [{"erp_key": "V-1", "name": "Birch"}]
    failure = list_events(tenant, name)[-1]["attributes"]
    assert failure["event"] == "PROCESS_PAYLOAD_FAILURE"
    assert reason in failure["reason"]


def test_a_table_can_be_exported_to_us_in_the_form_that_is_read(tenant: CleoTenant) -> None:
    rows = HEADER + b'V-1,"Birch, Elm",upsert\r\nV-2,Fir,upsert\r\n'
    upload_reference(tenant, "INTACCT_Vendors_20300131T080000Z_full.csv", rows)

    exported = tenant.admin("POST", "tables/INTACCT_Vendors/export").json

    assert exported["folder"] == "/reference/inbound"
    content = tenant.send("GET", f"/_sim/files/{exported['id']}/content").body
    assert content == b'erp_key,name\r\nV-1,"Birch, Elm"\r\nV-2,Fir\r\n'
