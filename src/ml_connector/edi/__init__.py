"""X12 for Python: bytes to interchanges, transaction sets and typed documents. No I/O, no clock.

    for item in read(chunks):           # Interchange | InterchangeAnswer | Transaction | Finding
        if isinstance(item, Transaction):
            reading = parse_document(item)

    for item in inspect(chunks):        # the same in one pass with schemas, totals and a partner's policy
        ...

Nothing in a file raises: what is wrong with it comes as findings, in the stream, on the
interchange, on the transaction or with the document, each with a code, a place and a severity.
"""

from ml_connector.edi.arithmetic import (
    Arithmetic,
    Component,
    ComponentKind,
    explain_total,
    list_components,
)
from ml_connector.edi.checking import check_set
from ml_connector.edi.comparing import list_differences
from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.documents.acknowledgment855 import OrderAcknowledgment, parse_order_acknowledgment
from ml_connector.edi.documents.acknowledgments import (
    FunctionalAcknowledgment,
    InterchangeAcknowledgment,
    parse_acknowledgment,
    parse_ta1,
)
from ml_connector.edi.documents.adjustment812 import CreditAdjustment, parse_credit_adjustment
from ml_connector.edi.documents.advice824 import ApplicationAdvice
from ml_connector.edi.documents.change860 import (
    OrderChange,
    OrderChangeAcknowledgment,
    parse_order_change,
    parse_order_change_acknowledgment,
)
from ml_connector.edi.documents.grocery import parse_grocery_invoice, parse_grocery_order
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice810 import parse_invoice
from ml_connector.edi.documents.invoice_kinds import InvoiceKind
from ml_connector.edi.documents.invoice_lines import InvoiceLine
from ml_connector.edi.documents.items import ProductId
from ml_connector.edi.documents.order850 import Order, parse_order
from ml_connector.edi.documents.parts import Adjustment, DatedQualifier, Party, Reference, Tax, Terms
from ml_connector.edi.documents.reading import Reading
from ml_connector.edi.documents.remittance820 import Remittance, parse_remittance
from ml_connector.edi.documents.routes import Document, Unparsed, parse_document
from ml_connector.edi.documents.shipnotice856 import ShipNotice, parse_ship_notice
from ml_connector.edi.documents.sums import Attempt
from ml_connector.edi.duplicates import (
    Arrival,
    BusinessKey,
    Verdict,
    VerdictKind,
    describe_arrival,
    hash_interchange,
    judge_arrival,
    key_document,
)
from ml_connector.edi.envelope import Group, Interchange, InterchangeAnswer, PartyId, Transaction
from ml_connector.edi.errors import EdiError, NotReadable, OverlayInvalid, PolicyInvalid
from ml_connector.edi.excerpt import write_excerpt
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.inspection import InspectedAnswer, InspectedSet, Inspector, Ruling, inspect
from ml_connector.edi.policy import Policy, parse_policy
from ml_connector.edi.readable import write_readable
from ml_connector.edi.reader import Item, read
from ml_connector.edi.reread import reread
from ml_connector.edi.schema import Schema
from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.schema_loading import load_schema
from ml_connector.edi.segments import Segment
from ml_connector.edi.severity import Severity
from ml_connector.edi.tightening import tighten

__all__ = [
    "Adjustment",
    "ApplicationAdvice",
    "Arithmetic",
    "Arrival",
    "Attempt",
    "BusinessKey",
    "Code",
    "Component",
    "ComponentKind",
    "CreditAdjustment",
    "DatedQualifier",
    "Delimiters",
    "Document",
    "EdiError",
    "Finding",
    "FunctionalAcknowledgment",
    "Group",
    "InspectedAnswer",
    "InspectedSet",
    "Inspector",
    "Interchange",
    "InterchangeAcknowledgment",
    "InterchangeAnswer",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "Item",
    "NotReadable",
    "Order",
    "OrderAcknowledgment",
    "OrderChange",
    "OrderChangeAcknowledgment",
    "OverlayInvalid",
    "Party",
    "PartyId",
    "Policy",
    "PolicyInvalid",
    "ProductId",
    "Reading",
    "Reference",
    "Remittance",
    "Ruling",
    "Schema",
    "SchemaCode",
    "Segment",
    "Severity",
    "ShipNotice",
    "Tax",
    "Terms",
    "Transaction",
    "Unparsed",
    "Verdict",
    "VerdictKind",
    "check_set",
    "describe_arrival",
    "explain_total",
    "hash_interchange",
    "inspect",
    "judge_arrival",
    "key_document",
    "list_components",
    "list_differences",
    "load_schema",
    "parse_acknowledgment",
    "parse_credit_adjustment",
    "parse_document",
    "parse_grocery_invoice",
    "parse_grocery_order",
    "parse_invoice",
    "parse_order",
    "parse_order_acknowledgment",
    "parse_order_change",
    "parse_order_change_acknowledgment",
    "parse_policy",
    "parse_remittance",
    "parse_ship_notice",
    "parse_ta1",
    "read",
    "reread",
    "tighten",
    "write_excerpt",
    "write_readable",
]
