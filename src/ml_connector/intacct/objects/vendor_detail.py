"""VENDOR with its contacts, and as it is read back by our mark."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorDetail(Record):
    """A vendor with what its bills and payments need. The account names are misleading in Intacct.

    Its contacts are names; `Contact` has their addresses. Custom fields are named in the call that reads.
    """

    OBJECT: ClassVar[str] = "VENDOR"

    vendor_id: Annotated[str, "VENDORID"]
    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]  #: `active` or `inactive`
    vendor_type: Annotated[str, "VENDTYPE"]
    gl_group: Annotated[str, "GLGROUP"]
    parent_id: Annotated[str, "PARENTID"]
    term: Annotated[str, "TERMNAME"]
    currency: Annotated[str, "CURRENCY"]
    tax_id: Annotated[str, "TAXID"] = field(repr=False)
    name_1099: Annotated[str, "NAME1099"]
    form_1099: Annotated[str, "FORM1099TYPE"]  #: such as `MISC`; empty where nothing is reported
    box_1099: Annotated[str, "FORM1099BOX"]
    account_no_at_vendor: Annotated[str, "VENDORACCOUNTNO"]
    expense_account: Annotated[str, "APACCOUNT"]  #: the default account of its bills
    payables_account: Annotated[str, "OFFSETGLACCOUNTNO"]  #: the AP account
    on_hold: Annotated[bool, "ONHOLD"]
    do_not_pay: Annotated[bool, "DONOTCUTCHECK"]
    credit_limit: Annotated[Decimal | None, "CREDITLIMIT"]
    total_due: Annotated[Decimal | None, "TOTALDUE"]
    comments: Annotated[str, "COMMENTS"]
    print_as: Annotated[str, "DISPLAYCONTACT.PRINTAS"]
    company_name: Annotated[str, "DISPLAYCONTACT.COMPANYNAME"]
    email: Annotated[str, "DISPLAYCONTACT.EMAIL1"]
    phone: Annotated[str, "DISPLAYCONTACT.PHONE1"]
    contact: Annotated[str, "DISPLAYCONTACT.CONTACTNAME"]
    pay_to_contact: Annotated[str, "PAYTO.CONTACTNAME"]
    return_to_contact: Annotated[str, "RETURNTO.CONTACTNAME"]
    restriction: Annotated[str, "OBJECTRESTRICTION"]  #: `Unrestricted`, `RootOnly` or `Restricted`
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFound(Record):
    """A vendor as far as it is needed to know our own again."""

    OBJECT: ClassVar[str] = "VENDOR"

    vendor_id: Annotated[str, "VENDORID"]
    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]
    comments: Annotated[str, "COMMENTS"]
