"""The vendor invoices that were converted from an order, ours and people's, beside what else becomes a bill of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Final

from ml_connector.intacct.objects import BillFound
from ml_connector.mapping.matching.draft_bills import Paper, Seen, is_gone
from ml_connector.mapping.orders.order_chain import VOID, OrderFile
from ml_connector.records.orders import PurchasingTransaction

_INVOICE: Final = "810"


def list_invoices(file: OrderFile, definition: str) -> list[PurchasingTransaction]:
    """The vendor invoices of an order, those on their way to Intacct included."""
    return [each for each in file.made if each.document.definition == definition]


def see_invoices(
    file: OrderFile,
    definition: str,
    names: Mapping[str, AbstractSet[tuple[str, str]]],
    find_bills: Callable[[str, str], Sequence[BillFound]],
) -> Iterator[Seen]:
    """The vendor invoices of an order as they stand, each with the order lines that it is for.

    `names` are those of our own invoices by mark: the papers that each of them is or names.
    """
    for made in list_invoices(file, definition):
        number = find_number(made)
        own = frozenset[tuple[str, str]]().union(
            *(names.get(word, ()) for word in made.document.message.split())
        )
        yield Seen(
            set_code=_INVOICE,
            number=number,
            paper=Paper(names=own, goods=frozenset(_list_goods(file, made))),
            there=_describe(made, find_bills(made.document.vendor_id, number)),
        )


def find_number(made: PurchasingTransaction) -> str:
    """Under which its bill is found: the vendor's number, else its own."""
    return made.document.vendor_number or made.document.number


def _describe(made: PurchasingTransaction, bills: Iterable[BillFound]) -> str:
    """As it stands; empty where it was declined, or the bill that it made was reversed."""
    document = made.document
    own = [bill for bill in bills if bill.record_no == document.bill_no]
    if document.state in VOID or any(map(is_gone, own)):
        return ""
    if document.record_no < 0:
        return "a vendor invoice that is on its way to Intacct"
    return f"{document.document_id} ({document.state}, {document.total}) in Intacct"


def _list_goods(file: OrderFile, made: PurchasingTransaction) -> Iterator[tuple[tuple[str, int], Fraction]]:
    """Each of its lines for each order line that it can be for, in its own unit."""
    id_ = file.order.document.document_id
    origin = {each.line.record_no: each for each in file.order.lines}
    for source in file.made:  # receivers stand before what was made of them
        origin |= {
            each.line.record_no: origin[each.line.source_line]
            for each in source.lines
            if each.line.source_line in origin
        }
    for each in made.lines:
        for ordered in file.order.lines:
            is_from = origin.get(each.line.source_line or 0) is ordered
            is_like = each.line.source_line is None and each.line.item_id == ordered.line.item_id
            if is_from or is_like:
                yield (id_, (ordered.line.line_no or 0) + 1), Fraction(each.line.quantity or 0)
