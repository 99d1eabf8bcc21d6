"""Lines and subtotals of purchasing transactions, their elements in the order of the schema."""

from dataclasses import dataclass
from decimal import Decimal

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import check_lengths, require, set_number
from ml_connector.intacct.writing.parts import (
    NO_DIMENSIONS,
    CustomField,
    Dimensions,
    render_custom_fields,
    render_dimensions,
)

_LENGTHS = {"item_id": 30, "description": 200, "unit": 30, "memo": 500, "warehouse_id": 40}
_PLACE = {"locationid": "location_id", "departmentid": "department_id"}
_REST = {
    "projectid": "project_id",
    "taskid": "task_id",
    "customerid": "customer_id",
    "vendorid": "vendor_id",
    "employeeid": "employee_id",
    "classid": "class_id",
}
_SUBTOTAL = {**_PLACE, **_REST, "itemid": "item_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPurchasingLine:
    """One potransitem. There is no line of an account alone: each needs an item.

    A line converted from another names it: by `source_line` where the document names its source, by
    `source_document` and `source_document_line` where the company converts from several. Both lines are
    RECORDNOs.
    """

    item_id: str
    quantity: Decimal
    unit: str | None = None  #: one of the item's units, letter by letter
    price: Decimal | None = None
    description: str | None = None
    warehouse_id: str | None = None  #: obligatory for inventory
    memo: str | None = None
    source_line: int | None = None
    source_document: str | None = None  #: a DOCID
    source_document_line: int | None = None
    dimensions: Dimensions = NO_DIMENSIONS
    custom: tuple[CustomField, ...] = ()

    def __post_init__(self) -> None:
        require(self, "item_id")
        _check(self)
        if (self.source_document is None) != (self.source_document_line is None):
            raise ValueError("NewPurchasingLine: source_document and source_document_line go together")
        if self.source_line is not None and self.source_document is not None:
            raise ValueError("NewPurchasingLine: give source_line or source_document, not both")

    def render(self) -> str:
        return branch(
            "potransitem",
            leaf("itemid", self.item_id),
            optional("itemdesc", self.description),
            optional("warehouseid", self.warehouse_id),
            leaf("quantity", f"{self.quantity:f}"),
            optional("unit", self.unit),
            _render_number("price", self.price),
            _render_number("sourcelinekey", self.source_line),
            _render_coding(self.dimensions, self.memo, self.custom),
            optional("sourcedocid", self.source_document),
            _render_number("sourcedoclineid", self.source_document_line),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingLineChange:
    """One updatepotransitem: what is None stays as it is."""

    line_no: int  #: as read, from 0; Intacct counts from 1 here
    item_id: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    description: str | None = None
    warehouse_id: str | None = None
    memo: str | None = None
    dimensions: Dimensions = NO_DIMENSIONS
    custom: tuple[CustomField, ...] = ()

    def __post_init__(self) -> None:
        if self.line_no < 0:
            raise ValueError(f"PurchasingLineChange: line_no is {self.line_no}; lines count from 0")
        _check(self)

    def render(self) -> str:
        inner = branch(
            "updatepotransitem",
            optional("itemid", self.item_id),
            optional("itemdesc", self.description),
            optional("warehouseid", self.warehouse_id),
            _render_number("quantity", self.quantity),
            optional("unit", self.unit),
            _render_number("price", self.price),
            _render_coding(self.dimensions, self.memo, self.custom),
        )
        return inner.replace("<updatepotransitem>", f'<updatepotransitem line_num="{self.line_no + 1}">', 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtotal:
    """A charge, a discount or tax, by the name that the definition gives it."""

    description: str
    total: Decimal
    dimensions: Dimensions = NO_DIMENSIONS

    def __post_init__(self) -> None:
        require(self, "description")
        check_lengths(self, {"description": 80})
        set_number(self, "total", places=2)

    def render(self, name: str = "subtotal") -> str:
        return branch(
            name,
            leaf("description", self.description),
            leaf("total", f"{self.total:f}"),
            render_dimensions(self.dimensions, _SUBTOTAL),
        )


def _check(line: NewPurchasingLine | PurchasingLineChange) -> None:
    check_lengths(line, _LENGTHS)
    set_number(line, "quantity", places=4)
    set_number(line, "price", places=10)


def _render_number(name: str, number: Decimal | int | None) -> str:
    return optional(
        name, None if number is None else f"{number:f}" if isinstance(number, Decimal) else str(number)
    )


def _render_coding(dimensions: Dimensions, memo: str | None, custom: tuple[CustomField, ...]) -> str:
    return (
        render_dimensions(dimensions, _PLACE)
        + optional("memo", memo)
        + render_custom_fields(custom)
        + render_dimensions(dimensions, _REST)
    )
