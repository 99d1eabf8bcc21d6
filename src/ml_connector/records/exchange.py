"""One request to Intacct or Cleo, as the meter and the audit keep it, and what Sage bills of it."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredExchange:
    """What was asked and what it cost. Secrets are already taken out of `request` and `answer`."""

    link: str
    system: str  #: `intacct` or `cleo`
    flow: str  #: `post`, `look up`, `reference`, `session`, `files`
    purpose: str
    started: dt.datetime
    milliseconds: int
    http_status: int | None
    outcome: str  #: `ok`, or the error's class name
    api_transactions: int  #: as Sage bills them: each record written, each page queried
    request: bytes  #: kept only when the outcome is not `ok`
    answer: bytes  #: likewise, cut to 64 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeLine:
    """An exchange as the meter lists it, without what was said."""

    id: int
    link: str
    system: str
    flow: str
    purpose: str
    started: dt.datetime
    milliseconds: int
    http_status: int | None
    outcome: str
    api_transactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptExchange:
    """An exchange with what was said; both are empty where it went well, and of Cleo."""

    line: ExchangeLine
    request: bytes
    answer: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReading:
    """Requests and API transactions of one flow."""

    flow: str
    requests: int
    api_transactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUsage:
    """API transactions of one day for one purpose, as Sage bills them."""

    day: dt.date
    link: str
    flow: str
    partner: str  #: whose documents they were for; empty where they were for no single one
    transactions: int
