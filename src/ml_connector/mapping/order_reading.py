"""The order that a confirmation or a change is about, with what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.mapping.order_chain import VOID, OrderFile, gather_order
from ml_connector.mapping.order_match import OrderClue, match_order
from ml_connector.mapping.purchasing_case import Catalogue, PurchasingCase
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order as PlacedOrder

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
            "approve it in Intacct, or reject the document",
        )
        return Need(kind="order_state", subject=found.document.document_id, reason=reason)
    return gather_order(case, file, read.known)
