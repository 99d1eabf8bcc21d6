"""Is what a change rests on still so? The documents to be changed are read once more, just before a request."""

from collections.abc import Iterable, Sequence
from typing import Final

from ml_connector.flows.planning.transactions import Transactions
from ml_connector.flows.posting.sending import hold_refused
from ml_connector.flows.run import Run
from ml_connector.intacct.writing.purchasing import PurchasingChange
from ml_connector.mapping.order_reading import take_fingerprint
from ml_connector.records.documents import Move
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status

_MOVED: Final = "it was changed in Intacct after this was decided; release this to decide it anew"


def hold_moved(run: Run, batch: Sequence[StoredPosting]) -> Sequence[StoredPosting]:
    """The batch without changes of what is no longer as it was when they were decided: these are held.

    Raises `intacct.errors`. Nothing is asked for a batch without changes.
    """
    moved = _find_moved(run, [stored for stored in batch if isinstance(stored.function, PurchasingChange)])
    if not moved:
        return batch
    moves = [Move(id=stored.document_id, action="checked") for stored in moved]
    with run.store.begin() as work:
        until = run.clock()
        ours = work.documents.move(moves, expect=Status.READY, to=Status.SENDING, until=until)
        for stored in [stored for stored in moved if stored.document_id in ours]:
            hold_refused(work, stored, _MOVED, expect=Status.SENDING)
    return [stored for stored in batch if stored not in moved]


def _find_moved(run: Run, changes: Iterable[StoredPosting]) -> list[StoredPosting]:
    rests = {
        stored.id: (stored.function.document_id, stored.function.rests_on)
        for stored in changes
        if isinstance(stored.function, PurchasingChange)
    }
    if not rests:
        return []
    reader = Transactions(run)
    documents = reader.list_documents(["DOCID"], sorted({id_ for id_, _ in rests.values()}))
    now = {id_: take_fingerprint(each) for id_, each in reader.complete(documents).items()}
    return [stored for stored in changes if now.get(rests[stored.id][0]) != rests[stored.id][1]]
