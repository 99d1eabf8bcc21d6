"""Receivers of ship notices, and invoices compared with their orders."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from tests.unit.app.owing import END, add, plan
from tests.unit.store.rows import LINK

from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine
from ml_connector.records.documents import Move
from ml_connector.records.followed import Followed, Trouble
from ml_connector.records.matches import Comparison, MatchedLine, MatchResult, Verdict
from ml_connector.records.references import Reference
from ml_connector.records.status import Status
from ml_connector.store import Store

ORDER: Final = "Purchase Order-PO9"
APRIL: Final = date(2031, 4, 2)
INK: Final = NewPurchasingLine(
    item_id="INK", quantity=Decimal(10), unit="Each", price=Decimal("1.255"), source_line=71
)
RECEIVER: Final = NewPurchasing(
    definition="PO Receiver",
    vendor_id="V-7",
    date=END,
    due_date=END,
    created_from=ORDER,
    lines=(INK,),
)


def receive(
    store: Store, function: NewPurchasing = RECEIVER, state: str = "Pending", trouble: Trouble = Trouble.NONE
) -> None:
    """A ship notice is posted as a receiver, which Intacct shows in that state."""
    changes = {
        "content_hash": sha256(f"{function}{state}".encode()).hexdigest(),
        "set_code": "856",
        "amount": None,
        "currency": "",
    }
    id_ = add(store, Status.SENDING, kind="", **changes)
    plan(store, id_, function)
    seen = Followed(document_id=id_, object="PODOCUMENT", key="PO Receiver-1", state=state, trouble=trouble)
    with store.begin() as work:
        posted = Move(id=id_, action="posted", intacct_key="PO Receiver-1")
        work.documents.move([posted], expect=Status.SENDING, to=Status.POSTED)
        work.followed.add(LINK, "BRINDLE", [seen])
    name_order(store, id_)


def invoice(store: Store, quantity: str, *, on: date = END, **changes: Any) -> int:
    """An invoice of that much of the order's line is compared with it."""
    id_ = add(store, Status.HELD, date=on, **changes)
    line = MatchedLine(
        position=1,
        order_id=ORDER,
        order_line=1,
        order_line_key=71,
        item_id="INK",
        unit="Each",
        ordered=Decimal(10),
        received=Fraction(10),
        invoiced_before=Fraction(0),
        invoiced=Fraction(quantity),
        approved_price=Decimal("1.255"),
        price=Fraction("1.255"),
        over_quantity=Fraction(0),
        allowed_quantity=Fraction(0),
        over_amount=Fraction(0),
        allowed_amount=Fraction(0),
        verdict=Verdict.MATCHED,
        rule="",
    )
    with store.begin() as work:
        work.matches.keep({id_: Comparison(match=MatchResult(lines=(line,), charges=()))})
    return id_


def name_order(store: Store, id_: int) -> None:
    with store.begin() as work:
        file_id = work.documents.get([id_])[id_].file_id
        work.references.add(file_id, {0: [Reference(kind="order", number="PO-9")]})
