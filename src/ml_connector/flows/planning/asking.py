"""Ask: what the cases rest on is looked up for all of them at once, in our copy, in our record, and in Intacct."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain
from typing import Protocol, TypeVar

from ml_connector.flows.contacts import find_lost_contacts
from ml_connector.flows.planning.alike import find_adjustments, find_bills, find_invoices
from ml_connector.flows.planning.cases import AnyCase
from ml_connector.flows.planning.catalogue import read_catalogue, read_definitions
from ml_connector.flows.planning.facts import Facts, begin_facts
from ml_connector.flows.planning.invoice_case import InvoiceCase
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
from ml_connector.intacct.objects import BillKey, JournalEntry, PurchasingDocument
from ml_connector.intacct.query import all_of, any_of, compare
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.reference.slice import ACCOUNT, ACCOUNT_LABEL, LOCATION, VENDOR, Asked, Slice
from ml_connector.mapping.reference.slice import KINDS as PLANNED
from ml_connector.records.needs import Need
from ml_connector.store import Work

_T = TypeVar("_T")


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
    return drafted, _read_families(basis, drafted, _read_facts(basis, drafted, facts))


def _read_families(basis: Basis, cases: Sequence[AnyCase], facts: Facts) -> Facts:
    """Which vendors are one with those that were found."""
    vendors = {case.vendor_id for case in cases} - {""}
    with basis.store.begin() as work:
        families = work.families.find(basis.link.company, facts.reference.version, vendors)
    return replace(facts, families=families)


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
        labels = (row for place, many in rows.items() if place[0] == ACCOUNT_LABEL for row in many)
        behind = {(ACCOUNT, row.body["account_no"]) for row in labels} - rows.keys()
        rows = {**rows, **work.reference.slice(company, version, sorted(behind))}
        locations = work.reference.list_kind(company, version, LOCATION)
        unapproved = work.vendor_additions.list_unapproved(company)
        is_booking = any(case.opened.route.target == "journal" for case in cases)
        payables = list_payables(work, company, version) if is_booking else frozenset()
        if not all(isinstance(case, InvoiceCase) for case in cases):
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
        unapproved=frozenset(each.vendor_id for each in unapproved),
        payables=payables,
    )
    return replace(facts, reference=known, trade=trade)


def list_payables(work: Work, company: str, version: int) -> frozenset[str]:
    """Accounts that any vendor or account label has what is owed booked on."""
    rows = chain(*(work.reference.list_kind(company, version, kind) for kind in (VENDOR, ACCOUNT_LABEL)))
    return frozenset(str(row.body.get("payables_account", "")) for row in rows) - {""}


def ask_intacct(
    run: Run,
    cases: Sequence[AnyCase],
    claims: Mapping[int, Claim],
    kept: AbstractSet[str],
    also: Sequence[BillKey] = (),
) -> Told:
    """Of records like those to be made, of `also` these bills, and of contacts kept from before.

    Raises `intacct.errors`.
    """
    if not cases:
        return Told()
    orders = [case for case in cases if isinstance(case, OrderCase)]
    with run.turn:
        return Told(
            bills=find_bills(run, cases, claims, also),
            orders=_find_orders(run, orders),
            invoices=find_invoices(run, cases, claims),
            adjustments=find_adjustments(run, cases, claims),
            entries=_find_entries(run, cases),
            lost=find_lost_contacts(run, kept),
        )


def _find_entries(run: Run, cases: Sequence[AnyCase]) -> Sequence[JournalEntry]:
    """Entries with our mark of what is to be booked in a journal."""
    marks = [case.opened.mark for case in cases if case.opened.route.target == "journal"]
    return run.finance.writing.find_journal_entries(marks) if marks else ()


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
