"""The X12 data types as Python values: Nn and R become Decimal, DT a date, TM a time."""

import re
from datetime import date, time
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

from ml_connector.edi.remembering import remember

#: Arithmetic that never rounds in silence: a result that does not fit is an error of ours.
EXACT = Context(prec=200, rounding=ROUND_HALF_UP, traps=[Inexact])
#: The largest amount books keep (a 64-bit integer of ten-thousandths).
LARGEST_AMOUNT = Decimal(922_337_203_685_477)

_ROUNDING = Context(prec=200, rounding=ROUND_HALF_UP)
_CENT = Decimal("0.01")
_CENT_DECIMALS = 2
_MOST_DIGITS = 30
_R = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_N = re.compile(r"-?\d+", re.ASCII)
#: Whether a text is a number as nearly all are: to be read at once, and not too large for books.
is_usual_real = re.compile(r"-?\d{1,9}(?:\.\d{0,9})?", re.ASCII).fullmatch
is_usual_integer = re.compile(r"-?\d{1,14}", re.ASCII).fullmatch
_DATE = re.compile(r"\d{6}(?:\d\d)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:([0-5]\d)(\d\d?)?)?", re.ASCII)
_EARLIEST = "1900"


def parse_real(text: str) -> Decimal | None:
    """The value of an R element with all its digits, or None.

    Exponents, thousands separators, NaN and Infinity are no numbers here, nor are more than 30 digits.
    """
    if len(text) > _MOST_DIGITS or not _R.fullmatch(text):
        return None
    return Decimal(text)


def parse_implied(text: str, decimals: int) -> Decimal | None:
    """The value of an Nn element: `21740` with two decimals is 217.40. None when it is no integer."""
    if len(text) > _MOST_DIGITS or not _N.fullmatch(text):
        return None
    return EXACT.scaleb(Decimal(text), -decimals)


def parse_cents(text: str) -> Decimal | None:
    """The value of an N2 element, the type of most amounts."""
    return parse_implied(text, _CENT_DECIMALS)


def take_cents(digits: str) -> Decimal:
    """The value of an N2 element that is a usual integer."""
    return Decimal(digits + "E-2")


def parse_date(text: str, near: date | None) -> date | None:
    """CCYYMMDD or YYMMDD as a date, or None.

    A two-digit year is the one within fifty years of `near` (the date of the interchange);
    without it, 1970 to 2069. The window is inferred: X12 leaves it to the partners.
    """
    if not _DATE.fullmatch(text):
        return None
    if len(text) == len("YYMMDD"):
        text = f"{_choose_year(int(text[:2]), near)}{text[2:]}"
    if text < _EARLIEST:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@remember
def take_date(text: str) -> date | None:
    """The value of a date with its century, as nearly all are; None for all others."""
    return parse_date(text, None) if len(text) == len("CCYYMMDD") else None


def _choose_year(two_digits: int, near: date | None) -> int:
    first = near.year - 50 if near else 1970
    return first + (two_digits - first) % 100


def parse_time(text: str) -> time | None:
    """HHMM, HHMMSS, HHMMSSD or HHMMSSDD as a time of day, or None."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction = match.groups()
    hundredths = int((fraction or "0").ljust(2, "0"))
    return time(int(hour), int(minute), int(second or 0), hundredths * 10_000)


def round_to_cents(amount: Decimal) -> Decimal:
    """The amount with two decimals, ties away from zero."""
    return _ROUNDING.quantize(amount, _CENT)
