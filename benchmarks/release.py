"""One answer frees many held documents: how long until each is a bill, and where the time goes.

    python -m benchmarks.release [--documents 10000] [--database sqlite|postgresql|both] [--profile]

Invoices of a vendor nobody knows yet are received and held. One person answers, another approves; the next run plans
them all again and posts them. The gateway simulator is a process of its own with zero latency; the product's client,
flows and store run here. Seconds are those of the clock, with the product's own processor time beside them, and how
long requests were on their way.
"""

import argparse
import cProfile
import pstats
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.databases import DATABASES, run_stores
from tests.fake_mailbox import FakeMailbox
from tests.processes import COMPANY, INBOUND, PASSWORDS, IntacctProcess, run_intacct

from ml_connector import intacct
from ml_connector.cli.interpreter import tune
from ml_connector.flows.beside import do_beside
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.edi_to_intacct import book, plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.receiving import receive
from ml_connector.flows.run import LinkFacts, Run
from ml_connector.intacct.transport import Answer, HttpTransport
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference
from ml_connector.store import Store, open_store

_ARCHIVE: Final = "/edi/archive"
_IN_A_FILE: Final = 5000
_DAYS: Final = 28  # the invoices' dates: the first to be paid goes first
_RULES: Final = """
[us]
receivers = ["ZZ/ALDERFINCH"]
[[partner]]
name = "Ironvale Steel"
senders = ["ZZ/IRONVALE"]
[[route]]
set = "810"
target = "ap_bill"
action = "submit"
entity = "E100"
location = "110"
[[coding]]
name = "steel"
account = "5000"
class = "C01"
"""


class _Gateway(HttpTransport):
    """The real transport, with the time spent in it."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = 0.0

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        started = time.perf_counter()
        try:
            return super().send(url, body, timeout=timeout)
        finally:
            self.waited += time.perf_counter() - started


@dataclass(slots=True, kw_only=True)
class _Desk:
    """The product's parts over one store and one simulator."""

    store: Store
    client: intacct.Client
    gateway: _Gateway
    mailbox: FakeMailbox = field(default_factory=lambda: FakeMailbox(INBOUND, _ARCHIVE))

    def make_run(self) -> Run:
        with self.store.begin() as work:
            version = work.rules.pin("main", {"rules.toml": _RULES}, author="benchmark")
            answers = work.xref.list_valid("main", version)
        link = LinkFacts(
            name="main",
            mode="live",
            company=COMPANY,
            base_currency="USD",
            host="cleo.example",
            inbound=INBOUND,
            archive=_ARCHIVE,
            doubt=(timedelta(0),),
            reference=Cadence(every=timedelta(hours=8)),
            rules=parse_rules({"rules.toml": _RULES}).add_answers(answers),
            rules_version=version,
        )
        return Run(
            link=link,
            store=self.store,
            finance=self.client,
            mailbox=self.mailbox,
            clock=lambda: datetime.now(UTC),
            roll=random.random,
            report=lambda *_: None,
            begin=do_beside,
        )

    def answer(self) -> None:
        row = CrossReference(kind="vendor", partner="Ironvale Steel", code="VN/92/NEW", target="V-1008")
        with self.store.begin() as work:
            (prepared,) = work.xref.prepare("main", [row], by="ana", origin="benchmark")
            work.xref.approve("main", [prepared.id], by="mira")

    def count(self) -> dict[Status, int]:
        with self.store.begin() as work:
            return work.documents.count("main")

    def time(self, act: Callable[[Run], object], run: Run) -> "Took":
        waited, busy, started = self.gateway.waited, time.process_time(), time.perf_counter()
        act(run)
        if run.troubles:
            raise SystemExit(f"troubles: {run.troubles}")
        return Took(
            seconds=time.perf_counter() - started,
            busy=time.process_time() - busy,
            gateway=self.gateway.waited - waited,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How long a step took."""

    seconds: float
    busy: float  #: of the product's own processor time
    gateway: float  #: while a request was on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Holding in seconds, and the release."""

    database: str
    documents: int
    hold: float
    release: Took


def measure(documents: int, database: str, *, profile: bool) -> Measured:
    """Hold so many invoices, answer once, and see each become one bill."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_stores(database) as stores,
        stores.make() as url,
        run_intacct(Path(folder) / "intacct.db") as simulator,
        _open_desk(url, simulator) as desk,
    ):
        run = desk.make_run()
        refresh(run)
        for first in range(0, documents, _IN_A_FILE):
            content = _write_file(first, min(_IN_A_FILE, documents - first))
            desk.mailbox.drop(f"{first}.edi", content)
        hold = sum(desk.time(step, run).seconds for step in (receive, read, plan))
        if desk.count() != {Status.HELD: documents}:
            raise SystemExit(f"not all are held: {desk.count()}")
        desk.answer()
        run = desk.make_run()
        profiler = cProfile.Profile()
        if profile:
            profiler.enable()
        released = desk.time(book, run)
        profiler.disable()
        _prove(desk, simulator, documents)
        if profile:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(60)
        return Measured(database=database, documents=documents, hold=hold, release=released)


def _prove(desk: _Desk, simulator: IntacctProcess, documents: int) -> None:
    """Every document is posted as a bill of its own, and the company's books have no other."""
    if desk.count() != {Status.POSTED: documents}:
        with desk.store.begin() as work:
            needs = work.needs.sum_up("main", today=datetime.now(UTC).date())
        raise SystemExit(f"not all are posted: {desk.count()} {[need.reason for need in needs]}")
    with desk.store.begin() as work:
        keys = {document.intacct_key for document in work.documents.list("main")}
    bills = simulator.ask("GET", "/truth")["APBILL"]
    if (len(keys), bills) != (documents, documents):
        raise SystemExit(f"{bills} bills and {len(keys)} keys for {documents} documents")


def _write_file(first: int, count: int) -> bytes:
    """An interchange of invoices, each with a line and a total of its own."""
    today = datetime.now(UTC).date()
    head = "ISA*00*          *00*          *ZZ*IRONVALE       *ZZ*ALDERFINCH     *310310*0930*U*00401*000000042*0*P*>"
    parts = [head, "GS*IN*IRONVALE*ALDERFINCH*20310310*0930*7*X*004010"]
    for n in range(first, first + count):
        on = today - timedelta(days=n % _DAYS + 1)
        cents = 1000 + n % 9000
        set_ = (
            f"ST*810*{n % 10_000:04}",
            f"BIG*{on:%Y%m%d}*REL-{n}",
            "N1*VN*Ironvale Works*92*NEW",
            f"IT1*1*1*EA*{cents / 100:.2f}**VN*COIL",
            "PID*F****steel coil",
            f"TDS*{cents}",
            "CTT*1",
        )
        parts += [*set_, f"SE*{len(set_) + 1}*{n % 10_000:04}"]
    return "~".join([*parts, f"GE*{count}*7", "IEA*1*000000042", ""]).encode()


@contextmanager
def _open_desk(url: str, simulator: IntacctProcess) -> Iterator[_Desk]:
    gateway = _Gateway()
    client = intacct.Client(
        url=simulator.gateway,
        credentials=intacct.Credentials(
            sender_id="alderfinch_ws",
            sender_password=PASSWORDS["ML_CONNECTOR_LINK_MAIN_INTACCT_SENDER_PASSWORD"],
            company_id=COMPANY,
            user_id="mlconnector",
            user_password=PASSWORDS["ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD"],
        ),
        transport=gateway,
        clock=lambda: datetime.now(UTC),
    )
    store = open_store(url, clock=lambda: datetime.now(UTC), actor="benchmark", key=b"a key for measuring")
    try:
        yield _Desk(store=store, client=client, gateway=gateway)
    finally:
        client.close()
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.release", description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000])
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="sqlite")
    parser.add_argument("--profile", action="store_true", help="show where the product's time goes")
    asked = parser.parse_args()
    tune()  # as the product's commands do
    print("| database | documents | held in | freed, planned and posted | processor | gateway |")
    print("|---|--:|--:|--:|--:|--:|")
    for database in DATABASES if asked.database == "both" else (asked.database,):
        for documents in asked.documents:
            m = measure(documents, database, profile=asked.profile)
            cells = (m.hold, m.release.seconds, m.release.busy, m.release.gateway)
            shown = " | ".join(f"{seconds:.1f} s" for seconds in cells)
            print(f"| {m.database} | {m.documents:,} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
