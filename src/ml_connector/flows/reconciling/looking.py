"""How Intacct is asked what became of records: what changed of an object, and whether those that did not are there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ml_connector.flows.ports import Finance
from ml_connector.intacct.objects import (
    Adjustment,
    AdjustmentLine,
    Bill,
    BillLine,
    Entry,
    JournalEntry,
    Payment,
    PurchasingDocument,
    PurchasingLine,
    Record,
)
from ml_connector.intacct.query import Filter, compare
from ml_connector.mapping.ledger_states import Sight
from ml_connector.records.followed import Followed

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An object whose records are followed."""

    record: type[Record]
    key: str  #: the field by which postings know it
    lines: type[Record] | None  #: what its lines are; None where they are not counted
    parent: str = ""  #: the field of a line that has the RECORDNO of its record
    parent_name: str = ""  #: what a line calls it


PURCHASING: Final = Kind(
    record=PurchasingDocument, key="DOCID", lines=PurchasingLine, parent="DOCHDRNO", parent_name="document_no"
)
KINDS: Final = (
    PURCHASING,  # first: it tells which bills are its own
    Kind(record=Bill, key="RECORDNO", lines=BillLine, parent="RECORDKEY", parent_name="bill_no"),
    Kind(
        record=Adjustment,
        key="RECORDNO",
        lines=AdjustmentLine,
        parent="RECORDKEY",
        parent_name="adjustment_no",
    ),
    Kind(record=Payment, key="RECORDNO", lines=None),
    Kind(record=JournalEntry, key="RECORDNO", lines=None),
)


def list_entries(finance: Finance, kind: Kind, where: Filter) -> Iterator[Entry[Any]]:
    """Raises `intacct.errors`."""
    return finance.reading.list_records(kind.record, where=where)


def list_by_keys(finance: Finance, kind: Kind, keys: Sequence[str]) -> Iterator[Entry[Any]]:
    """Those of these that are there. Raises `intacct.errors`."""
    for first in range(0, len(keys), _AT_ONCE):
        yield from list_entries(finance, kind, compare(kind.key, "in", *keys[first : first + _AT_ONCE]))


def describe_entry(entry: Entry[Any]) -> Sight:
    """What is compared of a record."""
    record = entry.record
    totals = (
        getattr(record, name, None) for name in ("total", "total_base")
    )  # the one of one-currency companies
    is_purchasing = isinstance(record, PurchasingDocument)
    return Sight(
        key=record.document_id if is_purchasing else str(record.record_no),
        record_no=record.record_no,
        state=record.state,
        total=next((total for total in totals if total is not None), None),
        paid=record.paid if isinstance(record, Bill) else None,
        modified=entry.modified,
        bill_no=record.bill_no if is_purchasing else None,
        on_hold=record.on_hold if isinstance(record, Bill) else None,
    )


def count_lines(finance: Finance, kind: Kind, seen: Iterable[tuple[Followed, Sight]]) -> Mapping[int, int]:
    """How many lines each record has whose money is compared, by RECORDNO. Raises `intacct.errors`."""
    numbers = [str(sight.record_no) for before, sight in seen if before.watched]
    if kind.lines is None or not numbers:
        return {}
    counted = dict.fromkeys(map(int, numbers), 0)
    for first in range(0, len(numbers), _AT_ONCE):
        where = compare(kind.parent, "in", *numbers[first : first + _AT_ONCE])
        for entry in finance.reading.list_records(kind.lines, where=where):
            parent = getattr(entry.record, kind.parent_name)
            counted[parent] = counted.get(parent, 0) + 1
    return counted
