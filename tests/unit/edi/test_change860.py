"""The 860 and the 865, rule by rule."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from ml_connector.edi import Code, Reading, Transaction
from ml_connector.edi.documents.change860 import (
    ChangeCode,
    OrderChange,
    OrderChangeAcknowledgment,
    parse_order_change,
    parse_order_change_acknowledgment,
)

ReadSet = Callable[..., Transaction]

BCH = "BCH*04*SA*P-100*R1*3*20240115**C-9***20240120"
BCA = "BCA*00*AC*P-100*R1*3*20240115**C-9*S-55*20240122*20240120"


@pytest.fixture(scope="module")
def read_set(read_one: ReadSet) -> ReadSet:
    """The 860, or the set with another code, of the given segments."""
    return lambda *segments, code="860": read_one(*segments, code=code)


def codes(reading: Reading[OrderChange] | Reading[OrderChangeAcknowledgment]) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_a_change_names_the_order_and_itself(read_set: ReadSet) -> None:
    reading = parse_order_change(
        read_set(BCH, "REF*IA*V77", "POC*1*QI*12*12*EA*2.50**IN*4711", "PID*F****bolt", "CTT*1")
    )
    change = reading.document

    assert codes(reading) == []
    assert change is not None
    assert (change.number, change.release, change.sequence, change.contract) == ("P-100", "R1", "3", "C-9")
    assert (change.order_date, change.date) == (dt.date(2024, 1, 15), dt.date(2024, 1, 20))
    assert (change.purpose, change.type_code) == ("04", "SA")
    [line] = change.lines
    assert (line.number, line.change, line.quantity, line.left) == ("1", "QI", Decimal(12), Decimal(12))
    assert (line.unit, line.price, line.extension) == ("EA", Decimal("2.50"), Decimal(30))
    assert (line.product_ids[0].id, line.description) == ("4711", "bolt")
    assert ChangeCode.get(line.change) is ChangeCode.QUANTITY_UP


def test_a_change_that_is_not_known_holds_the_document(read_set: ReadSet) -> None:
    reading = parse_order_change(read_set(BCH, "POC*1*QQ*12*12*EA*2.50"))

    assert codes(reading) == [Code.CODE_UNKNOWN]


def test_places_and_schedules_of_a_changed_line_make_its_quantity(read_set: ReadSet) -> None:
    reading = parse_order_change(
        read_set(BCH, "POC*1*QI*12*12*EA*2", "SDQ*EA*92*1*11", "SCH*13*EA***002*20240201")
    )

    assert codes(reading) == [Code.SDQ_QUANTITY, Code.SCH_QUANTITY]


def test_a_change_without_lines_is_held_unless_it_cancels(read_set: ReadSet) -> None:
    assert codes(parse_order_change(read_set(BCH))) == [Code.LINES_MISSING]
    assert codes(parse_order_change(read_set("BCH*01*SA*P-100***20240115"))) == []


def test_what_is_no_860_or_has_no_number_is_refused(read_set: ReadSet) -> None:
    assert codes(parse_order_change(read_set(BCH, code="850"))) == [Code.WRONG_SET]
    assert codes(parse_order_change(read_set("REF*IA*1"))) == [Code.HEADER_MISSING]
    assert Code.ORDER_NUMBER_MISSING in codes(parse_order_change(read_set("BCH*04*SA")))


def test_an_answer_to_a_change_has_answers_per_line(read_set: ReadSet) -> None:
    reading = parse_order_change_acknowledgment(
        read_set(
            BCA, "POC*1*QI*12*12*EA*2.50", "ACK*IA*8*EA", "ACK*IB*4*EA", "SCH*8*EA***068*20240201", code="865"
        )
    )
    answer = reading.document

    assert codes(reading) == []
    assert answer is not None
    assert (answer.type_code, answer.seller_reference) == ("AC", "S-55")
    assert (answer.answer_date, answer.date) == (dt.date(2024, 1, 22), dt.date(2024, 1, 20))
    assert [each.code for each in answer.lines[0].answers] == ["IA", "IB"]


def test_answers_that_do_not_make_the_changed_line_hold_it(read_set: ReadSet) -> None:
    reading = parse_order_change_acknowledgment(
        read_set(BCA, "POC*1*QI*12*12*EA*2.50", "ACK*IA*8*EA", code="865")
    )

    assert codes(reading) == [Code.ANSWER_QUANTITY]


def test_a_seller_may_ask_for_a_change_without_answering(read_set: ReadSet) -> None:
    reading = parse_order_change_acknowledgment(read_set("BCA*04**P-100***20240115", code="865"))

    assert codes(reading) == []
    assert reading.document is not None
    assert reading.document.type_code == ""


def test_an_unknown_answer_to_a_change_holds_it(read_set: ReadSet) -> None:
    reading = parse_order_change_acknowledgment(read_set("BCA*04*QQ*P-100***20240115", code="865"))

    assert codes(reading) == [Code.CODE_UNKNOWN]


def test_what_is_no_865_is_refused(read_set: ReadSet) -> None:
    reading = parse_order_change_acknowledgment(read_set(BCH, code="860"))

    assert (reading.document, codes(reading)) == (None, [Code.WRONG_SET])
