"""Which needs a single value can answer, and the cross-reference that answer is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ml_connector.mapping.rules.rulebook import CODED, split_remit_to
from ml_connector.records.xref import CrossReference

Wanted = Literal[
    "vendor", "contact", "account", "item", "unit", "warehouse", "bank_account", "order", "line", "agreement"
]
_TRADED: Final[Mapping[str, Wanted]] = {
    "order": "order",
    "item": "item",
    "unit": "unit",
    "warehouse": "warehouse",
    "order_line": "line",
    "confirmation": "agreement",
    "draft_bill": "agreement",
    "duplicate": "agreement",
    "match": "agreement",
    "reversal": "agreement",
    "bank": "bank_account",
    "payment": "agreement",
    "cancellation": "agreement",
    "reopening": "agreement",
    "journal": "agreement",
}
LONGEST_CODE: Final = 255
LONGEST_TARGET: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A need as a question: what does a partner's code stand for?"""

    kind: str
    partner: str  #: empty where the code means the same for any partner
    code: str
    wanted: Wanted  #: what the answer is the id, name or number of

    def answer(self, target: str) -> CrossReference:
        """The cross-reference that gives this answer."""
        return CrossReference(kind=self.kind, partner=self.partner, code=self.code, target=target)


def ask_for(need: str, partners: Iterable[str]) -> Question | None:
    """The question a need such as `vendor:Hub/VN/92/7781` asks; None for one that takes more than a value."""
    kind, _, subject = need.partition(":")
    partner = max((name for name in partners if subject.startswith(f"{name}/")), key=len, default="")
    code = subject.removeprefix(f"{partner}/")
    if not partner or len(code) > LONGEST_CODE:
        return None
    if kind in CODED:
        return Question(kind=kind, partner=partner, code=code, wanted="account")
    if kind in {"vendor", "vendor_conflict"} and _names_somebody(code):
        return Question(kind="vendor", partner=partner, code=code, wanted="vendor")
    if kind in _TRADED and "none" not in code.split("/"):
        return Question(kind=kind, partner=partner, code=code, wanted=_TRADED[kind])
    if kind == "remit_to" and split_remit_to(code)[0]:
        return Question(kind=kind, partner=partner, code=code, wanted="contact")
    return None


def _names_somebody(code: str) -> bool:
    """Not so where the invoice names nobody, only a masked tax id, or our account at the vendor."""
    return "/" in code and "…" not in code and not code.startswith("BY/")
