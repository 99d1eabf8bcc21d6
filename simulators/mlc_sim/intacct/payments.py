"""Creating and changing an APPYMT: what it pays is due no more (Intacct documentation, "AP Payments").

Documented: fields, methods, credits by ADJUSTMENTKEY, that DISCOUNTDATE takes the discounts valid that day and the
rest of the bill is then paid exactly, only drafts can be changed. Inferred: that paying more than is
due, another vendor's bill, one not posted or one on hold is refused; that what is not posted only selects; the texts.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.currencies import check_currency, keep_currency, keep_totals
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.discounts import find_discount
from mlc_sim.intacct.ledger import (
    Entry,
    change_entry,
    delete_entry,
    find_entry,
    find_lines,
    put_document,
    put_lines,
)
from mlc_sim.intacct.posting import Form, at_line, check_amount, check_open, missing, wrap
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.settling import (
    DISCOUNT,
    find_credit,
    find_open_amount,
    is_payable,
    name_paid,
    pay,
    read_credit,
    read_paid,
    release,
    select,
)
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment, read_amount, read_date

_REQUIRED: Final = ("FINANCIALENTITY", "PAYMENTMETHOD", "VENDORID", "PAYMENTDATE")
HEADER: Final = Form(
    object_name="APPYMT",
    known="FINANCIALENTITY PAYMENTMETHOD VENDORID PAYMENTREQUESTMETHOD GROUPPAYMENTS EXCH_RATE_DATE EXCH_RATE_TYPE_ID"
    " DOCNUMBER DESCRIPTION PAYMENTCONTACT PAYMENTDATE CURRENCY BASECURR AMOUNTTOPAY ACTION",
    dates=("PAYMENTDATE", "EXCH_RATE_DATE"),
    choices={
        "ACTION": ("Submit", "Draft"),
        "PAYMENTREQUESTMETHOD": ("vendorpref", "vendor", "bill", "payto"),
        "PAYMENTMETHOD": (
            "Printed Check",
            "Joint Check",
            "Cash",
            "EFT",
            "Credit Card",
            "ACH",
            "Check Delivery",
            "WF Check",
            "WF Domestic ACH",
            "WF USD Wire",
        ),
    },
)
_DETAIL: Final = Form(
    object_name="APPYMTDETAIL",
    known="RECORDKEY ENTRYKEY POSADJKEY POSADJENTRYKEY TRX_PAYMENTAMOUNT ADJUSTMENTKEY ADJUSTMENTENTRYKEY"
    " TRX_ADJUSTMENTAMOUNT DISCOUNTDATE",
    dates=("DISCOUNTDATE",),
)


def create_payment(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Keep a payment and return its RECORDNO. Raises FunctionError with all its problems."""
    kept = _prepare(header, details, books, settings, now)
    number = put_document(books, "APPYMT", header["VENDORID"], kept)
    _put_details(number, kept, _keep_details(details, books, settings), books, now)
    return number


def request_payment(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Keep a payment request, which is confirmed later, and return its RECORDNO. Raises FunctionError."""
    number = create_payment({**header, "ACTION": "Draft"}, details, books, settings, now)
    state = {"STATE": "Submitted" if settings.approvals else "Approved"}
    change_entry(books, "APPYMT", find_payment(books, str(number)), state)
    return number


def update_payment(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Change a draft, all of its details at once (documented). Raises FunctionError."""
    payment = find_payment(books, header.get("RECORDNO", ""))
    if payment.fields["STATE"] != "Draft":
        state = payment.fields["STATE"]
        raise FunctionError(refuse(f"Payment '{payment.record_no}' is {state} and cannot be changed."))
    release(list_details(books, payment), books, now)
    changes = {name: value for name, value in header.items() if name != "RECORDNO"}
    whole = {**HEADER.restore(payment.fields, settings), "ACTION": "Submit", **changes}
    whole["PAYMENTDATE"] = whole.pop("WHENCREATED", whole["PAYMENTDATE"])
    lines = find_lines(books, "APPYMTDETAIL", payment.record_no)
    paid = details or [_DETAIL.restore(line.fields, settings) for line in lines]
    kept = _prepare(whole, paid, books, settings, now) | {"AUWHENCREATED": payment.fields["AUWHENCREATED"]}
    change_entry(books, "APPYMT", payment, {**dict.fromkeys(payment.fields, ""), **kept})
    for line in lines:
        delete_entry(books, "APPYMTDETAIL", line.record_no)
    _put_details(payment.record_no, kept, _keep_details(paid, books, settings), books, now)
    return payment.record_no


def find_payment(books: Books, key: str) -> Entry:
    """A payment by its RECORDNO. Raises FunctionError for one there is not."""
    payment = find_entry(books, "APPYMT", key)
    if payment is None:
        raise FunctionError(refuse(f"Cannot find appymt with key '{key}'."))
    return payment


def list_details(books: Books, payment: Entry) -> list[dict[str, str]]:
    """The bills and memos a payment pays, in order: none for one that was made by hand."""
    lines = (line.fields for line in find_lines(books, "APPYMTDETAIL", payment.record_no))
    return [fields for fields in lines if fields.get("RECORDKEY") or fields.get("POSADJKEY")]


def check_details(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings
) -> list[Problem]:
    """All that is wrong with the details of a payment."""
    problems = [missing("APPYMTDETAILS")] if not details else []
    left: dict[tuple[str, str], Decimal] = {}
    for position, detail in enumerate(details, 1):
        found = _DETAIL.check(detail, settings) or _check_detail(detail, header, books, left)
        problems += [at_line(position, problem) for problem in found]
    return problems


def _prepare(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> dict[str, str]:
    """The header as it is kept. Raises FunctionError with all that is wrong with the payment."""
    problems = check_header(header, HEADER, books, settings) + check_details(header, details, books, settings)
    if problems:
        raise FunctionError(*problems, wrap("appymt"))
    amounts = [read_amount(detail["TRX_PAYMENTAMOUNT"]) for detail in details]
    return keep_payment(header, amounts, books, settings, now)


def _keep_details(details: Sequence[Fields], books: Books, settings: Settings) -> list[dict[str, str]]:
    """Details that were checked as they are stored, each with the discount it takes."""
    kept = [_DETAIL.keep_dates(detail, settings) for detail in details]
    return [{**detail, DISCOUNT: str(_find_discount(detail, books))} for detail in kept]


def _find_discount(detail: Fields, books: Books) -> Decimal:
    """What a detail as it is stored takes of the bill beside money and credit."""
    bill = find_entry(books, *name_paid(detail)) if detail.get("DISCOUNTDATE") else None
    if bill is None:
        return Decimal(0)
    return find_discount(bill.fields, date.fromisoformat(detail["DISCOUNTDATE"]), books)


def _put_details(number: int, header: Fields, details: Sequence[Fields], books: Books, now: datetime) -> None:
    """Keep what a payment pays, and pay it or, while it is not posted, set it aside."""
    same = {name: header[name] for name in ("CURRENCY", "WHENMODIFIED")}
    put_lines(books, "APPYMTDETAIL", number, [{**detail, **same} for detail in details])
    if header["STATE"] == "Posted":
        pay(details, header["WHENCREATED"], books, now)
    else:
        select(details, books, now)


def check_header(header: Fields, form: Form, books: Books, settings: Settings) -> list[Problem]:
    """All that is wrong with the header of a payment."""
    problems = form.check(header, settings) + check_currency(header, books, settings)
    problems += [missing(name) for name in _REQUIRED if not header.get(name)]
    if problems:
        return problems
    problems = books.check("VENDOR", "Vendor", header["VENDORID"])
    problems += books.check("CHECKINGACCOUNT", "Bank account", header["FINANCIALENTITY"])
    if header.get("ACTION") != "Draft":
        problems += check_open(read_date(header["PAYMENTDATE"]), (), books, settings)
    return problems


def _check_detail(
    detail: Fields, header: Fields, books: Books, left: dict[tuple[str, str], Decimal]
) -> list[Problem]:
    """What a detail pays must be this vendor's, posted, and due; `left` is what earlier details leave of it."""
    problems = check_amount(detail.get("TRX_PAYMENTAMOUNT", ""), "TRX_PAYMENTAMOUNT")
    problems += check_amount(detail.get("TRX_ADJUSTMENTAMOUNT") or "0", "TRX_ADJUSTMENTAMOUNT")
    if problems:
        return problems
    paid, (object_name, key) = read_paid(detail), name_paid(detail)
    record = find_entry(books, object_name, key)
    vendor = header.get("VENDORID", "")
    if record is None or record.fields["VENDORID"] != vendor:
        return [refuse(f"Invalid {object_name} '{key}' specified for vendor '{vendor}'.")]
    if not is_payable(record.fields):
        return [refuse(f"{object_name} '{key}' is not posted.")]
    if record.fields.get("ONHOLD") == "true":
        return [refuse(f"{object_name} '{key}' is on hold.")]
    if record.fields["CURRENCY"] != (header.get("CURRENCY") or record.fields["CURRENCY"]):
        return [refuse(f"{object_name} '{key}' is in {record.fields['CURRENCY']}.")]
    due = left.get((object_name, key), find_open_amount(record.fields))
    discount = Decimal(0)
    if day := detail.get("DISCOUNTDATE"):
        discount = find_discount(record.fields, read_date(day), books)
    left[object_name, key] = due - discount - paid
    return _check_paid(detail, paid, due - discount) or _check_credit(detail, vendor, books, left)


def _check_paid(detail: Fields, paid: Decimal, due: Decimal) -> list[Problem]:
    """What is paid must be due; all of it where a discount is taken of the rest."""
    object_name, key = name_paid(detail)
    if detail.get("DISCOUNTDATE") and paid != due:
        return [refuse(f"The payment of {paid} for {object_name} '{key}' with discount must be {due}.")]
    if not 0 < paid <= due:
        return [refuse(f"The payment of {paid} for {object_name} '{key}' is not between 0 and {due}.")]
    return []


def _check_credit(
    detail: Fields, vendor: str, books: Books, left: dict[tuple[str, str], Decimal]
) -> list[Problem]:
    """A debit memo of the vendor may pay a part."""
    key = detail.get("ADJUSTMENTKEY", "")
    if not key:
        return []
    memo, used = find_entry(books, "APADJUSTMENT", key), read_credit(detail)
    there = left.get(("credit", key), find_credit(memo.fields)) if memo and memo.key == vendor else Decimal(0)
    left["credit", key] = there - used
    if not 0 < used <= there:
        return [refuse(f"Adjustment '{key}' has no credit of {used} for vendor '{vendor}'.")]
    return []


def keep_payment(
    header: Fields, amounts: Sequence[Decimal], books: Books, settings: Settings, now: datetime
) -> dict[str, str]:
    """A payment of so much money that was checked, as it is stored."""
    submitted = "Submitted" if settings.approvals else "Posted"
    kept, currency = HEADER.keep_dates(header, settings), keep_currency(header, books, settings)
    return {
        **{name: value for name, value in kept.items() if value and name != "ACTION"},
        "WHENCREATED": kept["PAYMENTDATE"],
        **currency,
        **keep_totals("TOTALENTERED", amounts, currency),
        "STATE": "Draft" if header.get("ACTION") == "Draft" else submitted,
        "AUWHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }
