"""The wire itself; the only module of this package that knows the HTTP library."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx2

from ml_connector.cleo.errors import AnswerUnreadable, CleoError, Incomplete, NotSent, Unavailable
from ml_connector.cleo.wire import Answer, Request

_CONNECT_TIMEOUT: Final = 10.0
#: no limit is published; four at a time is a cautious guest
_MOST_CONNECTIONS: Final = 4


class HttpTransport:
    """Kept-alive connections to Cleo, for any number of threads.

    Only the system's trust store decides about TLS, and no variable of the environment (proxy,
    .netrc, certificate file) has a say in where the token goes. Redirects are not followed,
    cookies not kept.
    """

    def __init__(self, *, timeout: float = 60.0) -> None:
        """`timeout`: seconds without a byte, not for a whole file; at most 10 of them to connect."""
        self._timeout = timeout
        self._client = httpx2.Client(
            follow_redirects=False,
            trust_env=False,
            limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS, keepalive_expiry=30.0),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            # Uncompressed, so that Content-Length is the length of the file.
            headers={"user-agent": "ml-connector", "accept-encoding": "identity"},
        )

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        """See `Transport.open`."""
        with _translate(request, Unavailable, "got no answer"):
            response = self._client.send(self._build(request), stream=True)
        try:
            yield Answer(
                status=response.status_code,
                headers=dict(response.headers.items()),
                pieces=_read_pieces(request, response),
            )
        finally:
            response.close()

    def _build(self, request: Request) -> httpx2.Request:
        headers = list(request.headers)
        content: bytes | Iterable[bytes] | None = request.body or None
        if request.stream is not None:
            # With the length announced, the body is not sent in chunks, which not every server takes.
            headers.append(("content-length", str(request.stream.length)))
            content = request.stream.open()
        return self._client.build_request(
            request.method,
            request.url,
            headers=headers,
            content=content,
            timeout=httpx2.Timeout(
                self._timeout + request.patience, connect=min(self._timeout, _CONNECT_TIMEOUT)
            ),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _read_pieces(request: Request, response: httpx2.Response) -> Iterator[bytes]:
    with _translate(request, Incomplete, "broke off"):
        yield from response.iter_bytes()


@contextmanager
def _translate(request: Request, kind: type[CleoError], what: str) -> Iterator[None]:
    try:
        yield
    except httpx2.InvalidURL as error:
        raise AnswerUnreadable(f"{request}: Cleo's link is no address ({error})") from error
    except httpx2.HTTPError as error:
        # Only the system's own words: those of a protocol error may quote a header.
        reason = f" ({error})" if isinstance(error, httpx2.NetworkError) and str(error) else ""
        unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
        kind = NotSent if unsent else kind
        raise kind(f"{request} {what}: {type(error).__name__}{reason}; {kind.cure}") from error
