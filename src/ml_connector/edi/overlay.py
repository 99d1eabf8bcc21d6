"""What a partner's overlay says, read and refused with the key, the reason and what is allowed."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import msgspec

from ml_connector.edi.errors import OverlayInvalid

_RANGE = re.compile(r"([0-9]{1,5})\.\.([0-9]{1,5})")

#: How many allowed values a message lists.
_LISTED = 30


class SegmentRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Paths of segments: CUR is outside any loop, IT1/PID inside one."""

    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


class ElementRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Places of elements, such as BIG04."""

    required: tuple[str, ...] = ()


class Overlay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An overlay; elements are named by segment and number, such as BIG04."""

    segments: SegmentRules = SegmentRules()
    elements: ElementRules = ElementRules()
    lengths: Mapping[str, int | str] = {}  #: the longest, or "shortest..longest"
    extra_codes: Mapping[str, Mapping[str, str]] = {}
    codes: Mapping[str, tuple[str, ...]] = {}


def read_overlay(overlay: str | Mapping[str, object]) -> Overlay:
    """Read an overlay from TOML, or from what TOML holds. Raises OverlayInvalid."""
    try:
        data = tomllib.loads(overlay) if isinstance(overlay, str) else overlay
    except tomllib.TOMLDecodeError as error:
        message = f"The overlay is not TOML: {error}"
        raise OverlayInvalid(message) from error
    _check_keys(data)
    try:
        return msgspec.convert(data, Overlay)
    except msgspec.ValidationError as error:
        message = f"The overlay holds a value of the wrong type: {error}"
        raise OverlayInvalid(message) from error


def _check_keys(data: Mapping[str, object]) -> None:
    for key, value in data.items():
        if key not in Overlay.__struct_fields__:
            raise refuse(key, "is not a key of an overlay", key, Overlay.__struct_fields__)
        rules = {"segments": SegmentRules, "elements": ElementRules}.get(key)
        if rules is None or not isinstance(value, Mapping):
            continue
        for inner in value:
            if inner not in rules.__struct_fields__:
                raise refuse(key, f"is not a key of [{key}]", inner, rules.__struct_fields__)


def read_length(key: str, length: int | str) -> tuple[int, int]:
    """The shortest and longest an overlay allows. Raises OverlayInvalid."""
    match = _RANGE.fullmatch(f"1..{length}" if isinstance(length, int) else length)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        message = f'Overlay, {key}: {length!r} is no length; write the longest, such as 16, or "4..16".'
        raise OverlayInvalid(message)
    return int(match[1]), int(match[2])


def refuse(key: str, problem: str, value: str, allowed: Iterable[str]) -> OverlayInvalid:
    """The error for a value that is not among the allowed ones, with the one that is meant perhaps."""
    known = sorted(set(allowed))
    close = get_close_matches(value, known, n=1)
    hint = f"; is {close[0]} meant?" if close else "."
    more = " ..." if len(known) > _LISTED else "."
    return OverlayInvalid(
        f"Overlay, {key}: {value!r} {problem}{hint} Allowed: {', '.join(known[:_LISTED])}{more}"
    )
