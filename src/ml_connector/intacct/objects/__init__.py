"""Records read from Intacct, one file for each object."""

from ml_connector.intacct.objects.account import Account
from ml_connector.intacct.objects.adjustment import Adjustment, AdjustmentLine
from ml_connector.intacct.objects.audit import AuditEntry
from ml_connector.intacct.objects.bill import BillFound, BillKey
from ml_connector.intacct.objects.bill_detail import Bill, BillLine
from ml_connector.intacct.objects.class_dim import ClassDim
from ml_connector.intacct.objects.contact import Contact
from ml_connector.intacct.objects.department import Department
from ml_connector.intacct.objects.entity import Entity
from ml_connector.intacct.objects.item import Item
from ml_connector.intacct.objects.journal import JournalEntry, JournalLine
from ml_connector.intacct.objects.location import Location
from ml_connector.intacct.objects.payment import Payment, PaymentPart
from ml_connector.intacct.objects.project import Project
from ml_connector.intacct.objects.purchasing import PurchasingDefinition, PurchasingDocument, PurchasingLine
from ml_connector.intacct.objects.record import Entry, Readable, Record
from ml_connector.intacct.objects.stat_account import StatAccount
from ml_connector.intacct.objects.term import Term
from ml_connector.intacct.objects.vendor import Vendor
from ml_connector.intacct.objects.vendor_detail import VendorDetail, VendorFound

__all__ = [
    "Account",
    "Adjustment",
    "AdjustmentLine",
    "AuditEntry",
    "Bill",
    "BillFound",
    "BillKey",
    "BillLine",
    "ClassDim",
    "Contact",
    "Department",
    "Entity",
    "Entry",
    "Item",
    "JournalEntry",
    "JournalLine",
    "Location",
    "Payment",
    "PaymentPart",
    "Project",
    "PurchasingDefinition",
    "PurchasingDocument",
    "PurchasingLine",
    "Readable",
    "Record",
    "StatAccount",
    "Term",
    "Vendor",
    "VendorDetail",
    "VendorFound",
]
