"""What is billed of orders by our record: invoices, ship notices and confirmations beside one another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain
from typing import Final

from ml_connector.flows.planning.ap_bill import BillCase
from ml_connector.flows.planning.cases import AnyCase, Ready
from ml_connector.flows.planning.order_answer import AnswerCase
from ml_connector.flows.planning.orders import OrderShelf
from ml_connector.flows.planning.receiver import NoticeCase
from ml_connector.flows.planning.told import Told
from ml_connector.flows.planning.vendor_invoice import VendorInvoiceCase
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import BillKey
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.draft_bills import (
    Paper,
    Seen,
    choose_invoices,
    choose_notices,
    count_goods,
    judge_billed,
)
from ml_connector.mapping.rules import Rules
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
    ) -> None:
        self._orders = orders
        self._found = {set_code: list(documents) for set_code, documents in found.items()}
        self._papers = dict(papers)

    def list_keys(self, cases: Iterable[AnyCase]) -> list[BillKey]:
        """Under what Intacct is asked whether their bills are there still."""
        others = (each for case in cases for code in _list_others(case) for each in self._find(case, code))
        found = (each for each in others if each.is_there)
        return list(dict.fromkeys(BillKey(vendor_id=each.vendor_id, number=each.number) for each in found))

    def judge(self, case: AnyCase, comparison: Comparison | None, rules: Rules, told: Told) -> Iterator[Need]:
        """What keeps a document from adding to a bill of the same goods."""
        own = replace(self._read(case.stored.id), goods=count_goods(comparison))
        seen = {code: self._see(case, code, told) for code in _list_others(case)}
        if isinstance(case, NoticeCase):
            siblings = self._see(case, _NOTICE, told)
            seen |= {_INVOICE: choose_invoices(own, seen.get(_INVOICE, ()), siblings)}
        elif not isinstance(case, AnswerCase):
            seen |= {_NOTICE: choose_notices(own, seen.get(_NOTICE, ()))}
        partner = case.opened.partner.name if case.opened.partner is not None else ""
        return judge_billed(case.stored, partner, rules, chain.from_iterable(seen.values()))

    def add(self, case: AnyCase, made: Ready) -> None:
        """Count what is about to become a bill."""
        if not isinstance(made.functions[0], ApBill):
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
            )
            for order in self._orders.get(case.stored.id, ())
        )

    def _see(self, case: AnyCase, set_code: str, told: Told) -> Sequence[Seen]:
        return [
            Seen(
                billed=each,
                paper=self._read(each.document_id),
                bills=told.bills.find(each.vendor_id, each.number),
            )
            for each in self._find(case, set_code)
        ]

    def _find(self, case: AnyCase, set_code: str) -> Sequence[BilledDocument]:
        """Documents of that set for the same orders, each once, of the same vendor."""
        orders = self._orders.get(case.stored.id, ())
        found = self._found.get(set_code, ())
        same = (each for each in found if each.order in orders and each.vendor_id == case.vendor_id)
        return list({each.mark: each for each in same if each.mark != case.opened.mark}.values())

    def _read(self, document_id: int) -> Paper:
        return self._papers.get(document_id, Paper())


def read_billed(basis: Basis, cases: Sequence[AnyCase], shelf: OrderShelf | None) -> Billed:
    """What our record has of the orders that these documents name; nothing for links that bill no more than invoices."""
    concerned = [case for case in cases if _list_others(case)]
    taken = {route.set_code for route in basis.link.rules.routes}
    if not concerned or taken.isdisjoint({_ANSWER, _NOTICE}):
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
        papers = _read_papers(work, {each.document_id for each in chain(*found.values())} | orders.keys())
    return Billed(orders, found, papers)


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


def _list_others(case: AnyCase) -> tuple[str, ...]:
    """Sets whose documents may be bills for the same goods; none for what is no bill."""
    match case:
        case BillCase() | VendorInvoiceCase():
            return (_ANSWER, _NOTICE)
        case NoticeCase() if case.ask_bill() is not None:
            return (_INVOICE, _ANSWER)
        case AnswerCase() if case.ask_bill() is not None:
            return (_INVOICE, _ANSWER, _NOTICE)
        case _:
            return ()


def _list_found(case: AnyCase, shelf: OrderShelf | None) -> Iterator[str]:
    """The orders it was found to mean, whatever it calls them."""
    if shelf is not None and case.seeker is not None:
        yield from (fold(file.order.document.number) for file in shelf.list_named(case.seeker))
