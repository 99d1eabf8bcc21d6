"""A result as JSON: fields by name, money and times as text, so that nothing is lost on the way."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final

from msgspec import Struct

from ml_connector.flows.balance import Balance
from ml_connector.mapping.orders.units import to_decimal

_PLACES: Final = 12


def render_json(result: object) -> str:
    """The result as one JSON document."""
    return "".join(write_json(result))


def write_json(result: object) -> Iterator[str]:
    """The result as one JSON document in pieces: of a long list each member takes its form when it is written."""
    return json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(_open(result))


class _Members(list[object]):
    """Members of a list that take their form one by one, as they are asked for."""

    def __iter__(self) -> Iterator[object]:
        return map(_open, super().__iter__())


def _open(value: object) -> Any:  # noqa: ANN401 (whatever JSON can say)
    """As `simplify`, but lists wait for the encoder to ask for their members."""
    if isinstance(value, list | tuple):
        return _Members(value)
    if isinstance(value, Balance | Struct) or not is_dataclass(value):
        return simplify(value)
    return {item.name: _open(getattr(value, item.name)) for item in fields(value)}


def simplify(value: object) -> Any:  # noqa: ANN401 (whatever JSON can say)
    """The value in what JSON can say. Raises TypeError for what has no such form."""
    if isinstance(value, Balance):
        return _name_fields(value) | {"holds": value.holds, "complete": value.complete}
    if isinstance(value, Mapping):
        return {str(simplify(key)): simplify(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [simplify(inner) for inner in value]
    if isinstance(value, Struct):
        return _name_kind(value) | {name: simplify(getattr(value, name)) for name in value.__struct_fields__}
    return _name_fields(value) if is_dataclass(value) else _simplify_scalar(value)


def _name_kind(value: Struct) -> dict[str, Any]:
    """What tells a record from others that may stand in its place."""
    config = value.__struct_config__
    return {config.tag_field: config.tag} if config.tag_field else {}


def _simplify_scalar(value: object) -> str | int | None:
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:f}"
        case Fraction():
            return _write_fraction(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def _write_fraction(value: Fraction) -> str:
    """A decimal number where that is exact, else such as `1/3`."""
    exact = to_decimal(value, _PLACES)
    return str(value) if exact is None else f"{exact:f}"


def _name_fields(value: object) -> dict[str, Any]:
    return {item.name: simplify(getattr(value, item.name)) for item in fields(value)}  # type: ignore[arg-type]  # checked by the caller
