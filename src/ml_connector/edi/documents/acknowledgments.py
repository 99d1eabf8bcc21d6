"""What partners answer to what was sent: interchange (TA1), syntax of a group (997, 999), content (824)."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from ml_connector.edi.documents.acknowledgment_codes import (
    ELEMENT_ERRORS,
    GROUP_ERRORS,
    INTERCHANGE_NOTES,
    REJECTING,
    SEGMENT_ERRORS,
    SET_ERRORS,
)
from ml_connector.edi.documents.advice824 import ApplicationAdvice, read_advice
from ml_connector.edi.documents.explained_codes import (
    ExplainedCode,
    explain,
    explain_all,
    explain_result,
    is_accepted,
)
from ml_connector.edi.documents.layouts import COUNT, TEXT, Layout, Values
from ml_connector.edi.documents.loops import Section, divide_sections, find_header
from ml_connector.edi.documents.masking import mask_row
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.elements import parse_date, parse_time
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import Row, get_element

_SETS = ("997", "999", "824")
_SEGMENT_TAGS = ("AK3", "IK3")
_ELEMENT_TAGS = ("AK4", "IK4")
_SET_RESULT_TAGS = ("AK5", "IK5")


class Context(Struct, frozen=True, kw_only=True, gc=False):
    """CTX of a 999: the business record an error is about, or the segment that asked for what is missing."""

    name: str  #: such as SITUATIONAL TRIGGER, or an element such as CLM01
    value: str
    tag: str
    position: int | None
    loop: str
    element: str  #: CTX05, position with component
    reference: str


class ElementError(Struct, frozen=True, kw_only=True, gc=False):
    """AK4 or IK4."""

    position: int | None  #: in the segment
    component: int | None
    repetition: int | None
    number: str  #: in the X12 dictionary
    error: ExplainedCode
    value: str  #: as it was sent; an id or an account is masked
    contexts: tuple[Context, ...]


class SegmentError(Struct, frozen=True, kw_only=True, gc=False):
    """AK3 or IK3."""

    tag: str
    position: int | None  #: in the set, ST = 1
    loop: str
    error: ExplainedCode
    contexts: tuple[Context, ...]
    elements: tuple[ElementError, ...]


class SetAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """AK2 to AK5 or IK5: what became of one transaction set."""

    segment: int  #: of the AK2 in the acknowledgement
    set_code: str
    control_number: str
    convention: str  #: AK203
    result: ExplainedCode
    errors: tuple[ExplainedCode, ...]
    segments: tuple[SegmentError, ...]


class FunctionalAcknowledgment(Struct, frozen=True, kw_only=True, gc=False):
    """A 997 or 999: received and syntactically right or wrong. It does not say that the business agrees."""

    set_code: str
    functional_code: str  #: AK101 = GS01
    group_number: str  #: AK102 = GS06
    version: str  #: AK103 = GS08
    sets: tuple[SetAnswer, ...]  #: a sender may leave accepted ones out
    result: ExplainedCode  #: AK901
    included: int | None
    received: int | None
    accepted: int | None
    errors: tuple[ExplainedCode, ...]


class InterchangeAcknowledgment(Struct, frozen=True, kw_only=True, gc=False):
    """TA1: what became of an envelope."""

    control_number: str  #: ISA13
    date: dt.date | None  #: ISA09
    time: dt.time | None  #: ISA10
    result: ExplainedCode
    note: ExplainedCode


Acknowledgment = FunctionalAcknowledgment | ApplicationAdvice


class _Place(Struct, frozen=True, gc=False):
    """C030: element, component, repetition."""

    position: int | None = None
    component: int | None = None
    repetition: int | None = None


_PLACE = Layout(_Place, COUNT, COUNT, COUNT)
_SEGMENT = Values(TEXT, COUNT, TEXT, TEXT)
_CONTEXT = Values(TEXT, TEXT, COUNT, TEXT, TEXT, TEXT)
_GROUP = Values(TEXT, COUNT, COUNT, COUNT, TEXT, TEXT, TEXT, TEXT, TEXT)


def parse_acknowledgment(transaction: Transaction) -> Reading[Acknowledgment]:
    """What a set 997, 999 or 824 answers, read as far as possible, and the findings of its contents.

    The document is None only where the set is none of these, or has no AK1 or BGN.
    """
    reader = ElementReader(transaction)
    code = transaction.set_code if transaction.set_code in _SETS else "997"
    head = find_header(transaction, code, "BGN" if code == "824" else "AK1", reader)
    component = transaction.interchange.delimiters.component.decode("latin-1")
    document: Acknowledgment | None = None
    if head and code == "824":
        document = read_advice(head, reader)
    elif head:
        document = _Functional(reader, component).read(code, head)
    return Reading(document=document, findings=reader.findings)


def parse_ta1(row: Row) -> Reading[InterchangeAcknowledgment]:
    """The acknowledgement in a TA1 segment, as tag and elements. Its findings have no offset and no position."""
    number, day, moment, result, note = [get_element(row, each) for each in range(1, 6)]
    document = InterchangeAcknowledgment(
        control_number=number,
        date=parse_date(day, None),
        time=parse_time(moment),
        result=explain_result(result),
        note=explain(INTERCHANGE_NOTES, note),
    )
    findings = []
    for element, text, value, kind in ((2, day, document.date, "date"), (3, moment, document.time, "time")):
        if text and value is None:
            message = f"TA1{element:02} is {text!r}, not a {kind}."
            findings.append(_blame_ta1(Code.DATE_UNREADABLE, message, element, text))
    if not document.result.meaning:
        message = f"TA104 is {result!r}: it does not say what became of interchange {number}."
        findings.append(_blame_ta1(Code.ANSWER_MISSING, message, 4, result))
    return Reading(document=document, findings=tuple(findings))


def _blame_ta1(code: Code, message: str, element: int, value: str) -> Finding:
    return Finding(code=code, message=message, tag="TA1", element=element, value=value or None)


class _Functional:
    """Reads the segments AK1 to AK9; in composites the components are parted."""

    def __init__(self, reader: ElementReader, component: str) -> None:
        self._reader = reader
        self._component = component

    def read(self, code: str, head: Row) -> FunctionalAcknowledgment:
        _, sections, ends = divide_sections(self._reader.rows, "AK2", frozenset({"AK9", "SE"}))
        trailer: Row = next((row for row in ends if row[0] == "AK9"), ())
        result, included, received, accepted, *errors = _GROUP.read(trailer, self._reader)
        document = FunctionalAcknowledgment(
            set_code=code,
            functional_code=get_element(head, 1),
            group_number=get_element(head, 2),
            version=get_element(head, 3),
            sets=tuple([self._read_set(section) for section in sections]),
            result=explain_result(result),
            included=included,
            received=received,
            accepted=accepted,
            errors=explain_all(GROUP_ERRORS, errors),
        )
        if not document.result.meaning:
            message = f"AK901 is {result!r}: it does not say what became of group {document.group_number}"
            self._reader.report(Code.ANSWER_MISSING, message, trailer or head)
        for contradiction in _find_contradictions(document):
            self._reader.report(Code.ANSWER_CONTRADICTS, contradiction, trailer or head)
        return document

    def _read_set(self, section: Section) -> SetAnswer:
        head = section.rows[0]
        _, *errors = _split_before(_SEGMENT_TAGS, section.rows)
        end: Row = next((row for row in section.rows if row[0] in _SET_RESULT_TAGS), ())
        answer = SetAnswer(
            segment=section.place,
            set_code=get_element(head, 1),
            control_number=get_element(head, 2),
            convention=get_element(head, 3),
            result=explain_result(get_element(end, 1)),
            errors=explain_all(SET_ERRORS, end[2:7]),
            segments=tuple([self._read_segment_error(rows) for rows in errors]),
        )
        if not answer.result.meaning:
            message = f"Nothing says what became of set {answer.set_code} {answer.control_number}"
            self._reader.report(Code.ANSWER_MISSING, message, end or head)
        return answer

    def _read_segment_error(self, rows: Sequence[Row]) -> SegmentError:
        about, *elements = _split_before(_ELEMENT_TAGS, rows)
        tag, position, loop, error = _SEGMENT.read(about[0], self._reader)
        return SegmentError(
            tag=tag,
            position=position,
            loop=loop,
            error=explain(SEGMENT_ERRORS, error),
            contexts=self._read_contexts(about),
            elements=tuple([self._read_element_error(each) for each in elements]),
        )

    def _read_element_error(self, rows: Sequence[Row]) -> ElementError:
        head = rows[0]
        place = self._read_place(head)
        return ElementError(
            position=place.position,
            component=place.component,
            repetition=place.repetition,
            number=get_element(head, 2),
            error=explain(ELEMENT_ERRORS, get_element(head, 3)),
            value=get_element(mask_row(head), 4),
            contexts=self._read_contexts(rows),
        )

    def _read_place(self, head: Row) -> _Place:
        """The components of element 01; one that is no number is left out, for the text stands in the set."""
        parts = self._part(get_element(head, 1))
        numbers = [
            int(part) if part.isascii() and part.isdigit() and len(part) < 10 else None for part in parts
        ]
        return _Place(*numbers[:3])

    def _read_contexts(self, rows: Sequence[Row]) -> tuple[Context, ...]:
        return tuple([self._read_context(row) for row in rows if row[0] == "CTX"])

    def _read_context(self, row: Row) -> Context:
        subject, tag, position, loop, element, reference = _CONTEXT.read(row, self._reader)
        name, value, *_ = [*self._part(subject), ""]
        return Context(
            name=name,
            value=value,
            tag=tag,
            position=position,
            loop=loop,
            element=element,
            reference=reference,
        )

    def _part(self, text: str) -> list[str]:
        return text.split(self._component) if self._component else [text]


def _split_before(tags: Collection[str], rows: Sequence[Row]) -> list[list[Row]]:
    """The rows before the first with one of the tags, and those from each of them on."""
    pieces: list[list[Row]] = [[]]
    for row in rows:
        if row[0] in tags:
            pieces.append([])
        pieces[-1].append(row)
    return pieces


def _find_contradictions(document: FunctionalAcknowledgment) -> Iterator[str]:
    received, accepted = document.received, document.accepted
    rejected = sum(answer.result.code in REJECTING for answer in document.sets)
    if rejected and is_accepted(document.result):
        yield f"AK901 says {document.result.code} (accepted), but {rejected} sets are rejected"
    if received is None or accepted is None:
        return
    if accepted > received:
        yield f"AK904 says {accepted} sets accepted, AK903 {received} received"
    elif rejected > received - accepted:
        yield f"{rejected} sets are rejected, but of {received} received {accepted} are accepted (AK903, AK904)"
    if accepted and document.result.code in REJECTING:
        yield f"AK901 says {document.result.code} (rejected), but AK904 says {accepted} sets accepted"
