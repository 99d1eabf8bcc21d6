"""The filter of a query as SQL: which rows it is about, and how to reach them by an index.

A bound RECORDNO > n, as whoever reads key by key sends it, is kept apart from the other conditions: what is known
about the rest of the rows then serves the next page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from mlc_sim.intacct.calls import Call
from mlc_sim.intacct.object_types import Kind
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.query import Condition, Filter, Junction, Query
from mlc_sim.intacct.query_scope import Field, Scope
from mlc_sim.intacct.user_format import UserFormat
from mlc_sim.intacct.values import is_number, keep_moment, read_filter_value

_COMPARISONS: Final = {
    "equalto": "= ?",
    "notequalto": "<> ?",
    "lessthan": "< ?",
    "lessthanorequalto": "<= ?",
    "greaterthan": "> ?",
    "greaterthanorequalto": ">= ?",
    "between": "BETWEEN ? AND ?",
    "in": "IN (SELECT value FROM json_each(?))",
    "notin": "NOT IN (SELECT value FROM json_each(?))",
    "like": "GLOB ?",
    "notlike": "NOT GLOB ?",
    "isnull": "IS NULL",
    "isnotnull": "IS NOT NULL",
}
#: So deep may conditions stand within each other [inferred: some limit there is]. A thousand beside each other are
#: ten deep; SQLite's own stack has a hundred places, of which each level may take three.
_DEEPEST: Final = 28


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of a statement with the values of its question marks."""

    text: str
    values: tuple[Any, ...] = ()
    depth: int = 0  #: of the parentheses


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The rows a query is about: `base`, of these `chosen`, and of these again the RECORDNOs above `above`."""

    base: Sql  #: the object, as far as it is seen
    chosen: Sql | None
    above: int
    is_settled: bool  #: nothing but a change of the object changes what it finds
    table: str

    def write(self, *, by_number: bool) -> Sql:
        """FROM and WHERE. `by_number` follows RECORDNO; otherwise an index of the conditions, if there is one."""
        mark = "" if by_number else "+"
        way = f" INDEXED BY sqlite_autoindex_{self.table}_1" if by_number and self.chosen else ""
        parts = [self.base, *([self.chosen] if self.chosen else [])]
        if self.above:
            parts.append(Sql(f"{mark}t.record_no > ?", (self.above,)))
        where = join(parts, "and")
        return Sql(f"FROM {self.table} AS t{way} WHERE {where.text}", where.values)


def make_search(query: Query, scope: Scope, call: Call) -> Search:
    """Raises FunctionError for an unknown field or a value of the wrong kind."""
    where, above = _split_bound(query.where)
    compiler = _Compiler(scope, query.ignores_case, call.settings.user_format)
    chosen = compiler.compile(where) if where else None
    if chosen and chosen.depth > _DEEPEST:
        text, correction = "There was an error processing the request.", "The filter is nested too deeply."
        raise FunctionError(Problem(errorno="DL02000001", description2=text, correction=correction))
    base, late = _write_base(query, scope, call), _hide_late(scope, call)
    fields = [] if where is None else [scope.find(name) for name in _list_fields(where)]
    return Search(
        base=replace(base, text=base.text.replace("t.entity", "+t.entity")) if chosen else base,
        chosen=join([each for each in (chosen, late) if each], "and") if chosen or late else None,
        above=above,
        is_settled=late is None and all(field is not None and field.is_own for field in fields),
        table=scope.object_type.table,
    )


def find_field(name: str, scope: Scope) -> Field:
    """A field by its name or path. Raises FunctionError for an unknown one."""
    field = scope.find(name)
    if field is None:
        text = f"Field {name} does not exist on object {scope.object_type.name}."
        raise FunctionError(Problem(errorno="XL03000010", description2=text))
    return field


def join(parts: Sequence[Sql], word: str) -> Sql:
    """Conditions joined pairwise: a chain of a thousand is too deep for SQLite, a tree of them is not."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left, right = join(parts[:middle], word), join(parts[middle:], word)
    text = f"({left.text} {word} {right.text})"
    return Sql(text, left.values + right.values, max(left.depth, right.depth) + 1)


def _split_bound(where: Filter | None) -> tuple[Filter | None, int]:
    """A filter without its RECORDNO > n, and this n; 0 when there is none."""
    if isinstance(where, Condition):
        return (None, int(where.values[0])) if _is_bound(where) else (where, 0)
    if where is None or where.word != "and":
        return where, 0
    bounds = [part for part in where.parts if isinstance(part, Condition) and _is_bound(part)]
    if len(bounds) != 1:
        return where, 0
    rest = tuple(part for part in where.parts if part is not bounds[0])
    return rest[0] if len(rest) == 1 else replace(where, parts=rest), int(bounds[0].values[0])


def _is_bound(condition: Condition) -> bool:
    if condition.field != "RECORDNO" or condition.operator != "greaterthan":
        return False
    return is_number(condition.values[0])


def _list_fields(where: Filter) -> list[str]:
    if isinstance(where, Junction):
        return [name for part in where.parts for name in _list_fields(part)]
    return [where.field]


def _write_base(query: Query, scope: Scope, call: Call) -> Sql:
    """The object in its company; an entity sees its own records and shared ones, the top level shared ones or all."""
    entity = call.books.entity
    parts = [Sql("t.company = ?", (call.books.company.id,))]
    if scope.object_type.shares_table:
        parts.append(Sql("t.object = ?", (scope.object_type.name,)))
    if entity:
        parts.append(Sql("(+t.entity IS NULL OR +t.entity = ?)", (entity,)))
    elif not query.shows_private:
        parts.append(Sql("t.entity IS NULL"))
    return join(parts, "and")


def _hide_late(scope: Scope, call: Call) -> Sql | None:
    """Entries of the trail that are not seen yet."""
    if scope.object_type.name != "AUDITHISTORY" or not call.settings.audit_lag_seconds:
        return None
    seen = keep_moment(call.now - timedelta(seconds=call.settings.audit_lag_seconds))
    return Sql(f"{find_field('ACCESSTIME', scope).kept} <= ?", (seen,))


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Makes SQL of the conditions on one object."""

    scope: Scope
    ignores_case: bool
    style: UserFormat

    def compile(self, where: Filter) -> Sql:
        if not isinstance(where, Condition):
            return join([self.compile(part) for part in where.parts], where.word)
        field = find_field(where.field, self.scope)
        kind, left = field.kind, field.compared
        values: list[str | int | float]
        if where.operator.endswith("like"):
            kind, values = Kind.TEXT, [_globbed(value) for value in where.values]
        else:
            values = [read_filter_value(kind, value, self.style) for value in where.values]
        if self.ignores_case and kind is Kind.TEXT:
            left, values = f"fold({left})", [str(value).casefold() for value in values]
        if where.operator in {"in", "notin"}:
            values = [json.dumps(values)]
        return Sql(f"{left} {_COMPARISONS[where.operator]}", tuple(values))


def _globbed(pattern: str) -> str:
    """A pattern with % and _ as one with * and ?; the latter's own signs stand for themselves."""
    signs = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(signs.get(sign, sign) for sign in pattern)
