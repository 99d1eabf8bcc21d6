"""The order that a confirmation or a change is about, with what became of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.mapping.orders.order_chain import VOID, OrderFile, gather_order
from ml_connector.mapping.orders.order_match import OrderClue, match_order
from ml_connector.mapping.orders.purchasing_case import MESSAGE_LIMIT, Catalogue, PurchasingCase
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order as PlacedOrder
from ml_connector.records.orders import PurchasingTransaction

#: States in which Intacct refuses every change of a document.
FIXED: Final = ("Submitted", "In Progress", "Converted", "Partially Converted")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRead:
    """What was read for a document that answers or changes an order."""

    documents: Sequence[PurchasingDocument]
    files: dict[str, OrderFile]
    known: Catalogue


def make_clue(place: str, number: str, release: str) -> OrderClue | None:
    """How a document names its order; None where it does not."""
    return OrderClue(place=place, number=number, release=release) if number else None


def open_order(case: PurchasingCase, clue: OrderClue | None, read: OrderRead) -> PlacedOrder | Need:
    """The order a document names, with what became of it."""
    found = match_order(case, clue, read.documents)
    if isinstance(found, Need):
        return found
    file = read.files[found.document.document_id]
    if file.order.document.state in VOID:
        reason = case.say(
            f"order {found.document.document_id} is {file.order.document.state}",
            f"approve it in Intacct, and {case.number} goes on by itself; else reject the document",
        )
        return Need(kind="order_state", subject=found.document.document_id, reason=reason)
    return gather_order(case, file, read.known)


def take_fingerprint(order: PurchasingTransaction) -> str:
    """What the order says now, its message included: a change goes out only while it still says the same."""
    document = order.document
    due = document.due_date.isoformat() if document.due_date is not None else ""
    said = [document.state, due, *document.message.split()]
    for line in (booked.line for booked in order.lines):
        numbers = (line.quantity, line.price, line.remaining)
        said += [str(line.line_no), line.item_id, line.unit, *map(_spell, numbers)]
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _spell(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def sign(case: PurchasingCase, order: PlacedOrder) -> str | Need:
    """The order's message with our mark behind it: by it a change is known to have been made."""
    signed = f"{order.document.message} {case.mark}".lstrip()
    if len(signed) <= MESSAGE_LIMIT:
        return signed
    id_ = order.document.document_id
    reason = case.say(
        f"the message of {id_} has no room for our mark",
        "change the order by hand in Intacct, then reject this here",
    )
    return Need(kind="change", subject=f"{case.number}/{id_}", reason=reason)
