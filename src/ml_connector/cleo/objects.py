"""The records a caller of the Cleo client gives and gets."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One Cleo account."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder the account can see."""

    id: str
    path: str  #: as Cleo shows it, without control characters, such as `/edi/inbound`
    files_href: str | None  #: where its files are listed, when Cleo links to it


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file as its folder lists it."""

    id: str  #: opaque, case-sensitive; a file that is sent again gets another
    name: str  #: the partner's choice: for display (without control characters), never a path
    length: int | None  #: in bytes
    modified: datetime | None  #: aware, UTC
    folder: Folder
    self_href: str | None  #: the file itself, when Cleo links to it
    content_href: str | None  #: its bytes, when Cleo links to them


class Purpose(StrEnum):
    """What an exchange was for."""

    LOG_IN = "log in"
    REFRESH = "refresh the token"
    LIST_FOLDERS = "list folders"
    LIST_FILES = "list files"
    DOWNLOAD = "download"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came of it; holds no token, no form and no query."""

    purpose: Purpose
    method: str
    path: str
    status: int | None  #: None when no answer came
    started: datetime
    finished: datetime  #: for a download, when its last byte was read
    length: int  #: bytes of the answer that were read
    error: str | None  #: class of the error it ended in; None also for a 401 met by a new token


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the account can reach."""

    token_lifetime: timedelta | None  #: as Cleo told it; None when it did not
    folders: tuple[Folder, ...]
