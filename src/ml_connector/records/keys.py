"""What a document is known by, here and in Intacct."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessKey:
    """The same key means: the same business document, however often and in whatever file it came.

    The purpose, the date and the amount are no part of it: a cancellation or a correction concerns
    the document it repeats.
    """

    link: str
    partner: str  #: the partner's sender ids, `ISA05/ISA06/GS02`
    set_code: str  #: transaction set, such as `810`
    number: str
    kind: str  #: `debit` or `credit`


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The place in Intacct a control id belongs to."""

    company: str  #: Intacct's company id; never the sender or the user, who may change
    entity: str  #: empty for the top level


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A document's business key with what else makes one sending of it unique."""

    key: BusinessKey
    date: date | None
    purpose: str
    revision: int
