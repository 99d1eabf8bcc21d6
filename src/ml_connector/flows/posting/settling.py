"""What became of a sending whose answer is not known: look in Intacct, by business key and our mark.

Intacct may go on executing for 15 minutes after we gave up, and its memory of control ids knows only what is
completed. So a bill that is not found is looked for again at each time of the link's `doubt`; only when the
last look finds nothing it is sent once more, under the same control id.
"""

from collections.abc import Sequence

from ml_connector.flows.posting.sending import hold_refused
from ml_connector.flows.run import Run
from ml_connector.flows.verdicts import is_used_up
from ml_connector.intacct.objects import BillFound, BillKey
from ml_connector.mapping.duplicates import is_ours, is_same_number
from ml_connector.records.documents import Move
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Work

LOOK_AT_ONCE = 1000


def take_over_abandoned(run: Run) -> None:
    """Documents that were being sent by a process that is gone, or too long, are in doubt from now on."""
    with run.store.begin() as work:
        abandoned = work.documents.list_abandoned(run.link.name)
        reason = "the process that was sending it ended before Intacct's answer was stored"
        moves = [Move(id=document.id, action="in doubt", reason=reason) for document in abandoned]
        moved = work.documents.move(moves, expect=Status.SENDING, to=Status.IN_DOUBT)
        postings = [stored.id for id_, stored in work.postings.newest(moved).items()]
        now = run.clock()  # no byte can have left later, for the sender is gone
        work.postings.open_doubt(postings, sent_at=now, next_look=now + run.link.doubt[0])


def settle_due(run: Run) -> None:
    """Look for every bill in doubt whose next look is due. Raises `intacct.errors`; what is in doubt stays so."""
    with run.store.begin() as work:
        due = work.postings.list_doubtful(run.link.name, due_only=True)
    for first in range(0, len(due), LOOK_AT_ONCE):
        run.report("read back", first, len(due))
        part = due[first : first + LOOK_AT_ONCE]
        keys = [BillKey(vendor_id=p.posting.body.vendor_id, number=p.posting.body.number) for p in part]
        bills = run.finance.find_bills(list(dict.fromkeys(keys)))
        with run.store.begin() as work:
            current = work.postings.newest(stored.document_id for stored in part)
            for stored in part:
                if current[stored.document_id] == stored:  # else another process has sent it again meanwhile
                    _settle(run, work, stored, bills)
    run.report("read back", len(due), len(due))


def _settle(run: Run, work: Work, stored: StoredPosting, bills: Sequence[BillFound]) -> None:
    body = stored.posting.body
    same = [b for b in bills if b.vendor_id == body.vendor_id and is_same_number(b.number, body.number)]
    ours = next((bill for bill in same if _is_this(stored, bill)), None)
    if ours is not None:
        detail = {"key": str(ours.record_no), "found": "by vendor, number, date, total and our mark"}
        move = Move(id=stored.document_id, action="posted", intacct_key=str(ours.record_no), detail=detail)
        work.documents.move([move], expect=Status.IN_DOUBT, to=Status.POSTED)
        return
    looks = stored.looks + 1
    if looks < len(run.link.doubt) and stored.sent_at is not None:
        work.postings.note_look([stored.id], looks=looks, next_look=stored.sent_at + run.link.doubt[looks])
        return
    _give_up_looking(work, stored, same)


def _give_up_looking(work: Work, stored: StoredPosting, same: Sequence[BillFound]) -> None:
    """The last look found nothing of ours: send again, unless that would be wrong."""
    if same:
        _hold_as_duplicate(work, stored, same[0])
    elif stored.refusal:
        hold_refused(work, stored, stored.refusal, expect=Status.IN_DOUBT)
    elif is_used_up(stored.sent_count):
        said = f"{stored.sent_count} sendings had no clear answer, and the bill was never found"
        hold_refused(work, stored, said, expect=Status.IN_DOUBT)
    else:
        reason = "looked for to the last time and not in Intacct: it is sent again under the same control id"
        move = Move(id=stored.document_id, action="not found", reason=reason)
        work.documents.move([move], expect=Status.IN_DOUBT, to=Status.READY)
    work.postings.note_look([stored.id], looks=stored.looks + 1, next_look=None)


def _hold_as_duplicate(work: Work, stored: StoredPosting, bill: BillFound) -> None:
    body = stored.posting.body
    need = Need(
        kind="duplicate",
        subject=f"{body.vendor_id}/{body.number}",
        reason=f"after an unclear answer, bill {bill.record_no} ({bill.total} of {bill.date}) was found under the number {body.number}, "
        "and it is not the one that was sent; decide which one is right",
    )
    move = Move(id=stored.document_id, action="held", reason=need.reason)
    if work.documents.move([move], expect=Status.IN_DOUBT, to=Status.HELD):
        work.needs.add({stored.document_id: [need]})


def _is_this(stored: StoredPosting, bill: BillFound) -> bool:
    """Ours only if vendor, number, date, currency, total and mark all agree."""
    body = stored.posting.body
    total = sum((line.amount for line in body.lines), start=type(body.lines[0].amount)(0))
    same_currency = body.currency is None or bill.currency == body.currency
    marked = is_ours(bill, vendor_id=body.vendor_id, number=body.number, mark=stored.posting.mark)
    return marked and same_currency and (bill.date, bill.total) == (body.date, total)
