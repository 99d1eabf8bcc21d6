"""The X12 data types, X12.5 and the habits of real senders."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.edi.elements import parse_date, parse_implied, parse_real, parse_time, round_to_cents
from ml_connector.edi.segments import decode

NEAR = dt.date(2024, 1, 16)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21740", "217.40"),
        ("-100", "-1.00"),
        ("5", "0.05"),
        ("0", "0.00"),
        ("007", "0.07"),
        ("9" * 30, "9" * 28 + ".99"),
    ],
)
def test_the_last_two_digits_of_n2_are_cents(text: str, value: str) -> None:
    assert str(parse_implied(text, 2)) == value


@pytest.mark.parametrize(
    "text", ["", "1.00", "1,000", "+5", "--5", "1E2", "NaN", "Infinity", "٣", "5-", "9" * 31, " 5"]
)
def test_what_is_no_integer_is_no_n2(text: str) -> None:
    assert parse_implied(text, 2) is None


@pytest.mark.parametrize("text", ["8.6", ".5", "72.", "-3.10", "0", "12345678901234567890.123456789"])
def test_an_r_keeps_all_its_digits(text: str) -> None:
    assert parse_real(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "-",
        "1,5",
        "1E5",
        "1e-5",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "0x1F",
        "1_000",
        "+1",
        "²",
        "٣",
        "9" * 31,
    ],
)
def test_exponents_and_words_are_no_r(text: str) -> None:
    assert parse_real(text) is None


@given(st.text())
def test_no_text_makes_a_number_that_is_not_finite(text: str) -> None:
    value = parse_real(text)

    assert value is None or value.is_finite()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20240115", dt.date(2024, 1, 15)),
        ("20240229", dt.date(2024, 2, 29)),
        ("240115", dt.date(2024, 1, 15)),
        ("730115", dt.date(2073, 1, 15)),
        ("740115", dt.date(1974, 1, 15)),
        ("991231", dt.date(1999, 12, 31)),
        ("20230229", None),
        ("00240115", None),
        ("202401", dt.date(2020, 2, 4).replace(month=1) and None),
        ("2024011", None),
        ("2024-1-5", None),
        ("２０２４０１１５", None),
        ("", None),
    ],
)
def test_a_two_digit_year_lies_near_the_date_of_the_interchange(text: str, day: dt.date | None) -> None:
    assert parse_date(text, NEAR) == day


@pytest.mark.parametrize(("text", "year"), [("690101", 2069), ("700101", 1970), ("000101", 2000)])
def test_without_a_date_near_by_two_digit_years_run_from_1970(text: str, year: int) -> None:
    assert parse_date(text, None) == dt.date(year, 1, 1)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("0930", dt.time(9, 30)),
        ("093015", dt.time(9, 30, 15)),
        ("0930155", dt.time(9, 30, 15, 500_000)),
        ("09301505", dt.time(9, 30, 15, 50_000)),
        ("2400", None),
        ("0960", None),
        ("930", None),
        ("09:30", None),
        ("", None),
    ],
)
def test_a_time_has_four_to_eight_digits(text: str, clock: dt.time | None) -> None:
    assert parse_time(text) == clock


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("1.005", "1.01"), ("1.0049999", "1.00"), ("-1.005", "-1.01"), ("2.675", "2.68"), ("7", "7.00")],
)
def test_ties_are_rounded_away_from_zero(amount: str, cents: str) -> None:
    assert str(round_to_cents(Decimal(amount))) == cents


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Zürich".encode(), "Zürich"),
        ("Zürich – Süd".encode("cp1252"), "Zürich – Süd"),
        (b"\xe9\x81", "é"),  # 0x81 is not Windows-1252: Latin-1, where it is a control character
        (b"A\x01B\x7fC\r\nD", "ABCD"),
        ("A\ufffeB\uffffC".encode(), "ABC"),
    ],
)
def test_text_is_decoded_by_the_first_encoding_that_fits_and_loses_control_characters(
    data: bytes, text: str
) -> None:
    assert decode(data) == text
