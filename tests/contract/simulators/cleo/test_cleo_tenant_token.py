"""The token call and the bearer check of the Cleo tenant."""

import base64
import hmac
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from tests.contract.simulators.cleo.driver import (
    FORM,
    JSON,
    PASSWORD,
    USERNAME,
    Answer,
    CleoTenant,
    serve_tenant,
)

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_a_password_buys_a_bearer_token_of_an_hour_and_a_refresh_token(tenant: CleoTenant) -> None:
    answer = tenant.log_in()

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", 3600)


def test_no_two_tokens_are_alike(tenant: CleoTenant) -> None:
    answers = [tenant.log_in().json for _ in range(3)]

    assert len({answer["access_token"] for answer in answers} | {a["refresh_token"] for a in answers}) == 6


def test_a_tenant_may_answer_the_access_token_alone(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"bare_tokens": True})

    assert tenant.log_in().json.keys() == {"access_token"}


@pytest.mark.parametrize(
    ("username", "password"), [(USERNAME, "guess"), ("somebody", PASSWORD), (USERNAME, PASSWORD.upper())]
)
def test_a_wrong_user_or_password_is_an_invalid_grant(
    tenant: CleoTenant, username: str, password: str
) -> None:
    answer = tenant.ask_token(grant_type="password", username=username, password=password)

    assert answer.status == 400
    assert answer.json["error"] == "invalid_grant"
    assert answer.json["message"] == answer.json["error_description"] == "user name or password is wrong"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": USERNAME}, "invalid_request"),
        ({"grant_type": "password", "username": USERNAME, "password": ""}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
    ],
)
def test_an_incomplete_token_request_is_refused(
    tenant: CleoTenant, fields: dict[str, str], error: str
) -> None:
    answer = tenant.ask_token(**fields)

    assert (answer.status, answer.json["error"]) == (400, error)


def test_a_form_that_is_not_utf_8_is_refused(tenant: CleoTenant) -> None:
    answer = tenant.send("POST", "/api/authentication", b"grant_type=\xff", FORM)

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_a_token_request_in_json_is_a_415(tenant: CleoTenant) -> None:
    body = b'{"grant_type": "password", "username": "edi-service", "password": "demo-cleo-password"}'

    answer = tenant.send("POST", "/api/authentication", body, JSON)

    assert (answer.status, answer.json["errorCode"]) == (415, 415)


def test_form_values_are_percent_decoded(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"password": "p@ss+word & ü%"})

    assert tenant.log_in("p@ss+word & ü%").status == 200
    assert tenant.log_in(PASSWORD).status == 400


def test_only_post_is_served_at_the_token_path(tenant: CleoTenant) -> None:
    answer = tenant.send("GET", "/api/authentication")

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer unknown", "Basic ZWRpOmVkaQ=="])
def test_a_call_without_a_token_in_force_is_a_401_with_a_challenge(
    tenant: CleoTenant, authorization: str
) -> None:
    answer = tenant.send("GET", "/api/folders", headers={"Authorization": authorization})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json["message"] == "the access token is missing, unknown or expired"


def test_a_refresh_token_opens_nothing_by_itself(tenant: CleoTenant) -> None:
    refresh = tenant.log_in().json["refresh_token"]

    assert tenant.send("GET", "/api/folders", headers={"Authorization": f"Bearer {refresh}"}).status == 401


def test_a_stranger_learns_nothing_of_what_is_served(tenant: CleoTenant) -> None:
    assert tenant.send("GET", "/api/nothing").status == 401
    assert tenant.send("PUT", "/api/folders").status == 401


def test_a_token_expires_after_its_time_and_not_before(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"token_seconds": 600})
    tenant.call("GET", "/api/folders")

    tenant.admin("POST", "clock", {"advance": 590})
    assert tenant.call("GET", "/api/folders").status == 200

    tenant.admin("POST", "clock", {"advance": 11})
    assert tenant.call("GET", "/api/folders").status == 401


def test_a_refresh_token_works_once_and_brings_the_next(tenant: CleoTenant) -> None:
    first = tenant.log_in().json["refresh_token"]

    renewed = tenant.ask_token(grant_type="refresh_token", refresh_token=first)
    again = tenant.ask_token(grant_type="refresh_token", refresh_token=first)
    onward = tenant.ask_token(grant_type="refresh_token", refresh_token=renewed.json["refresh_token"])

    bearer = {"Authorization": f"bearer {renewed.json['access_token']}"}
    assert tenant.send("GET", "/api/folders", headers=bearer).status == 200
    assert (again.status, again.json["error"]) == (400, "invalid_grant")
    assert onward.status == 200


def test_an_access_token_cannot_be_used_to_refresh(tenant: CleoTenant) -> None:
    access = tenant.log_in().json["access_token"]

    assert tenant.ask_token(grant_type="refresh_token", refresh_token=access).status == 400


def test_access_tokens_can_be_ended_at_once_while_refresh_tokens_live_on(tenant: CleoTenant) -> None:
    refresh = tenant.log_in().json["refresh_token"]
    tenant.call("GET", "/api/folders")

    assert tenant.admin("POST", "tokens/expire").json == {"expired": 2}

    assert tenant.call("GET", "/api/folders").status == 401
    assert tenant.ask_token(grant_type="refresh_token", refresh_token=refresh).status == 200


def test_refresh_tokens_can_be_ended_too(tenant: CleoTenant) -> None:
    refresh = tenant.log_in().json["refresh_token"]

    assert tenant.admin("POST", "tokens/expire", {"refresh": True}).json == {"expired": 2}

    assert tenant.ask_token(grant_type="refresh_token", refresh_token=refresh).status == 400


def test_five_wrong_passwords_within_a_minute_lock_the_account_for_a_quarter_of_an_hour(
    tenant: CleoTenant,
) -> None:
    for _ in range(5):
        assert tenant.log_in("guess").json["message"] == "user name or password is wrong"

    locked = tenant.log_in()
    tenant.admin("POST", "clock", {"advance": 901})

    assert (locked.status, locked.json["error"]) == (400, "invalid_grant")
    assert "locked" in locked.json["message"]
    assert tenant.log_in().status == 200


def test_wrong_passwords_spread_over_more_than_a_minute_do_not_lock(tenant: CleoTenant) -> None:
    for _ in range(8):
        tenant.log_in("guess")
        tenant.admin("POST", "clock", {"advance": 16})

    assert tenant.log_in().status == 200


def test_the_lock_out_can_be_tightened_and_switched_off(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"lockout_failures": 0})
    assert [tenant.log_in("guess").status for _ in range(10)] == [400] * 10
    assert tenant.log_in().status == 200

    tenant.admin("POST", "settings", {"lockout_failures": 1, "lockout_seconds": 5})
    tenant.log_in("guess")
    assert tenant.log_in().status == 400


def test_a_locked_account_keeps_the_tokens_it_has(tenant: CleoTenant) -> None:
    tenant.call("GET", "/api/folders")

    for _ in range(5):
        tenant.log_in("guess")

    assert tenant.call("GET", "/api/folders").status == 200


@pytest.mark.parametrize("before", [2, 5])
def test_a_restart_forgives_no_wrong_password_and_ends_no_lock_out(tmp_path: Path, before: int) -> None:
    with serve_tenant(tmp_path) as tenant:
        tenant.admin("POST", "clock", {"advance": 7200})
        for _ in range(before):
            tenant.log_in("guess")

    with serve_tenant(tmp_path) as tenant:
        for _ in range(5 - before):
            tenant.log_in("guess")

        locked = tenant.log_in()
        tenant.admin("POST", "clock", {"advance": 901})
        after = tenant.log_in()

    assert "locked" in locked.json["message"]
    assert after.status == 200


def make_code(secret: str, moment: float) -> str:
    """The code of RFC 6238 at a moment."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, struct.pack(">Q", int(moment // 30)), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def log_in_with(tenant: CleoTenant, code: str) -> Answer:
    return tenant.ask_token(grant_type="password", username=USERNAME, password=PASSWORD, totp_code=code)


def test_the_code_of_this_test_is_that_of_the_standard_s_example() -> None:
    assert make_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59) == "287082"


def test_an_account_with_two_factors_wants_the_code_of_now(tenant: CleoTenant) -> None:
    settings = tenant.admin("POST", "settings", {"totp_secret": SECRET}).json
    tenant.admin("POST", "clock", {"now": "2030-01-31T08:00:15Z"})
    moment = datetime(2030, 1, 31, 8, 0, 15, tzinfo=UTC).timestamp()

    answers = [log_in_with(tenant, make_code(SECRET, moment + shift)) for shift in (0, -30, 30, -90, 90)]

    assert settings["totp_secret"] == "***"
    assert [answer.status for answer in answers] == [200, 200, 200, 400, 400]
    assert answers[-1].json["error_description"] == "the TOTP code is missing or wrong"
    assert tenant.log_in().status == 400


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"totp_secret": SECRET})

    answers = [log_in_with(tenant, "") for _ in range(6)]

    assert "locked" in answers[-1].json["message"]


def test_a_code_can_be_taken_once_only(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"totp_secret": SECRET, "totp_once": True})
    tenant.admin("POST", "clock", {"now": "2030-01-31T08:00:01Z"})
    moment = datetime(2030, 1, 31, 8, 0, 1, tzinfo=UTC).timestamp()

    statuses = [log_in_with(tenant, make_code(SECRET, moment)).status for _ in range(2)]

    assert statuses == [200, 400]
    assert log_in_with(tenant, make_code(SECRET, moment + 30)).status == 200


def test_a_code_that_was_taken_is_not_taken_again_after_a_restart(tmp_path: Path) -> None:
    moment = datetime(2040, 1, 31, 8, 0, 1, tzinfo=UTC).timestamp()
    statuses = []

    for _ in range(2):
        with serve_tenant(tmp_path) as tenant:
            tenant.admin("POST", "settings", {"totp_secret": SECRET, "totp_once": True})
            tenant.admin("POST", "clock", {"now": "2040-01-31T08:00:01Z"})
            statuses.append(log_in_with(tenant, make_code(SECRET, moment)).status)

    assert statuses == [200, 400]


def test_a_secret_that_is_none_is_refused(tenant: CleoTenant) -> None:
    assert tenant.admin("POST", "settings", {"totp_secret": "1"}).status == 400


def test_a_refused_log_in_can_be_a_401(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"refused_login": 401})

    assert tenant.log_in("guess").status == 401


def test_a_token_request_in_json_can_be_allowed(tenant: CleoTenant) -> None:
    tenant.admin("POST", "settings", {"json_tokens": True})
    body = b'{"grant_type": "password", "username": "edi-service", "password": "%s"}' % PASSWORD.encode()

    assert tenant.send("POST", "/api/authentication", body, JSON).status == 200
    assert tenant.send("POST", "/api/authentication", b"{}", JSON).status == 400
    assert PASSWORD.encode() not in tenant.admin("GET", "requests").body


def test_user_and_password_open_the_api_by_themselves_only_where_that_is_allowed(tenant: CleoTenant) -> None:
    basic = {"Authorization": f"Basic {base64.b64encode(f'{USERNAME}:{PASSWORD}'.encode()).decode()}"}
    wrong = {"Authorization": "Basic cGFzc3dvcmQ="}

    refused = tenant.send("GET", "/api/folders", headers=basic)
    tenant.admin("POST", "settings", {"basic": True})
    challenged = tenant.send("GET", "/api/folders", headers=wrong)

    assert refused.status == challenged.status == 401
    assert challenged.headers["WWW-Authenticate"] == 'Bearer error="invalid_token", Basic realm="api"'
    assert tenant.send("GET", "/api/folders", headers=basic).status == 200
