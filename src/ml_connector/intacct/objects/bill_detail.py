"""APBILL and APBILLITEM in full."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.payables_line import PayablesLine
from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Record):
    """A bill of ours (module 3.AP), or one that a purchasing document made (9.PO)."""

    OBJECT: ClassVar[str] = "APBILL"

    vendor_id: Annotated[str, "VENDORID"]
    vendor_name: Annotated[str, "VENDORNAME"]
    number: Annotated[str, "RECORDID"]
    reference: Annotated[str, "DOCNUMBER"]
    description: Annotated[str, "DESCRIPTION"]
    state: Annotated[str, "STATE"]  #: Intacct's label, such as `Posted`
    term: Annotated[str, "TERMNAME"]
    date: Annotated[dt.date | None, "WHENCREATED"]
    posting_date: Annotated[dt.date | None, "WHENPOSTED"]
    due_date: Annotated[dt.date | None, "WHENDUE"]
    paid_date: Annotated[dt.date | None, "WHENPAID"]
    currency: Annotated[str, "CURRENCY"]
    base_currency: Annotated[str, "BASECURR"]
    total: Annotated[Decimal | None, "TRX_TOTALENTERED"]  #: in the record's currency
    total_base: Annotated[Decimal | None, "TOTALENTERED"]  #: in the currency of the books
    selected: Annotated[Decimal | None, "TRX_TOTALSELECTED"]
    paid: Annotated[Decimal | None, "TRX_TOTALPAID"]
    due: Annotated[Decimal | None, "TRX_TOTALDUE"]
    on_hold: Annotated[bool, "ONHOLD"]
    module: Annotated[str, "MODULEKEY"]
    attachment_id: Annotated[str, "SUPDOCID"]
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine(PayablesLine):
    """A line of a bill. RECORDKEY as the link to the bill is inferred."""

    OBJECT: ClassVar[str] = "APBILLITEM"

    bill_no: Annotated[int | None, "RECORDKEY"]
    account_label: Annotated[str, "ACCOUNTLABEL"]
