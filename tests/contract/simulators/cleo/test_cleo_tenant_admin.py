"""The admin surface of the Cleo tenant, its process, and what outlives it."""

import hashlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.contract.simulators.cleo.driver import PASSWORD, CleoProcess, CleoTenant, run_tenant


def test_the_process_says_in_one_line_where_it_is(process: CleoProcess) -> None:
    url, admin = process.announced["url"], process.announced["admin"]

    assert url.startswith("http://127.0.0.1:")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/_sim", admin)
    assert not admin.startswith(url)
    assert process.announced == {"url": url, "admin": admin, "pid": process.process.pid}
    assert process.admin("GET", "health").json["status"] == "ok"


def test_a_dropped_file_has_an_id_of_its_own_even_under_a_name_and_bytes_seen_before(
    tenant: CleoTenant,
) -> None:
    tenant.admin("POST", "settings", {"collisions": "overwrite"})

    first, second = tenant.drop("INV-1.edi", b"ISA"), tenant.drop("INV-1.edi", b"ISA")

    assert first["id"] != second["id"]
    assert first["sha256"] == second["sha256"] == hashlib.sha256(b"ISA").hexdigest()
    assert tenant.list_files().json["totalResults"] == 2


@pytest.mark.parametrize(("query", "status"), [("", 400), ("name=", 400), ("name=a&folder=/nowhere", 404)])
def test_a_drop_without_name_or_into_no_folder_is_refused(
    tenant: CleoTenant, query: str, status: int
) -> None:
    answer = tenant.send("POST", f"/_sim/drop?{query}", b"ISA")

    assert answer.status == answer.json["errorCode"] == status
    assert tenant.admin("GET", "files").json == []


def test_all_files_or_those_of_a_folder_are_shown_with_digests(tenant: CleoTenant) -> None:
    tenant.drop("a.edi")
    tenant.drop("b.csv", b"id,name", folder="/reference")

    assert {file["name"]: file["folder"] for file in tenant.admin("GET", "files").json} == {
        "a.edi": "/edi/inbound",
        "b.csv": "/reference",
    }
    assert tenant.names("/reference") == ["b.csv"]
    assert tenant.admin("GET", "files?folder=/nowhere").status == 404


def test_a_file_removed_behind_the_api_is_gone_for_it(tenant: CleoTenant) -> None:
    file_id = tenant.drop("a.edi")["id"]
    href = tenant.describe("a.edi")["_links"]["content"]["href"]

    statuses = [tenant.admin("DELETE", f"files/{file_id}").status for _ in range(2)]

    assert statuses == [204, 404]
    assert tenant.call("GET", href).status == 404
    assert tenant.admin("GET", f"files/{file_id}/content").status == 404


def test_requests_are_recorded_in_order_and_without_secrets(tenant: CleoTenant) -> None:
    token = tenant.log_in().json
    tenant.log_in("a=guess&b")
    tenant.ask_token(grant_type="refresh_token", refresh_token=token["refresh_token"])
    tenant.send("POST", f"/api/authentication?password={PASSWORD}", b'{"password": "%s"}' % PASSWORD.encode())
    tenant.send("GET", "/api/folders?count=5", headers={"Authorization": f"Bearer {token['access_token']}"})

    recorded = tenant.admin("GET", "requests")

    entries = recorded.json
    assert [(e["call"], e["status"]) for e in entries[:4]] == [
        ("authenticate", 200),
        ("authenticate", 400),
        ("authenticate", 200),
        ("authenticate", 415),
    ]
    assert entries[0]["form"] == {"grant_type": "password", "username": "edi-service", "password": "***"}
    assert entries[-1]["call"] == "list_folders"
    assert (entries[-1]["method"], entries[-1]["path"]) == ("GET", "/api/folders")
    assert (entries[-1]["query"], entries[-1]["headers"]["authorization"]) == ({"count": "5"}, "***")
    assert datetime.fromisoformat(entries[-1]["at"]).tzinfo is not None
    for secret in (PASSWORD, "guess", token["access_token"], token["refresh_token"]):
        assert secret.encode() not in recorded.body


def test_requests_are_counted_by_call_and_status_until_the_counters_are_reset(tenant: CleoTenant) -> None:
    tenant.list_files()
    tenant.send("GET", "/api/nothing")

    counters = tenant.admin("GET", "counters").json
    reset = tenant.admin("POST", "counters/reset").json

    assert counters == {
        "requests": 4,
        "calls": {"authenticate": 1, "list_folders": 1, "list_files": 1, "refuse": 1},
        "statuses": {"200": 3, "401": 1},
    }
    assert reset == tenant.admin("GET", "counters").json == {"requests": 0, "calls": {}, "statuses": {}}


def test_user_and_password_can_be_set_and_the_password_is_not_shown(tenant: CleoTenant) -> None:
    answer = tenant.admin("POST", "settings", {"username": "acme", "password": "new-demo-word"})

    assert (answer.json["username"], answer.json["password"]) == ("acme", "***")
    assert tenant.log_in().status == 400
    assert tenant.ask_token(grant_type="password", username="acme", password="new-demo-word").status == 200


@pytest.mark.parametrize(
    "values",
    [
        {"page_cap": 0},
        {"page_cap": "50"},
        {"page_cap": True},
        {"token_seconds": -1},
        {"bare_tokens": 1},
        {"collisions": "ignore"},
        {"password": None},
        {"page_size": 50},
        ["page_cap"],
    ],
)
def test_an_unknown_or_unfit_setting_is_refused_and_changes_nothing(
    tenant: CleoTenant, values: object
) -> None:
    before = tenant.admin("POST", "settings", {}).json

    answer = tenant.admin("POST", "settings", values)

    assert answer.status == 400
    assert answer.json["message"]
    assert tenant.admin("POST", "settings", {}).json == before


def test_the_clock_can_be_set_and_runs_on(tenant: CleoTenant) -> None:
    answer = tenant.admin("POST", "clock", {"now": "2031-05-04T03:02:01+00:00"})
    tenant.drop("a.edi")

    assert answer.json["now"].startswith("2031-05-04T03:02:01")
    assert tenant.describe("a.edi")["meta"]["created"].startswith("2031-05-04T03:02:")


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"now": "noon"},
        {"now": "2031-05-04T03:02:01"},
        {"advance": "1"},
        {"advance": 1e300},
        {"advance": 1e12},
    ],
)
def test_a_clock_order_that_makes_no_sense_is_refused(tenant: CleoTenant, order: object) -> None:
    assert tenant.admin("POST", "clock", order).status == 400
    assert tenant.admin("GET", "health").status == 200


def test_what_the_admin_surface_does_not_serve_is_a_json_error(tenant: CleoTenant) -> None:
    assert tenant.admin("GET", "nothing").json["errorCode"] == 404
    assert tenant.admin("GET", "drop").json["errorCode"] == 405
    assert tenant.send("POST", "/_sim/settings", b"{").json["errorCode"] == 400


def test_a_killed_tenant_comes_back_with_its_files_ids_tokens_and_settings(tmp_path: Path) -> None:
    with run_tenant(tmp_path, "--token-seconds", "7200") as before:
        before.admin("POST", "settings", {"collisions": "refuse"})
        before.drop("INV-1.edi", b"ISA*00")
        token = before.log_in().json
        href = before.describe("INV-1.edi")["_links"]["self"]["href"]
        moved = before.move(href, folder={"href": before.folder_href("/edi/archive")}).json
        before.process.send_signal(signal.SIGKILL)
        before.process.wait()

    with run_tenant(tmp_path, "--page-cap", "7") as after:
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        content = after.send("GET", moved["_links"]["content"]["href"], headers=bearer)
        renewed = after.ask_token(grant_type="refresh_token", refresh_token=token["refresh_token"])
        settings = after.admin("POST", "settings", {}).json

        assert content.body == b"ISA*00"
        assert after.describe("INV-1.edi", "/edi/archive") == moved
        assert after.list_files().json["totalResults"] == 0
        assert renewed.json["expires_in"] == 7200
        assert (settings["collisions"], settings["page_cap"]) == ("refuse", 7)


def test_a_tenant_ends_cleanly_when_asked(process: CleoProcess) -> None:
    process.drop("a.edi")

    process.process.terminate()

    assert process.process.wait(timeout=10) == 0


def test_a_tenant_ends_when_its_parent_does(process: CleoProcess) -> None:
    assert process.process.stdin is not None

    process.process.stdin.close()

    assert process.process.wait(timeout=10) == 0


def test_a_tenant_is_reached_by_loopback_only(process: CleoProcess) -> None:
    port = urlsplit(process.announced["url"]).port
    assert port is not None

    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))


def test_an_option_that_makes_no_sense_is_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mlc_sim.cleo", "--state", str(tmp_path), "--page-cap", "0"]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "page_cap: 0" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_killed_tenant_comes_back_with_its_connections_runs_events_and_tables(tmp_path: Path) -> None:
    with run_tenant(tmp_path, "--layout", "cic-folders") as before:
        before.admin("POST", "settings", {"job_seconds": 0})
        before.upload("INTACCT_Vendors_20300131T080000Z_full.csv", b"erp_key\r\nV-1\r\n", "/reference")
        action = before.call("GET", "/api/actions").json["resources"][-1]
        before.call("POST", action["_links"]["run"]["href"])
        before.call("POST", "/api/connections", b'{"type": "as2"}', {"Content-Type": "application/json"})
        told = {
            path: before.call("GET", f"/api/{path}").json for path in ("connections", "actions", "events")
        }
        before.process.kill()
        before.process.wait()

    with run_tenant(tmp_path) as after:
        assert {path: after.call("GET", f"/api/{path}").json for path in told} == told
        assert after.admin("GET", "tables/INTACCT_Vendors").json == [{"erp_key": "V-1"}]
        assert after.admin("POST", "settings", {}).json["layout"] == "cic-folders"


def test_a_state_of_the_earlier_form_is_read(tmp_path: Path) -> None:
    with run_tenant(tmp_path) as before:
        before.drop("INV-1.edi", b"ISA*00")
    with closing(sqlite3.connect(tmp_path / "cleo.db")) as database:
        database.executescript(
            """
            CREATE TABLE contents (file_id TEXT PRIMARY KEY REFERENCES files (id), content BLOB NOT NULL);
            INSERT INTO contents SELECT file_id, bytes FROM pieces; DELETE FROM pieces; DELETE FROM blocks;
            """
        )

    with run_tenant(tmp_path) as after:
        assert after.call("GET", after.describe("INV-1.edi")["_links"]["content"]["href"]).body == b"ISA*00"
        assert after.list_files().json["totalResults"] == 1
