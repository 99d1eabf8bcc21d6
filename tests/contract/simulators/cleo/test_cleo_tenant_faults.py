"""Faults a test can order from the Cleo tenant."""

import threading
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

import pytest
from tests.contract.simulators.cleo.driver import Answer, CleoProcess, CleoTenant


def list_names(tenant: CleoTenant, start: int = 0) -> list[str]:
    """A page of two of the inbox."""
    page = tenant.list_files(startIndex=start, count=2).json["resources"]
    return [str(file["name"]) for file in page]


def drop_five(tenant: CleoTenant) -> None:
    for name in "abcde":
        tenant.drop(name)


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


def test_a_token_can_end_at_each_call_and_a_new_log_in_helps(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    file, archive = tenant.describe("INV-1.edi"), {"href": tenant.folder_href("/edi/archive")}
    links = {name: link["href"] for name, link in file["_links"].items()}
    calls: Mapping[str, Callable[[], Answer]] = {
        "list_folders": lambda: tenant.call("GET", "/api/folders"),
        "list_files": lambda: tenant.call("GET", f"{links['folder']}/files"),
        "download": lambda: tenant.call("GET", links["content"]),
        "move": lambda: tenant.move(links["self"], folder=archive),
    }
    for name in calls:
        tenant.order_fault("expire_tokens", {"call": name})

    statuses = list[tuple[int, int]]()
    for call in calls.values():
        refused = call().status
        tenant.forget_token()
        statuses.append((refused, call().status))

    assert statuses == [(401, 200)] * 4


def test_refresh_tokens_can_end_as_well(tenant: CleoTenant) -> None:
    refresh = tenant.log_in().json["refresh_token"]
    tenant.order_fault("expire_tokens", {"call": "authenticate"}, refresh=True)

    refused = tenant.ask_token(grant_type="refresh_token", refresh_token=refresh)

    assert (refused.status, refused.json["error"]) == (400, "invalid_grant")


def test_a_file_that_vanishes_between_two_pages_hides_another(tenant: CleoTenant) -> None:
    drop_five(tenant)
    tenant.order_fault("vanish", {"call": "list_files", "nth": 2}, name="a")

    assert [list_names(tenant, start) for start in (0, 2)] == [["a", "b"], ["d", "e"]]
    assert list_names(tenant) == ["b", "c"]


def test_a_file_that_arrives_between_two_pages_shows_another_twice(tenant: CleoTenant) -> None:
    drop_five(tenant)
    tenant.admin("POST", "settings", {"newest_first": True})
    tenant.order_fault("arrive", {"call": "list_files", "nth": 2}, name="f", content="ISA*f")

    assert [list_names(tenant, start) for start in (0, 2, 4)] == [["e", "d"], ["d", "c"], ["b", "a"]]
    assert tenant.call("GET", tenant.describe("f")["_links"]["content"]["href"]).body == b"ISA*f"


def test_a_filtered_list_is_in_the_order_that_was_set_too(tenant: CleoTenant) -> None:
    drop_five(tenant)
    tenant.admin("POST", "settings", {"newest_first": True})

    page = tenant.list_files(filter="length gt 0", count=2).json["resources"]

    assert [file["name"] for file in page] == ["e", "d"]


def test_a_list_can_answer_its_first_page_again(tenant: CleoTenant) -> None:
    drop_five(tenant)
    tenant.order_fault("repeat_page", {"call": "list_files", "nth": 2})

    assert [list_names(tenant, start) for start in (0, 2, 2)] == [["a", "b"], ["a", "b"], ["c", "d"]]


def test_a_move_can_work_and_be_answered_as_failed(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]
    tenant.order_fault("http", {"call": "move"}, status=500, when="after")

    assert tenant.move(href, folder={"href": tenant.folder_href("/edi/archive")}).status == 500
    assert (tenant.names("/edi/inbound"), tenant.names("/edi/archive")) == ([], ["INV-1.edi"])


def test_the_same_content_can_come_again_under_another_id(tenant: CleoTenant) -> None:
    first = tenant.drop("INV-1.edi", b"ISA*00")
    tenant.order_fault("arrive", {"call": "list_files"}, name="INV-1.edi", content="ISA*00")

    listed = tenant.list_files().json["resources"]

    assert [file["name"] for file in listed] == ["INV-1.edi"] * 2
    assert listed[0]["id"] == first["id"] != listed[1]["id"]
    assert len({file["sha256"] for file in tenant.admin("GET", "files").json}) == 1


def test_a_download_can_be_announced_longer_than_it_is(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi", b"ISA*00")
    href = tenant.describe("INV-1.edi")["_links"]["content"]["href"]
    tenant.order_fault("length", {"call": "download"}, declared=60)

    with pytest.raises(IncompleteRead):
        tenant.call("GET", href)


def test_a_reset_before_the_body_can_be_matched_by_what_the_address_tells(tenant: CleoTenant) -> None:
    inbound = tenant.folder_href("/edi/inbound")
    tenant.order_fault("reset_unread", {"call": "upload", "folder": "/edi/outbound"})

    assert tenant.call("GET", f"{inbound}/files").status == 200
    with pytest.raises(ConnectionResetError):
        tenant.upload("997.edi")

    assert tenant.names("/edi/outbound") == []
    assert "upload" not in tenant.admin("GET", "counters").json["calls"]


def test_a_late_move_is_done_after_its_client_was_left_alone(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]
    archive = {"href": tenant.folder_href("/edi/archive")}
    tenant.order_fault("late", {"call": "move"}, seconds=0.05)

    with pytest.raises(RemoteDisconnected):
        tenant.move(href, folder=archive)

    while tenant.names("/edi/inbound"):
        threading.Event().wait(0.01)
    assert tenant.names("/edi/archive") == ["INV-1.edi"]


def test_a_tenant_that_refuses_connections_is_opened_again_at_its_admin_door(process: CleoProcess) -> None:
    admin = urlsplit(process.announced["admin"])
    assert process.admin("POST", "listen", {"accept": False}).status == 200
    with pytest.raises(ConnectionRefusedError):
        process.log_in()

    connection = HTTPConnection(admin.netloc, timeout=10)
    connection.request("POST", f"{admin.path}/listen", '{"accept": true}')

    assert connection.getresponse().read() == b'{"accept": true}'
    connection.close()
    assert process.log_in().status == 200


def test_a_fault_without_the_option_it_needs_is_refused(tenant: CleoTenant) -> None:
    refused = tenant.admin("POST", "faults", [{"action": "arrive"}])

    assert (refused.status, refused.json) == (
        400,
        {"error": "arrive: options []; needs ['name'], may have ['content']"},
    )


@pytest.mark.parametrize(("by", "first"), [(1, "b"), (-1, "a"), (9, None)])
def test_a_list_can_begin_elsewhere_than_asked_for(tenant: CleoTenant, by: int, first: str | None) -> None:
    drop_five(tenant)
    tenant.order_fault("shift_page", {"call": "list_files"}, by=by)

    assert next(iter(list_names(tenant)), None) == first


@pytest.mark.parametrize(("layout", "root"), [("both", "/api"), ("renamed", "/gateway/v7")])
def test_all_links_of_an_answer_can_lead_to_another_host(tenant: CleoTenant, layout: str, root: str) -> None:
    tenant.drop("a.edi")
    tenant.call("GET", "/api/folders")
    tenant.admin("POST", "settings", {"layout": layout})
    tenant.order_fault("foreign_links", host="http://127.0.0.2:9")
    path = {"both": "/api/folders", "renamed": "/gateway/v7/mailboxes"}[layout]

    text = tenant.call("GET", path).body.decode()

    assert text.count(f'"http://127.0.0.2:9{root}/') == 12
    assert f'"{root}' not in text
    assert '"/edi/inbound"' in text


def test_a_call_can_be_redirected_to_another_host(tenant: CleoTenant) -> None:
    tenant.order_fault(
        "http", {"call": "list_folders"}, status=302, headers={"Location": "http://127.0.0.2:9/"}
    )

    answer = tenant.call("GET", "/api/folders")

    assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.2:9/")


def test_a_fault_can_be_for_one_action(tenant: CleoTenant) -> None:
    tenant.order_fault("http", {"call": "run_action", "object": "load-*"}, status=502, times=None)
    actions = tenant.call("GET", "/api/actions").json["resources"]

    statuses = {
        action["alias"]: tenant.call("POST", action["_links"]["run"]["href"]).status
        for action in actions[-2:]
    }

    assert statuses == {"load-reference": 502, "always-fails": 200}


def test_the_same_seed_draws_the_same_faults(tenant: CleoTenant) -> None:
    order = {"seed": 7, "count": 5, "within": 50}

    first = tenant.admin("POST", "faults/random", order).json
    tenant.admin("DELETE", "faults")
    second = tenant.admin("POST", "faults/random", order).json
    tenant.admin("DELETE", "faults")
    other = tenant.admin("POST", "faults/random", {**order, "seed": 8}).json

    assert len(first) == 5
    assert first == second != other


def test_faults_can_be_drawn_for_each_of_several_calls(tenant: CleoTenant) -> None:
    order = {"seed": 1, "count": 2, "within": 10, "calls": ["download", "move", "upload"]}

    drawn = tenant.admin("POST", "faults/random", order).json

    assert (
        sorted(fault["match"]["call"] for fault in drawn) == ["download"] * 2 + ["move"] * 2 + ["upload"] * 2
    )


@pytest.mark.parametrize("order", [{}, {"seed": 1, "count": 9, "within": 2}, {"seed": 1, "calls": ["fetch"]}])
def test_an_order_for_random_faults_that_makes_no_sense_is_refused(tenant: CleoTenant, order: object) -> None:
    assert tenant.admin("POST", "faults/random", order).status == 400
    assert tenant.admin("GET", "faults").json == []


def test_a_drawn_wait_can_be_a_date_of_a_second_later(tenant: CleoTenant) -> None:
    tenant.admin("POST", "clock", {"now": "2030-01-31T08:00:00Z"})

    drawn = tenant.admin("POST", "faults/random", {"seed": 1, "count": 200, "within": 200}).json

    waits = {fault["headers"]["Retry-After"] for fault in drawn if fault.get("status") == 429}
    assert "1" in waits
    assert any(wait.startswith("Thu, 31 Jan 2030 08:00:0") and wait.endswith(" GMT") for wait in waits)
