"""The product in this process between two simulators of their own: a store for each case, and time that can be moved.

Nothing of the product is replaced: its clients, its flows and its store are those of every day. Only the clock is
ours, so that nobody waits for the times of doubt; the simulators' clocks go with it.
"""

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import make_url
from tests.acceptance.trade import RULES, Invoice, write_interchange
from tests.processes import (
    INBOUND,
    LINK,
    PASSWORDS,
    CleoProcess,
    Connector,
    IntacctProcess,
    run_cleo,
    run_intacct,
    set_up,
)
from typer.testing import CliRunner, Result

from ml_connector import config
from ml_connector.app import App
from ml_connector.app.results import RunResult
from ml_connector.cli.json_form import render_json
from ml_connector.cli.main import app as command_line
from ml_connector.records.status import Status
from ml_connector.store import open_store
from ml_connector.store.tables import metadata

_NUMBERS: Final = count(1)
MOST_RUNS: Final = 15
OPEN: Final = {Status.READ, Status.READY, Status.SENDING, Status.IN_DOUBT}
EDI_SECRETS: Final = ("CANARYAUTH", "CANARYPASS")  #: ISA02 and ISA04 of every file
SETTINGS: Final = {"reference_every": "1h"}


@dataclass(slots=True)
class Time:
    """The product's clock: runs as the machine's, from wherever it was moved to."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Systems:
    """Both simulators and a configuration that names them."""

    intacct: IntacctProcess
    cleo: CleoProcess
    connector: Connector

    @property
    def config(self) -> Path:
        return self.connector.folder / "ml-connector.toml"


@dataclass(slots=True, kw_only=True)
class Bench:
    """One store between the two systems."""

    systems: Systems
    app: App
    time: Time
    url: str = field(repr=False)
    said: list[str] = field(default_factory=list)  #: all that was printed, by runs as JSON

    @property
    def kind(self) -> str:
        return make_url(self.url).get_backend_name()

    def once(self, on_report: Callable[[str, int, int], None] = lambda *_: None) -> RunResult:
        """One run; `on_report` is told of each step how much is done, of how much."""
        result = self.app.once(LINK, report=on_report)
        self.said.append(render_json([result]))
        return result

    def move_time(self, step: timedelta) -> None:
        """Let it be later for all three."""
        self.time.ahead += step
        for simulator in (self.systems.intacct, self.systems.cleo):
            simulator.advance_clock(step.total_seconds())

    def type_command(self, *arguments: str) -> Result:
        """A command as it is typed, in this process; it has the machine's time."""
        own = {"ML_CONNECTOR_STORE_URL": self.url, "ML_CONNECTOR_CONFIG": str(self.systems.config)}
        runner = CliRunner(env={**self.systems.connector.environment, **own, "COLUMNS": "200"})
        result = runner.invoke(command_line, list(arguments), catch_exceptions=False)
        self.said.append(result.output)
        return result


class SqliteStores:
    """Stores in files of a folder, each a copy of one that has its tables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        _make_tables(f"sqlite:///{self._template}")

    @contextmanager
    def make(self) -> Iterator[str]:
        """The address of a new, empty store."""
        path = self._folder / f"store-{next(_NUMBERS)}.db"
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"


class PostgresqlStores:
    """Stores in databases of a server, each a copy of one that has its tables."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._do("ALTER SYSTEM SET fsync = off")  # what is lost in a power cut is no matter here
        self._do("SELECT pg_reload_conf()")
        self._do("CREATE DATABASE tables_only")
        _make_tables(self._locate("tables_only"))

    @contextmanager
    def make(self) -> Iterator[str]:
        """The address of a new, empty store; it is dropped in the end."""
        name = f"store_{next(_NUMBERS)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE tables_only")
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
def run_systems(folder: Path) -> Iterator[Systems]:
    """Both simulators, until the block ends."""
    with run_intacct(folder / "intacct.db") as intacct, run_cleo(folder / "cleo") as cleo:
        connector = set_up(
            folder / "ap", RULES, intacct=intacct.gateway, cleo=cleo.url, link_settings=SETTINGS
        )
        yield Systems(intacct=intacct, cleo=cleo, connector=connector)


@contextmanager
def open_bench(systems: Systems, url: str) -> Iterator[Bench]:
    """A store between the systems; the time is now, for all three, and no fault is set."""
    time = Time()
    for simulator in (systems.intacct, systems.cleo):
        simulator.clear_faults()
        simulator.ask("POST", "/clock", {"now": time().isoformat()})
    for file in systems.cleo.files(INBOUND):
        systems.cleo.remove(file["id"])
    settings = replace(config.load(systems.config, systems.connector.environment), store_url=url)
    store = open_store(url, clock=time, actor="mira", key=settings.key)
    try:
        yield Bench(systems=systems, app=App(settings=settings, store=store, now=time), time=time, url=url)
    finally:
        store.close()


def change_rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Do this in the database behind the product's back; returns the rows that a question gets."""
    address = make_url(url)
    if address.drivername == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as database, database:
            return list(database.execute(sql))
    with psycopg.connect(url) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


def _make_tables(url: str) -> None:
    open_store(url, clock=Time(), actor="mira").close()


@dataclass(frozen=True, slots=True)
class Mail:
    """Files that were dropped, and the numbers of the invoices that belong to the cell."""

    names: Sequence[str]
    contents: Sequence[bytes]
    numbers: Sequence[str]


def write_file() -> tuple[bytes, list[str]]:
    """A file of two invoices that no other has."""
    numbers = [f"M-{next(_NUMBERS):05}" for _ in range(2)]
    plain = write_interchange(*(Invoice(number=number) for number in numbers), control=next(_NUMBERS))
    empty, filled = f"ISA*00*{'':10}*00*{'':10}", f"ISA*03*{EDI_SECRETS[0]}*01*{EDI_SECRETS[1]}"
    return plain.replace(empty.encode(), filled.encode(), 1), numbers


def drop_mail(bench: Bench, files: int) -> Mail:
    written = [write_file() for _ in range(files)]
    names = [f"{numbers[0]}.edi" for _, numbers in written]
    for name, (content, _) in zip(names, written, strict=True):
        bench.systems.cleo.drop(name, content)
    return Mail(names, [content for content, _ in written], [n for _, numbers in written for n in numbers])


def run_until_nothing_is_open(bench: Bench, first: RunResult) -> None:
    """Run again and again, at the time each run says, until nothing is in doubt and nothing waits."""
    result = first
    for _ in range(MOST_RUNS):
        waits = OPEN & {status for status, documents in result.counts.items() if documents}
        if not result.troubles and not waits and not bench.systems.cleo.files(INBOUND):
            return
        times = [time for time in (result.next_look, result.next_attempt) if time is not None]
        if times and min(times) > bench.time():
            bench.move_time(min(times) - bench.time() + timedelta(milliseconds=1))
        result = bench.once()
    raise AssertionError(f"never done: {result.counts} {result.troubles}")


def find_secrets(bench: Bench) -> list[str]:
    """Where a secret of the line stands in what was printed or stored; the files' own bytes are left out.

    Looked for are the passwords, every session and token there was, the vendors' tax ids, and ISA02 and ISA04.
    """
    intacct, cleo = (f"sqlite:///{system.state}" for system in (bench.systems.intacct, bench.systems.cleo))
    issued = change_rows(intacct, "SELECT id FROM session") + change_rows(
        f"{cleo}/cleo.db", "SELECT token FROM tokens"
    )
    tax_ids = change_rows(intacct, "SELECT json_extract(body, '$.TAXID') FROM record WHERE object = 'VENDOR'")
    assert issued
    assert any(tax_id for (tax_id,) in tax_ids)
    secrets = [*PASSWORDS.values(), *EDI_SECRETS, *(text for (text,) in [*issued, *tax_ids] if text)]
    texts = {"printed": "\n".join(bench.said), **dict(_read_tables(bench.url))}
    return [f"{place}: {secret}" for place, text in texts.items() for secret in secrets if secret in text]


def _read_tables(url: str) -> Iterator[tuple[str, str]]:
    names = sorted(metadata.tables.keys() - {"payloads"})
    with closing(
        sqlite3.connect(str(make_url(url).database)) if "sqlite" in url else psycopg.connect(url)
    ) as db:
        for name in names:
            rows = list(db.cursor().execute(f"SELECT * FROM {name}"))
            yield name, "\n".join(_open_value(value) for row in rows for value in row)


def _open_value(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    with suppress(zlib.error):
        value = zlib.decompress(value)
    return value.decode(errors="replace")
