"""CONTACT: a name and an address, unique in the company."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Record):
    """A contact as records name it."""

    OBJECT: ClassVar[str] = "CONTACT"

    name: Annotated[str, "CONTACTNAME"]
    print_as: Annotated[str, "PRINTAS"]
    company_name: Annotated[str, "COMPANYNAME"]
    first_name: Annotated[str, "FIRSTNAME"]
    last_name: Annotated[str, "LASTNAME"]
    email: Annotated[str, "EMAIL1"]
    phone: Annotated[str, "PHONE1"]
    status: Annotated[str, "STATUS"]
    address1: Annotated[str, "MAILADDRESS.ADDRESS1"]
    address2: Annotated[str, "MAILADDRESS.ADDRESS2"]
    city: Annotated[str, "MAILADDRESS.CITY"]
    state: Annotated[str, "MAILADDRESS.STATE"]
    zip: Annotated[str, "MAILADDRESS.ZIP"]
    country: Annotated[str, "MAILADDRESS.COUNTRY"]
