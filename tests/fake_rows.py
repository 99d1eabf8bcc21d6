"""Records of a company in memory as rows of text, and which of them a filter wants."""

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin, get_type_hints

from ml_connector.intacct import Record, Row, UserFormat
from ml_connector.intacct.query import Combination, Condition, Filter

FORMAT: Final = UserFormat()
_K = TypeVar("_K")
_ATTRIBUTES: Final[dict[type, Mapping[str, str]]] = {}


def spell_row(record: Any, further: Mapping[str, str]) -> Row:
    """The record with its further fields, which are named as in Intacct or as a kind of its object names them."""
    columns = {name: column for column, name in list_attributes(type(record)).items()}
    values = {column: _spell(getattr(record, name)) for name, column in columns.items()}
    named = {name: column for column, name in find_columns(record.OBJECT).items()}
    values |= {named.get(name, name): text for name, text in further.items()}
    values["RECORDNO"] = str(record.record_no)
    return Row(object=record.OBJECT, record_no=record.record_no, values=values, format=FORMAT)


def list_attributes(kind: type) -> Mapping[str, str]:
    """The attributes of a kind of record, by the fields that they are in Intacct."""
    if kind not in _ATTRIBUTES:
        hints = get_type_hints(kind, include_extras=True)
        named = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Annotated}
        _ATTRIBUTES[kind] = {field: name for name, (_, field) in named.items()}
    return _ATTRIBUTES[kind]


@cache
def find_columns(object_: str) -> Mapping[str, str]:
    """The fields of an object, each with the attribute that it is in one kind of record or another."""
    kinds = (kind for kind in _list_kinds(Record) if getattr(kind, "OBJECT", "") == object_)
    return {column: name for kind in kinds for column, name in list_attributes(kind).items()}


def _list_kinds(kind: type[_K]) -> Iterator[type[_K]]:
    for each in kind.__subclasses__():
        yield each
        yield from _list_kinds(each)


def _spell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return FORMAT.write_time(value)
        case dt.date():
            return FORMAT.write_date(value)
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def meets(
    record: Any,
    further: Mapping[str, str],
    modified: dt.datetime | None,
    where: Filter | None,
    *,
    ignore_case: bool = False,
) -> bool:
    """Whether a filter wants the record, which was changed then."""
    if where is None:
        return True
    if isinstance(where, Combination):
        judge = all if where.operator == "and" else any
        return judge(
            meets(record, further, modified, each, ignore_case=ignore_case) for each in where.filters
        )
    match where.field:
        case "RECORDNO":
            value: Any = record.record_no
        case "WHENMODIFIED":
            value = modified
        case field:
            name = list_attributes(type(record)).get(field)
            value = spell_row(record, further).text(field) if name is None else getattr(record, name)
    return _compare(value, where, fold=str.casefold if ignore_case else str)


def _is_like(value: str, wanted: str) -> bool:
    parts = (re.escape(part) for part in wanted.split("%"))
    return re.fullmatch(".*".join(parts), value, re.DOTALL) is not None


_OPERATORS: Final[Mapping[str, Callable[..., bool]]] = {
    "equalto": operator.eq,
    "notequalto": operator.ne,
    "lessthan": operator.lt,
    "lessthanorequalto": operator.le,
    "greaterthan": operator.gt,
    "greaterthanorequalto": operator.ge,
    "between": lambda value, low, high: low <= value <= high,
    "in": lambda value, *wanted: value in wanted,
    "notin": lambda value, *wanted: value not in wanted,
    "like": _is_like,
    "notlike": lambda value, wanted: not _is_like(value, wanted),
    "isnull": lambda _: False,
    "isnotnull": lambda _: True,
}


def _compare(value: Any, condition: Condition, *, fold: Callable[[str], str]) -> bool:
    """As in SQL, a field without a value meets neither a comparison nor its opposite."""
    if value in {None, ""}:
        return condition.operator == "isnull"
    if isinstance(value, str):
        texts = (fold(str(text)) for text in condition.values)
        return _OPERATORS[condition.operator](fold(value), *texts)
    return _OPERATORS[condition.operator](value, *(_read(text, value) for text in condition.values))


def _read(wanted: str | dt.date, value: object) -> object:
    """What is wanted, as the type of what is there."""
    if not isinstance(wanted, str):
        return wanted
    return wanted == "true" if isinstance(value, bool) else type(value)(wanted)  # type: ignore[call-arg]
