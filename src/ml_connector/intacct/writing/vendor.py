"""VENDOR: whom we owe (Intacct documentation, 'Vendors')."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import check_choice, check_lengths, require, set_number
from ml_connector.intacct.writing.contact import DisplayContact
from ml_connector.intacct.writing.parts import CustomField, render_flag, render_number

_LENGTHS = {
    "vendor_id": 20,
    "name": 100,
    "vendor_type": 80,
    "parent_id": 20,
    "tax_id": 20,
    "term": 40,
    "currency": 3,
    "account_no_at_vendor": 30,
    "comments": 500,
    "expense_account": 24,
    "payables_account": 24,
    "form_1099": 4,
    "box_1099": 4,
}
Status = Literal["active", "inactive"]
Restriction = Literal["Unrestricted", "RootOnly", "Restricted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorValues:
    """What a vendor consists of; what is None is not sent. Bank data is left to people on purpose."""

    name: str | None = None
    contact: DisplayContact | None = None
    status: Status | None = None
    vendor_type: str | None = None
    parent_id: str | None = None
    gl_group: str | None = None
    tax_id: str | None = field(default=None, repr=False)
    form_1099: str | None = None  #: such as `MISC`
    box_1099: str | None = None
    expense_account: str | None = None  #: APACCOUNT, the default account of its bills
    payables_account: str | None = None  #: OFFSETGLACCOUNTNO, the AP account
    credit_limit: Decimal | None = None
    on_hold: bool | None = None  #: no new bills
    do_not_pay: bool | None = None  #: DONOTCUTCHECK
    comments: str | None = None  #: has our mark
    currency: str | None = None
    term: str | None = None
    account_no_at_vendor: str | None = None
    pay_to_contact: str | None = None  #: name of a contact that exists
    return_to_contact: str | None = None
    restriction: Restriction | None = None
    restricted_locations: tuple[str, ...] = ()  #: who may use it; only of what is `Restricted`
    custom: tuple[CustomField, ...] = ()


def _render_values(values: VendorValues) -> str:
    return "".join(
        (
            optional("NAME", values.name),
            values.contact.render() if values.contact else "",
            optional("STATUS", values.status),
            optional("VENDTYPE", values.vendor_type),
            optional("PARENTID", values.parent_id),
            optional("GLGROUP", values.gl_group),
            optional("TAXID", values.tax_id),
            optional("FORM1099TYPE", values.form_1099),
            optional("FORM1099BOX", values.box_1099),
            optional("APACCOUNT", values.expense_account),
            optional("OFFSETGLACCOUNTNO", values.payables_account),
            render_number("CREDITLIMIT", values.credit_limit),
            render_flag("ONHOLD", values.on_hold),
            render_flag("DONOTCUTCHECK", values.do_not_pay),
            optional("COMMENTS", values.comments),
            optional("CURRENCY", values.currency),
            optional("TERMNAME", values.term),
            optional("VENDORACCOUNTNO", values.account_no_at_vendor),
            _render_reference("PAYTO", values.pay_to_contact),
            _render_reference("RETURNTO", values.return_to_contact),
            optional("OBJECTRESTRICTION", values.restriction),
            optional("RESTRICTEDLOCATIONS", "#~#".join(values.restricted_locations) or None),
            *(leaf(each.name, each.value) for each in values.custom),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVendor(VendorValues):
    """A vendor to create. Raises ValueError without a name or contact, and for a value that is too long."""

    NAME: ClassVar[str] = "create VENDOR"

    vendor_id: str | None = None  #: None where the company numbers its vendors itself

    def __post_init__(self) -> None:
        require(self, "name", "contact")
        _check(self)

    def render(self) -> str:
        return branch("create", branch("VENDOR", optional("VENDORID", self.vendor_id), _render_values(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChange(VendorValues):
    """A vendor to change: what is None stays as it is."""

    NAME: ClassVar[str] = "update VENDOR"

    vendor_id: str

    def __post_init__(self) -> None:
        require(self, "vendor_id")
        _check(self)

    def render(self) -> str:
        return branch("update", branch("VENDOR", leaf("VENDORID", self.vendor_id), _render_values(self)))


def _check(vendor: VendorValues) -> None:
    check_lengths(vendor, _LENGTHS)
    check_choice(vendor, "status", ("active", "inactive"))
    check_choice(vendor, "restriction", ("Unrestricted", "RootOnly", "Restricted"))
    if (vendor.restriction == "Restricted") != bool(vendor.restricted_locations):
        raise ValueError(f"{type(vendor).__name__}: restricted_locations go with restriction 'Restricted'")
    set_number(vendor, "credit_limit", places=2)


def _render_reference(name: str, contact: str | None) -> str:
    return "" if contact is None else branch(name, leaf("CONTACTNAME", contact))
