"""A partner's code for something of ours, as people have answered it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class XrefStatus(StrEnum):
    """What became of a cross-reference."""

    PREPARED = "prepared"  #: waits for a second person
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"  #: another one has taken its place, or somebody has ended it


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossReference:
    """What a code stands for. Its kind is that of the need it meets: `vendor`, `remit_to`, `coding` and so on.

    `partner` is for a trading partner of Cleo without an EDI id: its code is the name Cleo gives it.
    """

    kind: str
    partner: str  #: the partner's name; empty for any partner
    code: str
    target: str  #: the vendor id, the contact's name, the account
    number: int | None = field(default=None, compare=False)  #: what it is called once it is stored: `xref 3`


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredXref:
    """A cross-reference with who answered for it, and the versions of the rules it is part of."""

    id: int
    link: str
    xref: CrossReference
    status: XrefStatus
    origin: str  #: what it was prepared from, such as `vendor:Hub/VN/92/7781` or a file's name
    prepared_by: str
    prepared_at: datetime
    decided_by: str  #: empty until it was approved or declined
    decided_at: datetime | None
    valid_from: int | None
    valid_to: int | None  #: the first version it is no part of any more
