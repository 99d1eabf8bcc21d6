"""Who is sending: a name that other processes can tell alive from gone, also after a kill."""

import fcntl
import os
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Engine, text

_TOKEN: Final = re.compile(r"[0-9a-f]{16}")  # other files of the folder are not of holders


class Holder(Protocol):
    """This process as the holder of what it is sending.

    Its name stands in the rows it holds, and beside the store there is a lock of that name, which goes when
    the process ends, however it ends.
    """

    @property
    def name(self) -> str: ...

    def is_gone(self, name: str) -> bool:
        """True when the process of that name is known to have ended; False when it lives or cannot be told."""
        ...

    def release(self) -> None: ...


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

    def is_gone(self, name: str) -> bool:
        if name == self.name:
            return False
        path = self._locate(name)
        if _is_locked(path):
            return False
        path.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        self._locate(self.name).unlink(missing_ok=True)
        self._lock.close()

    def _locate(self, name: str) -> Path:
        return self._folder / _read_token(name)


class SessionHolder:
    """For PostgreSQL, from any machine: an advisory lock of a connection of its own."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _derive_key(name)})

    def is_gone(self, name: str) -> bool:
        if name == self.name:
            return False
        key = {"key": _derive_key(name)}
        free = bool(self._connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar())
        if free:
            self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
        return free

    def release(self) -> None:
        self._connection.close()


def _read_token(name: str) -> str:
    return name.partition("@")[0]


def _derive_key(name: str) -> int:
    """The token as the signed 64-bit number PostgreSQL locks by."""
    return int.from_bytes(bytes.fromhex(_read_token(name)), signed=True)
