"""Reference data of a large company on its way to Cleo: processor seconds, and memory above the start.

    python -m benchmarks.publishing [--vendors 100000] [--database sqlite|postgresql]

The copy is made by hand; Cleo takes the bytes and counts them, in no time. Memory is the largest resident size of a
process of its own above the one just before.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Final

from tests.databases import DATABASES, run_stores
from tests.fake_mailbox import FakeMailbox
from tests.fakes import Books, FakeFinance, ManualClock

from ml_connector.app.reports import Reports
from ml_connector.cleo import Folder, RemoteFile
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.publishing.files import publish
from ml_connector.flows.run import LinkFacts, PublishFacts, Run
from ml_connector.mapping.reference.sheets import Sheet
from ml_connector.mapping.reference.tables import TABLES, list_columns
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.vendors.vendor_clues import normalise_name
from ml_connector.records.reference import ReferenceRow
from ml_connector.store import Store, open_store

_COMPANY: Final = "ALDERFINCH"
_CHUNK: Final = 5000
_CHANGED: Final = 100
_NOON: Final = datetime(2031, 3, 14, 12, tzinfo=UTC)


class Counter(FakeMailbox):
    """Takes uploads without keeping them."""

    length = 0

    def upload(
        self, folder: Folder, *, name: str, pieces: Callable[[], Iterable[bytes]], length: int
    ) -> RemoteFile:
        self.length = sum(map(len, pieces()))
        assert self.length == length
        self.drop(name, b"", folder=folder.path)
        kept = self.find_file(folder, name)
        assert kept is not None
        return replace(kept, length=length)


@dataclass(slots=True)
class Table:
    """What was measured, row by row."""

    rows: list[tuple[str, float, float, int]] = field(default_factory=list)

    @contextmanager
    def measure(self, what: str, count: Callable[[], int]) -> Iterator[None]:
        before, start = _peak(), time.process_time()
        yield
        self.rows.append((what, time.process_time() - start, _peak() - before, count()))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _make_vendor(number: int, version: int) -> ReferenceRow:
    name = f"Vendor {number // 2 if number % 50 == 0 else number} Works Ltd"
    body = {
        "record_no": number + 1,
        "vendor_id": f"V-{number:06}",
        "name": name if version == 0 else f"{name} ({version})",
        "status": "active",
        "term": "N30",
        "currency": "USD",
        "edi_ids": [f"01/{number:09}"],
        "pay_to_contact": f"Contact {number}",
    }
    aliases = (f"name:{normalise_name(str(body['name']))}", f"tax:{number:09}")
    return ReferenceRow(kind="vendor", key=f"V-{number:06}", body=body, aliases=aliases)


def _fill(store: Store, numbers: range, version: int) -> None:
    for first in range(numbers.start, numbers.stop, _CHUNK):
        part = range(first, min(first + _CHUNK, numbers.stop))
        with store.begin() as work:
            work.reference_sync.take_turn(_COMPANY)
            work.reference_sync.merge(_COMPANY, [_make_vendor(n, version) for n in part], kind="vendor")
    with store.begin() as work:
        work.reference_sync.complete(_COMPANY)
        work.reference_sync.end_turn(_COMPANY)


def measure(vendors: int, database: str) -> list[tuple[str, float, float, int]]:
    """Publish a company of so many vendors, in a process of its own."""
    table, clock = Table(), ManualClock(_NOON)
    with tempfile.TemporaryDirectory(), run_stores(database) as stores, stores.make() as url:
        store = open_store(url, clock=clock, actor="bench", key=b"key")
        run, mailbox = _make_run(store, clock)
        _fill(store, range(vendors), 0)
        with table.measure("full", lambda: mailbox.length):
            publish(run)
        clock.advance(timedelta(minutes=5))
        with table.measure("nothing changed", lambda: 0):
            publish(run)
        _fill(store, range(_CHANGED), 1)
        with table.measure(f"{_CHANGED} changed", lambda: mailbox.length):
            publish(run)
        clock.advance(timedelta(days=8))
        with table.measure("full again", lambda: mailbox.length):
            publish(run)
        found = 0
        with table.measure("duplicate vendors", lambda: found):
            found = len(Reports(store=store).find_duplicate_vendors(_COMPANY).groups)
        assert not run.troubles, run.troubles
        store.close()
    return table.rows


def _make_run(store: Store, clock: ManualClock) -> tuple[Run, Counter]:
    mailbox = Counter("/reference")
    sheet = Sheet(name="vendors", file=TABLES["vendors"].file, columns=list_columns("vendors", tax_id=False))
    facts = PublishFacts(
        folder="/reference",
        sheets=(sheet,),
        forms=("csv",),
        guarded=True,
        full_every=timedelta(days=7),
        run_action="",
    )
    rules = '[us]\nreceivers = ["ZZ/US"]\n'
    link = LinkFacts(
        name="main",
        mode="live",
        company=_COMPANY,
        base_currency="USD",
        host="cleo.example",
        inbound="/edi/inbound",
        archive="/edi/archive",
        doubt=(timedelta(0),),
        reference=Cadence(),
        rules=parse_rules({"rules.toml": rules}),
        rules_version=1,
    )
    run = Run(
        link=replace(link, publish=facts),
        store=store,
        finance=FakeFinance(Books(), clock=clock),
        mailbox=mailbox,
        clock=clock,
        roll=lambda: 0.0,
        report=lambda *_: None,
    )
    return run, mailbox


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    asked = parser.parse_args()
    with get_context("spawn").Pool(1) as pool:
        rows = pool.apply(measure, (asked.vendors, asked.database))
    print(f"| {asked.vendors:,} vendors, {asked.database} | seconds | MiB above | bytes or groups |")
    print("|---|--:|--:|--:|")
    for what, seconds, grown, number in rows:
        print(f"| {what} | {seconds:.2f} | {grown:.1f} | {number:,} |")


if __name__ == "__main__":
    main()
