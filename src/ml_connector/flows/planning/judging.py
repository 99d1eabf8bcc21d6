"""Judge: the plan's answer for a document, unless it has been here before, or may have been."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ml_connector.flows.planning.billed import Billed
from ml_connector.flows.planning.cases import AnyCase, Decision, Ready
from ml_connector.flows.planning.earlier import Record
from ml_connector.flows.planning.noting import Verdict
from ml_connector.flows.planning.told import Told
from ml_connector.flows.planning.undoing import Undoing, undo
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates import earlier as duplicates
from ml_connector.mapping.duplicates.claims import Claim, Doubt, Found, Weighed, weigh
from ml_connector.mapping.duplicates.likeness import is_invoice, judge_likeness
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.vendors.remit_to import describe_lost_contact
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a document, and the names of the records that people say are others."""

    verdict: Verdict
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that a document is held against."""

    record: Record
    billed: Billed
    told: Told
    undoings: Mapping[int, Undoing]  #: what stands in Intacct of what cancellations are about
    rules: Rules

    def judge(self, case: AnyCase, claim: Claim, made: Decision) -> Judged:
        """The plan's answer, unless the same document has been here before or would add to what is billed: then that is
        said, or held with it.
        """
        repeated = self.record.siblings.judge(case, made)
        undoing = self.undoings.get(case.stored.id)
        if isinstance(repeated, Held) and undoing is not None:
            return Judged(
                verdict=undo(case, repeated, undoing, self.rules),
                cleared=frozenset({duplicates.name_document(undoing.sent.original)}),
            )
        judged = Judged(verdict=repeated) if repeated is not None else self._judge(case, claim, made)
        verdict = judged.verdict
        if not isinstance(verdict, Ready | Held) or not is_asked(case, verdict):
            return judged
        needs = tuple(self.billed.judge(case, verdict.comparison, self.rules, self.told))
        return replace(judged, verdict=_add_needs(verdict, needs)) if needs else judged

    def add(self, case: AnyCase, verdict: Verdict) -> None:
        """Let what comes after it be held against this document too."""
        if isinstance(verdict, Ready | Held):
            self.record.earlier.add(case.stored, vendor=case.vendor_id)
        if isinstance(verdict, Ready):
            self.billed.add(case, verdict)

    def _judge(self, case: AnyCase, claim: Claim, made: Decision) -> Judged:
        if isinstance(made, Filed):
            return Judged(verdict=made)
        made = _hold_lost(case, made, self.told)
        before = self.record.earlier.find(case.stored)
        record = weigh(claim, self.rules, duplicates.judge_record(claim, before))
        if record.same:
            return Judged(verdict=record.same)
        there, alike = Weighed(), Weighed()
        if not record.needs:
            known = _list_records(before, record.cleared)
            found = self._find_there(case, claim, known) if is_asked(case, made) else ()
            there = weigh(claim, self.rules, found)
        if there.same:
            return Judged(verdict=there.same)
        if claim.partner:
            alike = weigh(claim, self.rules, self._find_alike(claim))
        return _conclude(made, (record, there, alike))

    def _find_there(self, case: AnyCase, claim: Claim, known: Iterable[str]) -> Iterator[Found]:
        """What Intacct has under its number, but records of documents that people say are others."""
        entry = self.told.find_entry(case.opened.mark)
        if entry is not None:
            yield entry
        for found in case.judge_seen(claim, self.told):
            if not (isinstance(found, Doubt) and found.other in known):
                yield found

    def _find_alike(self, claim: Claim) -> Iterator[Found]:
        """What it may be under another number or vendor."""
        rule = self.rules.duplicates.find(claim.partner)
        amount = claim.document.document.amount
        yield from judge_likeness(claim, amount, rule, self.record.earlier.list_others(claim.document))
        others = self.told.owed if is_invoice(claim.document) else self.told.adjusted
        yield from judge_likeness(claim, claim.total, rule, others)


def is_asked(case: AnyCase, made: Decision) -> bool:
    """Whether Intacct is asked for the same: what is there already has used up its orders or paid its bills, and is no
    more ready.
    """
    draws = case.seeker is not None or case.ask_payables() is not None
    return isinstance(made, Ready) or (isinstance(made, Held) and draws)


def find_contact(made: Ready) -> str | None:
    """Who is to be paid in the place of the vendor."""
    first = made.functions[0]
    match first:
        case ApBill():
            return first.pay_to_contact
        case NewPurchasing():
            return first.pay_to
        case _:
            return None


def _add_needs(made: Ready | Held, needs: Iterable[Need]) -> Held:
    """What is held for these needs as well."""
    held = made if isinstance(made, Held) else Held(needs=(), comparison=made.comparison)
    return replace(held, needs=(*held.needs, *needs))


def _hold_lost(case: AnyCase, made: Ready | Held, told: Told) -> Ready | Held:
    if isinstance(made, Ready) and (contact := find_contact(made)) and contact in told.lost:
        return Held(needs=(describe_lost_contact(case.vendor_id, contact),))
    return made


def _list_records(before: Sequence[StoredDocument], cleared: frozenset[str]) -> set[str]:
    """What Intacct has of those documents that people say are others."""
    keys = {each.intacct_key for each in before if duplicates.name_document(each) in cleared} - {""}
    return {f"{kind}{key}" for key in keys for kind in ("", "bill ", "adjustment ")}


def _conclude(made: Ready | Held, weighed: Sequence[Weighed]) -> Judged:
    cleared = frozenset().union(*(each.cleared for each in weighed))
    needs = [need for each in weighed for need in each.needs]
    if needs:
        return Judged(verdict=_add_needs(made, needs), cleared=cleared)
    if isinstance(made, Ready):
        reasons = [reason for each in weighed for reason in each.reasons]
        made = replace(made, provenance=(*made.provenance, *reasons))
    return Judged(verdict=made, cleared=cleared)
