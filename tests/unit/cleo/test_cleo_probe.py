"""A look round that says how a tenant differs from the profile, and changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.unit.cleo.fakes import (
    CREDENTIALS,
    FakeTransport,
    Reply,
    as_json,
    make_client,
    token,
)

from ml_connector.cleo import CIC_FOLDERS, LAYOUT, CleoError, Probe, Profile, Request, Unavailable
from ml_connector.cleo.profile import get_profile

Entries = Sequence[Mapping[str, object]]
USUAL: Mapping[str, Entries] = {
    "/api/folders": [
        {"id": "F1", "path": "/edi/inbound", "_links": {"files": {"href": "/api/folders/F1/files"}}},
        {"id": "F2", "path": "/edi/archive"},
    ],
    "/api/folders/F1/files": [{"id": "f1", "name": "a.edi", "length": 7, "meta": {"lastModified": "2026"}}],
    "/api/connections": [{"id": "C1", "alias": "us"}],
    "/api/actions": [{"id": "A1", "alias": "check"}],
    "/api/events": [],
}

UNKNOWN_FORM = {
    f"auth.{key}": None for key in ("token_path", "fields.grant_type", "fields.username", "fields.password")
}


@dataclass
class Tenant:
    """Serves lists by path; everything of their form can be otherwise."""

    lists: Mapping[str, Entries]
    items: str = "resources"
    total: str = "totalResults"
    start: str = "startIndex"
    base: int = 0
    content: str = "/content"
    login: Reply | CleoError = field(default_factory=token)
    answers: Mapping[str, Reply | CleoError] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply | CleoError:
        parts = urlsplit(request.url)
        if request.method == "POST":
            return self.login
        if parts.path in self.answers:
            return self.answers[parts.path]
        if parts.path.endswith(self.content):
            return Reply(pieces=(b"ISA*00*",), headers={"content-length": "7"})
        if parts.path not in self.lists:
            return Reply(status=404)
        query = parse_qs(parts.query)
        first = max(int(query.get(self.start, ["0"])[0]) - self.base, 0)
        entries = list(self.lists[parts.path])
        page = entries[first : first + int(query.get("count", ["100"])[0])]
        return as_json({self.items: page, self.total: len(entries)})


def look_round(tenant: Tenant, profile: Profile = CIC_FOLDERS, inbound: str = "/edi/inbound") -> list[Probe]:
    transport = FakeTransport(tenant)
    probes = list(make_client(transport, profile=profile).probe(inbound))
    assert {request.method for request in transport.sent[1:]} <= {"GET", "POST"}
    assert all("authentication" in r.path for r in transport.sent if r.method == "POST")
    return probes


def advise(probes: Sequence[Probe]) -> dict[str, object]:
    return {advice.key: advice.value for probe in probes for advice in probe.advice}


def test_a_usual_tenant_fits_in_everything() -> None:
    probes = look_round(Tenant(USUAL))

    assert [(probe.resource, probe.fits) for probe in probes] == [
        ("token", True),
        ("folders", True),
        ("files", True),
        ("content", True),
        ("connections", True),
        ("actions", True),
        ("events", True),
    ]
    assert [probe.said for probe in probes[1:3]] == [
        "2 folders: /edi/archive, /edi/inbound",
        "1 on the first page in /edi/inbound",
    ]
    assert probes[1].asked == "GET /api/folders"
    assert "[]._links.files.href" in probes[1].members
    assert [probe.resource for probe in probes if probe.needed] == [
        "token",
        "folders",
        "files",
        "content",
    ]


def test_a_tenant_with_other_names_is_understood_in_one_look() -> None:
    tenant = Tenant(
        {
            "/v2/mailboxes": [
                {"uid": 41, "label": "Invoices", "location": "/edi/inbound", "links": {"docs": "/v2/m/41"}},
                {"uid": 42, "label": "Old", "location": "/edi/archive", "links": {"docs": "/v2/m/42"}},
            ],
            "/v2/m/41": [
                {"documentId": "d1", "uid": "d1", "file_name": "a.edi", "size": 7, "modifiedAt": "2026-01-01"}
            ],
            "/api/connections": [],
        },
        items="items",
        total="total",
        base=1,
        login=as_json({"token": "tok-1", "type": "Bearer"}),
    )
    profile = CIC_FOLDERS.override({"folders.list": "/v2/mailboxes", "folders.files_link": "links.docs"})

    probes = look_round(tenant, profile)

    assert advise(probes) == {
        "auth.response.access_token": "token",
        "paging.items": "items",
        "paging.total": "total",
        "paging.start_base": 1,
        "folders.id": "uid",
        "folders.key": "location",
        "files.fields.id": "uid",
        "files.fields.name": "file_name",
        "files.fields.length": "size",
        "files.fields.modified": "modifiedAt",
        "actions.list": None,
        "events.list": None,
    }
    values = {key: value for key, value in advise(probes).items() if value is not None}
    corrected = look_round(tenant, profile.override(values))
    assert [probe.fits for probe in corrected] == [True, True, True, True, True, False, False]


def test_a_tenant_without_folders_that_has_connections_is_of_another_layout() -> None:
    tenant = Tenant(
        {
            "/api/connections": [{"id": "C1", "alias": "ml-connector"}],
            "/api/connections/C1/outgoing": [{"id": "f1", "name": "a.edi", "length": 7}],
        },
        content="/outgoing/f1",
    )

    probes = look_round(tenant)
    again = look_round(tenant, get_profile("harmony-connection"), "ml-connector")

    assert (advise(probes)[LAYOUT], advise(probes)["inbound"]) == ("harmony-connection", "ml-connector")
    assert advise(probes)["archive"] == ""
    assert [probe.fits for probe in again[:5]] == [True] * 5


def test_a_tenant_that_has_neither_gets_the_key_of_the_address() -> None:
    probes = look_round(Tenant({}))

    assert advise(probes)["folders.list"] is None
    assert [probe.said for probe in probes if probe.resource == "files"] == [
        "not asked for: no folder is known"
    ]


def test_a_folder_of_another_name_is_named() -> None:
    probes = look_round(Tenant(USUAL), inbound="/edi/inbond")

    assert advise(probes) == {"inbound": "/edi/inbound"}
    assert not probes[2].fits


def test_a_whole_list_that_takes_no_parameters_needs_none() -> None:
    two_pages = as_json({"resources": USUAL["/api/folders"], "totalResults": 2})
    probes = look_round(Tenant(USUAL, answers={"/api/folders": two_pages}))

    assert advise(probes) == {}


def test_a_page_that_tells_where_it_begins_gives_away_the_parameters() -> None:
    told = {"resources": USUAL["/api/folders"], "totalResults": 2, "offset": 0, "limit": 50}
    probes = look_round(Tenant(USUAL, answers={"/api/folders": as_json(told)}))

    assert advise(probes)["paging.start_param"] == "offset"
    assert advise(probes)["paging.count_param"] == "limit"


@pytest.mark.parametrize(
    ("is_strict_about", "key", "value"),
    [("startIndex=0", "paging.start_base", 1), ("startIndex=", "paging.start_param", None)],
)
def test_a_list_that_is_refused_as_it_is_asked_for_is_asked_for_otherwise(
    is_strict_about: str, key: str, value: object
) -> None:
    usual = Tenant(USUAL, base=1)

    def answer(request: Request) -> Reply | CleoError:
        if is_strict_about in request.url:
            return Reply(status=400)
        if "?" not in request.url and request.method == "GET":
            return as_json({"resources": USUAL.get(request.path, []), "totalResults": 2})
        return usual(request)

    probes = list(make_client(FakeTransport(answer)).probe("/edi/inbound"))

    assert advise(probes)[key] == value
    assert probes[2].said.startswith("1 on the first page")


def test_a_list_that_is_refused_in_every_way_has_the_key_of_its_address() -> None:
    probes = look_round(Tenant(USUAL, answers={"/api/folders": Reply(status=400)}))

    assert advise(probes)["folders.list"] is None


def test_a_profile_that_counts_from_one_is_corrected_too() -> None:
    probes = look_round(Tenant(USUAL), CIC_FOLDERS.override({"paging.start_base": 1}))

    assert advise(probes)["paging.start_base"] == 0


@pytest.mark.parametrize(
    ("login", "advice"),
    [
        (Reply(status=404), {"auth.token_path": None}),
        (Reply(status=415), {"auth.body": "json"}),
        (Reply(status=401), UNKNOWN_FORM),
        (Reply(status=400), UNKNOWN_FORM),
        (Reply(status=403), {}),
        (Unavailable("no connection"), {}),
        (as_json({"jot": "x"}), {"auth.response.access_token": None}),
    ],
    ids=["404", "415", "401", "400", "403", "unreachable", "no token"],
)
def test_without_a_token_nothing_else_is_asked(login: Reply | CleoError, advice: dict[str, object]) -> None:
    probes = look_round(Tenant(USUAL, login=login))

    assert [probe.resource for probe in probes] == ["token"]
    assert (probes[0].fits, advise(probes)) == (False, advice)


@pytest.mark.parametrize("path", ["/api/folders", "/api/folders/F1/files", "/api/events"])
@pytest.mark.parametrize("answer", [Reply(status=403), Reply(status=503), Reply(pieces=(b"<html>",))])
def test_what_fails_for_another_reason_has_no_key_to_change(path: str, answer: Reply) -> None:
    probes = look_round(Tenant(USUAL, answers={path: answer}))

    failed = [probe for probe in probes if not probe.fits and probe.asked]
    assert [probe.asked for probe in failed] == [f"GET {path}"]
    assert advise(failed) == {}


def test_no_value_of_an_answer_is_told() -> None:
    secret = {"id": "F1", "path": "/edi/inbound", "password": "hush"}
    probes = look_round(Tenant({**USUAL, "/api/folders": [secret]}, login=token("tok-hidden")))

    told = repr(probes)
    assert "[].password" in told
    assert "hush" not in told
    assert "tok-hidden" not in told
    assert CREDENTIALS.password not in told


def test_lists_the_profile_does_not_have_are_not_asked_for() -> None:
    probes = look_round(Tenant(USUAL), CIC_FOLDERS.override({"events.list": ""}))

    assert (probes[-1].resource, probes[-1].asked, probes[-1].fits) == ("events", "", True)


def test_an_empty_folder_is_no_proof_that_files_fit() -> None:
    probes = look_round(Tenant({**USUAL, "/api/folders/F1/files": []}))

    (files,) = (probe for probe in probes if probe.resource == "files")
    assert files.fits is None
    assert files.said == "not checked: there is no file in /edi/inbound; drop one first"
    assert "content" not in {probe.resource for probe in probes}


def test_an_archive_that_is_not_there_is_told() -> None:
    client = make_client(FakeTransport(Tenant(USUAL)))

    (missing,) = (
        probe for probe in client.probe("/edi/inbound", "/edi/archiv") if probe.resource == "archive"
    )
    (there,) = (
        probe for probe in client.probe("/edi/inbound", "/edi/archive") if probe.resource == "archive"
    )

    assert advise([missing]) == {"archive": "/edi/archive"}
    assert (missing.fits, missing.needed, there.fits) == (False, True, True)


def test_bytes_that_are_elsewhere_are_found_by_their_link_or_else_the_key_is_named() -> None:
    links = {"self": {"href": "/api/f1"}, "raw": {"href": "/x/f1/bytes"}}
    linked = {**USUAL, "/api/folders/F1/files": [{"id": "f1", "name": "a", "length": 7, "_links": links}]}

    found = look_round(Tenant(linked, content="/bytes"))
    lost = look_round(Tenant(USUAL, content="/nowhere"))

    assert advise(found)["files.content_link"] == "_links.raw.href"
    assert advise(lost) == {"files.content": None}


def test_links_to_another_host_are_not_followed_and_the_paths_beside_them_are_used() -> None:
    foreign = {"href": "https://elsewhere.example/x"}
    folder = {**USUAL["/api/folders"][0], "_links": {"files": foreign}}
    file = {**USUAL["/api/folders/F1/files"][0], "_links": {"content": foreign}}

    probes = look_round(Tenant({**USUAL, "/api/folders": [folder], "/api/folders/F1/files": [file]}))

    assert advise(probes) == {"folders.files_link": "", "files.content_link": ""}
    assert [probe.asked for probe in probes[2:4]] == [
        "GET /api/folders/F1/files",
        "GET /api/folders/F1/files/f1/content",
    ]


@pytest.mark.parametrize(("key", "resource"), [("folders.files", "files"), ("files.content", "content")])
def test_where_neither_a_link_nor_a_path_is_known_the_key_is_named(key: str, resource: str) -> None:
    profile = CIC_FOLDERS.override({key: "", "folders.files_link": "", "files.content_link": ""})
    rest = {} if key == "folders.files" else {"folders.files": "/api/folders/{folder_id}/files"}

    probes = look_round(Tenant(USUAL), profile.override(rest))

    (lost,) = (probe for probe in probes if probe.resource == resource)
    assert (lost.fits, advise([lost])) == (False, {key: None})


def test_a_link_that_tells_no_length_is_not_taken_for_a_file_of_unknown_length() -> None:
    nameless = {"id": "f1", "name": "a", "_links": {"self": {"href": "/api/f1"}}}
    lists = {**USUAL, "/api/folders/F1/files": [nameless]}

    probes = look_round(Tenant(lists, content="/nowhere", answers={"/api/f1": as_json({"id": "f1"})}))

    assert advise(probes)["files.content"] is None


def test_the_number_of_entries_on_a_page_is_not_taken_for_the_total() -> None:
    counted = as_json({"resources": USUAL["/api/folders"], "count": 2})
    larger = as_json({"resources": USUAL["/api/folders"], "count": 3})

    assert advise(look_round(Tenant(USUAL, answers={"/api/folders": counted}))) == {}
    assert advise(look_round(Tenant(USUAL, answers={"/api/folders": larger})))["paging.total"] == "count"


def test_a_list_of_one_says_nothing_about_where_lists_begin() -> None:
    one = as_json({"resources": USUAL["/api/folders"][:1], "totalResults": 1})

    assert advise(look_round(Tenant(USUAL, answers={"/api/folders": one}))) == {}
