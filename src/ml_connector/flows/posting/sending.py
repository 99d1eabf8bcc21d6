"""One request to Intacct in three steps: the intent is stored, it goes out, what became of each function is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ml_connector.flows.posting.functions import find_paid_vendor, name_function, name_key
from ml_connector.flows.posting.turns import note_written
from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.verdicts import BACKOFF, Verdict, find_next_attempt, judge_error, judge_result
from ml_connector.intacct.errors import IntacctError, NotSent, Throttled
from ml_connector.intacct.results import CallResult
from ml_connector.intacct.writing.call import Call
from ml_connector.mapping.reference.changes import PAID_AT, PAY_TO
from ml_connector.mapping.reference.slice import VENDOR
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
    "where its vendor is paid was changed in Intacct after it was planned, and nobody has agreed to that; "
    "see `reference changes`, then replay it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is about to be sent in one request, and is stored as such."""

    batch: Sequence[StoredPosting]
    until: datetime  #: others take the documents over then


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request: a result for each function, or one error for all of them."""

    results: Sequence[CallResult] = ()
    error: IntacctError | None = None
    took: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a request means for those after it."""

    sent: bool = False  #: something of it may have reached Intacct
    stop: bool = False  #: another request there would fare no better now
    throttled: Throttled | None = None  #: no other would either, wherever it went: the company is too busy
    ready: frozenset[int] = frozenset()  #: documents whose next function's turn has come


def write_intent(run: Run, batch: Sequence[StoredPosting]) -> Intent | None:
    """Store that a batch is about to be sent, before a byte leaves; None when none of it may be sent any more.

    It was read and checked a while ago: what was planned anew since stays `ready`, for a batch that is checked with it.
    """
    until = run.clock() + _ANSWER_BY
    with run.store.begin() as work:
        mine = work.postings.list_unchanged(batch)
        moves = [Move(id=p.document_id, action="sending", detail={"control_id": p.control_id}) for p in mine]
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
    """Send the functions and wait for the answer. The store is not touched: it may be done beside other work."""
    batch = intent.batch
    calls = [Call(control_id=stored.control_id, body=stored.function) for stored in batch]
    with run.turn:
        started = run.clock()
        if started + _LONGEST > intent.until:
            return Answer(error=NotSent("too late to send it before others take it over"))
        try:
            results = run.finance.writing.write(calls, entity=batch[0].posting.target.entity)
        except IntacctError as error:
            return Answer(error=error)
        return Answer(results=results, took=run.clock() - started)


def store_answer(run: Run, intent: Intent, answer: Answer) -> Sent:
    """Store what became of each posting. Where the request as a whole was refused, its halves are sent at once."""
    if answer.error is None:
        return Sent(sent=True, ready=frozenset(_store_results(run, intent.batch, answer.results)))
    verdict = judge_error(answer.error)
    if verdict is Verdict.SPLIT and len(intent.batch) > 1:
        return _send_halves(run, intent)
    run.troubles.append(Trouble(step="post", system="intacct", message=str(answer.error)))
    _store_failure(run, intent.batch, answer.error, verdict)
    busy = answer.error if isinstance(answer.error, Throttled) else None
    return Sent(sent=verdict is Verdict.READ_BACK, stop=verdict is not Verdict.SPLIT, throttled=busy)


def _send_halves(run: Run, intent: Intent) -> Sent:
    """What Intacct is too busy for in the first half holds for the second, which is not sent."""
    middle = len(intent.batch) // 2
    former, latter = (replace(intent, batch=part) for part in (intent.batch[:middle], intent.batch[middle:]))
    first = store_answer(run, former, exchange(run, former))
    answer = Answer(error=first.throttled) if first.throttled else exchange(run, latter)
    second = store_answer(run, latter, answer)
    return Sent(
        sent=first.sent or second.sent,
        stop=first.stop or second.stop,
        throttled=second.throttled,
        ready=first.ready | second.ready,
    )


def _find_spoilt(run: Run, work: Work, batch: Sequence[StoredPosting]) -> dict[int, str]:
    """Postings that must not be sent as they were planned, and why."""
    paid = {stored.id: find_paid_vendor(stored.function, run.link.rules) for stored in batch}
    vendors = {vendor for vendor in paid.values() if vendor is not None}
    standing = work.reference_approvals.list_standing(run.link.company, VENDOR, vendors)
    moved = {id_ for id_, each in standing.items() if not {PAY_TO, PAID_AT}.isdisjoint(each.approved)}
    elsewhere = {stored.id: _PAID_ELSEWHERE for stored in batch if paid[stored.id] in moved}
    return elsewhere | {stored.id: _CHANGED for stored in batch if not stored.intact}


def _store_results(run: Run, batch: Sequence[StoredPosting], results: Sequence[CallResult]) -> set[int]:
    """Returns the documents whose next function's turn has come."""
    by_id = {result.control_id: result for result in results}
    written: list[tuple[StoredPosting, str]] = []
    with run.store.begin() as work:
        for stored in batch:
            unclear = CallResult(control_id=stored.control_id, status="unclear")
            result = by_id.get(stored.control_id, unclear)
            verdict = judge_result(result, sent_before=stored.sent_count > 0)
            key = name_key(stored.function, result.key)
            if verdict is Verdict.DONE and key:
                written.append((stored, key))
            else:
                _store_failed(run, work, stored, result, verdict)
        return note_written(work, written, expect=Status.SENDING)


def _store_failure(run: Run, batch: Sequence[StoredPosting], error: IntacctError, verdict: Verdict) -> None:
    """Nothing of the request was answered: the verdict is one for all of it."""
    wished = (error.retry_after or BACKOFF.first) if isinstance(error, Throttled) else None
    with run.store.begin() as work:
        for stored in batch:
            if verdict is Verdict.SPLIT:
                _store_rejected(run, work, stored, f"Intacct refuses the request with this in it: {error}")
            elif verdict is Verdict.READ_BACK:
                _doubt(run, work, stored, str(error))
            else:
                when = None if verdict is Verdict.STOP else _find_time(run, work, stored, wished)
                if _move_back(work, stored, str(error), when):
                    work.postings.withdraw_intent([stored.id])
        if wished is not None:
            work.documents.delay_ready(run.link.company, until=run.clock() + wished)


def _store_rejected(run: Run, work: Work, stored: StoredPosting, said: str) -> None:
    """What was sent before may be in Intacct all the same."""
    if stored.sent_count == 0:
        _hold_refused(work, stored, said)
        return
    work.postings.note_refusal(stored.id, said)
    _doubt(run, work, stored, said)


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
    """Hold a document that cannot be sent, or was definitely refused, in the words that say why."""
    subject = f"{stored.posting.mark}/{stored.posting.revision}"
    reason = f"{name_function(stored.function)} was not accepted: {said}"
    need = Need(kind="refused", subject=subject, reason=reason)
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
