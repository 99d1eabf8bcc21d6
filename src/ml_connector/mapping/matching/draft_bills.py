"""A ship notice or a confirmation that became a bill in draft, and the invoice of its goods: one never adds to the other.

A draft is no liability as long as it is one. It is taken away by a person, who sees both; we delete nothing. An invoice
that was booked with its payment blocked is a liability that its order knows nothing of: no other one adds to it either.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ml_connector.intacct.objects import BillFound
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.documents import StoredDocument
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.orders import BilledDocument

_NOUNS: Final = {"810": "invoice", "855": "confirmation", "856": "ship notice"}
_GONE: Final = frozenset({"declined", "reversal", "reversed", "voided"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """By what a document is told from others for the same orders."""

    names: frozenset[tuple[str, str]] = (
        frozenset()
    )  #: kinds and numbers of shipments and invoices that it is or names
    goods: frozenset[tuple[tuple[str, int], Fraction]] = frozenset()  #: so much of an order's line


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A document for the same orders, and the bill that it is now."""

    set_code: str
    number: str
    paper: Paper
    there: str  #: whatever people have made of the bill; empty once it is gone


def count_goods(comparison: Comparison | None) -> frozenset[tuple[tuple[str, int], Fraction]]:
    """How much a notice or a matched invoice is for, of each order line."""
    sums: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
    if comparison is not None:
        for goods in comparison.expected:
            sums[goods.order_id, goods.order_line] += goods.quantity
        for line in comparison.match.lines if comparison.match is not None else ():
            sums[line.order_id, line.order_line] += line.invoiced
    return frozenset(sums.items())


def see_billed(billed: BilledDocument, paper: Paper, bills: Iterable[BillFound]) -> Seen:
    """A document of ours, with the bills that Intacct has under its vendor and number now."""
    living = next((bill for bill in bills if not is_gone(bill)), None)
    there = "" if billed.is_there else "a bill that is on its way to Intacct"
    if living is not None:
        there = f"bill {living.record_no} ({living.state}, {living.total}) in Intacct"
    return Seen(set_code=billed.set_code, number=billed.number, paper=paper, there=there)


def choose_notices(invoice: Paper, notices: Sequence[Seen]) -> Sequence[Seen]:
    """The notices whose goods an invoice is for: those that it names or that name it, with those that have what it is
    for beyond them; else the only one of the same goods that is still a bill; all of them where its papers do not tell.
    """
    named = [each for each in notices if each.paper.names & invoice.names]
    if named:
        beyond = _list_beyond(invoice, [each.paper for each in named])
        return [
            each for each in notices if each in named or any(line in beyond for line, _ in each.paper.goods)
        ]
    same = [each for each in notices if invoice.goods and each.paper.goods == invoice.goods and each.there]
    return same if len(same) == 1 else notices


def _list_beyond(invoice: Paper, named: Iterable[Paper]) -> frozenset[tuple[str, int]]:
    """The order lines of which an invoice is for more than the notices have that it names."""
    shipped: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for paper in named:
        for line, quantity in paper.goods:
            shipped[line] += quantity
    return frozenset(line for line, quantity in invoice.goods if quantity > shipped[line])


def choose_overlapping(invoice: Paper, others: Sequence[Seen]) -> Sequence[Seen]:
    """The invoices that may be for goods of one: for the same order line, or not compared with their order."""
    lines = {line for line, _ in invoice.goods}
    return [
        each
        for each in others
        if not lines or not each.paper.goods or any(line in lines for line, _ in each.paper.goods)
    ]


def choose_invoices(notice: Paper, invoices: Sequence[Seen], others: Sequence[Seen]) -> Sequence[Seen]:
    """The invoices that may be for the goods of a notice: not those that name another one of these, and not it."""
    known = frozenset[tuple[str, str]]().union(*(each.paper.names for each in others))
    return [each for each in invoices if each.paper.names & notice.names or not each.paper.names & known]


def judge_billed(
    document: StoredDocument, partner: str, rules: Rules, others: Iterable[Seen]
) -> Iterator[Need]:
    """A need for each document whose bill is there, or on its way, and may be for the same goods.

    It is met when Intacct has the bill no more, or when people say that it is for other goods.
    """
    number = document.document.key.number
    said: set[str] = set()  # an invoice may be several vendor invoices
    for each in others:
        name = f"{number}/{each.number}"
        is_agreed = ("draft_bill", partner, name) in rules.purchasing.overruled
        if each.there and not is_agreed and name not in said:
            said.add(name)
            yield Need(kind="draft_bill", subject=f"{partner}/{name}", reason=_say(document, each))


def is_gone(bill: BillFound) -> bool:
    """Whether nothing is owed by it any more."""
    return bill.state.casefold() in _GONE


def _say(document: StoredDocument, seen: Seen) -> str:
    content = document.document
    worth = f"{content.amount:.2f} {content.currency}".strip() if content.amount is not None else "it"
    one, other = _NOUNS[content.set_code], _NOUNS[seen.set_code]
    return (
        f"{other} {seen.number} names the same order and is {seen.there}: the {one} {content.key.number} must not add "
        f"to it ({worth} waits); delete that bill and it goes on by itself, reject the {one}, or answer `{AGREED}` with a "
        "reason if it is for other goods"
    )
