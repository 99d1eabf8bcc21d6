"""VENDOR: whom we owe."""

from dataclasses import dataclass, field
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor as far as invoices need it; `VendorDetail` has the rest."""

    OBJECT: ClassVar[str] = "VENDOR"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "VENDORID",
        "NAME",
        "STATUS",
        "TERMNAME",
        "CURRENCY",
        "TAXID",
        "VENDORACCOUNTNO",
        "ONHOLD",
        "PARENTID",
    )

    record_no: int
    vendor_id: str
    name: str
    status: str  #: `active` or `inactive`
    term: str
    currency: str
    tax_id: str = field(repr=False)
    account_no_at_vendor: str
    on_hold: bool
    parent_id: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            vendor_id=row.text("VENDORID"),
            name=row.text("NAME"),
            status=row.text("STATUS"),
            term=row.text("TERMNAME"),
            currency=row.text("CURRENCY"),
            tax_id=row.text("TAXID"),
            account_no_at_vendor=row.text("VENDORACCOUNTNO"),
            on_hold=row.flag("ONHOLD"),
            parent_id=row.text("PARENTID"),
        )
