"""The forms of read, readByName, readByQuery, readMore, inspect, lookup and the like, checked before anyone looks at data.

Which children there are is documented, and that they come in any order; the limits of pagesize are documented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mlc_sim.intacct.problems import SchemaError
from mlc_sim.intacct.schema import check_children, check_leaves, text_of

PAGE_SIZE, LARGEST_PAGE = 100, 1000
#: function -> (required children, others, attributes)
FORMS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "read": ("object keys", "fields returnFormat docparid", ()),
    "readByName": ("object keys", "fields returnFormat docparid", ()),
    "readByQuery": ("object query", "fields pagesize returnFormat docparid", ()),
    "inspect": ("object", "", ("detail",)),
    "lookup": ("object", "docparid", ()),
    "recallApBill": ("RECORDNO", "", ()),
    "readUserFormatting": ("", "userId", ()),
    "delete": ("object keys", "", ()),
}
READ_MORE: Final = ("resultId", "object", "view", "reportId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is asked to be read."""

    object_name: str
    keys: tuple[str, ...]
    fields: tuple[str, ...]  #: none of them stands for all
    where: str
    definition: str  #: docparid
    page_size: int


def check_form(body: etree._Element) -> None:
    """Raises SchemaError for a child or attribute that is not expected, or one that is missing."""
    name = str(body.tag)
    if name == "readMore":
        _check_read_more(body)
        return
    required, others, attributes = FORMS[name]
    names = [str(child.tag) for child in body]
    check_children(body, " ".join(names), attributes=attributes)
    check_leaves(body)
    for child in names:
        if child not in f"{required} {others}".split() or names.count(child) > 1:
            raise SchemaError(f"Element '{child}': This element is not expected in '{name}'.")
    for child in required.split():
        if child not in names:
            raise SchemaError(f"Element '{name}': Missing child element(s). Expected is ( {child} ).")
    if name == "readByQuery":
        _read_page_size(body)


def read_form(body: etree._Element) -> Reading:
    """The form of a function that check_form let through."""
    return Reading(
        object_name=text_of(body, "object"),
        keys=_split(text_of(body, "keys")),
        fields=() if text_of(body, "fields") == "*" else _split(text_of(body, "fields")),
        where=text_of(body, "query"),
        definition=text_of(body, "docparid"),
        page_size=_read_page_size(body),
    )


def _check_read_more(body: etree._Element) -> None:
    check_children(body, str(body[0].tag) if len(body) == 1 else READ_MORE[0])
    check_leaves(body)
    if body[0].tag not in READ_MORE:
        raise SchemaError(f"Element '{body[0].tag}': This element is not expected in 'readMore'.")


def _read_page_size(body: etree._Element) -> int:
    text = text_of(body, "pagesize") or str(PAGE_SIZE)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST_PAGE):
        raise SchemaError(f"Element 'pagesize': '{text}' is not between 1 and {LARGEST_PAGE}.")
    return int(text)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(",") if (part := each.strip()))
