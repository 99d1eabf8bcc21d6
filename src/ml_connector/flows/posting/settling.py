"""What became of a sending whose answer is not known: it is looked for in Intacct.

Intacct may go on executing for 15 minutes after we gave up, and its memory of control ids knows only what is
completed. So what is not found is looked for again at each time of the link's `doubt`; only when the
last look finds nothing it is sent once more, under the same control id.
"""

from collections.abc import Sequence

from ml_connector.flows.posting.looking import Sighting, look_for
from ml_connector.flows.posting.sending import hold_refused
from ml_connector.flows.posting.turns import note_written
from ml_connector.flows.run import Run
from ml_connector.flows.verdicts import is_used_up
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.records.documents import Move
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Work

LOOK_AT_ONCE = 1000


def take_over_abandoned(run: Run) -> None:
    """Documents that were being sent by a process that is gone, or too long, are in doubt from now on.

    They are looked for at once. Where that process may live after all, the times of doubt begin with its deadline.
    """
    with run.store.begin() as work:
        abandoned = work.documents.list_abandoned(run.link.name)
        reason = "the process that was sending it ended before Intacct's answer was stored"
        moves = [Move(id=id_, action="in doubt", reason=reason) for id_ in abandoned]
        moved = work.documents.move(moves, expect=Status.SENDING, to=Status.IN_DOUBT)
        next_look = run.clock() + run.link.doubt[0]
        for stored in work.postings.newest(moved, reasons=False).values():
            sent_at = abandoned[stored.document_id]
            work.postings.open_doubt([stored.id], sent_at=sent_at, next_look=next_look)


def settle_due(run: Run) -> None:
    """Look for everything in doubt whose next look is due. Raises `intacct.errors`; what is in doubt stays so."""
    with run.store.begin() as work:
        due = work.postings.list_doubtful(run.link.name, due_only=True)
    for first in range(0, len(due), LOOK_AT_ONCE):
        run.report("read back", first, len(due))
        part = due[first : first + LOOK_AT_ONCE]
        seen = look_for(run, part)
        with run.store.begin() as work:
            current = work.postings.newest(stored.document_id for stored in part)
            for stored in part:
                if current[stored.document_id] == stored:  # else another process has sent it again meanwhile
                    _settle(run, work, stored, seen[stored.id])
    run.report("read back", len(due), len(due))


def _settle(run: Run, work: Work, stored: StoredPosting, seen: Sequence[Sighting]) -> None:
    ours = next((each for each in seen if each.is_ours), None)
    if ours is not None:
        note_written(work, [(stored, ours.key)], expect=Status.IN_DOUBT, found=ours.by)
        return
    looks = stored.looks + _is_counted(run, stored)
    if looks < len(run.link.doubt) and stored.sent_at is not None:
        work.postings.note_look([stored.id], looks=looks, next_look=stored.sent_at + run.link.doubt[looks])
        return
    _give_up_looking(work, stored, seen)


def _is_counted(run: Run, stored: StoredPosting) -> bool:
    """Whether a look is one of the times of doubt; one before its time is one more."""
    due = run.link.doubt[stored.looks : stored.looks + 1]
    return not due or stored.sent_at is None or run.clock() >= stored.sent_at + due[0]


def _give_up_looking(work: Work, stored: StoredPosting, seen: Sequence[Sighting]) -> None:
    """The last look found nothing of ours, or what was to be deleted: send again, unless that would be wrong."""
    missed = "still there" if isinstance(stored.function, RecordDeletion) else "not in Intacct"
    if seen:
        _hold_as_duplicate(work, stored, seen[0])
    elif stored.refusal:
        hold_refused(work, stored, stored.refusal, expect=Status.IN_DOUBT)
    elif is_used_up(stored.sent_count):
        said = f"{stored.sent_count} sendings had no clear answer, and it is {missed}"
        hold_refused(work, stored, said, expect=Status.IN_DOUBT)
    else:
        reason = f"looked for to the last time and {missed}: it is sent again under the same control id"
        move = Move(id=stored.document_id, action="not found", reason=reason)
        work.documents.move([move], expect=Status.IN_DOUBT, to=Status.READY)
    work.postings.note_look([stored.id], looks=stored.looks + 1, next_look=None)


def _hold_as_duplicate(work: Work, stored: StoredPosting, seen: Sighting) -> None:
    function = stored.function
    subject = (
        f"{function.vendor_id}/{function.number}"
        if isinstance(function, ApBill | NewAdjustment | NewPayment)
        else seen.key
    )
    need = Need(
        kind="duplicate",
        subject=subject,
        reason=f"after an unclear answer, {seen.said}, and it is not the one that was sent; decide which one is right",
    )
    move = Move(id=stored.document_id, action="held", reason=need.reason)
    if work.documents.move([move], expect=Status.IN_DOUBT, to=Status.HELD):
        work.needs.add({stored.document_id: [need]})
