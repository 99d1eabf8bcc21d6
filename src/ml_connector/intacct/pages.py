"""Records in an answer as rows: upper-case field names whatever function was asked, lines kept apart."""

from dataclasses import dataclass

from lxml import etree

from ml_connector.intacct.formats import UserFormat
from ml_connector.intacct.query import KEY_FIELD
from ml_connector.intacct.results import Page, Row

READS = frozenset({"query", "readByQuery", "readMore", "read", "readByName", "get_list"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowForm:
    """What a request expects of its rows."""

    key: str = KEY_FIELD  #: the whole number that every row must have; empty when rows have none
    format: UserFormat | None = None  #: the user's; None for what has no dates


def read_page(data: etree._Element, form: RowForm, *, total: str | None = None) -> Page:
    """The rows of a `<data>`. Raises ValueError, saying what is wrong, when they do not fit its own words.

    `total` is how many an older function says that there are.
    """
    rows = tuple(_read_row(record, form) for record in data)
    count, remaining = data.get("count"), data.get("numremaining")
    if total is not None and total.isdecimal():
        remaining = str(max(int(total) - len(rows), 0))
    if count is not None and count != str(len(rows)):
        raise ValueError(f"{len(rows)} records where count is {count}")
    if remaining is not None and not remaining.isdecimal():
        raise ValueError(f"numremaining {remaining!r}")
    return Page(
        rows=rows,
        remaining=None if remaining is None else int(remaining),
        result_id=data.get("resultId", ""),
    )


def _read_row(record: etree._Element, form: RowForm) -> Row:
    values: dict[str, str] = {}
    lines: dict[str, tuple[Row, ...]] = {}
    _collect(record, "", values, lines, form)
    number = values.get(form.key.upper(), "") if form.key else values.get(KEY_FIELD) or "0"
    if not number.isdecimal():
        raise ValueError(f"a {record.tag} with {form.key or KEY_FIELD} {number!r}")
    return Row(object=str(record.tag), record_no=int(number), values=values, lines=lines, format=form.format)


def _collect(
    record: etree._Element,
    path: str,
    values: dict[str, str],
    lines: dict[str, tuple[Row, ...]],
    form: RowForm,
) -> None:
    """Fields by name, fields of a part (a contact) by dotted name, and lists of records as lines."""
    for field in record:
        name = path + str(field.tag).upper()
        if not len(field):
            values[name] = field.text or ""
        elif all(len(child) for child in field):
            lines[name] = tuple(_read_row(child, RowForm(key="", format=form.format)) for child in field)
        else:
            _collect(field, f"{name}.", values, lines, form)
