"""X12 for Python: bytes to interchanges, transaction sets and typed documents. No I/O, no clock.

    for item in read(chunks):           # Interchange | Transaction | Finding
        if isinstance(item, Transaction) and item.set_code == "810":
            reading = parse_invoice(item)

Nothing in a file raises: what is wrong with it comes as findings, in the stream, on the
interchange, on the transaction or with the document, each with a code, a place and a severity.
"""

from ml_connector.edi.arithmetic import Arithmetic, Attempt, Component, ComponentKind, explain_total
from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.documents.invoice810 import Invoice, InvoiceKind, InvoiceLine, parse_invoice
from ml_connector.edi.documents.items import ProductId
from ml_connector.edi.documents.parts import Adjustment, DatedQualifier, Party, Reference, Tax, Terms
from ml_connector.edi.documents.reading import Reading
from ml_connector.edi.envelope import Group, Interchange, PartyId, Transaction
from ml_connector.edi.errors import EdiError, NotReadable
from ml_connector.edi.findings import Code, Finding, Severity
from ml_connector.edi.reader import Item, read
from ml_connector.edi.reread import reread
from ml_connector.edi.segments import Segment

__all__ = [
    "Adjustment",
    "Arithmetic",
    "Attempt",
    "Code",
    "Component",
    "ComponentKind",
    "DatedQualifier",
    "Delimiters",
    "EdiError",
    "Finding",
    "Group",
    "Interchange",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "Item",
    "NotReadable",
    "Party",
    "PartyId",
    "ProductId",
    "Reading",
    "Reference",
    "Segment",
    "Severity",
    "Tax",
    "Terms",
    "Transaction",
    "explain_total",
    "parse_invoice",
    "read",
    "reread",
]
