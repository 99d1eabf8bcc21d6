"""Ask: what the cases rest on is looked up for all of them at once, in our copy, in our record, and in Intacct."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Final, Protocol, TypeVar

from ml_connector.flows.contacts import find_lost_contacts
from ml_connector.flows.planning.ap_bill import BillCase
from ml_connector.flows.planning.cases import AnyCase
from ml_connector.flows.planning.catalogue import list_planned_kinds, read_catalogue, read_definitions
from ml_connector.flows.planning.facts import Facts, begin_facts
from ml_connector.flows.planning.orders import OrderShelf
from ml_connector.flows.planning.purchase_order import OrderCase
from ml_connector.flows.planning.told import Told
from ml_connector.flows.reference.rows import (
    list_edi_fields,
    list_kept_contacts,
    list_moved_contacts,
    restore_record,
)
from ml_connector.flows.run import Basis, Run
from ml_connector.intacct.objects import BillFound, PurchasingDocument
from ml_connector.intacct.query import all_of, any_of, compare
from ml_connector.mapping.reference import KINDS as PLANNED
from ml_connector.mapping.reference import LOCATION, Asked, Slice
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting

_T = TypeVar("_T")
_LOOKED_BACK: Final = timedelta(days=731)  # two years, and further where a route takes older invoices


class Pause(Protocol):
    """Hands out items one by one, with other work between them."""

    def __call__(self, items: Iterable[_T], /) -> Iterator[_T]: ...


def look_up(
    basis: Basis, cases: Sequence[AnyCase], version: int, *, pause: Pause
) -> tuple[list[AnyCase], Facts]:
    """Two rounds: first what tells the vendors, then what else each kind of case rests on."""
    facts = begin_facts(basis, version)
    cases = [case.ask_vendor(facts) for case in pause(cases)]
    facts = _read_facts(basis, cases, facts)
    drafted = [_go_on(case, lambda c: c.draft(facts)) for case in pause(cases)]
    return drafted, _read_facts(basis, drafted, facts)


def take_orders(
    basis: Basis, cases: Sequence[AnyCase], facts: Facts, shelf: OrderShelf
) -> tuple[list[AnyCase], Facts]:
    """A third round, for what draws on orders: their goods."""
    taken = [_go_on(case, lambda c: c.take_orders(shelf)) for case in cases]
    return taken, _read_facts(basis, taken, facts)


def _go_on(case: AnyCase, go_on: Callable[[AnyCase], AnyCase]) -> AnyCase:
    gone_on = guard(case, go_on)
    return case.fail(gone_on) if isinstance(gone_on, Need) else gone_on


def guard(case: AnyCase, decide: Callable[[AnyCase], _T]) -> _T | Need:
    """What is decided; a fault of ours on one document becomes its need and never stops the others."""
    try:
        return decide(case)
    except Exception as fault:  # noqa: BLE001 (whatever it is, it concerns this document alone)
        said = f"{type(fault).__name__}: {fault}"
        reason = (
            f"this document cannot be planned because of a fault of the product ({said}); please report it"
        )
        return Need(kind="fault", subject=case.opened.mark, reason=reason)


def _read_facts(basis: Basis, cases: Sequence[AnyCase], facts: Facts) -> Facts:
    """What is known of what was asked, and every location: they are few, and their chain of parents counts."""
    company, version = basis.link.company, facts.reference.version
    asked: set[Asked] = set().union(*(case.asked for case in cases))
    trade = facts.trade
    with basis.store.begin() as work:
        rows = work.reference.slice(company, version, [each for each in asked if each[0] in PLANNED])
        locations = work.reference.list_kind(company, version, LOCATION)
        if not all(isinstance(case, BillCase) for case in cases):
            trade = read_definitions(work, company, version)
            trade = replace(trade, catalogue=read_catalogue(work, company, version, asked))
    found = {place: tuple(restore_record(row) for row in known) for place, known in rows.items()}
    found |= {(LOCATION, row.key): (restore_record(row),) for row in locations}
    read = list(chain.from_iterable(rows.values()))
    known = Slice(
        version=version,
        found=found,
        fields=list_edi_fields(read),
        pay_to=list_kept_contacts(read),
        moved=list_moved_contacts(read),
    )
    return replace(facts, reference=known, trade=trade)


def ask_intacct(run: Run, cases: Sequence[AnyCase], kept: AbstractSet[str]) -> Told:
    """Of records like those to be made, and of contacts kept from before. Raises `intacct.errors`."""
    if not cases:
        return Told()
    bills = [case for case in cases if case.ask_bill() is not None]
    orders = [case for case in cases if isinstance(case, OrderCase)]
    with run.turn:
        return Told(
            bills=_find_bills(run, bills),
            orders=_find_orders(run, orders),
            invoices=_find_invoices(run, bills),
            lost=find_lost_contacts(run, kept),
        )


def _find_bills(run: Run, cases: Sequence[AnyCase]) -> Sequence[BillFound]:
    """Bills under these vendors and numbers."""
    if not cases:
        return ()
    today = run.clock().date()
    back = max(_LOOKED_BACK, *(timedelta(days=case.opened.route.oldest_days) for case in cases))
    since = today - min(back, today - date.min)
    keys = dict.fromkeys(key for case in cases if (key := case.ask_bill()) is not None)
    return run.finance.find_bills(list(keys), since=since)


def _find_orders(run: Run, cases: Sequence[OrderCase]) -> Sequence[PurchasingDocument]:
    """Orders under these vendors and numbers, whether Intacct keeps the number as its own or as a reference."""
    if not cases:
        return ()
    numbers = sorted({case.stored.document.key.number for case in cases})
    where = all_of(
        compare("DOCPARID", "equalto", run.link.rules.purchasing.definitions.order),
        compare("CUSTVENDID", "in", *sorted({case.vendor_id for case in cases})),
        any_of(compare("DOCNO", "in", *numbers), compare("PONUMBER", "in", *numbers)),
    )
    return [entry.record for entry in run.finance.reading.list_records(PurchasingDocument, where=where)]


def _find_invoices(run: Run, cases: Sequence[AnyCase]) -> Sequence[PurchasingDocument]:
    """Vendor invoices under these vendors and numbers, for links that buy by order."""
    rules = run.link.rules
    keys = [key for case in cases if (key := case.ask_bill()) is not None]
    if not keys or not list_planned_kinds(rules):
        return ()
    where = all_of(
        compare("DOCPARID", "equalto", rules.purchasing.definitions.invoice),
        compare("CUSTVENDID", "in", *sorted({key.vendor_id for key in keys})),
        compare("VENDORDOCNO", "in", *sorted({key.number for key in keys})),
    )
    return [entry.record for entry in run.finance.reading.list_records(PurchasingDocument, where=where)]


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


def read_record(basis: Basis, cases: Sequence[AnyCase]) -> Record:
    """Documents under the same keys that are not being decided here, and the postings of those that are."""
    deciding = {case.stored.id for case in cases}
    keys = [case.stored.document.key for case in cases]
    vendors = [(case.vendor_id, case.stored.document.key) for case in cases if case.vendor_id]
    with basis.store.begin() as work:
        earlier = work.documents.find_earlier(keys, vendors, besides=deciding)
        return Record(earlier=Earlier(earlier), postings=work.postings.newest(deciding, reasons=False))
