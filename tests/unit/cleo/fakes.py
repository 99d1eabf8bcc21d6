"""A transport that answers from a script and a clock that stands still, for the tests of the Cleo client."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ml_connector.cleo import (
    CIC_FOLDERS,
    AccountBook,
    Answer,
    Capability,
    CapabilityBook,
    CleoError,
    Client,
    Credentials,
    Exchange,
    Folder,
    Lack,
    Profile,
    RemoteFile,
)
from ml_connector.cleo.wire import Request

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CREDENTIALS = Credentials(username="edi@birch.example", password="s3cret +&%/=ü")
INBOUND = Folder(id="In-1", path="/edi/inbound", files_href="/api/folders/In-1/files")
ARCHIVE = Folder(id="Ar-1", path="/edi/archive", files_href=None)
FILE = RemoteFile(
    id="-F1",
    name="birch_810.edi",
    length=11,
    modified=NOON,
    folder=INBOUND,
    move_href="/api/folders/In-1/files/-F1",
    delete_href="/api/folders/In-1/files/-F1",
    content_href="/api/folders/In-1/files/-F1/content",
)


class FakeClock:
    """Tells the time it was set to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What comes back: a status, a body in pieces, and perhaps a break in the middle of it."""

    status: int = 200
    pieces: tuple[bytes, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: CleoError | None = None


class FakeTransport:
    """Answers each request by the handler, and keeps what was sent."""

    def __init__(self, handler: Callable[[Request], Reply | CleoError]) -> None:
        self._handler = handler
        self.sent: list[Request] = []
        self.bodies: list[bytes] = []  #: of the requests that came in pieces
        self.open_answers = 0
        self.closed = False

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        self.sent.append(request)
        if request.stream is not None:
            self.bodies.append(b"".join(request.stream.open()))
        reply = self._handler(request)
        if isinstance(reply, CleoError):
            raise reply
        self.open_answers += 1
        try:
            yield Answer(status=reply.status, headers=reply.headers, pieces=_give(reply))
        finally:
            self.open_answers -= 1

    def rest(self) -> None:
        """There is no connection to give up."""

    def close(self) -> None:
        self.closed = True

    @property
    def calls(self) -> list[str]:
        """What was sent, as `GET /api/folders?startIndex=0&count=100`."""
        return [
            f"{request.method} {request.url.removeprefix('https://birch.example')}" for request in self.sent
        ]


def _give(reply: Reply) -> Iterator[bytes]:
    yield from reply.pieces
    if reply.breaks is not None:
        raise reply.breaks


def in_turn(*replies: Reply | CleoError) -> FakeTransport:
    """A transport that gives these replies, one after the other, and no more."""
    waiting = list(replies)
    return FakeTransport(lambda _request: waiting.pop(0))


def as_json(document: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status=status, pieces=(json.dumps(document).encode(),), headers=headers or {})


def token(value: str = "tok-1", **members: object) -> Reply:
    return as_json({"access_token": value, **members})


def page(*resources: object, total: int | None = None) -> Reply:
    return as_json({"totalResults": len(resources) if total is None else total, "resources": list(resources)})


def folder_entry(folder: Folder) -> dict[str, object]:
    links = {} if folder.files_href is None else {"files": {"href": folder.files_href}}
    return {"id": folder.id, "path": folder.path, "usage": "download", "_links": links}


def file_entry(file_id: str, **members: object) -> dict[str, object]:
    return {"id": file_id, "name": f"{file_id}.edi", "length": 11, **members}


def bearer(request: Request) -> str | None:
    return dict(request.headers).get("authorization")


def make_client(
    transport: FakeTransport,
    *,
    clock: FakeClock | None = None,
    profile: Profile = CIC_FOLDERS,
    exchanges: list[Exchange] | None = None,
    book: CapabilityBook | None = None,
    credentials: Credentials = CREDENTIALS,
    accounts: AccountBook | None = None,
) -> Client:
    return Client(
        base_url="https://birch.example/api",
        credentials=credentials,
        transport=transport,
        clock=clock or FakeClock(),
        profile=profile,
        on_exchange=([] if exchanges is None else exchanges).append,
        book=book,
        accounts=accounts,
    )


class MemoryBook:
    """Keeps lacks, as a store does."""

    def __init__(self, *lacks: Lack) -> None:
        self.lacks = {lack.capability: lack for lack in lacks}

    def load(self) -> tuple[Lack, ...]:
        return tuple(self.lacks.values())

    def keep(self, lack: Lack) -> None:
        self.lacks[lack.capability] = lack

    def drop(self, capability: Capability) -> None:
        del self.lacks[capability]
