"""What the lines of bills and of adjustments have alike."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PayablesLine(Record):
    """A line that is booked to an account and its dimensions."""

    line_no: Annotated[int | None, "LINE_NO"]
    account_no: Annotated[str, "ACCOUNTNO"]
    amount: Annotated[Decimal | None, "TRX_AMOUNT"]
    memo: Annotated[str, "ENTRYDESCRIPTION"]
    location_id: Annotated[str, "LOCATIONID"]
    department_id: Annotated[str, "DEPARTMENTID"]
    project_id: Annotated[str, "PROJECTID"]
    class_id: Annotated[str, "CLASSID"]
    item_id: Annotated[str, "ITEMID"]
    vendor_id: Annotated[str, "VENDORID"]
    customer_id: Annotated[str, "CUSTOMERID"]
    employee_id: Annotated[str, "EMPLOYEEID"]
