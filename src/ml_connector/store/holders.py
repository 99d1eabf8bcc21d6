"""Who is sending: a name that other processes can tell alive from gone, also after a kill."""

import fcntl
import math
import os
import re
import secrets
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, RowMapping, create_engine, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.pool import NullPool

_TRUSTED: Final = 1.0  # seconds after an answer in which a session that says nothing is not asked again
_TOKEN: Final = re.compile(r"[0-9a-f]{16}")  # other files of the folder are not of holders


class Holder(Protocol):
    """This process as the holder of what it is sending.

    Its name stands in the rows it holds, and beside the store there is a lock of that name, which goes when
    the process ends, however it ends. What it holds others take over when its lock is gone.
    """

    @property
    def name(self) -> str: ...

    def assure(self) -> None:
        """Make sure that others see it live; to be called before its name is written."""
        ...

    def is_gone(self, name: str) -> bool:
        """True when the lock of that name is gone; False when its process lives or cannot be told."""
        ...

    def has_ended(self, name: str) -> bool:
        """True when the process of that name has surely ended, so that nothing leaves it any more.

        One that is gone may live on all the same, where a lock can be lost.
        """
        ...

    def release(self) -> None: ...


def choose_abandoned(rows: Sequence[RowMapping], holder: Holder, now: datetime) -> list[RowMapping]:
    """Those of rows that are being sent which are past their deadline, or whose holder is gone."""
    gone = {name: holder.is_gone(name) for name in {row["holder"] for row in rows}}
    return [row for row in rows if gone[row["holder"]] or row["deadline"] <= now]


@contextmanager
def open_alone(engine: Engine) -> Iterator[None]:
    """One process at a time in the block, for SQLite: turning on its write-ahead log does not wait for others.

    PostgreSQL needs nothing of the kind.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    folder = locate_folder(engine)
    folder.mkdir(exist_ok=True)
    with (folder / "opening").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def locate_folder(engine: Engine) -> Path:
    """Where the locks of an SQLite store lie."""
    return Path(f"{engine.url.database}.holders")


def list_living(engine: Engine) -> tuple[str, ...]:
    """The tokens of the processes that have an SQLite store open, other than one that did not register."""
    folder = locate_folder(engine)
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(path.name for path in paths if _TOKEN.fullmatch(path.name) and _is_locked(path))


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def register_holder(engine: Engine) -> Holder:
    """Take a new name and its lock."""
    token = secrets.token_hex(8)
    name = f"{token}@{socket.gethostname()}:{os.getpid()}"
    if engine.dialect.name == "sqlite":
        return FileHolder(name, locate_folder(engine))
    return SessionHolder(name, engine)


class FileHolder:
    """For SQLite, on one machine: a locked file beside the store."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self._lock = self._locate(name).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def assure(self) -> None:
        """Nothing takes the lock of a file from a process that lives."""

    def is_gone(self, name: str) -> bool:
        if name == self.name:
            return False
        path = self._locate(name)
        if _is_locked(path):
            return False
        path.unlink(missing_ok=True)
        return True

    def has_ended(self, name: str) -> bool:
        return self.is_gone(name)

    def release(self) -> None:
        self._locate(self.name).unlink(missing_ok=True)
        self._lock.close()

    def _locate(self, name: str) -> Path:
        return self._folder / _read_token(name)


class SessionHolder:
    """For PostgreSQL, from any machine: an advisory lock of a connection of its own.

    The connection may break while the process lives: the server is started anew, or a network fails. Until the lock
    is taken again, by the next `assure`, others may take over; each row says whose it is by then.
    """

    def __init__(self, name: str, engine: Engine, *, timer: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._engine = create_engine(engine.url, poolclass=NullPool)  # to wait for none that others use
        self._turn = threading.Lock()  # a connection is for one thread at a time
        self._connection: Connection | None = None
        self._is_held = False
        self._timer = timer
        self._answered = -math.inf
        self.assure()

    def assure(self) -> None:
        with self._turn:
            if not self._is_well():
                self._renew()

    def _is_well(self) -> bool:
        """Whether the server has answered of late, and said nothing since: not even that it ends the session."""
        connection = self._connection
        if connection is None or connection.invalidated or not self._is_held:
            return False
        if self._timer() - self._answered >= _TRUSTED:
            return False
        driver: Any = connection.connection.driver_connection
        said = select.poll()
        said.register(driver.fileno(), select.POLLIN)
        return not said.poll(0)

    def is_gone(self, name: str) -> bool:
        if name == self.name:
            return False
        with self._turn:
            connection = self._renew()
            free = _try_lock(connection, name)
            if free:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _derive_key(name)})
        return free

    def has_ended(self, name: str) -> bool:
        """Known of the processes of this machine alone."""
        return self.is_gone(name) and _is_without_process(name)

    def release(self) -> None:
        with self._turn:
            if self._connection is not None:
                # at once: that a connection was closed the server may note a while later
                with suppress(DBAPIError):  # a session that has ended holds nothing
                    self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._drop()

    def _renew(self) -> Connection:
        """The connection as it is, or another in the place of a broken one; with the lock, unless that is still held
        by the broken one, of whose end the server does not know yet.
        """
        connection = self._connection
        try:
            if connection is not None:
                connection.execute(text("SELECT 1"))
        except (DBAPIError, PendingRollbackError):  # the latter where it broke at its last use
            self._drop()
            connection = None
        if connection is None:
            options = {"isolation_level": "AUTOCOMMIT"}
            connection = self._connection = self._engine.connect().execution_options(**options)
        self._is_held = self._is_held or _try_lock(connection, self.name)
        self._answered = self._timer()
        return connection

    def _drop(self) -> None:
        """End the connection, and the lock with it."""
        connection, self._connection, self._is_held = self._connection, None, False
        if connection is not None:
            connection.invalidate()
            connection.close()


def _try_lock(connection: Connection, name: str) -> bool:
    key = {"key": _derive_key(name)}
    return bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar())


def _is_without_process(name: str) -> bool:
    """Whether it is of this machine, and its number is nobody's here."""
    host, _, number = name.partition("@")[2].rpartition(":")
    if host != socket.gethostname():
        return False
    with suppress(PermissionError):  # somebody else's, and there
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
    return False


def _read_token(name: str) -> str:
    return name.partition("@")[0]


def _derive_key(name: str) -> int:
    """The token as the signed 64-bit number PostgreSQL locks by."""
    return int.from_bytes(bytes.fromhex(_read_token(name)), signed=True)
