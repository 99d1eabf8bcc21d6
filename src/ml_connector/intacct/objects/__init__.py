"""Records read from Intacct, by what they are about."""

from ml_connector.intacct.objects.account import Account
from ml_connector.intacct.objects.account_label import AccountLabel
from ml_connector.intacct.objects.adjustment import Adjustment, AdjustmentLine
from ml_connector.intacct.objects.audit import AuditEntry
from ml_connector.intacct.objects.bill import BillFound, BillKey
from ml_connector.intacct.objects.bill_detail import Bill, BillLine
from ml_connector.intacct.objects.contact import Contact
from ml_connector.intacct.objects.dimensions import (
    ClassDim,
    Department,
    Dimension,
    DimensionValue,
    Entity,
    Location,
    Project,
    Warehouse,
)
from ml_connector.intacct.objects.item import Item, ItemCrossReference, Unit, UnitGroup
from ml_connector.intacct.objects.journal import Journal, JournalEntry, JournalLine
from ml_connector.intacct.objects.paying import Card, CheckingAccount, SavingsAccount
from ml_connector.intacct.objects.payment import Payment, PaymentPart
from ml_connector.intacct.objects.preference import Preference
from ml_connector.intacct.objects.purchasing import (
    DefinedDocument,
    DefinedSubtotal,
    PurchasingDefinition,
    PurchasingDocument,
    PurchasingLine,
    PurchasingSubtotal,
)
from ml_connector.intacct.objects.record import Entry, Readable, Record
from ml_connector.intacct.objects.stat_account import StatAccount
from ml_connector.intacct.objects.tax import TaxDetail, TaxSchedule, TaxSolution
from ml_connector.intacct.objects.term import Term, TermDiscount
from ml_connector.intacct.objects.vendor import Vendor
from ml_connector.intacct.objects.vendor_detail import VendorDetail, VendorFound

__all__ = [
    "Account",
    "AccountLabel",
    "Adjustment",
    "AdjustmentLine",
    "AuditEntry",
    "Bill",
    "BillFound",
    "BillKey",
    "BillLine",
    "Card",
    "CheckingAccount",
    "ClassDim",
    "Contact",
    "DefinedDocument",
    "DefinedSubtotal",
    "Department",
    "Dimension",
    "DimensionValue",
    "Entity",
    "Entry",
    "Item",
    "ItemCrossReference",
    "Journal",
    "JournalEntry",
    "JournalLine",
    "Location",
    "Payment",
    "PaymentPart",
    "Preference",
    "Project",
    "PurchasingDefinition",
    "PurchasingDocument",
    "PurchasingLine",
    "PurchasingSubtotal",
    "Readable",
    "Record",
    "SavingsAccount",
    "StatAccount",
    "TaxDetail",
    "TaxSchedule",
    "TaxSolution",
    "Term",
    "TermDiscount",
    "Unit",
    "UnitGroup",
    "Vendor",
    "VendorDetail",
    "VendorFound",
    "Warehouse",
]
