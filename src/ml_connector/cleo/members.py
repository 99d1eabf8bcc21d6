"""Reads members of Cleo's JSON by dotted name; what is absent or of the wrong kind is None."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from unicodedata import category

_LONGEST_NAME: Final = 255
#: control, format (they can turn the reading direction round) and surrogate characters, line ends
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def pick(document: object, name: str) -> object:
    """The member with this dotted name; of a list, the first one's (a rel may be one link or several)."""
    for part in name.split("."):
        if isinstance(document, list):
            document = document[0] if document else None
        document = document.get(part) if isinstance(document, Mapping) else None
    return document


def read_text(document: object, name: str) -> str | None:
    value = pick(document, name)
    return value if isinstance(value, str) and value else None


def read_id(document: object, name: str) -> str | None:
    """An opaque id that is fit to stand in a path; a number is one as well."""
    value = pick(document, name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    fit = isinstance(value, str) and value.isprintable() and value not in {"", ".", ".."}
    return value if fit and isinstance(value, str) else None


def read_count(document: object, name: str) -> int | None:
    """A whole number from 0 up, also when it comes as a text, as `meta.version` does."""
    value = pick(document, name)
    if isinstance(value, str):
        return parse_digits(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def parse_digits(text: str) -> int | None:
    """A number written in up to 18 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def read_time(document: object, name: str) -> datetime | None:
    """A moment in UTC; Cleo writes `2016-01-06T20:31:24Z`, and one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(read_text(document, name) or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clean(text: str, *, longest: int = _LONGEST_NAME) -> str:
    """The text without characters that are unsafe to display, cut to a bearable length."""
    return "".join(each for each in text if category(each) not in _UNSAFE).strip()[:longest]
