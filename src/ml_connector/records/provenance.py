"""Why a value in a posting is what it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One value's origin. Sentences are made of it when somebody asks; none is stored."""

    path: str  #: the field of the posting, such as `VENDORID` or `lines[3].ACCOUNTNO`
    value: str
    rule: str  #: the name of the rule that decided
    inputs: tuple[tuple[str, str], ...] = ()  #: what the rule looked at: (place in the document, value)
    losers: tuple[str, ...] = ()  #: rules that were asked before it and did not decide, in order
