"""A row of the fault matrix: what goes wrong, at which calls of the line, and what becomes of the documents then.

`test_fault_matrix` proves each cell; `write_reliability` makes `docs/reference/reliability.md` of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.acceptance.calls import CREATE_ADJUSTMENT, READ_BACK_ADJUSTMENT, RECORDS, VENDORS, Call, Outcome

Order = Mapping[str, Any]  #: a fault for a simulator's admin route; `match` is added where there is none

IN_AN_HOUR: Final = "in an hour, as HTTP writes dates"
PASSER_BY: Final = "passer-by.txt"
FIRST_NUMBER: Final = "the number of the first invoice"
SAME_CONTENT: Final = "the bytes of the first file"
OTHER_CONTENT: Final = "the bytes of one more file"
#: So that nobody waits for a minute, or for five.
IMPATIENT: Final = {
    "ML_CONNECTOR_LINK_MAIN_INTACCT_READ_TIMEOUT": "1s",
    "ML_CONNECTOR_LINK_MAIN_INTACCT_WRITE_TIMEOUT": "1s",
    "ML_CONNECTOR_LINK_MAIN_CLEO_TIMEOUT": "1s",
}
LOST: Final[Order] = {"action": "drop", "when": "after"}
READ_BACK_SAYS: Final = "A create is looked for in Intacct before anything else, anything but a create is done again by the next run."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fault:
    """A row of the matrix."""

    name: str
    does: str  #: what the product does, in a plain sentence
    orders: Sequence[Order]
    intacct: Sequence[Call] = ()
    cleo: Sequence[Call] = ()
    outcomes: Mapping[Call, Outcome] = field(default_factory=dict)  #: where it is not `once`
    settings: Mapping[str, Any] = field(default_factory=dict)  #: of the simulator, while it lasts
    product: Mapping[str, str] = field(default_factory=dict)  #: settings of the product, by their variables
    says: str = ""  #: stands in the reason why a document is held
    undisturbed: bool = False  #: the answer is used, so that the first run does all
    files: int = 1
    passer_by: bool = False  #: a file that is not for us lies before the others
    books_later: bool = False  #: Intacct goes on, and has booked before the last look

    def expect(self, call: Call) -> Outcome:
        """What becomes of the documents: all of them wait for one vendor, and of two records that go together the other
        one is left alone.
        """
        outcome = self.outcomes.get(call) or self.outcomes.get(call.like or call, Outcome.ONCE)
        if call in VENDORS:
            return Outcome.HELD if outcome is Outcome.SOME_HELD else outcome
        return Outcome.SOME_HELD if call.like is not None and outcome is Outcome.HELD else outcome

    def list_vendors(self) -> tuple[Call, ...]:
        """The calls for vendors that it can hit, as with other records."""
        return tuple(call for call in VENDORS if self._hits_others and call.like in self.intacct)

    def list_records(self) -> tuple[Call, ...]:
        """The calls for adjustments and payments that it can hit.

        What is about one certain call, or several files of bills, is not; nor what only the number of the request can
        tell.
        """
        if not self._hits_others:
            return ()
        if self.refuses_connections:  # one after another: the port is shut from the call before on
            return (READ_BACK_ADJUSTMENT, CREATE_ADJUSTMENT)
        return tuple(call for call in RECORDS if call.like in self.intacct)

    @property
    def _hits_others(self) -> bool:
        is_bound = any("match" in each or each["action"] == "reset_unread" for each in self.orders)
        return self.files == 1 and not is_bound

    @property
    def refuses_connections(self) -> bool:
        return any(order["action"] == "shut" for order in self.orders)
