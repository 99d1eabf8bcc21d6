"""One request, its answer and its report: what lies between the client and a transport."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from ml_connector.cleo.errors import CleoError
from ml_connector.cleo.objects import Exchange, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to the one host of the base URL."""

    purpose: Purpose
    method: str
    url: str = field(repr=False)  #: its query may hold a key that Cleo put into a link
    key: str  #: the key of the profile that decides this address, for messages
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)  #: to be taken out of messages
    kinds: Mapping[int, type[CleoError]] = field(default_factory=dict)  #: what a status means here

    @property
    def path(self) -> str:
        """The address without host and query."""
        return urlsplit(self.url).path

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer whose body is still to be read."""

    status: int
    headers: Mapping[str, str]  #: names in small letters
    pieces: Iterator[bytes]


class Transport(Protocol):
    """Sends one request and follows no redirect."""

    def open(self, request: Request) -> AbstractContextManager[Answer]:
        """The answer, until the context ends. Any status is an answer.

        Raises Unavailable when none came; its pieces raise Incomplete when the body breaks off.
        """
        ...

    def close(self) -> None:
        """Give up the connections."""
        ...


class Wire:
    """A transport whose exchanges are reported, each once, when it is over."""

    def __init__(
        self,
        *,
        transport: Transport,
        clock: Callable[[], datetime],
        on_exchange: Callable[[Exchange], None],
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._on_exchange = on_exchange

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        """The transport's answer; see `Transport.open`."""
        started = self._clock()
        status: int | None = None
        error: str | None = None
        meter = _Meter()
        try:
            with self._transport.open(request) as answer:
                status = answer.status
                yield Answer(status=status, headers=answer.headers, pieces=meter.count(answer.pieces))
        except CleoError as failure:
            error = type(failure).__name__
            raise
        finally:
            self._on_exchange(
                Exchange(
                    purpose=request.purpose,
                    method=request.method,
                    path=request.path,
                    status=status,
                    started=started,
                    finished=self._clock(),
                    length=meter.length,
                    error=error,
                )
            )


class _Meter:
    """Counts the bytes that pass."""

    def __init__(self) -> None:
        self.length = 0

    def count(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.length += len(piece)
            yield piece
