"""A contact and its address, as they travel inside a vendor."""

from dataclasses import dataclass

from ml_connector.intacct.markup import branch, optional
from ml_connector.intacct.writing.checks import check_lengths, require

_ADDRESS = {
    "address1": 80,
    "address2": 80,
    "address3": 80,
    "city": 80,
    "state": 40,
    "zip": 30,
    "country": 60,
    "country_code": 2,
}
_CONTACT = {"print_as": 200, "company_name": 100, "first_name": 40, "last_name": 40, "email": 40, "url": 256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A MAILADDRESS."""

    address1: str | None = None
    address2: str | None = None
    address3: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None  #: by name
    country_code: str | None = None  #: ISO 3166, two letters; either of both is enough

    def __post_init__(self) -> None:
        check_lengths(self, _ADDRESS)

    def render(self) -> str:
        return branch(
            "MAILADDRESS",
            optional("ADDRESS1", self.address1),
            optional("ADDRESS2", self.address2),
            optional("ADDRESS3", self.address3),
            optional("CITY", self.city),
            optional("STATE", self.state),
            optional("ZIP", self.zip),
            optional("COUNTRY", self.country),
            optional("ISOCOUNTRYCODE", self.country_code),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayContact:
    """The contact that a vendor is shown by. Without a name Intacct makes one: `NAME(VVENDORID)`.

    Names of contacts are unique in a company: one that is taken is refused.
    """

    print_as: str
    name: str | None = None
    company_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    address: Address | None = None

    def __post_init__(self) -> None:
        require(self, "print_as")
        check_lengths(self, _CONTACT)

    def render(self) -> str:
        return branch(
            "DISPLAYCONTACT",
            optional("PRINTAS", self.print_as),
            optional("CONTACTNAME", self.name),
            optional("COMPANYNAME", self.company_name),
            optional("FIRSTNAME", self.first_name),
            optional("LASTNAME", self.last_name),
            optional("PHONE1", self.phone),
            optional("EMAIL1", self.email),
            optional("URL1", self.url),
            self.address.render() if self.address else "",
        )
