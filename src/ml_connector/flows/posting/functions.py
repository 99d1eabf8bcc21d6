"""What counts of a function while it is posted, whatever it writes."""

from collections.abc import Sequence
from dataclasses import replace

from ml_connector.intacct.writing.adjustment import NewAdjustment, NewAdjustmentLine
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.intacct.writing.journal import NewJournalEntry, NewJournalLine
from ml_connector.intacct.writing.payment import NewPayment, NewPaymentPart
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.undoing import name_deleted
from ml_connector.records.posting import Function

Line = (
    ApBillLine
    | NewAdjustmentLine
    | NewPaymentPart
    | NewJournalLine
    | NewPurchasingLine
    | PurchasingLineChange
)


def name_function(function: Function) -> str:
    """The number people know by what it writes: the vendor's, or that of the transaction it changes."""
    match function:
        case ApBill():
            return function.number
        case NewAdjustment() | NewPayment():
            return function.number or function.NAME
        case NewJournalEntry():
            return function.title
        case NewPurchasing():
            number = function.vendor_number or function.number or function.reference or ""
            return f"{function.definition} {number}".rstrip()
        case RecordDeletion():
            return f"the deletion of {name_deleted(function)}"
        case _:
            return function.document_id


def is_final(function: Function) -> bool:
    """Whether it is more than a draft; a change takes effect at once, and what is deleted is one."""
    match function:
        case RecordDeletion():
            return False
        case ApBill() | NewAdjustment() | NewPayment():
            return function.action == "Submit"
        case NewPurchasing() | NewJournalEntry():
            return function.state != "Draft"
        case _:
            return True


def name_action(function: Function) -> str:
    """What Intacct is asked to do with it, in its own word for most."""
    if isinstance(function, RecordDeletion):
        return "Delete"
    return "Submit" if is_final(function) else "Draft"


def list_lines(function: Function) -> Sequence[Line]:
    """What it is made of: the lines of what is booked, the parts of a payment; a deletion has none."""
    match function:
        case NewPayment():
            return function.parts
        case RecordDeletion():
            return ()
        case _:
            return function.lines


def find_paid_vendor(function: Function, rules: Rules) -> str | None:
    """The vendor whose own pay-to contact it is paid to; None for what names another, or is not paid."""
    match function:
        case ApBill(pay_to_contact=None):
            return function.vendor_id
        case NewPurchasing(pay_to=None) if function.definition == rules.purchasing.definitions.invoice:
            return function.vendor_id
        case _:
            return None


def takes_attachment(function: Function) -> bool:
    """Whether what it creates can name an attachment; changes leave that of the transaction as it is."""
    return isinstance(function, ApBill | NewJournalEntry | NewPurchasing)


def name_attachment(function: Function, attachment: str) -> Function:
    """The function, naming an attachment if it can."""
    match function:
        case ApBill() | NewJournalEntry() | NewPurchasing():
            return replace(function, attachment_id=attachment)
        case _:
            return function


def name_key(function: Function, key: str | None) -> str | None:
    """Intacct's key of what was written: as it answered; what was changed or deleted has one, said or not."""
    match function:
        case RecordDeletion():
            return function.key
        case PurchasingChange():
            return key or function.document_id
        case _:
            return key
