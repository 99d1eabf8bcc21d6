"""Code lists of payments and their adjustments, as far as real traffic and guides use them."""

from ml_connector.edi.documents.coded import Coded


class Handling(Coded):
    """Element 305 in BPR01: what is to be done with an 820."""

    PAYMENT_AND_REMITTANCE = "C", "payment with its remittance advice"
    PAYMENT_ONLY = "D", "payment without remittance advice"
    NOTIFICATION = "H", "notification only"
    REMITTANCE_ONLY = "I", "remittance advice only; the payment goes another way"
    PRENOTIFICATION = "P", "test of the bank data before the first transfer"
    SPLIT = "U", "payment and remittance advice go separate ways"
    SPLIT_IF_WANTED = "X", "the bank may split payment and remittance advice"
    AGREED = "Z", "as the partners agreed"


class Direction(Coded):
    """Element 478: which way an amount counts for the one who is paid or sent the adjustment."""

    CREDIT = "C", "credit"
    DEBIT = "D", "debit"


class PaymentMethod(Coded):
    """Element 591 in BPR04: how the money moves. Not complete: `get` gives None for others."""

    ACH = "ACH", "automated clearing house"
    FINANCIAL_INSTITUTION = "BOP", "as the bank chooses"
    CREDIT_CARD = "CCC", "credit card"
    CARD = "CRD", "card"
    CHECK = "CHK", "check"
    WIRE = "FWT", "wire transfer (Fedwire)"
    NONE = "NON", "no payment, data only"
    DRAFT = "PBC", "draft or commercial check"
    SWIFT = "SWT", "wire transfer (SWIFT)"
    AGREED = "ZZZ", "as the partners agreed"


class AdjustmentReason(Coded):
    """Element 426 in ADX02, RMR07 and CDD01: why less or more is paid. Not complete: `get` gives None for others."""

    PRICE = "01", "price wrong"
    NOT_ACCEPTED = "04", "item not accepted"
    QUANTITY = "05", "quantity wrong"
    QUALITY = "06", "quality"
    RETURNED = "11", "goods returned"
    LATE = "50", "late charge"
    INTEREST = "51", "interest"
    NOT_RECEIVED = "59", "item not received"
    RETURN = "72", "authorised return"
    OVERPAID = "80", "overpaid before"
    FREIGHT = "86", "freight deducted"
    DISCOUNT = "L2", "discount"
    AGREED = "ZZ", "as the partners agreed"
