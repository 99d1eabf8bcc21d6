"""Cross-references, as people prepare and approve them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml_connector.flows.run import Basis
from ml_connector.records.xref import CrossReference, StoredXref, XrefStatus


class ApprovalRefused(Exception):
    """An approval that does not count; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Xrefs:
    """The cross-references of one link that people have answered."""

    basis: Basis
    four_eyes: bool

    def list(self, *, status: XrefStatus | None = None) -> tuple[StoredXref, ...]:
        """All of them or those of one state, oldest first."""
        with self.basis.store.begin() as work:
            return work.xref.list(self.basis.link.name, status=status)

    def prepare(self, answer: CrossReference, *, by: str, origin: str, reason: str = "") -> StoredXref:
        """Note an answer; without four eyes it acts at once."""
        link = self.basis.link.name
        with self.basis.store.begin() as work:
            (prepared,) = work.xref.prepare(link, [answer], by=by, origin=origin, reason=reason)
            if self.four_eyes or prepared.status is XrefStatus.ACTIVE:
                return prepared
            (acting,) = work.xref.approve(link, [prepared.id], by=by)
            return acting

    def approve(self, ids: Sequence[int], *, by: str) -> tuple[StoredXref, ...]:
        """Let prepared ones act from now on. Raises ApprovalRefused, and then approves none."""
        with self.basis.store.begin() as work:
            found = self._demand(work.xref.get(self.basis.link.name, ids), ids, XrefStatus.PREPARED)
            own = [each for each in found if self.four_eyes and _is_same(each.prepared_by, by)]
            if own:
                numbers = ", ".join(str(each.id) for each in own)
                raise ApprovalRefused(f"{by} has prepared {numbers}; another person must approve (four_eyes)")
            return work.xref.approve(self.basis.link.name, ids, by=by)

    def decline(self, ids: Sequence[int], *, by: str, reason: str) -> tuple[StoredXref, ...]:
        """Say no to prepared ones, or end active ones; returns what they are then. Raises ApprovalRefused."""
        with self.basis.store.begin() as work:
            found = work.xref.get(self.basis.link.name, ids)
            self._demand(found, ids, XrefStatus.PREPARED, XrefStatus.ACTIVE)
            return work.xref.decline(self.basis.link.name, ids, by=by, reason=reason)

    def _demand(
        self, found: Sequence[StoredXref], ids: Sequence[int], *allowed: XrefStatus
    ) -> Sequence[StoredXref]:
        missing = set(ids) - {each.id for each in found}
        problems = [f"there is no cross-reference {id_}" for id_ in sorted(missing)]
        problems += [
            f"cross-reference {each.id} is {each.status}" for each in found if each.status not in allowed
        ]
        if problems:
            raise ApprovalRefused("; ".join(problems))
        return found


def _is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
