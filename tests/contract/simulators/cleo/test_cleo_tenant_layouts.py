"""The layouts of the Cleo tenant, what can be switched off, and the forms of an upload."""

import json
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from tests.contract.simulators.cleo.driver import BYTES, FORM, JSON, PASSWORD, USERNAME, Answer, CleoTenant

ROOT: Final = "/gateway/v7"


def make_form(field: str, filename: str, content: bytes) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a multipart form with a note before the file."""
    parts = (
        b'--cut\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n',
        f'--cut\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'.encode(),
        b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--cut--\r\n",
    )
    return b"".join(parts), {"Content-Type": "multipart/form-data; boundary=cut"}


class Renamed:
    """A client that knows the third layout alone."""

    def __init__(self, tenant: CleoTenant) -> None:
        self.tenant = tenant
        tenant.admin("POST", "settings", {"layout": "renamed"})
        fields = {"grant": "password", "login": USERNAME, "passphrase": PASSWORD}
        self.login = tenant.send("POST", f"{ROOT}/login", urlencode(fields).encode(), FORM)
        self.token = self.login.json["token"]

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.tenant.send(method, path, body, sent)

    def find_box(self, location: str) -> Any:
        where = quote(f'location eq "{location}"')
        [found] = self.call("GET", f"{ROOT}/mailboxes?where={where}").json["items"]
        return found


@pytest.fixture
def renamed(tenant: CleoTenant) -> Renamed:
    return Renamed(tenant)


def collect_names(value: Any) -> set[str]:
    """All names of members, at whatever depth."""
    if isinstance(value, dict):
        return set(value).union(*map(collect_names, value.values()))
    return set().union(*map(collect_names, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(
    ("layout", "folders", "outgoing"),
    [("both", 200, 200), ("cic-folders", 200, 404), ("harmony-connection", 404, 200), ("renamed", 404, 404)],
)
def test_a_layout_serves_its_own_paths_alone(
    tenant: CleoTenant, layout: str, folders: int, outgoing: int
) -> None:
    connection = tenant.call("GET", "/api/connections").json["resources"][0]["_links"]["self"]["href"]

    tenant.admin("POST", "settings", {"layout": layout})

    statuses = [tenant.call("GET", path).status for path in ("/api/folders", f"{connection}/outgoing")]
    assert [200 if status == 200 else 404 for status in statuses] == [folders, outgoing]


def test_the_third_layout_has_no_name_of_the_others(renamed: Renamed) -> None:
    renamed.tenant.drop("INV-1.edi")
    box = renamed.find_box("/edi/inbound")
    answers = [
        renamed.login,
        *(
            renamed.call("GET", f"{ROOT}/{name}")
            for name in ("mailboxes", "partners", "tasks", "journal", "groups")
        ),
        renamed.call("GET", box["hyperlinks"]["documents"]["uri"]),
        renamed.call("GET", f"{ROOT}/nothing"),
    ]

    names = set().union(*(collect_names(answer.json) for answer in answers))

    ours = "totalResults resources startIndex count id alias name path length meta created lastModified _links href"
    assert (
        names & {*ours.split(), "self", "message", "access_token", "expires_in", "sequence", "username"}
        == set()
    )


def test_the_third_layout_counts_from_one(renamed: Renamed) -> None:
    for name in "abc":
        renamed.tenant.drop(name)
    documents = renamed.find_box("/edi/inbound")["hyperlinks"]["documents"]["uri"]

    first = renamed.call("GET", f"{documents}?offset=1&limit=2").json
    second = renamed.call("GET", f"{documents}?offset=3&limit=2").json

    assert (first["first"], first["returned"], first["total"]) == (1, 2, 3)
    assert [item["title"] for item in first["items"]] == ["a", "b"]
    assert (second["first"], [item["title"] for item in second["items"]]) == (3, ["c"])
    assert renamed.call("GET", f"{documents}?offset=0").status == 400


def test_a_file_goes_its_whole_way_in_the_third_layout(renamed: Renamed) -> None:
    renamed.tenant.drop("INV-1.edi", b"ISA*00")
    documents = renamed.find_box("/edi/inbound")["hyperlinks"]["documents"]["uri"]
    where = quote('title sw "INV" and size gt 5')
    [document] = renamed.call("GET", f"{documents}?where={where}").json["items"]
    own = document["hyperlinks"]["own"]["uri"]

    content = renamed.call("GET", document["hyperlinks"]["raw"]["uri"])
    order = {
        "mailbox": {"uri": renamed.find_box("/edi/archive")["hyperlinks"]["own"]["uri"]},
        "title": "done.edi",
    }
    moved = renamed.call("POST", f"{own}/relocation", json.dumps(order).encode(), JSON)

    assert content.body == b"ISA*00"
    assert (moved.status, moved.json["key"], moved.json["title"]) == (200, document["key"], "done.edi")
    assert renamed.tenant.names("/edi/archive") == ["done.edi"]
    assert renamed.call("DELETE", moved.json["hyperlinks"]["own"]["uri"]).status == 204
    assert renamed.call("PATCH", own, json.dumps(order).encode(), JSON).status == 404


def test_the_third_layout_takes_an_upload_as_a_form_alone(renamed: Renamed) -> None:
    documents = renamed.find_box("/edi/outbound")["hyperlinks"]["documents"]["uri"]

    raw = renamed.call("POST", f"{documents}?title=a.edi", b"ISA", BYTES)
    other = renamed.call("POST", documents, *make_form("file", "a.edi", b"ISA"))
    stored = renamed.call("POST", documents, *make_form("document", "a.edi", b"ISA"))

    assert (raw.status, other.status, stored.status) == (415, 400, 201)
    assert (stored.json["title"], stored.json["size"]) == ("a.edi", 3)


def test_names_of_the_other_layouts_count_for_nothing_in_the_third(renamed: Renamed) -> None:
    where = quote('path eq "/reference"')
    filtered = renamed.call("GET", f"{ROOT}/mailboxes?where={where}")
    login = renamed.tenant.send("POST", f"{ROOT}/login", b"grant_type=password&username=a&password=b", FORM)
    made = renamed.call("POST", f"{ROOT}/partners", b'{"type": "as2", "alias": "ACME"}', JSON)

    assert filtered.status == 400
    assert login.json["problem"] == "unsupported_grant_type"
    assert made.status == 400


def test_runs_and_partners_have_other_words_in_the_third_layout(renamed: Renamed) -> None:
    where = quote('label eq "load-reference"')
    [task] = renamed.call("GET", f"{ROOT}/tasks?where={where}").json["items"]
    made = renamed.call("POST", f"{ROOT}/partners", b'{"protocol": "as2", "label": "ACME"}', JSON)

    ran = renamed.call("POST", f"{task['hyperlinks']['start']['uri']}?patience=5&lines=2")

    assert (ran.json["phase"], ran.json["outcome"], len(ran.json["log"])) == ("finished", "fine", 2)
    assert (made.status, made.json["label"], made.json["activated"]) == (201, "ACME", "true")


def test_a_refresh_works_in_the_third_layout_and_no_secret_is_recorded(renamed: Renamed) -> None:
    fields = {"grant": "refresh_token", "renewal": renamed.login.json["renewal"]}

    renewed = renamed.tenant.send("POST", f"{ROOT}/login", urlencode(fields).encode(), FORM)

    recorded = renamed.tenant.admin("GET", "requests")
    assert renewed.status == 200
    assert recorded.json[-1]["path"] == f"{ROOT}/login"
    assert recorded.json[-1]["call"] == "authenticate"
    for secret in (PASSWORD, renamed.login.json["renewal"], renewed.json["token"]):
        assert secret.encode() not in recorded.body


def test_links_can_be_left_out(tenant: CleoTenant) -> None:
    tenant.drop("a.edi")
    href = tenant.folder_href("/edi/inbound")
    tenant.admin("POST", "settings", {"links": False})

    answers = [
        tenant.call("GET", path).json for path in ("/api/folders", f"{href}/files", "/api/connections")
    ]

    assert "_links" not in set().union(*map(collect_names, answers))


@pytest.mark.parametrize("status", [404, 405, 501])
def test_single_calls_can_be_switched_off_and_on(tenant: CleoTenant, status: int) -> None:
    tenant.drop("a.edi")
    href = tenant.describe("a.edi")["_links"]["self"]["href"]
    archive = {"href": tenant.folder_href("/edi/archive")}
    off = {"move": status, "list_events": status, "filter": status, "refresh": status}

    tenant.admin("POST", "settings", {"unserved": off})
    refresh = tenant.ask_token(grant_type="refresh_token", refresh_token="x").status
    filtered = tenant.list_files(filter='name eq "a.edi"').status
    statuses = {
        tenant.move(href, folder=archive).status,
        tenant.call("GET", "/api/events").status,
        refresh,
        filtered,
    }
    without_refresh = tenant.log_in().json
    tenant.admin("POST", "settings", {"unserved": {}})

    assert statuses == {status}
    assert "refresh_token" not in without_refresh
    assert tenant.move(href, folder=archive).status == 200


@pytest.mark.parametrize("unserved", [{"moves": 405}, {"move": 200}, {"move": "405"}, ["move"]])
def test_what_is_no_call_or_no_refusal_cannot_be_switched_off(tenant: CleoTenant, unserved: object) -> None:
    assert tenant.admin("POST", "settings", {"unserved": unserved}).status == 400


@pytest.mark.parametrize(
    ("query", "headers", "name"),
    [
        ("?name=q.edi", {}, "q.edi"),
        ("", {"Content-Disposition": 'attachment; filename="h.edi"'}, "h.edi"),
        ("", {"Content-Disposition": "attachment; filename*=UTF-8''%C3%A4.edi"}, "ä.edi"),
        ("?name=q.edi", {"Content-Disposition": 'attachment; filename="h.edi"'}, "q.edi"),
    ],
)
def test_the_name_of_an_upload_stands_in_the_query_or_in_the_header(
    tenant: CleoTenant, query: str, headers: dict[str, str], name: str
) -> None:
    path = f"{tenant.folder_href('/edi/outbound')}/files{query}"

    assert tenant.call("POST", path, b"ISA", {**BYTES, **headers}).json["name"] == name


def test_a_form_is_taken_beside_the_bytes_alone(tenant: CleoTenant) -> None:
    path = f"{tenant.folder_href('/edi/outbound')}/files"
    content = b"ISA*\r\n--cu\r\n" * 100

    stored = tenant.call("POST", path, *make_form("file", "f.edi", content)).json

    assert (stored["name"], stored["length"]) == ("f.edi", len(content))
    assert tenant.send("GET", f"/_sim/files/{stored['id']}/content").body == content


@pytest.mark.parametrize(
    "body",
    [
        b"ISA",
        b"--cut\r\n\r\n",
        b"--cut--\r\n",
        make_form("other", "f", b"")[0],
        make_form("file", "f", b"x")[0][:-20],
    ],
)
def test_a_form_that_is_broken_stores_nothing(tenant: CleoTenant, body: bytes) -> None:
    path = f"{tenant.folder_href('/edi/outbound')}/files"

    assert tenant.call("POST", path, body, make_form("", "", b"")[1]).status == 400
    assert tenant.call("POST", path, body, {"Content-Type": "multipart/form-data"}).status == 400
    assert tenant.names("/edi/outbound") == []


def test_uploads_can_be_limited_in_size_and_name(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"largest_upload": 3, "accepted_names": "*.edi"})

    assert tenant.upload("a.edi", b"ISA").status == 201
    assert tenant.upload("b.edi", b"ISA*").status == 413
    assert tenant.upload("b.txt", b"ISA").status == 400
    assert tenant.names("/edi/outbound") == ["a.edi"]
