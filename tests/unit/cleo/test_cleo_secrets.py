"""Every exchange is reported, and nothing we say ever holds a password or a token."""

import traceback
from urllib.parse import quote, quote_plus

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    CREDENTIALS,
    FILE,
    INBOUND,
    NOON,
    FakeClock,
    FakeTransport,
    Reply,
    as_json,
    file_entry,
    folder_entry,
    in_turn,
    make_client,
    page,
    token,
)

from ml_connector.cleo import CleoError, Client, Exchange, Purpose
from ml_connector.cleo.auth import Token
from ml_connector.cleo.wire import Request

PASSWORD = CREDENTIALS.password
CANARIES = [
    PASSWORD,
    quote(PASSWORD, safe=""),
    quote_plus(PASSWORD, safe=""),
    "tok-canary",
    "ref/canary",
    "ref%2Fcanary",
]


def assert_no_secret(text: str) -> None:
    assert [each for each in CANARIES if each in text] == []


def echo(request: Request) -> str:
    """What an unkind server says back: all it was given."""
    return f"{request.headers} {request.body.decode()} {PASSWORD} {quote_plus(PASSWORD, safe='')} ref/canary"


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 429, 500])
def test_a_server_that_echoes_the_login_does_not_make_us_tell_it(status: int) -> None:
    exchanges: list[Exchange] = []
    transport = FakeTransport(lambda request: as_json({"message": echo(request)}, status=status))
    client = make_client(transport, exchanges=exchanges)

    with pytest.raises(CleoError) as caught:
        client.check()

    said = f"{caught.value!r} {''.join(traceback.format_exception(caught.value))} {exchanges} {client!r} {transport.sent}"
    assert "***" in str(caught.value)
    assert [each for each in CANARIES[:3] if each in said] == []


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 429, 500])
def test_a_server_that_echoes_the_token_does_not_make_us_tell_it(status: int) -> None:
    exchanges: list[Exchange] = []

    def handle(request: Request) -> Reply:
        if request.method == "POST":
            return token("tok-canary")
        return as_json({"message": str(request.headers)}, status=status)

    transport = FakeTransport(handle)
    client = make_client(transport, exchanges=exchanges)

    with pytest.raises(CleoError) as caught:
        client.move(FILE, ARCHIVE) if status == 409 else client.check()

    assert_no_secret(
        f"{caught.value!r} {''.join(traceback.format_exception(caught.value))} {exchanges} {transport.sent}"
    )


def test_a_server_that_echoes_the_refresh_token_does_not_make_us_tell_it() -> None:
    def handle(request: Request) -> Reply:
        if request.purpose is Purpose.LOG_IN:
            return token("tok-canary", refresh_token="ref/canary")
        if request.purpose is Purpose.REFRESH:
            return as_json({"message": f"{request.body.decode()} ref/canary"}, status=500)
        return Reply(status=401)

    client = make_client(FakeTransport(handle))

    with pytest.raises(CleoError) as caught:
        client.check()

    assert "***" in str(caught.value)
    assert_no_secret(str(caught.value))


def test_records_that_hold_secrets_do_not_show_them() -> None:
    request = Request(
        purpose=Purpose.DOWNLOAD, method="GET", url="https://birch.example/f?key=tok-canary", key=""
    )
    held = Token(value="tok-canary", lifetime=None, renew_at=NOON, refreshed=False)

    assert_no_secret(f"{CREDENTIALS!r} {CREDENTIALS} {held!r} {request!r} {request} {request.path}")


def test_an_empty_password_does_not_garble_what_cleo_says() -> None:
    credentials = type(CREDENTIALS)(username="edi", password="")
    transport = in_turn(as_json({"message": "No password"}, status=401))
    client = Client(
        base_url="https://birch.example", credentials=credentials, transport=transport, clock=FakeClock()
    )

    with pytest.raises(CleoError, match=r"answered 401: No password;"):
        client.check()


def test_each_exchange_is_reported_with_what_it_was_for_and_how_it_ended() -> None:
    exchanges: list[Exchange] = []
    transport = in_turn(
        token(),
        page(folder_entry(INBOUND)),
        page(file_entry("F1")),
        Reply(pieces=(b"eleven", b"bytes")),
        Reply(status=409),
    )
    client = make_client(transport, exchanges=exchanges)
    folder = client.find_folder("/edi/inbound")
    list(client.list_files(folder))

    with client.download(FILE) as pieces:
        list(pieces)
    with pytest.raises(CleoError):
        client.move(FILE, ARCHIVE)

    assert [(each.purpose, each.method, each.path, each.status, each.error) for each in exchanges] == [
        (Purpose.LOG_IN, "POST", "/api/authentication", 200, None),
        (Purpose.LIST_FOLDERS, "GET", "/api/folders", 200, None),
        (Purpose.LIST_FILES, "GET", "/api/folders/In-1/files", 200, None),
        (Purpose.DOWNLOAD, "GET", "/api/folders/In-1/files/-F1/content", 200, None),
        (Purpose.MOVE, "PATCH", "/api/folders/In-1/files/-F1", 409, "Conflict"),
    ]
    assert exchanges[3].length == 11


def test_an_exchange_without_an_answer_and_one_cut_short_are_reported_too() -> None:
    exchanges: list[Exchange] = []
    clock = FakeClock()

    def handle(request: Request) -> Reply | CleoError:
        clock.advance(2)
        return token() if request.method == "POST" else CleoError("no connection")

    client = make_client(FakeTransport(handle), clock=clock, exchanges=exchanges)

    with pytest.raises(CleoError, match="no connection"):
        client.check()

    assert [(each.status, each.error) for each in exchanges] == [(200, None), (None, "CleoError")]
    assert [(each.finished - each.started).total_seconds() for each in exchanges] == [2, 2]


def test_a_token_that_ran_out_is_no_error_of_its_exchange() -> None:
    exchanges: list[Exchange] = []
    client = make_client(in_turn(token(), Reply(status=401), token("tok-2"), page()), exchanges=exchanges)

    client.check()

    assert [(each.status, each.error) for each in exchanges] == [
        (200, None),
        (401, None),
        (200, None),
        (200, None),
    ]
