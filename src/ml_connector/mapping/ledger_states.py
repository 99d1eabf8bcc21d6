"""What a state in Intacct means for what we posted: in the ledger or not, undone, edited."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ml_connector.records.followed import Followed, Trouble

_DRAFT: Final = "draft"
_AWAITING: Final = frozenset({_DRAFT, "submitted", "partially approved", "declined"})
_REVERSED: Final = frozenset({"reversed", "reversal", "voided", "void"})
_SETTLED: Final = {
    "APBILL": frozenset({"paid"}),
    "APADJUSTMENT": frozenset({"paid"}),
    "APPYMT": frozenset({"posted", "confirmed", "complete"}),  # never deleted, only voided
    "GLBATCH": frozenset({"posted"}),
    "PODOCUMENT": frozenset({"converted", "closed"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A record as Intacct has it now."""

    key: str
    record_no: int
    state: str
    total: Decimal | None
    paid: Decimal | None = None
    modified: dt.datetime | None = None
    bill_no: int | None = None  #: of the bill a purchasing transaction made
    on_hold: bool | None = None  #: of a bill: its payment is blocked


def is_news(before: Followed, sight: Sight) -> bool:
    """Whether anything of it may differ from what is known."""
    known = (before.state, before.total, before.paid, before.bill_no, before.modified)
    return before.trouble is Trouble.DELETED or known != (
        sight.state,
        sight.total,
        sight.paid,
        sight.bill_no,
        sight.modified,
    )


def see(before: Followed, sight: Sight, lines: int | None) -> Followed:
    """What is known of a record now that it was seen; `lines` is None where they were not counted."""
    now = replace(
        before,
        state=sight.state,
        total=sight.total,
        paid=sight.paid,
        bill_no=sight.bill_no,
        modified=sight.modified,
        lines=before.lines if lines is None else lines,
        expected=sight.total if before.expected is None and before.watched else before.expected,
        expected_lines=lines if before.expected_lines is None else before.expected_lines,
        is_settled=is_settled(before.object, sight.state),
        looks=before.looks + 1,
    )
    return replace(now, trouble=_judge(before, now))


def lose(before: Followed) -> Followed:
    """What is known of a record that is not in Intacct any more."""
    return replace(before, trouble=Trouble.DELETED, is_settled=True, looks=before.looks + 1)


def accept_edit(before: Followed) -> Followed:
    """What is known of an edited record once people say that it is right as it is."""
    return replace(
        before,
        expected=before.total,
        expected_lines=before.lines,
        trouble=Trouble.NONE,
        looks=before.looks + 1,
    )


def _judge(before: Followed, now: Followed) -> Trouble:
    state = now.state.casefold()
    if is_void(state):
        return Trouble.REVERSED
    if state == "declined":
        return Trouble.DECLINED
    was_further = before.state.casefold() not in {"", _DRAFT, "declined"}
    if state == _DRAFT and (was_further or before.trouble is Trouble.RECALLED):
        return Trouble.RECALLED
    same_money = not now.watched or (now.total, now.lines) == (now.expected, now.expected_lines)
    return Trouble.NONE if same_money else Trouble.EDITED


def is_awaiting(state: str) -> bool:
    """Whether what is in this state counts for nothing in the ledger yet."""
    return state.casefold() in _AWAITING


def is_settled(object_: str, state: str) -> bool:
    """Whether what is in this state has done all it does, and stays unless Intacct tells of a change."""
    return state.casefold() in _SETTLED[object_]


def is_void(state: str) -> bool:
    """Whether what is in this state counts for nothing any more."""
    return state.casefold() in _REVERSED


def is_in_ledger(followed: Iterable[Followed]) -> bool | None:
    """Whether all that a document became is in the ledger; None where that was not looked at."""
    states = [each.state for each in followed if each.trouble is not Trouble.DELETED]
    if not states or "" in states:
        return None
    return not any(map(is_awaiting, states))


def describe_state(followed: Iterable[Followed]) -> str:
    """Where all that a document became stands in Intacct, in a few words; empty before it was seen."""
    return ", ".join(dict.fromkeys(filter(None, map(_name_state, followed))))


def _name_state(followed: Followed) -> str:
    if followed.trouble is Trouble.DELETED:
        return "deleted"
    if followed.paid and followed.paid != followed.total:
        return f"{followed.state}, {followed.paid} paid"
    return followed.state


def describe(followed: Followed) -> str:
    """What is the matter with a record, in words for a person; empty where nothing is."""
    name = f"{followed.object} {followed.key}"
    match followed.trouble:
        case Trouble.NONE:
            return ""
        case Trouble.EDITED if followed.total != followed.expected:
            return (
                f"{name} was edited: it is {followed.total} in Intacct and was posted as {followed.expected}"
            )
        case Trouble.EDITED:
            return f"{name} was edited: it has {followed.lines} lines in Intacct and had {followed.expected_lines}"
        case Trouble.DELETED:
            return f"{name} was deleted in Intacct"
        case trouble:
            return f"{name} was {trouble} in Intacct: it is {followed.state} there"
