"""What is no original beside what it is about: a copy, a cancellation or a replacement of an earlier document.

It is found by the business key, of which the purpose is no part. What they are about is stopped by us only as long as
nothing of it has been sent; what is to change it then is for a person, and so is a replacement of what a person has
decided about. Of what was never sent a replacement takes the place, and is decided as its original would be. Of what
was cancelled a draft may be deleted: `undoing` says when.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ml_connector.edi import Transaction, list_differences
from ml_connector.mapping.decisions import Filed
from ml_connector.mapping.rules.rulebook import WHOLE, Meaning
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status

ANSWER: Final = "855"
"""The set whose copies are compared with its order where the first one is not here."""
CHANGES: Final = frozenset({"860", "865"})
"""Sets that are changes of an order whatever their purpose: none of them stands for an earlier one as a whole."""
REPEATING: Final = frozenset({Meaning.COMPARE, Meaning.CANCEL})
"""What makes no record, whatever it says."""
TAKING: Final = frozenset({Meaning.CHANGE, Meaning.REPLACE})
"""What says the whole of an earlier one anew."""
_SHOWN: Final = 5  # differences in a reason
_UNDOING: Final = {
    "810": "reverse or delete it in Intacct, if it is not paid",
    "812": "reverse or delete it in Intacct, if it is not applied",
    "850": "cancel the order in Intacct, if nothing came of it",
    "855": "set the order back in Intacct",
    "856": "delete the receiver or the bill in Intacct, if nothing was made of it",
    "860": "set the order back in Intacct",
    "865": "set the order back in Intacct",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """A document under the same business key, or the one that is to be judged itself."""

    stored: StoredDocument
    transaction: Transaction
    purpose: str
    meaning: Meaning | None
    is_addressed: bool = True  #: it is for us, by somebody we know
    is_sent: bool = False  #: something of it is in Intacct, or may get there
    is_open: bool = False  #: it is decided together with the one that is judged, and nothing of it was sent
    is_touched: bool = False  #: a person has decided about it

    @property
    def id(self) -> int:
        return self.stored.id

    @property
    def is_original(self) -> bool:
        """Whether copies and cancellations are about it."""
        return self.meaning in WHOLE

    @property
    def counts(self) -> bool:
        """Whether nobody has said that it is none of ours."""
        return self.is_addressed and self.stored.status is not Status.REJECTED

    @property
    def is_standing(self) -> bool:
        """Whether anything is, or may be, made of it."""
        return self.counts and self.stored.status is not Status.FILED

    def is_like(self, other: "Sibling") -> bool:
        """Whether both have a number, and are real or tests."""
        named = bool(self.stored.document.key.number)
        return named and self.transaction.interchange.usage == other.transaction.interchange.usage


def judge_purpose(mine: Sibling, siblings: Sequence[Sibling]) -> Filed | Need | None:
    """What comes of a document because of its purpose or that of others: filed, for a person, or None, which leaves
    it to its plan.
    """
    others = [each for each in siblings if each.id != mine.id and each.is_like(mine)]
    originals = [each for each in others if each.is_original]
    set_code = mine.stored.document.set_code
    match mine.meaning:
        case Meaning.COMPARE if originals or set_code != ANSWER:
            return _judge_copy(mine, originals)
        case Meaning.CANCEL:
            return _judge_cancellation(mine, _list_earlier(mine, originals))
        case Meaning.COMPARE:
            return None
    stopped = _judge_cancelled(mine, others) or _judge_replaced(mine, others)
    if stopped is None and mine.meaning in TAKING and (originals or set_code != ANSWER):
        return None if set_code in CHANGES else _judge_replacement(mine, originals)
    return stopped


def find_undone(mine: Sibling, siblings: Sequence[Sibling]) -> Sibling | None:
    """The one document that a cancellation is about, where it stands in Intacct; of two cancellations the earlier one
    has it.
    """
    earlier = [each for each in siblings if each.id < mine.id and each.is_standing and each.is_like(mine)]
    is_second = any(each.meaning is Meaning.CANCEL for each in earlier)
    if mine.meaning is not Meaning.CANCEL or not mine.is_addressed or is_second:
        return None
    about = [each for each in earlier if each.is_original]
    return about[0] if [each.stored.status for each in about] == [Status.POSTED] else None


def list_stopped(mine: Sibling, siblings: Iterable[Sibling]) -> frozenset[int]:
    """What goes no further because of this document: what it cancels, and what it takes the place of.

    Nothing where any of it was sent, or is to be replaced and a person has decided about it.
    """
    about = _list_standing(mine, siblings)
    stops = mine.is_addressed and _is_free(mine, about)
    return frozenset(each.id for each in about) if stops else frozenset()


def _is_free(mine: Sibling, about: Sequence[Sibling]) -> bool:
    """Whether nothing of what it is about is in its way."""
    waits = all(each.is_open for each in about)
    return waits and (mine.meaning is Meaning.CANCEL or _takes_place(mine, about))


def _may_go_on(mine: Sibling, about: Sequence[Sibling]) -> bool:
    """Whether it is decided as an original would be: it takes the place of what it is about, or has done so before it
    was sent.
    """
    return _is_free(mine, about) or (mine.meaning is Meaning.REPLACE and mine.is_sent and not about)


def _takes_place(mine: Sibling, about: Iterable[Sibling]) -> bool:
    """Whether it is decided in the place of what it replaces: it says something else, but does not come to nothing."""
    content = mine.stored.document
    if mine.meaning is not Meaning.REPLACE or content.set_code in CHANGES:
        return False
    differs = all(any(list_differences(mine.transaction, each.transaction)) for each in about)
    return differs and mine.is_open and content.amount != 0 and not any(each.is_touched for each in about)


def _list_standing(mine: Sibling, siblings: Iterable[Sibling]) -> list[Sibling]:
    return [each for each in _list_earlier(mine, siblings) if each.is_standing]


def _list_earlier(mine: Sibling, siblings: Iterable[Sibling]) -> list[Sibling]:
    """What a cancellation or a replacement is about: what came before it."""
    return [each for each in siblings if each.is_original and each.id < mine.id and each.is_like(mine)]


def _judge_copy(mine: Sibling, originals: Sequence[Sibling]) -> Filed | Need:
    if not originals:
        return _hold(
            mine, "is a copy of what is not here", "it is compared by itself once that comes, else reject it"
        )
    compared = [(each, list(list_differences(mine.transaction, each.transaction))) for each in originals]
    for each, differences in compared:
        if not differences:
            return Filed(reason=f"a copy (purpose {mine.purpose}) of {_name(each)}: nothing differs")
    last, differences = compared[-1]
    return _hold(
        mine,
        f"is a copy of {_name(last)} and differs: {_list(differences)}",
        "ask which one is right, then reject the copy",
    )


def _judge_cancellation(mine: Sibling, originals: Sequence[Sibling]) -> Filed | Need:
    if not originals:
        return _hold(
            mine,
            "cancels what is not here",
            "undo in Intacct what was entered of it another way, then reject this",
        )
    stopped = list_stopped(mine, originals)
    if not stopped:
        undo = _UNDOING.get(mine.stored.document.set_code, "undo it in Intacct")
        done = [each for each in originals if not each.is_open]
        return _hold(mine, f"cancels {_name((done or originals)[-1])}", f"{undo}, then reject this")
    named = ", ".join(_name(each) for each in originals if each.id in stopped)
    return Filed(reason=f"cancels {named}, of which nothing was sent")


def _judge_replacement(mine: Sibling, originals: Sequence[Sibling]) -> Filed | Need | None:
    doing = f"{mine.meaning}s"
    later = [each for each in originals if each.id > mine.id and each.is_standing]
    if not originals:
        return _hold(
            mine,
            f"{doing} what is not here",
            "change in Intacct what was entered of it another way, then reject this; if there is nothing of it, ask for an original",
        )
    if not later and _may_go_on(mine, _list_standing(mine, originals)):
        return None
    last = originals[-1]
    differences = list(list_differences(mine.transaction, last.transaction))
    if not differences:
        return Filed(reason=f"{doing} {_name(last)} (purpose {mine.purpose}) by the same: nothing differs")
    return _hold(mine, f"{doing} {_name(last)}: {_list(differences)}", _tell_replacing(mine, last))


def _tell_replacing(mine: Sibling, last: Sibling) -> str:
    if last.is_sent:
        return "change by hand in Intacct what that made, then reject this"
    if mine.meaning is Meaning.REPLACE and mine.stored.document.amount != 0:
        return "nothing of that was sent: reject it if this one counts, else reject this"
    return "nothing of that was sent: reject this if that one stands, else ask for a replacement of it"


def _judge_cancelled(mine: Sibling, others: Sequence[Sibling]) -> Filed | Need | None:
    """What was cancelled before anything of it was sent goes no further; what comes after its cancellation is for a person."""
    cancelling = [each for each in others if each.meaning is Meaning.CANCEL and each.counts]
    if not cancelling or mine.is_sent:
        return None
    last = cancelling[-1]
    if last.is_open and mine.id in list_stopped(last, [*others, mine]):
        return Filed(reason=f"cancelled by {_name(last)} before anything of it was sent")
    number = mine.stored.document.key.number
    reason = f"{number} is cancelled by {_name(last)}; reject the one that does not count"
    return Need(kind="duplicate", subject=f"document/{last.id}/{number}", reason=reason)


def _judge_replaced(mine: Sibling, others: Sequence[Sibling]) -> Filed | None:
    """What was replaced before anything of it was sent goes no further."""
    replacing = [each for each in others if mine.id in list_stopped(each, [*others, mine])]
    if not replacing:
        return None
    last = replacing[-1]
    differences = _list(list(list_differences(last.transaction, mine.transaction)))
    return Filed(reason=f"replaced by {_name(last)} before anything of it was sent: {differences}")


def _hold(mine: Sibling, wrong: str, cure: str) -> Need:
    content = mine.stored.document
    number, money = content.key.number, ""
    if content.amount is not None:
        money = f" ({content.amount:.2f} {content.currency}".rstrip() + " waits)"
    reason = f"{content.set_code} {number} (purpose {mine.purpose}) {wrong}{money}; {cure}"
    return Need(kind="purpose", subject=f"{mine.purpose}/{number}", reason=reason)


def _name(sibling: Sibling) -> str:
    stored = sibling.stored
    there = (
        f"{stored.intacct_key} in Intacct"
        if stored.status is Status.POSTED
        else stored.status.replace("_", " ")
    )
    where = "" if sibling.is_open else f" ({there})"
    return f"document #{stored.id} {stored.document.document_key}{where}"


def _list(differences: Sequence[str]) -> str:
    left = len(differences) - _SHOWN
    return "; ".join(islice(differences, _SHOWN)) + (f"; and {left} more" if left > 0 else "")
