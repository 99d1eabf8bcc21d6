"""Who is sending: a name that other processes can tell alive from gone, also after a kill."""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Engine

_SEPARATOR: Final = "@"


class Holder:
    """This process as the holder of what it is sending.

    The name stands in the rows it holds. Beside a SQLite store lies a file of that name, locked by the
    process; the operating system lets the lock go when the process ends, however it ends.
    """

    def __init__(self, *, actor: str, name: str, lock: IO[bytes] | None, folder: Path | None) -> None:
        self.actor = actor
        self.name = name
        self._lock = lock
        self._folder = folder

    @classmethod
    def register(cls, engine: Engine, *, actor: str) -> "Holder":
        """Take a new name and its lock."""
        name = f"{secrets.token_hex(8)}{_SEPARATOR}{socket.gethostname()}:{os.getpid()}"
        database = engine.url.database
        if engine.dialect.name != "sqlite" or not database:
            return cls(actor=actor, name=name, lock=None, folder=None)
        folder = Path(f"{database}.holders")
        folder.mkdir(exist_ok=True)
        lock = (folder / name.partition(_SEPARATOR)[0]).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return cls(actor=actor, name=name, lock=lock, folder=folder)

    def is_gone(self, name: str) -> bool:
        """True when the process of that name is known to have ended; False when it lives or cannot be told."""
        if name == self.name or self._folder is None:
            return False
        path = self._folder / name.partition(_SEPARATOR)[0]
        try:
            with path.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False
        path.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        if self._lock is not None:
            Path(self._lock.name).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None
