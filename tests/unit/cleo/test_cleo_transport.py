"""The real transport against a small server on loopback."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import pytest
from tests.unit.cleo.fakes import ARCHIVE, CREDENTIALS, FILE, FakeClock

from ml_connector.cleo import AnswerUnreadable, Client, Incomplete, NotSent, Purpose, Request, Unavailable
from ml_connector.cleo.transport import HttpTransport

CONTENT = b"ISA*00*" + bytes(range(256)) * 2000


class TinyCleo(ThreadingHTTPServer):
    """Serves on a free port and remembers who asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections: set[object] = set()
        self.seen: list[dict[str, str]] = []
        self.logins = 0

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    """Tokens, of which the first has run out; one file, one move; and some ill manners by path."""

    protocol_version = "HTTP/1.1"
    server: TinyCleo

    def do_POST(self) -> None:
        if self.path.startswith("/api/folders"):
            received = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(201)
            body = json.dumps({"id": "-U1", "length": len(received)}).encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.server.logins += 1
        body = json.dumps({"access_token": f"tok-{self.server.logins}"}).encode()
        self.answer(200, body, {"Set-Cookie": "session=1; Path=/"})

    def do_PATCH(self) -> None:
        self.answer(200, b'{"id": "-F1"}')

    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.answer(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"})
        elif self.path == "/short":
            self.close_connection = True
            self.answer(200, CONTENT[:1000], {"Content-Length": "5000"})
        elif self.path == "/gzip":
            self.answer(200, b"not gzip at all", {"Content-Encoding": "gzip"})
        elif self.headers.get("Authorization") == "Bearer tok-1":
            self.answer(401, b'{"message": "Token expired"}')
        elif self.path == "/nothing":
            self.close_connection = True
        else:
            self.answer(200, CONTENT)

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.connections.add(self.client_address)
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[TinyCleo]:
    with TinyCleo() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport(timeout=5.0)
    yield transport
    transport.close()


def ask(url: str) -> Request:
    return Request(purpose=Purpose.DOWNLOAD, method="GET", url=url, key="files.content")


def read(transport: HttpTransport, request: Request) -> bytes:
    with transport.open(request) as answer:
        return b"".join(answer.pieces)


def test_login_renewal_download_and_move_share_one_connection_and_no_cookies(
    server: TinyCleo,
) -> None:
    file = replace(FILE, length=len(CONTENT))
    transport = HttpTransport()
    client = Client(base_url=server.url(), credentials=CREDENTIALS, transport=transport, clock=FakeClock())

    with client.download(file) as pieces:
        received = list(pieces)
    client.move(file, ARCHIVE)
    with client.download(file) as pieces:
        again = b"".join(pieces)
    client.close()

    assert b"".join(received) == again == CONTENT
    assert len(received) > 1
    assert len(server.connections) == 1
    assert [request.get("authorization") for request in server.seen] == [
        None,
        "Bearer tok-1",
        None,
        *["Bearer tok-2"] * 3,
    ]
    assert [request.get("accept-encoding") for request in server.seen] == ["identity"] * 6
    assert not any("cookie" in request for request in server.seen)


def test_a_client_that_rested_connects_anew_with_the_token_it_has(server: TinyCleo) -> None:
    file = replace(FILE, length=len(CONTENT))
    client = Client(
        base_url=server.url(), credentials=CREDENTIALS, transport=HttpTransport(), clock=FakeClock()
    )
    with client.download(file) as pieces:
        before = b"".join(pieces)

    client.rest()
    with client.download(file) as pieces:
        after = b"".join(pieces)
    client.close()

    assert before == after == CONTENT
    assert len(server.connections) == 2
    assert [request.get("authorization") for request in server.seen] == [
        None,
        "Bearer tok-1",
        None,
        *["Bearer tok-2"] * 2,
    ]


def test_an_upload_goes_in_pieces_with_its_length_announced(
    server: TinyCleo, transport: HttpTransport
) -> None:
    client = Client(base_url=server.url(), credentials=CREDENTIALS, transport=transport, clock=FakeClock())
    length = len(CONTENT) * 40

    stored = client.upload(ARCHIVE, name="big.edi", pieces=lambda: iter([CONTENT] * 40), length=length)

    assert stored.length == length
    assert server.seen[-1]["content-length"] == str(length)
    assert "transfer-encoding" not in server.seen[-1]


def test_a_redirect_is_an_answer_and_is_not_followed(server: TinyCleo, transport: HttpTransport) -> None:
    with transport.open(ask(server.url("/redirect"))) as answer:
        assert answer.status == 302
        assert answer.headers["location"] == "http://127.0.0.1:9/elsewhere"


@pytest.mark.parametrize("path", ["/short", "/gzip"])
def test_a_body_that_breaks_off_or_cannot_be_unpacked_is_incomplete(
    server: TinyCleo, transport: HttpTransport, path: str
) -> None:
    with pytest.raises(Incomplete, match=rf"GET {path} broke off: \w+; fetch it again"):
        read(transport, ask(server.url(path)))


def test_a_server_that_hangs_up_is_unavailable(server: TinyCleo, transport: HttpTransport) -> None:
    with pytest.raises(
        Unavailable, match=r"GET /nothing got no answer: RemoteProtocolError; try again later"
    ):
        read(transport, ask(server.url("/nothing")))


def test_a_port_where_nobody_listens_is_unavailable_with_the_systems_words(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NotSent, match=r"GET /api got no answer: ConnectError \(.*refused.*\)"):
        read(transport, ask(f"http://127.0.0.1:{port}/api"))


def test_a_server_that_keeps_silent_is_unavailable() -> None:
    transport = HttpTransport(timeout=0.2)

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable, match="ReadTimeout"):
        read(transport, ask(f"http://127.0.0.1:{silent.getsockname()[1]}/api"))

    transport.close()


def trickle(server: socket.socket, served: list[int]) -> None:
    """A head of which a line comes now and then, and never the last one."""
    connection, _ = server.accept()
    rest = threading.Event()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            served.append(connection.send(b"X-More: yes\r\n"))
            rest.wait(0.02)


def test_a_head_that_trickles_in_does_not_keep_us_for_ever() -> None:
    transport = HttpTransport(timeout=0.1)
    served: list[int] = []

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server, served))
        thread.start()
        with pytest.raises(Unavailable, match=r"GET /api got no answer: its head did not end; try again"):
            read(transport, ask(f"http://127.0.0.1:{server.getsockname()[1]}/api"))
        thread.join()
    transport.close()

    assert len(served) > 1


def test_a_head_that_came_in_time_leaves_nothing_that_cuts_a_long_body(server: TinyCleo) -> None:
    transport = HttpTransport(timeout=0.1)

    with transport.open(ask(server.url("/file"))) as answer:
        threading.Event().wait(0.3)
        content = b"".join(answer.pieces)
    transport.close()

    assert content == CONTENT


def test_a_request_that_gets_no_connection_of_its_own_was_not_sent(server: TinyCleo) -> None:
    transport = HttpTransport(timeout=0.05)

    with ExitStack() as answers:
        for _ in range(4):
            answers.enter_context(transport.open(ask(server.url("/file"))))
        with pytest.raises(NotSent, match="all connections are in use"):
            read(transport, ask(server.url("/file")))

    assert read(transport, ask(server.url("/file"))) == CONTENT
    transport.close()


def test_a_link_too_long_for_an_address_is_an_unreadable_answer(transport: HttpTransport) -> None:
    with pytest.raises(AnswerUnreadable, match="is no address"):
        read(transport, ask(f"http://127.0.0.1:9/{'x' * 70_000}"))


def test_a_proxy_in_the_environment_has_no_say(server: TinyCleo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    transport = HttpTransport(timeout=5.0)

    assert read(transport, ask(server.url("/file"))) == CONTENT

    transport.close()
