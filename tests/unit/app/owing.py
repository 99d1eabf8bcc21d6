"""Documents that say what is owed, what was planned for them, and how Intacct shows it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from tests.fakes import ManualClock
from tests.unit.store.rows import LINK, POSTING, add_file, move, number_document

from ml_connector.records.followed import Followed, Trouble
from ml_connector.records.keys import Target
from ml_connector.records.posting import Function
from ml_connector.records.status import Status
from ml_connector.store import Store

END: Final = date(2031, 3, 31)
AMOUNT: Final = Decimal("120.50")
PATHS: Final = {
    Status.READ: (),
    Status.READY: (Status.READY,),
    Status.SENDING: (Status.READY, Status.SENDING),
    Status.IN_DOUBT: (Status.READY, Status.SENDING, Status.IN_DOUBT),
    Status.POSTED: (Status.READY, Status.SENDING, Status.POSTED),
    Status.HELD: (Status.HELD,),
    Status.DUPLICATE: (Status.DUPLICATE,),
    Status.FILED: (Status.FILED,),
    Status.REJECTED: (Status.REJECTED,),
}


def add(store: Store, status: Status = Status.READ, kind: str = "debit", **changes: Any) -> int:
    """A document of 120.50 USD of March 1 in a file of its own."""
    file_id = add_file(store, remote_id=f"{status}/{kind}/{changes}")
    new = number_document(0, **changes)
    with store.begin() as work:
        work.documents.add(file_id, [replace(new, key=replace(new.key, kind=kind))])
        id_ = work.documents.list_of_file(file_id)[0].id
    move(store, [id_], *PATHS[status], until=ManualClock().now)
    return id_


def plan(store: Store, id_: int, *functions: Function, entity: str = "E1") -> None:
    target = Target(company="BRINDLE", entity=entity)
    posting = replace(POSTING, control_id=f"mlc:bill:{id_}", target=target, functions=functions)
    with store.begin() as work:
        work.postings.add([(id_, posting)])


def see(store: Store, id_: int, *states: str, trouble: Trouble = Trouble.NONE) -> None:
    """As Intacct shows what the document became; the trouble is that of the first."""
    seen = [
        Followed(document_id=id_, object="APBILL", key=f"{n}", state=state) for n, state in enumerate(states)
    ]
    with store.begin() as work:
        work.followed.add(LINK, "BRINDLE", [replace(seen[0], trouble=trouble), *seen[1:]])
