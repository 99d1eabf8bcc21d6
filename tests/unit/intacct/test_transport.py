"""The real transport against a small server on loopback that does as it is told."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Self, TypeAlias

import pytest

from ml_connector.intacct import Broken, HttpTransport, NotSent

Conduct: TypeAlias = Callable[[socket.socket], None]


class Server:
    """Takes connections on loopback; each is handled by the next conduct."""

    def __init__(self, *conducts: Conduct) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/ia/xml/xmlgw.phtml"
        self.received: list[bytes] = []
        self.connections = 0
        self._conducts = conducts
        self._listener.settimeout(10)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        for conduct in self._conducts:
            connection, _ = self._listener.accept()
            self.connections += 1
            connection.settimeout(10)
            with connection:
                conduct(connection)

    def read_request(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65536)
        head, _, body = request.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
        self.received.append(head + b"\r\n\r\n" + body)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()


@contextmanager
def serving(*answers: bytes) -> Iterator[Server]:
    """A server that gives these answers on one kept connection."""

    def conduct(connection: socket.socket) -> None:
        for given in answers:
            server.read_request(connection)
            connection.sendall(given)

    server = Server(conduct)
    with server:
        yield server


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    transport.close()


def http(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def test_a_request_goes_out_as_xml_and_the_answer_comes_back_whole(transport: HttpTransport) -> None:
    with serving(http(b"<response/>", headers="Retry-After: 7\r\n")) as server:
        answer = transport.send(server.url, b"<request/>", timeout=5)

    assert (answer.status, answer.body) == (200, b"<response/>")
    assert answer.headers["retry-after"] == "7"
    head = server.received[0].lower()
    assert head.startswith(b"post /ia/xml/xmlgw.phtml http/1.1\r\n")
    assert b"content-type: application/xml\r\n" in head
    assert b"user-agent: ml-connector\r\n" in head
    assert b"accept-encoding: gzip\r\n" in head
    assert server.received[0].endswith(b"\r\n\r\n<request/>")


def test_an_answer_may_be_compressed(transport: HttpTransport) -> None:
    with serving(http(gzip.compress(b"<response/>"), headers="Content-Encoding: gzip\r\n")) as server:
        assert transport.send(server.url, b"x", timeout=5).body == b"<response/>"


def test_the_connection_is_kept_for_the_next_request(transport: HttpTransport) -> None:
    with serving(http(b"1"), http(b"2")) as server:
        bodies = [transport.send(server.url, b"x", timeout=5).body for _ in range(2)]

    assert bodies == [b"1", b"2"]
    assert server.connections == 1


def test_a_connection_given_up_is_made_anew_by_the_next_request(transport: HttpTransport) -> None:
    transport.rest()
    with serving(http(b"1")) as server:
        assert transport.send(server.url, b"x", timeout=5).body == b"1"
        transport.rest()
    with serving(http(b"2")) as server:
        assert transport.send(server.url, b"x", timeout=5).body == b"2"


@pytest.mark.parametrize("status", ["302 Found", "429 Too Many Requests", "502 Bad Gateway"])
def test_every_status_is_an_answer_and_no_redirect_is_followed(transport: HttpTransport, status: str) -> None:
    with serving(http(b"page", status=status, headers="Location: http://127.0.0.1:1/\r\n")) as server:
        answer = transport.send(server.url, b"x", timeout=5)

    assert (answer.status, answer.body) == (int(status[:3]), b"page")
    assert len(server.received) == 1


def test_a_connection_that_is_refused_has_sent_nothing(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(NotSent, match=f"127.0.0.1:{port}"):
        transport.send(f"http://127.0.0.1:{port}/", b"x", timeout=5)


@pytest.mark.parametrize("url", ["gopher://127.0.0.1/", "http://[127.0.0.1/"])
def test_an_address_nobody_could_send_to_has_sent_nothing(transport: HttpTransport, url: str) -> None:
    with pytest.raises(NotSent):
        transport.send(url, b"x", timeout=5)


def test_another_address_takes_the_place_of_the_kept_connection(transport: HttpTransport) -> None:
    with serving(http(b"login")) as first, serving(http(b"session")) as second:
        bodies = [transport.send(server.url, b"x", timeout=5).body for server in (first, second)]

    assert bodies == [b"login", b"session"]


def test_a_connection_that_ends_before_the_request_is_written_has_sent_nothing(
    transport: HttpTransport,
) -> None:
    def hang_up_early(connection: socket.socket) -> None:
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    with Server(hang_up_early) as server, pytest.raises(NotSent):
        transport.send(server.url, b"x" * 50_000_000, timeout=5)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<response>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<resp",
        b"not even HTTP\r\n\r\n",
        http(b"not compressed", headers="Content-Encoding: gzip\r\n"),
    ],
)
def test_an_answer_that_breaks_off_or_is_garbled_is_broken(
    transport: HttpTransport, beginning: bytes
) -> None:
    with serving(beginning) as server, pytest.raises(Broken):
        transport.send(server.url, b"x", timeout=5)

    assert server.received[0].endswith(b"\r\n\r\nx")


def test_an_answer_that_does_not_come_in_time_is_broken(transport: HttpTransport) -> None:
    given_up = threading.Event()

    def keep_silent(connection: socket.socket) -> None:
        server.read_request(connection)
        given_up.wait(10)

    server = Server(keep_silent)
    with server:
        with pytest.raises(Broken, match="ReadTimeout"):
            transport.send(server.url, b"x", timeout=0.05)
        given_up.set()


def test_an_answer_that_drips_is_broken_when_its_time_is_over() -> None:
    hours = count(0, 3600.0)
    transport = HttpTransport(clock=lambda: next(hours))

    with serving(http(b"<response/>")) as server, pytest.raises(Broken, match="did not end within 60 s"):
        transport.send(server.url, b"x", timeout=60)

    transport.close()


@pytest.mark.parametrize("headers", ["", "Content-Encoding: gzip\r\n"])
def test_an_answer_beyond_all_measure_is_broken_and_the_next_one_is_read(headers: str) -> None:
    transport = HttpTransport(largest=10_000)
    large = b"x" * 10_001
    body = gzip.compress(large) if headers else large

    with serving(http(body, headers=headers)) as server, pytest.raises(Broken, match="more than 10000 bytes"):
        transport.send(server.url, b"x", timeout=5)
    with serving(http(b"x" * 10_000)) as server:
        assert len(transport.send(server.url, b"x", timeout=5).body) == 10_000

    transport.close()


def test_a_thread_that_waits_for_another_has_sent_nothing_and_says_what_it_waited_for() -> None:
    transport = HttpTransport(patience=0.05)
    is_asked, may_answer = threading.Event(), threading.Event()

    def answer_late(connection: socket.socket) -> None:
        server.read_request(connection)
        is_asked.set()
        may_answer.wait(10)
        connection.sendall(http(b"late"))

    server = Server(answer_late)
    with server:
        first = threading.Thread(target=transport.send, args=(server.url, b"x"), kwargs={"timeout": 10})
        first.start()
        is_asked.wait(10)
        with pytest.raises(NotSent, match=r"another request was under way for 0\.05 s"):
            transport.send(server.url, b"y", timeout=10)
        may_answer.set()
        first.join(10)

    assert len(server.received) == 1
    transport.close()


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    transport = HttpTransport()

    with serving(http(b"direct")) as server:
        assert transport.send(server.url, b"x", timeout=5).body == b"direct"

    transport.close()


def test_what_is_closed_has_sent_nothing() -> None:
    transport = HttpTransport()
    transport.close()

    with pytest.raises(NotSent, match="closed"):
        transport.send("http://127.0.0.1:9/", b"<request/>", timeout=1)
