"""A small HTTP server on loopback for a simulator: from request to response, told what the wire does."""

import contextlib
import io
import json
import socket
import socketserver
import struct
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from mlc_sim.bodies import PIECE, Body, gather, hold

HOST = "127.0.0.1"
ADMIN = "/_sim"
#: Every session and token that a simulator issues begins so: one search finds any that stands where it must not.
CANARY: Final = "canary-"
#: The SO_LINGER that makes a close a reset: on, for no time at all.
_NO_LINGERING: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    path: str  #: percent-decoded, without the query
    query: Mapping[str, str] = field(default_factory=dict)  #: decoded; of a repeated name the last value
    headers: Mapping[str, str] = field(default_factory=dict)  #: names in lower case
    body: bytes = b""
    large: Body | None = None  #: a body too large for memory, in place of `body`; see `Server`

    @property
    def content(self) -> Body:
        return self.large or hold(self.body)

    @property
    def accepts_gzip(self) -> bool:
        return "gzip" in self.headers.get("accept-encoding", "")

    def json(self) -> Any:  # noqa: ANN401 - JSON is any shape; its reader checks it
        """The body as JSON, or None when it is empty. Raises ValueError when it is neither."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What goes wrong on the wire. Each of these also closes the connection."""

    drop: bool = False  #: close without a byte of answer
    hang: bool = False  #: before closing, wait until the client has left
    reset: bool = False  #: close with a TCP reset
    sent_bytes: int | None = None  #: stop after so many bytes of the body, its full length announced
    declared_length: int | None = None  #: announce this Content-Length, whatever the body has
    shuts: bool = False  #: first of all the port refuses connections
    shut_seconds: float | None = None  #: for so long; None: until it is opened

    @property
    def is_broken(self) -> bool:
        return self != Delivery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered. Content-Length is added when it is sent."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    large: Body | None = None  #: sent in pieces, in place of `body`
    delivery: Delivery = Delivery()

    @property
    def content(self) -> Body:
        return self.large or hold(self.body)

    @classmethod
    def of_json(cls, value: object, *, status: int = 200) -> "Response":
        """A value as a JSON answer."""
        return cls(
            status=status,
            headers={"Content-Type": "application/json"},
            body=json.dumps(value, ensure_ascii=False).encode(),
        )


class App(Protocol):
    """A simulator. Called from several threads."""

    def __call__(self, request: Request) -> Response:
        """The answer to a request."""
        ...

    def greet(self, head: Request) -> Response | None:
        """The answer to a request whose body is not read yet and then never will be; None: read on."""
        ...


class Server(ThreadingHTTPServer):
    """Holds a port of loopback, where connections are refused until `serve_forever` runs."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: App, *, port: int = 0, spools: bool = False) -> None:
        """Port 0 takes a free one. With `spools` large bodies come as a `Request.large`."""
        super().__init__((HOST, port), _Handler, bind_and_activate=False)
        self.app = app
        self.spools = spools
        self.connections: set[socket.socket] = set()
        self.has_hung_up = False
        try:
            self.server_bind()
        except OSError:
            self.server_close()
            raise

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without the look-up of the host's name that http.server makes."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def hang_up(self) -> None:
        """Take no further request from the connections there are; what is being answered is answered."""
        self.has_hung_up = True
        for connection in self.connections.copy():
            with contextlib.suppress(OSError):  # it may be closing by itself
                connection.shutdown(socket.SHUT_RD)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def handle_error(self, *_: object) -> None:
        """Stay silent about a client that went away; anything else is reported."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # without it each answer waits 40 ms for the client's acknowledgement
    wbufsize = -1  # head and body leave together
    _resets = False

    def _answer(self) -> None:
        if self.server.has_hung_up:  # a socket that was shut still hands out what comes in just then
            self.close_connection = True
            return
        head = self._read_head()
        response = self.server.app.greet(head)
        if response is None:
            response = self._ask(self._read_body(head))
        self._deliver(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - names http.server looks for

    def _read_head(self) -> Request:
        address = urlsplit(self.path)
        return Request(
            method=self.command,
            path=unquote(address.path),
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
        )

    def _read_body(self, head: Request) -> Request:
        encoding, length = self.headers.get("Transfer-Encoding"), self.headers.get("Content-Length")
        pieces = _read_pieces(self.rfile, encoding, length)
        if not self.server.spools:
            return replace(head, body=b"".join(pieces))
        body = gather(pieces)
        return replace(head, large=body) if isinstance(body, Body) else replace(head, body=body)

    def _ask(self, request: Request) -> Response:
        try:
            return self.server.app(request)
        except Exception:  # noqa: BLE001 - a fault of the simulator must reach whoever runs it, not hang the client
            report = traceback.format_exc()
            sys.stderr.write(report)
            return Response.of_json({"error": "the simulator failed", "traceback": report}, status=500)

    def _deliver(self, response: Response) -> None:
        delivery = response.delivery
        if not delivery.drop:
            self._send(response)
        if delivery.is_broken:
            self._break_off(delivery)

    def _send(self, response: Response) -> None:
        declared, content = response.delivery.declared_length, response.content
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.delivery.shuts:
            self.send_header("Connection", "close")  # so that the client knows, and connects anew
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(content.length if declared is None else declared))
        self.end_headers()
        if self.command != "HEAD":
            sent = response.delivery.sent_bytes
            for piece in content.window(
                0, content.length if sent is None else min(sent, content.length)
            ).pieces():
                self.wfile.write(piece)

    def _break_off(self, delivery: Delivery) -> None:
        self.close_connection = True
        self._resets = delivery.reset
        if delivery.hang:
            self.wfile.flush()
            self.rfile.read()

    def finish(self) -> None:
        super().finish()
        self.server.connections.discard(self.connection)
        if self._resets:  # before the server shuts the connection down in order
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
            self.connection.close()

    def log_message(self, *_: object) -> None:
        """Nothing: the simulators record requests themselves."""


def _read_pieces(stream: io.BufferedIOBase, encoding: str | None, length: str | None) -> Iterator[bytes]:
    if (encoding or "").lower() != "chunked":
        yield from _read_so_many(stream, int(length or 0))
        return
    while size := int(stream.readline().split(b";")[0], 16):
        yield from _read_so_many(stream, size)
        stream.readline()
    while stream.readline().strip():  # trailers
        pass


def _read_so_many(stream: io.BufferedIOBase, size: int) -> Iterator[bytes]:
    for start in range(0, size, PIECE):
        yield _read_exactly(stream, min(PIECE, size - start))


def _read_exactly(stream: io.BufferedIOBase, size: int) -> bytes:
    """So many bytes, or ConnectionAbortedError: half a request must not be executed."""
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionAbortedError
    return data
