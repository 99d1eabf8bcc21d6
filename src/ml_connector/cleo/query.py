"""Queries: parameters of an address, and filters of a list."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

_UNFIT: Final = frozenset("\"'\\")


def add_query(url: str, query: Mapping[str, str | int]) -> str:
    """The address with these parameters after those it has."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def write_filter(template: str, names: Iterable[str], value: str) -> str:
    """The filter for entries whose member has this value; empty when it cannot be written safely."""
    name = next(iter(names), "")
    if not name or not value.isprintable() or not _UNFIT.isdisjoint(value):
        return ""
    return template.replace("{name}", name).replace("{value}", value)
