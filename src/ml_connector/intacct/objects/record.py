"""What all records have in common: each class names its object and fields once, and is made from a row."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Generic, Protocol, Self, TypeVar, get_args, get_origin
from typing import get_type_hints as get_hints

from ml_connector.intacct.results import Row


class Readable(Protocol):
    """A record that can be read by `query`. Ids and names keep their exact spelling."""

    OBJECT: ClassVar[str]
    FIELDS: ClassVar[tuple[str, ...]]

    @classmethod
    def from_row(cls, row: Row) -> Self: ...


R_co = TypeVar("R_co", bound=Readable, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[R_co]):
    """A record as it was read, with what its class has no field for."""

    record: R_co
    record_no: int
    #: further fields by upper-case name, as spelled: custom ones, and of `read` the rest
    custom: Mapping[str, str] = field(repr=False)
    modified: dt.datetime | None = (
        None  #: WHENMODIFIED in UTC; None where Intacct has none or it was not asked
    )
    #: when the first page of its list was asked for, by Intacct's clock: what changed later may be missing from that page
    asked: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record whose fields carry the names of Intacct's in their annotations.

    The type says how a field is read: `str` as spelled, `bool`, and `None` for no value with `Decimal`,
    `int`, `date` (without a zone) and `datetime` (a time stamp, in UTC).
    """

    OBJECT: ClassVar[str]
    KEY: ClassVar[str] = "RECORDNO"  #: the whole number that pages are cut by
    FIELDS: ClassVar[tuple[str, ...]]

    record_no: int

    def __init_subclass__(cls) -> None:
        columns = list(_list_columns(cls))
        cls.FIELDS = tuple(name for _, name, _ in columns)

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = {attribute: read(row, name) for attribute, name, read in _list_columns(cls)}
        return cls(record_no=row.record_no, **values)


_READERS: Final[Mapping[object, Callable[[Row, str], object]]] = {
    str: Row.text,
    bool: Row.flag,
    int | None: Row.integer,
    Decimal | None: Row.decimal,
    dt.date | None: Row.date,
    dt.datetime | None: Row.time,
}
_COLUMNS: Final[dict[type, list[tuple[str, str, Callable[[Row, str], Any]]]]] = {}


def _list_columns(kind: type[Record]) -> Iterator[tuple[str, str, Callable[[Row, str], Any]]]:
    """Attribute, name in Intacct and reader of each field."""
    if kind not in _COLUMNS:
        hints = get_hints(kind, include_extras=True)
        named = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Annotated}
        _COLUMNS[kind] = [(attribute, name, _READERS[type_]) for attribute, (type_, name) in named.items()]
    yield from _COLUMNS[kind]
