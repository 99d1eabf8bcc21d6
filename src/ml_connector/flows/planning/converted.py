"""The vendor invoices of the orders that are billed of notices and confirmations too."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ml_connector.flows.planning.cases import AnyCase
from ml_connector.flows.planning.orders import OrderShelf
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey
from ml_connector.mapping.matching.converted_invoices import find_number, list_invoices, see_invoices
from ml_connector.mapping.matching.draft_bills import Paper, Seen
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.store import Work

_INVOICE = "810"


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Vendor invoices as they stand, with what is planned meanwhile."""

    shelf: OrderShelf
    definition: str  #: of vendor invoices
    ours: Mapping[str, int]  #: our documents, by mark

    def list_keys(self, case: AnyCase) -> Iterator[BillKey]:
        """Under what Intacct is asked whether their bills are there still."""
        for file in self._list_files(case):
            for made in list_invoices(file, self.definition):
                yield BillKey(vendor_id=case.vendor_id, number=find_number(made))

    def see(self, case: AnyCase, papers: Mapping[int, Paper], told: Told) -> Iterator[Seen]:
        """Those of the orders that a document names."""
        names = {mark: papers[id_].names for mark, id_ in self.ours.items() if id_ in papers}
        for file in self._list_files(case):
            yield from see_invoices(file, self.definition, names, told.bills.find)

    def _list_files(self, case: AnyCase) -> Sequence[OrderFile]:
        return self.shelf.list_named(case.seeker) if case.seeker is not None else ()


def find_ours(work: Work, company: str, files: Sequence[OrderFile]) -> dict[str, int]:
    """Our invoices that vendor invoices of these orders were made of, by mark."""
    words: AbstractSet[str] = {
        word for file in files for made in file.made for word in made.document.message.split()[-1:]
    }
    found = work.documents.get(work.orders.list_marked(company, _INVOICE, words))
    return {each.document.document_key: id_ for id_, each in found.items()}
