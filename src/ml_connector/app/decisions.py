"""What people decide about documents by hand: for one, or for all that fit."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ml_connector.app.need_views import Decided
from ml_connector.flows import overruling
from ml_connector.records.documents import Filter
from ml_connector.records.status import Status
from ml_connector.store import Store

Report = Callable[[int, int], None]
HELD: Final = frozenset({Status.HELD})
CLOSED: Final = frozenset(overruling.CLOSED)
POSTED: Final = frozenset({Status.POSTED})
REPLAYABLE: Final = HELD | CLOSED
"""What may be decided again: nothing that is posted, or on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, why, and whom to tell how far it is."""

    reason: str
    by: str
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decisions about the documents of one link. None of them posts anything: the next run does, by its own checks."""

    store: Store
    link: str

    def choose(self, text: str, wanted: Filter) -> dict[int, Status]:
        """The documents that fit, the first to be paid first; those that go by `text` where one is given."""
        with self.store.begin() as work:
            chosen = dict(work.documents.list_standing(self.link, wanted))
            if not text:
                return chosen
            return {
                found.id: found.status for found in work.documents.find(self.link, text) if found.id in chosen
            }

    def release(self, chosen: Mapping[int, Status], decision: Decision) -> Decided:
        """Let the held ones among them be decided again, whatever they were held for."""
        return self._decide(chosen, HELD, overruling.release, decision)

    def reject(self, chosen: Mapping[int, Status], decision: Decision) -> Decided:
        """Say that the held ones among them are not to be booked."""
        return self._decide(chosen, HELD, overruling.reject, decision)

    def reopen(self, chosen: Mapping[int, Status], decision: Decision) -> Decided:
        """Let those be decided again that were rejected, filed or taken for duplicates."""
        return self._decide(chosen, CLOSED, overruling.reopen, decision)

    def accept(self, chosen: Mapping[int, Status], decision: Decision) -> Decided:
        """Say of the posted ones among them that were edited in Intacct that they are right as they are there."""
        return self._decide(chosen, POSTED, overruling.accept, decision)

    def replay(self, chosen: Mapping[int, Status], decision: Decision) -> Decided:
        """Let all be decided again that are not posted and not on their way."""
        released = self._decide(chosen, HELD, overruling.release, decision)
        rest = {id_: status for id_, status in chosen.items() if status is not Status.HELD}
        reopened = self._decide(rest, CLOSED, overruling.reopen, decision)
        return replace(reopened, moved=tuple(sorted((*released.moved, *reopened.moved))))

    def _decide(
        self,
        chosen: Mapping[int, Status],
        allowed: frozenset[Status],
        act: Callable[..., set[int]],
        decision: Decision,
    ) -> Decided:
        ids: Sequence[int] = [id_ for id_, status in chosen.items() if status in allowed]
        moved = act(self.store, ids, reason=decision.reason, by=decision.by, report=decision.report)
        passed_over = Counter(status for status in chosen.values() if status not in allowed)
        return Decided(moved=tuple(sorted(moved)), passed_over=passed_over)
