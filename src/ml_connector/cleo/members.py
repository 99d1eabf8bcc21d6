"""Reads members of Cleo's JSON by dotted name; what is absent or of the wrong kind is None."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from unicodedata import category

from ml_connector.cleo.errors import AnswerUnreadable

_LONGEST_NAME: Final = 255
_MOST_NAMED: Final = 20
#: control, format (they can turn the reading direction round) and surrogate characters, line ends
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def pick(document: object, names: Iterable[str]) -> object:
    """The member with the first of these dotted names that there is; of a list, its first one's.

    A rel may be one link or several.
    """
    for name in names:
        if (value := _pick(document, name)) is not None:
            return value
    return None


def _pick(document: object, name: str) -> object:
    for part in name.split("."):
        if isinstance(document, list):
            document = document[0] if document else None
        document = document.get(part) if isinstance(document, Mapping) else None
    return document


def walk_members(document: object, *, depth: int = 3, prefix: str = "") -> Iterator[tuple[str, object]]:
    """All members by dotted name, outer ones first; a list stands for its first one."""
    if isinstance(document, list):
        document = document[0] if document else None
    if not isinstance(document, Mapping) or not depth:
        return
    for name, value in document.items():
        yield f"{prefix}{name}", value
    for name, value in document.items():
        yield from walk_members(value, depth=depth - 1, prefix=f"{prefix}{name}.")


def put(document: dict[str, Any], names: Iterable[str], value: object) -> None:
    """Set the member of the first of these dotted names, making the objects on the way.

    Raises AnswerUnreadable when something else is in their place.
    """
    for name in names:
        *way, last = name.split(".")
        for part in way:
            if document.get(part) is None:
                document[part] = {}
            document = document[part]
            if not isinstance(document, dict):
                raise AnswerUnreadable(
                    f"{name!r} cannot be set, as {part!r} is no object there; see the profile"
                )
        document[last] = value
        return


def spell(names: Iterable[str]) -> str:
    """The names, for a message."""
    return " or ".join(map(repr, names)) or "a member of no name"


def name_some(names: Iterable[str]) -> str:
    """The first of some names that came from outside, for a message."""
    known = [clean(name) for name in names]
    rest = len(known) - _MOST_NAMED
    return ", ".join(known[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def read_text(document: object, names: Iterable[str]) -> str | None:
    value = pick(document, names)
    return value if isinstance(value, str) and value else None


def read_id(document: object, names: Iterable[str]) -> str | None:
    """An opaque id that is fit to stand in a path; a number is one as well."""
    value = pick(document, names)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    fit = (
        isinstance(value, str)
        and value.isprintable()
        and value not in {"", ".", ".."}
        and len(value) <= _LONGEST_NAME
    )
    return value if fit and isinstance(value, str) else None


def read_count(document: object, names: Iterable[str]) -> int | None:
    """A whole number from 0 up, also when it comes as a text, as `meta.version` does."""
    value = pick(document, names)
    if isinstance(value, str):
        return parse_digits(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def parse_digits(text: str) -> int | None:
    """A number written in up to 18 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def read_flag(document: object, names: Iterable[str]) -> bool | None:
    """True or false, also as a text: Cleo writes `enabled` both ways."""
    value = pick(document, names)
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def read_time(document: object, names: Iterable[str]) -> datetime | None:
    """A moment in UTC; Cleo writes `2016-01-06T20:31:24Z`, and one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(read_text(document, names) or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_clean(document: object, names: Iterable[str]) -> str:
    """A text for display, empty when there is none."""
    return clean(read_text(document, names) or "")


def clean(text: str, *, longest: int = _LONGEST_NAME) -> str:
    """The text without characters that are unsafe to display, cut to a bearable length."""
    if not (text.isascii() and text.isprintable()):  # few are not; each look costs
        text = "".join(each for each in text if category(each) not in _UNSAFE)
    return text.strip()[:longest]
