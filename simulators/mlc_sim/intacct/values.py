"""Dates, times and amounts: as the gateway writes them and as the store keeps them."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from mlc_sim.intacct.catalogue import Kind
from mlc_sim.intacct.problems import FunctionError, Problem

_AMOUNT: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DATE: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})( (\d\d):(\d\d):(\d\d))?")


def read_date(text: str) -> date:
    """A date written MM/DD/YYYY. Raises ValueError for every other way, ISO included (measured on a live tenant)."""
    found = _DATE.fullmatch(text)
    if not found or found[4]:
        raise ValueError(text)
    return date(int(found[3]), int(found[1]), int(found[2]))


def write_date(day: str) -> str:
    """A kept day as MM/DD/YYYY."""
    return date.fromisoformat(day).strftime("%m/%d/%Y") if day else ""


def read_amount(text: str) -> Decimal:
    """An amount rounded to two places, as Intacct does. Raises ValueError for thousands separators or an exponent."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text)
    return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)


def keep_moment(moment: datetime) -> str:
    """A moment in GMT as the store keeps it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def write_value(kind: Kind, kept: object, offset: timedelta) -> str:
    """A kept value as an answer shows it; time stamps in the zone of this offset."""
    text = "" if kept is None else str(kept)
    if not text or kind in {Kind.TEXT, Kind.INTEGER, Kind.DECIMAL}:
        return text
    if kind is Kind.DATE:
        return write_date(text)
    return (datetime.fromisoformat(text) + offset).strftime("%m/%d/%Y %H:%M:%S")


def read_filter_value(kind: Kind, text: str, offset: timedelta) -> str | int | float:
    """A filter's value in the form the store compares. Raises FunctionError for one of another kind."""
    try:
        if kind is Kind.INTEGER:
            return int(text)
        if kind is Kind.DECIMAL:
            return float(Decimal(text))
        if kind in {Kind.DATE, Kind.TIMESTAMP}:
            return _read_moment(kind, text, offset)
    except (ValueError, ArithmeticError):
        raise FunctionError(
            Problem(
                errorno="DL02000001",
                description2="There was an error processing the request.",
                correction=f"'{text}' is no {kind.value} the gateway reads.",
            )
        ) from None
    return text


def _read_moment(kind: Kind, text: str, offset: timedelta) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    day = read_date(text[:10])
    if kind is Kind.DATE:
        return day.isoformat()
    hours = time.fromisoformat((found[4] or "00:00:00").strip())
    return keep_moment(datetime.combine(day, hours) - offset)
