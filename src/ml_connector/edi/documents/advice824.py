"""The 824 application advice: what became of documents in the business systems of the partner."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.documents.acknowledgment_codes import ADVICE_ERRORS, ADVICE_RESULTS
from ml_connector.edi.documents.explained_codes import ExplainedCode, explain
from ml_connector.edi.documents.layouts import AMOUNT, COUNT, DATE, TEXT, TIME, Layout, Values
from ml_connector.edi.documents.loops import Section, divide_loops, divide_sections
from ml_connector.edi.documents.masking import mask_row
from ml_connector.edi.documents.parts import (
    DatedQualifier,
    Party,
    Reference,
    read_dated_qualifier,
    read_party,
    read_reference,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

_NAME = frozenset({"N2", "N3", "N4", "REF", "PER"})
_HEADER_LOOPS = {"N1": _NAME}
_ANSWER_LOOPS = {"NM1": _NAME, "TED": frozenset({"NTE", "RED"}), "LM": frozenset({"LQ", "RED"})}


class StatedAmount(Struct, frozen=True, gc=False):
    """AMT of the document that is answered."""

    qualifier: str = ""
    amount: Decimal | None = None


class AdviceError(Struct, frozen=True, kw_only=True, gc=False):
    """TED: what is wrong, and where in the document that was sent."""

    error: ExplainedCode
    text: str
    tag: str
    position: int | None  #: of the segment, ST = 1
    element: str  #: position in the segment, with component
    number: str  #: in the X12 dictionary
    value: str  #: as it was sent; an id or an account is masked
    replacement: str  #: TED08, what it was changed to
    notes: tuple[str, ...]


class AdviceAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """OTI: what became of one document, or of an item of it."""

    segment: int  #: of the OTI inside the set
    result: ExplainedCode
    qualifier: str  #: what kind of number `number` is, such as IV (invoice)
    number: str
    sender: str  #: GS02 of what was sent
    receiver: str
    date: dt.date | None
    time: dt.time | None
    group_number: str
    control_number: str
    set_code: str
    version: str
    references: tuple[Reference, ...]
    dates: tuple[DatedQualifier, ...]
    amounts: tuple[StatedAmount, ...]
    errors: tuple[AdviceError, ...]


class ApplicationAdvice(Struct, frozen=True, kw_only=True, gc=False):
    """An 824: accepted or refused by the business, not only by the syntax."""

    purpose: str  #: BGN01
    number: str  #: BGN02
    date: dt.date | None
    time: dt.time | None
    original_number: str  #: BGN06
    type_code: str
    action: str  #: BGN08
    parties: tuple[Party, ...]
    answers: tuple[AdviceAnswer, ...]


_HEAD = Values(TEXT, TEXT, DATE, TIME, TEXT, TEXT, TEXT, TEXT)
_ANSWER = Values(*(TEXT, TEXT, TEXT, TEXT, TEXT, DATE, TIME, TEXT, TEXT, TEXT, TEXT))
_ERROR = Values(TEXT, TEXT, TEXT, COUNT, TEXT, TEXT, TEXT, TEXT)
_AMOUNT = Layout(StatedAmount, TEXT, AMOUNT)


def read_advice(bgn: Row, reader: ElementReader) -> ApplicationAdvice:
    """The advice that begins with that BGN."""
    header, sections, _ = divide_sections(reader.rows, "OTI", frozenset({"SE"}))
    loops = divide_loops(header, _HEADER_LOOPS)
    purpose, number, day, moment, _, original, type_code, action = _HEAD.read(bgn, reader)
    if not sections:
        reader.report(
            Code.ANSWER_MISSING, f"Advice {number} has no OTI: it does not say what became of what", bgn
        )
    return ApplicationAdvice(
        purpose=purpose,
        number=number,
        date=day,
        time=moment,
        original_number=original,
        type_code=type_code,
        action=action,
        parties=tuple([read_party(loop) for loop in loops.gather("N1")]),
        answers=tuple([_read_answer(section, reader) for section in sections]),
    )


def _read_answer(section: Section, reader: ElementReader) -> AdviceAnswer:
    head, loops = section.rows[0], divide_loops(section.rows, _ANSWER_LOOPS)
    result, qualifier, number, sender, receiver, day, moment, *original = _ANSWER.read(head, reader)
    group_number, control_number, set_code, version = original
    if result not in ADVICE_RESULTS:
        message = f"OTI01 is {result!r}: it does not say what became of {number}"
        reader.report(Code.ANSWER_MISSING, message, head, 1)
    return AdviceAnswer(
        segment=section.place,
        result=explain(ADVICE_RESULTS, result),
        qualifier=qualifier,
        number=number,
        sender=sender,
        receiver=receiver,
        date=day,
        time=moment,
        group_number=group_number,
        control_number=control_number,
        set_code=set_code,
        version=version,
        references=tuple([read_reference(row) for row in loops.pick("REF")]),
        dates=tuple([read_dated_qualifier(row, reader) for row in loops.pick("DTM")]),
        amounts=tuple([_AMOUNT.read(row, reader) for row in loops.pick("AMT")]),
        errors=tuple([_read_error(loop, reader) for loop in loops.gather("TED")]),
    )


def _read_error(loop: Sequence[Row], reader: ElementReader) -> AdviceError:
    code, text, tag, position, element, number, *_ = _ERROR.read(loop[0], reader)
    shown = mask_row(loop[0])
    notes = [get_element(row, 2 if row[0] == "NTE" else 1) for row in loop if row[0] in ("NTE", "RED")]
    return AdviceError(
        error=explain(ADVICE_ERRORS, code),
        text=text,
        tag=tag,
        position=position,
        element=element,
        number=number,
        value=get_element(shown, 7),
        replacement=get_element(shown, 8),
        notes=tuple(filter(None, notes)),
    )
