"""How often Intacct's reference is read, and what a company adds to the usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often reference is read, compared and counted, and what a company adds to the usual."""

    every: timedelta = timedelta(minutes=5)
    own: Mapping[str, timedelta] = field(default_factory=dict)  #: of single kinds
    full_every: timedelta = timedelta(days=1)
    count_every: timedelta = timedelta(hours=1)
    overlap: timedelta = timedelta(minutes=10)  #: records become visible some time after their time stamp
    kinds: tuple[str, ...] = ()  #: besides those that plans need
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: fields not read, by kind
    edi_fields: tuple[str, ...] = ()  #: custom fields of vendors that hold their EDI ids
    approval_field: str = ""  #: of vendors, where the company approves them: what tells it
    waits: bool = True  #: changes that money depends on wait for a second person

    def find_interval(self, kind: str, usual: timedelta | None) -> timedelta:
        """How often a kind is read: as the company says, else as is usual for it, else as for all."""
        return self.own.get(kind, self.every if usual is None else usual)


USUAL: Final = Cadence()
