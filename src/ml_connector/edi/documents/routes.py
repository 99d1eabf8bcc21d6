"""One table from the code of a set to the function that reads it."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ml_connector.edi.documents.acknowledgment855 import OrderAcknowledgment, parse_order_acknowledgment
from ml_connector.edi.documents.acknowledgments import Acknowledgment, parse_acknowledgment
from ml_connector.edi.documents.adjustment812 import CreditAdjustment, parse_credit_adjustment
from ml_connector.edi.documents.change860 import (
    OrderChange,
    OrderChangeAcknowledgment,
    parse_order_change,
    parse_order_change_acknowledgment,
)
from ml_connector.edi.documents.grocery import parse_grocery_invoice, parse_grocery_order
from ml_connector.edi.documents.guides import refuse_health_guide
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice810 import parse_invoice
from ml_connector.edi.documents.order850 import Order, parse_order
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.remittance820 import Remittance, parse_remittance
from ml_connector.edi.documents.shipnotice856 import ShipNotice, parse_ship_notice
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code

#: Sets that only health-care guides use.
HEALTH_SETS = frozenset({"270", "271", "275", "276", "277", "278", "834", "835", "837"})


class Unparsed(Struct, frozen=True, kw_only=True, gc=False):
    """A set without a reader here; it is kept whole in the transaction."""

    set_code: str
    version: str  #: GS08; "" outside a group
    segments: int


Document: TypeAlias = (
    Invoice
    | Order
    | OrderAcknowledgment
    | OrderChange
    | OrderChangeAcknowledgment
    | ShipNotice
    | Remittance
    | CreditAdjustment
    | Acknowledgment
    | Unparsed
)

PARSERS: dict[str, Callable[[Transaction], Reading[Document]]] = {
    "810": parse_invoice,
    "812": parse_credit_adjustment,
    "820": parse_remittance,
    "824": parse_acknowledgment,
    "850": parse_order,
    "855": parse_order_acknowledgment,
    "856": parse_ship_notice,
    "860": parse_order_change,
    "865": parse_order_change_acknowledgment,
    "875": parse_grocery_order,
    "880": parse_grocery_invoice,
    "997": parse_acknowledgment,
    "999": parse_acknowledgment,
}


def parse_document(transaction: Transaction) -> Reading[Document]:
    """The document in a set of any kind, and the findings of its contents.

    A set without a reader here comes out as `Unparsed`, with a note; one that follows a health-care
    guide as None, with an error finding.
    """
    parse = PARSERS.get(transaction.set_code)
    return parse(transaction) if parse else _keep_whole(transaction)


def _keep_whole(transaction: Transaction) -> Reading[Document]:
    reader = ElementReader(transaction)
    if transaction.set_code in HEALTH_SETS and refuse_health_guide(transaction, reader):
        return Reading(document=None, findings=reader.findings)
    message = f"Sets {transaction.set_code} are not read here; this one is kept whole"
    reader.report(Code.SET_UNPARSED, message, reader.rows[0], 1)
    document = Unparsed(
        set_code=transaction.set_code,
        version=transaction.group.version if transaction.group else "",
        segments=len(reader.rows),
    )
    return Reading(document=document, findings=reader.findings)
