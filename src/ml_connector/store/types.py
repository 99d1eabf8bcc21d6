"""Column types that keep money exact and time aware on every database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CENT: Final = Decimal("0.01")
_MICROSECOND: Final = timedelta(microseconds=1)
LARGEST_AMOUNT: Final = Decimal(922337203685477)


class Amount(TypeDecorator[Decimal]):
    """Money as an integer of 1/10,000: SQLite's own decimals are floats.

    Raises ValueError for more than four decimal places or beyond `LARGEST_AMOUNT`.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (SQLAlchemy's signature)
        if value is None:
            return None
        units = int(value.scaleb(4)) if value.is_finite() else None
        if units is None or Decimal(units).scaleb(-4) != value or abs(value) > LARGEST_AMOUNT:
            raise ValueError(f"{value} is no amount of at most four decimal places up to {LARGEST_AMOUNT}")
        return units

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        if value is None:
            return None
        amount = Decimal(value).scaleb(-4)
        return amount if value % 100 else amount.quantize(_CENT)


class UtcTime(TypeDecorator[datetime]):
    """A moment as microseconds since 1970, UTC. Raises ValueError for a naive datetime."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + value * _MICROSECOND
