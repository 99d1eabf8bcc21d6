"""Download, upload, move and delete of the Cleo tenant's files."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.contract.simulators.cleo.driver import BYTES, FORM, JSON, CleoTenant

ALL_BYTES = bytes(range(256))
NOWHERE = "/api/folders/AAAAAAAAAAAAAAAAAAAAAA"


def test_a_download_is_the_very_bytes_with_length_type_and_name(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi", ALL_BYTES)
    file = tenant.describe("INV-1.edi")

    answer = tenant.call("GET", file["_links"]["content"]["href"])

    assert (answer.status, answer.body) == (200, ALL_BYTES)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Length"] == str(file["length"]) == "256"
    assert 'filename="INV-1.edi"' in answer.headers["Content-Disposition"]


def test_an_empty_file_downloads_as_nothing(tenant: CleoTenant) -> None:
    tenant.drop("empty.edi", b"")

    answer = tenant.call("GET", tenant.describe("empty.edi")["_links"]["content"]["href"])

    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")


def test_a_hostile_name_reaches_the_client_whole_and_breaks_no_header(tenant: CleoTenant) -> None:
    name = '../ä "x"\r\nSet-Cookie: a=b'
    tenant.drop(name)
    [file] = tenant.list_files().json["resources"]

    answer = tenant.call("GET", file["_links"]["content"]["href"])

    assert file["name"] == name
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="..____x___Set-Cookie__a_b"; '
        "filename*=UTF-8''..%2F%C3%A4%20%22x%22%0D%0ASet-Cookie%3A%20a%3Db"
    )


def test_a_file_can_be_read_by_its_own_link(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    file = tenant.describe("INV-1.edi")

    assert tenant.call("GET", file["_links"]["self"]["href"]).json == file


def test_a_file_is_found_in_its_own_folder_only(tenant: CleoTenant) -> None:
    file_id = tenant.drop("INV-1.edi")["id"]
    archive = tenant.folder_href("/edi/archive")

    for path in (f"{archive}/files/{file_id}", f"{archive}/files/{file_id}/content"):
        answer = tenant.call("GET", path)
        assert (answer.status, answer.json["errorCode"]) == (404, 404)
        assert file_id in answer.json["message"]


def test_an_upload_is_stored_whole_and_answered_with_the_file(tenant: CleoTenant) -> None:
    answer = tenant.upload("997 out.edi", ALL_BYTES)

    [stored] = tenant.admin("GET", "files?folder=/edi/outbound").json
    assert answer.status == 201
    assert answer.json == tenant.describe("997 out.edi", "/edi/outbound")
    assert stored == {
        "id": answer.json["id"],
        "name": "997 out.edi",
        "folder": "/edi/outbound",
        "length": 256,
        "sha256": hashlib.sha256(ALL_BYTES).hexdigest(),
    }
    assert tenant.send("GET", f"/_sim/files/{stored['id']}/content").body == ALL_BYTES


def test_an_upload_without_a_name_is_given_one(tenant: CleoTenant) -> None:
    path = f"{tenant.folder_href('/edi/outbound')}/files"

    assert tenant.call("POST", path, b"ISA", BYTES).json["name"] == "upload.dat"


@pytest.mark.parametrize("headers", [JSON, FORM, {}])
def test_an_upload_that_is_no_octet_stream_is_a_415(tenant: CleoTenant, headers: dict[str, str]) -> None:
    path = f"{tenant.folder_href('/edi/outbound')}/files?name=a.edi"

    answer = tenant.call("POST", path, b"ISA", headers)

    assert answer.status == answer.json["errorCode"] == 415
    assert tenant.names("/edi/outbound") == []


@pytest.mark.parametrize("name", ["a/b.edi", "a\\b.edi", "a\nb.edi", "n" * 256])
def test_an_upload_under_an_impossible_name_is_a_400(tenant: CleoTenant, name: str) -> None:
    assert tenant.upload(name).status == 400
    assert tenant.names("/edi/outbound") == []


def test_a_move_keeps_id_and_bytes_and_changes_folder_links_and_version(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi", ALL_BYTES)
    file, archive = tenant.describe("INV-1.edi"), tenant.folder_href("/edi/archive")

    answer = tenant.move(file["_links"]["self"]["href"], folder={"href": archive})

    moved = answer.json
    assert answer.status == 200
    assert (moved["id"], moved["name"]) == (file["id"], "INV-1.edi")
    assert moved["_links"]["self"]["href"] == f"{archive}/files/{file['id']}"
    assert moved["_links"]["folder"]["href"] == archive
    assert moved["meta"]["version"] == "2"
    assert tenant.call("GET", moved["_links"]["content"]["href"]).body == ALL_BYTES
    assert tenant.call("GET", file["_links"]["self"]["href"]).status == 404
    assert (tenant.names("/edi/inbound"), tenant.names("/edi/archive")) == ([], ["INV-1.edi"])


def test_a_file_can_be_moved_and_renamed_at_once_or_renamed_where_it_is(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]

    renamed = tenant.move(href, name="INV-1.seen").json
    both = tenant.move(href, folder={"href": tenant.folder_href("/edi/error")}, name="INV-1.bad").json

    assert (renamed["name"], renamed["_links"]["self"]["href"]) == ("INV-1.seen", href)
    assert both["name"] == "INV-1.bad"
    assert tenant.names("/edi/error") == ["INV-1.bad"]


def test_a_second_move_of_the_same_file_finds_it_gone(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]
    archive = {"href": tenant.folder_href("/edi/archive")}

    assert [tenant.move(href, folder=archive).status for _ in range(2)] == [200, 404]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "neither folder nor name"),
        (b'{"directory": "x"}', "neither folder nor name"),
        (b'{"folder": null, "name": ""}', "cannot be a file name"),
        (b'{"name": "a/b"}', "cannot be a file name"),
        (b'{"name": "\\ud800"}', "not JSON"),
        (b'{"name": 7}', "cannot be a file name"),
        (b'{"folder": {"href": "%s"}}' % NOWHERE.encode(), "is no link to a folder"),
        (b'{"folder": "/edi/archive"}', "is no link to a folder"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{", "not JSON"),
    ],
)
def test_a_move_that_makes_no_sense_is_a_400_and_moves_nothing(
    tenant: CleoTenant, body: bytes, reason: str
) -> None:
    tenant.drop("INV-1.edi")

    answer = tenant.call("PATCH", tenant.describe("INV-1.edi")["_links"]["self"]["href"], body, JSON)

    assert answer.status == answer.json["errorCode"] == 400
    assert reason in answer.json["message"]
    assert tenant.names("/edi/inbound") == ["INV-1.edi"]


def test_a_move_that_is_not_sent_as_json_is_a_415(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]

    assert tenant.call("PATCH", href, b'{"name": "b"}', BYTES).status == 415


def test_a_deleted_file_is_gone(tenant: CleoTenant) -> None:
    tenant.drop("INV-1.edi")
    href = tenant.describe("INV-1.edi")["_links"]["self"]["href"]

    answers = [tenant.call("DELETE", href) for _ in range(2)]

    assert [answer.status for answer in answers] == [204, 404]
    assert answers[0].body == b""
    assert tenant.list_files().json["totalResults"] == 0


def test_a_name_already_taken_gets_a_running_number(tenant: CleoTenant) -> None:
    names = [tenant.upload(name).json["name"] for name in ("a.edi", "a.edi", "a.edi", "README", "README")]

    assert names == ["a.edi", "a-1.edi", "a-2.edi", "README", "README-1"]


def test_uploads_at_the_same_time_under_one_name_all_survive(tenant: CleoTenant) -> None:
    tenant.folder_href("/edi/outbound")  # logged in before the threads start

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda number: tenant.upload("a.edi", b"%d" % number), range(40)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 40
    assert len(set(tenant.names("/edi/outbound"))) == 40


def test_a_file_moved_onto_a_taken_name_gets_a_running_number(tenant: CleoTenant) -> None:
    tenant.drop("a.edi", b"old", folder="/edi/archive")
    tenant.drop("a.edi", b"new")
    archive = tenant.folder_href("/edi/archive")

    moved = tenant.move(tenant.describe("a.edi")["_links"]["self"]["href"], folder={"href": archive})

    assert (moved.status, moved.json["name"]) == (200, "a-1.edi")
    assert tenant.names("/edi/archive") == ["a.edi", "a-1.edi"]


def test_a_file_never_collides_with_itself(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"collisions": "refuse"})
    tenant.drop("a.edi")

    assert tenant.move(tenant.describe("a.edi")["_links"]["self"]["href"], name="a.edi").status == 200


def test_under_overwrite_the_newcomer_replaces_the_file_under_an_id_of_its_own(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"collisions": "overwrite"})
    old = tenant.upload("a.edi", b"old").json
    new = tenant.upload("a.edi", b"new").json

    assert new["id"] != old["id"]
    assert tenant.names("/edi/outbound") == ["a.edi"]
    assert tenant.call("GET", new["_links"]["content"]["href"]).body == b"new"
    assert tenant.call("GET", old["_links"]["content"]["href"]).status == 404


def test_under_refuse_an_upload_and_a_move_to_a_taken_name_are_a_409(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"collisions": "refuse"})
    tenant.upload("a.edi", b"old")
    tenant.drop("a.edi", b"new")
    target = {"href": tenant.folder_href("/edi/outbound")}

    answers = [
        tenant.upload("a.edi", b"new"),
        tenant.move(tenant.describe("a.edi")["_links"]["self"]["href"], folder=target),
    ]

    assert [answer.status for answer in answers] == [409, 409]
    assert answers[0].json == {"message": "/edi/outbound has a file 'a.edi' already", "errorCode": 409}
    assert (tenant.names("/edi/outbound"), tenant.names("/edi/inbound")) == (["a.edi"], ["a.edi"])
