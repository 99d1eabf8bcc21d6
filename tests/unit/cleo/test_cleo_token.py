"""How the client gets its token, renews it and stops asking for it."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    CREDENTIALS,
    INBOUND,
    NOON,
    FakeClock,
    FakeTransport,
    Reply,
    as_json,
    bearer,
    folder_entry,
    in_turn,
    make_client,
    page,
    token,
)

from ml_connector.cleo import (
    CIC_FOLDERS,
    AnswerUnreadable,
    Credentials,
    CredentialsRefused,
    Misconfigured,
    NotSent,
    Purpose,
    Rejected,
    Request,
    Throttled,
    Unavailable,
)
from ml_connector.cleo.accounts import OwnBook
from ml_connector.cleo.totp import make_code

FOLDERS = page(folder_entry(INBOUND), folder_entry(ARCHIVE))
REFUSED = as_json({"error": "invalid_grant", "error_description": "Bad credentials"}, status=400)


def test_the_first_call_logs_in_with_percent_encoded_form_fields() -> None:
    transport = in_turn(token(), FOLDERS)

    make_client(transport).find_folder("/edi/inbound")

    login = transport.sent[0]
    assert (login.method, login.url) == ("POST", "https://birch.example/api/authentication")
    assert dict(login.headers)["content-type"] == "application/x-www-form-urlencoded"
    assert login.body == (
        b"grant_type=password&username=edi%40birch.example&password=s3cret%20%2B%26%25%2F%3D%C3%BC"
    )
    assert bearer(login) is None
    assert bearer(transport.sent[1]) == "Bearer tok-1"


def test_a_token_serves_until_shortly_before_the_end_that_cleo_named() -> None:
    clock = FakeClock()
    transport = in_turn(token(expires_in=3600), FOLDERS, FOLDERS, token("tok-2"), FOLDERS)
    client = make_client(transport, clock=clock)

    client.find_folder("/edi/inbound")
    clock.advance(3539)
    client.find_folder("/edi/inbound")
    clock.advance(1)
    client.find_folder("/edi/inbound")

    assert [bearer(each) for each in transport.sent if each.method == "GET"] == [
        "Bearer tok-1",
        "Bearer tok-1",
        "Bearer tok-2",
    ]


@pytest.mark.parametrize("told", [None, "soon", 0, -5, True, 1.5])
def test_a_token_without_a_usable_lifetime_serves_a_quarter_of_an_hour(told: object) -> None:
    clock = FakeClock()
    transport = in_turn(token(expires_in=told), FOLDERS, FOLDERS, token("tok-2"), FOLDERS)
    client = make_client(transport, clock=clock)

    assert client.check().token_lifetime is None
    clock.advance(839)
    client.check()
    clock.advance(1)
    client.check()

    assert bearer(transport.sent[-1]) == "Bearer tok-2"


def test_a_token_that_lives_two_seconds_is_not_renewed_for_every_call() -> None:
    clock = FakeClock()
    transport = in_turn(token(expires_in="2"), FOLDERS, FOLDERS, token("tok-2", expires_in=2), FOLDERS)
    client = make_client(transport, clock=clock)

    client.check()
    clock.advance(1.7)
    client.check()
    clock.advance(0.1)
    client.check()

    assert [bearer(each) for each in transport.sent if each.method == "GET"][-2:] == [
        "Bearer tok-1",
        "Bearer tok-2",
    ]


def test_no_token_is_trusted_for_more_than_a_day() -> None:
    client = make_client(in_turn(token(expires_in=10**17), FOLDERS))

    lifetime = client.check().token_lifetime

    assert lifetime is not None
    assert lifetime.days == 1


def test_a_401_is_met_by_the_refresh_token_and_the_call_is_repeated_once() -> None:
    transport = in_turn(token(refresh_token="r/1"), Reply(status=401), token("tok-2"), FOLDERS)

    make_client(transport).find_folder("/edi/inbound")

    assert transport.sent[2].body == b"grant_type=refresh_token&refresh_token=r%2F1"
    assert transport.sent[2].purpose is Purpose.REFRESH
    assert bearer(transport.sent[3]) == "Bearer tok-2"
    assert len(transport.sent) == 4


@pytest.mark.parametrize(
    "refusal",
    [
        REFUSED,
        Reply(status=401),
        Reply(status=404),
        Reply(status=405),
        Reply(pieces=(b"<html>Sign in</html>",)),
    ],
    ids=["400", "401", "404", "405", "a page"],
)
def test_a_refresh_token_that_is_not_taken_is_followed_by_a_full_login(refusal: Reply) -> None:
    transport = in_turn(token(refresh_token="r1"), Reply(status=401), refusal, token("tok-2"), FOLDERS)

    make_client(transport).find_folder("/edi/inbound")

    assert transport.sent[3].body.startswith(b"grant_type=password&")
    assert bearer(transport.sent[4]) == "Bearer tok-2"


def test_a_refresh_token_serves_once_even_if_cleo_could_not_answer() -> None:
    transport = in_turn(
        token(refresh_token="r1"), Reply(status=401), Reply(status=503), token("tok-2"), FOLDERS
    )
    client = make_client(transport)

    with pytest.raises(Unavailable, match=r"POST /api/authentication answered 503"):
        client.find_folder("/edi/inbound")
    client.find_folder("/edi/inbound")

    assert transport.sent[3].purpose is Purpose.LOG_IN


def test_a_second_401_is_an_error_and_the_next_call_starts_with_a_full_login() -> None:
    transport = in_turn(
        token(refresh_token="r1"),
        Reply(status=401),
        token("tok-2", refresh_token="r2"),
        Reply(status=401),
        token("tok-3"),
        FOLDERS,
    )
    client = make_client(transport)

    with pytest.raises(CredentialsRefused, match=r"GET /api/folders answered 401"):
        client.find_folder("/edi/inbound")
    client.find_folder("/edi/inbound")

    assert [each.purpose for each in transport.sent] == [
        Purpose.LOG_IN,
        Purpose.LIST_FOLDERS,
        Purpose.REFRESH,
        Purpose.LIST_FOLDERS,
        Purpose.LOG_IN,
        Purpose.LIST_FOLDERS,
    ]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_are_not_offered_again_for_a_minute(status: int) -> None:
    clock = FakeClock()
    refusal = as_json({"message": "Account locked"}, status=status)
    transport = in_turn(refusal, token(), FOLDERS)
    client = make_client(transport, clock=clock)

    with pytest.raises(CredentialsRefused, match=r"Account locked; check user name and password"):
        client.check()
    clock.advance(59)
    with pytest.raises(CredentialsRefused, match=r"Account locked.*not asked again before 12:01:00 UTC"):
        client.check()
    assert len(transport.sent) == 1
    clock.advance(1)
    client.check()

    assert len(transport.sent) == 3


def test_a_login_that_cleo_could_not_answer_may_be_repeated_at_once() -> None:
    transport = in_turn(Unavailable("no connection"), Reply(status=429), token(), FOLDERS)
    client = make_client(transport)

    with pytest.raises(Unavailable, match="no connection"):
        client.check()
    with pytest.raises(Throttled):
        client.check()

    assert client.check().folders == (INBOUND, ARCHIVE)


def test_a_wrong_token_path_names_its_key() -> None:
    client = make_client(in_turn(Reply(status=404)))

    with pytest.raises(Rejected, match=r"answered 404; .*auth\.token_path"):
        client.check()


@pytest.mark.parametrize("value", [None, "", 17, "two words", "line\nend", "ümlaut"])
def test_an_answer_without_a_usable_token_names_the_key_to_look_at(value: object) -> None:
    client = make_client(in_turn(as_json({"access_token": value})))

    with pytest.raises(AnswerUnreadable, match=r"auth\.response\.access_token") as caught:
        client.check()

    assert str(value or "-----") not in str(caught.value)


def test_a_second_factor_is_sent_with_the_password_and_only_with_it() -> None:
    credentials = Credentials(
        username="edi", password="pw", totp_secret="GEZD GNBV GY3T QOJQ gezd gnbv gy3t qojq"
    )
    transport = in_turn(token(refresh_token="r1"), Reply(status=401), token("tok-2"), FOLDERS)

    make_client(transport, credentials=credentials).check()

    code = make_code(credentials.totp_secret, at=NOON)
    assert transport.sent[0].body == f"grant_type=password&username=edi&password=pw&totp_code={code}".encode()
    assert transport.sent[2].body == b"grant_type=refresh_token&refresh_token=r1"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B: the last six of its eight digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert make_code(secret, at=datetime.fromtimestamp(seconds, UTC)) == code


def test_a_secret_that_is_none_is_told_without_being_shown() -> None:
    credentials = Credentials(username="edi", password="pw", totp_secret="0189!")
    client = make_client(in_turn(), credentials=credentials)

    with pytest.raises(Misconfigured, match="no base32") as caught:
        client.check()

    assert "0189" not in str(caught.value)
    assert "0189" not in repr(credentials)


def test_a_tenant_may_want_its_tokens_asked_for_in_json() -> None:
    transport = in_turn(token(), FOLDERS)

    make_client(transport, profile=CIC_FOLDERS.override({"auth.body": "json"})).check()

    assert dict(transport.sent[0].headers)["content-type"] == "application/json"
    assert json.loads(transport.sent[0].body) == {
        "grant_type": "password",
        "username": CREDENTIALS.username,
        "password": CREDENTIALS.password,
    }


def test_threads_that_are_refused_together_share_one_renewal() -> None:
    threads = 8
    all_refused = Barrier(threads, timeout=30)

    def handle(request: Request) -> Reply:
        if request.method == "POST":
            Event().wait(0.05)  # time enough for another thread to come in between, if it could
            return token(
                f"tok-{1 + sum(each.method == 'POST' for each in transport.sent)}", refresh_token="r"
            )
        if bearer(request) == "Bearer tok-2":
            all_refused.wait()
            return Reply(status=401)
        return FOLDERS

    transport = FakeTransport(handle)
    client = make_client(transport)
    found: list[str] = []

    workers = [
        Thread(target=lambda: found.append(client.find_folder("/edi/archive").id)) for _ in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert found == ["Ar-1"] * threads
    assert [each.purpose for each in transport.sent if each.method == "POST"] == [
        Purpose.LOG_IN,
        Purpose.REFRESH,
    ]


def test_threads_that_start_together_share_one_refusal() -> None:
    def handle(_request: Request) -> Reply:
        Event().wait(0.05)
        return REFUSED

    transport = FakeTransport(handle)
    client = make_client(transport)
    refused: list[CredentialsRefused] = []

    def work() -> None:
        with pytest.raises(CredentialsRefused) as caught:
            client.check()
        refused.append(caught.value)

    workers = [Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(refused) == 8
    assert len(transport.sent) == 1


def test_a_closed_client_forgets_its_token() -> None:
    transport = in_turn(token(refresh_token="r1"), FOLDERS, token("tok-2"), FOLDERS)
    client = make_client(transport)
    client.check()

    client.close()
    client.check()

    assert transport.closed
    assert transport.sent[2].purpose is Purpose.LOG_IN


def test_a_second_client_does_not_repeat_a_refused_log_in_within_the_minute() -> None:
    clock, accounts = FakeClock(), OwnBook()
    with pytest.raises(CredentialsRefused):
        make_client(in_turn(Reply(status=401)), clock=clock, accounts=accounts).check()

    silent = in_turn()
    with pytest.raises(CredentialsRefused, match="not asked again before 12:01:00 UTC"):
        make_client(silent, clock=clock, accounts=accounts).check()
    corrected = replace(CREDENTIALS, password="another")
    make_client(in_turn(token(), page()), clock=clock, accounts=accounts, credentials=corrected).check()
    clock.advance(60)
    make_client(in_turn(token(), page()), clock=clock, accounts=accounts).check()

    assert silent.sent == []


def test_a_code_of_a_second_factor_is_sent_once_whoever_asks() -> None:
    clock, accounts = FakeClock(), OwnBook()
    account = replace(CREDENTIALS, totp_secret="JBSWY3DPEHPK3PXP")
    make_client(in_turn(token(), page()), clock=clock, accounts=accounts, credentials=account).check()

    silent = in_turn()
    with pytest.raises(NotSent, match="try again after 12:00:30 UTC") as caught:
        make_client(silent, clock=clock, accounts=accounts, credentials=account).check()
    clock.advance(30)
    make_client(in_turn(token(), page()), clock=clock, accounts=accounts, credentials=account).check()

    assert silent.sent == []
    assert caught.value.retry_after == timedelta(seconds=30)


def test_a_refusal_says_what_else_may_be_wrong_where_there_is_a_second_factor() -> None:
    account = replace(CREDENTIALS, totp_secret="JBSWY3DPEHPK3PXP")
    refused = Reply(status=400)

    with pytest.raises(CredentialsRefused, match=r"check user name and password$"):
        make_client(in_turn(refused)).check()
    with pytest.raises(CredentialsRefused, match=r"secret of its second factor, and this machine's clock$"):
        make_client(in_turn(refused), credentials=account).check()


def test_a_second_factor_that_was_missing_is_tried_as_soon_as_it_is_there() -> None:
    book = OwnBook()
    with pytest.raises(CredentialsRefused):
        make_client(in_turn(Reply(status=400)), accounts=book).check()

    account = replace(CREDENTIALS, totp_secret="JBSWY3DPEHPK3PXP")
    transport = in_turn(token(), FOLDERS)
    make_client(transport, credentials=account, accounts=book).check()

    assert len(transport.sent) == 2
