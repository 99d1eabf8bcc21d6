"""What Intacct says when something is about to be made: of records like it, and which contacts it has no more."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from ml_connector.intacct.objects import BillFound, PurchasingDocument
from ml_connector.mapping.duplicates import fold_number

_R = TypeVar("_R", BillFound, PurchasingDocument)


class Numbered(Generic[_R]):
    """Records by vendor and number, as far as Intacct keeps numbers apart."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[_R]] = {}

    def add(self, record: _R, number: str) -> None:
        self._found.setdefault((record.vendor_id, fold_number(number)), []).append(record)

    def find(self, vendor_id: str, number: str) -> Sequence[_R]:
        return self._found.get((vendor_id, fold_number(number)), ())


class Told:
    """The answers; nothing where Intacct was not asked."""

    def __init__(
        self,
        bills: Sequence[BillFound] = (),
        orders: Sequence[PurchasingDocument] = (),
        invoices: Sequence[PurchasingDocument] = (),
        lost: AbstractSet[str] = frozenset(),
    ) -> None:
        self.lost = lost  #: contacts
        self.bills: Numbered[BillFound] = Numbered()
        self.orders: Numbered[PurchasingDocument] = Numbered()
        for bill in bills:
            self.bills.add(bill, bill.number)
        self.invoices: Numbered[PurchasingDocument] = Numbered()  #: by the vendor's number
        for invoice in invoices:
            self.invoices.add(invoice, invoice.vendor_number)
        for order in orders:
            for number in {fold_number(order.number), fold_number(order.reference)}:
                self.orders.add(order, number)
