"""The form of a <query> (Intacct documentation, "Queries"): what is asked, before anyone looks at data.

Breaking the form refuses the whole request, as every breach of the schema does [inferred for query: its schema
is published with its page, not with the others].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mlc_sim.intacct.problems import SchemaError
from mlc_sim.intacct.schema import check_children, check_children_absent, check_leaves, text_of

AGGREGATES: Final = ("count", "avg", "min", "max", "sum")
#: operator -> (fewest, most) values
OPERATORS: Final[Mapping[str, tuple[int, int]]] = {
    "equalto": (1, 1),
    "notequalto": (1, 1),
    "lessthan": (1, 1),
    "lessthanorequalto": (1, 1),
    "greaterthan": (1, 1),
    "greaterthanorequalto": (1, 1),
    "between": (2, 2),
    "in": (1, 1000),
    "notin": (1, 1000),
    "like": (1, 1),
    "notlike": (1, 1),
    "isnull": (0, 0),
    "isnotnull": (0, 0),
}
PAGE_SIZE, LARGEST_PAGE = 100, 2000
_PARTS: Final = ("object", "select", "docparid", "filter", "orderby", "options", "pagesize", "offset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator on one field."""

    operator: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """Conditions joined by `and` or `or`; at least two."""

    word: str
    parts: tuple["Filter", ...]


Filter = Condition | Junction


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A selected field, or an aggregate over one."""

    field: str
    aggregate: str  #: empty for a plain field

    @property
    def label(self) -> str:
        """The element it is answered in."""
        return f"{self.aggregate.upper()}.{self.field}" if self.aggregate else self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One field to order by."""

    field: str
    is_descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query in due form."""

    object_name: str
    columns: tuple[Column, ...]
    where: Filter | None
    orders: tuple[Order, ...]
    ignores_case: bool
    shows_private: bool
    return_format: str
    definition: str  #: docparid
    page_size: int
    offset: int


def read_query(element: etree._Element) -> Query:
    """The query of an element; its children may come in any order. Raises SchemaError for a breach of form."""
    _check_parts(element)
    options = element.find("options")
    if options is not None:
        check_children(options, "caseinsensitive? showprivate? returnformat?")
        check_leaves(options)
    page_size = _read_number(element, "pagesize", PAGE_SIZE)
    if not 1 <= page_size <= LARGEST_PAGE:
        raise SchemaError(f"Element 'pagesize': '{page_size}' is not between 1 and {LARGEST_PAGE}.")
    return Query(
        object_name=text_of(element, "object"),
        columns=_read_columns(element),
        where=_read_where(element.find("filter")),
        orders=_read_orders(element.find("orderby")),
        ignores_case=_read_option(options, "caseinsensitive") == "true",
        shows_private=_read_option(options, "showprivate") == "true",
        return_format=_read_option(options, "returnformat") or "xml",
        definition=text_of(element, "docparid"),
        page_size=page_size,
        offset=_read_number(element, "offset", 0),
    )


def _check_parts(element: etree._Element) -> None:
    names = [str(child.tag) for child in element]
    check_children(element, " ".join(names))
    for name in names:
        if name not in _PARTS or names.count(name) > 1:
            raise SchemaError(f"Element '{name}': This element is not expected in 'query'.")
    for name in ("object", "select"):
        if name not in names:
            raise SchemaError(f"Element 'query': Missing child element(s). Expected is ( {name} ).")


def _read_columns(element: etree._Element) -> tuple[Column, ...]:
    columns = []
    for select in element.findall("select"):
        for child in select:
            name = str(child.tag)
            if name != "field" and name not in AGGREGATES:
                raise SchemaError(f"Element '{name}': This element is not expected in 'select'.")
            check_children_absent(child)
            columns.append(
                Column(field=(child.text or "").strip(), aggregate="" if name == "field" else name)
            )
    if not columns:
        raise SchemaError("Element 'select': Missing child element(s).")
    return tuple(columns)


def _read_where(element: etree._Element | None) -> Filter | None:
    if element is None:
        return None
    if len(element) != 1:
        raise SchemaError(f"Element 'filter': exactly one operator is expected, {len(element)} were found.")
    return _read_filter(element[0])


def _read_filter(element: etree._Element) -> Filter:
    name = str(element.tag)
    if name in {"and", "or"}:
        if len(element) < 2:
            raise SchemaError(
                f"Element '{name}': at least two operators are expected, {len(element)} were found."
            )
        return Junction(word=name, parts=tuple(_read_filter(child) for child in element))
    if name not in OPERATORS:
        raise SchemaError(f"Element '{name}': This element is not expected in 'filter'.")
    check_children(element, "field value*")
    check_leaves(element)
    values = tuple(child.text or "" for child in element.findall("value"))
    fewest, most = OPERATORS[name]
    if not fewest <= len(values) <= most:
        raise SchemaError(f"Element '{name}': {len(values)} values; {fewest} to {most} are expected.")
    return Condition(operator=name, field=text_of(element, "field"), values=values)


def _read_orders(element: etree._Element | None) -> tuple[Order, ...]:
    if element is None:
        return ()
    check_children(element, "order+")
    orders = []
    for order in element:
        descending = order.find("descending") is not None
        check_children(order, "field descending" if descending else "field ascending?")
        check_leaves(order)
        orders.append(Order(field=text_of(order, "field"), is_descending=descending))
    return tuple(orders)


def _read_option(options: etree._Element | None, name: str) -> str:
    return "" if options is None else text_of(options, name)


def _read_number(element: etree._Element, name: str, default: int) -> int:
    text = text_of(element, name)
    if element.find(name) is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise SchemaError(f"Element '{name}': '{text}' is not a whole number from 0 on.")
    return int(text)
