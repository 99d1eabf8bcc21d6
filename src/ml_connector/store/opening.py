"""Opens a store: connects, brings the tables up to date, hands out units of work."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from ml_connector.records.exchange import MeteredExchange
from ml_connector.store.holders import Holder, open_alone, register_holder
from ml_connector.store.payloads import Kept, PayloadReader, keep_payload, open_payloads
from ml_connector.store.seats import Seat, prepare_home, take_seat
from ml_connector.store.uncounted import Uncounted
from ml_connector.store.work import Work

HEAD: Final = "0015"
"""The newest migration. A test compares it with the migrations folder."""
_WRITER_LOCK: Final = 0x6D6C63  # any number that no other program uses in this database


class StoreUnusable(Exception):
    """The store cannot be opened as it is; the message says why and what to do."""


class Store:
    """A database of files, documents, postings and their audit trail."""

    def __init__(
        self, engine: Engine, *, holder: Holder, actor: str, clock: Callable[[], datetime], key: bytes
    ) -> None:
        self._engine = engine
        self._holder = holder
        self._actor = actor
        self._clock = clock
        self._key = key
        self._uncounted = Uncounted()
        self._line = _form_line(engine)

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """One transaction: everything in the block is stored together, or nothing of it.

        Exchanges that are over and were not counted yet are counted by it.
        """
        self._holder.assure()
        with self._line, self._uncounted.take() as exchanges, self._engine.begin() as connection:
            work = Work(connection, holder=self._holder, actor=self._actor, now=self._clock(), key=self._key)
            work.meter.add(*exchanges)
            yield work

    def count_later(self, exchange: MeteredExchange) -> None:
        """Have an exchange counted by the next transaction, whoever begins it; `count_now` is for whoever is the last."""
        self._uncounted.add(exchange)

    def count_now(self) -> None:
        """Count what still waits for a transaction."""
        if self._uncounted.is_waiting:
            with self.begin():
                """It takes them along."""

    @contextmanager
    def look(self) -> Iterator[Work]:
        """All of it as of one moment, to be read: no writer waits for it, and whatever would change something fails."""
        looking = self._engine.execution_options(**_describe_look(self._engine))
        with looking.begin() as connection, _forbid_changes(connection):
            yield Work(connection, holder=self._holder, actor=self._actor, now=self._clock(), key=self._key)

    def keep(self, chunks: Iterable[bytes]) -> Kept:
        """Store bytes by their SHA-256, as they came. Safe to repeat; memory use does not grow with them."""
        return keep_payload(self._engine, chunks)

    def open_payload(self, sha256: str) -> PayloadReader:
        """A reader of stored bytes, by piece or by slice."""
        return PayloadReader(self._engine.execution_options(writes=False), sha256)

    def open_payloads(self, lengths: Mapping[str, int]) -> Mapping[str, PayloadReader]:
        """The same for many, given their lengths: short ones are read at once, before they are asked for."""
        return open_payloads(self._engine.execution_options(writes=False), lengths)

    def take_seat(self) -> Seat:
        """A lasting name for a process that goes on, until it is released or the process ends."""
        return take_seat(self._engine)

    def prepare_home(self) -> str:
        """Where the engine keeps its own rows, an address that may hold a password. Nothing is lost with them."""
        return prepare_home(self._engine)

    def close(self) -> None:
        self._holder.release()
        self._engine.dispose()


def open_store(url: str, *, clock: Callable[[], datetime], actor: str, key: bytes = b"") -> Store:
    """The store at an SQLAlchemy URL, made or migrated when needed: `sqlite:///FILE` or `postgresql://…`.

    `actor` is written into audit entries; `key` hashes what must be found but not kept, such as tax ids.
    Raises StoreUnusable.
    """
    try:
        engine = connect_database(url)
        holder = _bring_up(engine, url)
    except (DBAPIError, NoSuchModuleError, OSError) as error:
        raise StoreUnusable(
            f"the store {hide_password(url)} cannot be opened: {take_first_line(error)}"
        ) from error
    except ModuleNotFoundError as error:
        raise StoreUnusable(
            f"the store {hide_password(url)} has no driver here; a store is sqlite:///FILE, or postgresql://… "
            "after: pip install 'ml-connector[postgresql]'"
        ) from error
    return Store(engine, holder=holder, actor=actor, clock=clock, key=key)


def _bring_up(engine: Engine, url: str) -> Holder:
    """Bring the tables up to date and enter this process; no connection stays open when that cannot be done."""
    try:
        with open_alone(engine):
            with engine.execution_options(writes=False).connect() as connection:
                current = read_version(connection)
            if current != HEAD:
                with engine.begin() as connection:
                    migrate(connection, url, current)
            return register_holder(engine)
    except BaseException:
        engine.dispose()
        raise


def connect_database(url: str) -> Engine:
    """An engine on which one transaction writes at a time, on every database.

    What is decided from what was read stays true until it is written; the price is that writers wait for
    each other, and so no transaction may last over a second.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # their messages may quote a piece of the password
        raise StoreUnusable("the store's url is no address such as sqlite:///ml-connector.db") from None
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername == "sqlite" and address.database in {None, "", ":memory:"}:
        raise StoreUnusable("a store in memory keeps nothing; name a file, such as sqlite:///ml-connector.db")
    engine = create_engine(address).execution_options(writes=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: object, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection has no common type
    connection.isolation_level = None  # type: ignore[attr-defined]  # transactions begin where we say
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options()["writes"]
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options()["writes"]:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})


def _form_line(engine: Engine) -> AbstractContextManager[object]:
    """Where the threads of this process wait to write.

    SQLite lets whoever finds the store taken sleep for up to a tenth of a second before it tries again; a lock of the
    process wakes the next one at once. PostgreSQL wakes it by itself.
    """
    return threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()


def _describe_look(engine: Engine) -> dict[str, object]:
    if engine.dialect.name == "sqlite":
        return {"writes": False}
    return {"writes": False, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def _forbid_changes(connection: Connection) -> Iterator[None]:
    """For SQLite, whose transactions cannot be told that they only read."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA query_only=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA query_only=OFF")


def read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def migrate(connection: Connection, url: str, current: str | None) -> None:
    """Bring the tables up to date from a version, None for no tables. Raises StoreUnusable for a newer one."""
    # Imported here: it takes as long to load as all the rest, and is needed once in a store's life.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if current is not None and current > HEAD:
        raise StoreUnusable(
            f"the store {hide_password(url)} was made by a newer ml-connector (version {current}); update first"
        )
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def hide_password(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def take_first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
