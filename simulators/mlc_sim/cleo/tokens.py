"""Access and refresh tokens: issued for a password or an earlier refresh token, checked, expired, locked out."""

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mlc_sim.cleo.database import Database
from mlc_sim.cleo.settings import Settings
from mlc_sim.cleo.totp import find_step
from mlc_sim.serving import CANARY


class LoginError(Exception):
    """User, password, code or refresh token were not accepted; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What is sent to be let in."""

    username: str
    password: str
    code: str = ""  #: of RFC 6238


class Account:
    """What log-ins leave behind, kept in the database so that a restart unlocks nothing and takes no code twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_locked(self, now: float) -> bool:
        with self._database.begin() as work:
            [row] = work.execute("SELECT locked_until FROM account")
        return now < float(row["locked_until"])

    def count_refusal(self, now: float, settings: Settings) -> None:
        """Too many refusals within a window lock the account for a while."""
        with self._database.begin() as work:
            work.execute("DELETE FROM refusals WHERE at < ?", (now - settings.lockout_window_seconds,))
            work.execute("INSERT INTO refusals VALUES (?)", (now,))
            [row] = work.execute("SELECT count(*) AS refusals FROM refusals")
            if 0 < settings.lockout_failures <= row["refusals"]:
                work.execute("UPDATE account SET locked_until = ?", (now + settings.lockout_seconds,))
                work.execute("DELETE FROM refusals")

    def take_step(self, step: int, *, once: bool) -> bool:
        """Whether a code of this step is taken: with `once`, none that is not of a later step than the last one."""
        with self._database.begin() as work:
            taken = work.execute(
                "UPDATE account SET last_step = ? WHERE ? OR last_step < ?", (step, not once, step)
            )
            return taken.rowcount == 1


class Tokens:
    """The tokens in force, kept in the database so that a restart logs nobody out."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._account = Account(database)

    def issue_for_password(self, login: Login, settings: Settings) -> tuple[str, str]:
        """An access and a refresh token. Raises LoginError."""
        self.check_login(login, settings)
        if settings.totp_secret:
            self._check_code(login, settings)
        with self._database.begin() as work:
            return self._issue(work, settings)

    def check_login(self, login: Login, settings: Settings) -> None:
        """Raise LoginError, and count it, unless user and password are right."""
        if self._account.is_locked(self._clock().timestamp()):
            raise LoginError("the account is locked after too many failures; try again later")
        if (login.username, login.password) != (settings.username, settings.password):
            self._refuse("user name or password is wrong", settings)

    def issue_for_refresh(self, refresh_token: str, settings: Settings) -> tuple[str, str]:
        """As above, for a refresh token, which works once. Raises LoginError."""
        with self._database.begin() as work:
            spent = work.execute("DELETE FROM tokens WHERE token = ? AND kind = 'refresh'", (refresh_token,))
            if spent.rowcount == 0:
                raise LoginError("the refresh token is unknown or was used before")
            return self._issue(work, settings)

    def accept(self, access_token: str) -> bool:
        """Whether the token opens the API now."""
        with self._database.begin() as work:
            row = work.execute(
                "SELECT 1 FROM tokens WHERE token = ? AND kind = 'access' AND expires > ?",
                (access_token, self._clock().timestamp()),
            ).fetchone()
        return row is not None

    def expire_all(self, *, refresh: bool) -> int:
        """End every access token, and every refresh token if asked. Returns how many."""
        with self._database.begin() as work:
            return work.execute("DELETE FROM tokens WHERE kind = 'access' OR ?", (refresh,)).rowcount

    def _check_code(self, login: Login, settings: Settings) -> None:
        step = find_step(settings.totp_secret, login.code, self._clock())
        if step is None:
            self._refuse("the TOTP code is missing or wrong", settings)
        elif not self._account.take_step(step, once=settings.totp_once):
            self._refuse("the TOTP code was used before", settings)

    def _refuse(self, reason: str, settings: Settings) -> None:
        self._account.count_refusal(self._clock().timestamp(), settings)
        raise LoginError(reason)

    def _issue(self, work: sqlite3.Connection, settings: Settings) -> tuple[str, str]:
        access, refresh = (f"{CANARY}{secrets.token_urlsafe(32)}" for _ in range(2))
        now = self._clock().timestamp()
        work.execute("DELETE FROM tokens WHERE expires <= ?", (now,))
        work.execute("INSERT INTO tokens VALUES (?, 'access', ?)", (access, now + settings.token_seconds))
        work.execute("INSERT INTO tokens VALUES (?, 'refresh', NULL)", (refresh,))
        return access, refresh
