"""What the tables of the rules are made of: amounts in quotes, lists, and the conditions of a rule."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator

from ml_connector.mapping.rules.toml_reading import Model


def _read_money(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", value):
        return Decimal(value)
    raise ValueError('write an amount in quotes, such as "0.05"')


def _read_measure(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?", value):
        return Decimal(value)
    raise ValueError('write a number in quotes, such as "2.5"')


def read_tuple(value: object) -> object:
    """A list of TOML as the tuple a frozen model keeps."""
    return tuple(value) if isinstance(value, list) else value


Money = Annotated[Decimal, BeforeValidator(_read_money)]
Measure = Annotated[Decimal, BeforeValidator(_read_measure)]  #: a quantity or per cent
Texts = Annotated[tuple[str, ...], BeforeValidator(read_tuple)]


class Conditions(Model):
    """All that are given must hold; `*` and `?` stand for any text and any character."""

    partner: str | None = None
    vendor: str | None = None
    item: str | None = None  #: a product id with its qualifier, such as `SK/BOLT-*`, or the id alone
    description: str | None = None
    ship_to: str | None = None  #: the N1*ST id with its qualifier, such as `92/0012`
    code: str | None = None  #: SAC02 of a charge or allowance, TXI01 of a tax

    def list_given(self) -> Iterator[tuple[str, str]]:
        """The conditions that are set, as (name, pattern)."""
        for name in ("partner", "vendor", "item", "description", "ship_to", "code"):
            pattern = getattr(self, name)
            if pattern is not None:
                yield name, pattern


def matches(pattern: str, value: str) -> bool:
    """Whether a value fits a pattern; case does not count."""
    return fnmatchcase(value.casefold(), pattern.casefold().replace("[", "[[]"))


def covers(pattern: str, other: str) -> bool:
    """Whether whatever fits `other` fits `pattern` too; False where that cannot be told."""
    return _covers(pattern.casefold(), other.casefold())


@lru_cache(maxsize=4096)
def _covers(pattern: str, other: str) -> bool:
    if not pattern:
        return not other
    if pattern[0] == "*":
        return _covers(pattern[1:], other) or (bool(other) and _covers(pattern, other[1:]))
    if not other or other[0] == "*":
        return False
    return pattern[0] in {"?", other[0]} and _covers(pattern[1:], other[1:])
