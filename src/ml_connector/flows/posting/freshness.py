"""Is what a posting rests on still so? What is changed, deleted or paid is read once more, just before a request."""

from collections.abc import Iterable, Sequence
from typing import Final

from ml_connector.flows.planning.claimed import SENT, read_claimed
from ml_connector.flows.planning.payables import read_bills
from ml_connector.flows.planning.transactions import Transactions
from ml_connector.flows.posting.looking import read_left
from ml_connector.flows.posting.sending import hold_refused
from ml_connector.flows.run import Run
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import PurchasingChange
from ml_connector.mapping.orders.order_reading import take_fingerprint
from ml_connector.records.documents import Move
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status

_PAID: Final = (
    "a bill it pays was paid, selected or changed in Intacct after this was decided, or another payment of ours pays it; "
    "release this to decide it anew"
)
_TOUCHED: Final = (
    "it was changed, submitted or deleted in Intacct after this was decided; release this to decide it anew"
)
_MOVED: Final = "it was changed in Intacct after this was decided; release this to decide it anew"


def hold_moved(run: Run, batch: Sequence[StoredPosting]) -> Sequence[StoredPosting]:
    """The batch without what rests on something that is no longer as it was when it was decided: that is held.

    Raises `intacct.errors`. Nothing is asked for a batch without changes, deletions and payments.
    """
    changed = _find_moved(run, [stored for stored in batch if isinstance(stored.function, PurchasingChange)])
    found = [(stored, _MOVED) for stored in changed]
    found += _find_touched(run, batch)
    found += _find_paid(run, batch)
    if not found:
        return batch
    moved = [stored for stored, _ in found]
    moves = [Move(id=stored.document_id, action="checked") for stored in moved]
    with run.store.begin() as work:
        until = run.clock()
        ours = work.documents.move(moves, expect=Status.READY, to=Status.SENDING, until=until)
        for stored, why in [each for each in found if each[0].document_id in ours]:
            hold_refused(work, stored, why, expect=Status.SENDING)
    return [stored for stored in batch if stored not in moved]


def _find_paid(run: Run, batch: Iterable[StoredPosting]) -> list[tuple[StoredPosting, str]]:
    """Payments of bills that are paid, selected or gone by now, and why each is held; of two for one bill the later.

    They are looked at before the debit memos that go with them as well: these are not to stand alone.
    """
    last = [(stored, stored.posting.functions[-1]) for stored in batch]
    payments = [(stored, function) for stored, function in last if isinstance(function, NewPayment)]
    numbers = {part.bill_no for _, payment in payments for part in payment.parts if part.bill_no is not None}
    if not numbers:
        return []
    claimed = read_claimed(run, {payment.vendor_id for _, payment in payments}, SENT)
    left = {each.bill.record_no: each for each in read_bills(run, numbers) if not each.find_obstacle()}
    found: list[tuple[StoredPosting, str]] = []
    for stored, payment in payments:
        bills = [left.pop(part.bill_no or 0, None) for part in payment.parts]
        others = [each for part in payment.parts for each in claimed.get(part.bill_no or 0, ())]
        if any(each.mark != stored.posting.mark for each in others) or any(
            bill is None or bill.bill.vendor_id != payment.vendor_id or bill.open < part.amount
            for bill, part in zip(bills, payment.parts, strict=True)
        ):
            found.append((stored, _PAID))
    return found


def _find_touched(run: Run, batch: Iterable[StoredPosting]) -> list[tuple[StoredPosting, str]]:
    """Deletions of what is not as it was any more; what was sent before may be the reason that it is gone."""
    deletions = [(stored, each) for stored in batch if isinstance(each := stored.function, RecordDeletion)]
    left = read_left(run, [stored for stored, _ in deletions])
    touched: list[tuple[StoredPosting, str]] = []
    for stored, deletion in deletions:
        now = left.get((deletion.object, deletion.record_no))
        if now != deletion.rests_on and (now is not None or not stored.sent_count):
            touched.append((stored, _TOUCHED))
    return touched


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
