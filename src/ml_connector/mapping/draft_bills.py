"""A ship notice or a confirmation that became a bill in draft, and the invoice of its goods: one never adds to the other.

A draft is no liability as long as it is one. It is taken away by a person, who sees both; we delete nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector.intacct.objects import BillFound
from ml_connector.mapping.rules import Rules
from ml_connector.mapping.rules_purchasing import AGREED
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.orders import BilledDocument

_NOUNS: Final = {"810": "invoice", "855": "confirmation", "856": "ship notice"}
_GONE: Final = frozenset({"declined", "reversal", "reversed", "voided"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A document for the same orders, and the bills that Intacct has under its vendor and number now."""

    billed: BilledDocument
    bills: Sequence[BillFound]


def judge_billed(
    document: StoredDocument, partner: str, rules: Rules, others: Iterable[Seen]
) -> Iterator[Need]:
    """A need for each document whose bill is there, or on its way, and may be for the same goods.

    It is met when Intacct has the bill no more, or when people say that it is for other goods.
    """
    number = document.document.key.number
    for each in others:
        name = f"{number}/{each.billed.number}"
        if ("draft_bill", partner, name) in rules.purchasing.overruled:
            continue
        there = _describe(each)
        if there:
            yield Need(kind="draft_bill", subject=f"{partner}/{name}", reason=_say(document, each, there))


def _describe(seen: Seen) -> str:
    """The bill as it stands, whatever people have made of it; empty once it is gone."""
    living = [bill for bill in seen.bills if bill.state.casefold() not in _GONE]
    if living:
        return f"bill {living[0].record_no} ({living[0].state}, {living[0].total}) in Intacct"
    return "" if seen.billed.is_there else "a bill that is on its way to Intacct"


def _say(document: StoredDocument, seen: Seen, there: str) -> str:
    content = document.document
    worth = f"{content.amount:.2f} {content.currency}".strip() if content.amount is not None else "it"
    one, other = _NOUNS[content.set_code], _NOUNS[seen.billed.set_code]
    return (
        f"{other} {seen.billed.number} names the same order and is {there}: the {one} {content.key.number} must not add "
        f"to it ({worth} waits); delete that bill and it goes on by itself, reject the {one}, or answer `{AGREED}` with a "
        "reason if it is for other goods"
    )
