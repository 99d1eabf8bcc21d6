"""What counts of a function while it is posted, whatever it writes."""

from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.rules import Rules
from ml_connector.records.posting import Function


def name_function(function: Function) -> str:
    """The number people know by what it writes: the vendor's, or that of the transaction it changes."""
    match function:
        case ApBill():
            return function.number
        case NewPurchasing():
            number = function.vendor_number or function.number or function.reference or ""
            return f"{function.definition} {number}".rstrip()
        case _:
            return function.document_id


def is_final(function: Function) -> bool:
    """Whether it is more than a draft; a change takes effect at once."""
    if isinstance(function, ApBill):
        return function.action == "Submit"
    return isinstance(function, PurchasingChange) or function.state != "Draft"


def find_paid_vendor(function: Function, rules: Rules) -> str | None:
    """The vendor whose own pay-to contact it is paid to; None for what names another, or is not paid."""
    match function:
        case ApBill(pay_to_contact=None):
            return function.vendor_id
        case NewPurchasing(pay_to=None) if function.definition == rules.purchasing.definitions.invoice:
            return function.vendor_id
        case _:
            return None


def name_key(function: Function, key: str | None) -> str | None:
    """Intacct's key of what was written: as it answered; what a change changed has one, said or not."""
    return key or (function.document_id if isinstance(function, PurchasingChange) else None)
