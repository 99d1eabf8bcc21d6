"""Access and refresh tokens: issued for a password or an earlier refresh token, checked, expired, locked out."""

import secrets
import sqlite3
from collections import deque
from collections.abc import Callable
from datetime import datetime

from mlc_sim.cleo.database import Database
from mlc_sim.cleo.settings import Settings
from mlc_sim.serving import CANARY


class LoginError(Exception):
    """User, password or refresh token were not accepted; the text says which."""


class Lockout:
    """Counts refused passwords; too many within a window lock the account for a while. Starts anew with the process."""

    def __init__(self) -> None:
        self._failures: deque[float] = deque()
        self._until = 0.0

    def is_locked(self, now: float) -> bool:
        return now < self._until

    def count_failure(self, now: float, settings: Settings) -> None:
        self._failures.append(now)
        while self._failures[0] < now - settings.lockout_window_seconds:
            self._failures.popleft()
        if 0 < settings.lockout_failures <= len(self._failures):
            self._until = now + settings.lockout_seconds
            self._failures.clear()


class Tokens:
    """The tokens in force, kept in the database so that a restart logs nobody out."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._lockout = Lockout()

    def issue_for_password(self, username: str, password: str, settings: Settings) -> tuple[str, str]:
        """An access and a refresh token. Raises LoginError."""
        now = self._clock().timestamp()
        if self._lockout.is_locked(now):
            raise LoginError("the account is locked after too many failures; try again later")
        if (username, password) != (settings.username, settings.password):
            self._lockout.count_failure(now, settings)
            raise LoginError("user name or password is wrong")
        with self._database.begin() as work:
            return self._issue(work, settings)

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

    def _issue(self, work: sqlite3.Connection, settings: Settings) -> tuple[str, str]:
        access, refresh = (f"{CANARY}{secrets.token_urlsafe(32)}" for _ in range(2))
        now = self._clock().timestamp()
        work.execute("DELETE FROM tokens WHERE expires <= ?", (now,))
        work.execute("INSERT INTO tokens VALUES (?, 'access', ?)", (access, now + settings.token_seconds))
        work.execute("INSERT INTO tokens VALUES (?, 'refresh', NULL)", (refresh,))
        return access, refresh
