"""Dates, times and amounts: as the gateway writes them and as the store keeps them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from mlc_sim.intacct.object_types import Kind
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.user_format import UserFormat

_AMOUNT: Final = re.compile(r"[+-]?([0-9]{1,16}(\.[0-9]*)?|\.[0-9]+)")
#: SQLite holds any number of so many digits; nobody has more records.
_DIGITS: Final = 18
_DATE: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


def read_date(text: str) -> date:
    """A date written MM/DD/YYYY. Raises ValueError for every other way, ISO included (measured on a live tenant)."""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    return date(int(found[3]), int(found[1]), int(found[2]))


def write_date(day: str) -> str:
    """A kept day as MM/DD/YYYY."""
    return date.fromisoformat(day).strftime("%m/%d/%Y") if day else ""


def read_amount(text: str) -> Decimal:
    """An amount rounded to two places, as Intacct does.

    Raises ValueError for thousands separators, an exponent, or more than sixteen digits before the point [inferred].
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text)
    return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_number(text: str) -> bool:
    """Whether a text is a whole number from 0 on that can be the number of a record."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def keep_moment(moment: datetime) -> str:
    """A moment in GMT as the store keeps it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def make_writer(kind: Kind, style: UserFormat) -> Callable[[str | int | float | None], str]:
    """How kept values of a kind are shown to a user; nothing is an empty text."""
    if kind is Kind.DATE:
        return lambda kept: style.write_day(str(kept)) if kept else ""
    if kind is Kind.TIMESTAMP:
        return lambda kept: style.write_moment(str(kept)) if kept else ""
    return lambda kept: "" if kept is None else str(kept)


def read_filter_value(kind: Kind, text: str, style: UserFormat) -> str | int | float:
    """A filter's value in the form the store compares. Raises FunctionError for one of another kind."""
    try:
        if kind is Kind.INTEGER:
            return _read_integer(text)
        if kind is Kind.DECIMAL:
            return _read_decimal(text)
        if kind is Kind.DATE:
            return style.read_day(text.partition(" ")[0])
        if kind is Kind.TIMESTAMP:
            return style.read_moment(text)
    except (ValueError, ArithmeticError):
        raise FunctionError(
            Problem(
                errorno="DL02000001",
                description2="There was an error processing the request.",
                correction=f"'{text}' is no {kind.value} the gateway reads.",
            )
        ) from None
    return text


def _read_integer(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError(text)
    return int(text)


def _read_decimal(text: str) -> float:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return float(number)
