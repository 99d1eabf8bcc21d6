"""Which item is meant? By cross-reference, by our own numbers, by GTIN or UPC, by the vendor's numbers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector.edi.documents.items import ProductId
from ml_connector.mapping.orders.purchasing_case import ITEM, ITEM_ALIAS, Catalogue, PurchasingCase
from ml_connector.mapping.reference.slice import Asked
from ml_connector.records.needs import Need
from ml_connector.records.orders import StockItem
from ml_connector.records.provenance import Reason

_BUYERS: Final = frozenset({"BP", "IN", "CB", "PI"})  # element 235: our own numbers
_GLOBAL: Final = frozenset({"UP", "UK", "EN", "UA", "UI", "UD", "EO"})  # GTIN, EAN and UPC of all lengths
_VENDORS: Final = frozenset({"VN", "VP", "VC", "VA", "SK", ""})  # the seller's; without a qualifier as well

GTIN: Final = "gtin:"  #: so begin the aliases that are GTINs
_SAID: Final = "item cross-reference"  # what somebody has said decides alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFound:
    """The item, and why."""

    stock: StockItem
    reason: Reason


def index_items(stocks: Iterable[StockItem]) -> Mapping[Asked, Sequence[StockItem]]:
    """Items by all they are asked for by: their ids, their UPCs as GTINs, and their numbers at vendors."""
    found: dict[Asked, list[StockItem]] = {}
    for stock in stocks:
        gtin = spell_gtin(stock.item.upc)
        names = [(ITEM, stock.item.item_id), *([(ITEM, f"{GTIN}{gtin}")] if gtin else [])]
        names += [(ITEM_ALIAS, spell_alias(alias.vendor_id, alias.id)) for alias in stock.aliases]
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(stock)
    return found


def spell_alias(vendor_id: str, alias: str) -> str:
    """The number a vendor has for an item, with the vendor."""
    return f"{vendor_id}/{alias}"


def spell_gtin(code: str) -> str:
    """A GTIN, EAN or UPC as 14 digits; empty for what is none."""
    digits = re.sub(r"[ -]", "", code)
    return digits.zfill(14) if re.fullmatch(r"[0-9]{8,14}", digits) else ""


def ask_item(case: PurchasingCase, ids: Sequence[ProductId]) -> set[Asked]:
    """What must be looked up to know the item."""
    return {asked for _, _, asked, _ in _list_clues(case, ids)}


def match_item(
    case: PurchasingCase, ids: Sequence[ProductId], known: Catalogue, *, place: str
) -> ItemFound | Need:
    """The one active item that the numbers lead to; numbers that lead to two items are held.

    A cross-reference decides against all other numbers.
    """
    tried: list[str] = []
    hits: list[tuple[str, ProductId, StockItem]] = []
    for rule, id_, asked, by_id in _list_clues(case, ids):
        found = _look_up(asked, known, by_id=by_id)
        hits += [(rule, id_, stock) for stock in found]
        tried += [] if found else [f"{rule} {id_.id}"]
    said = [hit for hit in hits if hit[0].startswith(_SAID)]
    hits = said or hits
    items = {stock.item.item_id: stock for _, _, stock in hits}
    if len(items) > 1:
        return _describe_conflict(case, ids, hits, place)
    if not items:
        return _describe_unknown(case, ids, place)
    rule, id_, stock = hits[0]
    if stock.item.status != "active":
        return _describe_inactive(case, stock, place)
    return ItemFound(
        stock=stock,
        reason=Reason(
            path=f"{place}.ITEMID",
            value=stock.item.item_id,
            rule=rule,
            inputs=((f"{place} {id_.qualifier or 'id'}", id_.id),),
            losers=tuple(tried),
        ),
    )


def name_item(ids: Sequence[ProductId]) -> str:
    """A line's first number with its qualifier, as cross-references spell it."""
    return f"{ids[0].qualifier or 'id'}/{ids[0].id}" if ids else "none"


def check_tracking(case: PurchasingCase, stock: StockItem, place: str) -> Need | None:
    """An item whose pieces must be told apart cannot be written from a document that does not say which they are."""
    if not stock.tracked:
        return None
    wanted = " and ".join(stock.tracked)
    reason = case.say(
        f"{place}: item {stock.item.item_id} wants {wanted} details, the document gives none",
        f"enter {case.number} by hand in Intacct, then reject it here",
    )
    return Need(kind="item_details", subject=f"{stock.item.item_id}/{case.number}", reason=reason)


def _list_clues(
    case: PurchasingCase, ids: Sequence[ProductId]
) -> Iterator[tuple[str, ProductId, Asked, bool]]:
    """Rule, number, what is looked up by it, and whether that is the item's own id; the surest first."""
    yield from _list_xrefs(case, ids)
    for id_ in ids:
        if id_.qualifier in _BUYERS:
            yield f"our item number ({id_.qualifier})", id_, (ITEM, id_.id), True
    for id_ in ids:
        gtin = spell_gtin(id_.id)
        if id_.qualifier in _GLOBAL and gtin:
            yield f"GTIN ({id_.qualifier})", id_, (ITEM, f"{GTIN}{gtin}"), False
    for id_ in ids:
        if id_.qualifier in _VENDORS:
            yield "the vendor's number", id_, (ITEM_ALIAS, spell_alias(case.vendor.vendor_id, id_.id)), False


def _list_xrefs(
    case: PurchasingCase, ids: Sequence[ProductId]
) -> Iterator[tuple[str, ProductId, Asked, bool]]:
    for id_ in ids:
        for xref in case.rules.purchasing.items:
            named = xref.code in {f"{id_.qualifier}/{id_.id}", f"id/{id_.id}", id_.id}
            if named and xref.partner in {None, case.partner.name}:
                yield f"{_SAID} {xref.code}", id_, (ITEM, xref.item), True


def _look_up(asked: Asked, known: Catalogue, *, by_id: bool) -> list[StockItem]:
    """What a number finds; what is said to be an id is never taken for an alias."""
    return [stock for stock in known.find(asked) if not by_id or stock.item.item_id == asked[1]]


def _describe_conflict(
    case: PurchasingCase,
    ids: Sequence[ProductId],
    hits: Sequence[tuple[str, ProductId, StockItem]],
    place: str,
) -> Need:
    led = "; ".join(f"{rule} {id_.id} leads to {stock.item.item_id}" for rule, id_, stock in hits)
    reason = case.say(
        f"{place} names more than one item: {led}",
        "say which one it is with an item cross-reference",
    )
    return Need(kind="item", subject=f"{case.partner.name}/{name_item(ids)}", reason=reason)


def _describe_unknown(case: PurchasingCase, ids: Sequence[ProductId], place: str) -> Need:
    named = ", ".join(f"{id_.qualifier or 'id'} {id_.id}" for id_ in ids) or "no number"
    reason = case.say(
        f"no item in Intacct answers to {place} ({named})", "say which one it is with an item cross-reference"
    )
    return Need(kind="item", subject=f"{case.partner.name}/{name_item(ids)}", reason=reason)


def _describe_inactive(case: PurchasingCase, stock: StockItem, place: str) -> Need:
    reason = case.say(
        f"{place}: item {stock.item.item_id} is {stock.item.status} in Intacct", "activate it there"
    )
    return Need(kind="item", subject=stock.item.item_id, reason=reason)
