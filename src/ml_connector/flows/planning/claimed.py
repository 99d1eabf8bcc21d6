"""Which bills our own payments have spoken for: as long as one is a draft, Intacct may show nothing of it at the bill."""

from collections.abc import Collection, Iterable
from typing import Final

from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Payment
from ml_connector.intacct.query import compare
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.mapping.ledger_states import is_settled, is_void
from ml_connector.mapping.payments.paid_bills import Claimed
from ml_connector.records.documents import StoredDocument
from ml_connector.records.followed import Followed
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.store.sets import split

SENT: Final = (Status.SENDING, Status.IN_DOUBT, Status.POSTED, Status.HELD)
"""States of documents of which Intacct has something, or may have."""
PLANNED: Final = (Status.READY, *SENT)


def read_claimed(
    run: Run, vendors: Collection[str], statuses: Collection[Status]
) -> dict[int, list[Claimed]]:
    """What is claimed of the bills of these vendors by documents in these states, by RECORDNO.

    Intacct is asked for the state of payments that are not known to be settled. Raises `intacct.errors`.
    """
    with run.store.begin() as work:
        ids = work.postings.list_paying(run.link.company, vendors, statuses)
        documents = work.documents.get(ids)
        postings = work.postings.newest(ids, reasons=False)
        followed = work.followed.list_of(ids)
    open_ = {id_: each for id_, each in postings.items() if not _is_settled(followed.get(id_, ()))}
    states = _read_states(run, [documents[id_].intacct_key for id_ in open_])
    claimed: dict[int, list[Claimed]] = {}
    for id_, stored in open_.items():
        standing = _describe(documents[id_], stored, states)
        for bill_no in _list_bills(stored) if standing else ():
            number = documents[id_].document.key.number
            claimed.setdefault(bill_no, []).append(
                Claimed(mark=stored.posting.mark, number=number, standing=standing)
            )
    return claimed


def _is_settled(followed: Iterable[Followed]) -> bool:
    return any(each.object == Payment.OBJECT and each.is_settled for each in followed)


def _read_states(run: Run, keys: Iterable[str]) -> dict[str, str]:
    """The states that Intacct has of these payments, by key."""
    states: dict[str, str] = {}
    for part in split(sorted({key for key in keys if key})):
        with run.turn:
            found = list(run.finance.reading.list_records(Payment, where=compare("RECORDNO", "in", *part)))
        states |= {str(entry.record.record_no): entry.record.state for entry in found}
    return states


def _describe(document: StoredDocument, stored: StoredPosting, states: dict[str, str]) -> str:
    """Where its payment stands, in words that follow `whose payment`; empty where it claims nothing."""
    if document.status is Status.HELD:
        unclear = bool(stored.sent_count) and not stored.refusal
        return "was sent and is held here" if unclear else ""
    if document.status is not Status.POSTED:
        return "is on its way to Intacct"
    state = states.get(document.intacct_key, "")
    if is_settled(Payment.OBJECT, state) or is_void(state):
        return ""
    return f"{document.intacct_key} is {state or 'not shown'} in Intacct"


def _list_bills(stored: StoredPosting) -> list[int]:
    payment = stored.posting.functions[-1]
    parts = payment.parts if isinstance(payment, NewPayment) else ()
    return [part.bill_no for part in parts if part.bill_no is not None]
