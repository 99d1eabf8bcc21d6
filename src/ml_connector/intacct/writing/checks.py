"""What every value has to meet before it is written. Lengths are those of the vendor's schema of types.

The schema documents them without enforcing them; a value that is too long is refused here, because what the
application does with it is unknown, and a number that is cut is another number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Final

from ml_connector.intacct.markup import strip_forbidden

LONGEST_VENDOR_ID: Final = 40
"""Of a vendor that a record names. New ones are given 20 (inferred); how long older ones may be, nobody has said."""

_LIMIT = Decimal(10) ** 15


def require(record: object, *names: str) -> None:
    """Raises ValueError when one of these attributes is empty."""
    for name in names:
        value = getattr(record, name)
        if isinstance(value, str):
            value = strip_forbidden(value).strip()
        if not value:
            raise ValueError(f"{type(record).__name__}: {name} must not be empty")


def check_lengths(record: object, limits: Mapping[str, int]) -> None:
    """Raises ValueError when one of these attributes has more characters than Intacct documents."""
    for name, limit in limits.items():
        value = getattr(record, name) or ""
        length = len(strip_forbidden(value))
        if length > limit:
            told = "" if name in _list_hidden(record) else f": {value[:100]!r}"
            raise ValueError(
                f"{type(record).__name__}: {name} has {length} characters, at most {limit}{told}"
            )


def _list_hidden(record: object) -> set[str]:
    """The attributes that `repr` does not show: no message shows them either."""
    return {field.name for field in fields(record) if not field.repr} if is_dataclass(record) else set()


def check_choice(record: object, name: str, choices: Iterable[str]) -> None:
    """Raises ValueError when the attribute is none of these words."""
    value, allowed = getattr(record, name), tuple(choices)
    if value is not None and value not in allowed:
        raise ValueError(f"{type(record).__name__}: {name} is {value!r}; use one of {', '.join(allowed)}")


def set_number(record: object, name: str, *, places: int) -> None:
    """Give a frozen record's number exactly two places, or at most so many. Raises ValueError for more.

    Intacct rounds amounts to two places by itself (Intacct documentation, 'Bills'); a sum that was rounded on
    the way is not the sum that was meant.
    """
    value: Decimal | None = getattr(record, name)
    if value is None:
        return
    kept = value.quantize(Decimal(1).scaleb(-places)) if value.is_finite() and abs(value) < _LIMIT else None
    if kept is None or kept != value:
        raise ValueError(
            f"{type(record).__name__}: {name} is {value}; give at most {places} places and less than {_LIMIT:f}"
        )
    object.__setattr__(record, name, _shorten(kept) if places > 2 else abs(kept) if kept.is_zero() else kept)


def _shorten(number: Decimal) -> Decimal:
    """The number without zeros at its end, and without an exponent."""
    shorter = number.normalize() if number else Decimal(0)
    return shorter.quantize(Decimal(1)) if shorter == shorter.to_integral() else shorter
