"""APBILL: a bill that is in Intacct, and what it is known by."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFound:
    """An AP bill that is in Intacct. `total` is in the bill's currency."""

    OBJECT: ClassVar[str] = "APBILL"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "VENDORID",
        "RECORDID",
        "WHENCREATED",
        "TRX_TOTALENTERED",
        "TOTALENTERED",
        "CURRENCY",
        "DESCRIPTION",
        "STATE",
    )

    record_no: int
    vendor_id: str
    number: str  #: RECORDID
    date: dt.date | None  #: WHENCREATED
    total: Decimal | None  #: TRX_TOTALENTERED; TOTALENTERED where a company has one currency only
    currency: str
    description: str
    state: str  #: Intacct's label, such as `Posted`

    @classmethod
    def from_row(cls, row: Row) -> Self:
        total = row.decimal("TRX_TOTALENTERED")
        return cls(
            record_no=row.record_no,
            vendor_id=row.text("VENDORID"),
            number=row.text("RECORDID"),
            date=row.date("WHENCREATED"),
            total=row.decimal("TOTALENTERED") if total is None else total,
            currency=row.text("CURRENCY"),
            description=row.text("DESCRIPTION"),
            state=row.text("STATE"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BillKey:
    """What a vendor and we know a bill by. Intacct does not keep it unique."""

    vendor_id: str
    number: str
