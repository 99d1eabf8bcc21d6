"""What may be set, and a link with everything it needs to be run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from ml_connector.config.controls import ControlsSettings
from ml_connector.config.fields import (
    LOOPBACK,
    Address,
    CleoTimeout,
    Count,
    DoubtTimes,
    Duration,
    Hosts,
    ReadTimeout,
    Slice,
    Summary,
    Switch,
    WriteTimeout,
)
from ml_connector.config.publishing import PartnersSettings, PublishSettings
from ml_connector.config.reference import ReferenceSettings
from ml_connector.config.retention import RetentionSettings
from ml_connector.config.running import RunSettings
from ml_connector.config.schedule import ScheduleSettings
from ml_connector.mapping.rules.toml_reading import Model

_STILL_EXECUTING: Final = timedelta(minutes=15)
_DOUBT: Final = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=16))


class StoreSettings(Model):
    url: str = Field(
        default="sqlite:///ml-connector.db", repr=False
    )  #: relative to the configuration file; may hold a password


class IntacctSettings(Model):
    url: Address = "https://api.intacct.com/ia/xml/xmlgw.phtml"
    sender_id: str
    company_id: str
    user_id: str
    base_currency: str  #: of the entities this link posts in
    endpoint_hosts: Hosts = ("*.intacct.com",)  #: where a session may lead, besides the host of `url`
    read_timeout: ReadTimeout = timedelta(minutes=1)  #: how long to wait without a byte of the answer
    write_timeout: WriteTimeout = timedelta(minutes=5)  #: the same for what creates bills


class MeterSettings(Model):
    """How many API transactions the company may come to in a month (UTC), whichever link or partner causes them."""

    soft_limit: Count | None = None  #: from here on runs and reports warn
    hard_limit: Count | None = None  #: here documents wait, and only what is in doubt is looked for

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.soft_limit and self.hard_limit and self.soft_limit > self.hard_limit:
            raise ValueError("soft_limit: it warns of hard_limit; let it be less")
        return self


class CompanySettings(Model):
    """How the company is set up, where no call of Intacct's tells; nothing is taken for granted."""

    multi_currency: bool | None = None
    exchange_rate_type: str | None = None  #: of Intacct's rates, for bills in another currency than the books
    account_labels: bool | None = None  #: lines of bills name labels instead of accounts
    named_bill_summaries: bool | None = None  #: bills must name the summary (batch) they belong to
    bill_summary: Summary | None = None  #: its name, with `{year}` and `{month}` of the posting date
    vendor_numbering: bool | None = None  #: Intacct numbers new vendors
    bill_approval: bool | None = None
    payment_approval: bool | None = None
    purchasing_approval: bool | None = None
    vendor_approval: bool | None = None
    multi_source_conversion: bool | None = None  #: one document may be converted from several
    base_unit_lines: bool | None = None  #: QUANTITY and PRICE of purchasing lines are in the item's base unit
    negative_debit_memos: bool | None = None  #: lines of AP adjustments that lower what is owed are negative
    tax_solution: bool | None = None  #: taxes of bills are tax entries, to be claimed back

    @model_validator(mode="after")
    def check_bills(self) -> Self:
        if self.bill_summary is not None and not self.named_bill_summaries:
            raise ValueError("bill_summary: it is sent only with named_bill_summaries = true; set both")
        if self.exchange_rate_type is not None and not self.multi_currency:
            raise ValueError("exchange_rate_type: it is sent only with multi_currency = true; set both")
        return self


class CleoSettings(Model):
    url: Address
    username: str
    inbound: str = "/edi/inbound"
    archive: str = "/edi/archive"
    timeout: CleoTimeout = timedelta(minutes=1)  #: how long to wait without a byte of the answer
    max_file_mb: Count = 1000  #: a larger file stays where it is
    max_files: Count = 10_000  #: of new files in one run; the next one takes the rest
    events: Switch = True  #: the tenant's own events become audit entries
    profile_name: Literal["cic-folders", "harmony-connection"] = "cic-folders"  #: the layout of this tenant
    profile: dict[str, Any] = Field(default_factory=dict)  #: single keys of it that differ in this tenant


class LinkSettings(Model):
    """One Intacct company joined to one Cleo tenant."""

    mode: Literal["test", "live"] = "test"
    rules: str = "rules"  #: the folder of the rule files, relative to the configuration file
    doubt: DoubtTimes = _DOUBT  #: when an unclear sending is looked for, counted from its last byte
    reference_every: Duration = timedelta(minutes=5)  #: how old our copy of Intacct's reference may be
    four_eyes: Switch = True  #: what money depends on changes only once a second person agreed
    slice: Slice = 1000  #: documents that are decided in one go
    reference: ReferenceSettings = ReferenceSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    controls: ControlsSettings = ControlsSettings()
    intacct: IntacctSettings
    company: CompanySettings = CompanySettings()
    meter: MeterSettings = MeterSettings()
    cleo: CleoSettings
    publish: PublishSettings | None = None  #: nothing is published without this table
    partners: PartnersSettings | None = None  #: nor is Cleo asked for partners

    @model_validator(mode="after")
    def check_doubt(self) -> Self:
        if self.doubt[-1] < _STILL_EXECUTING and urlsplit(self.intacct.url).hostname not in LOOPBACK:
            raise ValueError(
                "doubt: Intacct may go on executing for 15 minutes after an answer was given up; "
                'let the last time be later, as in ["0s", "1m", "5m", "16m"]'
            )
        return self

    @model_validator(mode="after")
    def check_folders(self) -> Self:
        places = {"cleo.inbound": self.cleo.inbound}
        if self.publish is not None:
            places["publish.folder"] = self.publish.folder
        taken = None if self.partners is None else self.partners.folder
        for place, folder in places.items():
            if folder == taken:
                raise ValueError(f"partners.folder: {folder} is {place} already; give it a folder of its own")
        return self


class Tables(Model):
    """What stands in the file."""

    store: StoreSettings = StoreSettings()
    run: RunSettings = RunSettings()
    retention: RetentionSettings = RetentionSettings()
    link: dict[str, LinkSettings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """A link's passwords. They have no printable form."""

    sender_password: str
    user_password: str
    cleo_password: str
    cleo_totp_secret: str = ""  #: empty for an account without a second factor

    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with everything it needs to be run."""

    name: str
    settings: LinkSettings
    secrets: Secrets
    rules: Mapping[str, str]  #: the rule files, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    path: Path
    store_url: str = field(repr=False)
    key: bytes = field(repr=False)  #: hashes what must be found but not kept; empty when none is given
    run: RunSettings
    retention: RetentionSettings
    links: Mapping[str, Link]


class ConfigRefused(Exception):
    """The configuration cannot be used; each problem is one line with key, place and cure."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
