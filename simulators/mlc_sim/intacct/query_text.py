"""The query string of readByQuery: `NAME like 'A%' AND (STATUS = 'T' OR ...)` (Intacct documentation, "readByQuery").

Documented: the operators, single quotes with a backslash before an apostrophe, case that matters, database
characters where `query` has labels (STATUS = 'T'), T and F for booleans, no ORDER BY.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from mlc_sim.intacct.object_types import ObjectType, is_boolean
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.query import Condition, Filter, Junction

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<sign><>|!=|<=|>=|[<>=(),])|(?P<word>[^\s<>=!(),']+))"
)
_SIGNS: Final = {
    "=": "equalto",
    "!=": "notequalto",
    "<>": "notequalto",
    "<": "lessthan",
    "<=": "lessthanorequalto",
    ">": "greaterthan",
    ">=": "greaterthanorequalto",
}
_OPPOSITES: Final = {
    "equalto": "notequalto",
    "lessthan": "greaterthanorequalto",
    "greaterthan": "lessthanorequalto",
    "like": "notlike",
    "in": "notin",
    "isnull": "isnotnull",
}
_NEGATED: Final = _OPPOSITES | {opposite: name for name, opposite in _OPPOSITES.items()}
_BOOLEANS: Final = {"T": "true", "F": "false"}
#: So many parentheses and NOTs are taken [inferred: some limit there is].
_DEEPEST: Final = 50


def read_query_text(text: str, object_type: ObjectType) -> Filter | None:
    """The condition of a query string; none for an empty one. Raises FunctionError for a string nobody can read."""
    if not text.strip():
        return None
    parser = _Parser(text)
    where = parser.read_any()
    if parser.look():
        raise _refuse(parser.look())
    return _translate(where, object_type)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_split(text))
        self._position = 0
        self._depth = 0  #: of parentheses that are open, and all words NOT before

    def look(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def take(self) -> str:
        token = self.look()
        self._position += 1
        return token

    def take_word(self, word: str) -> bool:
        """Pass a word, or leave it and say false."""
        found = self.look().upper() == word
        self._position += found
        return found

    def read_any(self) -> Filter:
        parts = [self._read_all()]
        while self.take_word("OR"):
            parts.append(self._read_all())
        return parts[0] if len(parts) == 1 else Junction(word="or", parts=tuple(parts))

    def _read_all(self) -> Filter:
        parts = [self._read_one()]
        while self.take_word("AND"):
            parts.append(self._read_one())
        return parts[0] if len(parts) == 1 else Junction(word="and", parts=tuple(parts))

    def _read_one(self) -> Filter:
        if self.take_word("NOT"):
            self._go_deeper()
            return _negate(self._read_one())
        if self.take_word("("):
            self._go_deeper()
            inner = self.read_any()
            self._expect(")")
            self._depth -= 1
            return inner
        return self._read_condition(self.take())

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _refuse(self.look())

    def _read_condition(self, field: str) -> Condition:
        if self.look() in _SIGNS:
            return Condition(operator=_SIGNS[self.take()], field=field, values=(self._read_value(),))
        if self.take_word("IS"):
            operator = "isnotnull" if self.take_word("NOT") else "isnull"
            self._expect("NULL")
            return Condition(operator=operator, field=field, values=())
        prefix = "not" if self.take_word("NOT") else ""
        if self.take_word("LIKE"):
            return Condition(operator=f"{prefix}like", field=field, values=(self._read_value(),))
        if self.take_word("IN"):
            return Condition(operator=f"{prefix}in", field=field, values=self._read_list())
        raise _refuse(self.look())

    def _read_list(self) -> tuple[str, ...]:
        self._expect("(")
        values = [self._read_value()]
        while self.take_word(","):
            values.append(self._read_value())
        self._expect(")")
        return tuple(values)

    def _read_value(self) -> str:
        token = self.take()
        if token.startswith("'"):
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        if not re.fullmatch(r"-?[\d.]+", token):
            raise _refuse(token)
        return token

    def _expect(self, word: str) -> None:
        if not self.take_word(word):
            raise _refuse(self.look())


def _split(text: str) -> Iterator[str]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            raise _refuse(text[position:])
        yield str(found[found.lastgroup or 0])
        position = found.end()


def _negate(where: Filter) -> Filter:
    if isinstance(where, Condition):
        return replace(where, operator=_NEGATED[where.operator])
    word = "or" if where.word == "and" else "and"
    return Junction(word=word, parts=tuple(_negate(part) for part in where.parts))


def _translate(where: Filter, object_type: ObjectType) -> Filter:
    """Database characters as labels; a label itself, which the database does not hold, finds nothing."""
    if not isinstance(where, Condition):
        return replace(where, parts=tuple(_translate(part, object_type) for part in where.parts))
    words: Mapping[str, str] = (
        _BOOLEANS if is_boolean(where.field) else object_type.labels.get(where.field, {})
    )
    if not words or where.operator.endswith("like"):
        return where
    return replace(
        where, values=tuple(words.get(value, f"{value} is no character") for value in where.values)
    )


def _refuse(where: str) -> FunctionError:
    text = "There was an error processing the request."
    return FunctionError(
        Problem(
            errorno="DL02000001", description2=text, correction=f"Look at the query string near '{where}'."
        )
    )
