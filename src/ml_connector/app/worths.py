"""What waits with documents: the money they state, else what their goods are worth at the prices of their orders."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ml_connector.records.documents import StoredDocument
from ml_connector.records.matches import UNKNOWN, Worth
from ml_connector.records.needs import NeedSum
from ml_connector.store import Work


def find_worths(work: Work, found: Iterable[StoredDocument]) -> dict[int, Worth]:
    """By id of the document."""
    documents = list(found)
    goods = work.matches.list_worths(each.id for each in documents if each.document.amount is None)
    return {each.id: _choose(each, goods.get(each.id, UNKNOWN)) for each in documents}


def _choose(document: StoredDocument, goods: Worth) -> Worth:
    if goods.amount is not None:
        return goods
    return Worth(amount=document.document.amount, currency=document.document.currency)


def sum_needs(work: Work, link: str, *, today: date, need: str = "") -> tuple[NeedSum, ...]:
    """What waits for each need of a link's documents, or for one; that of the most documents first."""
    sums = work.needs.sum_up(link, today=today, need=need)
    if not any(each.unstated for each in sums):
        return sums
    silent = work.needs.list_unstated(link, need=need)
    goods = work.matches.list_worths({id_ for *_, id_ in silent})
    made = {(each.kind, each.subject, each.currency): each for each in sums}
    for kind, subject, currency, id_ in silent:
        worth = goods.get(id_, UNKNOWN)
        if worth.amount is not None:
            _move(made, (kind, subject, currency), worth.currency, worth.amount)
    return tuple(made.values())


def _move(
    sums: dict[tuple[str, str, str], NeedSum], place: tuple[str, str, str], currency: str, amount: Decimal
) -> None:
    """Count a document that states no amount where the currency of its orders is counted."""
    before = sums.get(place)
    if before is None or not before.unstated:
        return  # it began to wait between the two questions
    left = replace(before, documents=before.documents - 1, unstated=before.unstated - 1)
    if left.documents:
        sums[place] = left
    else:
        del sums[place]
    kind, subject, _ = place
    there = sums.get((kind, subject, currency), _empty(before, currency))
    total = (there.amount or Decimal(0)) + amount
    sums[kind, subject, currency] = replace(
        there,
        documents=there.documents + 1,
        amount=total,
        since=min(there.since, before.since),  # nobody is told that it has waited for less
        due=min((day for day in (there.due, before.due) if day is not None), default=None),
    )


def _empty(like: NeedSum, currency: str) -> NeedSum:
    return replace(
        like,
        currency=currency,
        documents=0,
        amount=None,
        unstated=0,
        discount=Decimal(0),
        discount_until=None,
    )
