"""Records read from Intacct: each class names its object and fields once, and is made from a row."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Protocol, Self

from ml_connector.intacct.results import Row


class Readable(Protocol):
    """A record that can be read by `query`. Ids and names keep their exact spelling."""

    OBJECT: ClassVar[str]
    FIELDS: ClassVar[tuple[str, ...]]

    @classmethod
    def from_row(cls, row: Row) -> Self: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
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


#: Which dimension an account's flag makes obligatory on every line that posts to it.
_REQUIRES = {
    "REQUIREDEPT": "department",
    "REQUIRELOC": "location",
    "REQUIRECLASS": "class",
    "REQUIREPROJECT": "project",
    "REQUIRETASK": "task",
    "REQUIRECUSTOMER": "customer",
    "REQUIREVENDOR": "vendor",
    "REQUIREEMPLOYEE": "employee",
    "REQUIREITEM": "item",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    OBJECT: ClassVar[str] = "GLACCOUNT"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "ACCOUNTNO",
        "TITLE",
        "ACCOUNTTYPE",
        "NORMALBALANCE",
        "STATUS",
        "ALTERNATIVEACCOUNT",
        *_REQUIRES,
    )

    record_no: int
    account_no: str
    title: str
    account_type: str  #: `balancesheet` or `incomestatement`
    normal_balance: str  #: `debit` or `credit`
    status: str
    alternative: str  #: `None`, `Payables account` or `Receivables account`, in Intacct's words
    requires: frozenset[str]  #: names of dimensions, such as `department`

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            account_no=row.text("ACCOUNTNO"),
            title=row.text("TITLE"),
            account_type=row.text("ACCOUNTTYPE"),
            normal_balance=row.text("NORMALBALANCE"),
            status=row.text("STATUS"),
            alternative=row.text("ALTERNATIVEACCOUNT"),
            requires=frozenset(name for flag, name in _REQUIRES.items() if row.flag(flag)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    OBJECT: ClassVar[str] = "DEPARTMENT"
    FIELDS: ClassVar[tuple[str, ...]] = ("DEPARTMENTID", "TITLE", "PARENTID", "STATUS")

    record_no: int
    department_id: str
    name: str  #: TITLE
    parent_id: str
    status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            department_id=row.text("DEPARTMENTID"),
            name=row.text("TITLE"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A location; an entity is one as well."""

    OBJECT: ClassVar[str] = "LOCATION"
    FIELDS: ClassVar[tuple[str, ...]] = ("LOCATIONID", "NAME", "PARENTID", "STATUS", "CURRENCY")

    record_no: int
    location_id: str
    name: str
    parent_id: str
    status: str
    currency: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            location_id=row.text("LOCATIONID"),
            name=row.text("NAME"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
            currency=row.text("CURRENCY"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDim:
    """The dimension Intacct calls class."""

    OBJECT: ClassVar[str] = "CLASS"
    FIELDS: ClassVar[tuple[str, ...]] = ("CLASSID", "NAME", "PARENTID", "STATUS")

    record_no: int
    class_id: str
    name: str
    parent_id: str
    status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            class_id=row.text("CLASSID"),
            name=row.text("NAME"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    OBJECT: ClassVar[str] = "PROJECT"
    FIELDS: ClassVar[tuple[str, ...]] = ("PROJECTID", "NAME", "PARENTID", "STATUS")

    record_no: int
    project_id: str
    name: str
    parent_id: str
    status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            project_id=row.text("PROJECTID"),
            name=row.text("NAME"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A payment term. DUEDATE and DUEFROM are the names other integrations read (inferred)."""

    OBJECT: ClassVar[str] = "APTERM"
    FIELDS: ClassVar[tuple[str, ...]] = ("NAME", "STATUS", "DESCRIPTION", "DUEDATE", "DUEFROM")

    record_no: int
    name: str
    status: str
    description: str
    due_days: int | None
    due_from: str  #: such as `from invoice/bill date`

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            name=row.text("NAME"),
            status=row.text("STATUS"),
            description=row.text("DESCRIPTION"),
            due_days=row.integer("DUEDATE"),
            due_from=row.text("DUEFROM"),
        )


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
