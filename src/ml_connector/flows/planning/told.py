"""What Intacct says when something is about to be made: of records like it, and which contacts it has no more."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from ml_connector.intacct.objects import Adjustment, BillFound, JournalEntry, PurchasingDocument
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.duplicates.earlier import fold_number
from ml_connector.mapping.duplicates.likeness import Others, list_other_adjustments, list_others

_R = TypeVar("_R", Adjustment, BillFound, PurchasingDocument)


class Numbered(Generic[_R]):
    """Records by vendor and number, as far as Intacct keeps numbers apart."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[_R]] = {}

    def add(self, record: _R, number: str) -> None:
        self._found.setdefault((record.vendor_id, fold_number(number)), []).append(record)

    def find(self, vendor_id: str, number: str) -> Sequence[_R]:
        return self._found.get((vendor_id, fold_number(number)), ())

    def list_of(self, claim: Claim) -> Sequence[_R]:
        """Those under its number, of any of the vendor's family."""
        return [each for member in sorted(claim.family) for each in self.find(member, claim.number)]


class Told:
    """The answers; nothing where Intacct was not asked."""

    def __init__(
        self,
        bills: Sequence[BillFound] = (),
        orders: Sequence[PurchasingDocument] = (),
        invoices: Sequence[PurchasingDocument] = (),
        adjustments: Sequence[Adjustment] = (),
        entries: Sequence[JournalEntry] = (),
        lost: AbstractSet[str] = frozenset(),
    ) -> None:
        self.lost = lost  #: contacts
        self.owed = Others(list_others(bills, invoices))  #: by what they look like
        self.adjusted = Others(list_other_adjustments(adjustments))  #: the same
        self._entries = {each.reference: each for each in entries}
        self.bills: Numbered[BillFound] = Numbered()
        self.orders: Numbered[PurchasingDocument] = Numbered()
        for bill in bills:
            self.bills.add(bill, bill.number)
        self.invoices: Numbered[PurchasingDocument] = Numbered()  #: by the vendor's number
        for invoice in invoices:
            self.invoices.add(invoice, invoice.vendor_number)
        self.adjustments: Numbered[Adjustment] = Numbered()
        for adjustment in adjustments:
            self.adjustments.add(adjustment, adjustment.number)
        for order in orders:
            for number in {fold_number(order.number), fold_number(order.reference)}:
                self.orders.add(order, number)

    def find_entry(self, mark: str) -> str | None:
        """The reason that a document with this mark is a duplicate: its entry is in a journal already."""
        found = self._entries.get(mark)
        if found is None:
            return None
        return f"the same as journal entry {found.record_no} in Intacct, posted by this connector"
