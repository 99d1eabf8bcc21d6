"""What a cancellation has deleted in Intacct: it is filed, and so is the document that had become that."""

from ml_connector.flows.reconciling.noting import note_undone
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.mapping.undoing import name_deleted
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.followed import UNDONE
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Work


def note_deleted(
    work: Work, stored: StoredPosting, deletion: RecordDeletion, *, expect: Status, found: str = ""
) -> None:
    """Intacct has deleted it, or it was `found` to be gone: nothing of the document that is cancelled is left there."""
    cancelling = work.documents.get([stored.document_id])[stored.document_id]
    original = _find_original(work, cancelling, deletion.key)
    done = f"{name_deleted(deletion)} was deleted in Intacct"
    detail = {"key": deletion.key, **({"found": found} if found else {})}
    about = _name(original) if original is not None else cancelling.document.key.number
    filed = Move(id=cancelling.id, action="filed", reason=f"cancels {about}: {done}", detail=detail)
    if work.documents.move([filed], expect=expect, to=Status.FILED) and original is not None:
        _file_original(work, original, f"cancelled by {_name(cancelling)}: {done}")


def _find_original(work: Work, cancelling: StoredDocument, key: str) -> StoredDocument | None:
    """The document that had become the record, also where somebody has noticed meanwhile that it is gone."""
    same = work.documents.find_earlier([cancelling.document.key], (), besides={cancelling.id})
    return next((each for each in same if _find_last_key(work, each) == key), None)


def _find_last_key(work: Work, document: StoredDocument) -> str:
    if document.status is not Status.HELD:
        return document.intacct_key
    undone = [each for each in work.audit.list(f"document:{document.id}") if each.action == UNDONE]
    return str(undone[-1].detail["intacct_key"]) if undone else ""


def _file_original(work: Work, original: StoredDocument, reason: str) -> None:
    if original.status is Status.POSTED:
        note_undone(work, original, reason, to=Status.FILED)
        return
    released = Move(id=original.id, action="released", reason=reason)
    work.needs.meet(work.documents.move([released], expect=Status.HELD, to=Status.READ))
    filed = Move(id=original.id, action="filed", reason=reason)
    work.documents.move([filed], expect=Status.READ, to=Status.FILED)


def _name(document: StoredDocument) -> str:
    return f"document #{document.id} {document.document.document_key}"
