"""A client of the Sage Intacct XML gateway.

What only describes (records, queries, errors) is imported at once; what reaches the network (Client,
HttpTransport and their company) only when it is asked for, and the HTTP library with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ml_connector.intacct.catalogue import ErrorClass, Explanation, classify, explain, name_class
from ml_connector.intacct.envelope import Credentials
from ml_connector.intacct.errors import (
    Ambiguous,
    AnswerUnreadable,
    Broken,
    CredentialsRefused,
    EndpointRefused,
    ErrorDetail,
    IntacctError,
    NotSent,
    PermissionDenied,
    RequestRejected,
    SessionRefused,
    Throttled,
    Unavailable,
)
from ml_connector.intacct.formats import UserFormat
from ml_connector.intacct.objects import (
    Account,
    AccountLabel,
    Adjustment,
    AdjustmentLine,
    AuditEntry,
    Bill,
    BillFound,
    BillKey,
    BillLine,
    Card,
    CheckingAccount,
    ClassDim,
    Contact,
    DefinedDocument,
    DefinedSubtotal,
    Department,
    Dimension,
    DimensionValue,
    Entity,
    Entry,
    Item,
    ItemCrossReference,
    Journal,
    JournalEntry,
    JournalLine,
    Location,
    Payment,
    PaymentPart,
    Preference,
    Project,
    PurchasingDefinition,
    PurchasingDocument,
    PurchasingLine,
    PurchasingSubtotal,
    Readable,
    Record,
    SavingsAccount,
    StatAccount,
    TaxDetail,
    TaxSchedule,
    TaxSolution,
    Term,
    TermDiscount,
    Unit,
    UnitGroup,
    Vendor,
    VendorDetail,
    VendorFound,
    Warehouse,
)
from ml_connector.intacct.query import (
    Aggregate,
    Combination,
    Condition,
    Filter,
    Query,
    all_of,
    any_of,
    compare,
    negate,
)
from ml_connector.intacct.reading.changes import Changes, Deletion, Watermark
from ml_connector.intacct.reading.definitions import FieldDefinition, ObjectDefinition, Relationship
from ml_connector.intacct.reading.functions import quote
from ml_connector.intacct.results import CallResult, Row
from ml_connector.intacct.writing.adjustment import NewAdjustment, NewAdjustmentLine
from ml_connector.intacct.writing.attachment import AttachedFile, NewAttachment, NewFolder
from ml_connector.intacct.writing.bill import (
    ApBill,
    ApBillLine,
    BillCall,
    canonical,
    from_canonical,
    render_create,
)
from ml_connector.intacct.writing.call import Call, Writable
from ml_connector.intacct.writing.contact import Address, DisplayContact
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.journal import NewJournalEntry, NewJournalLine
from ml_connector.intacct.writing.parts import Currency, CustomField, Dimensions
from ml_connector.intacct.writing.payment import NewPayment, NewPaymentPart
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange, Subtotal
from ml_connector.intacct.writing.taxes import TaxEntry
from ml_connector.intacct.writing.vendor import NewVendor, VendorChange

_ON_DEMAND = (
    "cassette",
    "checks",
    "client",
    "gateway",
    "meter",
    "reading.reader",
    "reading.setup",
    "session",
    "transport",
    "writing.read_back",
    "writing.writer",
)

if TYPE_CHECKING:
    from ml_connector.intacct.cassette import (
        RecordingTransport,
        ReplayingTransport,
        Take,
        dump_takes,
        load_takes,
    )
    from ml_connector.intacct.checks import Check, list_checks
    from ml_connector.intacct.client import Client, Timeouts
    from ml_connector.intacct.gateway import Exchange
    from ml_connector.intacct.meter import Label, Meter, Usage
    from ml_connector.intacct.reading.reader import Reader
    from ml_connector.intacct.reading.setup import Setup
    from ml_connector.intacct.session import Connection
    from ml_connector.intacct.transport import Answer, HttpTransport, Transport
    from ml_connector.intacct.writing.read_back import AttachmentFound
    from ml_connector.intacct.writing.writer import Writer
else:  # hidden from type checkers, which would believe any name

    def __getattr__(name: str) -> object:
        if name in __all__:
            for place in _ON_DEMAND:
                module = import_module(f"{__name__}.{place}")
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Account",
    "AccountLabel",
    "Address",
    "Adjustment",
    "AdjustmentLine",
    "Aggregate",
    "Ambiguous",
    "Answer",
    "AnswerUnreadable",
    "ApBill",
    "ApBillLine",
    "AttachedFile",
    "AttachmentFound",
    "AuditEntry",
    "Bill",
    "BillCall",
    "BillFound",
    "BillKey",
    "BillLine",
    "Broken",
    "Call",
    "CallResult",
    "Card",
    "Changes",
    "Check",
    "CheckingAccount",
    "ClassDim",
    "Client",
    "Combination",
    "Condition",
    "Connection",
    "Contact",
    "Credentials",
    "CredentialsRefused",
    "Currency",
    "CustomField",
    "DefinedDocument",
    "DefinedSubtotal",
    "Deletion",
    "Department",
    "Dimension",
    "DimensionValue",
    "Dimensions",
    "DisplayContact",
    "EndpointRefused",
    "Entity",
    "Entry",
    "ErrorClass",
    "ErrorDetail",
    "Exchange",
    "Explanation",
    "FieldDefinition",
    "Filter",
    "HttpTransport",
    "IntacctError",
    "Item",
    "ItemCrossReference",
    "Journal",
    "JournalEntry",
    "JournalLine",
    "Label",
    "Location",
    "Meter",
    "NewAdjustment",
    "NewAdjustmentLine",
    "NewAttachment",
    "NewFolder",
    "NewJournalEntry",
    "NewJournalLine",
    "NewPayment",
    "NewPaymentPart",
    "NewPurchasing",
    "NewPurchasingLine",
    "NewVendor",
    "NotSent",
    "ObjectDefinition",
    "Payment",
    "PaymentPart",
    "PermissionDenied",
    "Preference",
    "Project",
    "PurchasingChange",
    "PurchasingDefinition",
    "PurchasingDocument",
    "PurchasingLine",
    "PurchasingLineChange",
    "PurchasingSubtotal",
    "Query",
    "Readable",
    "Reader",
    "Record",
    "RecordDeletion",
    "RecordingTransport",
    "Relationship",
    "ReplayingTransport",
    "RequestRejected",
    "Row",
    "SavingsAccount",
    "SessionRefused",
    "Setup",
    "StatAccount",
    "Subtotal",
    "Take",
    "TaxDetail",
    "TaxEntry",
    "TaxSchedule",
    "TaxSolution",
    "Term",
    "TermDiscount",
    "Throttled",
    "Timeouts",
    "Transport",
    "Unavailable",
    "Unit",
    "UnitGroup",
    "Usage",
    "UserFormat",
    "Vendor",
    "VendorChange",
    "VendorDetail",
    "VendorFound",
    "Warehouse",
    "Watermark",
    "Writable",
    "Writer",
    "all_of",
    "any_of",
    "canonical",
    "classify",
    "compare",
    "dump_takes",
    "explain",
    "from_canonical",
    "list_checks",
    "load_takes",
    "name_class",
    "negate",
    "quote",
    "render_create",
]
