"""Requests as the tenant recorded them, held against its description."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.openapi.schemas import find_breaches
from tests.contract.simulators.cleo.driver import BYTES, FORM, JSON, CleoTenant, serve_tenant


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[CleoTenant]:
    with serve_tenant(tmp_path) as running:
        yield running


def list_breaches(tenant: CleoTenant) -> list[str]:
    entries = tenant.admin("GET", "requests").json
    return [breach for entry in entries for breach in find_breaches(entry)]


def test_what_the_description_allows_is_no_breach(tenant: CleoTenant) -> None:
    tenant.drop("in.edi")
    file = tenant.describe("in.edi")["_links"]
    tenant.call("GET", file["content"]["href"])
    tenant.move(file["self"]["href"], folder={"href": tenant.folder_href("/edi/archive")})
    tenant.upload("997.edi")
    created = tenant.call("POST", "/api/connections", b'{"type": "as2", "connect": {"password": "x"}}', JSON)
    tenant.call("GET", f"{created.json['_links']['self']['href']}?includeDefaults=true")
    [action] = tenant.call("GET", "/api/actions?filter=alias+eq+%22load-reference%22&count=1").json[
        "resources"
    ]
    tenant.call("POST", f"{action['_links']['run']['href']}?timeout=5")
    tenant.ask_token(grant_type="refresh_token", refresh_token="unknown")

    assert list_breaches(tenant) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "reason"),
    [
        ("GET", "/api/nothing", b"", {}, "no call that is described"),
        ("GET", "/api/folders?startIndex=-1", b"", {}, "query startIndex"),
        ("GET", "/api/folders?count=many", b"", {}, "query count"),
        ("GET", "/api/folders?page=2", b"", {}, "'page', which is not described"),
        ("GET", "/api/folders", b"{}", JSON, "a body, where none is wanted"),
        ("POST", "/api/connections", b'{"alias": "a"}', JSON, '"type" is a required property'),
        ("POST", "/api/connections", b'{"type": "as2", "connect": []}', JSON, "body:"),
        ("POST", "/api/connections", b"type=as2", FORM, "a body of type 'application/x-www-form-urlencoded'"),
        ("POST", "/api/folders/x/files", b"ISA", JSON, "a body of type 'application/json'"),
        ("POST", "/api/authentication", b"grant_type=magic", FORM, "body:"),
        (
            "POST",
            "/api/authentication",
            b"grant_type=refresh_token&refresh_token=a",
            FORM,
            "a token was sent",
        ),
    ],
)
def test_a_breach_is_named(
    tenant: CleoTenant, method: str, path: str, body: bytes, headers: dict[str, str], reason: str
) -> None:
    tenant.call(method, path, body, headers)

    assert any(reason in breach for breach in list_breaches(tenant))


def test_a_call_without_a_token_is_a_breach(tenant: CleoTenant) -> None:
    tenant.send("POST", "/api/connections/x/incoming", b"ISA", BYTES)

    assert list_breaches(tenant) == ["upload_incoming: no token was sent"]
