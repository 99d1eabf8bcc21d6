"""What a test may set about the tenant: its one account, token life, page cap, collisions, lock-out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from mlc_sim.cleo.database import Database

DEMO_ACCOUNT: Final = ("edi-service", "demo-cleo-password")


class Collisions(StrEnum):
    """What becomes of an upload or a move to a name the folder already has; the choice of each server."""

    RENAME = "rename"  #: a running number is added, Harmony's `uniqueFileAlgorithm: incremental`
    OVERWRITE = "overwrite"  #: the file that was there is gone
    REFUSE = "refuse"  #: 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; the JSON of `POST /_sim/settings` has these names."""

    username: str = DEMO_ACCOUNT[0]
    password: str = DEMO_ACCOUNT[1]
    token_seconds: int = 3600
    bare_tokens: bool = False  #: answer access_token alone, the one documented member of a token
    page_cap: int = 50
    newest_first: bool = False  #: order of a list of files; an arrival then shifts all pages
    collisions: Collisions = Collisions.RENAME
    lockout_failures: int = 5  #: 0: never locked. Harmony's sample: 5 within 60 s lock for 15 min
    lockout_window_seconds: int = 60
    lockout_seconds: int = 900


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
    known = {field.name: type(field.default) for field in fields(Settings)}
    if unknown := values.keys() - known.keys():
        raise SettingsError(f"unknown settings {sorted(unknown)}; known: {list(known)}")
    read: dict[str, Any] = {name: _read(name, value, known[name]) for name, value in values.items()}
    return replace(settings, **read)


def _read(name: str, value: object, kind: type) -> object:
    if kind is Collisions:
        if value not in list(Collisions):
            raise SettingsError(f"{name}: {value!r} is none of {list(map(str, Collisions))}")
        return Collisions(str(value))
    least = 1 if name == "page_cap" else 0
    if type(value) is not kind or (isinstance(value, int) and value < least):
        raise SettingsError(f"{name}: {value!r} is no {kind.__name__} of use here")
    return value
