"""Orders as they stand in Intacct now, with all that was made of them: read for a whole batch, just before its plan.

Our copy is never asked: what a conversion draws on must be there at this moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ml_connector.flows.planning.transactions import Transactions
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.intacct.query import compare
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.orders.order_chain import UNPOSTED, VOID, OrderFile, foresee
from ml_connector.mapping.orders.order_match import OrderClue, OrderFound, ask_orders, match_order
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.records.orders import Announced, ExpectedGoods, PricedLine, PurchasingTransaction
from ml_connector.records.posting import Function, StoredPosting
from ml_connector.store import Work
from ml_connector.store.references import fold

_NOTICE: Final = "856"
_LOOKED_BACK: Final = timedelta(days=731)  # how old an order may be whose number is spelled otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """A document that names orders; a clue is how it names one."""

    case: PurchasingCase
    clues: tuple[OrderClue, ...]


class OrderShelf:
    """The orders of a batch. What is planned of them is put on it, so that the next plan sees what is left."""

    def __init__(
        self, documents: Sequence[PurchasingDocument], files: Iterable[OrderFile], *, as_of: int
    ) -> None:
        self.as_of = as_of  #: the newest entry of the audit trail, from before anything of it was read
        self.documents = tuple(documents)  #: every order that a clue may lead to
        self.files = {file.order.document.document_id: file for file in files}
        self._changing: set[str] = set()
        self._next_key = -1
        self._drawn: dict[
            str | int, dict[str, None]
        ] = {}  # the orders behind each document id and key of a line
        for order_id, file in self.files.items():
            for each in (file.order, *file.made):
                self._note_source(each, order_id)

    def is_moving(self, order_id: str) -> bool:
        """Whether something of ours that is not in Intacct yet changes the order or draws on it."""
        coming = any(each.document.record_no < 0 for each in self.files[order_id].made)
        return coming or order_id in self._changing

    def is_needed_open(self, order_id: str, *, besides: str) -> bool:
        """Whether something of ours that is not in Intacct yet is converted along with an order and takes nothing of its
        lines, so that nothing keeps the order open for it; what was made for the mark does not count.
        """
        file = self.files.get(order_id)
        coming = (each for each in file.made if each.document.record_no < 0) if file is not None else ()
        return any(
            each.document.created_from == order_id
            and besides not in each.document.message.split()
            and all(booked.line.source_line is None for booked in each.lines)
            for each in coming
        )

    def list_named(self, seeker: Seeker) -> list[OrderFile]:
        """The orders that a document names."""
        ids = dict.fromkeys(each.document_id for each in _list_named([seeker], self.documents))
        return [self.files[id_] for id_ in ids]

    def expect(self, functions: Iterable[Function], *, mark: str) -> None:
        """Count transactions that are not in Intacct yet against the orders they draw on, unless they are there by now.

        `mark` is that of the document they are made of.
        """
        for part, function in enumerate(functions, start=1):
            if isinstance(function, PurchasingChange) and not self._is_changed(function, mark):
                self._changing.add(function.document_id)
            if isinstance(function, NewPurchasing):
                self._expect_one(function, mark, f"{function.definition}-~{mark}-{part}")

    def announce(self, expected: Iterable[ExpectedGoods], *, mark: str) -> None:
        """Count what a notice announces that is about to be a bill."""
        for goods in expected:
            file, own = self.files[goods.order_id], Announced(mark=mark, goods=goods)
            self.files[goods.order_id] = replace(file, announced=(*file.announced, own))

    def _is_changed(self, function: PurchasingChange, mark: str) -> bool:
        file = self.files.get(function.document_id)
        return file is not None and mark in file.order.document.message.split()

    def _expect_one(self, function: NewPurchasing, mark: str, document_id: str) -> None:
        sources = _list_sources(function)
        order_ids = list(dict.fromkeys(id_ for source in sources for id_ in self._drawn.get(source, ())))
        if not order_ids:
            return
        coming = foresee(function, document_id=document_id, first_key=self._next_key)
        self._next_key -= max(len(coming.lines), 1)
        for order_id in order_ids:
            file = self.files[order_id]
            if not any(_is_same(function, mark, made) for made in file.made):
                self.files[order_id] = replace(file, made=(*file.made, coming))
                self._note_source(coming, order_id)

    def _note_source(self, transaction: PurchasingTransaction, order_id: str) -> None:
        """Whatever draws on this transaction draws on that order."""
        sources: list[str | int] = [booked.line.record_no for booked in transaction.lines]
        for source in (*sources, transaction.document.document_id):
            self._drawn.setdefault(source, {})[order_id] = None


def read_orders(run: Run, seekers: Sequence[Seeker]) -> OrderShelf:
    """Every order that these documents name, with its receivers and invoices, and with what is on its way to Intacct.

    Each question takes the run's turn by itself. Raises `intacct.errors`.
    """
    # first: what arrives in Intacct while we read is known there by its mark
    as_of, coming = _list_coming(run)
    reader = Transactions(run)
    documents = _find_documents(run, reader, seekers)
    orders = {each.document_id: each for each in _list_named(seekers, documents)}
    made = _read_made(run, reader, list(orders.values()))
    transactions = reader.complete([*orders.values(), *made])
    shelf = OrderShelf(documents, _make_files(run, list(orders), transactions), as_of=as_of)
    for stored in coming:
        shelf.expect(stored.posting.functions[len(stored.keys) :], mark=stored.posting.mark)
    return shelf


def _list_coming(run: Run) -> tuple[int, Iterable[StoredPosting]]:
    """Purchasing transactions of ours that Intacct has not confirmed, up to an entry of the audit trail."""
    with run.store.begin() as work:
        ids = work.orders.list_coming(run.link.company)
        return work.orders.find_newest_entry(), work.postings.newest(ids, reasons=False).values()


def _find_documents(
    run: Run, reader: Transactions, seekers: Sequence[Seeker]
) -> tuple[PurchasingDocument, ...]:
    """Orders under the numbers that are named; where these do not tell, every younger order of the vendor."""
    asked = [ask_orders(seeker.case, seeker.clues) for seeker in seekers]
    ours = compare("DOCPARID", "equalto", run.link.rules.purchasing.definitions.order)
    numbers = sorted(set().union(*(each.numbers for each in asked)))
    ids = sorted(set().union(*(each.document_ids for each in asked)))
    found = [
        *reader.list_documents(["DOCNO", "PONUMBER"], numbers, ours),
        *reader.list_documents(["DOCID"], ids, ours),
    ]
    lost = {seeker.case.vendor.vendor_id for seeker in seekers if _is_lost(seeker, found)}
    today = run.clock().date()
    since = compare("WHENCREATED", "greaterthanorequalto", today - min(_LOOKED_BACK, today - date.min))
    found += reader.list_documents(["CUSTVENDID"], sorted(lost), ours, since)
    return tuple({each.record_no: each for each in found}.values())


def _is_lost(seeker: Seeker, found: Sequence[PurchasingDocument]) -> bool:
    matches = (match_order(seeker.case, clue, found) for clue in seeker.clues)
    return not all(isinstance(each, OrderFound) for each in matches)


def _list_named(
    seekers: Sequence[Seeker], documents: Sequence[PurchasingDocument]
) -> Iterator[PurchasingDocument]:
    for seeker in seekers:
        for clue in seeker.clues:
            found = match_order(seeker.case, clue, documents)
            if isinstance(found, OrderFound):
                yield found.document


def _read_made(
    run: Run, reader: Transactions, orders: Sequence[PurchasingDocument]
) -> list[PurchasingDocument]:
    """Receivers and invoices of the orders, and invoices of these receivers."""
    definitions = run.link.rules.purchasing.definitions
    drawing = (definitions.receiver, definitions.invoice)
    made = {each.record_no: each for each in reader.list_made_from(orders, drawing)}
    receivers = [each for each in made.values() if each.definition == definitions.receiver]
    made |= {each.record_no: each for each in reader.list_made_from(receivers, drawing)}
    return sorted(made.values(), key=lambda each: each.definition == definitions.invoice)


def _make_files(
    run: Run, order_ids: Sequence[str], transactions: Mapping[str, PurchasingTransaction]
) -> Iterator[OrderFile]:
    roots = _trace_roots(order_ids, transactions)
    orders = [transactions[id_] for id_ in order_ids]
    in_base_units = run.link.base_unit_lines is True
    seen = [line for order in orders for line in _list_prices(order, in_base_units=in_base_units)]
    with run.store.begin() as work:
        approved = work.orders.keep_prices(run.link.company, seen)
        by_notice = _find_made_by_notice(work, run.link.company, transactions)
        announced = _find_announced(work, run.link.company, orders)
    for order in orders:
        id_ = order.document.document_id
        keys = {booked.line.record_no for booked in order.lines}
        made = tuple(each for other, each in transactions.items() if other != id_ and id_ in roots[other])
        yield OrderFile(
            order=order,
            made=made,
            approved={key: price for key, price in approved.items() if key in keys},
            by_notice=by_notice & {each.document.document_id for each in made},
            announced=tuple(each for each in announced if each.goods.order_id == id_),
        )


def _find_made_by_notice(
    work: Work, company: str, transactions: Mapping[str, PurchasingTransaction]
) -> frozenset[str]:
    """Receivers that a ship notice of ours made, and that were posted at once: no person has counted the goods."""
    marks = {word for each in transactions.values() for word in each.document.message.split()[-1:]}
    stored = work.postings.newest(work.orders.list_marked(company, _NOTICE, marks), reasons=False)
    posted = [
        (each.posting.mark, function)
        for each in stored.values()
        for function in each.posting.functions
        if isinstance(function, NewPurchasing) and function.state is None
    ]
    return frozenset(
        id_
        for id_, each in transactions.items()
        if any(_is_same(function, mark, each) for mark, function in posted)
    )


def _find_announced(
    work: Work, company: str, orders: Iterable[PurchasingTransaction]
) -> tuple[Announced, ...]:
    """What notices of ours announce of these orders that are bills, or about to be: no receiver has their goods."""
    numbers = (fold(order.document.number) for order in orders)
    marks = {each.document_id: each.mark for each in work.orders.list_billed(company, _NOTICE, numbers)}
    found = work.matches.get(marks)
    return tuple(
        Announced(mark=marks[id_], goods=goods) for id_, each in found.items() for goods in each.expected
    )


def _trace_roots(
    order_ids: Sequence[str], transactions: Mapping[str, PurchasingTransaction]
) -> dict[str, set[str]]:
    """The orders that each transaction draws on, itself or by a receiver; sources stand before what was made of them."""
    owners = {b.line.record_no: id_ for id_, each in transactions.items() for b in each.lines}
    roots: dict[str, set[str]] = {id_: set() for id_ in transactions} | {id_: {id_} for id_ in order_ids}
    for id_, each in transactions.items():
        lines = (owners.get(booked.line.source_line or 0, "") for booked in each.lines)
        for source in {each.document.created_from, *lines}:
            roots[id_] |= roots.get(source, set())
    return roots


def _list_prices(order: PurchasingTransaction, *, in_base_units: bool) -> list[PricedLine]:
    """The prices of an order that is approved; of another they may still change.

    A price that was read from UIPRICE is another than one kept from PRICE, whatever the unit.
    """
    if order.document.state in {*UNPOSTED, *VOID}:
        return []
    return [
        PricedLine(
            key=line.record_no,
            item_id=line.item_id,
            unit=f"{line.unit} (UIPRICE)" if in_base_units else line.unit,
            price=line.price,
        )
        for line in (booked.line for booked in order.lines)
        if line.price is not None
    ]


def _is_same(function: NewPurchasing, mark: str, made: PurchasingTransaction) -> bool:
    """Whether a transaction is what a function of ours has made, and counts still."""
    document = made.document
    return (
        document.state not in VOID
        and document.definition == function.definition
        and document.created_from == (function.created_from or "")
        and mark in document.message.split()
    )


def _list_sources(function: NewPurchasing) -> Iterator[str | int]:
    """What it is converted from: document ids, and keys of lines."""
    for source in (
        function.created_from,
        *(line.source_line or line.source_document_line for line in function.lines),
    ):
        if source is not None:
            yield source
