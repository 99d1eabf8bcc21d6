"""APPYMT: a payment, and what it pays."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Record):
    """A payment, drafted or made."""

    OBJECT: ClassVar[str] = "APPYMT"

    vendor_id: Annotated[str, "VENDORID"]
    number: Annotated[str, "DOCNUMBER"]  #: the number of the check or of the transfer
    description: Annotated[str, "DESCRIPTION"]
    state: Annotated[str, "STATE"]
    date: Annotated[dt.date | None, "WHENCREATED"]  #: the date of the payment
    paid_from: Annotated[str, "FINANCIALENTITY"]
    method: Annotated[str, "PAYMENTMETHOD"]
    currency: Annotated[str, "CURRENCY"]
    total: Annotated[Decimal | None, "TRX_TOTALENTERED"]  #: in the record's currency
    total_base: Annotated[Decimal | None, "TOTALENTERED"]  #: in the currency of the books
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPart(Record):
    """What a payment pays of one bill."""

    OBJECT: ClassVar[str] = "APPYMTDETAIL"

    payment_no: Annotated[int | None, "PAYMENTKEY"]
    bill_no: Annotated[int | None, "RECORDKEY"]
    line_no: Annotated[int | None, "ENTRYKEY"]  #: RECORDNO of the line
    amount: Annotated[Decimal | None, "TRX_PAYMENTAMOUNT"]
    currency: Annotated[str, "CURRENCY"]
