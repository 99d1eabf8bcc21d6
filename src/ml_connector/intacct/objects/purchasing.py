"""PODOCUMENT and its lines: orders, receivers, vendor invoices; and their definitions."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingDocument(Record):
    """`document_id` is the name of the definition, a dash and the number."""

    OBJECT: ClassVar[str] = "PODOCUMENT"

    document_id: Annotated[str, "DOCID"]
    number: Annotated[str, "DOCNO"]
    definition: Annotated[str, "DOCPARID"]
    state: Annotated[str, "STATE"]
    vendor_id: Annotated[str, "CUSTVENDID"]
    created_from: Annotated[str, "CREATEDFROM"]  #: document_id of what it was converted from
    reference: Annotated[str, "PONUMBER"]
    vendor_number: Annotated[str, "VENDORDOCNO"]
    message: Annotated[str, "MESSAGE"]
    date: Annotated[dt.date | None, "WHENCREATED"]
    due_date: Annotated[dt.date | None, "WHENDUE"]
    total: Annotated[Decimal | None, "TOTAL"]  #: which currency is not documented
    currency: Annotated[str, "CURRENCY"]
    bill_no: Annotated[int | None, "PRRECORDKEY"]  #: RECORDNO of the bill it made
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingLine(Record):
    """`line_no` counts from 0, where an update counts from 1. DOCHDRNO and DOCHDRID are inferred."""

    OBJECT: ClassVar[str] = "PODOCUMENTENTRY"

    document_no: Annotated[int | None, "DOCHDRNO"]  #: RECORDNO of the document
    document_id: Annotated[str, "DOCHDRID"]
    line_no: Annotated[int | None, "LINE_NO"]
    item_id: Annotated[str, "ITEMID"]
    description: Annotated[str, "ITEMDESC"]
    quantity: Annotated[Decimal | None, "QUANTITY"]
    converted: Annotated[Decimal | None, "QTY_CONVERTED"]  #: inferred
    remaining: Annotated[Decimal | None, "QTY_REMAINING"]  #: inferred
    unit: Annotated[str, "UNIT"]
    price: Annotated[Decimal | None, "PRICE"]
    memo: Annotated[str, "MEMO"]
    source_line: Annotated[int | None, "SOURCE_DOCLINEKEY"]  #: the line it was converted from


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingSubtotal(Record):
    """A charge, allowance or tax of a document. DOCHDRNO is inferred."""

    OBJECT: ClassVar[str] = "PODOCUMENTSUBTOTALS"

    document_no: Annotated[int | None, "DOCHDRNO"]  #: RECORDNO of the document
    description: Annotated[str, "DESCRIPTION"]
    total: Annotated[Decimal | None, "TOTAL"]  #: signed


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingDefinition(Record):
    """What a kind of document does. Without a sequence a number has to be sent."""

    OBJECT: ClassVar[str] = "PODOCUMENTPARAMS"

    name: Annotated[str, "DOCID"]
    description: Annotated[str, "DESCRIPTION"]
    document_class: Annotated[str, "DOCCLASS"]
    category: Annotated[str, "CATEGORY"]
    sequence: Annotated[str, "SEQUENCE"]
    created_by: Annotated[str, "CREATETYPE"]  #: `New document or Convert` or `Convert only`
    conversion: Annotated[str, "CONVTYPE"]
    posts_to: Annotated[str, "UPDATES_GL"]  #: `A` payables, `G` ledger, `N` nowhere
    status: Annotated[str, "STATUS"]
    creation_rule: Annotated[str, "TD_CREATION_RULE"] = ""  #: `Top level or Entity`, or one of them only


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedSubtotal:
    """A charge, allowance or tax that a definition provides for: what a document's subtotal may be called."""

    definition: str
    description: str
    is_discount: bool
    is_tax: bool
    is_apportioned: bool  #: spread over the lines
    gl_account_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedDocument:
    """What a definition provides for beside its own fields; `PurchasingDefinition` has those."""

    name: str
    subtotals: tuple[DefinedSubtotal, ...]
    sources: tuple[str, ...]  #: RECALLS: the definitions whose documents may be converted into its own
