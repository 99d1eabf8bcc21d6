"""APADJUSTMENT: a debit or credit memo, and its lines."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.payables_line import PayablesLine
from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment(Record):
    """A positive total is a credit memo and raises what we owe, a negative one a debit memo (inferred)."""

    OBJECT: ClassVar[str] = "APADJUSTMENT"

    vendor_id: Annotated[str, "VENDORID"]
    number: Annotated[str, "RECORDID"]
    bill_number: Annotated[str, "DOCNUMBER"]
    description: Annotated[str, "DESCRIPTION"]
    state: Annotated[str, "STATE"]
    date: Annotated[dt.date | None, "WHENCREATED"]
    posting_date: Annotated[dt.date | None, "WHENPOSTED"]
    currency: Annotated[str, "CURRENCY"]
    total: Annotated[Decimal | None, "TRX_TOTALENTERED"]  #: in the record's currency
    total_base: Annotated[Decimal | None, "TOTALENTERED"]  #: in the currency of the books
    due: Annotated[Decimal | None, "TRX_TOTALDUE"]
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentLine(PayablesLine):
    """A line of an adjustment. RECORDKEY as the link to it is inferred."""

    OBJECT: ClassVar[str] = "APADJUSTMENTITEM"

    adjustment_no: Annotated[int | None, "RECORDKEY"]
