"""The 850: one order with everything, then rule by rule."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from ml_connector.edi import Code, Reading, Severity, Transaction
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.order850 import Order, OrderKind, parse_order
from ml_connector.edi.documents.order_details import ContactNumber
from ml_connector.edi.documents.order_lines import Share

Parse = Callable[..., Reading[Order]]

BEG = "BEG*00*SA*P-100**20240115"
LINE = "PO1*1*10*EA*2.50**IN*4711"


@pytest.fixture(scope="module")
def parse(read_one: Callable[..., Transaction]) -> Parse:
    """The reading of an 850 with the given segments between ST and SE."""
    return lambda *segments, code="850": parse_order(read_one(*segments, code=code))


def codes(reading: Reading[Order]) -> list[str]:
    return [finding.code for finding in reading.findings]


def read_order(reading: Reading[Order]) -> Order:
    assert reading.document is not None
    return reading.document


FULL = (
    "BEG*00*SA*P-100*R1*20240115*C-9",
    "CUR*BY*CAD",
    "REF*IA*V77*our number",
    "PER*BD*Ada Byron*TE*555-0100*EM*ada@nordwind.example",
    "FOB*PP*OR*Halle 3*01*FCA",
    "SAC*C*D240***500",
    "CUR*BY*CAD",
    "ITD*01*3*2**10**30",
    "DTM*002*20240201",
    "TD5*O*2*SCAC*M*by road",
    "TXI*GS*5.00",
    "N9*L1*SPEC*specification",
    "DTM*097*20240110",
    "MSG*handle with care",
    "MTX**keep dry",
    "N1*BY*Ourhouse*92*0001",
    "N3*1 Long Road",
    "N4*Ottawa*ON*K1A0A1*CA",
    "PER*OC*Not the order's",
    "N1*SE*Nordwind*1*123456789",
    "NTE**call first",
    "SPI*00",
    "REF*ZZ*of the SPI",
    "PO1*1*10*EA*2.50**IN*4711*UP*012345678905",
    "CTP**UCP*2.50",
    "PID*F****bolt",
    "MEA*WT*G*1*LB",
    "PID*F****M8",
    "PO4*5*1*EA",
    "REF*DP*12",
    "SAC*A*C310***100",
    "SDQ*EA*92*0001*6*0002*4",
    "DTM*002*20240203",
    "SCH*4*EA***002*20240201",
    "SCH*6*EA***002*20240208",
    "TXI*ST*1.00",
    "MSG*in a box",
    "N9*L1*INNER",
    "MSG*with a label",
    "N1*ST*Depot*92*D1",
    "N4*Hull",
    "SLN*1**I*2*EA*1***VN*C-1",
    "PID*F****half a bolt",
    "N1*MA*Maker",
    "SLN*2*1*I",
    "PO1*2*4*CA*1.00",
    "CTT*2*14",
    "AMT*TT*39.00",
)


def test_an_order_with_everything_is_read_whole(parse: Parse) -> None:
    reading = parse(*FULL)
    order = read_order(reading)

    assert codes(reading) == []
    assert (order.number, order.release, order.contract, order.type_code) == ("P-100", "R1", "C-9", "SA")
    assert order.date == dt.date(2024, 1, 15)
    assert order.purpose == Purpose.ORIGINAL
    assert order.kind is OrderKind.STANDARD
    assert (order.total, order.declared_lines, len(order.lines)) == (Decimal("39.00"), 2, 2)


def test_the_header_of_an_order_is_told_from_what_belongs_to_its_loops(parse: Parse) -> None:
    order = read_order(parse(*FULL))

    assert order.currency == "CAD"
    assert [reference.value for reference in order.references] == ["V77"]
    assert [party.role for party in order.parties] == ["BY", "SE"]
    assert [date.qualifier for date in order.dates] == ["002"]
    assert [message.texts for message in order.messages] == [("handle with care", "keep dry")]
    assert order.notes == ("call first",)


def test_contact_delivery_and_routing_of_an_order_are_read(parse: Parse) -> None:
    order = read_order(parse(*FULL))

    [contact], [delivery], [routing] = order.contacts, order.deliveries, order.routings
    assert (contact.function, contact.name) == ("BD", "Ada Byron")
    assert contact.numbers == (ContactNumber("TE", "555-0100"), ContactNumber("EM", "ada@nordwind.example"))
    assert (delivery.payment, delivery.location, delivery.terms) == ("PP", "Halle 3", "FCA")
    assert (routing.carrier, routing.method, routing.routing) == ("SCAC", "M", "by road")
    assert order.terms[0].net_days == 30


def test_a_line_of_an_order_has_its_details(parse: Parse) -> None:
    line = read_order(parse(*FULL)).lines[0]

    assert (line.position, line.segment, line.number, line.description) == (1, 25, "1", "bolt M8")
    assert (line.quantity, line.unit, line.price, line.extension) == (
        Decimal(10),
        "EA",
        Decimal("2.50"),
        Decimal(25),
    )
    assert [each.id for each in line.product_ids] == ["4711", "012345678905"]
    assert [price.code for price in line.prices] == ["UCP"]
    assert [packing.pack for packing in line.packing] == [5]
    assert [reference.value for reference in line.references] == ["12"]
    assert (line.notes, [message.value for message in line.messages]) == (("in a box",), ["INNER"])
    assert [party.role for party in line.parties] == ["ST"]
    assert [schedule.date for schedule in line.schedules] == [dt.date(2024, 2, 1), dt.date(2024, 2, 8)]


def test_components_keep_their_own_segments(parse: Parse) -> None:
    line = read_order(parse(*FULL)).lines[0]

    first, second = line.components
    assert (first.number, first.relationship, first.quantity, first.description) == (
        "1",
        "I",
        Decimal(2),
        "half a bolt",
    )
    assert first.product_ids[0].id == "C-1"
    assert (second.number, second.parent, second.quantity) == ("2", "1", None)


def test_what_is_no_850_is_refused(parse: Parse) -> None:
    reading = parse(BEG, LINE, code="860")

    assert reading.document is None
    assert codes(reading) == [Code.WRONG_SET]


def test_an_order_without_beg_is_refused(parse: Parse) -> None:
    reading = parse(LINE)

    assert reading.document is None
    assert codes(reading) == [Code.HEADER_MISSING]


def test_a_second_beg_is_reported_and_the_first_read(parse: Parse) -> None:
    reading = parse(BEG, "BEG*00*SA*OTHER**20240116", LINE)

    assert read_order(reading).number == "P-100"
    assert codes(reading) == [Code.SEGMENT_REPEATED]


def test_a_malformed_segment_id_is_reported(parse: Parse) -> None:
    reading = parse(BEG, LINE, "Rd. 12*x")

    assert codes(reading) == [Code.SEGMENT_ID]


@pytest.mark.parametrize("purpose", ["", "00", "01", "04", "05", "06", "07"])
def test_a_known_purpose_is_kept_as_sent(parse: Parse, purpose: str) -> None:
    reading = parse(f"BEG*{purpose}*SA*P-1**20240115", LINE)

    assert read_order(reading).purpose == purpose
    assert codes(reading) == []


def test_a_purpose_that_is_not_known_holds_the_order(parse: Parse) -> None:
    reading = parse("BEG*QQ*SA*P-1**20240115", LINE)

    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.value) == (Code.CODE_UNKNOWN, Severity.HOLD, "QQ")


@pytest.mark.parametrize("code", ["BK", "BE"])
def test_a_blanket_order_needs_neither_quantity_nor_price(parse: Parse, code: str) -> None:
    reading = parse(f"BEG*00*{code}*P-1**20240115", "PO1*1****PE*IN*4711", "SDQ*EA*92*0001*5", "CTT*1")

    assert read_order(reading).kind is OrderKind.BLANKET
    assert codes(reading) == []


def test_a_line_without_quantity_or_price_is_noted_in_any_other_order(parse: Parse) -> None:
    reading = parse(BEG, "PO1*1*5*EA", "PO1*2**EA*3")

    assert codes(reading) == [Code.LINE_INCOMPLETE, Code.LINE_INCOMPLETE]


@pytest.mark.parametrize("code", ["RL", "RE"])
def test_a_release_is_told_by_its_release_number(parse: Parse, code: str) -> None:
    with_number = parse(f"BEG*00*{code}*P-1*0007*20240115", LINE)
    without = parse(f"BEG*00*{code}*P-1**20240115", LINE)

    assert read_order(with_number).kind is OrderKind.RELEASE
    assert (read_order(with_number).release, codes(with_number)) == ("0007", [])
    assert codes(without) == [Code.RELEASE_MISSING]


def test_an_order_without_number_must_not_be_used(parse: Parse) -> None:
    reading = parse("BEG*00*SA***20240115", LINE)

    [finding] = reading.findings
    assert (finding.code, finding.severity) == (Code.ORDER_NUMBER_MISSING, Severity.ERROR)


def test_an_order_without_lines_is_held_unless_it_cancels(parse: Parse) -> None:
    original, cancellation = parse(BEG), parse("BEG*01*SA*P-1**20240115")

    assert codes(original) == [Code.LINES_MISSING]
    assert codes(cancellation) == []


def test_dates_of_six_digits_are_read_in_versions_before_004010(parse: Parse) -> None:
    order = read_order(parse("BEG*00*SA*P-1**990115", "DTM*002*990201", LINE))

    assert order.date == dt.date(1999, 1, 15)
    assert order.dates[0].date == dt.date(1999, 2, 1)


def test_a_date_that_is_none_is_reported_and_left_out(parse: Parse) -> None:
    reading = parse("BEG*00*SA*P-1**20241315", LINE)

    assert read_order(reading).date is None
    assert codes(reading) == [Code.DATE_UNREADABLE]


def test_sdq_explodes_a_line_over_places(parse: Parse) -> None:
    places = "*".join(f"00{n:02}*1" for n in range(1, 11))
    reading = parse(BEG, "PO1*1*13*EA*1", f"SDQ*EA*92*{places}", "SDQ*EA*92*0011*3")
    shares = read_order(reading).lines[0].shares

    assert codes(reading) == []
    assert len(shares) == 11
    assert shares[0] == Share(qualifier="92", location="0001", quantity=Decimal(1), unit="EA")
    assert shares[-1] == Share(qualifier="92", location="0011", quantity=Decimal(3), unit="EA")


def test_sdq_quantities_that_do_not_make_the_line_hold_the_order(parse: Parse) -> None:
    reading = parse(BEG, LINE, "SDQ*EA*92*0001*6*0002*5")

    [finding] = reading.findings
    assert finding.code is Code.SDQ_QUANTITY
    assert finding.message == "Line 1 is for 10 EA, its SDQ quantities make 11 (segment 3)."


@pytest.mark.parametrize("pairs", ["0001*10*0002", "0001*10**5", "0001*10*0002*x"])
def test_half_a_pair_of_an_sdq_holds_the_order(parse: Parse, pairs: str) -> None:
    reading = parse(BEG, LINE, f"SDQ*EA*92*{pairs}")

    assert next(finding.severity for finding in reading.findings) is Severity.HOLD
    assert read_order(reading).lines[0].shares[0].quantity == 10


def test_an_empty_pair_of_an_sdq_is_passed_over(parse: Parse) -> None:
    reading = parse(BEG, LINE, "SDQ*EA*92***0002*10")

    assert codes(reading) == []
    assert [share.location for share in read_order(reading).lines[0].shares] == ["0002"]


def test_schedules_that_do_not_make_the_line_hold_the_order(parse: Parse) -> None:
    reading = parse(BEG, LINE, "SCH*4*EA***002*20240201", "SCH*5*EA***002*20240208")

    assert codes(reading) == [Code.SCH_QUANTITY]


@pytest.mark.parametrize(
    ("pack", "found"),
    [
        ("PO4*12*1*EA", []),
        ("PO4*10*1*EA", [Code.SDQ_QUANTITY]),
        ("PO4**1*EA", [Code.UNITS_DIFFER]),
        ("REF*DP*1", [Code.UNITS_DIFFER]),
    ],
)
def test_places_in_another_unit_are_compared_by_the_pack(parse: Parse, pack: str, found: list[Code]) -> None:
    reading = parse(BEG, "PO1*1*2*CA*30", pack, "SDQ*EA*92*0001*12*0002*12")

    assert codes(reading) == found


def test_places_in_a_larger_unit_are_compared_by_the_pack_too(parse: Parse) -> None:
    reading = parse(BEG, "PO1*1*24*EA*30", "PO4*12*1*EA", "SDQ*CA*92*0001*1*0002*1")

    assert codes(reading) == []


@pytest.mark.parametrize(
    ("ctt", "found"),
    [
        ("CTT*1*10", []),
        ("CTT*01*10.0", []),
        ("CTT*2", [Code.CTT01_COUNT]),
        ("CTT*1*11", [Code.CTT02_TOTAL]),
        ("CTT", []),
    ],
)
def test_count_and_hash_total_are_compared(parse: Parse, ctt: str, found: list[Code]) -> None:
    assert codes(parse(BEG, LINE, ctt)) == found


@pytest.mark.parametrize(
    "total", ["AMT*TT*25", "AMT*1*25", "AMT*TT*27.00", "AMT*TT*28.25", "AMT*1*99\nAMT*TT*25.00"]
)
def test_a_total_that_a_convention_explains_is_right(parse: Parse, total: str) -> None:
    reading = parse(
        BEG, "SAC*C*D240***300", "SAC*A*C310***100", "TXI*ST*1.25", LINE, "CTT*1", *total.split("\n")
    )

    assert codes(reading) == []


def test_a_total_that_nothing_explains_holds_the_order_and_says_what_was_tried(parse: Parse) -> None:
    reading = parse(BEG, "SAC*C*D240***300", LINE, "CTT*1", "AMT*TT*30")

    [finding] = reading.findings
    assert finding.code is Code.ORDER_TOTAL
    assert "lines 25.00; lines rounded by sender 25.00; lines+charges-allowances 28.00" in finding.message


def test_a_total_is_not_compared_where_a_line_has_no_extension(parse: Parse) -> None:
    reading = parse(BEG, LINE, "PO1*2*1*EA", "CTT*2", "AMT*TT*30")

    assert read_order(reading).total == 30
    assert codes(reading) == [Code.LINE_INCOMPLETE]


def test_lines_may_be_rounded_before_they_are_added(parse: Parse) -> None:
    reading = parse(BEG, "PO1*1*1*EA*0.005", "PO1*2*1*EA*0.005", "CTT*2", "AMT*TT*0.02")

    assert codes(reading) == []


def test_a_price_per_hundred_is_divided_and_a_price_type_is_not(parse: Parse) -> None:
    order = read_order(parse(BEG, "PO1*1*200*EA*5*HP", "PO1*2*200*EA*5*WE"))

    assert [line.extension for line in order.lines] == [10, 1000]


def test_an_extension_beyond_what_books_keep_is_reported(parse: Parse) -> None:
    reading = parse(BEG, "PO1*1*999999999*EA*999999999", "PID*F****gold")

    assert codes(reading) == [Code.AMOUNT_TOO_LARGE]
    assert read_order(reading).lines[0].description == "gold"
