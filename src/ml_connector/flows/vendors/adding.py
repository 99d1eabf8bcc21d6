"""Documents that wait for a seller nobody knows get their vendor. Read top to bottom.

    settle → propose → allow → create → remember

A vendor is created by the partner's policy, when nothing is in doubt about it, or when people have agreed to exactly
that. What answers with it is a cross-reference, and that frees the documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ml_connector.flows.allowance import is_at_limit
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.reference.fetching import find_mark
from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.vendors.creating import Order, create_vendor
from ml_connector.flows.vendors.proposing import Proposed, list_proposed
from ml_connector.flows.vendors.settling import settle_additions
from ml_connector.intacct.errors import IntacctError
from ml_connector.mapping.reference.slice import VENDOR
from ml_connector.mapping.vendors.new_vendor import NEW_VENDOR, Proposal
from ml_connector.mapping.vendors.vendor_likeness import is_like_any
from ml_connector.records.additions import AdditionStatus
from ml_connector.records.xref import CrossReference, StoredXref, XrefStatus
from ml_connector.store import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowed:
    """What may be created, or was: with who answers for it."""

    order: Order
    proposed: Proposed
    agreed_at: datetime | None  #: None for what the policy allows


def add_vendors(run: Run) -> Run | None:
    """Create what may be, and let what is created answer. Returns the run with these answers, for documents to be decided
    by; None when there are none. What stood in the way is in `run.troubles`.
    """
    try:
        settle_additions(run)
        if not is_at_limit(run):
            _create_all(run)
    except IntacctError as error:
        run.troubles.append(Trouble(step="vendors", system="intacct", message=str(error)))
        return None
    return _remember(run)


def _create_all(run: Run) -> None:
    """In test mode nothing is: a vendor is more than a draft."""
    if run.link.mode == "test" or not any(_is_due(run, each) for each in _list_allowed(run)):
        return
    if not _read_vendors_anew(run):
        return  # what is there now is not known; the next run will see
    made: list[Proposal] = []
    for each in _list_allowed(run):
        proposal = each.order.proposal
        if _is_due(run, each) and not is_like_any(proposal, made):  # else it is a candidate with the next run
            create_vendor(run, each.order)
            made.append(proposal)
    settle_additions(run)


def _list_allowed(run: Run) -> list[_Allowed]:
    proposed = list_proposed(run.basis)
    if not proposed:
        return []
    with run.store.begin() as work:
        acting = work.xref.list(run.link.name, status=XrefStatus.ACTIVE)
    agreed = {(each.xref.partner, each.xref.code): each for each in acting if each.xref.kind == NEW_VENDOR}
    return [allowed for each in proposed if (allowed := _allow(each, agreed)) is not None]


def _allow(proposed: Proposed, agreed: dict[tuple[str, str], StoredXref]) -> _Allowed | None:
    proposal = proposed.proposal
    if not isinstance(proposal, Proposal):
        return None
    agreement = agreed.get((proposal.partner, proposal.code))
    is_made = _is_made_for(proposed)
    if agreement is not None and (is_made or agreement.xref.target == proposal.answer):
        by, agreed_at = agreement.decided_by, agreement.decided_at
    elif proposed.policy == "create" and (is_made or not proposal.doubts):
        by, agreed_at = "new_vendors = create", None
    else:
        return None
    order = Order(need=proposed.need, document_id=proposed.document_id, proposal=proposal, by=by)
    return _Allowed(order=order, proposed=proposed, agreed_at=agreed_at)


def _is_made_for(proposed: Proposed) -> bool:
    """Whether it is created for this very need: what comes to be doubted later does not undo that."""
    addition = proposed.addition
    return (
        addition is not None and addition.status is AdditionStatus.CREATED and addition.need == proposed.need
    )


def _is_due(run: Run, allowed: _Allowed) -> bool:
    """Whether it is to be sent now. What is held waits for another proposal, or to be agreed to anew."""
    addition = allowed.proposed.addition
    if allowed.proposed.bound:
        return False  # it is there already, and not ours to make again
    if addition is None:
        return True
    if addition.status is AdditionStatus.WAITING:
        return addition.not_before is None or addition.not_before <= run.clock()
    if addition.status is not AdditionStatus.HELD:
        return False
    is_new = addition.digest != allowed.order.proposal.digest
    return is_new or (allowed.agreed_at is not None and allowed.agreed_at > addition.updated_at)


def _read_vendors_anew(run: Run) -> bool:
    """Whether our copy has every vendor that Intacct has at this moment."""
    now, cadence = run.clock(), run.link.reference
    at_once = replace(cadence, own={**cadence.own, VENDOR: timedelta(0)})
    troubles = len(run.troubles)
    refresh(replace(run, link=replace(run.link, reference=at_once)))
    read = find_mark(run, VENDOR).last_delta
    return len(run.troubles) == troubles and read is not None and read >= now


def _remember(run: Run) -> Run | None:
    """Cross-references to what is created, that act from now on; those for a link are made by its own runs."""
    made = [answer for each in _list_allowed(run) if (answer := _find_answer(each)) is not None]
    if not made or not _read_vendors_anew(run):
        return None
    with run.store.begin() as work:
        seen = _leave_unseen(run, work, made)
        for each in seen:
            (prepared,) = work.xref.prepare(run.link.name, [each.xref], by=each.by, origin=each.origin)
            work.xref.approve(run.link.name, [prepared.id], by=each.by)
        return _let_act(run, work, {each.xref for each in seen})


def _leave_unseen(run: Run, work: Work, made: Sequence["_Answer"]) -> Sequence["_Answer"]:
    """Those whose vendors our copy has by now; a query may be a moment behind a write."""
    newest = work.reference.newest(run.link.company)
    version = newest[0] if newest is not None else 0
    ids = [each.xref.target for each in made]
    known = work.reference.get_rows(run.link.company, version, VENDOR, ids)
    return [each for each in made if each.xref.target in known]


def _let_act(run: Run, work: Work, answers: set[CrossReference]) -> Run | None:
    """The run with the rules of the newest version; None where there is none, or people have answered other things
    meanwhile: the next run takes all of it.
    """
    newest = work.rules.find_newest(run.link.name)
    if newest is None or not answers:
        return None
    before = work.xref.list_valid(run.link.name, run.link.rules_version)
    now = work.xref.list_valid(run.link.name, newest.id)
    if {*now} != {*before} | answers:
        return None
    rules = run.link.rules.add_answers([each for each in now if each in answers])
    return replace(run, link=replace(run.link, rules=rules, rules_version=newest.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A cross-reference to a vendor that is created."""

    xref: CrossReference
    by: str
    origin: str


def _find_answer(allowed: _Allowed) -> _Answer | None:
    addition = allowed.proposed.addition
    if addition is None or addition.status is not AdditionStatus.CREATED:
        return None
    proposal = allowed.order.proposal
    xref = CrossReference(
        kind=VENDOR, partner=proposal.partner, code=proposal.code, target=addition.vendor_id
    )
    return _Answer(xref=xref, by=allowed.order.by, origin=f"vendor addition {addition.id}")
