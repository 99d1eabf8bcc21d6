"""Rows as the records of a <data>: written as one text and read once, which takes a tenth of making each element."""

from collections.abc import Sequence
from typing import Final

from lxml import etree

#: No XML holds it, so it stands between the values while all of them are escaped together.
_BETWEEN: Final = "\x1f"
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def make_data(
    record: str, labels: Sequence[str], rows: Sequence[Sequence[str]], **attributes: str
) -> etree._Element:
    """A <data> with one `record` for each row, and in it one element for each label."""
    data = etree.fromstring(_write(record, labels, rows)) if rows else etree.Element("data")
    for name, value in attributes.items():
        data.set(name, value)
    return data


def _write(record: str, labels: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    inner = "".join(f"<{label}>%s</{label}>" for label in labels)
    whole = f"<{record}>{inner}</{record}>" * len(rows)
    return f"<data>{whole % tuple(_escape([value for row in rows for value in row]))}</data>"


def _escape(values: Sequence[str]) -> list[str]:
    text = _BETWEEN.join(values)
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return text.split(_BETWEEN)
