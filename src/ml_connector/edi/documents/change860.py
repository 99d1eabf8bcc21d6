"""The change of an order: X12 sets 860 (asked for by the buyer) and 865 (the seller's answer, or his own wish)."""

import datetime as dt
from decimal import Decimal

from msgspec.structs import asdict

from ml_connector.edi.documents.coded import Coded
from ml_connector.edi.documents.items import extend, read_product_ids
from ml_connector.edi.documents.layouts import REAL, TEXT, Values
from ml_connector.edi.documents.loops import Section, check_code, divide_sections, find_header
from ml_connector.edi.documents.order_answers import Answer, OrderAnswer, check_answers, read_answers
from ml_connector.edi.documents.order_checks import (
    check_hash_total,
    check_lines,
    check_number,
    check_parts,
    read_declared_lines,
)
from ml_connector.edi.documents.order_details import SUMMARY, OrderHeader, read_header, read_purpose
from ml_connector.edi.documents.order_lines import OrderLine, read_line_details
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.segments import Row, get_element


class ChangeCode(Coded):
    """Element 670: what becomes of a line."""

    ADDED = "AI", "line added"
    CHANGED = "CA", "line changed"
    DATES_CHANGED = "CT", "dates changed"
    DELETED = "DI", "line deleted"
    UNCHANGED = "NC", "line as before"
    PRICE = "PC", "price changed"
    PRICE_AND_QUANTITY = "PQ", "price and quantity changed"
    PRICE_AND_DATE = "PR", "price and date changed"
    QUANTITY_DOWN = "QD", "quantity decreased"
    QUANTITY_UP = "QI", "quantity increased"
    REFUSED = "RC", "change of the line refused"
    REPLACED = "RE", "item replaced by another"
    DATE_AND_QUANTITY = "RQ", "date and quantity changed"
    RESCHEDULED = "RS", "rescheduled"
    ALL_VALUES = "RZ", "all values replaced"
    TRANSFERRED = "TI", "item transferred"


class ChangedLine(OrderLine, frozen=True, kw_only=True, gc=False):
    """POC and what follows it: a line as it shall be, and what changes in it."""

    change: str  #: POC02, see `ChangeCode`
    left: Decimal | None  #: POC04, still to be received
    answers: tuple[Answer, ...] = ()  #: of an 865


class OrderChange(OrderHeader, frozen=True, kw_only=True, gc=False):
    """An 860. Texts are "" and values None where the sender gave nothing readable."""

    number: str  #: BCH03, of the order changed
    release: str  #: BCH04
    sequence: str  #: BCH05, of the change
    order_date: dt.date | None  #: BCH06
    purpose: str  #: BCH01, see `Purpose`
    type_code: str  #: BCH02, of the order
    contract: str  #: BCH08
    date: dt.date | None  #: BCH11, of the change
    lines: tuple[ChangedLine, ...]
    declared_lines: int | None  #: CTT01


class OrderChangeAcknowledgment(OrderChange, frozen=True, kw_only=True, gc=False):
    """An 865. `type_code` is the answer to the whole change (BCA02, see `OrderAnswer`), "" where it asks for one."""

    seller_reference: str  #: BCA09
    answer_date: dt.date | None  #: BCA10


_LINE = Values(TEXT, TEXT, REAL, REAL, TEXT, REAL, TEXT)


def parse_order_change(transaction: Transaction) -> Reading[OrderChange]:
    """The change in a set 860, read as far as possible, and the findings of its contents.

    The findings of the set itself are the transaction's. The document is None only where the set
    is no 860 or has no BCH; an error finding says so.
    """
    reader = ElementReader(transaction)
    bch = find_header(transaction, "860", "BCH", reader)
    document = _read_change(bch, reader) if bch else None
    return Reading(document=document, findings=reader.findings)


def parse_order_change_acknowledgment(transaction: Transaction) -> Reading[OrderChangeAcknowledgment]:
    """The answer in a set 865, as `parse_order_change` reads an 860."""
    reader = ElementReader(transaction)
    bca = find_header(transaction, "865", "BCA", reader)
    document = None
    if bca:
        if get_element(bca, 2):
            check_code(OrderAnswer, bca, 2, reader)
        document = OrderChangeAcknowledgment(
            **asdict(_read_change(bca, reader)),
            seller_reference=get_element(bca, 9),
            answer_date=reader.read_date(bca, 10),
        )
    return Reading(document=document, findings=reader.findings)


def _read_change(head: Row, reader: ElementReader) -> OrderChange:
    """What BCH and BCA, and what follows them, have in common."""
    rows, sections, ends = divide_sections(reader.rows, "POC", SUMMARY)
    header = read_header(rows, reader)
    lines = tuple([_read_line(section, n, reader) for n, section in enumerate(sections, 1)])
    change = OrderChange(
        **asdict(header),
        number=get_element(head, 3).strip(" "),
        release=get_element(head, 4),
        sequence=get_element(head, 5),
        order_date=reader.read_date(head, 6),
        purpose=read_purpose(head, reader),
        type_code=get_element(head, 2),
        contract=get_element(head, 8),
        date=reader.read_date(head, 11),
        lines=lines,
        declared_lines=read_declared_lines(ends, len(lines), reader),
    )
    check_number(change.number, head, reader)
    check_hash_total(ends, [line.quantity for line in lines], reader)
    if head[0] == "BCH":
        check_lines(change.number, change.purpose, lines, head, reader)
    return change


def _read_line(section: Section, position: int, reader: ElementReader) -> ChangedLine:
    head = section.rows[0]
    number, _, quantity, left, unit, price, basis = _LINE.read(head, reader)
    change = check_code(ChangeCode, head, 2, reader)
    line = OrderLine(
        position=position,
        segment=section.place,
        number=number,
        quantity=quantity,
        unit=unit,
        price=price,
        basis=basis,
        extension=extend(quantity, price, basis),
        product_ids=read_product_ids(head, 8),
    )
    line = read_line_details(line, section.rows, reader)
    answers = read_answers(section.rows, reader)
    check_answers(line, answers, reader)
    if not answers:
        check_parts(line, reader)
    return ChangedLine(**asdict(line), change=change, left=left, answers=answers)
