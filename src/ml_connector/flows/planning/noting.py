"""Note: each verdict becomes a move, with the posting or the needs that belong to it."""

from dataclasses import dataclass, replace
from datetime import date

from ml_connector.flows.planning.asking import guard
from ml_connector.flows.planning.cases import Case
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.mapping.identity import derive_control_id
from ml_connector.mapping.invoice_to_bill import Draft, Filed, Held, Planned, find_due
from ml_connector.mapping.keys import list_keys
from ml_connector.mapping.reference import Slice
from ml_connector.records.documents import Move
from ml_connector.records.keys import Identity, Target
from ml_connector.records.posting import Pins, Posting, StoredPosting
from ml_connector.records.status import Status

Verdict = Planned | Held | Filed | str
"""What became of a document; a text is the reason why it is a duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a decision stands on, beside the document."""

    company: str
    pins: Pins
    known: Slice
    before: StoredPosting | None  #: what was to be sent for it before


def note(outcome: Outcome, case: Case, verdict: Verdict, grounds: Grounds) -> None:
    """Add to the outcome what is to be stored for a verdict."""
    move = _begin_move(case, grounds.pins)
    match verdict:
        case str():
            outcome.add_move(Status.DUPLICATE, replace(move, action="duplicate", reason=verdict))
        case Filed():
            outcome.add_move(Status.FILED, replace(move, action="filed", reason=verdict.reason))
        case Held():
            _note_held(outcome, case, verdict, move, grounds.known)
        case _:
            posting = _make_posting(case, verdict, grounds)
            outcome.postings.append((move.id, posting))
            detail = {**move.detail, "control_id": posting.control_id}
            ready = replace(move, action="ready", detail=detail, due=verdict.bill.due_date)
            outcome.add_move(Status.READY, ready)


def _begin_move(case: Case, pins: Pins) -> Move:
    """What any move of a decided document says."""
    vendor = case.draft.match.vendor if isinstance(case.draft, Draft) else None
    return Move(
        id=case.stored.id,
        action="planned",
        partner_name=case.subject.partner.name if case.subject.partner is not None else "",
        vendor=vendor.vendor_id if vendor is not None else "",
        vendor_name=vendor.name if vendor is not None else "",
        planned_rules=pins.rules,
        planned_reference=pins.reference,
        detail={"rules": pins.rules, "reference": pins.reference},
    )


def _note_held(outcome: Outcome, case: Case, held: Held, move: Move, known: Slice) -> None:
    outcome.needs[move.id] = held.needs
    due = guard(case, lambda c: find_due(c.draft, known) if isinstance(c.draft, Draft) else None)
    subject = case.subject
    if subject.partner is not None:
        outcome.asked[move.id] = list_keys(subject.invoice, subject.partner, held.needs, case.asked, known)
    waiting = replace(
        move,
        action="held",
        reason=held.needs[0].reason,
        detail={**move.detail, "needs": ", ".join(str(need) for need in held.needs)},
        due=due if isinstance(due, date) else None,
    )
    outcome.add_move(Status.HELD, waiting)


def _make_posting(case: Case, planned: Planned, grounds: Grounds) -> Posting:
    route = case.subject.route
    target = Target(company=grounds.company, entity=route.entity if route.post_at == "entity" else "")
    revision = _choose_revision(grounds.before)
    identity = Identity(
        key=case.stored.document.key,
        date=planned.bill.date,
        purpose=case.subject.invoice.purpose,
        revision=revision,
    )
    return Posting(
        control_id=derive_control_id(target, identity),
        revision=revision,
        target=target,
        mark=case.subject.document_key,
        body=planned.bill,
        provenance=planned.provenance,
        pins=grounds.pins,
    )


def _choose_revision(before: StoredPosting | None) -> int:
    """The next revision only after a definite refusal: what may have been executed goes under the same control id."""
    if before is None:
        return 1
    return before.posting.revision + bool(before.refusal)
