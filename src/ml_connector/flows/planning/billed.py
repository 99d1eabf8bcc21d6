"""What is billed of orders by our record: invoices, ship notices and confirmations beside one another."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain
from typing import Final

from ml_connector.flows.planning.ap_bill import BillCase
from ml_connector.flows.planning.cases import AnyCase, Ready
from ml_connector.flows.planning.converted import Converted, find_ours
from ml_connector.flows.planning.order_answer import AnswerCase
from ml_connector.flows.planning.orders import OrderShelf
from ml_connector.flows.planning.receiver import NoticeCase
from ml_connector.flows.planning.told import Told
from ml_connector.flows.planning.vendor_invoice import VendorInvoiceCase
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import BillKey
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.matching.draft_bills import (
    Paper,
    Seen,
    choose_invoices,
    choose_notices,
    choose_overlapping,
    count_goods,
    judge_billed,
    see_billed,
)
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.orders import BilledDocument
from ml_connector.store import Work
from ml_connector.store.references import fold

_INVOICE, _ANSWER, _NOTICE = "810", "855", "856"
_NAMING: Final = frozenset({"invoice", "shipment"})


class Billed:
    """Documents that are bills, or are about to be, to be found by the orders they name."""

    def __init__(
        self,
        orders: Mapping[int, AbstractSet[str]],
        found: Mapping[str, Sequence[BilledDocument]],
        papers: Mapping[int, Paper],
        converted: Converted | None = None,
    ) -> None:
        self._orders = orders
        self._found = {set_code: list(documents) for set_code, documents in found.items()}
        self._papers = dict(papers)
        self._converted = converted

    def list_keys(self, cases: Sequence[AnyCase]) -> list[BillKey]:
        """Under what Intacct is asked whether their bills are there still."""
        others = (each for case in cases for code in _list_others(case) for each in self._find(case, code))
        found = (each for each in others if each.is_there)
        keys = [BillKey(vendor_id=each.vendor_id, number=each.number) for each in found]
        if self._converted is not None:
            keys += [key for case in cases if _is_drafted(case) for key in self._converted.list_keys(case)]
        return list(dict.fromkeys(keys))

    def judge(self, case: AnyCase, comparison: Comparison | None, rules: Rules, told: Told) -> Iterator[Need]:
        """What keeps a document from adding to a bill of the same goods."""
        own = replace(self._read(case.stored.id), goods=count_goods(comparison))
        seen = {code: self._see(case, code, told) for code in _list_others(case)}
        if _is_drafted(case) and self._converted is not None:
            converted = self._converted.see(case, self._papers, told)
            seen |= {_INVOICE: [*seen[_INVOICE], *choose_overlapping(own, list(converted))]}
        if isinstance(case, NoticeCase):
            siblings = self._see(case, _NOTICE, told)
            seen |= {_INVOICE: choose_invoices(own, seen.get(_INVOICE, ()), siblings)}
        elif not isinstance(case, AnswerCase):
            seen |= {_NOTICE: choose_notices(own, seen.get(_NOTICE, ()))}
            seen |= {_INVOICE: choose_overlapping(own, seen.get(_INVOICE, ()))}
        partner = case.opened.partner.name if case.opened.partner is not None else ""
        return judge_billed(case.stored, partner, rules, chain.from_iterable(seen.values()))

    def add(self, case: AnyCase, made: Ready) -> None:
        """Count what is about to become a bill."""
        bill = made.functions[0]
        if not isinstance(bill, ApBill):
            return
        paper = replace(self._read(case.stored.id), goods=count_goods(made.comparison))
        self._papers[case.stored.id] = paper
        self._found.setdefault(case.stored.document.set_code, []).extend(
            BilledDocument(
                document_id=case.stored.id,
                set_code=case.stored.document.set_code,
                number=case.stored.document.key.number,
                mark=case.opened.mark,
                vendor_id=case.vendor_id,
                is_there=False,
                order=order,
                on_hold=bill.on_hold is True,
            )
            for order in self._orders.get(case.stored.id, ())
        )

    def _see(self, case: AnyCase, set_code: str, told: Told) -> Sequence[Seen]:
        return [
            see_billed(each, self._read(each.document_id), told.bills.find(each.vendor_id, each.number))
            for each in self._find(case, set_code)
        ]

    def _find(self, case: AnyCase, set_code: str) -> Sequence[BilledDocument]:
        """Documents of that set for the same orders, each once, of the same vendor; beside an invoice no other that was
        simply billed.
        """
        orders = self._orders.get(case.stored.id, ())
        is_invoice = case.stored.document.set_code == _INVOICE
        found = [
            each
            for each in self._found.get(set_code, ())
            if each.on_hold or not (is_invoice and set_code == _INVOICE)
        ]
        same = (each for each in found if each.order in orders and each.vendor_id == case.vendor_id)
        return list({each.mark: each for each in same if each.mark != case.opened.mark}.values())

    def _read(self, document_id: int) -> Paper:
        return self._papers.get(document_id, Paper())


def read_billed(basis: Basis, cases: Sequence[AnyCase], shelf: OrderShelf | None) -> Billed:
    """What our record has of the orders that these documents name; nothing for links that only bill invoices as they are."""
    concerned = [case for case in cases if _list_others(case)]
    taken = {route.set_code for route in basis.link.rules.routes}
    is_matching = any(isinstance(case, VendorInvoiceCase) for case in concerned)
    if not concerned or (taken.isdisjoint({_ANSWER, _NOTICE}) and not is_matching):
        return Billed({}, {}, {})
    with basis.store.begin() as work:
        named = work.references.get([case.stored.id for case in concerned])
        orders = {
            case.stored.id: frozenset(
                {fold(each.number) for each in named.get(case.stored.id, ()) if each.kind == "order"}
                | set(_list_found(case, shelf))
            )
            for case in concerned
        }
        found = {
            set_code: work.orders.list_billed(
                basis.link.company,
                set_code,
                {
                    order
                    for case in concerned
                    if set_code in {*_list_others(case), _NOTICE}
                    for order in orders[case.stored.id]
                },
            )
            for set_code in (_INVOICE, _ANSWER, _NOTICE)
        }
        found[_INVOICE] = _mark_blocked(work, found[_INVOICE])
        converted = _read_converted(work, basis, concerned, shelf)
        ours = set(converted.ours.values()) if converted is not None else set()
        known = {each.document_id for each in chain(*found.values())}
        papers = _read_papers(work, known | ours | orders.keys())
    return Billed(orders, found, papers, converted)


def _read_converted(
    work: Work, basis: Basis, cases: Sequence[AnyCase], shelf: OrderShelf | None
) -> Converted | None:
    """The vendor invoices of the orders, where something is to be a bill beside them."""
    if shelf is None or not any(map(_is_drafted, cases)):
        return None
    ours = find_ours(work, basis.link.company, list(shelf.files.values()))
    coming = {case.opened.mark: case.stored.id for case in cases}
    definition = basis.link.rules.purchasing.definitions.invoice
    return Converted(shelf=shelf, definition=definition, ours=ours | coming)


def _mark_blocked(work: Work, billed: Sequence[BilledDocument]) -> Sequence[BilledDocument]:
    """The same, each with whether it was booked with its payment blocked."""
    stored = work.postings.newest({each.document_id for each in billed}, reasons=False)
    bills = {id_: each.posting.functions[0] for id_, each in stored.items()}
    blocked = {id_ for id_, bill in bills.items() if isinstance(bill, ApBill) and bill.on_hold}
    return [replace(each, on_hold=each.document_id in blocked) for each in billed]


def _read_papers(work: Work, document_ids: AbstractSet[int]) -> dict[int, Paper]:
    """By what these documents are told from one another."""
    compared = work.matches.get(document_ids)
    return {
        id_: Paper(
            names=frozenset((each.kind, fold(each.number)) for each in named if each.kind in _NAMING),
            goods=count_goods(compared.get(id_)),
        )
        for id_, named in work.references.get(document_ids).items()
    }


def _is_drafted(case: AnyCase) -> bool:
    """Whether it becomes a bill of what is not invoiced yet."""
    return isinstance(case, NoticeCase | AnswerCase) and case.ask_bill() is not None


def _list_others(case: AnyCase) -> tuple[str, ...]:
    """Sets whose documents may be bills for the same goods; none for what is no bill."""
    match case:
        case VendorInvoiceCase():
            return (_INVOICE, _ANSWER, _NOTICE)
        case BillCase():
            return (_ANSWER, _NOTICE)
        case NoticeCase() if _is_drafted(case):
            return (_INVOICE, _ANSWER)
        case AnswerCase() if _is_drafted(case):
            return (_INVOICE, _ANSWER, _NOTICE)
        case _:
            return ()


def _list_found(case: AnyCase, shelf: OrderShelf | None) -> Iterator[str]:
    """The orders it was found to mean, whatever it calls them."""
    if shelf is not None and case.seeker is not None:
        yield from (fold(file.order.document.number) for file in shelf.list_named(case.seeker))
