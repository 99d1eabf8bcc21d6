"""What an approver does by hand: a submitted document is posted or declined (states documented; the way is ours)."""

from datetime import datetime
from typing import Final

from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.ledger import change_bill, change_entry, find_bill, find_entry
from mlc_sim.intacct.values import keep_moment

_DECISIONS: Final = ("Posted", "Declined", "Partially Approved", "Approved", "Pending")


def decide(books: Books, object_name: str, record_no: str, state: str, now: datetime) -> None:
    """Give a submitted document its new state. Raises ValueError when there is none or it is not submitted."""
    entry = None if object_name == "APBILL" else find_entry(books, object_name, record_no)
    fields = find_bill(books, record_no) if object_name == "APBILL" else (entry.fields if entry else None)
    if fields is None or fields.get("STATE") not in {"Submitted", "Partially Approved"}:
        raise ValueError(f"no submitted {object_name} {record_no!r}")
    if state not in _DECISIONS:
        raise ValueError(f"{state!r} is no decision; one of {_DECISIONS}")
    changes = {"STATE": state, "WHENMODIFIED": keep_moment(now)}
    if entry is None:
        change_bill(books, record_no, changes)
    else:
        change_entry(books, object_name, entry, changes)
