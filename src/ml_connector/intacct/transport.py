"""The one place that knows HTTP: bytes out, an answer or one of two errors back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from ml_connector.intacct.errors import Broken, NotSent

USER_AGENT = "ml-connector"

_CONNECT_SECONDS = 30.0
# Idle servers and firewalls drop connections in silence; a request sent into one is an unclear write.
_KEEP_ALIVE_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP, decompressed; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Sends a request once. May be used by several threads."""

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        """Post the body and wait for the whole answer, at most `timeout` seconds for each further piece.

        Raises NotSent when the connection failed before the body was written completely, and Broken for
        anything that went wrong after that. Any HTTP status is an answer.
        """
        ...

    def close(self) -> None: ...


class HttpTransport:
    """The transport for real: one kept-alive connection, TLS verified, no redirects followed.

    Nothing is taken from the environment (proxies, certificates, .netrc): where credentials travel is
    decided by the configuration alone.
    """

    def __init__(self) -> None:
        self._client = httpx2.Client(
            headers={"Content-Type": "application/xml", "User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            limits=httpx2.Limits(
                max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE_SECONDS
            ),
            follow_redirects=False,
            trust_env=False,
        )

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        progress = _Progress()
        try:
            answer = self._client.post(
                url,
                content=body,
                timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
                extensions={"trace": progress},
            )
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            kind = Broken if progress.written else NotSent
            raise kind(f"{url}: {type(error).__name__}: {error}") from error
        return Answer(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

    def close(self) -> None:
        self._client.close()


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
