"""What our own record has beside documents that are decided: under the same keys, and what they may be besides."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ml_connector.flows.planning.cases import AnyCase
from ml_connector.flows.planning.repeated import Siblings, list_keys, read_siblings
from ml_connector.flows.run import Basis
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.duplicates.earlier import MONEY, list_rival_keys
from ml_connector.mapping.duplicates.likeness import Other, Others, is_invoice
from ml_connector.mapping.duplicates.number_likeness import list_spellings
from ml_connector.records.documents import StoredDocument
from ml_connector.records.posting import StoredPosting
from ml_connector.store import Work

_NOTHING: Final = Others()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What our own record has of other documents, and of earlier postings."""

    earlier: "Earlier"
    siblings: Siblings
    postings: dict[int, StoredPosting]  #: by document id


class Earlier:
    """Documents that came before, to be found by their numbers; those that are not in Intacct yet also by what they
    look like.
    """

    def __init__(
        self,
        documents: Sequence[StoredDocument],
        undone: Mapping[int, Sequence[str]],
        pending: Iterable[StoredDocument],
        *,
        without: Collection[int],
    ) -> None:
        self._undone = undone  # numbers of credits that documents name
        self._without = without  # what makes no record, and so keeps no other from being made
        self._by_number: dict[str, list[tuple[StoredDocument, str]]] = {}
        self._others: dict[tuple[bool, str], Others] = {}
        for document in documents:
            self._add_number(document, document.vendor)
        for document in pending:
            self._add_other(document, document.vendor)

    def add(self, document: StoredDocument, *, vendor: str) -> None:
        """One more, with the vendor that it is found to be of."""
        self._add_number(document, vendor)
        self._add_other(document, vendor)

    def find(self, document: StoredDocument) -> Sequence[StoredDocument]:
        """Those of the same number, and of the credits that it names."""
        numbers = dict.fromkeys((document.document.key.number, *self._undone.get(document.id, ())))
        found = (each for number in numbers for each in self._by_number.get(number, ()))
        return [replace(other, vendor=vendor) for other, vendor in found]

    def list_others(self, document: StoredDocument) -> Others:
        """Those that it is compared with besides."""
        return self._others.get(_sort(document), _NOTHING)

    def _add_number(self, document: StoredDocument, vendor: str) -> None:
        if document.id not in self._without:
            self._by_number.setdefault(document.document.key.number, []).append((document, vendor))

    def _add_other(self, document: StoredDocument, vendor: str) -> None:
        if vendor and document.document.set_code in MONEY and document.id not in self._without:
            others = self._others.setdefault(_sort(document), Others())
            others.add(Other.of_document(document, vendor))


def _sort(document: StoredDocument) -> tuple[bool, str]:
    """Invoices are compared with invoices, and what changes a debt with what changes it the same way."""
    return is_invoice(document), document.document.key.kind


def read_record(basis: Basis, cases: Sequence[AnyCase], claims: Mapping[int, Claim]) -> Record:
    """Documents under the same keys that are not being decided here, with the credits that those may repeat or undo,
    and what they may be under another number or vendor; and the postings of those that are.
    """
    undone = {case.stored.id: case.list_undone() for case in cases}
    keys = [
        (claims[case.stored.id].family, key)
        for case in cases
        for key in list_rival_keys(case.stored.document.key, undone[case.stored.id])
    ]
    vendors = [(vendor, key) for family, key in keys for vendor in family]
    with basis.store.begin() as work:
        found = work.documents.find_earlier([key for _, key in keys], vendors, besides=undone)
        closed = work.documents.find_earlier(list_keys(cases), (), besides=undone, closed=True)
        pending = list(_list_pending(work, basis.link.name, [claims[id_] for id_ in undone]))
        postings = work.postings.newest(undone, reasons=False)
        sent = work.postings.list_sent(undone)
    siblings = read_siblings(basis, cases, (*found, *closed), sent)
    earlier = Earlier(
        found,
        undone,
        (each for each in pending if each.id not in undone),
        without=siblings.list_repeats(),
    )
    return Record(earlier=earlier, siblings=siblings, postings=postings)


def _list_pending(work: Work, link: str, claims: Iterable[Claim]) -> Iterator[StoredDocument]:
    """What has one of their numbers, however people spell it, or one of their amounts under another vendor."""
    named = [claim for claim in claims if claim.partner and claim.vendor_id]
    numbers = {spelling for claim in named for spelling in list_spellings(claim.number)}
    families: dict[Decimal, set[frozenset[str]]] = {}
    for claim in named:
        if claim.document.document.amount:
            families.setdefault(claim.document.document.amount, set()).add(claim.family)
    yield from work.pending.list_numbered(link, numbers)
    owed = work.pending.list_owed(link, families)
    elsewhere = {
        (amount, vendor)
        for amount, vendor in owed
        if any(vendor not in family for family in families[amount])
    }
    yield from work.pending.list_of(link, elsewhere)
