"""What became of a creation whose answer is not known: the vendor is looked for in Intacct by our mark.

As with documents: what is not found is looked for again at each time of the link's `doubt`, and only when the last look
finds nothing it is sent once more, under the same control id.
"""

from ml_connector.flows.run import Run
from ml_connector.flows.vendors.creating import hold, note_created
from ml_connector.flows.verdicts import is_used_up
from ml_connector.intacct.objects import VendorFound
from ml_connector.intacct.query import compare
from ml_connector.mapping.reference.slice import VENDOR
from ml_connector.records.additions import AdditionStatus, StoredAddition
from ml_connector.store import Work
from ml_connector.store.vendor_additions import Story


def settle_additions(run: Run) -> None:
    """Look for every creation in doubt whose next look is due. Raises `intacct.errors`."""
    _take_over_abandoned(run)
    with run.store.begin() as work:
        due = work.vendor_additions.list_doubtful(run.link.name)
    if not due:
        return
    with run.turn:
        found = run.finance.writing.find_vendors([stored.mark for stored in due])
    with run.store.begin() as work:
        for stored in due:
            seen = [vendor for vendor in found if stored.mark in vendor.comments.split()]
            if seen:
                note_created(run, work, stored, seen[0], found="" if stored.record_no else "by our mark")
            else:
                _go_on_looking(run, work, stored)


def _take_over_abandoned(run: Run) -> None:
    """What a process was sending that is gone, or too long, is in doubt from now on."""
    with run.store.begin() as work:
        abandoned = work.vendor_additions.list_abandoned(run.link.name)
        reason = "the process that was sending it ended before Intacct's answer was stored"
        for stored in work.vendor_additions.get(run.link.company, abandoned).values():
            work.vendor_additions.move(
                stored,
                AdditionStatus.IN_DOUBT,
                Story(action="vendor in doubt", reason=reason),
                sent_at=abandoned[stored.mark],
                looks=0,
                next_look=run.clock() + run.link.doubt[0],
            )


def _go_on_looking(run: Run, work: Work, stored: StoredAddition) -> None:
    looks = stored.looks + 1
    if looks < len(run.link.doubt) and stored.sent_at is not None:
        work.vendor_additions.note_look(stored, next_look=stored.sent_at + run.link.doubt[looks])
    elif stored.record_no:  # it is there: Intacct has said so
        work.vendor_additions.note_look(stored, next_look=run.clock() + run.link.doubt[-1])
    elif stored.refusal:
        hold(work, stored, stored.refusal, refusal=stored.refusal)
    elif is_used_up(stored.sent_count):
        said = f"{stored.sent_count} sendings had no clear answer, and it was never found"
        hold(work, stored, said, refusal=said)
    else:
        reason = "looked for to the last time and not in Intacct: it is sent again under the same control id"
        story = Story(action="vendor not found", reason=reason)
        work.vendor_additions.move(stored, AdditionStatus.WAITING, story, next_look=None, not_before=None)


def note_approvals(run: Run) -> None:
    """See which of the vendors we have created Intacct lets be used by now. Raises `intacct.errors`."""
    rules = run.link.rules.new_vendors
    with run.store.begin() as work:
        waiting = {each.vendor_id: each for each in work.vendor_additions.list_unapproved(run.link.company)}
    if not waiting or rules.approval_field is None:
        return
    where = compare("VENDORID", "in", *sorted(waiting))
    with run.turn:
        found = [*run.finance.reading.list_records(VendorFound, where=where, custom=(rules.approval_field,))]
    with run.store.begin() as work:
        for entry in found:
            if entry.custom.get(rules.approval_field) == rules.approved:
                story = Story(action="vendor approved", detail={VENDOR: entry.record.vendor_id})
                work.vendor_additions.note_approval(waiting[entry.record.vendor_id], story)
