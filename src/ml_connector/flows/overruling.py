"""What people decide about documents by hand, with a reason: let them go, reject them, open them again.

None of it posts anything: the next run decides by the same checks as ever, and what was sent keeps its control id.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ml_connector.edi import NotReadable
from ml_connector.flows.reading import DocumentReader, describe_document
from ml_connector.flows.reconciling.noting import judge_documents
from ml_connector.mapping.ledger_states import accept_edit, describe
from ml_connector.records.audit import Fact
from ml_connector.records.documents import Move, NewDocument, StoredDocument
from ml_connector.records.followed import Followed, Trouble
from ml_connector.records.status import Status
from ml_connector.store import Store, Work
from ml_connector.store.sets import split

CLOSED: Final = (Status.REJECTED, Status.DUPLICATE, Status.FILED)
Report = Callable[[int, int], None]


def _say_nothing(done: int, total: int) -> None:
    """For those who do not watch."""


def release(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Let held documents be decided again, whatever they were held for; returns those that were held."""

    def act(some: Sequence[int]) -> set[int]:
        with store.begin() as work:
            return _move(work, some, Status.HELD, "released", reason, by)

    return _by_slices(ids, act, report)


def reject(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Say that held documents are not to be booked; returns those that were held."""

    def act(some: Sequence[int]) -> set[int]:
        with store.begin() as work:
            released = _move(work, some, Status.HELD, "released", reason, by)
            moves = [Move(id=id_, action="rejected", reason=reason, by=by) for id_ in sorted(released)]
            return work.documents.move(moves, expect=Status.READ, to=Status.REJECTED)

    return _by_slices(ids, act, report)


def reopen(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Let documents that were rejected, filed or taken for duplicates be decided again; returns those that were.

    What was kept before its set could be read gets the number it is known by now.
    """

    def act(some: Sequence[int]) -> set[int]:
        renamed = _find_renamed(store, some)
        with store.begin() as work:
            moved = set().union(*(_move(work, some, status, "reopened", reason, by) for status in CLOSED))
            work.documents.describe({id_: found for id_, found in renamed.items() if id_ in moved})
            return moved

    return _by_slices(ids, act, report)


def accept(
    store: Store, ids: Sequence[int], *, reason: str, by: str = "", report: Report = _say_nothing
) -> set[int]:
    """Say that what people made in Intacct of posted documents is right; returns those that were edited there.

    From now on they are compared with what they are there.
    """

    def act(some: Sequence[int]) -> set[int]:
        with store.begin() as work:
            edited = [
                each
                for records in work.followed.list_of(some).values()
                for each in records
                if each.trouble is Trouble.EDITED and work.followed.change(each, accept_edit(each))
            ]
            work.audit.append([_tell_accepted(each, reason, by) for each in edited])
            accepted = {each.document_id for each in edited}
            judge_documents(work, accepted)
            return accepted

    return _by_slices(ids, act, report)


def _tell_accepted(edited: Followed, reason: str, by: str) -> Fact:
    detail = {"reason": reason, "what": describe(edited)}
    return Fact(record=f"document:{edited.document_id}", action="accepted", detail=detail, by=by)


def _find_renamed(store: Store, ids: Sequence[int]) -> dict[int, NewDocument]:
    """The documents that today's reader calls otherwise, as it describes them; what was ever planned keeps its name."""
    with store.begin() as work:
        planned = work.postings.list_planned(ids)
        documents = [each for id_, each in work.documents.get(ids).items() if id_ not in planned]
        files = work.files.get({document.file_id for document in documents})
    readers = {id_: DocumentReader(store.open_payload(file.sha256)) for id_, file in files.items()}
    found = {document.id: _describe(readers[document.file_id], document) for document in documents}
    return {
        document.id: new
        for document in documents
        if (new := found[document.id]) is not None and new.document_key != document.document.document_key
    }


def _describe(reader: DocumentReader, stored: StoredDocument) -> NewDocument | None:
    try:
        return describe_document(stored.link, reader.reread(stored.document))
    except NotReadable:
        return None  # the plan says so


def _move(work: Work, ids: Sequence[int], expect: Status, action: str, reason: str, by: str) -> set[int]:
    moves = [Move(id=id_, action=action, reason=reason, by=by) for id_ in ids]
    moved = work.documents.move(moves, expect=expect, to=Status.READ)
    work.needs.meet(moved)
    return moved


def _by_slices(ids: Sequence[int], act: Callable[[Sequence[int]], set[int]], report: Report) -> set[int]:
    """Each slice in a transaction of its own, so that nothing else waits long."""
    moved: set[int] = set()
    done = 0
    for some in split(ids):
        report(done, len(ids))
        moved |= act(some)
        done += len(some)
    report(done, len(ids))
    return moved
