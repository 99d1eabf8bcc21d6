"""What a transaction set says, as plain text for people."""

import re
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.documents.routes import parse_document
from ml_connector.edi.envelope import Transaction

_find_capitals = re.compile("(?<!^)([A-Z])").sub
_STEP = "    "


def write_readable(transaction: Transaction) -> str:
    """The set as text: whom it is from, every value that is read of it, one a line, and its segments.

    What is secret is as plain here as in the set: one of an excerpt has no secrets.
    """
    return "\n".join(
        [*_tell_envelope(transaction), "", *_tell_document(transaction), *_list_rows(transaction)]
    )


def _tell_envelope(transaction: Transaction) -> Iterator[str]:
    interchange, group = transaction.interchange, transaction.group
    sender, receiver = interchange.sender, interchange.receiver
    yield f"from: {sender.qualifier}/{sender.id}"
    yield f"to: {receiver.qualifier}/{receiver.id}"
    yield f"sent on: {interchange.date or 'no date'} {interchange.time or ''}".rstrip()
    yield f"interchange: {interchange.control_number}"
    yield f"group: {group.control_number if group else 'none'}"
    yield f"set: {transaction.set_code} {transaction.control_number}"


def _tell_document(transaction: Transaction) -> Iterator[str]:
    document = parse_document(transaction).document
    if document is not None:
        yield _find_capitals(r" \1", type(document).__name__).capitalize()
        yield from _tell_fields(document, _STEP)
        yield ""


def _tell_fields(record: Struct, indent: str) -> Iterator[str]:
    """A line for each value that there is, those of parts further in."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        label = f"{indent}{name.replace('_', ' ')}:"
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Struct):
                yield label
                yield from _tell_fields(each, indent + _STEP)
            elif each is not None and each != "":
                yield f"{label} {f'{each:f}' if isinstance(each, Decimal) else each}"


def _list_rows(transaction: Transaction) -> Iterator[str]:
    yield "Segments"
    yield from (f"{_STEP}{'*'.join(row)}" for row in transaction.contents.rows)
