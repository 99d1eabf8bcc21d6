"""One request, its answer and its report: what lies between the client and a transport."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from ml_connector.cleo.address import join
from ml_connector.cleo.errors import CleoError, Incomplete
from ml_connector.cleo.objects import Exchange, Purpose

#: from the first byte of its body to the last; lists are read in pages, which take seconds
_LONGEST_ANSWER: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A body in pieces; `open` gives them from the first one on, each time it is called."""

    open: Callable[[], Iterable[bytes]]
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to the one host of the base URL."""

    purpose: Purpose
    method: str
    url: str = field(repr=False)  #: its query may hold a key that Cleo put into a link
    key: str  #: the key of the profile that decides this address, for messages
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    stream: Stream | None = field(default=None, repr=False)  #: a body too long to be held, instead of `body`
    writes: bool = False  #: must not be executed twice; without a whole answer its outcome is unclear
    long: bool = False  #: its answer is a file, which takes the time it takes
    patience: float = 0.0  #: seconds that the answer may take longer than usual
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

        Raises Unavailable when none came, NotSent when nothing went out; its pieces raise
        Incomplete when the body breaks off.
        """
        ...

    def rest(self) -> None:
        """Give up the connections that nobody uses; the next request makes one."""
        ...

    def close(self) -> None:
        """Give up the connections."""
        ...


class Wire:
    """The way to one host. Its exchanges are reported, each once, when it is over."""

    def __init__(
        self,
        *,
        origin: str,
        transport: Transport,
        clock: Callable[[], datetime],
        on_exchange: Callable[[Exchange], None],
    ) -> None:
        self.clock = clock
        self._origin = origin
        self._transport = transport
        self._on_exchange = on_exchange

    def locate(self, href: str) -> str:
        """The address of a link or path. Raises ForeignLink for one on another host."""
        return join(self._origin, href)

    def rest(self) -> None:
        """Give up the connections that nobody uses; the next request makes one."""
        self._transport.rest()

    def close(self) -> None:
        """Give up the connections."""
        self._transport.close()

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        """The transport's answer; see `Transport.open`."""
        started = self.clock()
        status: int | None = None
        error: str | None = None
        meter = _Meter()
        try:
            with self._transport.open(request) as answer:
                status = answer.status
                pieces = answer.pieces if request.long else self._hurry(request, answer.pieces)
                yield Answer(status=status, headers=answer.headers, pieces=meter.count(pieces))
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
                    finished=self.clock(),
                    length=meter.length,
                    error=error,
                )
            )

    def _hurry(self, request: Request, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of an answer that is no file. A byte now and then shall not keep us for ever."""
        until = self.clock() + _LONGEST_ANSWER
        for piece in pieces:
            if self.clock() > until:
                raise Incomplete(
                    f"{request}: the answer was not whole after {_LONGEST_ANSWER.seconds} seconds; {Incomplete.cure}"
                )
            yield piece


class _Meter:
    """Counts the bytes that pass."""

    def __init__(self) -> None:
        self.length = 0

    def count(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.length += len(piece)
            yield piece
