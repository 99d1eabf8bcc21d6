"""Texts of others: they can be read, and can do nothing else.

Loads nothing that draws: the log of what runs by itself needs it for months.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Final, TypeVar

import msgspec

_T = TypeVar("_T")
_COMMANDS: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"
    r"|[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""Control characters and line breaks; what turns the direction of writing or cannot be seen (Unicode's class Cf)."""


def clean(result: _T) -> _T:
    """The result with every text in it cleaned.

    Names and messages come from other companies: none may colour, move, hide or forge a line.
    """
    return _clean(result)  # type: ignore[return-value]  # each kind of value is replaced by its own kind


def _clean(value: object) -> object:
    match value:
        case str() if not isinstance(value, Enum):
            return _COMMANDS.sub(" ", value)
        case tuple():
            return tuple(_clean(inner) for inner in value)
        case Mapping():
            return {_clean(key): _clean(inner) for key, inner in value.items()}
        case msgspec.Struct():
            parts = {name: _clean(getattr(value, name)) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **parts)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{item.name: _clean(getattr(value, item.name)) for item in fields(value)})
    return value


def escape(text: str) -> str:
    """JSON in which no text can do anything to a terminal, and every text is what it was."""
    return _COMMANDS.sub(lambda found: json.dumps(found[0])[1:-1], text)
