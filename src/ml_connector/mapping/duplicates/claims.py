"""What a document claims to be, held against what is there already: the same, doubtful, or only to be noted."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_PATH: Final = "duplicates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A document with what it is known by elsewhere."""

    document: StoredDocument
    vendor_id: str  #: empty while it is unknown
    family: frozenset[str]  #: the vendor and those that are one with it: by parent or tax id
    mark: str
    partner: str = ""  #: whose answer may overrule a doubt; empty where none may
    total: Decimal | None = None  #: as the record in Intacct would have it; None where it becomes none

    @property
    def number(self) -> str:
        return self.document.document.key.number

    @property
    def seller(self) -> str:
        """The vendor, or the partner while that is unknown."""
        return self.vendor_id or self.document.document.key.partner

    @property
    def said(self) -> str:
        """Amount and date, for people."""
        return f"{spell(self.document.document.amount)} of {self.document.document.date}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Another record that it may be: a person decides."""

    other: str  #: the record's name
    reason: str  #: what is doubtful, and the cure
    kind: Literal["duplicate", "reversal"] = "duplicate"
    is_open: bool = True  #: an approver may say that they are two


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Another record that it is like, which keeps nothing."""

    other: str
    rule: str


Found = str | Need | Doubt | Note
"""A text is the reason why it is a duplicate; a need is what only a person can settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What is left of findings once people's answers are counted."""

    same: str = ""  #: the reason why it is a duplicate
    needs: tuple[Need, ...] = ()
    reasons: tuple[Reason, ...] = ()  #: why it passes all the same
    cleared: frozenset[str] = frozenset()  #: the names of records that people say are others


def weigh(claim: Claim, rules: Rules, found: Iterable[Found]) -> Weighed:
    """The findings, without the doubts that people have overruled."""
    same = ""
    cleared: set[str] = set()
    needs: dict[str, Need] = {}
    reasons: dict[str, Reason] = {}
    for each in found:
        match each:
            case str():
                same = same or each
            case Note():
                reasons[each.other] = _explain(claim, each.other, "noted only", each.rule)
            case Doubt() if (rule := _find_answer(claim, each, rules)) is not None:
                cleared.add(each.other)
                reasons[each.other] = _explain(claim, each.other, AGREED, rule)
            case _:
                need = each if isinstance(each, Need) else _ask(claim, each)
                needs.setdefault(str(need), need)
    return Weighed(
        same=same,
        needs=tuple(needs.values()),
        reasons=tuple(reasons.values()),
        cleared=frozenset(cleared),
    )


def list_seen(seen: str | Need | None) -> tuple[str | Need, ...]:
    """What a check of one answer has found."""
    return () if seen is None else (seen,)


def spell(amount: Decimal | None) -> str:
    return "an unknown amount" if amount is None else f"{amount:,}"


def _find_answer(claim: Claim, doubt: Doubt, rules: Rules) -> str | None:
    """By what people have said that they are two; None where nobody has."""
    if not _is_open(claim, doubt):
        return None
    number = rules.purchasing.overruled.get((doubt.kind, claim.partner, _name(claim, doubt.other)))
    return None if number is None else f"xref {number}" if number else "the answer"


def _is_open(claim: Claim, doubt: Doubt) -> bool:
    return doubt.is_open and bool(claim.partner and claim.vendor_id)


def _name(claim: Claim, other: str) -> str:
    """Both of them, with the amount: another document or another record is asked about anew."""
    amount = claim.document.document.amount
    return f"{claim.vendor_id}/{claim.number}/{'?' if amount is None else f'{amount:.2f}'}/{other}"


def _ask(claim: Claim, doubt: Doubt) -> Need:
    if not _is_open(claim, doubt):
        return Need(kind=doubt.kind, subject=f"{claim.seller}/{claim.number}", reason=doubt.reason)
    cure = f"reject it here if they are one, or answer `{AGREED}` with a reason if they are two"
    subject = f"{claim.partner}/{_name(claim, doubt.other)}"
    return Need(kind=doubt.kind, subject=subject, reason=f"{doubt.reason}; {cure}")


def _explain(claim: Claim, other: str, value: str, rule: str) -> Reason:
    return Reason(path=_PATH, value=value, rule=rule, inputs=((claim.number, claim.said), ("beside", other)))
