"""Creating an APPYMT: what it pays is due no more (Intacct documentation, "AP Payments").

Documented: fields, methods, credits by ADJUSTMENTKEY. Inferred: that paying more than is due, another vendor's
bill or one not posted is refused; that a draft only selects; the texts.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import change_bill, change_entry, find_bill, find_entry, put_document, put_lines
from mlc_sim.intacct.posting import Form, at_line, check_amount, check_currency, check_open, missing, wrap
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment, read_amount, read_date

_REQUIRED: Final = ("FINANCIALENTITY", "PAYMENTMETHOD", "VENDORID", "PAYMENTDATE")
_HEADER: Final = Form(
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
    known="RECORDKEY ENTRYKEY POSADJKEY POSADJENTRYKEY TRX_PAYMENTAMOUNT ADJUSTMENTKEY ADJUSTMENTENTRYKEY"
    " TRX_ADJUSTMENTAMOUNT"
)


def create_payment(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Keep a payment and return its RECORDNO. Raises FunctionError with all its problems."""
    problems = _check_header(header, books, settings)
    problems += [missing("APPYMTDETAILS")] if not details else []
    left: dict[tuple[str, str], Decimal] = {}
    for position, detail in enumerate(details, 1):
        found = _DETAIL.check(detail, settings) or _check_detail(detail, header, books, left)
        problems += [at_line(position, problem) for problem in found]
    if problems:
        raise FunctionError(*problems, wrap("appymt"))
    number = put_document(books, "APPYMT", header["VENDORID"], _keep(header, details, books, settings, now))
    put_lines(books, "APPYMTDETAIL", number, details)
    for detail in details:
        _settle(detail, header, books, now)
    return number


def _check_header(header: Fields, books: Books, settings: Settings) -> list[Problem]:
    problems = _HEADER.check(header, settings) + check_currency(header, books)
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
    if problems:
        return problems
    paid = read_amount(detail["TRX_PAYMENTAMOUNT"]) + read_amount(detail.get("TRX_ADJUSTMENTAMOUNT") or "0")
    object_name, key = _name_paid(detail)
    record = _find_paid(object_name, key, books)
    if record is None or record["VENDORID"] != header["VENDORID"]:
        return [refuse(f"Invalid {object_name} '{key}' specified for vendor '{header['VENDORID']}'.")]
    if record["STATE"] in {"Draft", "Submitted", "Declined"}:
        return [refuse(f"{object_name} '{key}' is not posted.")]
    due = left.get((object_name, key), Decimal(record["TOTALDUE"]))
    left[object_name, key] = due - paid
    if not 0 < paid <= due:
        return [refuse(f"The payment of {paid} for {object_name} '{key}' is not between 0 and {due}.")]
    return _check_credit(detail, header, books)


def _check_credit(detail: Fields, header: Fields, books: Books) -> list[Problem]:
    """A debit memo of the vendor may pay a part."""
    key = detail.get("ADJUSTMENTKEY", "")
    if not key:
        return []
    memo = find_entry(books, "APADJUSTMENT", key)
    used = read_amount(detail.get("TRX_ADJUSTMENTAMOUNT") or "0")
    if memo is None or memo.key != header["VENDORID"] or used > -Decimal(memo.fields["TOTALDUE"]):
        return [refuse(f"Adjustment '{key}' has no credit of {used} for vendor '{header['VENDORID']}'.")]
    return []


def _keep(
    header: Fields, details: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> dict[str, str]:
    total = str(sum((read_amount(detail["TRX_PAYMENTAMOUNT"]) for detail in details), Decimal("0.00")))
    submitted = "Submitted" if settings.approvals else "Posted"
    kept = _HEADER.keep_dates(header)
    return {
        "CURRENCY": books.company.base_currency,
        "BASECURR": books.company.base_currency,
        **{name: value for name, value in kept.items() if value and name != "ACTION"},
        "WHENCREATED": kept["PAYMENTDATE"],
        **dict.fromkeys(("TOTALENTERED", "TRX_TOTALENTERED"), total),
        "STATE": "Draft" if header.get("ACTION") == "Draft" else submitted,
        "AUWHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }


def _settle(detail: Fields, header: Fields, books: Books, now: datetime) -> None:
    """Take what is paid from what is due; a draft only selects it."""
    object_name, key = _name_paid(detail)
    credit = read_amount(detail.get("TRX_ADJUSTMENTAMOUNT") or "0")
    paid = read_amount(detail["TRX_PAYMENTAMOUNT"]) + credit
    record = _find_paid(object_name, key, books) or {}
    if header.get("ACTION") == "Draft":
        selected = str(Decimal(record.get("TOTALSELECTED", "0")) + paid)
        changes = {"TOTALSELECTED": selected, "TRX_TOTALSELECTED": selected, "STATE": "Selected"}
    else:
        changes = _pay(record, paid, read_date(header["PAYMENTDATE"]).isoformat())
        if detail.get("ADJUSTMENTKEY"):
            _use_credit(detail["ADJUSTMENTKEY"], credit, books, now)
    _change_paid(object_name, key, changes | {"WHENMODIFIED": keep_moment(now)}, books)


def _pay(record: Fields, paid: Decimal, day: str) -> dict[str, str]:
    due, total = Decimal(record["TOTALDUE"]) - paid, str(Decimal(record["TOTALPAID"]) + paid)
    done = {"STATE": "Partially Paid"} if due else {"STATE": "Paid", "WHENPAID": day}
    return done | {"TOTALDUE": str(due), "TRX_TOTALDUE": str(due), "TOTALPAID": total, "TRX_TOTALPAID": total}


def _use_credit(key: str, credit: Decimal, books: Books, now: datetime) -> None:
    memo = find_entry(books, "APADJUSTMENT", key)
    if memo is not None:
        left = str(Decimal(memo.fields["TOTALDUE"]) + credit)
        changes = {"TOTALDUE": left, "TRX_TOTALDUE": left, "WHENMODIFIED": keep_moment(now)}
        change_entry(books, "APADJUSTMENT", memo, changes)


def _name_paid(detail: Fields) -> tuple[str, str]:
    if detail.get("POSADJKEY"):
        return "APADJUSTMENT", detail["POSADJKEY"]
    return "APBILL", detail.get("RECORDKEY", "")


def _find_paid(object_name: str, key: str, books: Books) -> Fields | None:
    if object_name == "APBILL":
        return find_bill(books, key)
    memo = find_entry(books, object_name, key)
    return None if memo is None else memo.fields


def _change_paid(object_name: str, key: str, changes: Fields, books: Books) -> None:
    memo = find_entry(books, object_name, key) if object_name != "APBILL" else None
    if memo is None:
        change_bill(books, key, changes)
    else:
        change_entry(books, object_name, memo, changes)
