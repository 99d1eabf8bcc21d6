"""What a test may set about the tenant: account, log-in, layout, pages, uploads, jobs, and what is not served."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final

from mlc_sim.cleo.database import Database

DEMO_ACCOUNT: Final = ("edi-service", "demo-cleo-password")


class Layout(StrEnum):
    """The names and paths under which all is served; see `mlc_sim.cleo.layouts`."""

    BOTH = "both"  #: the two that follow
    CIC_FOLDERS = "cic-folders"  #: files below /api/folders
    HARMONY_CONNECTION = "harmony-connection"  #: files below /api/connections
    RENAMED = "renamed"  #: as cic-folders, but with every path and name another


class Collisions(StrEnum):
    """What becomes of an upload or a move to a name the folder already has; the choice of each server."""

    RENAME = "rename"  #: a running number is added, Harmony's `uniqueFileAlgorithm: incremental`
    OVERWRITE = "overwrite"  #: the file that was there is gone
    REFUSE = "refuse"  #: 409


class JobEnd(StrEnum):
    """How the job ends that an upload starts; see `mlc_sim.cleo.jobs`."""

    POSTED = "posted"
    SENT = "sent"
    RETRIED = "retried"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; the JSON of `POST /_sim/settings` has these names."""

    username: str = DEMO_ACCOUNT[0]
    password: str = DEMO_ACCOUNT[1]
    token_seconds: int = 3600
    bare_tokens: bool = False  #: answer access_token alone, the one documented member of a token
    json_tokens: bool = False  #: take a token request in JSON too
    basic: bool = False  #: take HTTP Basic in place of a token, a switch of Harmony
    totp_secret: str = ""  #: base32; a log-in then needs its code
    totp_once: bool = False  #: a code is taken once only
    refused_login: int = 400  #: status of a refused log-in: RFC 6749 says 400, some servers 401
    lockout_failures: int = 5  #: 0: never locked. Harmony's sample: 5 within 60 s lock for 15 min
    lockout_window_seconds: int = 60
    lockout_seconds: int = 900
    layout: Layout = Layout.BOTH
    links: bool = True  #: False: no _links in answers
    unserved: Mapping[str, int] = field(default_factory=dict)  #: status by call; also `filter` and `refresh`
    page_cap: int = 50
    bare_pages: bool = False  #: answer totalResults and resources alone, of an empty list the first alone
    newest_first: bool = False  #: order of a list of files; an arrival then shifts all pages
    collisions: Collisions = Collisions.RENAME
    accepted_names: str = "*"  #: wildcards of the names that uploads may have
    largest_upload: int = 0  #: bytes; 0: no limit
    job_end: JobEnd = JobEnd.SENT
    job_seconds: int = 1  #: from each event of a job to the next
    event_lag_seconds: int = 0  #: events are seen so much later than they say they happened


class SettingsError(ValueError):
    """Unknown name or unfit value; the text names it."""


class SettingsStore:
    """The settings in force, kept in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.begin() as work:
            row = work.execute("SELECT json FROM settings").fetchone()
        self._now = _apply(Settings(), json.loads(row["json"])) if row else Settings()

    @property
    def now(self) -> Settings:
        return self._now

    def change(self, values: Mapping[str, Any]) -> Settings:
        """Set the values given, leave the others. Raises SettingsError and then changes nothing."""
        with self._database.begin() as work:
            changed = _apply(self._now, values)
            work.execute("INSERT OR REPLACE INTO settings VALUES (1, ?)", (json.dumps(asdict(changed)),))
            self._now = changed
        return changed


def _apply(settings: Settings, values: Mapping[str, Any]) -> Settings:
    known = {item.name: type(getattr(Settings(), item.name)) for item in fields(Settings)}
    if unknown := values.keys() - known.keys():
        raise SettingsError(f"unknown settings {sorted(unknown)}; known: {list(known)}")
    read: dict[str, Any] = {name: _read(name, value, known[name]) for name, value in values.items()}
    return replace(settings, **read)


def _read(name: str, value: object, kind: type) -> object:
    if issubclass(kind, StrEnum):
        if value not in list(kind):
            raise SettingsError(f"{name}: {value!r} is none of {list(map(str, kind))}")
        return kind(str(value))
    if name == "unserved":
        return _read_statuses(value)
    least = 1 if name == "page_cap" else 0
    if type(value) is not kind or (isinstance(value, int) and value < least):
        raise SettingsError(f"{name}: {value!r} is no {kind.__name__} of use here")
    return value


def _read_statuses(value: object) -> Mapping[str, int]:
    if not isinstance(value, dict) or not all(status in range(400, 600) for status in value.values()):
        raise SettingsError(f"unserved: {value!r} does not name a status of 400 to 599 for each call")
    return value
