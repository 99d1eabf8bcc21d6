"""APTERM: when a bill is due, and what may be kept of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Record):
    """A payment term. DUEDATE and DUEFROM are the names other integrations read (inferred)."""

    OBJECT: ClassVar[str] = "APTERM"

    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]
    description: Annotated[str, "DESCRIPTION"]
    due_days: Annotated[int | None, "DUEDATE"]
    due_from: Annotated[str, "DUEFROM"]  #: such as `from invoice/bill date`


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDiscount(Record):
    """What a payment term lets the payer keep, and until when. Names and texts of its fields are inferred."""

    OBJECT: ClassVar[str] = "APTERM"

    name: Annotated[str, "NAME"]
    days: Annotated[int | None, "DISCDATE"]
    days_from: Annotated[str, "DISCFROM"]  #: such as `from invoice/bill date`
    amount: Annotated[Decimal | None, "DISCAMOUNT"]
    unit: Annotated[str, "DISCPERCAMN"]  #: `%` of the bill, or `$`
