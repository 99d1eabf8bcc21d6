"""EDI files in a Cleo folder become AP bills in Intacct. Read top to bottom.

    receive → read → plan → post → settle

Each step starts from what the step before stored, does its work on sets, and is safe to be cut short
anywhere: what it has not finished, it does when it is called again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Final

from ml_connector import edi
from ml_connector.cleo.errors import CleoError, FileGone
from ml_connector.cleo.objects import Folder, RemoteFile
from ml_connector.edi import Code, Finding, Interchange, Transaction
from ml_connector.flows.batches import BatchSize, take_batch
from ml_connector.flows.planning import plan_documents
from ml_connector.flows.reading import describe_document
from ml_connector.flows.replay import list_plannable, store_outcome
from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.sending import send_batch
from ml_connector.flows.settling import settle_due, take_over_abandoned
from ml_connector.intacct.errors import IntacctError
from ml_connector.records.audit import Fact
from ml_connector.records.documents import NewDocument, Origin, StoredFile
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import FileStatus

PLAN_AT_ONCE: Final = 1000  # an `in` filter of Intacct takes 1,000 values: one look-up for each slice
_INCOMPLETE: Final = frozenset({Code.GE_MISSING, Code.IEA_MISSING, Code.GE01_COUNT, Code.IEA01_COUNT})
"""Findings of a file after which documents may be missing from it."""
_STORE_AT_ONCE: Final = 500  # documents in one transaction, which shall not last over a second


def process(run: Run) -> None:
    """All steps, as far as they go now. What stood in the way is in `run.troubles`."""
    settle(run)
    receive(run)
    read(run)
    plan(run)
    troubles = len(run.troubles)
    while post(run) and len(run.troubles) == troubles:
        settle(run)
    settle(run)


def receive(run: Run) -> None:
    """Take every new file of the inbound folder: its bytes are stored before it is moved to the archive."""
    try:
        inbound = run.mailbox.find_folder(run.link.inbound)
        archive = run.mailbox.find_folder(run.link.archive)
        listed = list(run.mailbox.list_files(inbound))  # all of it first: files that move shift the pages
    except CleoError as error:
        run.troubles.append(Trouble(step="receive", system="cleo", message=str(error)))
        return
    for done, file in enumerate(listed):
        run.report("receive", done, len(listed))
        try:
            _take(run, file, archive)
        except CleoError as error:
            run.troubles.append(Trouble(step="receive", system="cleo", message=str(error)))
    run.report("receive", len(listed), len(listed))


def read(run: Run) -> None:
    """Split every received file into documents, and say of each what it is."""
    with run.store.begin() as work:
        received = work.files.list(run.link.name, status=FileStatus.RECEIVED)
    for done, file in enumerate(received):
        run.report("read", done, len(received))
        _split(run, file)
    run.report("read", len(received), len(received))


def plan(run: Run) -> None:
    """Decide for every document that was read: ready with its posting, held with its needs, duplicate or filed.

    What is held is decided again when the rules or Intacct's reference have changed since.
    """
    with run.store.begin() as work:
        reference = work.reference.newest(run.link.company)
        if reference is None:
            return  # nothing is known of Intacct yet; fetching it has left its trouble
        waiting = list_plannable(run, work, reference[0])
    for first in range(0, len(waiting), PLAN_AT_ONCE):
        run.report("plan", first, len(waiting))
        try:
            outcome = plan_documents(run, waiting[first : first + PLAN_AT_ONCE], version=reference[0])
        except IntacctError as error:
            run.troubles.append(Trouble(step="plan", system="intacct", message=str(error)))
            return
        store_outcome(run, outcome, version=reference[0])
    run.report("plan", len(waiting), len(waiting))


def post(run: Run) -> bool:
    """Send what is ready, one company and entity at a time, in batches that grow while answers come quickly.

    Returns whether anything was sent.
    """
    ready = _list_sendable(run)
    targets = list(dict.fromkeys(stored.posting.target for stored in ready))
    done = 0
    sent_any = False
    for target in targets:
        waiting = [stored for stored in ready if stored.posting.target == target]
        size = BatchSize()
        while waiting:
            batch = take_batch(waiting, size)
            outcome = send_batch(run, batch)
            sent_any = sent_any or outcome.sent
            if outcome.stop:
                break  # a wrong entity is no reason to keep the others waiting
            size = size.after(outcome.took)
            waiting = waiting[len(batch) :]
            done += len(batch)
            run.report("post", done, len(ready))
    return sent_any


def settle(run: Run) -> None:
    """Find out what became of every sending whose answer is not known, when its time has come."""
    take_over_abandoned(run)
    try:
        settle_due(run)
    except IntacctError as error:
        run.troubles.append(Trouble(step="read back", system="intacct", message=str(error)))


def _take(run: Run, file: RemoteFile, archive: Folder) -> None:
    """Store the file's bytes, then move it. What an earlier run stored and could not move is known by its bytes."""
    try:
        with run.mailbox.download(file) as chunks:
            kept = run.store.keep(chunks)
    except FileGone:
        with run.store.begin() as work:
            fact = Fact(record=f"link:{run.link.name}", action="file vanished", detail={"name": file.name})
            work.audit.append([fact])
        return
    origin = Origin(host=run.link.host, folder=run.link.inbound, remote_id=file.id, name=file.name)
    with run.store.begin() as work:
        file_id = work.files.add(link=run.link.name, origin=origin, kept=kept)
    with suppress(FileGone):  # then somebody else has put it away, which is what we wanted
        run.mailbox.move(file, archive)
    with run.store.begin() as work:
        work.files.mark_moved(file_id, to=run.link.archive)


def _split(run: Run, file: StoredFile) -> None:
    findings: list[Finding] = []
    interchanges = 0
    found = 0
    items = edi.read(run.store.open_payload(file.sha256))
    while part := list(islice(items, _STORE_AT_ONCE)):
        documents = [_describe(run, item) for item in part if isinstance(item, Transaction)]
        findings += [item for item in part if isinstance(item, Finding)]
        interchanges += sum(1 for item in part if isinstance(item, Interchange))
        found += len(documents)
        with run.store.begin() as work:
            work.documents.add(file.id, documents)
    status, reason = _judge_file(findings, interchanges, found)
    with run.store.begin() as work:
        work.files.finish(file.id, to=status, reason=reason, documents=found)


def _describe(run: Run, transaction: Transaction) -> NewDocument:
    found = describe_document(run.link.name, transaction)
    partner = run.link.rules.find_partner(sender=found.sender, group_sender=found.group_sender)
    return found if partner is None else replace(found, partner_name=partner.name)


def _judge_file(findings: Sequence[Finding], interchanges: int, documents: int) -> tuple[FileStatus, str]:
    """A file without any interchange is unreadable; one from which something may be missing is damaged."""
    odd = "; ".join(f"{finding.code}: {finding.message}" for finding in findings[:5])
    if not interchanges:
        return FileStatus.UNREADABLE, odd
    if any(finding.severity != "note" or finding.code in _INCOMPLETE for finding in findings):
        return FileStatus.DAMAGED, odd
    return FileStatus.READ, odd or ("" if documents else "no documents in it")


def _list_sendable(run: Run) -> list[StoredPosting]:
    """What may be sent now. A bill planned to be submitted waits while the link is in test mode."""
    with run.store.begin() as work:
        documents = work.documents.list_sendable(run.link.name)
        ready = list(work.postings.newest(document.id for document in documents).values())
    return [stored for stored in ready if not is_kept_back(run, stored)]


def is_kept_back(run: Run, stored: StoredPosting) -> bool:
    """Whether a bill waits because it would be submitted, and the link is in test mode now."""
    return run.link.mode == "test" and stored.posting.body.action == "Submit"
