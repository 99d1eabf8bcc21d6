"""`cleo probe` against tenants of several layouts, what `ping` says of them, and `once --file`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.processes import Connector, IntacctProcess, run_cleo, run_intacct, set_up
from tests.unit.cli.desk import Desk

from ml_connector.cli.exits import Exit

DEMO = Path(__file__).parents[3] / "examples" / "demo"
RULES = {path.name: path.read_text() for path in (DEMO / "rules").glob("*.toml")}
NOWHERE = "http://127.0.0.1:9/ia/xml/xmlgw.phtml"


def sit_down(connector: Connector, store_url: str) -> Desk:
    return Desk(folder=connector.folder, environment=connector.environment, store_url=store_url)


def probe(desk: Desk) -> tuple[int, dict[str, Any]]:
    ran = desk.run("cleo", "probe", "--json")
    found: dict[str, Any] = json.loads(ran.stdout)
    return ran.exit_code, found


def test_a_tenant_of_the_usual_layout_needs_nothing(tmp_path: Path, store_url: str) -> None:
    with run_cleo(tmp_path / "cleo") as tenant:
        desk = sit_down(
            set_up(tmp_path / "ap", RULES, intacct=NOWHERE, cleo=tenant.url, store_url=store_url), store_url
        )

        empty = desk.run("cleo", "probe", columns=120)
        tenant.drop("a.edi", b"ISA")
        ran = desk.run("cleo", "probe", columns=120)
        calls = tenant.counters()["calls"]

    assert ran.exit_code == Exit.DONE
    assert "GET /api/folders" in ran.output
    assert "drop a file into the inbound folder and probe again" in empty.output
    assert "nothing to change" in ran.output
    assert {call for call, times in calls.items() if times} <= {
        "authenticate",
        "list_folders",
        "list_files",
        "download",
        "list_connections",
        "list_actions",
        "list_events",
    }


def test_what_a_tenant_of_another_layout_needs_is_written_as_it_is_to_be_set(
    tmp_path: Path, store_url: str
) -> None:
    with run_cleo(tmp_path / "cleo", "--layout", "harmony-connection") as tenant:
        connector = set_up(tmp_path / "ap", RULES, intacct=NOWHERE, cleo=tenant.url, store_url=store_url)
        desk = sit_down(connector, store_url)
        tenant.drop("a.edi", b"ISA")

        status, found = probe(desk)
        shown = desk.run("cleo", "probe", columns=120).output
        pinged = desk.run("ping", columns=120).output
        table = '[link.main.cleo]\nprofile_name = "harmony-connection"\n'
        assert table.splitlines() == found["settings"][:2]
        path = connector.folder / "ml-connector.toml"
        lines = [*found["settings"][1:], 'inbound = "ml-connector"']  # which of two is to be chosen
        path.write_text(path.read_text() + "\n".join(lines) + "\n")
        fixed, again = probe(desk)

    assert (status, fixed) == (Exit.UNREACHED, Exit.DONE)
    assert "write into the configuration, then probe again:" in shown
    assert 'profile_name = "harmony-connection"' in shown
    assert 'profile_name = "harmony-connection"' in pinged
    assert [resource["fits"] for resource in again["resources"]] == [True] * 7


def test_single_names_that_differ_are_found_out_at_once(tmp_path: Path, store_url: str) -> None:
    with run_cleo(tmp_path / "cleo", "--layout", "renamed") as tenant:
        connector = set_up(tmp_path / "ap", RULES, intacct=NOWHERE, cleo=tenant.url, store_url=store_url)
        path = connector.folder / "ml-connector.toml"
        known = """
[link.main.cleo.profile]
"folders.list" = "/gateway/v7/mailboxes"
"folders.files_link" = "hyperlinks.documents.uri"
"paging.start_param" = "offset"
"paging.count_param" = "limit"
[link.main.cleo.profile.auth]
token_path = "/gateway/v7/login"
fields = { grant_type = "grant", username = "login", password = "passphrase" }
"""
        path.write_text(path.read_text() + known)
        tenant.drop("a.edi", b"ISA")

        _, found = probe(sit_down(connector, store_url))

    assert set(found["settings"]) >= {
        "[link.main.cleo.profile]",
        '"auth.response.access_token" = "token"',
        '"paging.items" = "items"',
        '"paging.start_base" = 1',
        '"folders.id" = "key"',
        '"folders.key" = "location"',
        '"files.fields.id" = "key"',
        '"files.fields.name" = "title"',
        '"files.fields.length" = "size"',
    }


def test_what_a_tenant_does_not_offer_is_told_and_no_failure(tmp_path: Path, store_url: str) -> None:
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as tenant:
        tenant.change_settings(unserved={"move": 405, "delete": 404, "list_events": 404})
        tenant.ask(
            "POST", "/clock", {"now": "2026-01-05T08:00:00Z"}
        )  # what is older cannot be changing still
        tenant.drop("a.edi", b"not for us")
        connector = set_up(
            tmp_path / "ap", RULES, intacct=intacct.gateway, cleo=tenant.url, store_url=store_url
        )
        desk = sit_down(connector, store_url)

        first = json.loads(desk.run("once", "--json").stdout)
        tenant.reset_counters()
        second = json.loads(desk.run("once", "--json").stdout)
        calls = tenant.counters()["calls"]
        pinged = desk.run("ping", columns=120)
        shown = desk.run("cleo", "probe", columns=120)
        trail = desk.run("audit", "show", "link:main").output

    assert [run["troubles"] for run in (*first, *second)] == [[], []]
    assert not {"download", "move", "delete", "list_events"} & set(calls)
    assert "move not offered" in pinged.output
    assert shown.output.count("tried again after") == 1
    assert trail.count("cleo does not offer") == 2


@pytest.fixture
def line(tmp_path: Path, store_url: str) -> Iterator[tuple[IntacctProcess, Desk]]:
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as tenant:
        connector = set_up(
            tmp_path / "ap", RULES, intacct=intacct.gateway, cleo=tenant.url, store_url=store_url
        )
        yield intacct, sit_down(connector, store_url)


def test_files_of_this_machine_are_taken_as_if_they_had_come_from_cleo(
    line: tuple[IntacctProcess, Desk],
) -> None:
    intacct, desk = line
    files = [path for path in sorted((DEMO / "edi").iterdir()) if path.name.startswith("oakhallow")]
    options = [part for path in files for part in ("--file", str(path))]

    ran = desk.run("once", *options, "--json")
    again = desk.run("once", *options, "--json")

    (first,), (second,) = json.loads(ran.stdout), json.loads(again.stdout)
    assert files
    assert {document["file"] for document in first["documents"]} == {path.name for path in files}
    assert second["documents"] == []
    assert len(intacct.bills()) == first["counts"].get("posted", 0)
    rows = desk.change_rows("SELECT host, name FROM files ORDER BY id")
    assert [tuple(row) for row in rows] == [("local", path.name) for path in files]


def test_a_file_that_is_not_there_is_a_usage_error(line: tuple[IntacctProcess, Desk]) -> None:
    _, desk = line

    ran = desk.run("once", "--file", "/nowhere/at-all.edi")

    assert ran.exit_code == Exit.USAGE
    assert "at-all.edi" in ran.output
