"""Note: each verdict becomes a move, with the posting or the needs that belong to it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ml_connector.flows.planning.asking import guard
from ml_connector.flows.planning.cases import AnyCase, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.identity import ControlKind, derive_control_id
from ml_connector.mapping.keys import list_keys
from ml_connector.records.documents import Move
from ml_connector.records.keys import Identity, Target
from ml_connector.records.posting import Pins, Posting, StoredPosting
from ml_connector.records.status import Status

_CONTROL_KINDS: Final[dict[type, ControlKind]] = {
    ApBill: "bill",
    NewAdjustment: "adjustment",
    NewPayment: "payment",
    NewJournalEntry: "journal",
    RecordDeletion: "deletion",
}
Verdict = Ready | Held | Filed | str
"""What became of a document; a text is the reason why it is a duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a decision stands on, beside the document."""

    company: str
    pins: Pins
    facts: Facts
    before: StoredPosting | None  #: what was to be sent for it before
    stopped: frozenset[int]  #: documents that must be filed together with whatever comes of it


def note(outcome: Outcome, case: AnyCase, verdict: Verdict, grounds: Grounds) -> None:
    """Add to the outcome what is to be stored for a verdict."""
    move = _begin_move(case, grounds.pins)
    outcome.stopped[move.id] = grounds.stopped
    if not isinstance(verdict, str) and verdict.comparison is not None:
        outcome.comparisons[move.id] = verdict.comparison
    match verdict:
        case str():
            outcome.add_move(Status.DUPLICATE, replace(move, action="duplicate", reason=verdict))
        case Filed():
            outcome.add_move(Status.FILED, replace(move, action="filed", reason=verdict.reason))
        case Held():
            _note_held(outcome, case, verdict, move, grounds.facts)
        case _:
            posting = _make_posting(case, verdict, grounds)
            outcome.postings.append((move.id, posting))
            detail = {**move.detail, "control_id": posting.control_id}
            ready = replace(move, action="ready", detail=detail, due=verdict.due)
            outcome.add_move(Status.READY, ready)


def _begin_move(case: AnyCase, pins: Pins) -> Move:
    """What any move of a decided document says."""
    vendor, partner = case.find_vendor(), case.opened.partner
    return Move(
        id=case.stored.id,
        action="planned",
        partner_name=partner.name if partner is not None else "",
        vendor=vendor.vendor_id if vendor is not None else "",
        vendor_name=vendor.name if vendor is not None else "",
        planned_rules=pins.rules,
        planned_reference=pins.reference,
        detail={"rules": pins.rules, "reference": pins.reference},
    )


def _note_held(outcome: Outcome, case: AnyCase, held: Held, move: Move, facts: Facts) -> None:
    outcome.needs[move.id] = held.needs
    due = guard(case, lambda c: c.find_due(facts))
    opened = case.opened
    if opened.partner is not None:
        asked = case.asked.union(facts.trade.catalogue.list_grounds(case.asked))
        keys = list_keys(opened.document, opened.partner, held.needs, asked, facts.reference)
        outcome.asked[move.id] = keys
    waiting = replace(
        move,
        action="held",
        reason=held.needs[0].reason,
        detail={**move.detail, "needs": ", ".join(str(need) for need in held.needs)},
        due=due if isinstance(due, date) else None,
    )
    outcome.add_move(Status.HELD, waiting)


def _make_posting(case: AnyCase, ready: Ready, grounds: Grounds) -> Posting:
    target = Target(company=grounds.company, entity=ready.entity)
    revision = _choose_revision(grounds.before)
    opened = case.opened
    identity = Identity(
        key=case.stored.document.key,
        date=ready.date,
        purpose=_name_purpose(opened.purpose, ready),
        revision=revision,
    )
    return Posting(
        control_id=derive_control_id(target, identity, kind=_name_kind(ready)),
        revision=revision,
        target=target,
        mark=opened.mark,
        functions=ready.functions,
        provenance=ready.provenance,
        pins=grounds.pins,
    )


def _name_purpose(purpose: str, ready: Ready) -> str:
    """A deletion is of one record: what was booked again under its number may be cancelled again."""
    function = ready.functions[-1]
    return f"{purpose}/{function.key}" if isinstance(function, RecordDeletion) else purpose


def _name_kind(ready: Ready) -> ControlKind:
    """By the last function, which the document is about."""
    return _CONTROL_KINDS.get(type(ready.functions[-1]), "purchasing")


def _choose_revision(before: StoredPosting | None) -> int:
    """The next revision only after a definite refusal: what may have been executed goes under the same control id."""
    if before is None:
        return 1
    return before.posting.revision + bool(before.refusal)
