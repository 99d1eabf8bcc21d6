"""One request to Intacct in three steps: the intent is stored, the bills go out, what became of each is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.verdicts import Verdict, find_next_attempt, judge_error, judge_result
from ml_connector.intacct.errors import IntacctError, NotSent, Throttled
from ml_connector.intacct.results import CallResult
from ml_connector.intacct.writing.bill import BillCall
from ml_connector.mapping.reference import VENDOR
from ml_connector.mapping.reference_changes import PAY_TO
from ml_connector.records.documents import Move
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Work

_LONGEST: Final = timedelta(minutes=15)
"""One exchange at most: two log-ins and two writes, each to its time-out."""
_ANSWER_BY: Final = timedelta(minutes=20)
"""From then on others take the documents over, so no byte may leave later."""

_CHANGED: Final = "its posting was changed in the database after it was planned; see the audit trail"
_PAID_ELSEWHERE: Final = (
    "the pay-to contact of its vendor was changed in Intacct after it was planned, and nobody has agreed to that; "
    "see `reference changes`, then replay it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is about to be sent in one request, and is stored as such."""

    batch: Sequence[StoredPosting]
    until: datetime  #: others take the documents over then


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request: a result for each bill, or one error for all of them."""

    results: Sequence[CallResult] = ()
    error: IntacctError | None = None
    took: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a request means for those after it."""

    sent: bool = False  #: something of it may have reached Intacct
    stop: bool = False  #: another request would fare no better now


def write_intent(run: Run, batch: Sequence[StoredPosting]) -> Intent | None:
    """Store that a batch is about to be sent, before a byte leaves; None when none of it may be sent any more.

    It was read a while ago: what goes elsewhere by now stays `ready`, for a batch that goes there.
    """
    until = run.clock() + _ANSWER_BY
    target = batch[0].posting.target
    with run.store.begin() as work:
        current = work.postings.keep_current(batch)
        mine = [current[stored.document_id] for stored in batch]
        mine = [stored for stored in mine if stored.posting.target == target]
        moves = [
            Move(id=p.document_id, action="sending", detail={"control_id": p.posting.control_id})
            for p in mine
        ]
        ours = work.documents.move(moves, expect=Status.READY, to=Status.SENDING, until=until)
        mine = [stored for stored in mine if stored.document_id in ours]
        spoilt = _find_spoilt(run, work, mine)
        for stored in mine:
            if stored.id in spoilt:
                _hold(work, stored, spoilt[stored.id])
        mine = [stored for stored in mine if stored.id not in spoilt]
        work.postings.write_intent([stored.id for stored in mine])
    return Intent(batch=mine, until=until) if mine else None


def exchange(run: Run, intent: Intent) -> Answer:
    """Send the bills and wait for the answer. The store is not touched: it may be done beside other work."""
    batch = intent.batch
    calls = [BillCall(control_id=stored.posting.control_id, bill=stored.posting.body) for stored in batch]
    with run.turn:
        started = run.clock()
        if started + _LONGEST > intent.until:
            return Answer(error=NotSent("too late to send it before others take it over"))
        try:
            results = run.finance.create_bills(calls, entity=batch[0].posting.target.entity)
        except IntacctError as error:
            return Answer(error=error)
        return Answer(results=results, took=run.clock() - started)


def store_answer(run: Run, intent: Intent, answer: Answer) -> Sent:
    """Store what became of each posting. Where the request as a whole was refused, its halves are sent at once."""
    if answer.error is None:
        _store_results(run, intent.batch, answer.results)
        return Sent(sent=True)
    verdict = judge_error(answer.error)
    if verdict is Verdict.SPLIT and len(intent.batch) > 1:
        middle = len(intent.batch) // 2
        parts = [replace(intent, batch=part) for part in (intent.batch[:middle], intent.batch[middle:])]
        halves = [store_answer(run, part, exchange(run, part)) for part in parts]
        return Sent(sent=any(half.sent for half in halves), stop=any(half.stop for half in halves))
    run.troubles.append(Trouble(step="post", system="intacct", message=str(answer.error)))
    _store_failure(run, intent.batch, answer.error, verdict)
    return Sent(sent=verdict is Verdict.READ_BACK, stop=verdict is not Verdict.SPLIT)


def _find_spoilt(run: Run, work: Work, batch: Sequence[StoredPosting]) -> dict[int, str]:
    """Postings that must not be sent as they were planned, and why."""
    vendors = {stored.posting.body.vendor_id for stored in batch}
    standing = work.reference_approvals.list_standing(run.link.company, VENDOR, vendors)
    moved = {id_ for id_, each in standing.items() if PAY_TO in each.approved}
    spoilt: dict[int, str] = {}
    for stored in batch:
        body = stored.posting.body
        if not stored.intact:
            spoilt[stored.id] = _CHANGED
        elif body.vendor_id in moved and body.pay_to_contact is None:
            spoilt[stored.id] = _PAID_ELSEWHERE
    return spoilt


def _store_results(run: Run, batch: Sequence[StoredPosting], results: Sequence[CallResult]) -> None:
    by_id = {result.control_id: result for result in results}
    posted: list[Move] = []
    with run.store.begin() as work:
        for stored in batch:
            unclear = CallResult(control_id=stored.posting.control_id, status="unclear")
            result = by_id.get(stored.posting.control_id, unclear)
            verdict = judge_result(result, sent_before=stored.sent_count > 0)
            if verdict is Verdict.DONE and result.key:
                key = {"key": result.key}
                posted.append(
                    Move(id=stored.document_id, action="posted", intacct_key=result.key, detail=key)
                )
            else:
                _store_failed(run, work, stored, result, verdict)
        work.documents.move(posted, expect=Status.SENDING, to=Status.POSTED)


def _store_failure(run: Run, batch: Sequence[StoredPosting], error: IntacctError, verdict: Verdict) -> None:
    """Nothing of the request was answered: the verdict is one for all of it."""
    wished = error.retry_after if isinstance(error, Throttled) else None
    with run.store.begin() as work:
        for stored in batch:
            if verdict is Verdict.SPLIT:
                _hold_refused(work, stored, f"Intacct refuses the request with this bill in it: {error}")
            elif verdict is Verdict.READ_BACK:
                _doubt(run, work, stored, str(error))
            else:
                when = None if verdict is Verdict.STOP else _find_time(run, work, stored, wished)
                if _move_back(work, stored, str(error), when):
                    work.postings.withdraw_intent([stored.id])
        if wished is not None:
            work.documents.delay_ready(run.link.name, until=run.clock() + wished)


def _store_failed(run: Run, work: Work, stored: StoredPosting, result: CallResult, verdict: Verdict) -> None:
    said = "; ".join(str(error) for error in result.errors) or f"no clear answer ({result.status})"
    match verdict:
        case Verdict.HOLD:
            _hold_refused(work, stored, said)
        case Verdict.RETRY:
            _move_back(work, stored, said, _find_time(run, work, stored, None))
        case _:
            if result.errors and not result.throttled and stored.sent_count > 0:
                work.postings.note_refusal(stored.id, said)  # once may be chance, twice is an answer
            _doubt(run, work, stored, said)


def _hold_refused(work: Work, stored: StoredPosting, said: str) -> None:
    """A definite refusal: should a person let it go again, that is under the next control id."""
    work.postings.note_refusal(stored.id, said)
    _hold(work, stored, said)


def _hold(work: Work, stored: StoredPosting, said: str) -> None:
    hold_refused(work, stored, said, expect=Status.SENDING)


def hold_refused(work: Work, stored: StoredPosting, said: str, *, expect: Status) -> None:
    """Hold a document whose bill cannot be sent, or was definitely refused, in the words that say why."""
    subject = f"{stored.posting.mark}/{stored.posting.revision}"
    need = Need(
        kind="refused", subject=subject, reason=f"{stored.posting.body.number} was not accepted: {said}"
    )
    move = Move(id=stored.document_id, action="refused", reason=need.reason)
    if work.documents.move([move], expect=expect, to=Status.HELD):
        work.needs.add({stored.document_id: [need]})


def _doubt(run: Run, work: Work, stored: StoredPosting, said: str) -> None:
    move = Move(
        id=stored.document_id, action="in doubt", reason=f"it is not known whether Intacct has it: {said}"
    )
    if work.documents.move([move], expect=Status.SENDING, to=Status.IN_DOUBT):
        now = run.clock()
        work.postings.open_doubt([stored.id], sent_at=now, next_look=now + run.link.doubt[0])


def _find_time(run: Run, work: Work, stored: StoredPosting, wished: timedelta | None) -> datetime:
    attempts = work.documents.get([stored.document_id])[stored.document_id].attempts
    return find_next_attempt(attempts, now=run.clock(), roll=run.roll(), wished=wished)


def _move_back(work: Work, stored: StoredPosting, said: str, when: datetime | None) -> bool:
    """Whether it was still ours to move."""
    detail = {"next": when.isoformat() if when is not None else "with the next run"}
    move = Move(id=stored.document_id, action="not sent", reason=said, not_before=when, detail=detail)
    return bool(work.documents.move([move], expect=Status.SENDING, to=Status.READY))
