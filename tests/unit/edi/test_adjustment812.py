"""What becomes of an 812: number, amount and direction, the lines, and whether they add up."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from ml_connector.edi import Code, Reading, Reference, Severity, Transaction
from ml_connector.edi.documents.adjustment812 import CreditAdjustment, parse_credit_adjustment
from ml_connector.edi.documents.items import ProductId

Parse = Callable[..., Reading[CreditAdjustment]]
Read = Callable[..., CreditAdjustment]

BCD = "BCD*20260506*CM-311*I*12550*C*20260401*TC-90130*SO-7*20260320*PO-4*00*CR*BM*BL-9"


def make_bcd(amount: str, direction: str = "C") -> str:
    return f"BCD*20260506*CM-311*I*{amount}*{direction}"


@pytest.fixture(scope="session")
def parse(read_one: Callable[..., Transaction]) -> Parse:
    """The reading of an 812 with the given segments."""
    return lambda *segments: parse_credit_adjustment(read_one(*segments, code="812"))


@pytest.fixture(scope="session")
def read(parse: Parse) -> Read:
    """The adjustment of the given segments, which must be one without findings."""

    def read(*segments: str) -> CreditAdjustment:
        reading = parse(*segments)
        assert reading.findings == ()
        assert reading.document is not None
        return reading.document

    return read


def get_codes(reading: Reading[CreditAdjustment]) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_the_header_says_how_much_which_way_and_about_what(read: Read) -> None:
    credit = read(
        BCD,
        "CUR*SE*USD",
        "N9*L1*NOTE*Spring returns",
        "REF*IA*211",
        "ITD*01*3***20260601",
        "DTM*050*20260430",
        "SAC*N*D240***100",
        "MSG*See return sheet",
        "N1*RI*Tarrant Castings*92*7731",
        "N9*ST*12",
        "N1*BY*Marlow Pump",
    )

    assert (credit.number, credit.date, credit.handling) == ("CM-311", date(2026, 5, 6), "I")
    assert (credit.amount, credit.direction) == (Decimal("125.50"), "C")
    assert (credit.invoice_number, credit.invoice_date) == ("TC-90130", date(2026, 4, 1))
    assert (credit.order_number, credit.order_date) == ("PO-4", date(2026, 3, 20))
    assert (credit.vendor_order_number, credit.purpose, credit.type_code) == ("SO-7", "00", "CR")
    assert credit.references == (
        Reference("BM", "BL-9"),
        Reference("L1", "NOTE", "Spring returns"),
        Reference("IA", "211"),
    )
    assert [party.role for party in credit.parties] == ["RI", "BY"]
    assert (credit.currency, credit.notes) == ("USD", ("See return sheet",))
    assert (len(credit.terms), len(credit.dates), len(credit.adjustments)) == (1, 1, 1)


def test_a_line_says_why_what_and_how_much(read: Read) -> None:
    credit = read(
        make_bcd("4500"),
        "CDD*72*C*1*4500***3*EA*15*WHL*18**3*Cracked flange",
        "LIN*1*IN*44120*UP*036000291452",
        "N9*RZ*RGA-8",
        "DTM*050*20260430",
        "SAC*N*D240***100",
        "TXI*ST*0",
        "PID*F****Flange",
        "MSG*Two photos sent",
    )

    [line] = credit.lines
    assert (line.position, line.segment, line.number) == (1, 3, "1")
    assert (line.reason, line.direction, line.amount) == ("72", "C", Decimal(45))
    assert (line.quantity, line.unit, line.price_difference) == (Decimal(3), "EA", Decimal(15))
    assert (line.price_code, line.price, line.description) == ("WHL", Decimal(18), "Flange Cracked flange")
    assert line.product_ids == (ProductId("IN", "44120"), ProductId("UP", "036000291452"))
    assert line.references == (Reference("RZ", "RGA-8"),)
    assert (len(line.dates), len(line.adjustments), len(line.taxes)) == (1, 1, 1)
    assert line.notes == ("Two photos sent",)


def test_the_number_of_a_line_is_that_of_lin_where_cdd_has_none(read: Read) -> None:
    credit = read(make_bcd("100"), "CDD*01*C**100", "LIN*7*IN*1")

    assert credit.lines[0].number == "7"


@pytest.mark.parametrize(
    ("bcd", "lines", "rule"),
    [
        (make_bcd("300"), ["CDD*01*C**100", "CDD*05*C**200"], "lines by their flags"),
        (make_bcd("100"), ["CDD*01*C**300", "CDD*05*D**200"], "lines by their flags"),
        (make_bcd("100", "D"), ["CDD*01*C**200", "CDD*05*D**300"], "lines by their flags"),
        (make_bcd("100", "D"), ["CDD*05*D**300", "CDD*01*C**-200"], "lines as sent"),
        (make_bcd("100"), ["CDD*01*C*1****4*EA*.25"], "lines by their flags"),
        (make_bcd("101"), ["CDD*01*C*1****3*EA*.335"], "lines by their flags"),
        (make_bcd("100"), ["CDD*01*C**100", "CDD*02*C*9"], "lines by their flags"),
        (
            make_bcd("330"),
            ["SAC*C*D240***50", "SAC*A*C310***20", "SAC*N*ZZZZ***999", "SAC*C*D500", "CDD*01*C**300"],
            "lines by their flags + charges - allowances + taxes",
        ),
        (
            make_bcd("100", "D"),
            ["TXI*ST*.5", "CDD*05*D**250", "CDD*01*C**-200"],
            "lines as sent + charges - allowances + taxes",
        ),
    ],
)
def test_the_amount_is_explained_by_the_first_rule_that_gives_it(
    parse: Parse, bcd: str, lines: list[str], rule: str
) -> None:
    reading = parse(bcd, *lines)

    assert reading.document is not None
    assert reading.document.rule == rule
    assert Code.CREDIT_SUM not in get_codes(reading)


def test_an_amount_that_nothing_adds_up_to_is_held_with_the_sums_tried(parse: Parse) -> None:
    reading = parse(make_bcd("100"), "CDD*01*C**300", "CDD*05*D**150")

    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.element) == (Code.CREDIT_SUM, Severity.HOLD, 4)
    assert finding.message == (
        "BCD04 is 1.00, but nothing adds up to it: lines by their flags 1.50; lines as sent 4.50 (segment 2)."
    )


def test_an_adjustment_without_lines_has_nothing_to_add_up(read: Read) -> None:
    assert read(make_bcd("100")).rule is None


def test_a_point_in_the_amount_is_taken_literally_with_a_note(parse: Parse) -> None:
    reading = parse(make_bcd("12.50"), "CDD*01*C**1250")

    assert get_codes(reading) == [Code.N2_WITH_POINT]
    assert reading.document is not None
    assert reading.document.amount == Decimal("12.50")


def test_without_number_date_and_amount_it_must_not_be_used(parse: Parse) -> None:
    reading = parse("BCD***I**C", "CDD*01*C**100")

    assert get_codes(reading) == [Code.NUMBER_MISSING, Code.DATE_MISSING, Code.AMOUNT_MISSING]
    assert Severity.ERROR in {finding.severity for finding in reading.findings}
    assert reading.document is not None
    assert reading.document.rule is None


@pytest.mark.parametrize("direction", ["", "X"])
def test_an_unknown_direction_is_held(parse: Parse, direction: str) -> None:
    assert get_codes(parse(make_bcd("100", direction))) == [Code.CODE_UNKNOWN]


def test_an_unknown_direction_of_a_line_is_held(parse: Parse) -> None:
    assert Code.CODE_UNKNOWN in get_codes(parse(make_bcd("100"), "CDD*01*?**100"))


def test_an_unknown_purpose_is_held(parse: Parse) -> None:
    assert get_codes(parse(f"{make_bcd('100')}******ZZ")) == [Code.CODE_UNKNOWN]


def test_without_a_bcd_there_is_no_document(parse: Parse) -> None:
    reading = parse("CDD*01*C**100")

    assert reading.document is None
    assert get_codes(reading) == [Code.HEADER_MISSING]
