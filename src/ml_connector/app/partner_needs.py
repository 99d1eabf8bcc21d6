"""Trading partners of Cleo that nobody of ours answers to, as needs: a person says which vendor each is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ml_connector.app.need_actions import Desk
from ml_connector.app.need_views import NeedRow
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.answers import Question
from ml_connector.mapping.vendors.cleo_partners import ask_for_partner, name_need
from ml_connector.mapping.vendors.suggest import Suggestion, suggest_for_all
from ml_connector.records.partners import PartnerStatus, StoredPartner
from ml_connector.records.xref import CrossReference, XrefStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerNeeds:
    """The unmatched partners of one link. No document need wait for them: they are known from Cleo alone."""

    basis: Basis

    def list(self) -> tuple[StoredPartner, ...]:
        """Those without an answer that acts, in the order Cleo told of them."""
        with self.basis.store.begin() as work:
            acting = work.xref.list(self.basis.link.name, status=XrefStatus.ACTIVE)
        answered = {_name_place(each.xref) for each in acting}
        return tuple(
            each
            for each in self._list_unmatched()
            if _name_place(ask_for_partner(each.judged.facts).answer("")) not in answered
        )

    def find(self, need: str) -> StoredPartner | None:
        """The partner a need such as `partner:Cragside/92/9` is about."""
        if not need.startswith("partner:"):
            return None
        return next((each for each in self.list() if name_need(each.judged.facts) == need), None)

    def ask(self, need: str) -> Question | None:
        """The question a need asks; None where it is about no partner of Cleo."""
        found = self.find(need)
        return None if found is None else ask_for_partner(found.judged.facts)

    def describe(
        self,
        partners: Sequence[StoredPartner],
        vendors: Sequence[Vendor],
        desk: Desk,
    ) -> tuple[NeedRow, ...]:
        """The partners as needs, with vendors of like names."""
        names = [each.judged.facts.name for each in partners if each.judged.facts.name]
        likely = suggest_for_all(names, vendors) if names else {}
        return tuple(self._make_row(each, likely, desk) for each in partners)

    def _make_row(
        self,
        partner: StoredPartner,
        likely: Mapping[str, tuple[Suggestion, ...]],
        desk: Desk,
    ) -> NeedRow:
        facts = partner.judged.facts
        question = ask_for_partner(facts)
        need = name_need(facts)
        steps = desk.name_steps(need, question, since=partner.since)
        return NeedRow(
            kind="partner",
            need=need,
            reason=partner.judged.reason,
            documents=0,
            waiting=(),
            since=partner.since,
            days=(self.basis.clock() - partner.since).days,
            due=None,
            answer=question.wanted,
            action=steps[0],
            or_else=steps[1:],
            suggestions=likely.get(facts.name, ()),
            prepared=desk.list_answers(question),
        )

    def _list_unmatched(self) -> Iterator[StoredPartner]:
        after = 0
        while True:
            with self.basis.store.begin() as work:
                page = work.partners.list(self.basis.link.name, status=PartnerStatus.UNMATCHED, after=after)
            if not page:
                return
            yield from page
            after = page[-1].id


def _name_place(xref: CrossReference) -> tuple[str, str, str]:
    return xref.kind, xref.partner, xref.code
