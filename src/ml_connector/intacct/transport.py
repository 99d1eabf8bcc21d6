"""The one place that knows HTTP: bytes out, an answer or one of two errors back."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Final, Protocol

import httpx2

from ml_connector.intacct.errors import Broken, NotSent

USER_AGENT = "ml-connector"

_CONNECT_SECONDS = 30.0
# Idle servers and firewalls drop connections in silence; a request sent into one is an unclear write.
_KEEP_ALIVE_SECONDS = 15.0
# Another thread's exchange is waited for so long; nothing of ours was sent then.
_POOL_SECONDS = 60.0
#: More is no answer: a page of 2,000 records with their lines is a tenth of it.
LARGEST_ANSWER: Final = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP, decompressed; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Sends a request once. May be used by several threads."""

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        """Post the body and wait for the whole answer, which has to begin within `timeout` seconds, and then to end.

        Raises NotSent when the connection failed before the body was written completely, and Broken for
        anything that went wrong after that, an answer beyond all measure included. Any HTTP status is an answer.
        """
        ...

    def rest(self) -> None:
        """Give up the connection, which nobody uses; the next request makes another."""
        ...

    def close(self) -> None: ...


class HttpTransport:
    """The transport for real: one kept-alive connection, TLS verified, no redirects followed.

    Nothing is taken from the environment (proxies, certificates, .netrc): where credentials travel is
    decided by the configuration alone.
    """

    def __init__(
        self,
        *,
        largest: int = LARGEST_ANSWER,
        patience: float = _POOL_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._largest = largest
        self._patience = patience
        self._clock = clock
        self._client = _make_client()
        self._is_used = False

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        if self._client.is_closed:
            raise NotSent(f"{url}: this transport is closed; open another client")
        self._is_used = True
        progress = _Progress()
        limits = httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS), pool=self._patience)
        try:
            with self._client.stream(
                "POST", url, content=body, timeout=limits, extensions={"trace": progress}
            ) as answer:
                content = self._read(answer, url, timeout)
        except httpx2.PoolTimeout as error:
            raise NotSent(f"{url}: another request was under way for {self._patience:g} s") from error
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            kind = Broken if progress.written else NotSent
            raise kind(f"{url}: {type(error).__name__}: {error}") from error
        return Answer(status=answer.status_code, headers=dict(answer.headers), body=content)

    def _read(self, answer: httpx2.Response, url: str, timeout: float) -> bytes:
        """The body, decompressed. A server that sends a byte now and then does not hold us for ever."""
        pieces, length, until = [], 0, self._clock() + timeout
        for piece in answer.iter_bytes():
            pieces.append(piece)
            length += len(piece)
            if length > self._largest:
                raise Broken(f"{url}: the answer has more than {self._largest} bytes")
            if self._clock() > until:
                raise Broken(f"{url}: the answer did not end within {timeout:g} s")
        return b"".join(pieces)

    def rest(self) -> None:
        """See `Transport.rest`."""
        if self._is_used:
            self._client.close()
            self._client, self._is_used = _make_client(), False

    def close(self) -> None:
        self._client.close()


def _make_client() -> httpx2.Client:
    return httpx2.Client(
        headers={"Content-Type": "application/xml", "User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
        limits=httpx2.Limits(
            max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE_SECONDS
        ),
        follow_redirects=False,
        trust_env=False,
        verify=_read_trust(),
    )


@cache
def _read_trust() -> ssl.SSLContext:
    """The system's trust store, read once by a process: that takes longer than ten requests."""
    return httpx2.create_ssl_context(trust_env=False)


class _Progress:
    """Notes whether the last byte of the request was handed to the operating system.

    The HTTP library does not tell by its errors: after a failed write it still waits for an answer, and
    then reports a failed read.
    """

    def __init__(self) -> None:
        self.written = False

    def __call__(self, event: str, _info: Mapping[str, object]) -> None:
        if event == "http11.send_request_body.complete":
            self.written = True
