"""The filter language of list calls: `name sw "INV" and length gt 100`, read once, then asked of each resource.

`eq`, `sw`, `and` and parentheses are seen in Cleo's own tools; the other operators are SCIM's (inferred).
Texts compare case-sensitively (inferred).
"""

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Resource = Mapping[str, Any]
Predicate = Callable[[Resource], bool]
#: The attributes that may be named, dotted ("meta.created"), each with the type of its values.
Attributes = Mapping[str, type[str] | type[int]]

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
}
_TEXT_ONLY: Final = {"co", "sw", "ew"}
_TOKEN: Final = re.compile(r'[()]|"(?:[^"\\]|\\.)*"|-?\d+|[A-Za-z_][\w.]*')
_DEEPEST: Final = 20


class FilterError(ValueError):
    """The filter cannot be read; the text says at which word."""


def parse_filter(text: str, attributes: Attributes) -> Predicate:
    """Read a filter; an empty one lets everything through. Raises FilterError."""
    if not text.strip():
        return lambda _: True
    reader = _Reader(_split(text), attributes)
    predicate = reader.read_either(depth=0)
    reader.expect_end()
    return predicate


def _split(text: str) -> list[str]:
    words: list[str] = []
    position = 0
    while rest := text[position:].lstrip():
        position = len(text) - len(rest)
        found = _TOKEN.match(text, position)
        if found is None:
            raise FilterError(f"filter: unexpected {text[position]!r} at character {position + 1}")
        words.append(found.group())
        position = found.end()
    return words


class _Reader:
    """Recursive descent over the words of one filter; `and` binds closer than `or`."""

    def __init__(self, words: list[str], attributes: Attributes) -> None:
        self._words = words
        self._attributes = attributes
        self._next = 0

    def read_either(self, *, depth: int) -> Predicate:
        parts = [self._read_all(depth)]
        while self._accept("or"):
            parts.append(self._read_all(depth))
        return lambda resource: any(part(resource) for part in parts)

    def expect_end(self) -> None:
        if self._next < len(self._words):
            raise FilterError(f"filter: {self._words[self._next]!r} was not expected")

    def _read_all(self, depth: int) -> Predicate:
        parts = [self._read_one(depth)]
        while self._accept("and"):
            parts.append(self._read_one(depth))
        return lambda resource: all(part(resource) for part in parts)

    def _read_one(self, depth: int) -> Predicate:
        negated = self._accept("not")
        if self._accept("("):
            if depth == _DEEPEST:
                raise FilterError(f"filter: more than {_DEEPEST} parentheses deep")
            inner = self.read_either(depth=depth + 1)
            if not self._accept(")"):
                raise FilterError("filter: a closing parenthesis is missing")
            return (lambda resource: not inner(resource)) if negated else inner
        if negated:
            raise FilterError("filter: 'not' needs parentheses")
        return self._read_comparison()

    def _read_comparison(self) -> Predicate:
        attribute = self._take("an attribute")
        if attribute not in self._attributes:
            raise FilterError(f"filter: unknown attribute {attribute!r}; known: {sorted(self._attributes)}")
        name = self._take("an operator")
        if name == "pr":
            return lambda resource: _look_up(resource, attribute) != ""
        if name not in _COMPARISONS:
            raise FilterError(f"filter: unknown operator {name!r}; known: {[*_COMPARISONS, 'pr']}")
        compare, value = _COMPARISONS[name], self._read_value(attribute, name)
        return lambda resource: compare(_look_up(resource, attribute), value)

    def _read_value(self, attribute: str, operator_name: str) -> str | int:
        word, kind = self._take("a value"), self._attributes[attribute]
        try:
            value: str | int = json.loads(word)  # or another type, which is refused below
        except ValueError as fault:
            raise FilterError(f"filter: {word!r} is no value; a text stands in double quotes") from fault
        if type(value) is not kind or (kind is int and operator_name in _TEXT_ONLY):
            raise FilterError(f"filter: {attribute} {operator_name} {word} compares different types")
        return value

    def _accept(self, word: str) -> bool:
        found = self._next < len(self._words) and self._words[self._next] == word
        self._next += found
        return found

    def _take(self, wanted: str) -> str:
        if self._next == len(self._words):
            raise FilterError(f"filter: {wanted} is missing at the end")
        self._next += 1
        return self._words[self._next - 1]


def _look_up(resource: Resource, attribute: str) -> str | int:
    *parents, name = attribute.split(".")
    for parent in parents:
        resource = resource[parent]
    found: str | int = resource[name]
    return found
