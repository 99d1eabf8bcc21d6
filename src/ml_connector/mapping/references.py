"""Which numbers lead to a document: what it names, the envelopes it came in, and what it was compared with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ml_connector.edi import Transaction
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.rules.purchasing import Definitions
from ml_connector.records.matches import Comparison
from ml_connector.records.posting import Function
from ml_connector.records.references import Reference, ReferenceKind

#: The element of a segment that is a number, and of what.
_PLACES: Final[Mapping[str, Sequence[tuple[int, ReferenceKind]]]] = {
    "AK1": ((2, "group"),),
    "BAK": ((3, "order"),),
    "BCA": ((3, "order"),),
    "BCD": ((2, "invoice"), (7, "invoice"), (10, "order")),
    "BCH": ((3, "order"),),
    "BEG": ((3, "order"),),
    "BIG": ((2, "invoice"), (4, "order")),
    "BSN": ((2, "shipment"),),
    "PRF": ((1, "order"),),
    "TRN": ((2, "payment"),),
}
_CODES: Final[Mapping[str, ReferenceKind]] = {
    "BM": "shipment",
    "IV": "invoice",
    "PK": "shipment",
    "PO": "order",
    "SI": "shipment",
}
_QUALIFIED: Final = {"CAD": 7, "OTI": 2, "REF": 1, "RMR": 1}
"""The same where an element says of what the next one is the number."""
_MOST: Final = 200  #: a remittance for more invoices is found by its own number


def list_references(transaction: Transaction) -> tuple[Reference, ...]:
    """Every number once, in the order of the set; its interchange and group last. Also of a set that cannot be used."""
    named = dict.fromkeys(_list_named(transaction))
    envelopes = dict.fromkeys(_list_envelopes(transaction))
    return (*list(named)[:_MOST], *envelopes)


def list_compared(comparison: Comparison, definitions: Definitions) -> tuple[Reference, ...]:
    """The orders and receipts that a document was compared with, by their ids in Intacct and by their numbers.

    A partner may spell the number of an order otherwise than Intacct: by this the chain holds all the same.
    """
    matched = comparison.match.lines if comparison.match is not None else ()
    orders = dict.fromkeys(
        (
            *(line.order_id for line in matched),
            *(line.order_id for line in comparison.confirmed),
            *(goods.order_id for goods in comparison.expected),
        )
    )
    receipts = dict.fromkeys(use.document_id for line in matched for use in line.usages)
    return (
        *(Reference(kind="order", number=id_.removeprefix(f"{definitions.order}-")) for id_ in orders),
        *(Reference(kind="transaction", number=id_) for id_ in dict.fromkeys((*orders, *receipts))),
        *(
            Reference(kind="transaction", number=id_.removeprefix(f"{definitions.receiver}-"))
            for id_ in receipts
        ),
    )


def list_made(function: Function, key: str) -> tuple[Reference, ...]:
    """What Intacct calls an order that was written under this key; nothing of what is no order.

    A transaction that is made from no other is an order.
    """
    if not isinstance(function, NewPurchasing) or function.created_from:
        return ()
    if any(line.source_document or line.source_line for line in function.lines):
        return ()
    number = key.removeprefix(f"{function.definition}-")
    return Reference(kind="order", number=number), Reference(kind="transaction", number=key)


def _list_named(transaction: Transaction) -> Iterator[Reference]:
    for row in transaction.contents.rows:
        for place, kind in _PLACES.get(row[0], ()):
            yield from _read(row, place, kind)
        place = _QUALIFIED.get(row[0], 0)
        if place and len(row) > place and row[place] in _CODES:
            yield from _read(row, place + 1, _CODES[row[place]])


def _read(row: Sequence[str], place: int, kind: ReferenceKind) -> Iterator[Reference]:
    number = row[place].strip(" ") if place < len(row) else ""
    if number:
        yield Reference(kind=kind, number=number)


def _list_envelopes(transaction: Transaction) -> Iterator[Reference]:
    """Many senders give both the same number."""
    interchange = transaction.interchange.control_number
    group = transaction.group.control_number if transaction.group is not None else ""
    own = "" if group.lstrip("0") == interchange.lstrip("0") else group
    yield from _read((interchange, own), 0, "interchange")
    yield from _read((interchange, own), 1, "group")
