"""What the product answers, whoever asks: the command line, its `--json`, later the REST API and the console."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ml_connector.app.need_steps import Step
from ml_connector.flows.balance import Balance
from ml_connector.flows.run import Trouble
from ml_connector.intacct.meter import Standing
from ml_connector.mapping.vendors.duplicate_vendors import DuplicateGroup
from ml_connector.mapping.vendors.suggest import Suggestion
from ml_connector.records.audit import AuditEntry
from ml_connector.records.exchange import ApiUsage, MeterReading
from ml_connector.records.partners import PartnerStatus
from ml_connector.records.publications import ActionStatus, PublicationStatus
from ml_connector.records.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """A need of a held document, with what might meet it."""

    kind: str
    key: str
    reason: str
    since: datetime
    action: Step  #: the one that frees the document
    or_else: tuple[Step, ...]  #: what else would
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A document in one line of a table."""

    id: int
    document_key: str
    file: str
    set_code: str
    partner: str
    number: str
    date: date | None
    kind: str
    vendor: str
    vendor_name: str
    amount: Decimal | None  #: that it states, else what its goods are worth at the prices of its orders
    currency: str
    status: Status
    intacct_key: str
    reason: str  #: why it is where it is, when that is not plain
    needs: tuple[NeedLine, ...] = ()
    state: str = ""  #: of what it became in Intacct, as it was seen last; empty before that


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSum:
    """Documents of one currency that stand in one state, for one reason."""

    status: Status
    why: str  #: the kinds of needs it waits for; else the reason, with … for the numbers in it
    currency: str  #: empty where the documents name none
    documents: int
    amount: Decimal | None  #: of those of which it is known; None where it is of none
    unknown: int = 0  #: documents of which it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file that became no documents."""

    id: int
    name: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The story of a posting, for `documents show`."""

    control_id: str
    revision: int
    company: str
    entity: str
    action: str
    sent: int  #: how often
    last_sent: datetime | None
    looks: int
    next_look: datetime | None
    attachment: str  #: that its records name, by its id in Intacct, or why they name none
    story: str  #: the same in plain words


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """Everything about one document."""

    line: DocumentLine
    file_id: int
    bytes_from: int
    bytes_to: int
    sender: str
    receiver: str
    sendings: tuple[Sending, ...]
    audit: tuple[AuditEntry, ...]
    audit_intact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationLine:
    """A file of reference data for Cleo."""

    id: int
    table: str
    file: str
    extent: Literal["full", "delta"]
    upserts: int
    deletes: int
    length: int
    sha256: str
    status: PublicationStatus
    at: datetime
    reason: str  #: why it is not published; empty when it is
    action: ActionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageStanding:
    """How many API transactions a company has come to in a month, against a link's limits."""

    link: str
    company: str
    month: date  #: its first day
    used: int
    forecast: int  #: at the month's end, if it goes on as it went so far
    soft_limit: int | None
    hard_limit: int | None
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """The same with what the transactions were for."""

    standing: UsageStanding
    rows: tuple[ApiUsage, ...]  #: of all links of the company


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one `sync` did to a link."""

    link: str
    version_before: int | None  #: of our copy; None when there was none
    version: int | None
    rows: Mapping[str, int]  #: of our copy, by kind
    publishes: bool  #: whether the link publishes anything
    publications: tuple[PublicationLine, ...]
    meter: tuple[MeterReading, ...]
    cleo_requests: int
    troubles: tuple[Trouble, ...]
    usage: UsageStanding | None = None  #: after it


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """What there is to say of a trading partner of Cleo, in one line of a table."""

    need: str  #: `partner:…` when nobody of ours answers to it; empty otherwise
    origin: Literal["connection", "file"]
    name: str
    code: str  #: its EDI id as `qualifier/id`
    vendor: str  #: as Cleo says
    status: PartnerStatus
    reason: str
    file: str
    line: int | None
    since: datetime
    xref: int | None  #: the cross-reference that waits for a person
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerReport:
    """The partners of Cleo that need a person."""

    counts: Mapping[PartnerStatus, int]
    partners: tuple[PartnerLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateReport:
    """Vendors that may be one and the same."""

    version: int | None  #: of our copy; None when there is none yet
    vendors: int  #: how many were compared
    groups: tuple[DuplicateGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What one `once` did to a link."""

    link: str
    mode: str
    documents: tuple[DocumentLine, ...]  #: those this run received or moved; or the first few of each outcome
    outcomes: tuple[
        OutcomeSum, ...
    ] = ()  #: of all of them, that of the most documents first, posted ones last
    files: tuple[FileLine, ...]  #: those this run received that hold no documents, or something odd
    counts: Mapping[Status, int]  #: of all documents of the link
    balance: Balance
    meter: tuple[MeterReading, ...]
    cleo_requests: int
    publications: tuple[PublicationLine, ...] = ()  #: made or published by this run, or still waiting
    troubles: tuple[Trouble, ...]
    partners: Mapping[PartnerStatus, int] = field(default_factory=dict)  #: of Cleo, that need a person
    kept_back: int  #: bills planned to be submitted, while the link is in test mode
    doubtful: int
    next_look: datetime | None  #: when the first document in doubt is looked for again
    next_attempt: datetime | None  #: when the first document that could not be sent is tried again
    usage: UsageStanding | None = None  #: after it


@dataclass(frozen=True, slots=True, kw_only=True)
class PingStep:
    """One step of a connection: what was tried, how long it took, and what to change if it failed."""

    system: str
    step: str
    ok: bool
    milliseconds: int
    said: str
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of the company sheet. Without a `value`, `cure` says how it can become known."""

    name: str
    value: str
    told_by: str  #: the call, also when it was refused, or the setting
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PingResult:
    """What a ping found: the steps of both connections, and how the company is set up."""

    steps: tuple[PingStep, ...]
    company: tuple[Fact, ...]  #: empty when Intacct was not reached

    @property
    def ok(self) -> bool:
        return all(step.ok for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """A record's chain and whether it is whole."""

    record: str
    entries: tuple[AuditEntry, ...]
    contradiction: str  #: empty when the chain is whole
