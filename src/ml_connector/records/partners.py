"""Trading partners as Cleo tells of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class PartnerStatus(StrEnum):
    """How what Cleo says of a partner fits what we know."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"  #: no vendor and no partner of ours answers to it
    PREPARED = "prepared"  #: a cross-reference made of it waits for a person
    CONFLICT = "conflict"  #: Cleo says one thing and Intacct another, which counts unless a person decides
    BAD = "bad"  #: a row that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts:
    """What Cleo says of a partner."""

    origin: Literal["connection", "file"]
    key: str  #: what it is known by among those of its origin
    name: str
    code: str = ""  #: its EDI id as `qualifier/id`
    vendor: str = ""  #: the vendor in Intacct, where Cleo says one
    line: int | None = None  #: of its file


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPartner:
    """The same with how it fits."""

    facts: PartnerFacts
    status: PartnerStatus
    reason: str = ""  #: why, and what to do
    file_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPartner:
    id: int
    judged: JudgedPartner
    since: datetime
