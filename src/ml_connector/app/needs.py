"""Needs, as people ask for them: what waits, what would meet it, and what an answer frees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ml_connector.app.documents import Documents
from ml_connector.app.need_actions import WHY, Desk
from ml_connector.app.need_views import Answered, NeedRow, NeedView, Preview, Waiting
from ml_connector.app.partner_needs import PartnerNeeds
from ml_connector.app.previews import preview_documents
from ml_connector.app.vendor_needs import add_proposals, agree_to, find_proposed
from ml_connector.app.worths import sum_needs
from ml_connector.app.xrefs import Xrefs
from ml_connector.config import USUAL, ControlsSettings
from ml_connector.flows.reference.rows import restore_record
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.answers import LONGEST_TARGET, Question, ask_for
from ml_connector.mapping.rules.purchasing import AGREED, OVERRULING
from ml_connector.mapping.vendors.cleo_partners import name_need
from ml_connector.mapping.vendors.new_vendor import CREATE, NEW_VENDOR
from ml_connector.mapping.vendors.suggest import Suggestion, suggest_vendors
from ml_connector.records.documents import Filter
from ml_connector.records.needs import NeedSum
from ml_connector.records.partners import StoredPartner
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference, XrefStatus
from ml_connector.store import Work

Report = Callable[[int, int], None]


class AnswerRefused(Exception):
    """An answer that cannot be right; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The needs of one link."""

    basis: Basis
    four_eyes: bool
    controls: ControlsSettings = USUAL
    name: str = ""  #: of the link, where commands have to name it

    @property
    def _partners(self) -> PartnerNeeds:
        return PartnerNeeds(basis=self.basis)

    def list(self, *, limit: int | None = None) -> tuple[NeedRow, ...]:
        """Every unmet need with what waits for it, that of the most documents first; then unmatched partners of Cleo."""
        with self.basis.store.begin() as work:
            sums = sum_needs(work, self.basis.link.name, today=self.basis.clock().date())
        rows = self._describe(sums, limit)
        waited_for = {f"{each.kind}:{each.subject}" for each in sums}
        unmatched = [each for each in self._partners.list() if name_need(each.judged.facts) not in waited_for]
        return (*rows, *self._describe_partners(unmatched[: None if limit is None else limit - len(rows)]))

    def show(self, need: str, *, limit: int | None = None) -> NeedView | None:
        """A need with its documents; None when nothing waits for it, and Cleo tells of no such partner."""
        link = self.basis.link
        with self.basis.store.begin() as work:
            sums = sum_needs(work, link.name, today=self.basis.clock().date(), need=need)
            ids = work.documents.list_ids(link.name, _held_on(need))[:limit]
            found = work.documents.get(ids)
        if not sums:
            partner = self._partners.find(need)
            return (
                None if partner is None else NeedView(row=self._describe_partners([partner])[0], documents=())
            )
        lines = Documents(self.basis.store).describe([found[id_] for id_ in ids], company=link.company)
        return NeedView(row=self._describe(sums, 1)[0], documents=lines)

    def preview(self, need: str, value: str, *, report: Report, reason: str = "") -> Preview | None:
        """What an answer would free, and what would go on holding the rest; None where nothing waits for it.

        Raises AnswerRefused.
        """
        answer = self._read(need, value, reason)
        link = self.basis.link
        then = replace(self.basis, link=replace(link, rules=link.rules.add_answers([answer])))
        with self.basis.store.begin() as work:
            ids = work.documents.list_ids(link.name, _held_on(need))
        if not ids and self._partners.find(need) is None:
            return None
        if answer.kind == NEW_VENDOR:  # by a vendor that is not there yet nothing can be decided
            return Preview(documents=len(ids), freed=(), still=())
        return preview_documents(then, ids, report=report)

    def answer(self, need: str, value: str, *, by: str, preview: Preview, reason: str = "") -> Answered:
        """Note the answer. It acts at once, or with four eyes, or if it frees much, once another person has approved it.

        Raises AnswerRefused, and ApprovalRefused where it frees more than this person may answer for.
        """
        answer = self._read(need, value, reason)
        desk = Xrefs(basis=self.basis, four_eyes=self.four_eyes, controls=self.controls)
        xref = desk.prepare(answer, by=by, origin=need, reason=reason)
        return Answered(
            xref=xref,
            acts=xref.status is XrefStatus.ACTIVE,
            approval=Desk(prepared=(), link=self.name).name_approval(xref),
            preview=preview,
        )

    def _read(self, need: str, value: str, reason: str) -> CrossReference:
        if value == CREATE:
            return self._agree(need)
        question = self._ask(need)
        if question is None:
            raise AnswerRefused(
                f"{need} takes more than a value: see `ml-connector needs show` for what meets it"
            )
        if not value or len(value) > LONGEST_TARGET or value == question.wanted.upper():
            raise AnswerRefused(f"name a {question.wanted}, of at most {LONGEST_TARGET} characters")
        if question.kind in OVERRULING and reason in {"", WHY}:
            raise AnswerRefused("this overrules a check: say why with --reason")
        self._demand_known(question, value)
        return question.answer(value)

    def _agree(self, need: str) -> CrossReference:
        proposed = find_proposed(self.basis, need)
        if proposed is None:
            raise AnswerRefused(
                f'no vendor is proposed for {need}; write new_vendors = "propose" with the [[partner]], or '
                'policy = "propose" in [new_vendors] of the rules'
            )
        if isinstance(proposed.proposal, str):
            raise AnswerRefused(f"no vendor can be proposed for {need}: {proposed.proposal}")
        return agree_to(proposed.proposal)

    def _ask(self, need: str) -> Question | None:
        names = (partner.name for partner in self.basis.link.rules.partners)
        return ask_for(need, names) or self._partners.ask(need)

    def _describe_partners(self, partners: Sequence[StoredPartner]) -> tuple[NeedRow, ...]:
        if not partners:
            return ()
        with self.basis.store.begin() as work:
            desk = self._open_desk(work)
        return self._partners.describe(partners, self._list_vendors(), desk)

    def _open_desk(self, work: Work) -> Desk:
        prepared = work.xref.list(self.basis.link.name, status=XrefStatus.PREPARED)
        return Desk(prepared=prepared, link=self.name)

    def _demand_known(self, question: Question, value: str) -> None:
        """What is copied by its id must be there and active; contacts, units and lines are not looked up."""
        if question.wanted == "agreement" and value != AGREED:
            raise AnswerRefused(f"answer {AGREED}, or reject the document")
        if question.wanted == "line" and not value.isdecimal():
            raise AnswerRefused("name the line by its number on the order, as people count")
        if question.wanted in {"contact", "unit", "order", "line", "agreement"}:
            return
        company = self.basis.link.company
        with self.basis.store.begin() as work:
            newest = work.reference.newest(company)
            place = (question.wanted, value)
            rows = (
                work.reference.slice(company, newest[0], [place]).get(place, []) if newest is not None else []
            )
        found = next((row for row in rows if row.key == value), None)
        if found is None:
            raise AnswerRefused(
                f"{question.wanted} {value} is not in Intacct; create it there, or correct the answer"
            )
        if found.body["status"] != "active":
            raise AnswerRefused(
                f"{question.wanted} {value} is {found.body['status']} in Intacct; activate it first"
            )

    def _describe(self, sums: Sequence[NeedSum], limit: int | None) -> tuple[NeedRow, ...]:
        grouped: dict[str, list[NeedSum]] = {}
        for each in sums:
            grouped.setdefault(f"{each.kind}:{each.subject}", []).append(each)
        biggest = sorted(grouped, key=lambda need: (-sum(each.documents for each in grouped[need]), need))[
            :limit
        ]
        with self.basis.store.begin() as work:
            desk = self._open_desk(work)
        shown = [each for need in biggest for each in grouped[need]]
        suggest = self._find_suggestions(shown)
        rows = (self._make_row(need, grouped[need], desk, suggest) for need in biggest)
        return add_proposals(self.basis, rows, shown, desk)

    def _make_row(
        self,
        need: str,
        sums: Sequence[NeedSum],
        desk: Desk,
        suggest: Callable[[NeedSum], tuple[Suggestion, ...]],
    ) -> NeedRow:
        question = ask_for(need, (partner.name for partner in self.basis.link.rules.partners))
        since = min(each.since for each in sums)
        steps = desk.name_steps(need, question, since=since)
        return NeedRow(
            kind=sums[0].kind,
            need=need,
            reason=sums[0].reason,
            documents=sum(each.documents for each in sums),
            waiting=tuple(map(_to_waiting, sums)),
            since=since,
            days=(self.basis.clock() - since).days,
            due=min((each.due for each in sums if each.due is not None), default=None),
            answer=question.wanted if question is not None else "",
            action=steps[0],
            or_else=steps[1:],
            suggestions=suggest(sums[0]),
            prepared=desk.list_answers(question),
        )

    def _find_suggestions(self, sums: Sequence[NeedSum]) -> Callable[[NeedSum], tuple[Suggestion, ...]]:
        """Likely vendors, where one is asked for; the vendors are read only then."""
        samples = [each.sample for each in sums if each.kind == "vendor"]
        if not samples:
            return lambda _: ()
        names = Documents(self.basis.store).name_sellers(samples)
        vendors = self._list_vendors()
        return lambda each: (
            suggest_vendors(names[each.sample], vendors)
            if each.kind == "vendor" and names.get(each.sample)
            else ()
        )

    def _list_vendors(self) -> Sequence[Vendor]:
        company = self.basis.link.company
        with self.basis.store.begin() as work:
            newest = work.reference.newest(company)
            rows = work.reference.list_kind(company, newest[0], "vendor") if newest is not None else []
        return [record for row in rows if isinstance(record := restore_record(row), Vendor)]


def _held_on(need: str) -> Filter:
    return Filter(statuses=frozenset({Status.HELD, Status.POSTED}), need=need)


def _to_waiting(each: NeedSum) -> Waiting:
    return Waiting(
        currency=each.currency,
        documents=each.documents,
        amount=each.amount,
        unknown=each.unstated,
        discount=each.discount,
        discount_until=each.discount_until,
    )
