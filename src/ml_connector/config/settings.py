"""What may be set, and a link with everything it needs to be run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from ml_connector.config.fields import (
    LOOPBACK,
    Address,
    CleoTimeout,
    DoubtTimes,
    Duration,
    ReadTimeout,
    WriteTimeout,
)
from ml_connector.mapping.toml_reading import Model

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
    read_timeout: ReadTimeout = timedelta(minutes=1)  #: how long to wait without a byte of the answer
    write_timeout: WriteTimeout = timedelta(minutes=5)  #: the same for what creates bills


class CleoSettings(Model):
    url: Address
    username: str
    inbound: str = "/edi/inbound"
    archive: str = "/edi/archive"
    timeout: CleoTimeout = timedelta(minutes=1)  #: how long to wait without a byte of the answer
    profile: dict[str, str | int | bool] = Field(
        default_factory=dict
    )  #: single keys that differ in this tenant


class LinkSettings(Model):
    """One Intacct company joined to one Cleo tenant."""

    mode: Literal["test", "live"] = "test"
    rules: str = "rules"  #: the folder of the rule files, relative to the configuration file
    doubt: DoubtTimes = _DOUBT  #: when an unclear sending is looked for, counted from its last byte
    reference_every: Duration = timedelta(minutes=5)  #: how old our copy of Intacct's reference may be
    intacct: IntacctSettings
    cleo: CleoSettings

    @model_validator(mode="after")
    def check_doubt(self) -> Self:
        if self.doubt[-1] < _STILL_EXECUTING and urlsplit(self.intacct.url).hostname not in LOOPBACK:
            raise ValueError(
                "doubt: Intacct may go on executing for 15 minutes after an answer was given up; "
                'let the last time be later, as in ["0s", "1m", "5m", "16m"]'
            )
        return self


class Tables(Model):
    """What stands in the file."""

    store: StoreSettings = StoreSettings()
    link: dict[str, LinkSettings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """A link's passwords. They have no printable form."""

    sender_password: str
    user_password: str
    cleo_password: str

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
    links: Mapping[str, Link]


class ConfigRefused(Exception):
    """The configuration cannot be used; each problem is one line with key, place and cure."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
