"""EDI files in a Cleo folder become AP bills in Intacct. Read top to bottom.

    receive → read → plan → post → settle → add vendors, and plan and post what that frees

Each step starts from what the step before stored, does its work on sets, and is safe to be cut short
anywhere: what it has not finished, it does when it is called again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ml_connector.flows.allowance import is_at_limit, note_waiting
from ml_connector.flows.planning.deciding import do_nothing, plan_documents
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.posting.line import Line
from ml_connector.flows.posting.settling import settle_due, take_over_abandoned
from ml_connector.flows.receiving import receive
from ml_connector.flows.replay import list_plannable, note_looked_at
from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.splitting import split_files
from ml_connector.flows.vendors.adding import add_vendors
from ml_connector.flows.vendors.settling import note_approvals
from ml_connector.intacct.errors import IntacctError
from ml_connector.records.status import FileStatus, Status


def process(run: Run) -> None:
    """All steps, as far as they go now. What stood in the way is in `run.troubles`."""
    settle(run)
    receive(run)
    book(run)


def book(run: Run) -> None:
    """All steps from what was received: read, decide, post, and settle; no further than to the limit of the month.

    What is ready goes out while the next documents are decided.
    """
    read(run)
    if is_at_limit(run):
        note_waiting(run)
        return
    troubles = len(run.troubles)
    see_approvals(run)
    _plan_and_post(run)
    added = add_vendors(run)
    if added is not None:
        run = added
        _plan_and_post(run)
    while len(run.troubles) == troubles and post(run):
        settle(run)


def _plan_and_post(run: Run) -> None:
    with _open_line(run) as line:
        plan(run, line)
    settle(run)


def read(run: Run) -> None:
    """Split every received file into documents, and say of each what it is."""
    with run.store.begin() as work:
        received = work.files.list(run.link.name, status=FileStatus.RECEIVED)
    split_files(run, received)


def plan(run: Run, line: Line | None = None) -> None:
    """Decide for every document that was read: ready with its posting, held with its needs, duplicate or filed.

    What is held is decided again when what it rests on has changed. All goes by slices, the first to be paid first;
    what becomes ready is given to the line.
    """
    plannable = list_plannable(run.basis)
    if plannable is None:
        return  # nothing is known of Intacct yet; fetching it has left its trouble
    ids = plannable.ids
    for first in range(0, len(ids), run.link.slice):
        run.report("plan", first, len(ids))
        if is_at_limit(run):  # what was decided before has used up the rest
            note_waiting(run)
            return
        if not _plan_slice(run, ids[first : first + run.link.slice], plannable.version, line):
            return
    note_looked_at(run.basis, plannable)
    run.report("plan", len(ids), len(ids))


def _plan_slice(run: Run, ids: Sequence[int], version: int, line: Line | None) -> bool:
    with run.store.begin() as work:
        found = work.documents.get(ids).values()
    documents = [document for document in found if document.status in {Status.READ, Status.HELD}]
    try:
        outcome = plan_documents(
            run, documents, version=version, meanwhile=line.go_on if line is not None else do_nothing
        )
    except IntacctError as error:
        run.troubles.append(Trouble(step="plan", system="intacct", message=str(error)))
        return False
    ready = store_outcome(run.basis, outcome, version=version)
    if line is not None:
        line.add(ready)
    return True


def post(run: Run) -> bool:
    """Send what is ready, the first to be paid first. Returns whether anything was sent."""
    with _open_line(run) as line:
        pass
    return line.sent_any


@contextmanager
def _open_line(run: Run) -> Iterator[Line]:
    """A line of what is ready, that goes on to its end; when something breaks, only to the answer it waits for."""
    line = Line(run)
    with run.store.begin() as work:
        line.add(work.documents.list_sendable(run.link.name))
    try:
        yield line
        line.finish()
    except Exception:
        line.land()
        raise


def see_approvals(run: Run) -> None:
    """Find out which of the vendors we have created may be used by now, where the company approves vendors."""
    try:
        note_approvals(run)
    except IntacctError as error:
        run.troubles.append(Trouble(step="vendors", system="intacct", message=str(error)))


def settle(run: Run) -> None:
    """Find out what became of every sending whose answer is not known, when its time has come."""
    take_over_abandoned(run)
    try:
        settle_due(run)
    except IntacctError as error:
        run.troubles.append(Trouble(step="read back", system="intacct", message=str(error)))
