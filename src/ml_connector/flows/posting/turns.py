"""A function is done in Intacct: its document is posted or filed, or the turn of its next function has come."""

from collections.abc import Sequence

from ml_connector.flows.posting.undone import note_deleted
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.mapping.references import list_made
from ml_connector.records.documents import Move
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Work


def note_written(
    work: Work, written: Sequence[tuple[StoredPosting, str]], *, expect: Status, found: str = ""
) -> set[int]:
    """Store the keys Intacct gave what was written, or under which it was `found`; returns what is ready for more.

    An order is found by Intacct's number from then on. Of what was deleted nothing is left to be followed.
    """
    made: list[tuple[StoredPosting, str]] = []
    for stored, key in written:
        if isinstance(stored.function, RecordDeletion):
            note_deleted(work, stored, stored.function, expect=expect, found=found)
        else:
            made.append((stored, key))
    return _note_made(work, made, expect=expect, found=found)


def _note_made(
    work: Work, written: Sequence[tuple[StoredPosting, str]], *, expect: Status, found: str
) -> set[int]:
    told = {"found": found} if found else {}
    last = [
        Move(id=stored.document_id, action="posted", intacct_key=key, detail={"key": key, **told})
        for stored, key in written
        if stored.is_last
    ]
    posted = work.documents.move(last, expect=expect, to=Status.POSTED)
    named = {stored.document_id: list_made(stored.function, key) for stored, key in written}
    work.references.link({id_: found for id_, found in named.items() if id_ in posted and found})
    others = {stored.document_id: (stored, key) for stored, key in written if not stored.is_last}
    moves = [
        Move(id=id_, action="part posted", detail={"key": key, "part": _count(stored), **told})
        for id_, (stored, key) in others.items()
    ]
    moved = work.documents.move(moves, expect=expect, to=Status.READY)
    for id_ in moved:
        work.postings.note_key(*others[id_])
    return moved


def _count(stored: StoredPosting) -> str:
    return f"{len(stored.keys) + 1} of {len(stored.posting.functions)}"
