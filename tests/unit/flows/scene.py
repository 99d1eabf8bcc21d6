"""A link between a company and a tenant that both live in memory, over a real store, at a time of our choosing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from tests.databases import forget_everything
from tests.fake_mailbox import FakeMailbox
from tests.fakes import Books, FakeFinance, ManualClock, WatchedStore

from ml_connector.flows import edi_to_intacct, intacct_to_cleo
from ml_connector.flows.cadence import USUAL, Cadence
from ml_connector.flows.run import LinkFacts, Run, Step, Trouble
from ml_connector.intacct import (
    Account,
    ApBill,
    ApBillLine,
    ClassDim,
    Contact,
    Department,
    Location,
    Project,
    Term,
    Vendor,
)
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.audit import AuditEntry
from ml_connector.records.documents import StoredDocument, StoredFile
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import open_store

INBOUND: Final = "/edi/inbound"
ARCHIVE: Final = "/edi/archive"
TAX_ID: Final = "77-7654321"
GROUPS: Final = {
    "812": "CD",
    "820": "RA",
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "865": "CA",
}  #: GS01 by set; that of invoices otherwise
DOUBT: Final = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=16))
#: For scenes in which invoices of several vendors are of one amount.
ALIKE: Final = """
[[duplicate]]
amounts = "note"
"""

RULES: Final = """
[us]
receivers = ["ZZ/OURHOUSE"]

[[partner]]
name = "Alnwick Bolts"
senders = ["ZZ/ALNWICK"]
vendors = ["V1"]

[[partner]]
name = "Bamburgh Hub"
senders = ["ZZ/HUB"]
vendors = ["V1", "V2"]

[[vendor]]
code = "92/77"
vendor = "V1"

[[vendor]]
code = "92/88"
vendor = "V2"

[[vendor]]
code = "92/66"
vendor = "V9"

[[route]]
set = "810"
target = "ap_bill"
action = "submit"
entity = "E1"
location = "10"

[[coding]]
name = "closed account"
when = { item = "VN/CLOSED" }
account = "6001"

[[coding]]
name = "supplies"
account = "6000"
"""


def _vendor(number: int, id_: str, name: str, **changes: str) -> Vendor:
    return Vendor(
        record_no=number,
        vendor_id=id_,
        name=name,
        status=changes.get("status", "active"),
        term="N30",
        currency="USD",
        tax_id=changes.get("tax_id", ""),
        account_no_at_vendor="",
        on_hold=False,
        parent_id="",
    )


def _account(number: int, account_no: str, title: str, *requires: str, status: str = "active") -> Account:
    return Account(
        record_no=number,
        account_no=account_no,
        title=title,
        account_type="incomestatement",
        normal_balance="debit",
        status=status,
        alternative="None",
        requires=frozenset(requires),
    )


def _location(number: int, id_: str, parent: str) -> Location:
    return Location(
        record_no=number,
        location_id=id_,
        name=f"Place {id_}",
        parent_id=parent,
        status="active",
        currency="USD",
    )


BOOKS: Final = Books(
    vendors=(_vendor(1, "V1", "Alnwick Bolts", tax_id=TAX_ID), _vendor(2, "V2", "Bamburgh Nuts")),
    accounts=(
        _account(1, "6000", "Supplies"),
        _account(2, "6001", "Old Supplies", status="inactive"),
        _account(3, "6100", "Project Cost", "department", "project"),
    ),
    departments=(
        Department(record_no=1, department_id="D1", name="Operations", parent_id="", status="active"),
    ),
    locations=(_location(1, "E1", ""), _location(2, "10", "E1"), _location(3, "E2", "")),
    classes=(ClassDim(record_no=1, class_id="C1", name="Retail", parent_id="", status="active"),),
    projects=(Project(record_no=1, project_id="P1", name="Roof", parent_id="", status="active"),),
    terms=(
        Term(
            record_no=1,
            name="N30",
            status="active",
            description="",
            due_days=30,
            due_from="from invoice/bill date",
        ),
    ),
    entities=frozenset({"E1", "E2"}),
)


def write_invoice(
    number: str,
    cents: int = 10_000,
    *,
    on: str = "20310310",
    vendor: str = "77",
    item: str = "BOLT",
    lines: int = 1,
) -> tuple[str, ...]:
    """The segments of an 810 without ST and SE; each line is of the same amount."""
    items = [f"IT1*{n}*{1}*EA*{Decimal(cents) / 100}**VN*{item}" for n in range(1, lines + 1)]
    return (
        f"BIG*{on}*{number}",
        f"N1*VN*Somebody*92*{vendor}",
        *items,
        f"TDS*{cents * lines}",
        f"CTT*{lines}",
    )


def write_file(*sets: tuple[str, ...], sender: str = "ALNWICK", usage: str = "P", code: str = "810") -> bytes:
    """An interchange with one group of these sets."""
    head = f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*OURHOUSE       *310310*0930*U*00401*000000042*0*{usage}*>"
    group = f"GS*{GROUPS.get(code, 'IN')}*{sender}*OURHOUSE*20310310*0930*7*X*004010"
    body: list[str] = []
    for n, segments in enumerate(sets, 1):
        body += [f"ST*{code}*{n:04}", *segments, f"SE*{len(segments) + 2}*{n:04}"]
    return "~".join([head, group, *body, f"GE*{len(sets)}*7", "IEA*1*000000042", ""]).encode()


def make_bill(
    number: str, amount: str = "100.00", *, vendor: str = "V1", description: str = "by hand"
) -> ApBill:
    """A bill as a person would enter it."""
    return ApBill(
        vendor_id=vendor,
        number=number,
        reference=None,
        date=date(2031, 3, 10),
        posting_date=date(2031, 3, 10),
        due_date=None,
        term="N30",
        description=description,
        action="Submit",
        lines=(ApBillLine(account_no="6000", amount=Decimal(amount), memo="", location_id="10"),),
    )


def make_contact(name: str, status: str = "active") -> Contact:
    """A contact known by its name alone."""
    texts = {item.name: "" for item in fields(Contact)}
    return Contact(**{**texts, "record_no": 1, "name": name, "status": status})  # type: ignore[arg-type]


@dataclass(slots=True, kw_only=True)
class Scene:
    """Everything of one link; each `run` is a run of the product, each `restart` a new process."""

    url: str
    clock: ManualClock
    finance: FakeFinance
    mailbox: FakeMailbox
    store: WatchedStore
    rules: str = RULES
    link: str = "main"
    mode: Literal["test", "live"] = "live"
    doubt: tuple[timedelta, ...] = DOUBT
    roll: float = 0.0
    cadence: Cadence = USUAL
    slice: int = 1000
    hard_limit: int | None = None
    multi_source: bool | None = None
    base_unit_lines: bool | None = False
    four_eyes: bool = True
    negative_debit_memos: bool | None = None
    bills: BillSetup = field(default_factory=BillSetup)
    progress: list[tuple[Step, int, int]] = field(default_factory=list)

    def make_run(self) -> Run:
        with self.store.begin() as work:
            version = work.rules.pin(self.link, {"rules.toml": self.rules}, author="clerk")
            answers = work.xref.list_valid(self.link, version)
        link = LinkFacts(
            name=self.link,
            mode=self.mode,
            company="BIRCH",
            base_currency="USD",
            host="cleo.example",
            inbound=INBOUND,
            archive=ARCHIVE,
            doubt=self.doubt,
            reference=self.cadence,
            rules=parse_rules({"rules.toml": self.rules}).add_answers(answers),
            rules_version=version,
            slice=self.slice,
            hard_limit=self.hard_limit,
            multi_source=self.multi_source,
            base_unit_lines=self.base_unit_lines,
            four_eyes=self.four_eyes,
            negative_debit_memos=self.negative_debit_memos,
            bills=self.bills,
        )
        return Run(
            link=link,
            store=self.store,
            finance=self.finance,
            mailbox=self.mailbox,
            clock=self.clock,
            roll=lambda: self.roll,
            report=lambda step, done, total: self.progress.append((step, done, total)),
        )

    def run(self) -> list[Trouble]:
        """One run of the link, as `once` makes it; returns the troubles it met."""
        run = self.make_run()
        intacct_to_cleo.refresh(run)
        edi_to_intacct.process(run)
        return run.troubles

    def do(self, *steps: Callable[[Run], object]) -> list[Trouble]:
        """Only these steps."""
        run = self.make_run()
        for step in steps:
            step(run)
        return run.troubles

    def restart(self) -> None:
        """Another process takes the place of this one, which is gone."""
        self.store.close()
        self._start()

    def lose_store(self) -> None:
        """The machine is lost; another one begins with an empty store."""
        self.store.close()
        forget_everything(self.url)
        self._start()

    def _start(self) -> None:
        self.store = open_watched(self.url, self.clock)
        self.finance.open_blocks = self.mailbox.open_blocks = self.count_open_blocks

    def count_open_blocks(self) -> int:
        return self.store.open_blocks

    def drop(self, *sets: tuple[str, ...], name: str = "in.edi", sender: str = "ALNWICK") -> str:
        return self.mailbox.drop(name, write_file(*sets, sender=sender))

    def wait(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))

    def documents(self) -> tuple[StoredDocument, ...]:
        with self.store.begin() as work:
            return work.documents.list(self.link)

    def document(self, number: str) -> StoredDocument:
        """The only document of that invoice number."""
        (found,) = [each for each in self.documents() if each.document.key.number == number]
        return found

    def statuses(self) -> dict[str, Status]:
        """Where each invoice stands, by its number."""
        return {each.document.key.number: each.status for each in self.documents()}

    def files(self) -> tuple[StoredFile, ...]:
        with self.store.begin() as work:
            return work.files.list(self.link)

    def posting(self, number: str) -> StoredPosting:
        id_ = self.document(number).id
        with self.store.begin() as work:
            return work.postings.newest([id_])[id_]

    def bill(self, number: str) -> ApBill:
        """What is to be sent for an invoice."""
        (bill,) = self.posting(number).posting.functions
        assert isinstance(bill, ApBill)
        return bill

    def list_sent(self) -> list[list[ApBill]]:
        """The bills of each request, whatever became of it."""
        requests = self.finance.requests
        return [[call.body for call in calls if isinstance(call.body, ApBill)] for calls in requests]

    def needs(self, number: str) -> tuple[Need, ...]:
        id_ = self.document(number).id
        with self.store.begin() as work:
            return work.needs.list_open([id_]).get(id_, ())

    def audit(self, record: str) -> list[AuditEntry]:
        with self.store.begin() as work:
            assert not work.audit.check(record)
            return list(work.audit.list(record))

    def actions(self, number: str) -> list[str]:
        """What happened to an invoice, by its audit trail."""
        return [entry.action for entry in self.audit(f"document:{self.document(number).id}")]


def open_watched(url: str, clock: Callable[[], datetime]) -> WatchedStore:
    return WatchedStore(open_store(url, clock=clock, actor="clerk", key=b"a key for tests"))


@contextmanager
def open_scene(url: str) -> Iterator[Scene]:
    """A scene over the store there."""
    clock = ManualClock()
    store = open_watched(url, clock)
    finance = FakeFinance(BOOKS, clock=clock)
    scene = Scene(
        url=url,
        clock=clock,
        finance=finance,
        mailbox=FakeMailbox(INBOUND, ARCHIVE),
        store=store,
    )
    finance.open_blocks = scene.mailbox.open_blocks = scene.count_open_blocks
    try:
        yield scene
    finally:
        scene.store.close()


def share(scene: Scene, link: str) -> Scene:
    """Another link over the same store, company and tenant."""
    return replace(scene, link=link, progress=[])
