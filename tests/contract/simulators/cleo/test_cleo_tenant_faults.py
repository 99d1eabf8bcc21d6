"""Faults a test can order from the Cleo tenant."""

from http.client import IncompleteRead, RemoteDisconnected

import pytest
from tests.contract.simulators.cleo.driver import CleoTenant


def test_a_listed_file_can_vanish_when_it_is_downloaded(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    tenant.drop("INV-2.edi")
    tenant.order_fault("vanish", {"call": "download", "file": "INV-1.edi"})
    first, second = tenant.list_files().json["resources"]

    statuses = [tenant.call("GET", file["_links"]["content"]["href"]).status for file in (first, second)]

    assert statuses == [404, 200]
    assert tenant.names("/edi/inbound") == ["INV-2.edi"]


def test_a_file_can_vanish_when_it_is_moved(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]
    tenant.order_fault("vanish", {"call": "move"})

    assert tenant.move(href, folder={"href": tenant.folder_href("/edi/archive")}).status == 404


@pytest.mark.parametrize(("by", "body"), [(-2, b"ISA*"), (3, b"ISA*00\0\0\0")])
def test_content_can_have_another_length_than_the_list_says(tenant: CleoTenant, by: int, body: bytes) -> None:
    tenant.drop("INV-1.edi", b"ISA*00")
    file = tenant.describe("INV-1.edi")
    tenant.order_fault("wrong_length", by=by)

    answers = [tenant.call("GET", file["_links"]["content"]["href"]) for _ in range(2)]

    assert file["length"] == 6
    assert [answer.body for answer in answers] == [body, b"ISA*00"]
    assert answers[0].headers["Content-Length"] == str(len(body))


def test_a_download_can_stop_halfway(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi", b"ISA*00")
    href = tenant.describe("INV-1.edi")["_links"]["content"]["href"]
    tenant.order_fault("truncate", {"call": "download"}, bytes=4)

    with pytest.raises(IncompleteRead) as broken:
        tenant.call("GET", href)

    assert broken.value.partial == b"ISA*"
    assert tenant.call("GET", href).body == b"ISA*00"


def test_access_tokens_can_end_in_the_middle_of_the_work(tenant: CleoTenant) -> None:
    tenant.list_files()
    tenant.order_fault("expire_tokens", {"call": "list_files", "nth": 2})
    inbound = f"{tenant.folder_href('/edi/inbound')}/files"

    assert [tenant.call("GET", inbound).status for _ in range(3)] == [200, 401, 401]


def test_a_call_can_be_throttled_with_a_time_to_wait(tenant: CleoTenant) -> None:
    href = f"{tenant.folder_href('/edi/inbound')}/files"
    tenant.order_fault("http", {"folder": "/edi/inbound"}, status=429, headers={"Retry-After": "7"})

    throttled, after = tenant.call("GET", href), tenant.call("GET", href)

    assert (throttled.status, throttled.headers["Retry-After"], after.status) == (429, "7", 200)


def test_an_upload_can_be_stored_although_its_answer_is_lost(tenant: CleoTenant) -> None:
    tenant.order_fault("drop", {"call": "upload", "file": "997.edi"}, when="after")

    with pytest.raises(RemoteDisconnected):
        tenant.upload("997.edi")

    assert tenant.names("/edi/outbound") == ["997.edi"]
    assert tenant.admin("GET", "requests").json[-1]["status"] is None
    assert tenant.admin("GET", "counters").json["statuses"]["dropped"] == 1


def test_a_move_can_be_lost_before_it_is_done(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]
    archive = {"href": tenant.folder_href("/edi/archive")}
    tenant.order_fault("drop", {"method": "PATCH"}, when="before")

    with pytest.raises(RemoteDisconnected):
        tenant.move(href, folder=archive)

    assert tenant.names("/edi/inbound") == ["INV-1.edi"]


def test_the_token_call_can_answer_with_a_page_for_people(tenant: CleoTenant) -> None:
    tenant.order_fault("html", {"call": "authenticate"})

    answer = tenant.log_in()

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_a_fault_nobody_knows_is_refused_and_the_others_stay_as_they_were(tenant: CleoTenant) -> None:
    refused = tenant.admin("POST", "faults", [{"action": "empty"}, {"action": "explode"}])

    assert refused.status == 400
    assert "explode" in refused.json["error"]
    assert tenant.admin("GET", "faults").json == []


def test_faults_can_be_cleared(tenant: CleoTenant) -> None:
    tenant.order_fault("http", status=503, times=None)
    assert tenant.log_in().status == 503

    tenant.admin("DELETE", "faults")

    assert tenant.log_in().status == 200
