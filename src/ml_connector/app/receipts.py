"""Goods that came by a day on receivers of ours and that no invoice has come for by then, at their orders' prices."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain, repeat
from typing import Final

from ml_connector.flows.contents import INVOICE
from ml_connector.intacct.writing.parts import NO_DIMENSIONS, Dimensions
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.ledger_states import is_awaiting, is_settled
from ml_connector.mapping.orders.worth import make_worth
from ml_connector.mapping.routes.accruals_to_journal import Owed
from ml_connector.records.documents import StoredDocument
from ml_connector.records.followed import GONE, Followed
from ml_connector.records.matches import MatchResult
from ml_connector.records.posting import Posting
from ml_connector.records.status import Status
from ml_connector.store import Work
from ml_connector.store.references import fold

_NOTICE: Final = "856"
_RECEIVER: Final = "PODOCUMENT"
_IN_PART: Final = "partially converted"
_NONE: Final = Fraction(0)


class Unsure(StrEnum):
    """Why goods are in no sum."""

    UNSEEN = "on a receiver that was not seen in Intacct yet"
    UNCOMPARED = "of an order that an invoice names which was not compared with it"
    CONVERTED = "invoiced or closed in Intacct other than by an invoice of EDI"
    UNPRICED = "of a line without a price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninvoiced:
    """What came for an order and was not invoiced; with the reason, what of it is in no sum."""

    entity: str  #: empty for the top level
    order_id: str
    currency: str
    amount: Decimal | None  #: None where a price is missing
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An order line, in whose unit quantities are; `key` is None for goods beyond the order whose line is not told."""

    order_id: str
    item_id: str
    key: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Goods:
    """What a receiver brought of a line."""

    line: _Line
    entity: str
    quantity: Fraction
    price: Decimal | None
    is_open: bool  #: an invoice can still be made of the receiver
    why: str
    place: Dimensions = NO_DIMENSIONS


@dataclass(slots=True, kw_only=True)
class Receipts:
    """What came and what was invoiced by a day, while it is added up."""

    as_of: dt.date
    currency: str  #: of the books: receivers are written in no other
    _goods: list[_Goods] = field(default_factory=list)
    _by_then: dict[_Line, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    _ever: dict[_Line, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    _numbers: dict[str, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # of orders, as notices name them
    _uncompared: set[str] = field(default_factory=set)

    def read(self, work: Work, found: Collection[StoredDocument]) -> None:
        """Take note of the ship notices that are posted, and of the invoices, among documents that stand."""
        notices = {each.id: each for each in found if _is_posted_notice(each)}
        invoices = {each.id: each.document.date for each in found if _is_invoice(each)}
        followed = work.followed.list_of(notices)
        orders = _list_orders(work, [*notices, *invoices])
        for id_, posting in work.postings.newest(notices, reasons=False).items():
            keys = (*posting.keys, notices[id_].intacct_key)
            seen = {each.key: each for each in followed.get(id_, ()) if each.object == _RECEIVER}
            self._receive(posting.posting, [seen.get(key) for key in keys], orders[id_])
        compared = work.matches.get(invoices)
        for id_, day in invoices.items():
            match = compared[id_].match if id_ in compared else None
            self._invoice(match, orders[id_], is_by_then=day is None or day <= self.as_of)

    def list_uninvoiced(self) -> tuple[Uninvoiced, ...]:
        """By entity and order, and what of it is in no sum by the reason."""
        sums: dict[tuple[str, str, str], Decimal | None] = {}
        for goods in self._list_left():
            amount = _find_worth(goods)
            why = goods.why or ("" if amount is not None else Unsure.UNPRICED)
            place = (goods.entity, goods.line.order_id, why)
            before = sums.get(place, Decimal(0))
            sums[place] = None if before is None or amount is None else before + amount
        return tuple(
            Uninvoiced(entity=entity, order_id=order_id, currency=self.currency, amount=amount, why=why)
            for (entity, order_id, why), amount in sorted(sums.items())
        )

    def list_owed(self) -> Iterator[Owed]:
        """The same where it would be booked, without what is in no sum."""
        for goods in self._list_left():
            amount = None if goods.why else _find_worth(goods)
            if amount is not None:
                place = goods.place.location_id or goods.entity or None
                yield Owed(
                    account="",
                    amount=amount,
                    dimensions=replace(goods.place, location_id=place),
                    memo=f"received, not invoiced: {goods.line.order_id}",
                )

    def _receive(self, posting: Posting, states: Iterable[Followed | None], numbers: Iterable[str]) -> None:
        for function, state in zip(posting.functions, chain(states, repeat(None)), strict=False):
            if not isinstance(function, NewPurchasing) or function.created_from is None:
                continue
            is_here = state is None or not (state.trouble in GONE or is_awaiting(state.state))
            if is_here and (function.posting_date or function.date) <= self.as_of:
                self._numbers[function.created_from].update(numbers)
                self._goods += _list_goods(posting.target.entity, function, state)

    def _invoice(self, match: MatchResult | None, numbers: Iterable[str], *, is_by_then: bool) -> None:
        if match is None:
            self._uncompared.update(numbers if is_by_then else ())
            return
        for each in match.lines:
            line = _Line(order_id=each.order_id, item_id=each.item_id, key=each.order_line_key)
            self._ever[line] += each.invoiced
            self._by_then[line] += each.invoiced if is_by_then else 0

    def _list_left(self) -> Iterator[_Goods]:
        """Of what came, what no invoice of that day or before is for: invoices are for what came first."""
        by_then, ever = dict(self._by_then), dict(self._ever)
        for goods in sorted(map(self._tell_line, self._goods), key=lambda each: each.is_open):
            invoiced = min(goods.quantity, by_then.get(goods.line, _NONE))
            covered = min(goods.quantity, ever.get(goods.line, _NONE))
            by_then[goods.line] = by_then.get(goods.line, _NONE) - invoiced
            ever[goods.line] = ever.get(goods.line, _NONE) - covered
            by_hand = _NONE if goods.is_open else goods.quantity - covered
            why = "" if covered and goods.why == Unsure.CONVERTED else goods.why
            why = why or (Unsure.UNCOMPARED if self._is_named(goods.line.order_id) else "")
            parts = ((by_hand, Unsure.CONVERTED), (goods.quantity - invoiced - by_hand, why))
            yield from (replace(goods, quantity=left, why=why) for left, why in parts if left > 0)

    def _tell_line(self, goods: _Goods) -> _Goods:
        """With the line of its order, where just one is for the item."""
        if goods.line.key is not None:
            return goods
        known = {*self._ever, *(each.line for each in self._goods)}
        same = {each for each in known if replace(each, key=None) == goods.line and each.key is not None}
        return replace(goods, line=same.pop()) if len(same) == 1 else goods

    def _is_named(self, order_id: str) -> bool:
        return not self._uncompared.isdisjoint(self._numbers[order_id])


def _is_posted_notice(document: StoredDocument) -> bool:
    return document.document.set_code == _NOTICE and document.status is Status.POSTED


def _is_invoice(document: StoredDocument) -> bool:
    return document.document.set_code == INVOICE and document.document.key.kind != "credit"


def _list_orders(work: Work, ids: Iterable[int]) -> dict[int, set[str]]:
    named = defaultdict[int, set[str]](set)
    for id_, references in work.references.get(ids).items():
        named[id_] = {fold(each.number) for each in references if each.kind == "order"}
    return named


def _list_goods(entity: str, receiver: NewPurchasing, state: Followed | None) -> Iterator[_Goods]:
    for each in receiver.lines:
        yield _Goods(
            line=_Line(order_id=receiver.created_from or "", item_id=each.item_id, key=each.source_line),
            entity=entity,
            quantity=Fraction(each.quantity),
            price=each.price,
            is_open=state is None or not is_settled(_RECEIVER, state.state),
            why=_doubt(state),
            place=each.dimensions,
        )


def _find_worth(goods: _Goods) -> Decimal | None:
    return None if goods.price is None else make_worth(goods.quantity * Fraction(goods.price), {""}).amount


def _doubt(state: Followed | None) -> str:
    """What is not sure of all goods of a receiver; of one that is invoiced in part it may be our invoices' part."""
    if state is None or not state.state:
        return Unsure.UNSEEN
    return Unsure.CONVERTED if state.state.casefold() == _IN_PART else ""
