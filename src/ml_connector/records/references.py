"""What a document is known by and what it names, besides its own number."""

from dataclasses import dataclass
from typing import Literal

ReferenceKind = Literal["order", "invoice", "shipment", "payment", "interchange", "group", "transaction"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reference:
    """A number that a document stands under.

    An interchange or a group is that which brought it; a transaction is one in Intacct that it was compared with.
    """

    kind: ReferenceKind
    number: str  #: as it was sent, or as Intacct has it
