"""Finds what we wrote by our mark, after an answer that left open whether it was executed."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ml_connector.intacct.markup import branch, leaf, strip_forbidden
from ml_connector.intacct.objects import (
    Adjustment,
    Bill,
    JournalEntry,
    Payment,
    PurchasingDocument,
    Record,
    VendorFound,
)
from ml_connector.intacct.query import Filter, all_of, any_of, compare
from ml_connector.intacct.reading.reader import Reader
from ml_connector.intacct.results import Row

_R = TypeVar("_R", bound=Record)
_MARKS_AT_ONCE = 100
_ATTACHMENT = ("supdocid", "supdocname", "folder")  # without its files, which come as well if nothing is said


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentFound:
    """An attachment that is in Intacct."""

    attachment_id: str
    name: str
    folder: str


class ReadBack:
    """Looks for records by the mark that we put into them; in Intacct's own words, case and all.

    A mark is found anywhere in its text where it stands by itself, so that `mlc-1` is not found in `mlc-10`; one
    mark may be found several times, for Intacct keeps none of these fields unique. `since` bounds the dates looked
    at. A query may be a moment behind a write. Raises ValueError for an empty mark, which everything has.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def find_vendors(self, marks: Sequence[str], *, entity: str = "") -> tuple[VendorFound, ...]:
        """By COMMENTS."""
        return self._find(VendorFound, marks, ("COMMENTS", lambda vendor: vendor.comments), entity=entity)

    def find_bills_by_mark(
        self, marks: Sequence[str], *, since: dt.date | None = None, entity: str = ""
    ) -> tuple[Bill, ...]:
        """By DESCRIPTION; `Client.find_bills` looks for vendor and number."""
        place = ("DESCRIPTION", lambda bill: bill.description)
        return self._find(Bill, marks, place, _since("WHENCREATED", since), entity)

    def find_adjustments(
        self, marks: Sequence[str], *, since: dt.date | None = None, entity: str = ""
    ) -> tuple[Adjustment, ...]:
        """By DESCRIPTION."""
        place = ("DESCRIPTION", lambda adjustment: adjustment.description)
        return self._find(Adjustment, marks, place, _since("WHENCREATED", since), entity)

    def find_payments(
        self, marks: Sequence[str], *, since: dt.date | None = None, entity: str = ""
    ) -> tuple[Payment, ...]:
        """By DESCRIPTION."""
        place = ("DESCRIPTION", lambda payment: payment.description)
        return self._find(Payment, marks, place, _since("WHENCREATED", since), entity)

    def find_journal_entries(
        self, marks: Sequence[str], *, since: dt.date | None = None, entity: str = ""
    ) -> tuple[JournalEntry, ...]:
        """By REFERENCENO."""
        place = ("REFERENCENO", lambda entry: entry.reference)
        return self._find(JournalEntry, marks, place, _since("BATCH_DATE", since), entity)

    def find_purchasing(
        self, marks: Sequence[str], *, since: dt.date | None = None, entity: str = ""
    ) -> tuple[PurchasingDocument, ...]:
        """By MESSAGE."""
        place = ("MESSAGE", lambda document: document.message)
        return self._find(PurchasingDocument, marks, place, _since("WHENCREATED", since), entity)

    def find_attachments(self, ids: Sequence[str], *, entity: str = "") -> tuple[AttachmentFound, ...]:
        """By their ids, each asked for alone: the older function that lists them joins no conditions safely."""
        found = (
            row for id_ in ids for row in self._list_legacy("supdoc", "supdocid", id_, _ATTACHMENT, entity)
        )
        return tuple(
            AttachmentFound(
                attachment_id=row.text("SUPDOCID"),
                name=row.text("SUPDOCNAME"),
                folder=row.text("FOLDER") or row.text("SUPDOCFOLDERNAME"),
            )
            for row in found
        )

    def find_folders(self, names: Sequence[str], *, entity: str = "") -> tuple[str, ...]:
        """The folders of these names that exist, as spelled in Intacct."""
        found = (row for name in names for row in self._list_legacy("supdocfolder", "name", name, (), entity))
        return tuple(row.text("NAME") or row.text("SUPDOCFOLDERNAME") for row in found)

    def _find(
        self,
        kind: type[_R],
        marks: Sequence[str],
        place: tuple[str, Callable[[_R], str]],
        bound: Filter | None = None,
        entity: str = "",
    ) -> tuple[_R, ...]:
        field, take = place
        marks = [strip_forbidden(mark) for mark in marks]  # as they were written
        if not all(mark.strip() for mark in marks):
            raise ValueError(f"{kind.OBJECT}: an empty mark marks nothing")
        found: list[_R] = []
        for start in range(0, len(marks), _MARKS_AT_ONCE):
            some = marks[start : start + _MARKS_AT_ONCE]
            either = any_of(*(compare(field, "like", f"%{mark}%") for mark in some))
            entries = self._reader.list_records(kind, where=all_of(either, bound), entity=entity)
            # `like` takes % and _ of a mark for any text: the marks themselves decide.
            alone = re.compile("|".join(f"(?<![\\w-]){re.escape(mark)}(?![\\w-])" for mark in some))
            found += [each.record for each in entries if alone.search(take(each.record))]
        return tuple(dict.fromkeys(found))

    def _list_legacy(
        self, object_: str, field: str, value: str, fields: Sequence[str], entity: str
    ) -> Iterator[Row]:
        expression = branch("expression", leaf("field", field), leaf("operator", "="), leaf("value", value))
        wanted = branch("fields", *(leaf("field", name) for name in fields)) if fields else ""
        body = (
            f'<get_list object="{object_}" maxitems="100">{branch("filter", expression)}{wanted}</get_list>'
        )
        yield from self._reader.list_legacy(object_, body, entity=entity).rows


def _since(field: str, day: dt.date | None) -> Filter | None:
    return None if day is None else compare(field, "greaterthanorequalto", day)
