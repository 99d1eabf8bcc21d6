"""EDI files in a Cleo folder become AP bills in Intacct. Read top to bottom.

    receive → read → plan → post → settle

Each step starts from what the step before stored, does its work on sets, and is safe to be cut short
anywhere: what it has not finished, it does when it is called again.
"""

from collections.abc import Sequence
from typing import Final

from ml_connector.flows.planning import plan_documents
from ml_connector.flows.posting.batches import BatchSize, take_batch
from ml_connector.flows.posting.sending import send_batch
from ml_connector.flows.posting.settling import settle_due, take_over_abandoned
from ml_connector.flows.receiving import receive
from ml_connector.flows.replay import list_plannable, note_looked_at, store_outcome
from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.splitting import split_file
from ml_connector.intacct.errors import IntacctError
from ml_connector.records.keys import Target
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import FileStatus, Status

_SEND_AT_ONCE: Final = 500  # postings that are in memory at a time


def process(run: Run) -> None:
    """All steps, as far as they go now. What stood in the way is in `run.troubles`."""
    settle(run)
    receive(run)
    book(run)


def book(run: Run) -> None:
    """All steps from what was received: read, decide, post, and settle."""
    read(run)
    plan(run)
    troubles = len(run.troubles)
    while post(run) and len(run.troubles) == troubles:
        settle(run)
    settle(run)


def read(run: Run) -> None:
    """Split every received file into documents, and say of each what it is."""
    with run.store.begin() as work:
        received = work.files.list(run.link.name, status=FileStatus.RECEIVED)
    for done, file in enumerate(received):
        run.report("read", done, len(received))
        split_file(run, file)
    run.report("read", len(received), len(received))


def plan(run: Run) -> None:
    """Decide for every document that was read: ready with its posting, held with its needs, duplicate or filed.

    What is held is decided again when what it rests on has changed. All goes by slices, the first to be paid first.
    """
    plannable = list_plannable(run.basis)
    if plannable is None:
        return  # nothing is known of Intacct yet; fetching it has left its trouble
    ids = plannable.ids
    for first in range(0, len(ids), run.link.slice):
        run.report("plan", first, len(ids))
        if not _plan_slice(run, ids[first : first + run.link.slice], plannable.version):
            return
    note_looked_at(run.basis, plannable)
    run.report("plan", len(ids), len(ids))


def _plan_slice(run: Run, ids: Sequence[int], version: int) -> bool:
    with run.store.begin() as work:
        found = work.documents.get(ids).values()
    documents = [document for document in found if document.status in {Status.READ, Status.HELD}]
    try:
        outcome = plan_documents(run, documents, version=version)
    except IntacctError as error:
        run.troubles.append(Trouble(step="plan", system="intacct", message=str(error)))
        return False
    store_outcome(run.basis, outcome, version=version)
    return True


def post(run: Run) -> bool:
    """Send what is ready, one company and entity at a time, in batches that grow while answers come quickly.

    Returns whether anything was sent.
    """
    with run.store.begin() as work:
        ids = work.documents.list_sendable(run.link.name)
    sizes: dict[Target, BatchSize] = {}
    stopped: set[Target] = set()  # a wrong entity is no reason to keep the others waiting
    sent_any = False
    for first in range(0, len(ids), _SEND_AT_ONCE):
        run.report("post", first, len(ids))
        some = ids[first : first + _SEND_AT_ONCE]
        with run.store.begin() as work:
            found = work.postings.newest(some, reasons=False)
        ready = [found[id_] for id_ in some if id_ in found and not is_kept_back(run, found[id_])]
        for target in dict.fromkeys(stored.posting.target for stored in ready):
            waiting = [stored for stored in ready if stored.posting.target == target]
            while waiting and target not in stopped:
                size = sizes.get(target, BatchSize())
                batch = take_batch(waiting, size)
                outcome = send_batch(run, batch)
                sent_any = sent_any or outcome.sent
                if outcome.stop:
                    stopped.add(target)
                sizes[target] = size.after(outcome.took)
                waiting = waiting[len(batch) :]
    run.report("post", len(ids), len(ids))
    return sent_any


def settle(run: Run) -> None:
    """Find out what became of every sending whose answer is not known, when its time has come."""
    take_over_abandoned(run)
    try:
        settle_due(run)
    except IntacctError as error:
        run.troubles.append(Trouble(step="read back", system="intacct", message=str(error)))


def is_kept_back(run: Run, stored: StoredPosting) -> bool:
    """Whether a bill waits because it would be submitted, and the link is in test mode now."""
    return run.link.mode == "test" and stored.posting.body.action == "Submit"
