"""A company of 100,000 vendors is copied: memory above the start, seconds, and what a sync without changes costs.

    python -m benchmarks.reference [--vendors 100000] [--database sqlite|postgresql]

The gateway simulator is a process of its own with zero latency; the product's client, flows and store run here. Memory
is the largest resident size of this process above the one just before the first sync. Two companies are copied, one
of a tenth of the size, so that growth with the company is seen. Fails where memory grows by more than is promised.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from tests.databases import DATABASES, run_stores
from tests.fake_mailbox import FakeMailbox
from tests.processes import COMPANY, PASSWORDS, IntacctProcess, run_intacct

from ml_connector import intacct
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.reference.kinds import choose_kinds
from ml_connector.flows.run import LinkFacts, Run
from ml_connector.intacct.transport import HttpTransport
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.store import Store, open_store

MOST_MIB: Final = 60  #: above the start, whatever the size of the company
_CHUNK: Final = 10_000
_ASKED: Final = 1000
_RULES: Final = '[us]\nreceivers = ["ZZ/ALDERFINCH"]\n'
_LONG: Final = Cadence(full_every=timedelta(days=2), count_every=timedelta(days=2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One company's copy."""

    vendors: int
    first_seconds: float
    grown: float  #: MiB above the start, at the most
    requests: int  #: of a sync without changes
    most: int  #: API transactions of one kind in it
    again_seconds: float
    full_seconds: float
    full_grown: float
    slice_ms: float  #: a thousand ids and a thousand aliases

    @property
    def highest(self) -> float:
        """The most MiB above the start, at any time."""
        return self.grown + self.full_grown


def measure(vendors: int, database: str) -> Measured:
    """Copy a company with so many vendors, in a process of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stores = stack.enter_context(run_stores(database))
        url = stack.enter_context(stores.make())
        simulator = stack.enter_context(run_intacct(Path(folder) / "intacct.db"))
        _fill(simulator, vendors)
        return stack.enter_context(_open_desk(url, simulator)).measure(vendors)


@dataclass(slots=True, kw_only=True)
class _Desk:
    """The product's parts, with a clock of our own."""

    store: Store
    client: intacct.Client
    now: datetime
    exchanges: list[tuple[str, int]]

    def measure(self, vendors: int) -> Measured:
        start = _measure_peak()
        first = self._sync(_LONG)
        grown = _measure_peak() - start
        for _ in range(2):  # the overlap passes
            self.now += timedelta(minutes=11)
            self._sync(_LONG)
        self.now += timedelta(minutes=6)
        again = self._sync(_LONG)
        purposes = [purpose for purpose, _ in self.exchanges]
        requests = sum(cost for _, cost in self.exchanges)
        before = _measure_peak()
        self.now += timedelta(days=3)
        full = self._sync(_LONG)
        return Measured(
            vendors=vendors,
            first_seconds=first,
            grown=grown,
            requests=requests,
            most=max(purposes.count(purpose) for purpose in purposes),
            again_seconds=again,
            full_seconds=full,
            full_grown=_measure_peak() - before,
            slice_ms=self._slice(vendors),
        )

    def _sync(self, cadence: Cadence) -> float:
        run = Run(
            link=_describe(cadence),
            store=self.store,
            finance=self.client,
            mailbox=FakeMailbox(),
            clock=lambda: self.now,
            roll=random.random,
            report=lambda *_: None,
        )
        self.exchanges.clear()
        started = time.perf_counter()
        refresh(run)
        if run.troubles:
            raise SystemExit(f"troubles: {run.troubles}")
        return time.perf_counter() - started

    def _slice(self, vendors: int) -> float:
        picked = random.Random(7).sample(range(1, vendors + 1), min(_ASKED, vendors))
        asked = [("vendor", f"B-{n}") for n in picked] + [("vendor", f"name:supplier {n}") for n in picked]
        with self.store.begin() as work:
            newest = work.reference.newest(COMPANY)
            assert newest is not None
            started = time.perf_counter()
            found = work.reference.slice(COMPANY, newest[0], asked)
            took = (time.perf_counter() - started) * 1000
        assert len(found) == len(asked)
        return took


def _describe(cadence: Cadence) -> LinkFacts:
    return LinkFacts(
        name="main",
        mode="live",
        company=COMPANY,
        base_currency="USD",
        host="cleo.example",
        inbound="/edi/inbound",
        archive="/edi/archive",
        doubt=(timedelta(0),),
        reference=cadence,
        rules=parse_rules({"rules.toml": _RULES}),
        rules_version=1,
    )


def _fill(simulator: IntacctProcess, vendors: int) -> None:
    fields = {"VENDORID": "B-{n}", "NAME": "Supplier {n}", "TERMNAME": ["N30", "N45"], "CURRENCY": "USD"}
    for first in range(1, vendors + 1, _CHUNK):
        count = min(_CHUNK, vendors + 1 - first)
        simulator.ask("POST", "/bulk", {"object": "VENDOR", "first": first, "count": count, "fields": fields})


@contextmanager
def _open_desk(url: str, simulator: IntacctProcess) -> Iterator[_Desk]:
    exchanges: list[tuple[str, int]] = []
    now = datetime.now(UTC)
    client = intacct.Client(
        url=simulator.gateway,
        credentials=intacct.Credentials(
            sender_id="alderfinch_ws",
            sender_password=PASSWORDS["ML_CONNECTOR_LINK_MAIN_INTACCT_SENDER_PASSWORD"],
            company_id=COMPANY,
            user_id="mlconnector",
            user_password=PASSWORDS["ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD"],
        ),
        transport=HttpTransport(),
        clock=lambda: datetime.now(UTC),
        on_exchange=lambda exchange: exchanges.append((exchange.purpose, exchange.api_transactions)),
    )
    desk = _Desk(
        store=open_store(url, clock=lambda: desk.now, actor="benchmark", key=b"a key for measuring"),
        client=client,
        now=now,
        exchanges=exchanges,
    )
    try:
        yield desk
    finally:
        client.close()
        desk.store.close()


def _measure_peak() -> float:
    """The largest resident size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="sqlite")
    asked = parser.parse_args()
    databases = DATABASES if asked.database == "both" else (asked.database,)
    kinds = len(choose_kinds(_LONG))
    highest = 0.0
    print(
        "| database | vendors | first copy | memory above start | nothing changed | all compared | slice of 2,000 |"
    )
    print("|---|--:|--:|--:|---|---|--:|")
    for database in databases:
        for vendors in (asked.vendors // 10, asked.vendors):
            with get_context("spawn").Pool(1) as pool:
                row = pool.apply(measure, (vendors, database))
            print(
                f"| {database} | {row.vendors:,} | {row.first_seconds:.1f} s | {row.grown:.1f} MiB "
                f"| {row.requests} transactions for {kinds} kinds, {row.most} each at most, {row.again_seconds:.2f} s "
                f"| {row.full_seconds:.1f} s, {row.full_grown:.1f} MiB more | {row.slice_ms:.0f} ms |"
            )
            sys.stdout.flush()
            highest = max(highest, row.highest)
    if highest > MOST_MIB:
        print(f"memory grew by {highest:.1f} MiB; no more than {MOST_MIB} are promised", file=sys.stderr)
    return 1 if highest > MOST_MIB else 0


if __name__ == "__main__":
    sys.exit(main())
