"""APPYMT: a payment of bills (Intacct documentation, 'AP payments')."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import (
    LONGEST_VENDOR_ID,
    check_choice,
    check_lengths,
    require,
    set_number,
)
from ml_connector.intacct.writing.parts import Action, check_action, render_day, render_number

METHODS = (
    "Printed Check",
    "Joint Check",
    "Cash",
    "EFT",
    "Credit Card",
    "ACH",
    "Check Delivery",
    "WF Check",
    "WF Domestic ACH",
    "WF USD Wire",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaymentPart:
    """What is paid of one bill, or of one credit memo. Keys are RECORDNOs.

    A debit memo given with it is used up by `credit`. A `discount_date` takes all discounts valid that day:
    then `amount` has to be exactly the bill less them. Raises ValueError unless just one thing is paid.
    """

    bill_no: int | None = None
    bill_line_no: int | None = None  #: RECORDNO of the line, not its LINE_NO
    credit_memo_no: int | None = None
    amount: Decimal
    debit_memo_no: int | None = None
    credit: Decimal | None = None  #: how much of the debit memo is used
    discount_date: dt.date | None = None

    def __post_init__(self) -> None:
        if (self.bill_no is None) == (self.credit_memo_no is None):
            raise ValueError("NewPaymentPart: give either bill_no or credit_memo_no")
        if (self.debit_memo_no is None) != (self.credit is None):
            raise ValueError("NewPaymentPart: debit_memo_no and credit go together")
        for name in ("amount", "credit"):
            set_number(self, name, places=2)
        if self.amount < 0 or (self.credit is not None and self.credit < 0):
            raise ValueError("NewPaymentPart: amounts are not negative")

    def render(self) -> str:
        return branch(
            "APPYMTDETAIL",
            render_number("RECORDKEY", self.bill_no),
            render_number("ENTRYKEY", self.bill_line_no),
            render_number("POSADJKEY", self.credit_memo_no),
            render_number("TRX_PAYMENTAMOUNT", self.amount),
            render_day("DISCOUNTDATE", self.discount_date),
            render_number("ADJUSTMENTKEY", self.debit_memo_no),
            render_number("TRX_ADJUSTMENTAMOUNT", self.credit),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment. Some methods order a bank to pay: those that only record are a matter of the company's set-up.

    Raises ValueError for a method Intacct does not document, no part, and for a value that is too long.
    """

    NAME: ClassVar[str] = "create APPYMT"

    paid_from: str  #: FINANCIALENTITY: the id of the bank account or card
    method: str
    vendor_id: str
    date: dt.date
    currency: str
    base_currency: str | None = None
    number: str | None = None  #: DOCNUMBER, the number of the check or of the transfer
    description: str = ""  #: has our mark
    action: Action = "Draft"
    parts: tuple[NewPaymentPart, ...]

    def __post_init__(self) -> None:
        require(self, "paid_from", "vendor_id", "currency", "parts")
        lengths = {
            "vendor_id": LONGEST_VENDOR_ID,
            "currency": 3,
            "base_currency": 3,
            "number": 30,
            "description": 80,
        }
        check_lengths(self, lengths)
        check_choice(self, "method", METHODS)
        check_action(self)

    def render(self) -> str:
        return branch(
            "create",
            branch(
                "APPYMT",
                leaf("FINANCIALENTITY", self.paid_from),
                leaf("PAYMENTMETHOD", self.method),
                leaf("VENDORID", self.vendor_id),
                optional("DOCNUMBER", self.number),
                leaf("DESCRIPTION", self.description),
                render_day("PAYMENTDATE", self.date),
                leaf("CURRENCY", self.currency),
                optional("BASECURR", self.base_currency),
                leaf("ACTION", self.action),
                branch("APPYMTDETAILS", *(part.render() for part in self.parts)),
            ),
        )
