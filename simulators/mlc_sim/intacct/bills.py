"""Creating an APBILL: every check the gateway makes, all problems of a bill in one answer, and what is kept of it.

Rules are those of the Intacct documentation, "Bills"; a bill's number is not checked for duplicates through the
API. Error numbers other than BL03000018 and BL01001973 do not occur; the texts are ours.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mlc_sim.intacct.account_labels import check_label, name_account
from mlc_sim.intacct.currencies import check_currency, convert, keep_currency, keep_totals
from mlc_sim.intacct.dimensions import Books, refuse, report_missing
from mlc_sim.intacct.posting import (
    Form,
    at_line,
    check_line,
    check_open,
    missing,
    wrap,
)
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.taxes import add_taxes, check_solution, check_taxes, keep_taxes
from mlc_sim.intacct.terms import due_date
from mlc_sim.intacct.values import keep_moment, read_amount, read_date

_HEADER: Final = (
    "VENDORID WHENCREATED WHENPOSTED BILLTOPAYTOCONTACTNAME SHIPTORETURNTOCONTACTNAME RECORDID DOCNUMBER DESCRIPTION"
    " TERMNAME RECPAYMENTDATE SUPDOCID WHENDUE PAYMENTPRIORITY ONHOLD PRBATCH CURRENCY BASECURR EXCH_RATE_DATE"
    " EXCH_RATE_TYPE_ID EXCHANGE_RATE INCLUSIVETAX ACTION TAXSOLUTIONID"
)
_LINE: Final = (
    "ACCOUNTNO ACCOUNTLABEL OFFSETGLACCOUNTNO TRX_AMOUNT ENTRYDESCRIPTION FORM1099 FORM1099TYPE FORM1099BOX BILLABLE"
    " ALLOCATION LOCATIONID DEPARTMENTID PROJECTID TASKID COSTTYPEID CUSTOMERID VENDORID EMPLOYEEID ITEMID CLASSID"
    " CONTRACTID WAREHOUSEID TAXENTRIES"
)
HEADER: Final = Form(
    object_name="APBILL",
    known=_HEADER,
    dates=("WHENCREATED", "WHENPOSTED", "WHENDUE", "RECPAYMENTDATE", "EXCH_RATE_DATE"),
    choices={
        "ACTION": ("Submit", "Draft"),
        "PAYMENTPRIORITY": ("urgent", "high", "normal", "low"),
        "ONHOLD": ("true", "false"),
        "INCLUSIVETAX": ("true", "false"),
    },
)
LINE: Final = Form(object_name="APBILLITEM", known=_LINE)


def create_bill(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Store a bill as it was sent, empty fields included, and return its RECORDNO.

    Raises FunctionError with all its problems, the general one last.
    """
    problems = check_bill(header, lines, books, settings)
    if problems:
        raise FunctionError(*problems, wrap("apbill"))
    kept = keep_header(header, lines, books, settings, now)
    kept_lines = [keep_line(line, kept, books, settings) for line in lines]
    return books.store.put_bill(books.company.id, books.entity, kept, kept_lines)


def check_bill(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> list[Problem]:
    """All that is wrong with a bill."""
    problems = [*_check_header(header, lines, books, settings)]
    for position, line in enumerate(lines, 1):
        wrong = [
            *check_label(line, books, settings),
            *check_line(name_account(line, books), LINE, books, settings),
            *check_taxes(header, line, books),
        ]
        problems += [at_line(position, problem) for problem in wrong]
    return problems or _check_open(header, lines, books, settings)


def _check_header(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> list[Problem]:
    problems = HEADER.check(header, settings)
    problems += _check_vendor(header, books)
    problems += [missing("WHENCREATED")] if not header.get("WHENCREATED") else []
    if header.get("ACTION") != "Draft" and not header.get("WHENDUE") and not header.get("TERMNAME"):
        problems.append(report_missing("Required field WHENDUE is missing: give it, or TERMNAME."))
    if header.get("TERMNAME"):
        problems += books.check("APTERM", "Term", header["TERMNAME"])
    if header.get("SUPDOCID"):
        problems += books.check("SUPDOC", "Attachment", header["SUPDOCID"])
    problems += check_currency(header, books, settings)
    problems += check_solution(header, books)
    if settings.named_bill_summaries and not header.get("PRBATCH"):
        problems.append(missing("PRBATCH"))
    if not lines:
        problems.append(missing("APBILLITEMS"))
    return problems


def _check_vendor(header: Fields, books: Books) -> list[Problem]:
    key = header.get("VENDORID", "")
    if not key:
        return [missing("VENDORID")]
    problems = books.check("VENDOR", "Vendor", key)
    vendor = books.find("VENDOR", key) or {}
    if vendor.get("STATE", "Approved") != "Approved":
        problems.append(refuse(f"Vendor '{key}' is not approved."))
    known = {
        vendor.get("DISPLAYCONTACT.CONTACTNAME"),
        vendor.get("PAYTO.CONTACTNAME"),
        vendor.get("RETURNTO.CONTACTNAME"),
    }
    for name in ("BILLTOPAYTOCONTACTNAME", "SHIPTORETURNTOCONTACTNAME"):
        named = header.get(name)
        if vendor and named and named not in known and books.find("CONTACT", named) is None:
            problems.append(refuse(f"Invalid Contact '{named}' specified in {name}."))
    return problems


def _check_open(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> list[Problem]:
    """A draft posts nothing [inferred]."""
    if header.get("ACTION") == "Draft":
        return []
    day = read_date(header.get("WHENPOSTED") or header["WHENCREATED"])
    return check_open(day, (line.get("LOCATIONID", "") for line in lines), books, settings)


def keep_header(
    given: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> dict[str, str]:
    """A bill that was checked as it is stored: days in order, amounts computed, its state."""
    header = HEADER.keep_dates({name: value for name, value in given.items() if name != "ACTION"}, settings)
    term = books.find("APTERM", header.get("TERMNAME", ""))
    if term and not header.get("WHENDUE"):
        header["WHENDUE"] = due_date(read_date(given["WHENCREATED"]), term).isoformat()
    currency = keep_currency(header, books, settings)
    amounts = [add_taxes(line, books) for line in lines]
    vendor = books.find("VENDOR", header["VENDORID"]) or {}
    submitted = "Submitted" if settings.approvals else "Posted"
    return {
        **keep_totals("TOTALENTERED TOTALDUE", amounts, currency),
        **dict.fromkeys(("TOTALPAID", "TRX_TOTALPAID", "TOTALSELECTED", "TRX_TOTALSELECTED"), "0"),
        "WHENPOSTED": header["WHENCREATED"],
        "ONHOLD": "false",
        **{name: value for name, value in header.items() if value},
        **currency,
        "STATE": "Draft" if given.get("ACTION") == "Draft" else submitted,
        "RECORDTYPE": "apbill",
        "MODULEKEY": "3.AP",
        "VENDORNAME": vendor.get("NAME", ""),
        "AUWHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }


def keep_line(line: Fields, header: Fields, books: Books, settings: Settings) -> dict[str, str]:
    """A line that was checked as it is stored."""
    amount = read_amount(line["TRX_AMOUNT"])
    named = name_account(line, books)
    account = books.find("GLACCOUNT", named["ACCOUNTNO"]) or {}
    return {
        **LINE.keep_dates(named, settings),
        **keep_taxes(line, books),
        "AMOUNT": str(convert(amount, header)),
        "TRX_AMOUNT": str(amount),
        "ACCOUNTTITLE": account.get("TITLE", ""),
        **{name: header[name] for name in ("CURRENCY", "BASECURR", "STATE", "WHENMODIFIED")},
    }
