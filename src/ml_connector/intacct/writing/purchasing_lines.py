"""Lines and subtotals of purchasing transactions, their elements in the order of the schema."""

from dataclasses import dataclass
from decimal import Decimal

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import check_lengths, require, set_number
from ml_connector.intacct.writing.parts import (
    FURTHER,
    NO_DIMENSIONS,
    PLACE,
    CustomField,
    Dimensions,
    check_dimensions,
    render_custom_fields,
    render_dimensions,
    render_number,
)

_LENGTHS = {"item_id": 30, "description": 200, "unit": 30, "memo": 500, "warehouse_id": 40}
_REST = {**FURTHER, "classid": "class_id"}
_SUBTOTAL = {**PLACE, **_REST, "itemid": "item_id"}


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
            render_number("quantity", self.quantity),
            optional("unit", self.unit),
            render_number("price", self.price),
            render_number("sourcelinekey", self.source_line),
            _render_coding(self.dimensions, self.memo, self.custom),
            optional("sourcedocid", self.source_document),
            render_number("sourcedoclineid", self.source_document_line),
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
            render_number("quantity", self.quantity),
            optional("unit", self.unit),
            render_number("price", self.price),
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
        check_dimensions(self, self.dimensions, _SUBTOTAL)

    def render(self, name: str = "subtotal") -> str:
        return branch(
            name,
            leaf("description", self.description),
            render_number("total", self.total),
            render_dimensions(self.dimensions, _SUBTOTAL),
        )


def _check(line: NewPurchasingLine | PurchasingLineChange) -> None:
    check_lengths(line, _LENGTHS)
    set_number(line, "quantity", places=4)
    set_number(line, "price", places=10)
    check_dimensions(line, line.dimensions, PLACE, _REST)


def _render_coding(dimensions: Dimensions, memo: str | None, custom: tuple[CustomField, ...]) -> str:
    return (
        render_dimensions(dimensions, PLACE)
        + optional("memo", memo)
        + render_custom_fields(custom)
        + render_dimensions(dimensions, _REST)
    )
