"""The wire itself; the only module of this package that knows the HTTP library."""

import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import BoundedSemaphore
from typing import Any, Final

import httpx2

from ml_connector.cleo.alarms import Alarms
from ml_connector.cleo.errors import AnswerUnreadable, CleoError, Incomplete, NotSent, Unavailable
from ml_connector.cleo.wire import Answer, Request

_CONNECT_TIMEOUT: Final = 10.0
#: no limit is published; four at a time is a cautious guest
_MOST_CONNECTIONS: Final = 4
_CONNECTED: Final = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
_HEAD: Final = "http11.receive_response_headers."


class HttpTransport:
    """Kept-alive connections to Cleo, for any number of threads.

    Only the system's trust store decides about TLS, and no variable of the environment (proxy,
    .netrc, certificate file) has a say in where the token goes. Redirects are not followed,
    cookies not kept.
    """

    def __init__(self, *, timeout: float = 60.0) -> None:
        """`timeout`: seconds without a byte, not for a whole file; at most 10 of them to connect.

        The head of an answer may take twice as long in all, however many bytes come meanwhile.
        """
        self._timeout = timeout
        self._tls = _read_trust()
        self._free = BoundedSemaphore(_MOST_CONNECTIONS)
        self._alarms = Alarms()
        self._made: list[_Connection] = []
        self._idle: list[_Connection] = []

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        """See `Transport.open`."""
        with self._borrow(request) as connection:
            with _translate(request, Unavailable, "got no answer", connection):
                response = connection.send(request, timeout=self._timeout + request.patience)
            try:
                yield Answer(
                    status=response.status_code,
                    headers=dict(response.headers.items()),
                    pieces=_read_pieces(request, response, connection),
                )
            finally:
                response.close()

    @contextmanager
    def _borrow(self, request: Request) -> "Iterator[_Connection]":
        """The connection used last, which is the likeliest to be open still."""
        if not self._free.acquire(timeout=self._timeout):
            raise NotSent(f"{request} was not sent: all connections are in use; {NotSent.cure}")
        try:
            connection = self._idle.pop() if self._idle else self._make()
            try:
                yield connection
            finally:
                self._idle.append(connection)
        finally:
            self._free.release()

    def _make(self) -> "_Connection":
        connection = _Connection(self._tls, self._alarms)
        self._made.append(connection)
        return connection

    def rest(self) -> None:
        """See `Transport.rest`."""
        while self._idle:
            connection = self._idle.pop()
            self._made.remove(connection)
            connection.close()
        self._alarms.rest()

    def close(self) -> None:
        """Close the connections."""
        for connection in self._made:
            connection.close()
        self._alarms.rest()


class _Connection:
    """One connection, made when it is needed; its user has it alone."""

    def __init__(self, tls: ssl.SSLContext, alarms: Alarms) -> None:
        self.was_late = False
        self._socket: socket.socket | None = None
        self._alarms = alarms
        self._alarm: object = None
        self._patience = 0.0
        self._client = httpx2.Client(
            follow_redirects=False,
            trust_env=False,
            verify=tls,
            limits=httpx2.Limits(max_connections=1, keepalive_expiry=30.0),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            # Uncompressed, so that Content-Length is the length of the file.
            headers={"user-agent": "ml-connector", "accept-encoding": "identity"},
        )

    def send(self, request: Request, *, timeout: float) -> httpx2.Response:
        """The answer, of which the head is there."""
        self.was_late = False
        self._patience = 2 * timeout
        headers = list(request.headers)
        content: bytes | Iterable[bytes] | None = request.body or None
        if request.stream is not None:
            # With the length announced, the body is not sent in chunks, which not every server takes.
            headers.append(("content-length", str(request.stream.length)))
            content = request.stream.open()
        sent = self._client.build_request(
            request.method,
            request.url,
            headers=headers,
            content=content,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_TIMEOUT)),
            extensions={"trace": self._follow},
        )
        return self._client.send(sent, stream=True)

    def close(self) -> None:
        self._client.close()

    def _follow(self, event: str, info: Mapping[str, Any]) -> None:
        """What the HTTP library is doing; it has no limit of its own for a head that comes byte by byte."""
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
        elif event == f"{_HEAD}started":
            self._alarm = self._alarms.set(self._patience, self._hang_up)
        elif event.startswith(_HEAD):
            self._alarms.call_off(self._alarm)

    def _hang_up(self) -> None:
        """End the wait of the thread that reads."""
        self.was_late = True
        if self._socket is not None:
            with suppress(OSError):  # it was closed just now
                # Not by the method of a TLS socket, which would take away what the other thread is using.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@cache
def _read_trust() -> ssl.SSLContext:
    """The system's trust store, read once by a process: that takes longer than ten requests."""
    return httpx2.create_ssl_context(trust_env=False)


def _read_pieces(request: Request, response: httpx2.Response, connection: _Connection) -> Iterator[bytes]:
    with _translate(request, Incomplete, "broke off", connection):
        yield from response.iter_bytes()


@contextmanager
def _translate(request: Request, kind: type[CleoError], what: str, connection: _Connection) -> Iterator[None]:
    try:
        yield
    except httpx2.InvalidURL as error:
        raise AnswerUnreadable(f"{request}: Cleo's link is no address ({error})") from error
    except httpx2.HTTPError as error:
        # Only the system's own words: those of a protocol error may quote a header.
        reason = f" ({error})" if isinstance(error, httpx2.NetworkError) and str(error) else ""
        cut = connection.was_late and not isinstance(error, httpx2.TimeoutException)
        cause = "its head did not end" if cut else f"{type(error).__name__}{reason}"
        unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
        kind = NotSent if unsent else kind
        raise kind(f"{request} {what}: {cause}; {kind.cure}") from error
