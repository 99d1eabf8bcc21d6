"""Cross-references, as people prepare and approve them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml_connector.app.limits import Freed, Role, find_excess, is_large, weigh_answer
from ml_connector.config import USUAL, ControlsSettings, fold_name
from ml_connector.flows.run import Basis
from ml_connector.records.xref import CrossReference, StoredXref, XrefStatus


class ApprovalRefused(Exception):
    """An answer or an approval that does not count; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Xrefs:
    """The cross-references of one link that people have answered."""

    basis: Basis
    four_eyes: bool
    controls: ControlsSettings = USUAL

    def list(self, *, status: XrefStatus | None = None) -> tuple[StoredXref, ...]:
        """All of them or those of one state, oldest first."""
        with self.basis.store.begin() as work:
            return work.xref.list(self.basis.link.name, status=status)

    def prepare(self, answer: CrossReference, *, by: str, origin: str, reason: str = "") -> StoredXref:
        """Note an answer to the need `origin`; without four eyes it acts at once, unless it frees too much for that.

        Raises ApprovalRefused where it frees more than the person may answer for.
        """
        link = self.basis.link.name
        freed = self._weigh(answer, origin)
        excess = find_excess(self.controls, Role.PREPARE, by, freed)
        if excess:
            raise ApprovalRefused(self._refuse(Role.PREPARE, excess))
        with self.basis.store.begin() as work:
            (prepared,) = work.xref.prepare(link, [answer], by=by, origin=origin, reason=reason)
            alone = not (self._takes_two(freed) or find_excess(self.controls, Role.APPROVE, by, freed))
            if prepared.status is XrefStatus.ACTIVE or not alone:
                return prepared
            (acting,) = work.xref.approve(link, [prepared.id], by=by)
            return acting

    def approve(self, ids: Sequence[int], *, by: str) -> tuple[StoredXref, ...]:
        """Let prepared ones act from now on. Raises ApprovalRefused, and then approves none."""
        link = self.basis.link.name
        with self.basis.store.begin() as work:
            found = self._demand(work.xref.get(link, ids), ids, XrefStatus.PREPARED)
        self._demand_allowed(found, by)
        with self.basis.store.begin() as work:
            self._demand(work.xref.get(link, ids), ids, XrefStatus.PREPARED)
            return work.xref.approve(link, ids, by=by)

    def decline(self, ids: Sequence[int], *, by: str, reason: str) -> tuple[StoredXref, ...]:
        """Say no to prepared ones, or end active ones; returns what they are then. Raises ApprovalRefused."""
        with self.basis.store.begin() as work:
            found = work.xref.get(self.basis.link.name, ids)
            self._demand(found, ids, XrefStatus.PREPARED, XrefStatus.ACTIVE)
            return work.xref.decline(self.basis.link.name, ids, by=by, reason=reason)

    def _demand_allowed(self, found: Sequence[StoredXref], by: str) -> None:
        """Each of them by what it frees today."""
        freed = {each.id: self._weigh(each.xref, each.origin) for each in found}
        own = [
            f"{each.id}"
            for each in found
            if self._takes_two(freed[each.id]) and fold_name(each.prepared_by) == fold_name(by)
        ]
        if own:
            why = "four_eyes" if self.four_eyes else "it frees much: controls.large_approval"
            raise ApprovalRefused(f"{by} has prepared {', '.join(own)}; another person must approve ({why})")
        excesses = {id_: find_excess(self.controls, Role.APPROVE, by, freed[id_]) for id_ in freed}
        named = [f"cross-reference {id_}: {excess}" for id_, excess in excesses.items() if excess]
        if named:
            raise ApprovalRefused(self._refuse(Role.APPROVE, "; ".join(named)))

    def _weigh(self, answer: CrossReference, origin: str) -> Freed:
        """In a transaction of its own, apart from what is written then."""
        link = self.basis.link
        with self.basis.store.begin() as work:
            return weigh_answer(work, link.name, answer, origin, base_currency=link.base_currency)

    def _takes_two(self, freed: Freed) -> bool:
        return self.four_eyes or is_large(self.controls, freed)

    def _refuse(self, role: Role, excess: str) -> str:
        place = f"link.{self.basis.link.name}.controls.{role}"
        return f"{excess}. Let somebody {role} it whose limit is higher, or change {place}"

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
