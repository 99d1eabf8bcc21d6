"""What is missing before a document can be planned."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """One missing thing, as a key that an answer can meet: `vendor:NWSTEEL/92/0042`."""

    kind: str
    subject: str
    reason: str  #: one sentence for a person: what is wrong, with the value, and the cure

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"
