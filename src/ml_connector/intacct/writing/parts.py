"""Parts that many functions share: dimensions, currency, custom fields, dates in three elements."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final, Literal

from ml_connector.intacct.markup import branch, format_date, leaf, optional
from ml_connector.intacct.query import check_name
from ml_connector.intacct.writing.checks import check_choice, check_lengths, require, set_number

Action = Literal["Draft", "Submit"]
ACTIONS: Final = ("Draft", "Submit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimensions:
    """What a line is booked to. Those that are None are not sent. A task needs a project."""

    location_id: str | None = None
    department_id: str | None = None
    class_id: str | None = None
    project_id: str | None = None
    task_id: str | None = None
    customer_id: str | None = None
    vendor_id: str | None = None
    employee_id: str | None = None
    item_id: str | None = None
    warehouse_id: str | None = None

    def __post_init__(self) -> None:
        check_lengths(self, {field.name: 40 for field in fields(self)})
        if self.task_id and not self.project_id:
            raise ValueError(f"Dimensions: task_id {self.task_id!r} needs the project_id it belongs to")


NO_DIMENSIONS: Final = Dimensions()
#: The older functions' names of dimensions, in the order of the schema; others may stand between and behind them.
PLACE: Final = {"locationid": "location_id", "departmentid": "department_id"}
FURTHER: Final = {
    "projectid": "project_id",
    "taskid": "task_id",
    "customerid": "customer_id",
    "vendorid": "vendor_id",
    "employeeid": "employee_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency and what it is worth in the books: by a type of rate, on a day, or by the rate itself."""

    code: str
    base: str | None = None
    rate_type: str = "Intacct Daily Rate"
    rate_date: dt.date | None = None
    rate: Decimal | None = None  #: instead of type and date

    def __post_init__(self) -> None:
        require(self, "code")
        check_lengths(self, {"code": 3, "base": 3, "rate_type": 100})
        if self.rate is not None and self.rate_date is not None:
            raise ValueError("Currency: give a rate, or the day of its type, not both")
        set_number(self, "rate", places=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A field of the company's own, by its integration name. Several picks are joined by `#~#`."""

    name: str
    value: str

    def __post_init__(self) -> None:
        check_name(self.name)


def render_number(name: str, number: Decimal | int | None) -> str:
    """A number without an exponent; nothing for None."""
    return "" if number is None else leaf(name, f"{number:f}" if isinstance(number, Decimal) else str(number))


def render_day(name: str, day: dt.date | None) -> str:
    """A date of the generic functions; nothing for None."""
    return "" if day is None else leaf(name, format_date(day))


def render_date(name: str, day: dt.date | None) -> str:
    """A date of the older functions: year, month and day in elements of their own; nothing for none."""
    if day is None:
        return ""
    parts = (leaf("year", f"{day.year:04}"), leaf("month", f"{day.month:02}"), leaf("day", f"{day.day:02}"))
    return branch(name, *parts)


def render_currency(currency: Currency | None) -> str:
    """The currency group of the older functions. Naming a currency obliges to say what it is worth."""
    if currency is None:
        return ""
    worth = (
        render_date("exchratedate", currency.rate_date) + leaf("exchratetype", currency.rate_type)
        if currency.rate is None
        else leaf("exchrate", f"{currency.rate:f}")
    )
    return optional("basecurr", currency.base) + leaf("currency", currency.code) + worth


def render_custom_fields(custom: Iterable[CustomField]) -> str:
    """The custom fields of the older functions; nothing when there are none."""
    rendered = tuple(
        branch("customfield", leaf("customfieldname", each.name), leaf("customfieldvalue", each.value))
        for each in custom
    )
    return branch("customfields", *rendered) if rendered else ""


def check_dimensions(record: object, dimensions: Dimensions, *names: Mapping[str, str]) -> None:
    """Raises ValueError for a dimension with a value that the record has no element for."""
    known = {attribute for each in names for attribute in each.values()}
    given = [item.name for item in fields(dimensions) if getattr(dimensions, item.name) is not None]
    lost = [name for name in given if name not in known]
    if lost:
        raise ValueError(f"{type(record).__name__}: its dimensions cannot have {', '.join(lost)}")


def render_dimensions(dimensions: Dimensions, names: Mapping[str, str]) -> str:
    """The dimensions with a value, by element name, in the order of `names`."""
    return "".join(optional(name, getattr(dimensions, attribute)) for name, attribute in names.items())


def render_flag(name: str, flag: bool | None) -> str:  # noqa: FBT001 (a value of the record, not a switch)
    """The words true or false; nothing for None."""
    return "" if flag is None else leaf(name, "true" if flag else "false")


def render_contact_name(name: str, contact: str | None) -> str:
    """A contact of a document by name; an empty one takes the vendor's own."""
    return branch(name, leaf("contactname", contact or ""))


def check_action(record: object) -> None:
    """Raises ValueError when the attribute `action` is neither Draft nor Submit."""
    check_choice(record, "action", ACTIONS)
