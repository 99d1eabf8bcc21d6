"""create_apadjustment: a debit or credit memo (Intacct documentation, 'AP adjustments'); order by the schema."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import LONGEST_VENDOR_ID, check_lengths, require, set_number
from ml_connector.intacct.writing.parts import (
    FURTHER,
    NO_DIMENSIONS,
    PLACE,
    Action,
    Currency,
    CustomField,
    Dimensions,
    check_action,
    render_currency,
    render_custom_fields,
    render_date,
    render_dimensions,
    render_flag,
    render_number,
)
from ml_connector.intacct.writing.taxes import TaxEntry, add_taxes, render_older_taxes

_LAST = {**FURTHER, "itemid": "item_id", "classid": "class_id", "warehouseid": "warehouse_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdjustmentLine:
    """One lineitem: negative lowers what we owe. It has either an account or a label."""

    account_no: str | None = None
    account_label: str | None = None  #: instead of the account, in companies that use labels
    amount: Decimal  #: without its taxes
    memo: str | None = None
    dimensions: Dimensions = NO_DIMENSIONS
    form_1099: str | None = None  #: None leaves it to the vendor's own
    box_1099: str | None = None
    custom: tuple[CustomField, ...] = ()  #: dimensions of the company's own as well: GLDIM and the name
    taxes: tuple[TaxEntry, ...] = ()  #: in the sign of the amount

    def __post_init__(self) -> None:
        if self.account_no is not None and self.account_label is not None:
            raise ValueError(
                f"NewAdjustmentLine: give account {self.account_no!r} or label {self.account_label!r}"
            )
        require(self, "account_label" if self.account_no is None else "account_no")
        check_lengths(
            self, {"account_no": 24, "account_label": 80, "memo": 500, "form_1099": 4, "box_1099": 4}
        )
        set_number(self, "amount", places=2)

    def render(self) -> str:
        return branch(
            "lineitem",
            optional("glaccountno", self.account_no),
            optional("accountlabel", self.account_label),
            render_number("amount", self.amount),
            optional("memo", self.memo),
            render_dimensions(self.dimensions, PLACE),
            render_flag("item1099", flag=True if self.form_1099 is not None else None),
            optional("form1099type", self.form_1099),
            optional("form1099box", self.box_1099),
            render_custom_fields(self.custom),
            render_dimensions(self.dimensions, _LAST),
            render_older_taxes(self.taxes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdjustment:
    """An adjustment. Negative lines are a debit memo, as a supplier's credit note is; positive ones a credit memo.

    That is inferred from how payments use them: see it on a sandbox first. Raises ValueError for lines of
    both signs, which Intacct refuses, for no line, and for a value that is too long.
    """

    NAME: ClassVar[str] = "create_apadjustment"

    vendor_id: str
    date: dt.date
    posting_date: dt.date | None = None
    number: str | None = None  #: None where the company numbers them
    action: Action = "Submit"
    bill_number: str | None = None  #: text only: nothing is applied
    description: str = ""  #: has our mark
    currency: Currency | None = None
    custom: tuple[CustomField, ...] = ()
    tax_solution: str | None = None  #: in companies with several
    lines: tuple[NewAdjustmentLine, ...]

    def __post_init__(self) -> None:
        require(self, "vendor_id", "lines")
        check_lengths(
            self, {"vendor_id": LONGEST_VENDOR_ID, "number": 30, "bill_number": 30, "description": 80}
        )
        check_action(self)
        if len({line.amount > 0 for line in self.lines if line.amount}) > 1:
            raise ValueError(f"NewAdjustment {self.number!r}: its lines must have one sign")

    @property
    def total(self) -> Decimal:
        """What it changes of what we owe: the lines with their taxes."""
        return sum((line.amount + add_taxes(line.taxes) for line in self.lines), start=Decimal(0))

    @property
    def is_converted(self) -> bool:
        """Whether it is in another currency than the books."""
        return self.currency is not None and self.currency.code != self.currency.base

    def render(self) -> str:
        return branch(
            "create_apadjustment",
            leaf("vendorid", self.vendor_id),
            render_date("datecreated", self.date),
            render_date("dateposted", self.posting_date),
            optional("adjustmentno", self.number),
            leaf("action", self.action),
            optional("billno", self.bill_number),
            leaf("description", self.description),
            render_currency(self.currency),
            render_custom_fields(self.custom),
            optional("taxsolutionid", self.tax_solution),
            branch("apadjustmentitems", *(line.render() for line in self.lines)),
        )
