"""A code of an acknowledgement with its meaning."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ml_connector.edi.documents.acknowledgment_codes import Result

_ACCEPTING = frozenset({Result.ACCEPTED, Result.ACCEPTED_WITH_ERRORS})
_RESULTS = {member.value: member.meaning for member in Result}


class ExplainedCode(Struct, frozen=True, gc=False):
    """A code and what it means; the meaning of a code that is not known here is ""."""

    code: str
    meaning: str


def explain(table: Mapping[str, str], code: str) -> ExplainedCode:
    return ExplainedCode(code, table.get(code, ""))


def explain_all(table: Mapping[str, str], codes: Iterable[str]) -> tuple[ExplainedCode, ...]:
    """Those codes that are given."""
    return tuple([explain(table, code) for code in codes if code])


def explain_result(code: str) -> ExplainedCode:
    """What became of a set, a group or an interchange."""
    return explain(_RESULTS, code)


def is_accepted(answer: ExplainedCode) -> bool:
    """Whether all of it was accepted, with or without errors noted."""
    return answer.code in _ACCEPTING
