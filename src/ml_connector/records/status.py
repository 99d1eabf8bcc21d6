"""What state a document or a file is in, and the only moves there are."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """The state of a document."""

    READ = "read"
    READY = "ready"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    POSTED = "posted"
    HELD = "held"
    DUPLICATE = "duplicate"
    FILED = "filed"
    REJECTED = "rejected"


class FileStatus(StrEnum):
    """The state of a file."""

    RECEIVED = "received"  #: stored, not yet split
    READ = "read"  #: split into its documents
    DAMAGED = "damaged"  #: split as far as possible: something in it could not be read, or is missing from it
    UNREADABLE = "unreadable"  #: no EDI at all
    LISTED = "listed"  #: a list of partners out of Cleo, whose rows were compared


MOVES: Final[dict[Status, frozenset[Status]]] = {
    Status.READ: frozenset({Status.READY, Status.HELD, Status.DUPLICATE, Status.FILED, Status.REJECTED}),
    Status.READY: frozenset({Status.SENDING, Status.READ}),
    Status.SENDING: frozenset(
        {Status.POSTED, Status.FILED, Status.IN_DOUBT, Status.READY, Status.HELD, Status.REJECTED}
    ),
    Status.IN_DOUBT: frozenset({Status.POSTED, Status.FILED, Status.READY, Status.HELD}),
    Status.POSTED: frozenset({Status.HELD, Status.FILED}),
    Status.HELD: frozenset({Status.READ}),
    Status.DUPLICATE: frozenset({Status.READ}),
    Status.FILED: frozenset({Status.READ}),
    Status.REJECTED: frozenset({Status.READ}),
}
"""From → to. `posted` → `held` is a recorded reversal, `posted` → `filed` what its cancellation has undone, which is filed
itself once that is done; the moves back to `read` are releases and reopenings, and of what
is ready and was never sent, that it is called back: it is decided together with what cancels or replaces it."""

BIRTHS: Final = frozenset({Status.READ, Status.FILED, Status.REJECTED})
"""The states a document may begin in."""
