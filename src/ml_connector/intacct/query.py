"""The `query` function: what to select, which rows, always in RECORDNO order (Intacct documentation, 'Queries')."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ml_connector.intacct.markup import branch, format_date, leaf

KEY_FIELD = "RECORDNO"

Value: TypeAlias = str | dt.date
Comparison = Literal[
    "equalto",
    "notequalto",
    "lessthan",
    "lessthanorequalto",
    "greaterthan",
    "greaterthanorequalto",
    "like",
    "notlike",
    "between",
    "in",
    "notin",
    "isnull",
    "isnotnull",
]
Junction = Literal["and", "or"]

#: How many values an operator takes, least and most.
_VALUES: dict[Comparison, tuple[int, int]] = {
    "between": (2, 2),
    "in": (1, 1000),
    "notin": (1, 1000),
    "isnull": (0, 0),
    "isnotnull": (0, 0),
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A field compared with values. Raises ValueError for a number of values its operator does not take.

    A value is text as it is, or a date. Timestamps are read by Intacct in the API user's own zone and
    format, so a datetime is refused: write it as text.
    """

    operator: Comparison
    field: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        _check_name(self.field)
        least, most = _VALUES.get(self.operator, (1, 1))
        if not least <= len(self.values) <= most:
            raise ValueError(
                f"{self.operator} on {self.field} has {len(self.values)} values; it takes {least} to {most}"
            )
        if any(isinstance(value, dt.datetime) for value in self.values):
            raise ValueError(
                f"{self.operator} on {self.field}: write a timestamp as text in the API user's zone"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Filters joined by `and` or `or`. Raises ValueError for fewer than two."""

    operator: Junction
    filters: tuple["Filter", ...]

    def __post_init__(self) -> None:
        if len(self.filters) < 2:
            raise ValueError(f"`{self.operator}` joins at least two filters, not {len(self.filters)}")


Filter: TypeAlias = Condition | Combination


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which fields of which rows of an object.

    RECORDNO is selected in any case, since paging needs it. Raises ValueError for no field, a wildcard
    or anything else that is not the name of a field.
    """

    object: str
    fields: tuple[str, ...]
    where: Filter | None = None

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError(f"a query of {self.object} selects at least one field")
        for name in (self.object, *self.fields):
            _check_name(name)


def compare(field: str, operator: Comparison, *values: Value) -> Filter:
    """A condition in the order it is read aloud: `compare("STATUS", "equalto", "active")`."""
    return Condition(operator=operator, field=field, values=values)


def all_of(*filters: Filter | None) -> Filter | None:
    """A filter that wants every one of these; None where nothing is wanted."""
    wanted = tuple(filter_ for filter_ in filters if filter_ is not None)
    if len(wanted) < 2:
        return wanted[0] if wanted else None
    return Combination(operator="and", filters=wanted)


def render_query(query: Query, *, after: int, pagesize: int) -> str:
    """The `<query>` element for the rows behind a RECORDNO, in RECORDNO order.

    Pages are cut by key, never by offset: each page is a new query to Intacct, and rows that come or go
    between two pages would shift every offset. Records private to an entity are included, for a bill
    that is overlooked is a bill that is posted twice.
    """
    behind = compare(KEY_FIELD, "greaterthan", str(after)) if after else None
    where = all_of(query.where, behind)
    return branch(
        "query",
        leaf("object", query.object),
        branch("select", *(leaf("field", name) for name in dict.fromkeys((KEY_FIELD, *query.fields)))),
        "" if where is None else branch("filter", _render_filter(where)),
        branch("orderby", branch("order", leaf("field", KEY_FIELD), "<ascending/>")),
        branch("options", leaf("showprivate", "true")),
        leaf("pagesize", str(pagesize)),
    )


def _render_filter(filter_: Filter) -> str:
    if isinstance(filter_, Combination):
        return branch(filter_.operator, *map(_render_filter, filter_.filters))
    return branch(filter_.operator, leaf("field", filter_.field), *_render_values(filter_.values))


def _render_values(values: Iterable[Value]) -> Iterable[str]:
    return (leaf("value", value if isinstance(value, str) else format_date(value)) for value in values)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is not the name of an Intacct object or field; wildcards are not supported"
        )
