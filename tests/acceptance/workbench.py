"""The product in this process between two simulators of their own: a store for each case, and time that can be moved.

Nothing of the product is replaced: its clients, its flows and its store are those of every day. Only the clock is
ours, so that nobody waits for the times of doubt; the simulators' clocks go with it.
"""

import io
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

import psycopg
from rich.console import Console, RenderableType
from sqlalchemy import make_url
from tests.acceptance.trade import INVOICED, RULES, Invoice, write_interchange
from tests.processes import (
    COMPANY,
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
from ml_connector.app.results import DocumentLine, RunResult
from ml_connector.cli.foreign_text import clean
from ml_connector.cli.json_form import render_json
from ml_connector.cli.main import app as command_line
from ml_connector.cli.render.record import render_explanation, render_view
from ml_connector.cli.render.runs import render_run
from ml_connector.cli.terminal import print_parts
from ml_connector.records.status import Status
from ml_connector.store import open_store
from ml_connector.store.tables import metadata

_NUMBERS: Final = count(1)
MOST_RUNS: Final = 15
OPEN: Final = {Status.READ, Status.READY, Status.SENDING, Status.IN_DOUBT}
EDI_SECRETS: Final = ("CANARYAUTH", "CANARYPASS")  #: ISA02 and ISA04 of every file
CANARY: Final = "canary-"  #: so begin all sessions and tokens of the simulators, and the key
KEY: Final = {"ML_CONNECTOR_KEY": f"{CANARY}key-31f7"}
SETTINGS: Final = {"reference_every": "1h"}
WIDTH: Final = 500
BY_HAND: Final = "typed in from paper"


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
    variables: Mapping[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  #: all that was printed, for people and as JSON

    @property
    def kind(self) -> str:
        return make_url(self.url).get_backend_name()

    def once(self, on_report: Callable[[str, int, int], None] = lambda *_: None) -> RunResult:
        """One run; `on_report` is told of each step how much is done, of how much."""
        result = self.app.once(LINK, report=on_report)
        self.said.append(render_json([result]))
        self.print_parts(render_run(clean(result), width=WIDTH))
        return result

    def change_settings(self, variables: Mapping[str, str]) -> None:
        """Give the product other settings, by their variables."""
        self.variables = dict(variables)
        self.app = replace(self.app, settings=load_settings(self.systems, self.url, variables))

    def print_parts(self, parts: Iterable[RenderableType]) -> None:
        """Print as a command does, so wide that nothing is broken."""
        page = io.StringIO()
        print_parts(Console(file=page, width=WIDTH, highlight=False, markup=False, emoji=False), parts)
        self.said.append(page.getvalue())

    def move_time(self, step: timedelta) -> None:
        """Let it be later for all three."""
        self.time.ahead += step
        for simulator in (self.systems.intacct, self.systems.cleo):
            simulator.advance_clock(step.total_seconds())

    def type_command(self, *arguments: str) -> Result:
        """A command as it is typed, in this process; it has the machine's time."""
        own = {**self.variables, **KEY, "ML_CONNECTOR_CONFIG": str(self.systems.config)}
        own |= {"ML_CONNECTOR_STORE_URL": self.url, "COLUMNS": str(WIDTH)}
        runner = CliRunner(env={**self.systems.connector.environment, **own})
        result = runner.invoke(command_line, list(arguments), catch_exceptions=False)
        self.said.append(result.output)
        return result


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
        simulator.ask("POST", "/listen", {"accept": True})
        simulator.clear_faults()
        simulator.ask("POST", "/clock", {"now": time().isoformat()})
    for file in systems.cleo.files(INBOUND):
        systems.cleo.remove(file["id"])
    settings = load_settings(systems, url)
    store = open_store(url, clock=time, actor="mira", key=settings.key)
    try:
        yield Bench(systems=systems, app=App(settings=settings, store=store, now=time), time=time, url=url)
    finally:
        store.close()


def load_settings(systems: Systems, url: str, variables: Mapping[str, str] | None = None) -> config.Settings:
    environment = {**systems.connector.environment, **KEY, **(variables or {})}
    return replace(config.load(systems.config, environment), store_url=url)


def change_rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Do this in the database behind the product's back; returns the rows that a question gets."""
    address = make_url(url)
    if address.drivername == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as database, database:
            return list(database.execute(sql))
    with psycopg.connect(url) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


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


def enter_by_hand(bench: Bench, number: str) -> None:
    """Somebody enters a bill of that number, with another amount."""
    bench.systems.intacct.enter_bill(
        {
            "VENDORID": "V-1008",
            "RECORDID": number,
            "WHENCREATED": f"{INVOICED:%m/%d/%Y}",
            "TERMNAME": "N30",
            "DESCRIPTION": BY_HAND,
            "APBILLITEMS": [
                {"ACCOUNTNO": "5000", "TRX_AMOUNT": "12.34", "LOCATIONID": "110", "CLASSID": "C01"}
            ],
        },
        entity="E100",
    )


def list_our_bills(bench: Bench, number: str) -> list[str]:
    """The keys of the bills of that number that nobody entered by hand."""
    bills = bench.systems.intacct.bills(number=number)
    return [str(bill["RECORDNO"]) for bill in bills if bill["DESCRIPTION"] != BY_HAND]


def find_document(bench: Bench, number: str) -> DocumentLine:
    (found,) = (d for d in bench.app.documents.list(LINK, company=COMPANY) if d.number == number)
    return found


def assert_not_linked_nor_doubled(bench: Bench, number: str) -> None:
    """The bill entered by hand stands alone, and the invoice is held; or beside it there is the one of ours."""
    ours = list_our_bills(bench, number)
    document = find_document(bench, number)
    assert len(bench.systems.intacct.bills(number=number)) - len(ours) == 1
    if document.status is Status.POSTED:
        assert ours == [document.intacct_key]
    else:
        assert (document.status, ours) == (Status.HELD, [])
        assert document.needs, "nothing says why it is held"


def find_secrets(bench: Bench, printed: str = "") -> list[str]:
    """Where a secret of the line stands in what was printed or stored, and in `printed`.

    Looked for are the passwords, the key and every session and token there was, the vendors' tax ids, and ISA02 and
    ISA04; of the files' own bytes, which are kept as they came, these three are theirs to hold.
    """
    show_everything(bench)
    tax_ids = change_rows(
        f"sqlite:///{bench.systems.intacct.state}",
        "SELECT json_extract(body, '$.TAXID') FROM record WHERE object = 'VENDOR'",
    )
    assert any(tax_id for (tax_id,) in tax_ids)
    private = [*EDI_SECRETS, *(text for (text,) in tax_ids if text)]
    secrets = [*PASSWORDS.values(), CANARY]
    places = {"printed": "\n".join([*bench.said, printed]), **dict(read_store(bench.url))}
    return [
        f"{place}: {secret}"
        for place, text in places.items()
        for secret in (secrets if place == "payloads" else [*secrets, *private])
        if secret in text
    ]


def show_everything(bench: Bench) -> None:
    """Print all there is to be seen: the lists, the audit trail, and documents with story and bill.

    Of the documents of a file one in each state: their stories differ in nothing else.
    """
    documents = bench.app.documents.list(LINK, company=COMPANY)
    for number in {(document.file, document.status): document.number for document in documents}.values():
        views = bench.app.documents.show(LINK, number, company=COMPANY)
        explained = bench.app.documents.explain(LINK, number, company=COMPANY)
        bench.said += [render_json(views), render_json(explained)]
        bench.print_parts(chain.from_iterable(map(render_view, clean(views))))
        bench.print_parts(chain.from_iterable(map(render_explanation, clean(explained))))
    for command in (("documents", "list"), ("audit", "show", f"link:{LINK}"), ("balance",)):
        bench.type_command(*command)
        bench.type_command(*command, "--json")


def read_store(url: str) -> Iterator[tuple[str, str]]:
    """Every table as text, compressed values opened; of a SQLite store the files' raw bytes as well."""
    with closing(
        sqlite3.connect(str(make_url(url).database)) if "sqlite" in url else psycopg.connect(url)
    ) as db:
        for name in sorted(metadata.tables):
            rows = list(db.cursor().execute(f"SELECT * FROM {name}"))
            yield name, "\n".join(_open_value(value) for row in rows for value in row)
    path = Path(str(make_url(url).database))
    if "sqlite" in url:
        for file in filter(Path.is_file, path.parent.glob(f"{path.name}*")):
            yield file.name, file.read_bytes().decode(errors="replace")


def _open_value(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    with suppress(zlib.error):
        value = zlib.decompress(value)
    return value.decode(errors="replace")
