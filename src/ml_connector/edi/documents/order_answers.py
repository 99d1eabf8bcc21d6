"""What a seller may answer, to a whole order and to a line of it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Self

from msgspec import Struct

from ml_connector.edi.documents.coded import Coded
from ml_connector.edi.documents.items import ProductId, read_product_ids
from ml_connector.edi.documents.layouts import DATE, REAL, TEXT, Values
from ml_connector.edi.documents.loops import check_code, divide_loops
from ml_connector.edi.documents.order_checks import agree
from ml_connector.edi.documents.order_lines import LINE_LOOPS, OrderLine
from ml_connector.edi.documents.parts import DatedQualifier, read_dated_qualifier
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.documents.sums import add
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element


class Effect(StrEnum):
    """What an answer makes of what was asked for."""

    AGREED = "agreed"
    LATER = "later"  #: agreed, for another day
    CHANGED = "changed"  #: agreed with another quantity, price or item
    OPEN = "open"  #: not decided yet
    REFUSED = "refused"
    ORDERED = "ordered"  #: no answer but an order of its own
    PARTNERS = "partners"  #: what it means is between the partners


class AnswerCode(Coded):
    """A code list of answers, each with its effect."""

    effect: Effect

    def __new__(cls, value: str, effect: Effect = Effect.PARTNERS, meaning: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.effect, member.meaning = effect, meaning
        return member


class OrderAnswer(AnswerCode):
    """Element 587: the answer to the whole order."""

    CHANGED = "AC", Effect.CHANGED, "accepted with changes, given in detail"
    UNCHANGED = "AD", Effect.AGREED, "accepted without change, given in detail"
    EXCEPTIONS = "AE", Effect.CHANGED, "accepted but for the exceptions given"
    HELD = "AH", Effect.OPEN, "on hold"
    NO_DETAIL = "AK", Effect.AGREED, "accepted without change, without detail"
    REPLENISHMENT = "AP", Effect.ORDERED, "order made by the seller to replenish the buyer"
    ACCEPTED = "AT", Effect.AGREED, "accepted"
    NOT_NEEDED = "NA", Effect.AGREED, "no acknowledgement needed"
    REJECTED_DETAIL = "RD", Effect.REFUSED, "rejected, given in detail"
    REJECTED_EXCEPTIONS = "RF", Effect.REFUSED, "rejected, with the exceptions given"
    REJECTED = "RJ", Effect.REFUSED, "rejected without detail"
    COUNTER_OFFER = "RO", Effect.REFUSED, "rejected, with a counter-offer"
    MUTUAL = "ZZ", Effect.PARTNERS, "as the partners agreed"


class LineAnswer(AnswerCode):
    """Element 668: the answer to a line. R1 to R8 differ from partner to partner but all reject."""

    ACCEPTED = "IA", Effect.AGREED, "accepted"
    SHIPPED = "AC", Effect.AGREED, "accepted and shipped"
    RELEASED = "AR", Effect.AGREED, "accepted and released for shipment"
    BACK_ORDERED = "IB", Effect.LATER, "back-ordered"
    PARTLY_BACK_ORDERED = "BP", Effect.LATER, "shipped in part, the rest back-ordered"
    RESCHEDULED = "DR", Effect.LATER, "accepted for another date"
    ADVANCED = "SP", Effect.LATER, "accepted for an earlier date"
    CHANGED = "IC", Effect.CHANGED, "accepted with changes"
    PRICE_CHANGED = "IP", Effect.CHANGED, "accepted at another price"
    QUANTITY_CHANGED = "IQ", Effect.CHANGED, "accepted with another quantity"
    SUBSTITUTED = "IS", Effect.CHANGED, "replaced by another item"
    PRICE_PENDING = "IE", Effect.OPEN, "accepted, price still open"
    HELD_INCOMPLETE = "IF", Effect.OPEN, "on hold, information is missing"
    HELD = "IH", Effect.OPEN, "on hold"
    HELD_WAIVER = "IW", Effect.OPEN, "on hold until a waiver is given"
    DELETED = "ID", Effect.REFUSED, "deleted"
    REJECTED = "IR", Effect.REFUSED, "rejected"
    REJECTED_1 = "R1", Effect.REFUSED, "rejected, reason 1"
    REJECTED_2 = "R2", Effect.REFUSED, "rejected, reason 2"
    REJECTED_3 = "R3", Effect.REFUSED, "rejected, reason 3"
    REJECTED_4 = "R4", Effect.REFUSED, "rejected, reason 4"
    REJECTED_5 = "R5", Effect.REFUSED, "rejected, reason 5"
    REJECTED_6 = "R6", Effect.REFUSED, "rejected, reason 6"
    REJECTED_7 = "R7", Effect.REFUSED, "rejected, reason 7"
    REJECTED_8 = "R8", Effect.REFUSED, "rejected, reason 8"
    MUTUAL = "ZZ", Effect.PARTNERS, "as the partners agreed"


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """ACK: what the seller says to a line or to a part of it."""

    code: str  #: ACK01, see `LineAnswer`
    quantity: Decimal | None
    unit: str
    qualifier: str  #: element 374, such as 068 (current schedule ship)
    date: dt.date | None
    reference: str
    product_ids: tuple[ProductId, ...]  #: of the item answered with, such as a substitute
    reason: str  #: ACK29, a code of the industry
    dates: tuple[DatedQualifier, ...]  #: DTM after the ACK

    @property
    def effect(self) -> Effect | None:
        """What the answer makes of the line; None for a code that is not known."""
        answer = LineAnswer.get(self.code)
        return answer.effect if answer else None


_ANSWER = Values(TEXT, REAL, TEXT, TEXT, DATE, TEXT)
_FIRST_ID, _LAST_ID, _REASON = 7, 26, 29
#: Answers that may be for any quantity: it changed, or what they say is not known here.
_CHANGING = frozenset({Effect.PARTNERS, None})
_QUANTITY_CODES = frozenset({LineAnswer.CHANGED, LineAnswer.QUANTITY_CHANGED, LineAnswer.SUBSTITUTED})
#: Answers with which the rest may be left unsaid: refused, or back-ordered.
_LESSENING = frozenset(
    {LineAnswer.PARTLY_BACK_ORDERED, *(each for each in LineAnswer if each.effect is Effect.REFUSED)}
)


def read_answers(rows: Sequence[Row], reader: ElementReader) -> tuple[Answer, ...]:
    """The answers among the segments of a line; those to its components are left out."""
    loops = divide_loops(rows, LINE_LOOPS)
    return tuple([_read_answer(loop, reader) for loop in loops.gather("ACK")])


def _read_answer(loop: Sequence[Row], reader: ElementReader) -> Answer:
    row = loop[0]
    _, quantity, unit, qualifier, day, reference = _ANSWER.read(row, reader)
    return Answer(
        code=check_code(LineAnswer, row, 1, reader),
        quantity=quantity,
        unit=unit,
        qualifier=qualifier,
        date=day,
        reference=reference,
        product_ids=read_product_ids(row[: _LAST_ID + 1], _FIRST_ID),
        reason=get_element(row, _REASON),
        dates=tuple([read_dated_qualifier(each, reader) for each in loop[1:]]),
    )


def check_answers(line: OrderLine, answers: Sequence[Answer], reader: ElementReader) -> None:
    """Compare the answers to a line, added up, with its quantity.

    They may make less or more only where one says so, and those that do not say so never make more.
    """
    quantities = [answer.quantity for answer in answers if answer.quantity is not None]
    if line.quantity is None or not quantities:
        return
    total, head = add(quantities), reader.rows[line.segment - 1]
    found = f"Line {line.position} is for {line.quantity} {line.unit}, its answers make {total}"
    if not all(agree(answer.unit, line.unit) for answer in answers):
        reader.report(Code.UNITS_DIFFER, f"{found} in another unit, so they were not compared", head)
    elif total != line.quantity and not _is_explained(line.quantity, answers):
        reader.report(Code.ANSWER_QUANTITY, f"{found}, and none says that the quantity changed", head)


def _is_explained(quantity: Decimal, answers: Sequence[Answer]) -> bool:
    changing = [answer.effect in _CHANGING or answer.code in _QUANTITY_CODES for answer in answers]
    said = add(answer.quantity for answer, changes in zip(answers, changing, strict=True) if not changes)
    if said > quantity:
        return False
    return any(changing) or any(answer.code in _LESSENING for answer in answers)


def check_agreement(
    order: OrderAnswer | None, line: OrderLine, answers: Sequence[Answer], reader: ElementReader
) -> None:
    """Report a line refused or changed in an order accepted unchanged, or agreed in one refused."""
    denied = _CONTRADICTIONS.get(order.effect, frozenset()) if order else frozenset()
    for answer in answers:
        if order and answer.effect in denied:
            message = (
                f"Line {line.position} is answered {answer.code}, the whole order {order}: {order.meaning}"
            )
            reader.report(Code.ANSWER_CONTRADICTS, message, reader.rows[line.segment - 1])


_CONTRADICTIONS: dict[Effect, frozenset[Effect]] = {
    Effect.AGREED: frozenset({Effect.REFUSED, Effect.CHANGED}),
    Effect.REFUSED: frozenset({Effect.AGREED, Effect.LATER, Effect.CHANGED}),
}
