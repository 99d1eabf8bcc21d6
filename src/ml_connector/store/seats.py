"""What a process that goes on for months needs of the database beside the tables: a lasting name, a home for its engine."""

import fcntl
import socket
import zlib
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from ml_connector.store.holders import locate_folder, open_alone

_SEATS: Final = 0x6D6C64  # any number that no other program uses in this database


class Seat(Protocol):
    """A name that no other living process has, and that the next process on this machine may have after it."""

    @property
    def name(self) -> str: ...

    def release(self) -> None: ...


def take_seat(engine: Engine) -> Seat:
    """The first free name of this machine, such as `ap1.example.com:0`."""
    host = socket.gethostname()
    for n in count():
        seat = _take_file(engine, host, n) if engine.dialect.name == "sqlite" else _take_lock(engine, host, n)
        if seat is not None:
            return seat
    raise AssertionError("numbers do not end")


class _FileSeat:
    """For SQLite: a locked file beside the store."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._file = path.open("wb")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise

    def release(self) -> None:
        self._file.close()


class _LockSeat:
    """For PostgreSQL: an advisory lock of a connection of its own."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        key = {"seats": _SEATS, "name": zlib.crc32(name.encode()) - 2**31}
        if not self._connection.execute(text("SELECT pg_try_advisory_lock(:seats, :name)"), key).scalar():
            self._connection.close()
            raise BlockingIOError

    def release(self) -> None:
        with suppress(DBAPIError):  # a session that has ended holds nothing
            self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
        self._connection.invalidate()
        self._connection.close()


def _take_file(engine: Engine, host: str, n: int) -> Seat | None:
    with suppress(BlockingIOError):
        return _FileSeat(f"{host}:{n}", locate_folder(engine) / f"seat-{n}")
    return None


def _take_lock(engine: Engine, host: str, n: int) -> Seat | None:
    with suppress(BlockingIOError):
        return _LockSeat(f"{host}:{n}", engine)
    return None


def prepare_home(engine: Engine) -> str:
    """The address where the engine may keep its own rows: for SQLite a file beside the store's, else the same database.

    They are apart because two busy writers of one SQLite file make each other wait.
    """
    if engine.dialect.name != "sqlite":
        return engine.url.render_as_string(hide_password=False)
    home = make_url(f"sqlite:///{engine.url.database}.engine")
    with open_alone(engine):
        opened = create_engine(home)
        with opened.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        opened.dispose()
    return home.render_as_string(hide_password=False)
