"""What can be written: a body that renders itself, under a control id."""

from dataclasses import dataclass
from typing import ClassVar, Protocol


class Writable(Protocol):
    """A function that creates or changes something. Its values were checked when it was made."""

    NAME: ClassVar[str]  #: for people: `create APBILL`

    def render(self) -> str:
        """The function's element, its children in the order that Intacct's schema enforces."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A write under a control id, by which Intacct knows a repetition of a completed function."""

    control_id: str
    body: Writable
