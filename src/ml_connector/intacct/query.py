"""The `query` function: what to select, which rows, always in RECORDNO order (Intacct documentation, 'Queries')."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ml_connector.intacct.formats import UserFormat
from ml_connector.intacct.markup import branch, leaf

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
Measure = Literal["count", "avg", "min", "max", "sum"]

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

    A value is text as it is, a date, or an aware datetime, which is written in the API user's own zone
    and format.
    """

    operator: Comparison
    field: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        check_name(self.field)
        least, most = _VALUES.get(self.operator, (1, 1))
        if not least <= len(self.values) <= most:
            raise ValueError(
                f"{self.operator} on {self.field} has {len(self.values)} values; it takes {least} to {most}"
            )
        if any(value.tzinfo is None for value in self.values if isinstance(value, dt.datetime)):
            raise ValueError(
                f"{self.operator} on {self.field}: a time stamp needs a zone; give an aware time"
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

    `key` is selected in any case, since paging needs it: RECORDNO but for objects that have another whole
    number instead. `document` is the definition whose custom fields are wanted, of a document of purchasing.
    Raises ValueError for no field, a wildcard or anything else that is not the name of a field.
    """

    object: str
    fields: tuple[str, ...]
    where: Filter | None = None
    key: str = KEY_FIELD
    document: str = ""
    ignore_case: bool = False  #: in comparisons of text

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError(f"a query of {self.object} selects at least one field")
        for name in (self.object, self.key, *self.fields):
            check_name(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One number over all rows of a filter."""

    measure: Measure
    field: str

    def __post_init__(self) -> None:
        check_name(self.field)


def compare(field: str, operator: Comparison, *values: Value) -> Filter:
    """A condition in the order it is read aloud: `compare("STATUS", "equalto", "active")`."""
    return Condition(operator=operator, field=field, values=values)


def all_of(*filters: Filter | None) -> Filter | None:
    """A filter that wants every one of these; None where nothing is wanted."""
    wanted = tuple(filter_ for filter_ in filters if filter_ is not None)
    if len(wanted) < 2:
        return wanted[0] if wanted else None
    return Combination(operator="and", filters=wanted)


def any_of(*filters: Filter | None) -> Filter | None:
    """A filter that is content with one of these; None where nothing is wanted."""
    wanted = tuple(filter_ for filter_ in filters if filter_ is not None)
    if len(wanted) < 2:
        return wanted[0] if wanted else None
    return Combination(operator="or", filters=wanted)


def is_one_of(field: str, values: Iterable[str]) -> Filter | None:
    """A filter for one of these texts, of any number; None for none."""
    texts = sorted(set(values))
    _, most = _VALUES["in"]
    return any_of(*(compare(field, "in", *texts[n : n + most]) for n in range(0, len(texts), most)))


_PAIRS: tuple[tuple[Comparison, Comparison], ...] = (
    ("equalto", "notequalto"),
    ("lessthan", "greaterthanorequalto"),
    ("lessthanorequalto", "greaterthan"),
    ("like", "notlike"),
    ("in", "notin"),
    ("isnull", "isnotnull"),
)
_OPPOSITES = dict(_PAIRS) | {other: one for one, other in _PAIRS}


def negate(filter_: Filter) -> Filter:
    """The filter that wants the other rows. Intacct has no operator for it, so each condition is turned round.

    As in SQL, a field without a value meets neither a comparison nor its opposite: add `isnull` if wanted.
    """
    if isinstance(filter_, Combination):
        other: Junction = "or" if filter_.operator == "and" else "and"
        return Combination(operator=other, filters=tuple(map(negate, filter_.filters)))
    if filter_.operator == "between":
        low, high = filter_.values
        below = Condition(operator="lessthan", field=filter_.field, values=(low,))
        above = Condition(operator="greaterthan", field=filter_.field, values=(high,))
        return Combination(operator="or", filters=(below, above))
    return Condition(operator=_OPPOSITES[filter_.operator], field=filter_.field, values=filter_.values)


def render_query(query: Query, *, after: int, pagesize: int, form: UserFormat) -> str:
    """The `<query>` element for the rows behind a RECORDNO, in RECORDNO order.

    Pages are cut by key, never by offset: each page is a new query to Intacct, and rows that come or go
    between two pages would shift every offset. Records private to an entity are included, for a bill
    that is overlooked is a bill that is posted twice.
    """
    behind = compare(query.key, "greaterthan", str(after)) if after else None
    where = all_of(query.where, behind)
    return branch(
        "query",
        leaf("object", query.object),
        branch("select", *(leaf("field", name) for name in dict.fromkeys((query.key, *query.fields)))),
        leaf("docparid", query.document) if query.document else "",
        _render_where(where, form),
        branch("orderby", branch("order", leaf("field", query.key), "<ascending/>")),
        branch(
            "options",
            leaf("caseinsensitive", "true") if query.ignore_case else "",
            leaf("showprivate", "true"),
        ),
        leaf("pagesize", str(pagesize)),
    )


def render_aggregates(
    object_: str, aggregates: Iterable[Aggregate], where: Filter | None, form: UserFormat
) -> str:
    """The `<query>` element that answers with one row of numbers over all rows, private ones included."""
    check_name(object_)
    return branch(
        "query",
        leaf("object", object_),
        branch("select", *(leaf(each.measure, each.field) for each in aggregates)),
        _render_where(where, form),
        branch("options", leaf("showprivate", "true")),
    )


def _render_where(where: Filter | None, form: UserFormat) -> str:
    return "" if where is None else branch("filter", _render_filter(where, form))


def _render_filter(filter_: Filter, form: UserFormat) -> str:
    if isinstance(filter_, Combination):
        return branch(filter_.operator, *(_render_filter(each, form) for each in filter_.filters))
    values = (leaf("value", _write_value(value, form)) for value in filter_.values)
    return branch(filter_.operator, leaf("field", filter_.field), *values)


def _write_value(value: Value, form: UserFormat) -> str:
    if isinstance(value, dt.datetime):
        return form.write_time(value)
    return value if isinstance(value, str) else form.write_date(value)


def check_name(name: str) -> None:
    """Raises ValueError for what is no name of an object or field."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is not the name of an Intacct object or field; wildcards are not supported"
        )
