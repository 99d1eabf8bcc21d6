"""Purchasing transactions read whole from Intacct, a question for all of them at once: lines, places, subtotals."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeVar

from ml_connector.flows.run import Run
from ml_connector.flows.verdicts import may_lack_field
from ml_connector.intacct.errors import RequestRejected, Unavailable
from ml_connector.intacct.objects import (
    Entry,
    PurchasingDocument,
    PurchasingLine,
    PurchasingSubtotal,
    Record,
)
from ml_connector.intacct.query import Filter, all_of, compare
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.records.orders import BookedLine, PurchasingTransaction

_R = TypeVar("_R", bound=Record)
_AT_ONCE: Final = 500  # values in one filter; Intacct takes 1,000
_ENTITY: Final = "MEGAENTITYID"
_TERM: Final = "TERM.NAME"  # inferred: so do integrations in use call it; the documentation does not
_WAREHOUSE: Final = "WAREHOUSEID"
_PLACES: Final[Mapping[str, str]] = {
    "LOCATIONID": "location_id",
    "DEPARTMENTID": "department_id",
    "CLASSID": "class_id",
    "PROJECTID": "project_id",
    "TASKID": "task_id",
    "CUSTOMERID": "customer_id",
    "VENDORID": "vendor_id",
    "EMPLOYEEID": "employee_id",
}
_QUANTITY: Final = "UIQTY"  # in the unit of the line, where QUANTITY is in the item's base unit
_PRICE: Final = "UIPRICE"
_CUSTOM: Final[Mapping[type[Record], tuple[str, ...]]] = {
    PurchasingDocument: (_ENTITY, _TERM),
    PurchasingLine: (_WAREHOUSE, *_PLACES),
}
_KINDS: Final[Mapping[type[Record], str]] = {
    PurchasingDocument: "purchasing_document",
    PurchasingLine: "purchasing_line",
}


class Transactions:
    """Reads what one plan needs to know of purchasing. Methods raise `intacct.errors`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._headers: dict[int, Mapping[str, str]] = {}
        self._tells_term = True  #: Intacct has not refused the field yet
        self._lines: dict[int, list[BookedLine]] = {}

    def list_documents(
        self, fields: Sequence[str], values: Collection[str], *also: Filter | None
    ) -> list[PurchasingDocument]:
        """The documents in which one of these fields has one of these values, without their lines."""
        found = self._list(PurchasingDocument, fields, values, *also)
        documents = {entry.record_no: entry for entry in found}
        self._headers |= {no: entry.custom for no, entry in documents.items()}
        return [entry.record for entry in documents.values()]

    def read_lines(self, documents: Sequence[PurchasingDocument]) -> list[BookedLine]:
        """The lines of these documents; those read before are not read again."""
        new = [each.record_no for each in documents if each.record_no not in self._lines]
        self._lines |= {no: [] for no in new}
        for entry in self._list(PurchasingLine, ["DOCHDRNO"], [str(no) for no in new]):
            self._lines.setdefault(entry.record.document_no or 0, []).append(_book(entry))
        return [line for each in documents for line in self._lines[each.record_no]]

    def list_made_from(
        self, documents: Sequence[PurchasingDocument], definitions: Collection[str]
    ) -> list[PurchasingDocument]:
        """What was converted from these documents, named by the header or by single lines alone."""
        keys = [str(booked.line.record_no) for booked in self.read_lines(documents)]
        drawing = self._list(PurchasingLine, ["SOURCE_DOCLINEKEY"], keys)
        owners = {str(entry.record.document_no) for entry in drawing}
        named = [each.document_id for each in documents]
        found = [
            *self.list_documents(["CREATEDFROM"], named),
            *self.list_documents(["RECORDNO"], sorted(owners)),
        ]
        return list({each.record_no: each for each in found if each.definition in definitions}.values())

    def complete(self, documents: Sequence[PurchasingDocument]) -> dict[str, PurchasingTransaction]:
        """The documents with their lines in their order and their subtotals, by document id."""
        self.read_lines(documents)
        subtotals: dict[int, list[tuple[str, Decimal]]] = {}
        numbers = [str(each.record_no) for each in documents]
        for entry in self._list(PurchasingSubtotal, ["DOCHDRNO"], numbers):
            found = entry.record
            total = found.total or Decimal(0)
            subtotals.setdefault(found.document_no or 0, []).append((found.description, total))
        return {
            each.document_id: PurchasingTransaction(
                document=each,
                entity=self._headers[each.record_no].get(_ENTITY, ""),
                term=self._headers[each.record_no].get(_TERM, ""),
                lines=tuple(sorted(self._lines[each.record_no], key=lambda booked: booked.line.line_no or 0)),
                subtotals=tuple(subtotals.get(each.record_no, ())),
            )
            for each in documents
        }

    def _list(
        self, kind: type[_R], fields: Sequence[str], values: Collection[str], *also: Filter | None
    ) -> Iterator[Entry[_R]]:
        left_out = self._run.link.reference.without.get(_KINDS.get(kind, ""), ())
        custom = [name for name in _CUSTOM.get(kind, ()) if name not in left_out]
        if kind is PurchasingLine and self._run.link.base_unit_lines:
            custom += [_QUANTITY, _PRICE]
        wanted = list(values)
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            for field in fields:
                yield from self._ask(kind, all_of(compare(field, "in", *some), *also), custom, left_out)

    def _ask(
        self, kind: type[_R], where: Filter | None, custom: Sequence[str], left_out: Sequence[str]
    ) -> list[Entry[_R]]:
        """One question. Where Intacct does not tell the term of a document it is asked without, and not asked again."""
        asked = [name for name in custom if name != _TERM or self._tells_term]
        try:
            with self._run.turn:
                return list(
                    self._run.finance.reading.list_records(kind, where=where, custom=asked, without=left_out)
                )
        except (RequestRejected, Unavailable) as error:
            if _TERM not in asked or not may_lack_field(error):
                raise
        self._tells_term = False
        return self._ask(kind, where, custom, left_out)


def _book(entry: Entry[PurchasingLine]) -> BookedLine:
    places = {attribute: entry.custom.get(name) or None for name, attribute in _PLACES.items()}
    return BookedLine(
        line=_count_in_unit(entry),
        warehouse_id=entry.custom.get(_WAREHOUSE, ""),
        dimensions=Dimensions(**places),
    )


def _count_in_unit(entry: Entry[PurchasingLine]) -> PurchasingLine:
    """The line with quantity and price in its own unit, where Intacct tells them apart from those in base units."""
    quantity, price = (entry.custom.get(name) for name in (_QUANTITY, _PRICE))
    if quantity is None:
        return entry.record
    return replace(
        entry.record, quantity=_read(quantity), price=_read(price or ""), converted=None, remaining=None
    )


def _read(number: str) -> Decimal | None:
    return Decimal(number) if number else None
