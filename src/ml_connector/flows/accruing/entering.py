"""The entry of a day is written in three steps: the intent is stored, it goes out, what became of it is stored.

Before anything is sent it is looked for in Intacct by our mark, and after an unclear answer it is not sent again before
the times of the link's `doubt` have passed; then it is, under the same control id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ml_connector.flows.accruing.planning import plan_entry
from ml_connector.flows.accruing.story import Step, Story, go_on, name_record, read_story
from ml_connector.flows.allowance import describe_limit, is_at_limit
from ml_connector.flows.run import Run
from ml_connector.flows.verdicts import Verdict, judge_error, judge_result
from ml_connector.intacct.errors import IntacctError, NotSent
from ml_connector.intacct.objects import JournalEntry
from ml_connector.intacct.query import compare
from ml_connector.intacct.results import CallResult
from ml_connector.intacct.writing.call import Call
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.identity import derive_accrual_control_id, derive_accrual_mark
from ml_connector.mapping.routes.accruals_to_journal import Owed
from ml_connector.records.audit import Detail
from ml_connector.records.needs import Need

_LONGEST: Final = timedelta(minutes=15)
"""One exchange at most: two log-ins and two writes, each to its time-out."""
_ANSWER_BY: Final = timedelta(minutes=20)
"""No byte may leave later: from then on the intent counts as in doubt."""


_UNSEEN: Final = "Intacct does not show it now; if it still does not then, it counts as deleted"


class Standing(StrEnum):
    """Where the entry of a day stands."""

    NOTHING = "nothing to accrue"
    HELD = "held"
    WAITING = "waits for an approver"
    ENTERED = "entered"
    IN_DOUBT = "in doubt"
    NOT_SENT = "not sent"
    REFUSED = "refused"


_STANDINGS: Final = {
    Step.ENTERED: Standing.ENTERED,
    Step.REFUSED: Standing.REFUSED,
    Step.NOT_SENT: Standing.NOT_SENT,
    Step.IN_DOUBT: Standing.IN_DOUBT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualEntry:
    """What became of the wish to enter what is to be accrued."""

    as_of: date
    standing: Standing
    mark: str
    total: Decimal | None = None  #: what its debits come to
    record_no: str = ""
    state: str = ""  #: in Intacct, where it was there already
    needs: tuple[Need, ...] = ()
    said: str = ""
    look_until: datetime | None = None  #: while it is in doubt
    entry: NewJournalEntry | None = None  #: what was sent now, or waits


def enter_accruals(run: Run, owed: Sequence[Owed], as_of: date, *, by: str) -> AccrualEntry:
    """Write the entry, unless it is there, may be there, or waits for something. Raises `intacct.errors` of reads."""
    story = _look(run, as_of)
    mark = derive_accrual_mark(run.link.company, run.link.name, as_of)
    if isinstance(story, AccrualEntry):
        return story
    if not owed:
        return AccrualEntry(as_of=as_of, standing=Standing.NOTHING, mark=mark)
    if is_at_limit(run):
        return AccrualEntry(as_of=as_of, standing=Standing.NOT_SENT, mark=mark, said=describe_limit(run))
    blank = AccrualEntry(as_of=as_of, standing=Standing.HELD, mark=mark)
    shown = plan_entry(run.basis, owed, as_of, story, four_eyes=False)
    if isinstance(shown, Held):
        return replace(blank, needs=shown.needs)
    made = plan_entry(run.basis, owed, as_of, story, four_eyes=run.link.four_eyes)
    if isinstance(made, Held):
        return replace(_describe(blank, Standing.WAITING, shown), needs=made.needs)
    return _write(run, made, story, by)


def _look(run: Run, as_of: date) -> Story | AccrualEntry:
    """The story so far, with what Intacct has of it now; where the entry is there, or may be, what is known of it."""
    mark = derive_accrual_mark(run.link.company, run.link.name, as_of)
    with run.store.begin() as work:
        story = read_story(work, name_record(run.link.name, as_of))
    with run.turn:
        seen = run.finance.writing.find_journal_entries([mark]) or _find_by_key(run, story)
    known = AccrualEntry(
        as_of=as_of,
        standing=Standing.ENTERED,
        mark=mark,
        total=Decimal(story.total) if story.total else None,
        record_no=str(seen[0].record_no) if seen else story.record_no,
        state=seen[0].state if seen else "",
    )
    is_early = story.look_until is not None and run.clock() < story.look_until
    if seen and not story.is_entered:
        with run.store.begin() as work:
            go_on(work, story, Step.ENTERED, {"record": known.record_no, "found": "by our mark"})
    if seen:
        return known
    if story.is_entered and is_early:
        return replace(known, said=_UNSEEN, look_until=story.look_until)
    if story.is_unclear and is_early:
        return replace(known, standing=Standing.IN_DOUBT, said=story.refusal, look_until=story.look_until)
    return _end(run, story)


def _find_by_key(run: Run, story: Story) -> Sequence[JournalEntry]:
    """What was entered, though its mark is there no more: people may change a reference."""
    if not story.is_entered:
        return ()
    where = compare("RECORDNO", "equalto", story.record_no)
    return [each.record for each in run.finance.reading.list_records(JournalEntry, where=where)]


def _end(run: Run, story: Story) -> Story:
    """What Intacct does not have was deleted there, or refused though it had been sent before: the next one may go."""
    if not (story.is_entered or (story.is_unclear and story.refusal)):
        return story
    step = Step.GONE if story.is_entered else Step.REFUSED
    with run.store.begin() as work:
        return go_on(work, story, step, {"reason": story.refusal or "not in Intacct any more"}) or story


def _write(run: Run, made: NewJournalEntry, story: Story, by: str) -> AccrualEntry:
    """Store the intent, send it, store what became of it; only looked at where somebody else is at it."""
    until = run.clock() + _ANSWER_BY
    total = _add_up(made)
    control_id = derive_accrual_control_id(run.link.company, made.reference or "", story.revision)
    look_until = until + run.link.doubt[-1]
    detail: Detail = {
        "control id": control_id,
        "journal": made.journal,
        "state": made.state,
        "total": str(total),
        "lines": len(made.lines),
        "rules": run.link.rules_version,
        "look until": look_until.isoformat(),
    }
    with run.store.begin() as work:
        intent = go_on(work, story, Step.SENDING, detail, by=by)
    blank = AccrualEntry(as_of=made.date, standing=Standing.IN_DOUBT, mark=made.reference or "")
    known = replace(_describe(blank, Standing.IN_DOUBT, made), look_until=look_until)
    if intent is None:
        return known
    outcome = _send(run, Call(control_id=control_id, body=made), until)
    step, more = _judge(outcome, sent_before=story.is_unclear)
    look_until = run.clock() + run.link.doubt[-1]
    if step is Step.IN_DOUBT:
        more["look until"] = look_until.isoformat()
    with run.store.begin() as work:
        go_on(work, intent, step, more)
    return replace(
        known,
        standing=_STANDINGS[step],
        record_no=str(more.get("record", "")),
        said=str(more.get("reason", "")),
        look_until=look_until if step is Step.IN_DOUBT else None,
    )


def _describe(known: AccrualEntry, standing: Standing, entry: NewJournalEntry) -> AccrualEntry:
    return replace(known, standing=standing, total=_add_up(entry), entry=entry)


def _add_up(entry: NewJournalEntry) -> Decimal:
    return sum((line.amount for line in entry.lines if line.side == "debit"), start=Decimal(0))


def _send(run: Run, call: Call, until: datetime) -> CallResult | IntacctError:
    with run.turn:
        if run.clock() + _LONGEST > until:
            return NotSent("too late to send it before it counts as in doubt")
        try:
            results = run.finance.writing.write([call])
        except IntacctError as error:
            return error
    own = [each for each in results if each.control_id == call.control_id]
    return own[0] if own else CallResult(control_id=call.control_id, status="unclear")


def _judge(
    outcome: CallResult | IntacctError, *, sent_before: bool
) -> tuple[Step, dict[str, str | int | None]]:
    """What the answer means, and what the trail says of it.

    A definite refusal of what was sent before may mean that it is there: it counts once it was looked for in vain.
    """
    if isinstance(outcome, IntacctError):
        verdict, said, is_refusal = judge_error(outcome), str(outcome), False
    else:
        verdict = judge_result(outcome, sent_before=sent_before)
        said = "; ".join(map(str, outcome.errors)) or f"no clear answer ({outcome.status})"
        is_refusal = bool(outcome.errors) and not outcome.throttled
    match verdict:
        case Verdict.DONE if isinstance(outcome, CallResult) and outcome.key:
            return Step.ENTERED, {"record": outcome.key}
        case Verdict.HOLD | Verdict.SPLIT if not sent_before:
            return Step.REFUSED, {"reason": said}
        case Verdict.RETRY | Verdict.STOP if not sent_before:
            return Step.NOT_SENT, {"reason": said}
        case _:
            refusal = {"refusal": said} if is_refusal or verdict is Verdict.SPLIT else {}
            return Step.IN_DOUBT, {"reason": said, **refusal}
