"""What became in Intacct of what we posted."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Trouble(StrEnum):
    """What is wrong with a record of ours in Intacct."""

    NONE = ""
    DELETED = "deleted"
    REVERSED = "reversed"  #: or voided
    DECLINED = "declined"
    RECALLED = "recalled"  #: a draft again after it was submitted
    EDITED = "edited"  #: another total, or another number of lines


UNDONE = "undone in Intacct"
"""The action of the audit entry that says that nothing of a document is left in Intacct."""

GONE = frozenset({Trouble.DELETED, Trouble.REVERSED})
"""What no longer counts, and cannot come back by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One record in Intacct that a document of ours became, as it was seen last.

    What was not looked at yet has no state.
    """

    document_id: int
    object: str
    key: str  #: as Intacct answered: RECORDNO, or the id of a purchasing transaction
    born_of: str = ""  #: the purchasing transaction that made it; empty for what we wrote
    watched: bool = True  #: its money is compared, too
    state: str = ""  #: Intacct's label, such as `Posted`
    total: Decimal | None = None
    expected: Decimal | None = None  #: None until it is seen, where that is not known before
    paid: Decimal | None = None
    lines: int | None = None
    expected_lines: int | None = None
    bill_no: int | None = None  #: of the bill that a purchasing transaction made
    modified: datetime | None = None  #: Intacct's time stamp of what was seen
    trouble: Trouble = Trouble.NONE
    is_settled: bool = False  #: nothing comes after it but what Intacct tells as a change
    looks: int = 0  #: how often what is known of it has changed
