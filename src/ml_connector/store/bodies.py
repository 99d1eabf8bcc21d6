"""What is to be sent as bytes, for storing and hashing, and back: equal functions give equal bytes.

An AP bill is the JSON object it has always been; other functions are a list of objects that name their kind.
What has its usual value is left out, so that a later field does not change the bytes of older functions.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from ml_connector.intacct.writing import bill
from ml_connector.intacct.writing.adjustment import NewAdjustment, NewAdjustmentLine
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.journal import NewJournalEntry, NewJournalLine
from ml_connector.intacct.writing.parts import Currency, CustomField, Dimensions
from ml_connector.intacct.writing.payment import NewPayment, NewPaymentPart
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange, Subtotal
from ml_connector.intacct.writing.taxes import TaxEntry
from ml_connector.records.posting import Function

_KIND: Final = "is"
_RECORDS: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (
        NewAdjustment,
        NewAdjustmentLine,
        NewPayment,
        NewPaymentPart,
        NewJournalEntry,
        NewJournalLine,
        NewPurchasing,
        PurchasingChange,
        RecordDeletion,
        NewPurchasingLine,
        PurchasingLineChange,
        Subtotal,
        Dimensions,
        Currency,
        CustomField,
        TaxEntry,
    )
}
_OF_TEXT: Final[dict[type[Any], Callable[[str], object]]] = {Decimal: Decimal, dt.date: dt.date.fromisoformat}


def encode(functions: Sequence[Function]) -> bytes:
    """The functions of a posting as ASCII JSON."""
    match functions:
        case [ApBill() as alone]:
            return bill.canonical(alone)
        case _:
            return json.dumps(_state(tuple(functions)), separators=(",", ":")).encode("ascii")


def decode(body: bytes) -> tuple[Function, ...]:
    """The functions whose bytes these are. Raises ValueError for anything else."""
    if not body.startswith(b"["):
        return (bill.from_canonical(body),)
    try:
        return tuple(map(_restore, json.loads(body)))
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"these bytes are no canonical functions: {error!r}") from error


def _state(value: object) -> object:
    match value:
        case Decimal():
            return f"{value:f}"
        case dt.date():
            return value.isoformat()
        case tuple():
            return [_state(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            said = {
                item.name: _state(getattr(value, item.name))
                for item in fields(value)
                if _is_said(value, item)
            }
            return {_KIND: type(value).__name__, **said}
        case _:
            return value


def _is_said(record: object, item: Field[Any]) -> bool:
    return item.default is MISSING or getattr(record, item.name) != item.default


def _restore(stated: dict[str, Any]) -> Any:  # noqa: ANN401 (of any of these classes)
    kind = _RECORDS[stated[_KIND]]
    types = _find_types(kind)
    return kind(**{name: _read(value, types[name]) for name, value in stated.items() if name != _KIND})


def _read(value: object, types: frozenset[Any]) -> object:
    match value:
        case list():
            return tuple(_restore(each) for each in value)
        case dict():
            return _restore(value)
        case str():
            return next((read(value) for kind, read in _OF_TEXT.items() if kind in types), value)
        case _:
            return value


@cache
def _find_types(kind: type) -> dict[str, frozenset[Any]]:
    """The types that each field of a record may have."""
    return {name: frozenset({hint, *get_args(hint)}) for name, hint in get_type_hints(kind).items()}
