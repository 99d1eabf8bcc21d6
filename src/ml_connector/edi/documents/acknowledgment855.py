"""The answer of a seller to an order: X12 set 855, versions 003040 to 006020 alike."""

import datetime as dt

from msgspec.structs import asdict

from ml_connector.edi.documents.loops import Section, check_code, divide_sections, find_header
from ml_connector.edi.documents.order_answers import (
    Answer,
    Effect,
    OrderAnswer,
    check_agreement,
    check_answers,
    read_answers,
)
from ml_connector.edi.documents.order_checks import (
    check_complete,
    check_hash_total,
    check_number,
    read_declared_lines,
)
from ml_connector.edi.documents.order_details import SUMMARY, OrderHeader, read_header, read_purpose
from ml_connector.edi.documents.order_lines import OrderLine, read_order_line
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.segments import Row, get_element


class AnsweredLine(OrderLine, frozen=True, kw_only=True, gc=False):
    """A line as the seller sees it, often no more than its number and item, and the answers to it.

    Several answers split the line; without any, the answer to the whole order counts.
    """

    answers: tuple[Answer, ...] = ()


class OrderAcknowledgment(OrderHeader, frozen=True, kw_only=True, gc=False):
    """An 855. Texts are "" and values None where the sender gave nothing readable."""

    number: str  #: BAK03, of the order answered (or, in a replenishment, made)
    release: str  #: BAK05
    order_date: dt.date | None  #: BAK04
    purpose: str  #: BAK01, see `Purpose`
    type_code: str  #: BAK02, see `OrderAnswer`
    contract: str  #: BAK07
    seller_reference: str  #: BAK08
    date: dt.date | None  #: BAK09, of the answer
    lines: tuple[AnsweredLine, ...]
    declared_lines: int | None  #: CTT01

    @property
    def is_order(self) -> bool:
        """Whether it answers nothing but is a new order, made by the seller to replenish the buyer."""
        answer = OrderAnswer.get(self.type_code)
        return answer is not None and answer.effect is Effect.ORDERED


def parse_order_acknowledgment(transaction: Transaction) -> Reading[OrderAcknowledgment]:
    """The answer in a set 855, read as far as possible, and the findings of its contents.

    The findings of the set itself are the transaction's. The document is None only where the set
    is no 855 or has no BAK; an error finding says so.
    """
    reader = ElementReader(transaction)
    bak = find_header(transaction, "855", "BAK", reader)
    document = _read_acknowledgment(bak, reader) if bak else None
    return Reading(document=document, findings=reader.findings)


def _read_acknowledgment(bak: Row, reader: ElementReader) -> OrderAcknowledgment:
    rows, sections, ends = divide_sections(reader.rows, "PO1", SUMMARY)
    header = read_header(rows, reader)
    type_code = check_code(OrderAnswer, bak, 2, reader)
    answer = OrderAnswer.get(type_code)
    lines = tuple([_read_line(section, n, answer, reader) for n, section in enumerate(sections, 1)])
    document = OrderAcknowledgment(
        **asdict(header),
        number=get_element(bak, 3).strip(" "),
        release=get_element(bak, 5),
        order_date=reader.read_date(bak, 4),
        purpose=read_purpose(bak, reader),
        type_code=type_code,
        contract=get_element(bak, 7),
        seller_reference=get_element(bak, 8),
        date=reader.read_date(bak, 9),
        lines=lines,
        declared_lines=read_declared_lines(ends, len(lines), reader),
    )
    check_number(document.number, bak, reader)
    check_hash_total(ends, [line.quantity for line in lines], reader)
    if document.is_order:
        check_complete(lines, reader)
    return document


def _read_line(
    section: Section, position: int, answer: OrderAnswer | None, reader: ElementReader
) -> AnsweredLine:
    line = read_order_line(section, position, reader)
    answers = read_answers(section.rows, reader)
    check_answers(line, answers, reader)
    check_agreement(answer, line, answers, reader)
    return AnsweredLine(**asdict(line), answers=answers)
