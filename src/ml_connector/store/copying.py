"""Moves a store from SQLite to PostgreSQL: every row of every table, in one transaction, read back and compared."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, Table, func, inspect, literal_column, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from ml_connector.store.holders import list_living
from ml_connector.store.opening import (
    HEAD,
    StoreUnusable,
    connect_database,
    hide_password,
    migrate,
    read_version,
    take_first_line,
)
from ml_connector.store.tables import metadata

_PAGE: Final = 64  # rows; a row may have 1 MiB
_FULL_CIRCLE: Final = 2**256

Report = Callable[[str, int, int], None]
"""Takes a table, and how many of its rows are done, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTable:
    """What was copied, and is the same on both sides."""

    table: str
    rows: int
    sha256: str  #: the sum of the hashes of all rows, whatever their order


def copy_store(source: str, target: str, *, report: Report) -> tuple[CopiedTable, ...]:
    """Copy an SQLite store that nobody uses into an empty PostgreSQL database. Raises StoreUnusable.

    Nobody can change the source meanwhile. The target has all of it in the end or, when this is broken off
    anywhere, nothing, so that it can be begun anew.
    """
    try:
        with _open_source(source) as reading, _open_target(target) as writing:
            copied = tuple(_copy_table(table, reading, writing, report) for table in metadata.sorted_tables)
            _set_sequences(writing)
            _demand_alone(reading.engine, source)
    except DBAPIError as error:
        raise StoreUnusable(f"nothing was copied: {take_first_line(error)}") from error
    except ModuleNotFoundError as error:
        raise StoreUnusable(
            "PostgreSQL has no driver here; install it with: pip install 'ml-connector[postgresql]'"
        ) from error
    return copied


@contextmanager
def _open_source(url: str) -> Iterator[Connection]:
    """A transaction that keeps all others from writing."""
    path = make_url(url).database if url.startswith("sqlite:///") else None
    if not path or not Path(path).is_file():
        raise StoreUnusable(f"{hide_password(url)} is no SQLite store; name its file")
    engine = connect_database(url)
    try:
        with engine.begin() as connection:
            version = read_version(connection)
            if version != HEAD:
                raise StoreUnusable(
                    f"{path} is of version {version or 'none'}, and this ml-connector of {HEAD}; "
                    "bring it up to date with: ml-connector status"
                )
            _demand_alone(engine, url)
            yield connection
    finally:
        engine.dispose()


def _demand_alone(engine: Engine, url: str) -> None:
    if living := list_living(engine):
        raise StoreUnusable(
            f"{hide_password(url)} is in use by {len(living)} other {'process' if len(living) == 1 else 'processes'}; "
            "end ml-connector run, timers that call it, and all other commands first"
        )


@contextmanager
def _open_target(url: str) -> Iterator[Connection]:
    """A transaction in which the target has empty tables."""
    if not url.startswith(("postgresql:", "postgres:", "postgresql+psycopg:")):
        raise StoreUnusable("the target is no PostgreSQL database; write it as postgresql://USER@HOST/NAME")
    engine = connect_database(url)
    try:
        with engine.begin() as connection:
            _demand_empty(connection, url)
            migrate(connection, url, read_version(connection))
            yield connection
    finally:
        engine.dispose()


def _demand_empty(connection: Connection, url: str) -> None:
    there = set(inspect(connection).get_table_names())
    ours = [table for table in metadata.sorted_tables if table.name in there]
    filled = [
        table.name
        for table in ours
        if connection.execute(select(literal_column("1")).select_from(table).limit(1)).first()
    ]
    if filled or (ours and read_version(connection) is None):
        found = (
            f"rows in {', '.join(filled)}" if filled else f"tables named {', '.join(t.name for t in ours)}"
        )
        raise StoreUnusable(f"{hide_password(url)} is not empty, it has {found}; name an empty database")


def _copy_table(table: Table, reading: Connection, writing: Connection, report: Report) -> CopiedTable:
    total: int = reading.execute(select(func.count()).select_from(table)).scalar_one()
    report(table.name, 0, total)
    taken = _Tally()
    _write_rows(table, writing, _watch(_read_rows(table, reading), taken, table.name, total, report))
    found = _Tally()
    for row in _read_rows(table, writing):
        found.add(row)
    if (taken.rows, taken.sum) != (found.rows, found.sum) or taken.rows != total:
        raise StoreUnusable(
            f"nothing was copied: {table.name} has {taken.rows} rows with hash {taken.sum:064x}, and {found.rows} "
            f"with {found.sum:064x} when read back"
        )
    return CopiedTable(table=table.name, rows=total, sha256=f"{taken.sum:064x}")


def _watch(
    rows: Iterable[Sequence[Any]], tally: "_Tally", name: str, total: int, report: Report
) -> Iterator[Sequence[Any]]:
    for row in rows:
        tally.add(row)
        yield row
        if tally.rows % 1000 == 0 or tally.rows == total:
            report(name, tally.rows, total)


def _read_rows(table: Table, connection: Connection) -> Iterator[Sequence[Any]]:
    """The values as the database keeps them, a page at a time."""
    streaming = {"stream_results": True, "yield_per": _PAGE}
    yield from connection.execute(_select_raw(table, connection), execution_options=streaming)


def _select_raw(table: Table, connection: Connection) -> Select[*tuple[Any, ...]]:
    """Without the types that make amounts and times of numbers."""
    quote = connection.dialect.identifier_preparer.quote
    return select(*(literal_column(quote(column.name)) for column in table.columns)).select_from(table)


def _write_rows(table: Table, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
    from psycopg import Error  # noqa: PLC0415  (who has no PostgreSQL has no driver)
    from psycopg.sql import SQL, Identifier  # noqa: PLC0415

    names = SQL(", ").join(Identifier(column.name) for column in table.columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), names)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except Error as error:
        raise StoreUnusable(
            f"nothing was copied: PostgreSQL does not take {table.name}: {take_first_line(error)}"
        ) from error


def _set_sequences(connection: Connection) -> None:
    """The next row gets the next number, as it would have had."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        sequence = (
            None
            if column is None
            else connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
        )
        if column is not None and sequence is not None:
            newest = connection.execute(select(func.max(column))).scalar()
            connection.execute(select(func.setval(sequence, newest or 1, newest is not None)))


class _Tally:
    """How many rows there are, and the sum of their hashes."""

    def __init__(self) -> None:
        self.rows = 0
        self.sum = 0

    def add(self, row: Sequence[Any]) -> None:
        digest = sha256()
        for value in row:
            said = _write_value(value)
            digest.update(len(said).to_bytes(8))
            digest.update(said)
        self.rows += 1
        self.sum = (self.sum + int.from_bytes(digest.digest())) % _FULL_CIRCLE


def _write_value(value: object) -> bytes:
    """The same for the same value, on either database: a day is a text on one of them."""
    match value:
        case bytes():
            return b"b" + value
        case None:
            return b"n"
        case date():
            return b"t" + value.isoformat().encode()
        case str():
            return b"t" + value.encode()
        case _:
            return b"i" + str(value).encode()
