"""TAXSOLUTION, TAXDETAIL and TAXSCHEDULE: how taxes are kept. Fields are those other integrations read."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSolution(Record):
    """A country's way of taxing, such as `United Kingdom - VAT`."""

    OBJECT: ClassVar[str] = "TAXSOLUTION"

    solution_id: Annotated[str, "SOLUTIONID"]
    description: Annotated[str, "DESCRIPTION"]
    method: Annotated[str, "TAXMETHOD"]
    status: Annotated[str, "STATUS"]
    start: Annotated[dt.date | None, "STARTDATE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDetail(Record):
    """One tax with its rate; entries of tax name it by its id."""

    OBJECT: ClassVar[str] = "TAXDETAIL"

    detail_id: Annotated[str, "DETAILID"]
    description: Annotated[str, "DESCRIPTION"]
    tax_type: Annotated[str, "TAXTYPE"]  #: `Purchase` or `Sale`
    percent: Annotated[Decimal | None, "VALUE"]
    gl_account_no: Annotated[str, "GLACCOUNT"]
    solution_id: Annotated[str, "TAXSOLUTIONID"]
    is_reverse_charge: Annotated[bool, "REVERSECHARGE"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSchedule(Record):
    """Tax details that belong together. SCHEDULEID and the rest are inferred: see `lookup` of TAXSCHEDULE."""

    OBJECT: ClassVar[str] = "TAXSCHEDULE"

    schedule_id: Annotated[str, "SCHEDULEID"]
    description: Annotated[str, "DESCRIPTION"]
    tax_type: Annotated[str, "TAXTYPE"]
    solution_id: Annotated[str, "TAXSOLUTIONID"]
    status: Annotated[str, "STATUS"]
