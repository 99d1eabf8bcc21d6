"""One vendor is created in three steps: the intent is stored, it goes out, what became of it is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.verdicts import BACKOFF, Verdict, find_next_attempt, judge_error, judge_result
from ml_connector.intacct.errors import IntacctError, NotSent, Throttled
from ml_connector.intacct.objects import VendorFound
from ml_connector.intacct.results import CallResult
from ml_connector.intacct.writing.call import Call
from ml_connector.mapping.identity import derive_vendor_control_id
from ml_connector.mapping.reference.slice import VENDOR
from ml_connector.mapping.vendors.new_vendor import Proposal
from ml_connector.records.additions import AdditionStatus, Approval, NewAddition, StoredAddition
from ml_connector.records.audit import Detail
from ml_connector.records.provenance import Reason
from ml_connector.store import Work
from ml_connector.store.vendor_additions import Story

_LONGEST: Final = timedelta(minutes=15)
"""One exchange at most: two log-ins and two writes, each to its time-out."""
_ANSWER_BY: Final = timedelta(minutes=20)
"""From then on others take it over, so no byte may leave later."""
_CREATED: Final = "Intacct has created it, and is asked for its id"
_ON_ITS_WAY: Final = frozenset({AdditionStatus.SENDING, AdditionStatus.IN_DOUBT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A vendor that is to be created, for which document, and who answers for it."""

    need: str
    document_id: int
    proposal: Proposal
    by: str


def create_vendor(run: Run, order: Order) -> None:
    """Create it, unless it is there, on its way, or another that may be the same is. Raises `intacct.errors` of reads.

    What stood in the way of writing is in `run.troubles`.
    """
    mark = order.proposal.mark
    with run.turn:
        seen = run.finance.writing.find_vendors([mark])
    until = run.clock() + _ANSWER_BY
    with run.store.begin() as work:
        intent = _write_intent(run, work, order, until)
        if intent is None:
            return
        if seen:
            note_created(run, work, intent, seen[0], found="by our mark, before anything was sent")
            return
    outcome = _send(run, intent, order.proposal, until)
    if isinstance(outcome, IntacctError):
        run.troubles.append(Trouble(step="vendors", system="intacct", message=str(outcome)))
        _store_error(run, intent, outcome)
    else:
        _store_result(run, intent, outcome)


def note_created(
    run: Run, work: Work, stored: StoredAddition, vendor: VendorFound, *, found: str = ""
) -> None:
    """Intacct has it, under this id."""
    waits = run.link.rules.new_vendors.approval_field is not None
    detail: Detail = {"vendor": vendor.vendor_id, "name": vendor.name, **({"found": found} if found else {})}
    work.vendor_additions.move(
        stored,
        AdditionStatus.CREATED,
        Story(action="vendor created", detail=detail),
        vendor_id=vendor.vendor_id,
        record_no=str(vendor.record_no),
        approval=Approval.AWAITED if waits else Approval.NONE,
    )


def _write_intent(run: Run, work: Work, order: Order, until: datetime) -> StoredAddition | None:
    """None when it is at work elsewhere, or done, or another one is by which it would be made twice."""
    proposal, company = order.proposal, run.link.company
    new = NewAddition(
        company=company,
        link=run.link.name,
        document_id=order.document_id,
        mark=proposal.mark,
        need=order.need,
        digest=proposal.digest,
        names=proposal.names,
    )
    before = work.vendor_additions.get(company, [proposal.mark]).get(proposal.mark)
    if before is not None and (before.status in _ON_ITS_WAY or before.status is AdditionStatus.CREATED):
        return None
    if any(_stands_in_the_way(work, rival) for rival in work.vendor_additions.find_rivals(new)):
        return None
    told = {each.path: _tell(each) for each in proposal.reasons}
    detail: Detail = {**told, "need": order.need}
    story = Story(action="vendor sending", detail=detail, by=order.by)
    return work.vendor_additions.write_intent(new, until=until, story=story)


def _tell(reason: Reason) -> str:
    """`Ridgeline Tool (name of the seller, N1*SE)`."""
    places = ", ".join((reason.rule, *(place for place, _ in reason.inputs)))
    return f"{reason.value} ({places})".lstrip()


def _stands_in_the_way(work: Work, rival: StoredAddition) -> bool:
    """One that is on its way, or that our copy does not know yet: once it does, it is a candidate people are shown."""
    if rival.status is not AdditionStatus.CREATED:
        return rival.status in _ON_ITS_WAY
    newest = work.reference.newest(rival.company)
    return newest is None or work.reference.get_row(rival.company, newest[0], VENDOR, rival.vendor_id) is None


def _send(run: Run, intent: StoredAddition, proposal: Proposal, until: datetime) -> CallResult | IntacctError:
    control_id = derive_vendor_control_id(intent.company, intent.mark, intent.revision)
    with run.turn:
        if run.clock() + _LONGEST > until:
            return NotSent("too late to send it before others take it over")
        try:
            results = run.finance.writing.write([Call(control_id=control_id, body=proposal.vendor)])
        except IntacctError as error:
            return error
    own = [each for each in results if each.control_id == control_id]
    return own[0] if own else CallResult(control_id=control_id, status="unclear")


def _store_result(run: Run, intent: StoredAddition, result: CallResult) -> None:
    """What is created is read back before it counts: only Intacct knows the id it has given."""
    said = "; ".join(map(str, result.errors)) or f"no clear answer ({result.status})"
    verdict = judge_result(result, sent_before=intent.sent_count > 1)
    with run.store.begin() as work:
        match verdict:
            case Verdict.DONE:
                doubt(run, work, intent, _CREATED, record_no=result.key or "unknown")
            case Verdict.HOLD:
                hold(work, intent, said, refusal=said)
            case Verdict.RETRY:
                _wait(run, work, intent, said)
            case _:
                definite = bool(result.errors) and not result.throttled and intent.sent_count > 1
                doubt(run, work, intent, said, refusal=said if definite else "")


def _store_error(run: Run, intent: StoredAddition, error: IntacctError) -> None:
    wished = (error.retry_after or BACKOFF.first) if isinstance(error, Throttled) else None
    verdict = judge_error(error)
    with run.store.begin() as work:
        if verdict is Verdict.READ_BACK:
            doubt(run, work, intent, str(error))
        elif verdict is not Verdict.SPLIT:
            _wait(run, work, intent, str(error), wished)
        elif intent.sent_count > 1:
            doubt(run, work, intent, str(error), refusal=str(error))
        else:
            hold(work, intent, str(error), refusal=str(error))


def doubt(run: Run, work: Work, stored: StoredAddition, said: str, **values: object) -> None:
    """It is looked for from now on at the times of the link's `doubt`."""
    now = run.clock()
    work.vendor_additions.move(
        stored,
        AdditionStatus.IN_DOUBT,
        Story(action="vendor in doubt", reason=said),
        sent_at=now,
        looks=0,
        next_look=now + run.link.doubt[0],
        **values,
    )


def hold(work: Work, stored: StoredAddition, said: str, *, refusal: str) -> None:
    """A person has to look; it is tried again once what is proposed has changed, or is agreed to anew."""
    story = Story(action="vendor refused", reason=said)
    work.vendor_additions.move(stored, AdditionStatus.HELD, story, next_look=None, refusal=refusal)


def _wait(run: Run, work: Work, stored: StoredAddition, said: str, wished: timedelta | None = None) -> None:
    """It surely did nothing; the next attempt is later."""
    attempts = stored.attempts + 1
    when = find_next_attempt(attempts, now=run.clock(), roll=run.roll(), wished=wished)
    work.vendor_additions.move(
        stored,
        AdditionStatus.WAITING,
        Story(action="vendor not sent", reason=said, detail={"next": when.isoformat()}),
        attempts=attempts,
        not_before=when,
        sent_count=stored.sent_count - 1,
    )
