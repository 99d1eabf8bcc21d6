"""Journal entries of one company in memory, with their lines.

It leaves to the simulator: that each entity balances, closed books, approvals, and the reversal on another day.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Annotated, Any, ClassVar

from ml_connector.intacct import Account, JournalEntry, JournalLine, NewJournalEntry, NewJournalLine, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal(Record):
    """A journal of the company, to be booked in."""

    OBJECT: ClassVar[str] = "GLJOURNAL"

    symbol: Annotated[str, "SYMBOL"]


class FakeJournals:
    """Keeps entries. `look` gives the records of what they are booked on."""

    def __init__(self, look: Callable[[], Iterable[Any]], *, clock: Callable[[], dt.datetime]) -> None:
        self._look = look
        self._clock = clock
        self.entries: list[JournalEntry] = []
        self.lines: dict[int, tuple[JournalLine, ...]] = {}  #: by RECORDNO of the entry
        self._line_numbers = count(1)

    def list_records(self, until: dt.datetime) -> Iterator[JournalEntry | JournalLine]:
        """What was made until then, as `query` lists it."""
        for entry in self.entries:
            if entry.modified is not None and entry.modified <= until:
                yield entry
                yield from self.lines[entry.record_no]

    def find_problems(self, body: NewJournalEntry) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        there = [each for each in self._look() if isinstance(each, Journal | Account)]
        journals = {each.symbol for each in there if isinstance(each, Journal)}
        accounts = {
            each.account_no for each in there if isinstance(each, Account) and each.status == "active"
        }
        said = [] if body.journal in journals else [f"Invalid Journal '{body.journal}' specified."]
        return said + [
            f"Invalid GL Account '{line.account_no}' specified."
            for line in body.lines
            if line.account_no not in accounts
        ]

    def keep(self, body: NewJournalEntry) -> str:
        """Execute what was checked, and give the RECORDNO."""
        entry = JournalEntry(
            record_no=len(self.entries) + 1,
            journal=body.journal,
            batch_no=1 + sum(each.journal == body.journal for each in self.entries),
            date=body.date,
            title=body.title,
            reference=body.reference or "",
            state=body.state,
            module="2.GL",
            source_entity=body.source_entity or "",
            modified=self._clock(),
        )
        self.entries.append(entry)
        self.lines[entry.record_no] = tuple(
            self._make_line(entry, line_no, line) for line_no, line in enumerate(body.lines, 1)
        )
        return str(entry.record_no)

    def _make_line(self, entry: JournalEntry, line_no: int, new: NewJournalLine) -> JournalLine:
        place = new.dimensions
        return JournalLine(
            record_no=next(self._line_numbers),
            entry_no=entry.record_no,
            line_no=line_no,
            account_no=new.account_no,
            side="1" if new.side == "debit" else "-1",
            amount=new.amount,
            currency=new.currency or "USD",
            document=new.document or "",
            memo=new.memo or "",
            location_id=place.location_id or "",
            department_id=place.department_id or "",
            project_id=place.project_id or "",
            class_id=place.class_id or "",
            item_id=place.item_id or "",
            vendor_id=place.vendor_id or "",
            customer_id=place.customer_id or "",
            employee_id=place.employee_id or "",
        )
