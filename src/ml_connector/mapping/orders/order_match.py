"""Finding an order again: by its exact number, by its reference, at last by the number as people spell it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ml_connector.edi import Invoice, InvoiceLine
from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.mapping.orders.purchasing_case import DOCUMENT, PurchasingCase
from ml_connector.mapping.reference.slice import Asked
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_ORDER_REFERENCES: Final = ("PO",)  # REF01
_MADE_FROM: Final = "from:"  # so begins the alias of what was made of an order
_KEPT: Final = (
    20_000  # numbers of the orders of a vendor are spelled again for each document that names one loosely
)
_RELEASE: Final = re.compile(r"(.*[0-9A-Z])[-/. ]0*([0-9]{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClue:
    """How a document names an order."""

    place: str  #: where it stands, such as `BIG04`
    number: str
    release: str = ""

    @property
    def name(self) -> str:
        return f"{self.number}-{self.release}" if self.release else self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOrders:
    """Which orders must be read: those of a vendor that are open, and those under one of these numbers."""

    vendor_id: str
    definition: str
    numbers: frozenset[str]  #: DOCNO or PONUMBER, exactly
    document_ids: frozenset[str]  #: DOCID, from cross-references


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """The order a clue leads to, and why."""

    document: PurchasingDocument
    reason: Reason


def list_invoice_clues(invoice: Invoice) -> tuple[OrderClue | None, ...]:
    """The order of each line: its own REF*PO, else the invoice's; None where neither names one."""
    number, reference = invoice.order_number.strip(" "), _find_reference(invoice)
    whole = None
    if number:
        whole = OrderClue(place="BIG04", number=number, release=invoice.release)
    elif reference:
        whole = OrderClue(place="REF*PO", number=reference)
    return tuple(_read_clue(line) or whole for line in invoice.lines)


def ask_orders(case: PurchasingCase, clues: Sequence[OrderClue | None]) -> AskedOrders:
    """What must be read of Intacct to find these orders again."""
    named = [clue for clue in clues if clue is not None]
    ids = {id_ for clue in named for id_ in _follow_xrefs(case, clue)}
    return AskedOrders(
        vendor_id=case.vendor.vendor_id,
        definition=case.rules.purchasing.definitions.order,
        numbers=frozenset({clue.number for clue in named} | {clue.name for clue in named}),
        document_ids=frozenset(ids),
    )


def match_order(
    case: PurchasingCase, clue: OrderClue | None, orders: Sequence[PurchasingDocument]
) -> OrderFound | Need:
    """The one order of the vendor that a clue leads to; the first way of asking that finds any decides."""
    if clue is None:
        return Need(
            kind="order",
            subject=f"{case.partner.name}/none/{case.number}",
            reason=case.say(
                f"{case.number} names no order", f"ask {case.partner.name} to name it, or reject the document"
            ),
        )
    definition = case.rules.purchasing.definitions.order
    ours = [each for each in orders if each.definition == definition]
    own = [each for each in ours if each.vendor_id == case.vendor.vendor_id]
    losers: list[str] = []
    for rule, wanted, spell in _list_ways(case, clue):
        found = {each.document_id: each for each in own if wanted & spell(each)}
        if len(found) == 1:
            [document] = found.values()
            return OrderFound(document=document, reason=_explain(clue, document, rule, losers))
        if found:
            return _describe_several(case, clue, sorted(found), rule)
        losers.append(rule)
    return _describe_none(case, clue, [each for each in ours if each.vendor_id != case.vendor.vendor_id])


def list_order_names(document: PurchasingDocument) -> tuple[str, ...]:
    """What changes of a purchasing transaction are known by: its numbers as people spell them, and its source.

    The source counts by its number too: an order that is received as soon as it is made is never seen open itself.
    """
    numbers = (document.number, document.reference)
    names = (normalise_number(number, document.definition) for number in numbers if number)
    source = document.created_from
    sources = [f"{_MADE_FROM}{source}", normalise_number(source, source.partition("-")[0])] if source else []
    return tuple(dict.fromkeys((*names, *sources)))


def ask_changes(case: PurchasingCase, clues: Iterable[OrderClue], orders: Iterable[str]) -> set[Asked]:
    """What may free a document that waits for orders: those it names, and what is made of those that were found."""
    named = {name for clue in clues for name in (clue.name, clue.number, *_drop_release(clue))}
    definition = case.rules.purchasing.definitions.order
    names = {normalise_number(name, definition) for name in named}
    names |= {name for id_ in orders for name in (id_, f"{_MADE_FROM}{id_}")}
    return {(DOCUMENT, name) for name in names}


@lru_cache(maxsize=_KEPT)
def normalise_number(number: str, definition: str) -> str:
    """An order's number without what people add or leave out: `P.O. 000213`, `PO-213`, `Purchase Order-PO0213`."""
    text = re.sub(r"[^0-9a-z]", "", number.casefold())
    words = definition.casefold().split()
    for prefix in ("".join(words), "".join(word[0] for word in words), "po"):
        rest = text.removeprefix(prefix)
        text = rest or text
    return text.lstrip("0") or text


def _list_ways(
    case: PurchasingCase, clue: OrderClue
) -> Iterator[tuple[str, set[str], Callable[[PurchasingDocument], set[str]]]]:
    """Each way of asking, the surest first: its name, what is wanted, and what of an order is held against it."""
    definition = case.rules.purchasing.definitions.order
    names = [clue.name] if clue.name == clue.number else [clue.name, clue.number]
    yield "order cross-reference", set(_follow_xrefs(case, clue)), lambda order: {order.document_id}
    for name in names:
        yield f"number {name}", {name}, lambda order: {order.number}
    for name in names:
        yield f"reference {name}", {name}, lambda order: {order.reference}
    for name in (*names, *_drop_release(clue)):
        wanted = {normalise_number(name, definition)}
        yield f"number {name} as people spell it", wanted, _spell_loosely


def _spell_loosely(order: PurchasingDocument) -> set[str]:
    return {normalise_number(text, order.definition) for text in (order.number, order.reference) if text}


def _drop_release(clue: OrderClue) -> Iterator[str]:
    """The number without a release that its sender wrote behind it."""
    found = None if clue.release else _RELEASE.fullmatch(clue.number)
    if found is not None:
        yield found[1]


def _follow_xrefs(case: PurchasingCase, clue: OrderClue) -> Iterator[str]:
    for xref in case.rules.purchasing.orders:
        if xref.partner == case.partner.name and xref.code in {clue.name, clue.number}:
            yield xref.order


def _find_reference(part: Invoice | InvoiceLine) -> str:
    found = (each.value.strip(" ") for each in part.references if each.qualifier in _ORDER_REFERENCES)
    return next(filter(None, found), "")


def _read_clue(line: InvoiceLine) -> OrderClue | None:
    number = _find_reference(line)
    return OrderClue(place=f"line {line.position} REF*PO", number=number) if number else None


def _explain(clue: OrderClue, document: PurchasingDocument, rule: str, losers: Sequence[str]) -> Reason:
    return Reason(
        path="order",
        value=document.document_id,
        rule=rule,
        inputs=((clue.place, clue.name),),
        losers=tuple(losers),
    )


def _describe_several(case: PurchasingCase, clue: OrderClue, found: Sequence[str], rule: str) -> Need:
    reason = case.say(
        f"{clue.place} {clue.name} leads to several orders by {rule}: {', '.join(found)}",
        f"say which one {case.partner.name} means with an order cross-reference",
    )
    return Need(kind="order", subject=f"{case.partner.name}/{clue.name}", reason=reason)


def _describe_none(case: PurchasingCase, clue: OrderClue, others: Sequence[PurchasingDocument]) -> Need:
    vendor = f"{case.vendor.vendor_id} {case.vendor.name}"
    elsewhere = sorted({each.vendor_id for each in others if clue.number in {each.number, each.reference}})
    known = f"; the number belongs to vendor {', '.join(elsewhere)}" if elsewhere else ""
    reason = case.say(
        f"no order of vendor {vendor} answers to {clue.place} {clue.name}{known}",
        f"once the order is in Intacct {case.number} goes on by itself; if it has another number there, say which with an "
        "order cross-reference, or reject the document",
    )
    return Need(kind="order", subject=f"{case.partner.name}/{clue.name}", reason=reason)
