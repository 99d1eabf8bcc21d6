"""Ask: what the cases rest on is looked up for all of them at once, in our copy, in our record, and in Intacct."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Final, Protocol, TypeVar

from ml_connector.flows.contacts import find_lost_contacts
from ml_connector.flows.planning.cases import Case
from ml_connector.flows.reference.rows import list_edi_fields, list_kept_contacts, restore_record
from ml_connector.flows.run import Basis, Run
from ml_connector.intacct.objects import BillFound, BillKey
from ml_connector.mapping.duplicates import fold_number
from ml_connector.mapping.invoice_to_bill import Draft, ask_lines, ask_vendor, draft_bill, find_vendor
from ml_connector.mapping.reference import LOCATION, Asked, Slice
from ml_connector.mapping.rules import Rules
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting

_T = TypeVar("_T")
_LOOKED_BACK: Final = timedelta(days=731)  # two years, and further where a route takes older invoices


class Pause(Protocol):
    """Hands out items one by one, with other work between them."""

    def __call__(self, items: Iterable[_T], /) -> Iterator[_T]: ...


def look_up(basis: Basis, cases: Sequence[Case], version: int, *, pause: Pause) -> tuple[list[Case], Slice]:
    """Two rounds: first what tells the vendors, then what their terms and the lines' coding rest on."""
    rules = basis.link.rules
    cases = [case.ask_also(ask_vendor(case.subject, rules)) for case in pause(cases)]
    known = _read_slice(basis, cases, version)
    drafted = [_draft(case, rules, known) for case in pause(cases)]
    return drafted, _read_slice(basis, drafted, version)


def _draft(case: Case, rules: Rules, known: Slice) -> Case:
    """The case with its vendor and its coding, and with what these rest on."""
    draft = guard(case, lambda c: draft_bill(c.subject, rules, find_vendor(c.subject, rules, known)))
    if not isinstance(draft, Draft):
        return replace(case, draft=draft)
    asked = guard(case, lambda _: ask_lines(draft))
    return (
        replace(case, draft=asked)
        if isinstance(asked, Need)
        else replace(case, draft=draft, asked=case.asked | asked)
    )


def guard(case: Case, decide: Callable[[Case], _T]) -> _T | Need:
    """What is decided; a fault of ours on one document becomes its need and never stops the others."""
    try:
        return decide(case)
    except Exception as fault:  # noqa: BLE001 (whatever it is, it concerns this document alone)
        said = f"{type(fault).__name__}: {fault}"
        reason = (
            f"this document cannot be planned because of a fault of the product ({said}); please report it"
        )
        return Need(kind="fault", subject=case.subject.document_key, reason=reason)


def _read_slice(basis: Basis, cases: Sequence[Case], version: int) -> Slice:
    """What is known of what was asked, and every location: they are few, and their chain of parents counts."""
    company = basis.link.company
    asked: set[Asked] = set().union(*(case.asked for case in cases))
    with basis.store.begin() as work:
        rows = work.reference.slice(company, version, asked)
        locations = work.reference.list_kind(company, version, LOCATION)
    found = {place: tuple(restore_record(row) for row in known) for place, known in rows.items()}
    found |= {(LOCATION, row.key): (restore_record(row),) for row in locations}
    read = list(chain.from_iterable(rows.values()))
    return Slice(version=version, found=found, fields=list_edi_fields(read), pay_to=list_kept_contacts(read))


class Told:
    """What Intacct says when a bill is about to be made: of bills like it, and which contacts it has no more."""

    def __init__(self, bills: Sequence[BillFound] = (), lost: AbstractSet[str] = frozenset()) -> None:
        self.lost = lost
        self._bills: dict[tuple[str, str], list[BillFound]] = {}
        for bill in bills:
            self._bills.setdefault((bill.vendor_id, fold_number(bill.number)), []).append(bill)

    def find_bills(self, case: Case) -> Sequence[BillFound]:
        """The bills of the case's vendor under its number."""
        return self._bills.get((case.vendor_id, fold_number(case.stored.document.key.number)), ())


def ask_intacct(run: Run, cases: Sequence[Case], kept: AbstractSet[str]) -> Told:
    """Of bills under these cases' vendors and numbers, and of contacts kept from before. Raises `intacct.errors`."""
    if not cases:
        return Told()
    keys = [BillKey(vendor_id=case.vendor_id, number=case.stored.document.key.number) for case in cases]
    today = run.clock().date()
    back = max(_LOOKED_BACK, *(timedelta(days=case.subject.route.oldest_days) for case in cases))
    since = today - min(back, today - date.min)
    with run.turn:
        bills = run.finance.find_bills(list(dict.fromkeys(keys)), since=since)
        return Told(bills, find_lost_contacts(run, kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What our own record has of documents under the same keys, and of earlier postings."""

    earlier: "Earlier"
    postings: dict[int, StoredPosting]  #: by document id


class Earlier:
    """Documents that came before, to be found by their numbers."""

    def __init__(self, documents: Sequence[StoredDocument]) -> None:
        self._by_number: dict[str, list[tuple[StoredDocument, str]]] = {}
        for document in documents:
            self.add(document, vendor=document.vendor)

    def add(self, document: StoredDocument, *, vendor: str) -> None:
        """One more, with the vendor that it is found to be of."""
        self._by_number.setdefault(document.document.key.number, []).append((document, vendor))

    def find(self, document: StoredDocument) -> Sequence[StoredDocument]:
        """Those of the same number."""
        same = self._by_number.get(document.document.key.number, ())
        return [replace(other, vendor=vendor) for other, vendor in same]


def read_record(basis: Basis, cases: Sequence[Case]) -> Record:
    """Documents under the same keys that are not being decided here, and the postings of those that are."""
    deciding = {case.stored.id for case in cases}
    keys = [case.stored.document.key for case in cases]
    vendors = [(case.vendor_id, case.stored.document.key) for case in cases if case.vendor_id]
    with basis.store.begin() as work:
        earlier = work.documents.find_earlier(keys, vendors, besides=deciding)
        return Record(earlier=Earlier(earlier), postings=work.postings.newest(deciding, reasons=False))
