"""The 855, rule by rule."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from ml_connector.edi import Code, Reading, Transaction
from ml_connector.edi.documents.acknowledgment855 import OrderAcknowledgment, parse_order_acknowledgment
from ml_connector.edi.documents.order_answers import Effect, LineAnswer, OrderAnswer

Parse = Callable[..., Reading[OrderAcknowledgment]]

BAK = "BAK*00*AC*P-100*20240115*R1**C-9*S-55*20240116"
LINE = "PO1*1*10*EA*2.50**IN*4711"


@pytest.fixture(scope="module")
def parse(read_one: Callable[..., Transaction]) -> Parse:
    """The reading of an 855 with the given segments between ST and SE."""
    return lambda *segments, code="855": parse_order_acknowledgment(read_one(*segments, code=code))


def codes(reading: Reading[OrderAcknowledgment]) -> list[str]:
    return [finding.code for finding in reading.findings]


def read_document(reading: Reading[OrderAcknowledgment]) -> OrderAcknowledgment:
    assert reading.document is not None
    return reading.document


def test_the_head_of_an_answer_names_order_and_answer(parse: Parse) -> None:
    reading = parse(BAK, "REF*CO*1", "N1*SE*Nordwind*92*1", LINE, "ACK*IA*10*EA", "CTT*1")
    document = read_document(reading)

    assert codes(reading) == []
    assert (document.number, document.release, document.contract) == ("P-100", "R1", "C-9")
    assert (document.seller_reference, document.type_code, document.purpose) == ("S-55", "AC", "00")
    assert (document.order_date, document.date) == (dt.date(2024, 1, 15), dt.date(2024, 1, 16))
    assert [party.role for party in document.parties] == ["SE"]
    assert OrderAnswer.get(document.type_code) is OrderAnswer.CHANGED
    assert not document.is_order


def test_what_is_no_855_is_refused(parse: Parse) -> None:
    assert codes(parse(BAK, code="850")) == [Code.WRONG_SET]
    assert codes(parse(LINE)) == [Code.HEADER_MISSING]


def test_an_answer_without_order_number_must_not_be_used(parse: Parse) -> None:
    assert codes(parse("BAK*00*AT**20240115")) == [Code.ORDER_NUMBER_MISSING]


def test_an_answer_needs_no_lines(parse: Parse) -> None:
    assert codes(parse("BAK*11*AT*P-1*20240115", "CTT*0")) == []


def test_an_answer_that_is_not_known_holds_the_document(parse: Parse) -> None:
    reading = parse("BAK*00*QQ*P-1*20240115", LINE, "ACK*Q1*10*EA", "CTT*1")

    assert codes(reading) == [Code.CODE_UNKNOWN, Code.CODE_UNKNOWN]
    assert read_document(reading).lines[0].answers[0].effect is None
    assert not read_document(reading).is_order


def test_a_replenishment_is_a_new_order_and_needs_complete_lines(parse: Parse) -> None:
    reading = parse("BAK*00*AP*P-1*20240115", LINE, "PO1*2*5*EA")

    assert read_document(reading).is_order
    assert codes(reading) == [Code.LINE_INCOMPLETE]


def test_a_line_may_be_a_stub(parse: Parse) -> None:
    reading = parse(BAK, "PO1*1****PE*IN*4711", "ACK*IA*10*EA")

    assert codes(reading) == []
    assert read_document(reading).lines[0].quantity is None


def test_several_answers_split_a_line(parse: Parse) -> None:
    reading = parse(
        BAK,
        LINE,
        "ACK*IA*6*EA*068*20240201*REQ*IN*4711",
        "DTM*011*20240201",
        "ACK*IB*4*EA*068*20240301",
    )
    [line] = read_document(reading).lines

    assert codes(reading) == []
    assert [(answer.code, answer.quantity) for answer in line.answers] == [
        ("IA", Decimal(6)),
        ("IB", Decimal(4)),
    ]
    assert [answer.effect for answer in line.answers] == [Effect.AGREED, Effect.LATER]
    first = line.answers[0]
    assert (first.date, first.reference, first.product_ids[0].id) == (dt.date(2024, 2, 1), "REQ", "4711")
    assert [each.qualifier for each in first.dates] == ["011"]
    assert line.dates == ()


@pytest.mark.parametrize("answers", [("ACK*IA*6*EA", "ACK*IB*3*EA"), ("ACK*IA*11*EA",), ("ACK*IH*9*EA",)])
def test_answers_that_do_not_make_the_line_hold_it(parse: Parse, answers: tuple[str, ...]) -> None:
    assert codes(parse(BAK, LINE, *answers)) == [Code.ANSWER_QUANTITY]


@pytest.mark.parametrize(
    "answers",
    [
        ("ACK*IQ*8*EA",),
        ("ACK*IC*12*EA",),
        ("ACK*IA*8*EA", "ACK*IR"),
        ("ACK*IA*8*EA", "ACK*ID*0*EA"),
        ("ACK*BP*6*EA",),
        ("ACK*ZZ*6*EA",),
        ("ACK*IA",),
        (),
    ],
)
def test_an_answer_may_say_that_the_quantity_is_another(parse: Parse, answers: tuple[str, ...]) -> None:
    assert codes(parse(BAK, LINE, *answers)) == []


def test_answers_in_another_unit_are_not_compared(parse: Parse) -> None:
    reading = parse(BAK, LINE, "ACK*IA*1*CA")

    assert codes(reading) == [Code.UNITS_DIFFER]


@pytest.mark.parametrize(
    ("whole", "answer", "found"),
    [
        ("AD", "IR", [Code.ANSWER_CONTRADICTS]),
        ("AT", "IP", [Code.ANSWER_CONTRADICTS]),
        ("RD", "IA", [Code.ANSWER_CONTRADICTS]),
        ("RD", "IR", []),
        ("AC", "IR", []),
        ("AD", "IB", []),
    ],
)
def test_a_line_must_not_contradict_the_whole(
    parse: Parse, whole: str, answer: str, found: list[Code]
) -> None:
    reading = parse(f"BAK*00*{whole}*P-1*20240115", LINE, f"ACK*{answer}*10*EA")

    assert codes(reading) == found


def test_ids_of_an_answer_end_before_its_reason(parse: Parse) -> None:
    answer = "ACK*IS*10*EA****VN*NEW-1" + "*" * 19 + "BI*ACK*AC"
    [line] = read_document(parse(BAK, LINE, answer)).lines

    assert [each.id for each in line.answers[0].product_ids] == ["NEW-1"]
    assert line.answers[0].reason == "AC"


def test_the_answer_to_a_component_is_not_one_to_its_line(parse: Parse) -> None:
    reading = parse(BAK, LINE, "ACK*IA*10*EA", "SLN*1**I*2*EA", "ACK*IR*2*EA")
    [line] = read_document(reading).lines

    assert codes(reading) == []
    assert len(line.answers) == 1


def test_schedules_of_an_answer_are_read(parse: Parse) -> None:
    [line] = read_document(parse(BAK, LINE, "SCH*4*EA***068*20240201")).lines

    assert line.schedules[0].quantity == Decimal(4)


@pytest.mark.parametrize("codes_of", [OrderAnswer, LineAnswer])
def test_every_answer_has_a_meaning_and_an_effect(codes_of: type[OrderAnswer] | type[LineAnswer]) -> None:
    for member in codes_of:
        assert member.meaning
        assert codes_of.get(member.value) is member
        assert member.effect in Effect
