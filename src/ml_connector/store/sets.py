"""Sets of any size: as one parameter of a statement, or in parts where their rows should not all be in memory."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, Self, TypeVar

from sqlalchemy import Boolean, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

_T = TypeVar("_T")
_PART: Final = 500


def split(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in their order, in lists of 500 at most; none for no items."""
    left = iter(items)
    while part := list(islice(left, _PART)):
        yield part


def is_one_of(column: ColumnElement[Any], values: Iterable[object]) -> ColumnElement[bool]:
    """Whether a column has one of these values, of which it takes any number.

    They go as one parameter: a list of parameters is written, parsed and planned anew for each number of values, at
    four times the cost for 500 of them (measured).
    """
    each = Text() if isinstance(column.type, String) else column.type  # a longer value must not be cut to fit
    return _IsOneOf(column, bindparam(None, list(values), type_=_Values(each)))


class _Values(TypeDecorator[Sequence[object]]):
    """Values of a column's type: an array where there are any, else JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.each) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[object] | None, dialect: Dialect) -> Any:  # noqa: ANN401 (SQLAlchemy's signature)
        if dialect.name == "postgresql" or value is None:
            return value
        bind: Callable[[object], object] | None = self.each.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps(value if bind is None else [*map(bind, value)], ensure_ascii=False)


class _IsOneOf(FunctionElement[bool]):
    """Written in brackets, so that it needs no others."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 (SQLAlchemy's signature)
        return self


@compiles(_IsOneOf, "sqlite")
def _compile_for_sqlite(element: _IsOneOf, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 (as above)
    column, values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 (both are SQLAlchemy's own text)


@compiles(_IsOneOf, "postgresql")
def _compile_for_postgresql(element: _IsOneOf, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 (as above)
    column, values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"({column} = ANY ({values}))"
