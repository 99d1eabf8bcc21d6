"""Whether a person may let go what an answer frees: by the limits of the link's settings."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ml_connector.app.worths import find_worths
from ml_connector.config import ControlsSettings, fold_name
from ml_connector.mapping.routes.accruals_to_journal import read_total
from ml_connector.mapping.vendors.new_vendor import NEW_VENDOR
from ml_connector.records.documents import Filter
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference
from ml_connector.store import Work

_WAITING: Final = frozenset({Status.HELD, Status.POSTED})
_SELLERS: Final = frozenset({"vendor", "vendor_conflict"})


class Role(StrEnum):
    """What a person does with an answer."""

    PREPARE = "prepare"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """All that waits for a need, whatever else some of it waits for."""

    documents: int
    amounts: Mapping[str, Decimal]  #: by currency, invoices and credits gross
    unknown: int = 0  #: documents of which nobody knows the amount


def weigh_answer(work: Work, link: str, answer: CrossReference, origin: str, *, base_currency: str) -> Freed:
    """What an answer to the need `origin` frees; documents without a currency count in that of the books.

    The entry of accruals is no document, and its total stands in what is agreed to.
    """
    accrued = read_total(answer)
    if accrued is not None:
        return Freed(documents=1, amounts={base_currency: accrued})
    waiting = Filter(statuses=_WAITING)
    ids = {
        id_
        for need in {origin, *_list_more(work, link, answer)}
        for id_ in work.documents.list_ids(link, replace(waiting, need=need))
    }
    worths = find_worths(work, work.documents.get(ids).values())
    amounts = defaultdict[str, Decimal](Decimal)
    for worth in worths.values():
        if worth.amount is not None:
            amounts[worth.currency or base_currency] += abs(worth.amount)
    unknown = sum(worth.amount is None for worth in worths.values())
    return Freed(documents=len(worths), amounts=dict(amounts), unknown=unknown)


def _list_more(work: Work, link: str, answer: CrossReference) -> Iterator[str]:
    """Other needs for a vendor that the code meets, with its partner, or with any where it stands for the same there."""
    if answer.partner:
        if answer.kind in {"vendor", NEW_VENDOR}:
            yield from (f"{kind}:{answer.partner}/{answer.code}" for kind in _SELLERS)
        return
    for each in work.needs.sum_up(link, today=work.now.date()):
        if each.kind in _SELLERS and each.subject.endswith(f"/{answer.code}"):
            yield f"{each.kind}:{each.subject}"


def is_large(controls: ControlsSettings, freed: Freed) -> bool:
    """Whether it takes an approver even where the link's four eyes are off."""
    return controls.large_approval and (
        freed.documents > controls.large_documents
        or any(amount > controls.large_amount for amount in freed.amounts.values())
    )


def find_excess(controls: ControlsSettings, role: Role, person: str, freed: Freed) -> str:
    """Why this is more than a person may free: who, how much he may, how much it is. Empty where he may."""
    limits = controls.prepare if role is Role.PREPARE else controls.approve
    if not limits:
        return ""
    name = fold_name(person)
    if name not in limits:
        return f"{person} may {role} nothing: no limit names this person"
    limit = limits[name]
    return "" if limit is None else "; ".join(_list_excesses(limit, f"{person} may {role}", freed))


def _list_excesses(limit: Mapping[str, int], may: str, freed: Freed) -> Iterator[str]:
    for currency, amount in sorted(freed.amounts.items()):
        most = limit.get(currency, 0)
        if amount > most:
            yield f"{may} up to {most:,} {currency}, this frees {amount:,} {currency}"
    if freed.unknown:
        yield f"{may} up to a limit, this frees {freed.unknown:,} of which the amount is not known"
