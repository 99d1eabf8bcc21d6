"""The wire itself, on real sockets: how connections break, and a port that is shut and opened again."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import urlsplit

import pytest

from mlc_sim.faults import Fault, FaultScript
from mlc_sim.process import Entrance
from mlc_sim.serving import Request, Response, Server

BODY = b"0123456789"


class Echo:
    """A simulator that answers its ten bytes, through the faults that are set."""

    def __init__(self) -> None:
        self.faults = FaultScript()
        self.executed = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, request: Request) -> Response:
        facts = {"method": request.method, "path": request.path}
        return self.faults.answer(facts, self._execute, accepts_gzip=request.accepts_gzip)

    def greet(self, head: Request) -> Response | None:
        return self.faults.greet({"method": head.method, "path": head.path})

    def _execute(self) -> Response:
        self.executed.set()
        assert self.may_answer.wait(60)
        return Response(body=BODY)


class Site:
    """The simulator at its port, with the few ways to reach it."""

    def __init__(self) -> None:
        self.echo = Echo()
        self.entrance = Entrance(lambda _: self.echo)
        self.entrance.open()

    def connect(self) -> HTTPConnection:
        connection = HTTPConnection(urlsplit(self.entrance.url).netloc, timeout=30)
        connection.connect()
        return connection

    def connect_raw(self) -> socket.socket:
        address = urlsplit(self.entrance.url)
        return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30)

    def ask(self, body: bytes = b"", headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        connection = self.connect()
        try:
            connection.request("POST", "/", body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def order(self, action: str, **options: object) -> None:
        self.echo.faults.add(Fault(action=action, options=options))

    def listen(self, order: object) -> tuple[int, object]:
        """What the admin route answers."""
        request = Request(method="POST", path="/_sim/listen", body=json.dumps(order).encode())
        response = self.entrance(request)
        return response.status, json.loads(response.body)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.entrance.close()


@pytest.mark.parametrize(("when", "was_executed"), [("before", False), ("after", True)])
def test_a_connection_can_be_reset_before_and_after_the_execution(
    site: Site,
    when: str,
    was_executed: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    site.order("reset", when=when)

    with pytest.raises(ConnectionResetError):
        site.ask(b"body")

    assert site.echo.executed.is_set() is was_executed
    assert site.ask() == (200, BODY)


def test_a_connection_can_be_reset_before_the_body_has_come(site: Site) -> None:
    site.order("reset_unread")
    with site.connect_raw() as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n")

        with pytest.raises(ConnectionResetError):
            raw.recv(1)

    assert not site.echo.executed.is_set()


def test_a_client_in_the_midst_of_a_large_body_is_reset_too(site: Site) -> None:
    site.order("reset_unread")

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        site.ask(bytes(50_000_000))

    assert not site.echo.executed.is_set()


def test_a_connection_can_be_reset_in_the_middle_of_the_answer(site: Site) -> None:
    site.order("truncate", bytes=4, reset=True)
    connection = site.connect()
    connection.request("POST", "/")
    answer = connection.getresponse()

    assert answer.headers["Content-Length"] == "10"
    assert answer.read(4) == BODY[:4]
    with pytest.raises(ConnectionResetError):
        answer.read()
    connection.close()


def test_an_answer_cut_and_announced_so_comes_as_if_it_were_whole(site: Site) -> None:
    site.order("truncate", bytes=4)
    site.order("length", declared=4)

    assert site.ask() == (200, BODY[:4])


def test_a_dropped_connection_is_closed_in_order(site: Site) -> None:
    site.order("drop")

    with pytest.raises(RemoteDisconnected):
        site.ask()


def test_a_hanging_connection_says_nothing_until_the_client_leaves(site: Site) -> None:
    site.order("hang", when="after")
    with site.connect_raw() as raw:
        raw.sendall(b"POST / HTTP/1.1\r\n\r\n")
        assert site.echo.executed.wait(60)
        raw.settimeout(0.1)
        with pytest.raises(TimeoutError):
            raw.recv(1)

        raw.settimeout(30)
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(1) == b""


def test_a_late_request_is_executed_when_its_client_has_long_gone(site: Site) -> None:
    site.order("late", seconds=0.05)

    with pytest.raises(RemoteDisconnected):
        site.ask()

    assert site.echo.executed.wait(60)


def test_compression_is_for_the_client_that_accepts_it(site: Site) -> None:
    site.echo.faults.add(Fault(action="gzip", times=2))

    assert site.ask() == (200, BODY)
    assert site.ask(headers={"Accept-Encoding": "deflate, gzip"})[1].startswith(b"\x1f\x8b")


def test_connections_are_refused_while_the_port_is_shut(site: Site) -> None:
    assert site.listen({"accept": False}) == (200, {"accept": False})
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            site.connect()

    assert site.listen({"accept": False}) == (200, {"accept": False})
    assert site.listen({"accept": True}) == (200, {"accept": True})
    assert site.listen({"accept": True}) == (200, {"accept": True})
    assert site.ask() == (200, BODY)


def test_the_port_opens_by_itself_after_the_time_given(site: Site) -> None:
    site.listen({"accept": False, "seconds": 3600})
    site.listen({"accept": False, "seconds": 0.05})

    for _ in range(3000):
        try:
            assert site.ask() == (200, BODY)
            break
        except ConnectionRefusedError:
            threading.Event().wait(0.02)
    assert json.loads(site.entrance(Request(method="GET", path="/_sim/listen")).body) == {"accept": True}


def test_an_idle_connection_is_closed_when_the_port_is_shut(site: Site) -> None:
    with site.connect_raw() as raw:
        raw.sendall(b"POST / HTTP/1.1\r\n\r\n")
        with raw.makefile("rb") as answer:
            while answer.readline().strip():  # the head
                pass
            assert answer.read(len(BODY)) == BODY

            site.listen({"accept": False})

            assert answer.read() == b""


def test_a_request_under_way_is_answered_although_the_port_is_shut(site: Site) -> None:
    site.echo.may_answer.clear()
    connection = site.connect()
    connection.request("POST", "/")
    assert site.echo.executed.wait(60)

    site.listen({"accept": False})
    site.echo.may_answer.set()

    assert connection.getresponse().read() == BODY
    connection.close()


def test_the_port_can_be_shut_by_a_request_that_came_through_it(site: Site) -> None:
    connection = site.connect()
    connection.request("POST", "/_sim/listen", b'{"accept": false}')

    assert connection.getresponse().read() == b'{"accept": false}'
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        site.connect()


@pytest.mark.parametrize("seconds", [None, 3600])
def test_a_fault_shuts_the_port_and_then_answers(site: Site, seconds: float | None) -> None:
    site.order("shut", seconds=seconds)
    connection = site.connect()
    connection.request("POST", "/")

    answer = connection.getresponse()

    assert (answer.read(), answer.headers["Connection"]) == (BODY, "close")
    connection.close()
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            site.connect()
    site.listen({"accept": True})
    assert site.ask() == (200, BODY)


def test_an_answer_that_is_lost_may_be_the_last_for_a_while(site: Site) -> None:
    site.order("shut")
    site.order("drop", when="after")

    with pytest.raises(RemoteDisconnected):
        site.ask()

    assert site.echo.executed.is_set()
    with pytest.raises(ConnectionRefusedError):
        site.connect()


def test_an_answer_may_end_in_silence(site: Site) -> None:
    site.order("truncate", bytes=4, hang=True)
    with site.connect_raw() as raw, raw.makefile("rb") as answer:
        raw.sendall(b"POST / HTTP/1.1\r\n\r\n")
        while answer.readline().strip():  # the head
            pass

        assert answer.read(4) == BODY[:4]
        raw.settimeout(0.1)
        with pytest.raises(TimeoutError):
            raw.recv(1)


@pytest.mark.parametrize("order", [None, {"accept": "yes"}, {"seconds": 3}, [1]])
def test_an_order_about_the_port_that_makes_no_sense_is_refused(site: Site, order: object) -> None:
    status, _ = site.listen(order)

    assert status == 400
    assert site.ask() == (200, BODY)


def test_a_port_that_is_taken_is_refused_and_not_held(site: Site) -> None:
    port = urlsplit(site.entrance.url).port or 0

    with pytest.raises(OSError, match="in use"):
        Server(site.echo, port=port)
