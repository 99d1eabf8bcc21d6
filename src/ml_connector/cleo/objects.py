"""The records a caller of the Cleo client gives and gets."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One Cleo account."""

    username: str
    password: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)  #: base32; empty without a second factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder the account can see."""

    id: str
    path: str  #: as Cleo shows it, without control characters, such as `/edi/inbound`
    files_href: str | None  #: where its files are listed, when Cleo links to it


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file as its folder lists it."""

    id: str  #: opaque, case-sensitive; a file that is sent again gets another. Empty if an upload's answer named none
    name: str  #: the partner's choice: for display (without control characters), never a path
    length: int | None  #: in bytes
    modified: datetime | None  #: aware, UTC
    folder: Folder
    move_href: str | None  #: where it is moved, when Cleo links to it
    delete_href: str | None
    content_href: str | None  #: its bytes, when Cleo links to them


class PutAway(StrEnum):
    """What became of a file that was read."""

    MOVED = "moved"
    DELETED = "deleted"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A trading partner's or application's connection."""

    id: str
    alias: str
    external_id: str  #: the key of an outside system; empty when there is none
    type: str  #: such as `as2`, `sftp`, `ftp`
    folder: str  #: its place in the administrators' tree
    enabled: bool
    ready: bool | None  #: whether all that is needed is set; None when Cleo does not say
    not_ready_reason: str
    self_href: str | None
    transfers_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionDraft:
    """What a connection is to be. What is None is left to Cleo, or as it is."""

    type: str | None = None
    alias: str | None = None
    external_id: str | None = None
    folder: str | None = None
    enabled: bool | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a tenant can run."""

    id: str
    alias: str  #: unique only within its connection
    type: str
    enabled: bool
    ready: bool | None
    run_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRun:
    """What Cleo said of a run."""

    status: str  #: as Cleo spells it
    result: str
    messages: tuple[str, ...]
    outcome: Literal["succeeded", "failed", "running"]  #: `running`: the wait ended first


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One transmission over a connection."""

    id: str
    status: str  #: as Cleo spells it, such as `success`
    direction: str  #: `incoming` or `outgoing`
    transport: str
    message_id: str
    files: int | None
    length: int | None
    created: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An entry of the tenant's own log."""

    id: str
    created: datetime | None
    sequence: int | None
    kind: str  #: such as `job`
    name: str  #: of the job event, such as `POSTED`; empty when Cleo gives none
    job: str
    folder: str  #: of the file it is about, when it names one
    file: str
    text: str


class Purpose(StrEnum):
    """What an exchange was for."""

    LOG_IN = "log in"
    REFRESH = "refresh the token"
    LIST_FOLDERS = "list folders"
    LIST_FILES = "list files"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    MOVE = "move"
    DELETE = "delete"
    LIST_CONNECTIONS = "list connections"
    READ_CONNECTION = "read a connection"
    CREATE_CONNECTION = "create a connection"
    UPDATE_CONNECTION = "update a connection"
    LIST_TRANSFERS = "list transfers"
    LIST_ACTIONS = "list actions"
    RUN_ACTION = "run an action"
    LIST_EVENTS = "list events"


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
