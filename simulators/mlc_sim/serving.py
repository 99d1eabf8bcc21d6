"""A small HTTP server on loopback for a simulator: one function from request to response, told what the wire does."""

import io
import json
import os
import signal
import socketserver
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOST = "127.0.0.1"
ADMIN = "/_sim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    path: str  #: percent-decoded, without the query
    query: Mapping[str, str] = field(default_factory=dict)  #: decoded; of a repeated name the last value
    headers: Mapping[str, str] = field(default_factory=dict)  #: names in lower case
    body: bytes = b""

    def json(self) -> Any:  # noqa: ANN401 - JSON is any shape; its reader checks it
        """The body as JSON, or None when it is empty. Raises ValueError when it is neither."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What goes wrong on the wire. Each of these also closes the connection."""

    drop: bool = False  #: close without a byte of answer
    sent_bytes: int | None = None  #: stop after so many bytes of the body, its full length announced
    declared_length: int | None = None  #: announce this Content-Length, whatever the body has

    @property
    def is_broken(self) -> bool:
        return self != Delivery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered. Content-Length is added when it is sent."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = Delivery()

    @classmethod
    def of_json(cls, value: object, *, status: int = 200) -> "Response":
        """A value as a JSON answer."""
        return cls(
            status=status,
            headers={"Content-Type": "application/json"},
            body=json.dumps(value, ensure_ascii=False).encode(),
        )


App = Callable[[Request], Response]


class Server(ThreadingHTTPServer):
    """Listens on loopback as soon as it exists; answers once `serve_forever` runs."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, make_app: Callable[[str], App], *, port: int = 0) -> None:
        """Port 0 takes a free one; `make_app` is given the server's own URL."""
        super().__init__((HOST, port), _Handler)
        self.app = make_app(self.url)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without the look-up of the host's name that http.server makes."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        """Stay silent about a client that went away; anything else is reported."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # without it each answer waits 40 ms for the client's acknowledgement
    wbufsize = -1  # head and body leave together

    def _answer(self) -> None:
        response = self._respond()
        if response.delivery.is_broken:
            self.close_connection = True
        if response.delivery.drop:
            return
        declared = response.delivery.declared_length
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(response.body) if declared is None else declared))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: response.delivery.sent_bytes])

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - names http.server looks for

    def _respond(self) -> Response:
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(address.path),
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=_read_body(
                self.rfile, self.headers.get("Transfer-Encoding"), self.headers.get("Content-Length")
            ),
        )
        try:
            return self.server.app(request)
        except Exception:  # noqa: BLE001 - a fault of the simulator must reach whoever runs it, not hang the client
            report = traceback.format_exc()
            sys.stderr.write(report)
            return Response.of_json({"error": "the simulator failed", "traceback": report}, status=500)

    def log_message(self, *_: object) -> None:
        """Nothing: the simulators record requests themselves."""


def _read_body(stream: io.BufferedIOBase, encoding: str | None, length: str | None) -> bytes:
    if (encoding or "").lower() != "chunked":
        return _read_exactly(stream, int(length or 0))
    body = bytearray()
    while size := int(stream.readline().split(b";")[0], 16):
        body += _read_exactly(stream, size)
        stream.readline()
    while stream.readline().strip():  # trailers
        pass
    return bytes(body)


def _read_exactly(stream: io.BufferedIOBase, size: int) -> bytes:
    """So many bytes, or ConnectionAbortedError: half a request must not be executed."""
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionAbortedError
    return data


def announce(url: str) -> None:
    """Tell the parent where we are: one JSON line on standard output."""
    sys.stdout.write(json.dumps({"url": url, "admin": url + ADMIN, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def serve(
    make_app: Callable[[str], App],
    *,
    port: int = 0,
    die_with_parent: bool = False,
    ready: Callable[[str], None] = announce,
) -> None:
    """Serve until SIGTERM or SIGINT, or until standard input ends when `die_with_parent` is set.

    Call it from the main thread. `ready` is given the URL as soon as requests are accepted.
    """
    with Server(make_app, port=port) as server:

        def stop(*_: object) -> None:
            # In a thread, because shutdown waits for the very loop a signal interrupts.
            threading.Thread(target=server.shutdown).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        if die_with_parent:
            threading.Thread(target=_call_at_end, args=(sys.stdin.fileno(), stop), daemon=True).start()
        ready(server.url)
        server.serve_forever(poll_interval=0.05)


def _call_at_end(descriptor: int, stop: Callable[[], None]) -> None:
    """Wait for the end without Python's buffer: a thread inside its lock would break the interpreter's own end."""
    while os.read(descriptor, 4096):
        pass
    stop()
