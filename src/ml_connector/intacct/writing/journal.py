"""GLBATCH: an entry in a journal of the general ledger (Intacct documentation, 'Journal entries')."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import check_choice, check_lengths, require, set_number
from ml_connector.intacct.writing.parts import (
    NO_DIMENSIONS,
    CustomField,
    Dimensions,
    render_day,
    render_dimensions,
    render_number,
)

# A journal's dimensions have other names than those of a bill: LOCATION, not LOCATIONID.
_DIMENSIONS = {
    "DEPARTMENT": "department_id",
    "LOCATION": "location_id",
    "PROJECTID": "project_id",
    "TASKID": "task_id",
    "CUSTOMERID": "customer_id",
    "VENDORID": "vendor_id",
    "EMPLOYEEID": "employee_id",
    "ITEMID": "item_id",
    "CLASSID": "class_id",
    "WAREHOUSEID": "warehouse_id",
}
_SIDES = {"debit": "1", "credit": "-1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJournalLine:
    """One GLENTRY: an amount that is not negative, on one side."""

    side: Literal["debit", "credit"]
    account_no: str
    amount: Decimal
    memo: str | None = None
    document: str | None = None
    currency: str | None = None
    rate_type: str | None = None
    dimensions: Dimensions = NO_DIMENSIONS
    custom: tuple[CustomField, ...] = ()  #: dimensions of the company's own as well: GLDIM and the name

    def __post_init__(self) -> None:
        require(self, "account_no")
        check_choice(self, "side", _SIDES)
        check_lengths(self, {"account_no": 24, "memo": 500, "document": 30, "currency": 3, "rate_type": 100})
        set_number(self, "amount", places=2)
        if self.amount < 0:
            raise ValueError(f"NewJournalLine: amount is {self.amount}; turn it to the other side instead")

    def render(self) -> str:
        return branch(
            "GLENTRY",
            optional("DOCUMENT", self.document),
            leaf("ACCOUNTNO", self.account_no),
            optional("CURRENCY", self.currency),
            render_number("TRX_AMOUNT", self.amount),
            leaf("TR_TYPE", _SIDES[self.side]),
            optional("EXCH_RATE_TYPE_ID", self.rate_type),
            optional("DESCRIPTION", self.memo),
            render_dimensions(self.dimensions, _DIMENSIONS),
            *(leaf(each.name, each.value) for each in self.custom),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJournalEntry:
    """A journal entry. Raises ValueError for fewer than two lines, and when they do not balance per currency."""

    NAME: ClassVar[str] = "create GLBATCH"

    journal: str  #: the journal's symbol
    date: dt.date
    title: str
    reverse_date: dt.date | None = None
    reference: str | None = None  #: REFERENCENO: is our mark
    source_entity: str | None = None  #: BASELOCATION_NO, when lines do not balance in each entity
    attachment_id: str | None = None
    state: Literal["Draft", "Posted"] = "Draft"
    custom: tuple[CustomField, ...] = ()
    lines: tuple[NewJournalLine, ...]

    def __post_init__(self) -> None:
        require(self, "journal", "title")
        check_lengths(self, {"journal": 4, "title": 80, "reference": 20, "attachment_id": 100})
        check_choice(self, "state", ("Draft", "Posted"))
        if self.reverse_date is not None and self.reverse_date <= self.date:
            raise ValueError(f"NewJournalEntry {self.title!r}: reverse_date must be later than date")
        if len(self.lines) < 2:
            raise ValueError(f"NewJournalEntry {self.title!r} has fewer than two lines")
        for currency, rest in _balance(self.lines).items():
            if rest:
                raise ValueError(
                    f"NewJournalEntry {self.title!r}: debits less credits are {rest} {currency}".rstrip()
                )

    def render(self) -> str:
        return branch(
            "create",
            branch(
                "GLBATCH",
                leaf("JOURNAL", self.journal),
                render_day("BATCH_DATE", self.date),
                render_day("REVERSEDATE", self.reverse_date),
                leaf("BATCH_TITLE", self.title),
                optional("REFERENCENO", self.reference),
                optional("BASELOCATION_NO", self.source_entity),
                optional("SUPDOCID", self.attachment_id),
                leaf("STATE", self.state),
                *(leaf(each.name, each.value) for each in self.custom),
                branch("ENTRIES", *(line.render() for line in self.lines)),
            ),
        )


def _balance(lines: tuple[NewJournalLine, ...]) -> dict[str, Decimal]:
    rest: dict[str, Decimal] = {}
    for line in lines:
        signed = line.amount if line.side == "debit" else -line.amount
        rest[line.currency or ""] = rest.get(line.currency or "", Decimal(0)) + signed
    return rest
