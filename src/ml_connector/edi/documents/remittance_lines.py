"""What a payment is for: the documents it pays, the adjustments made, and the entities these belong to."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from ml_connector.edi.documents.items import ProductId, read_product_ids
from ml_connector.edi.documents.layouts import AMOUNT, REAL, TEXT, Values
from ml_connector.edi.documents.loops import Section, divide_loops, read_notes
from ml_connector.edi.documents.masking import mask_person
from ml_connector.edi.documents.parts import (
    Adjustment,
    DatedQualifier,
    Reference,
    read_adjustment,
    read_dates,
    read_references,
)
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

_NAME = frozenset({"N2", "N3", "N4", "REF", "PER"})
_ENTITY_LOOPS = {"NM1": _NAME, "N1": _NAME}
_ITEM_LOOPS = {"SLN": frozenset({"REF", "DTM", "SAC", "TXI"})}


class RemittedKind(StrEnum):
    """Which way a document counts in a payment."""

    PAYMENT = "payment"
    CREDIT = "credit"  #: a credit taken: RMR04 is negative and lowers the payment


class RemittedItem(Struct, frozen=True, kw_only=True, gc=False):
    """IT1: an item of a document paid, or of an adjustment."""

    segment: int
    number: str  #: IT101
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    basis: str
    product_ids: tuple[ProductId, ...]
    references: tuple[Reference, ...]
    adjustments: tuple[Adjustment, ...]


class PaymentAdjustment(Struct, frozen=True, kw_only=True, gc=False):
    """ADX: an amount by which a payment differs from what was invoiced."""

    segment: int
    entity: int | None  #: from 0, among the entities; None outside any
    amount: (
        Decimal | None
    )  #: as sent: up to version 003040 a positive one lowers the payment, later it raises it
    reason: str  #: element 426, see `AdjustmentReason`
    qualifier: str  #: what kind of number `number` is, such as CM (credit memo)
    number: str
    references: tuple[Reference, ...]
    dates: tuple[DatedQualifier, ...]
    notes: tuple[str, ...]
    items: tuple[RemittedItem, ...]


class RemittedDocument(Struct, frozen=True, kw_only=True, gc=False):
    """RMR: an open document that is paid, or a credit that is taken."""

    segment: int
    entity: int | None  #: from 0, among the entities; None outside any
    kind: RemittedKind
    qualifier: str  #: element 128, such as IV (invoice)
    number: str
    action: str  #: element 482, such as PO (on account) or PI (this item)
    paid: Decimal | None  #: RMR04
    total: Decimal | None  #: RMR05, of the document
    discount: Decimal | None  #: RMR06, taken
    reason: str  #: RMR07, see `AdjustmentReason`
    adjustment: Decimal | None  #: RMR08
    references: tuple[Reference, ...]
    dates: tuple[DatedQualifier, ...]
    notes: tuple[str, ...]
    items: tuple[RemittedItem, ...]
    adjustments: tuple[PaymentAdjustment, ...]  #: these mostly explain why `paid` is not `total`


class EntityName(Struct, frozen=True, gc=False):
    """NM1: a person or organisation; a social security number is masked."""

    role: str
    name: str
    first_name: str
    qualifier: str
    id: str


class Entity(Struct, frozen=True, kw_only=True, gc=False):
    """ENT: whom the documents after it concern, such as a branch of the payer; a social security number is masked."""

    segment: int
    number: str
    role: str  #: element 98, such as PR (payer)
    qualifier: str
    id: str
    names: tuple[EntityName, ...]


class Block(Struct, frozen=True, kw_only=True, gc=False):
    """A loop of an 820 with the loops inside it."""

    section: Section
    entity: int | None
    items: list[Section]
    adjustments: list["Block"]


_DOCUMENT = Values(TEXT, TEXT, TEXT, AMOUNT, AMOUNT, AMOUNT, TEXT, AMOUNT)
_ADJUSTMENT = Values(AMOUNT, TEXT, TEXT, TEXT)
_ITEM = Values(TEXT, REAL, TEXT, REAL, TEXT)


def read_document(block: Block, reader: ElementReader) -> RemittedDocument:
    """The document of an RMR."""
    head, loops = block.section.rows[0], divide_loops(block.section.rows, {})
    qualifier, number, action, paid, total, discount, reason, adjustment = _DOCUMENT.read(head, reader)
    if paid is None:
        reader.report(
            Code.PAID_MISSING, f"RMR04, what is paid of {qualifier} {number}, is not given", head, 4
        )
    if not number.strip(" "):
        message = f"RMR02, the number of a document ({qualifier}) that {paid} is paid for, is empty"
        reader.report(Code.DOCUMENT_MISSING, message, head, 2)
    return RemittedDocument(
        segment=block.section.place,
        entity=block.entity,
        kind=RemittedKind.CREDIT if paid is not None and paid < 0 else RemittedKind.PAYMENT,
        qualifier=qualifier,
        number=number.strip(" "),
        action=action,
        paid=paid,
        total=total,
        discount=discount,
        reason=reason,
        adjustment=adjustment,
        references=read_references(loops),
        dates=read_dates(loops, reader),
        notes=read_notes(loops),
        items=tuple([_read_item(section, reader) for section in block.items]),
        adjustments=tuple([read_payment_adjustment(each, reader) for each in block.adjustments]),
    )


def read_payment_adjustment(block: Block, reader: ElementReader) -> PaymentAdjustment:
    """The adjustment of an ADX."""
    head, loops = block.section.rows[0], divide_loops(block.section.rows, {})
    amount, reason, qualifier, number = _ADJUSTMENT.read(head, reader)
    return PaymentAdjustment(
        segment=block.section.place,
        entity=block.entity,
        amount=amount,
        reason=reason,
        qualifier=qualifier,
        number=number.strip(" "),
        references=read_references(loops),
        dates=read_dates(loops, reader),
        notes=read_notes(loops),
        items=tuple([_read_item(section, reader) for section in block.items]),
    )


def read_entity(section: Section) -> Entity:
    """The entity of an ENT."""
    head, loops = section.rows[0], divide_loops(section.rows, _ENTITY_LOOPS)
    number, role, qualifier, name = [get_element(head, n) for n in range(1, 5)]
    return Entity(
        segment=section.place,
        number=number,
        role=role,
        qualifier=qualifier,
        id=mask_person(qualifier, name),
        names=tuple([_read_name(row) for row in loops.pick("NM1")]),
    )


def _read_name(row: Row) -> EntityName:
    role, name, first, qualifier, number = [get_element(row, n) for n in (1, 3, 4, 8, 9)]
    return EntityName(role, name, first, qualifier, mask_person(qualifier, number))


def _read_item(section: Section, reader: ElementReader) -> RemittedItem:
    head, loops = section.rows[0], divide_loops(section.rows, _ITEM_LOOPS)
    number, quantity, unit, price, basis = _ITEM.read(head, reader)
    return RemittedItem(
        segment=section.place,
        number=number.strip(" "),
        quantity=quantity,
        unit=unit,
        price=price,
        basis=basis,
        product_ids=read_product_ids(head, 6),
        references=read_references(loops),
        adjustments=tuple([read_adjustment(row, reader) for row in loops.pick("SAC")]),
    )
