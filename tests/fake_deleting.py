"""The generic delete of one company in memory: what is posted is not deleted, and what is deleted is converted no more."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

from tests.fake_payables import FakePayables
from tests.fake_purchasing import FakePurchasing, Kept

from ml_connector.intacct import RecordDeletion

_OPEN: Final = ("Draft", "Submitted", "Declined")


class FakeDeleting:
    """Takes records out of the books that they are kept in."""

    def __init__(self, payables: FakePayables, purchasing: FakePurchasing) -> None:
        self._payables = payables
        self._purchasing = purchasing

    def find_problems(self, body: RecordDeletion) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        found = self._find(body)
        if found is None:
            return [f"Cannot find {body.object.lower()} with key '{body.record_no}' to delete."]
        state, _ = found
        return (
            [] if state in _OPEN else [f"{body.object} '{body.record_no}' is {state} and cannot be deleted."]
        )

    def keep(self, body: RecordDeletion) -> str:
        """Delete what was checked; Intacct names no key."""
        found = self._find(body)
        assert found is not None
        _, delete = found
        delete()
        return ""

    def _find(self, body: RecordDeletion) -> tuple[str, Callable[[], object]] | None:
        """The state of a record, and how it goes."""
        bills, adjustments = self._payables.bills, self._payables.adjustments
        kept = self._purchasing.kept.values()
        places: dict[str, list[tuple[int, str, Callable[[], object]]]] = {
            "APBILL": [(b.found.record_no, b.found.state, partial(bills.remove, b)) for b in bills],
            "APADJUSTMENT": [(a.record_no, a.state, partial(adjustments.remove, a)) for a in adjustments],
            "PODOCUMENT": [(k.document.record_no, k.document.state, partial(self._drop, k)) for k in kept],
        }
        there = (place for place in places[body.object] if place[0] == body.record_no)
        return next(((state, delete) for _, state, delete in there), None)

    def _drop(self, dropped: Kept) -> None:
        """Its sources may be converted again."""
        del self._purchasing.kept[dropped.document.document_id]
        for line in dropped.lines:
            for source in [each for each in self._purchasing.kept.values() if line.source_line is not None]:
                self._give_back(source, line.source_line, line.quantity or Decimal(0))

    def _give_back(self, source: Kept, source_line: int | None, quantity: Decimal) -> None:
        if source_line not in {line.record_no for line in source.lines}:
            return
        lines = tuple(
            replace(
                line,
                converted=(line.converted or Decimal(0)) - quantity,
                remaining=(line.remaining or Decimal(0)) + quantity,
            )
            if line.record_no == source_line
            else line
            for line in source.lines
        )
        state = "Partially Converted" if any(line.converted for line in lines) else "Pending"
        document = replace(source.document, state=state)
        self._purchasing.kept[document.document_id] = replace(source, document=document, lines=lines)
