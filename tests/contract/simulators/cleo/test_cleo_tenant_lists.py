"""Folders, lists, pages and filters of the Cleo tenant."""

import re

import pytest
from tests.contract.simulators.cleo.driver import CleoTenant

ID = re.compile(r"[A-Za-z0-9_-]{22}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_the_tenant_has_its_folders_with_their_links(tenant: CleoTenant) -> None:
    page = tenant.call("GET", "/api/folders").json

    usages = {folder["path"]: (folder["alias"], folder["usage"]) for folder in page["resources"]}
    assert page["totalResults"] == 6
    assert usages == {
        "/edi/inbound": ("inbound", "download"),
        "/edi/archive": ("archive", "other"),
        "/edi/error": ("error", "other"),
        "/edi/outbound": ("outbound", "upload"),
        "/reference": ("reference", "upload"),
        "/reference/inbound": ("reference-inbound", "download"),
    }
    for folder in page["resources"]:
        assert ID.fullmatch(folder["id"])
        assert folder["_links"] == {
            "self": {"href": f"/api/folders/{folder['id']}"},
            "files": {"href": f"/api/folders/{folder['id']}/files"},
        }


def test_a_folder_can_be_read_by_its_own_link(tenant: CleoTenant) -> None:
    [folder] = tenant.call("GET", "/api/folders?filter=alias+eq+%22archive%22").json["resources"]

    assert tenant.call("GET", folder["_links"]["self"]["href"]).json == folder


def test_a_file_object_has_exactly_the_documented_members(tenant: CleoTenant) -> None:
    tenant.drop("INV 1.edi", b"ISA*00")
    inbound = tenant.folder_href("/edi/inbound")

    file = tenant.describe("INV 1.edi")

    own = f"{inbound}/files/{file['id']}"
    assert file.keys() == {"id", "name", "length", "meta", "_links"}
    assert ID.fullmatch(file["id"])
    assert (file["name"], file["length"]) == ("INV 1.edi", 6)
    assert file["_links"] == {
        "self": {"href": own},
        "content": {"href": f"{own}/content"},
        "folder": {"href": inbound},
    }
    assert file["meta"].keys() == {"resourceType", "created", "lastModified", "version"}
    assert (file["meta"]["resourceType"], file["meta"]["version"]) == ("file", "1")
    assert TIME.fullmatch(file["meta"]["created"])
    assert TIME.fullmatch(file["meta"]["lastModified"])


def test_an_empty_folder_is_an_empty_page(tenant: CleoTenant) -> None:
    assert tenant.list_files().json == {"totalResults": 0, "startIndex": 0, "count": 0, "resources": []}


def test_a_page_is_never_longer_than_the_server_allows_and_starts_count_from_zero(tenant: CleoTenant) -> None:
    for number in range(53):
        tenant.drop(f"{number}.edi")

    first = tenant.list_files(startIndex=0, count=100).json
    second = tenant.list_files(startIndex=50, count=100).json
    beyond = tenant.list_files(startIndex=53, count=100).json

    assert [file["name"] for file in first["resources"]] == [f"{number}.edi" for number in range(50)]
    assert [file["name"] for file in second["resources"]] == ["50.edi", "51.edi", "52.edi"]
    assert beyond["resources"] == []
    assert {page["totalResults"] for page in (first, second, beyond)} == {53}


def test_a_smaller_count_is_kept_and_the_cap_can_be_set(tenant: CleoTenant) -> None:
    for number in range(5):
        tenant.drop(f"{number}.edi")
    tenant.admin("POST", "settings", {"page_cap": 3})

    assert len(tenant.list_files(count=2).json["resources"]) == 2
    assert len(tenant.list_files().json["resources"]) == 3
    assert len(tenant.list_files(filter="length gt 0").json["resources"]) == 3


def test_a_page_may_have_its_documented_members_alone(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"bare_pages": True})

    assert tenant.list_files().json == {"totalResults": 0}
    tenant.drop("a.edi")
    assert tenant.list_files().json.keys() == {"totalResults", "resources"}


def test_folders_come_in_pages_too(tenant: CleoTenant) -> None:
    page = tenant.call("GET", "/api/folders?startIndex=3&count=1").json

    assert (page["totalResults"], page["startIndex"], page["count"]) == (6, 3, 1)
    assert [folder["path"] for folder in page["resources"]] == ["/edi/outbound"]


@pytest.mark.parametrize(
    "query",
    [{"startIndex": -1}, {"startIndex": "x"}, {"count": 0}, {"count": "1.5"}, {"startIndex": "9" * 30}],
)
def test_a_page_that_cannot_be_is_a_400(tenant: CleoTenant, query: dict[str, object]) -> None:
    answer = tenant.list_files(**query)

    assert answer.status == 400
    assert next(iter(query)) in answer.json["message"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('name eq "INV-1.edi"', ["INV-1.edi"]),
        ('name eq "inv-1.edi"', []),
        ('name ne "INV-1.edi"', ["INV-2.edi", "ord.edi"]),
        ('name sw "INV"', ["INV-1.edi", "INV-2.edi"]),
        ('name ew ".edi"', ["INV-1.edi", "INV-2.edi", "ord.edi"]),
        ('name co "V-2"', ["INV-2.edi"]),
        ('name sw "INV" and length gt 3', ["INV-2.edi"]),
        ("length ge 3 and length le 3", ["INV-1.edi"]),
        ("length lt 3", ["ord.edi"]),
        ('name eq "ord.edi" or name sw "INV" and length eq 5', ["INV-2.edi", "ord.edi"]),
        ('(name eq "ord.edi" or name sw "INV") and length eq 5', ["INV-2.edi"]),
        ('not (name sw "INV")', ["ord.edi"]),
        ("name pr", ["INV-1.edi", "INV-2.edi", "ord.edi"]),
        ('name co "" and name sw "" and name ew ""', ["INV-1.edi", "INV-2.edi", "ord.edi"]),
        ('name sw "INV_" or name co "%" or name ew "xINV-1.edi"', []),
        ('name ge "INV-2.edi" and meta.version eq "1"', ["INV-2.edi", "ord.edi"]),
        (f"length lt {10**30} and length gt -{10**30}", ["INV-1.edi", "INV-2.edi", "ord.edi"]),
        (" or ".join(['name eq "ord.edi"'] * 200), ["ord.edi"]),
        ('meta.created gt "2020-01-01T00:00:00Z" and length eq 2', ["ord.edi"]),
        ('name eq "a\\"b"', []),
        ("   ", ["INV-1.edi", "INV-2.edi", "ord.edi"]),
    ],
)
def test_a_filter_lets_through_what_it_says(tenant: CleoTenant, text: str, names: list[str]) -> None:
    for name, content in (("INV-1.edi", b"123"), ("INV-2.edi", b"12345"), ("ord.edi", b"12")):
        tenant.drop(name, content)

    page = tenant.list_files(filter=text).json

    assert [file["name"] for file in page["resources"]] == names
    assert page["totalResults"] == len(names)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name", "an operator is missing"),
        ("name eq", "a value is missing"),
        ("name eq INV", "a text stands in double quotes"),
        ('name eq "INV', "unexpected '\"'"),
        ('name is "INV"', "unknown operator 'is'"),
        ('size eq "1"', "unknown attribute 'size'"),
        ('length eq "1"', "compares different types"),
        ("name gt 1", "compares different types"),
        ("length sw 1", "compares different types"),
        ("length eq true", "compares different types"),
        ("length eq 007", "is no value"),
        ('name eq "a" and', "an attribute is missing"),
        ('name eq "a" name', "'name' was not expected"),
        ('(name eq "a"', "a closing parenthesis is missing"),
        ('not name eq "a"', "'not' needs parentheses"),
        ("name eq 'a'", 'unexpected "\'"'),
        ("(" * 500, "20 parentheses deep"),
        (" or ".join(['name eq "a"'] * 201), "more than 200 comparisons"),
        ('name eq "\\ud800"', "is no value"),
    ],
)
def test_a_filter_that_cannot_be_read_is_a_400_that_says_why(
    tenant: CleoTenant, text: str, reason: str
) -> None:
    answer = tenant.list_files(filter=text)

    assert answer.status == 400
    assert reason in answer.json["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/folders/AAAAAAAAAAAAAAAAAAAAAA", 404),
        ("GET", "/api/folders/AAAAAAAAAAAAAAAAAAAAAA/files", 404),
        ("POST", "/api/folders/AAAAAAAAAAAAAAAAAAAAAA/files?name=a", 404),
        ("GET", "/api/connections/AAAAAAAAAAAAAAAAAAAAAA", 404),
        ("GET", "/api/connections/AAAAAAAAAAAAAAAAAAAAAA/outgoing", 404),
        ("POST", "/api/actions/AAAAAAAAAAAAAAAAAAAAAA/run", 404),
        ("GET", "/api/events/AAAAAAAAAAAAAAAAAAAAAA", 404),
        ("GET", "/api/certs", 404),
        ("GET", "/", 404),
        ("POST", "/api/folders", 405),
        ("DELETE", "/api/folders/AAAAAAAAAAAAAAAAAAAAAA", 405),
    ],
)
def test_what_is_not_there_or_not_served_is_a_json_error(
    tenant: CleoTenant, method: str, path: str, status: int
) -> None:
    answer = tenant.call(method, path, headers={"Content-Type": "application/octet-stream"})

    assert answer.status == answer.json["errorCode"] == status
    assert answer.json["message"]


def test_a_method_that_is_not_served_is_told_which_are(tenant: CleoTenant) -> None:
    answer = tenant.call("DELETE", f"{tenant.folder_href('/edi/inbound')}/files")

    assert answer.headers["Allow"] == "GET, POST"
