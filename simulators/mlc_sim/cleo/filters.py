"""The filter language of list calls: `name sw "INV" and length gt 100`, read once and asked of the database.

`eq`, `sw`, `and` and parentheses are seen in Cleo's own tools; the other operators are SCIM's (inferred).
Texts compare case-sensitively, and what is not there is as the empty text (both inferred).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Value = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """Where the values of an attribute are found."""

    sql: str  #: never NULL
    kind: type[str] | type[int] | type[bool] = str


#: The attributes that may be named, dotted ("meta.created").
Attributes = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL with a value for each of its question marks."""

    sql: str
    parameters: tuple[Value, ...] = ()


ALL: Final = Condition("1")
_COMPARISONS: Final = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
#: Operators for texts alone. Not LIKE: it would take % and _ of the value for wildcards, and forget about case.
_SEARCHES: Final = {
    "co": "instr({0}, ?) > 0",
    "sw": "substr({0}, 1, length(?)) = ?",
    "ew": "substr({0}, max(1, length({0}) - length(?) + 1)) = ?",
}
_OPERATORS: Final = [*_COMPARISONS, *_SEARCHES, "pr"]
_TOKEN: Final = re.compile(r'[()]|"(?:[^"\\]|\\.)*"|-?\d+|[A-Za-z_][\w.]*')
_DEEPEST: Final = 20
_LONGEST: Final = 200  # comparisons in one filter; a database has its limits
_LARGEST: Final = 2**63 - 1  # number of a database


class FilterError(ValueError):
    """The filter cannot be read; the text says at which word."""


def parse_filter(text: str, attributes: Attributes) -> Condition:
    """Read a filter; an empty one lets everything through. Raises FilterError."""
    if not text.strip():
        return ALL
    reader = _Reader(_split(text), attributes)
    condition = reader.read_either(depth=0)
    reader.expect_end()
    return condition


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
        self._comparisons = 0

    def read_either(self, *, depth: int) -> Condition:
        return self._read_chain("or", lambda: self._read_chain("and", lambda: self._read_one(depth)))

    def expect_end(self) -> None:
        if self._next < len(self._words):
            raise FilterError(f"filter: {self._words[self._next]!r} was not expected")

    def _read_chain(self, word: str, read: Callable[[], Condition]) -> Condition:
        parts = [read()]
        while self._accept(word):
            parts.append(read())
        joined = f" {word} ".join(part.sql for part in parts)
        return Condition(f"({joined})", tuple(value for part in parts for value in part.parameters))

    def _read_one(self, depth: int) -> Condition:
        negated = self._accept("not")
        if self._accept("("):
            if depth == _DEEPEST:
                raise FilterError(f"filter: more than {_DEEPEST} parentheses deep")
            inner = self.read_either(depth=depth + 1)
            if not self._accept(")"):
                raise FilterError("filter: a closing parenthesis is missing")
            return Condition(f"not {inner.sql}", inner.parameters) if negated else inner
        if negated:
            raise FilterError("filter: 'not' needs parentheses")
        return self._read_comparison()

    def _read_comparison(self) -> Condition:
        attribute = self._take("an attribute")
        if attribute not in self._attributes:
            raise FilterError(f"filter: unknown attribute {attribute!r}; known: {sorted(self._attributes)}")
        column, name = self._attributes[attribute].sql, self._take("an operator")
        if name == "pr":
            return Condition(f"{column} <> ''")
        if name not in _OPERATORS:
            raise FilterError(f"filter: unknown operator {name!r}; known: {_OPERATORS}")
        value = self._read_value(attribute, name)
        self._comparisons += 1
        if self._comparisons > _LONGEST:
            raise FilterError(f"filter: more than {_LONGEST} comparisons")
        sql = _SEARCHES.get(name, f"{{0}} {_COMPARISONS.get(name)} ?").format(column)
        return Condition(sql, (value,) * sql.count("?"))

    def _read_value(self, attribute: str, operator_name: str) -> Value:
        word, kind = self._take("a value"), self._attributes[attribute].kind
        try:
            value: Value = json.loads(word)  # or another type, which is refused below
            str(value).encode()  # half a surrogate pair is no text
        except ValueError as fault:
            raise FilterError(f"filter: {word!r} is no value; a text stands in double quotes") from fault
        if type(value) is not kind or (kind is not str and operator_name in _SEARCHES):
            raise FilterError(f"filter: {attribute} {operator_name} {word} compares different types")
        return value if isinstance(value, str) else max(-_LARGEST, min(value, _LARGEST))

    def _accept(self, word: str) -> bool:
        found = self._next < len(self._words) and self._words[self._next] == word
        self._next += found
        return found

    def _take(self, wanted: str) -> str:
        if self._next == len(self._words):
            raise FilterError(f"filter: {wanted} is missing at the end")
        self._next += 1
        return self._words[self._next - 1]
