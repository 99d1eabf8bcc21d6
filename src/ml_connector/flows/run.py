"""What one run of a link works with, and what it reports while it does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from ml_connector.flows.beside import Begin, do_at_once
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.ports import Finance, Mailbox
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.reference.sheets import Sheet
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.store import Store

Step = Literal[
    "reference",
    "publish",
    "partners",
    "receive",
    "events",
    "read",
    "plan",
    "vendors",
    "post",
    "read back",
    "reconcile",
    "decide",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something outside us that kept a step from finishing; what it left is done by the next run."""

    step: Step
    system: Literal["intacct", "cleo"]
    message: str


Form = Literal["csv", "jsonl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishFacts:
    """What a link publishes to Cleo, and how."""

    folder: str
    sheets: tuple[Sheet, ...]
    forms: tuple[Form, ...]
    guarded: bool  #: cells of CSV files are safe in a spreadsheet
    full_every: timedelta
    run_action: str  #: alias of the action to run afterwards; empty for none
    partners: tuple[str, ...] = ()  #: vendors that are to have a connection in Cleo


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnersFacts:
    """Where Cleo tells a link of trading partners."""

    folder: str
    archive: str
    connections: bool
    ignore: tuple[str, ...] = ()  #: aliases of connections that are no partners, with `*` and `?`


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """A link's settings, as the flows see them."""

    name: str
    mode: Literal["test", "live"]
    company: str
    base_currency: str
    host: str  #: of the Cleo tenant
    inbound: str
    archive: str
    doubt: tuple[timedelta, ...]
    reference: Cadence
    rules: Rules
    rules_version: int
    largest_file: int = 1_000_000_000  #: in bytes; a larger one stays where it is
    most_files: int = 10_000  #: of new files in one run; the next one takes the rest
    copies_events: bool = False  #: the tenant's events become audit entries
    publish: PublishFacts | None = None  #: None: nothing is published
    partners: PartnersFacts | None = None  #: None: Cleo is not asked for partners
    slice: int = 1000  #: documents that are decided in one go, and stored in one transaction
    four_eyes: bool = True  #: what money depends on takes a second person
    multi_source: bool | None = None  #: the company converts from several transactions; None: nobody has said
    base_unit_lines: bool | None = None  #: purchasing lines are told in base units; None: nobody has said
    negative_debit_memos: bool | None = None  #: the lines of a debit memo are negative; None: nobody has said
    bills: BillSetup = field(default_factory=BillSetup)  #: how the company wants them
    hard_limit: int | None = None  #: of API transactions a month; None: there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What plans are made from; none of it can be asked over a network."""

    link: LinkFacts
    store: Store
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a link: its parts, its clock, its dice, and the troubles met on the way."""

    link: LinkFacts
    store: Store
    finance: Finance
    mailbox: Mailbox
    clock: Callable[[], datetime]
    roll: Callable[[], float]  #: a number from 0 to 1, for jitter
    report: Callable[[Step, int, int], None]  #: step, done, of how many
    begin: Begin = do_at_once  #: how a request to Intacct is begun, while other work goes on
    lanes: int = 1  #: requests to Cleo at the same time, for files
    turn: Lock = field(default_factory=Lock)  #: held by the one request to Intacct there may be
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def basis(self) -> Basis:
        return Basis(link=self.link, store=self.store, clock=self.clock)
