"""What a function names of Intacct by its id, line by line, whatever it writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.parts import CustomField, Dimensions
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.orders.purchasing_case import DEFINITION, ITEM, WAREHOUSE
from ml_connector.mapping.reference.slice import ACCOUNT, ACCOUNT_LABEL, LOCATION, TERM, VENDOR, Asked
from ml_connector.records.posting import Function

BANK: Final = "bank_account"
JOURNAL: Final = "gl_journal"
SOLUTION: Final = "tax_solution"
OWN: Final = "dimension:"  #: begins the kind of a dimension of the company's own
_OWN_FIELD: Final = "GLDIM"
_PLACES: Final = {
    LOCATION: "location_id",
    "department": "department_id",
    "class": "class_id",
    "project": "project_id",
    "vendor": "vendor_id",
    "customer": "customer_id",
    "employee": "employee_id",
    "item": "item_id",
    "task": "task_id",
}
_COPIED: Final = (LOCATION, "department", "class", "project")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLine:
    """What one line names."""

    account: str = ""
    label: str = ""  #: that stands for an account
    item: str = ""
    warehouse: str = ""
    dimensions: Dimensions
    own: tuple[CustomField, ...] = ()

    def find(self, dimension: str) -> str:
        """The id it names of a dimension, in the words of an account's flags; empty for none."""
        return getattr(self.dimensions, _PLACES[dimension], None) or "" if dimension in _PLACES else ""

    def list_asked(self) -> Iterator[Asked]:
        """Kind and id of each record, as our copy knows them."""
        yield from ((kind, self.find(kind)) for kind in _COPIED)
        yield from ((ACCOUNT, self.account), (ACCOUNT_LABEL, self.label))
        yield from ((ITEM, self.item), (WAREHOUSE, self.warehouse))
        for each in self.own:
            if each.name.startswith(_OWN_FIELD):
                yield f"{OWN}{each.name.removeprefix(_OWN_FIELD)}", each.value


def list_named(body: Function) -> frozenset[Asked]:
    """Kind and id of every record it names."""
    named = (*_list_of_header(body), *(asked for line in list_lines(body) for asked in line.list_asked()))
    return frozenset((kind, id_) for kind, id_ in named if id_)


def list_lines(body: Function) -> Sequence[NamedLine]:
    """Its lines; a payment has none."""
    match body:
        case ApBill():
            return [_read_bill_line(line) for line in body.lines]
        case NewAdjustment():
            return [
                NamedLine(
                    account=line.account_no or "",
                    label=line.account_label or "",
                    dimensions=line.dimensions,
                    own=line.custom,
                )
                for line in body.lines
            ]
        case NewJournalEntry():
            return [
                NamedLine(account=line.account_no, dimensions=line.dimensions, own=line.custom)
                for line in body.lines
            ]
        case NewPurchasing() | PurchasingChange():
            return [
                NamedLine(
                    item=line.item_id or "",
                    warehouse=line.warehouse_id or "",
                    dimensions=line.dimensions,
                    own=line.custom,
                )
                for line in body.lines
            ]
        case _:
            return ()


def _list_of_header(body: Function) -> tuple[tuple[str, str | None], ...]:
    named: tuple[tuple[str, str | None], ...]
    match body:
        case ApBill():
            named = (VENDOR, body.vendor_id), (TERM, body.term), (SOLUTION, body.tax_solution)
        case NewPurchasing():
            named = (VENDOR, body.vendor_id), (TERM, body.term), (DEFINITION, body.definition)
        case NewPayment():
            named = (VENDOR, body.vendor_id), (BANK, body.paid_from)
        case NewAdjustment():
            named = (VENDOR, body.vendor_id), (SOLUTION, body.tax_solution)
        case NewJournalEntry():
            named = ((JOURNAL, body.journal),)
        case PurchasingChange():
            named = ((TERM, body.term),)
        case _:  # what is deleted is ours
            named = ()
    return named


def _read_bill_line(line: ApBillLine) -> NamedLine:
    place = Dimensions(
        location_id=line.location_id,
        department_id=line.department_id,
        class_id=line.class_id,
        project_id=line.project_id,
        vendor_id=line.vendor_id,
    )
    return NamedLine(
        account=line.account_no or "",
        label=line.account_label or "",
        dimensions=place,
        own=line.user_dimensions,
    )
