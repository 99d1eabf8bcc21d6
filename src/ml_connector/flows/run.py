"""What one run of a link works with, and what it reports while it does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ml_connector.flows.ports import Finance, Mailbox
from ml_connector.mapping.rules import Rules
from ml_connector.store import Store

Step = Literal["reference", "receive", "read", "plan", "post", "read back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something outside us that kept a step from finishing; what it left is done by the next run."""

    step: Step
    system: Literal["intacct", "cleo"]
    message: str


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
    reference_every: timedelta
    rules: Rules
    rules_version: int


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
    troubles: list[Trouble] = field(default_factory=list)
