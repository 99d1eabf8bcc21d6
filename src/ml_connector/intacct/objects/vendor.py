"""VENDOR: whom we owe."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor(Record):
    """A vendor as far as invoices need it; `VendorDetail` has the rest."""

    OBJECT: ClassVar[str] = "VENDOR"

    vendor_id: Annotated[str, "VENDORID"]
    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]  #: `active` or `inactive`
    term: Annotated[str, "TERMNAME"]
    currency: Annotated[str, "CURRENCY"]
    tax_id: Annotated[str, "TAXID"] = field(repr=False)
    account_no_at_vendor: Annotated[str, "VENDORACCOUNTNO"]
    on_hold: Annotated[bool, "ONHOLD"]
    parent_id: Annotated[str, "PARENTID"]
