"""What an acknowledgment (TA1, 997, 999) or advice (824) answers, in a sentence: it is kept, and nothing is booked by it."""

from collections.abc import Sequence
from typing import Final

from ml_connector.edi import (
    ApplicationAdvice,
    FunctionalAcknowledgment,
    InterchangeAcknowledgment,
    InterchangeAnswer,
    parse_ta1,
)
from ml_connector.edi.documents.advice824 import AdviceAnswer
from ml_connector.edi.documents.explained_codes import ExplainedCode, is_accepted

_MOST: Final = 5  # of what is named; the set itself has them all


def describe_answer(document: FunctionalAcknowledgment | ApplicationAdvice) -> str:
    """What it says became of what, the refused first of all."""
    if isinstance(document, ApplicationAdvice):
        told = _cut([_tell(answer) for answer in document.answers])
        return f"advice {document.number}: {told or 'it does not say what became of what'}"
    refused = [
        f"{each.set_code} {each.control_number} {_spell(each.result)}"
        for each in document.sets
        if not is_accepted(each.result)
    ]
    group = f"answers group {document.group_number} ({document.functional_code}): {_spell(document.result)}"
    return f"{group}; {_cut(refused)}" if refused else group


def describe_envelope(answer: InterchangeAnswer) -> str:
    """What a TA1 says became of an interchange, and why where it was not simply taken."""
    document = parse_ta1(answer.row).document
    return "a TA1 that cannot be read" if document is None else _tell_envelope(document)


def _tell_envelope(document: InterchangeAcknowledgment) -> str:
    said = f"answers interchange {document.control_number or 'without number'}: {_spell(document.result)}"
    return said if is_accepted(document.result) else f"{said} ({_spell(document.note)})"


def _tell(answer: AdviceAnswer) -> str:
    faults = [each.text or _spell(each.error) for each in answer.errors]
    said = f"{answer.qualifier} {answer.number}: {_spell(answer.result)}".lstrip()
    return f"{said} ({_cut(faults)})" if faults else said


def _spell(code: ExplainedCode) -> str:
    return code.meaning or code.code or "no result"


def _cut(said: Sequence[str]) -> str:
    more = [f"and {len(said) - _MOST} more"] if len(said) > _MOST else []
    return "; ".join([*said[:_MOST], *more])
