"""Creating an APBILL: every check the gateway makes, all problems of a bill in one answer, and what is kept of it.

Rules are those of the Intacct documentation, "Bills"; a bill's number is not checked for duplicates through the
API. Error numbers other than BL03000018 and BL01001973 do not occur; the texts are ours.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mlc_sim.intacct.dimensions import Books, refuse, report_missing
from mlc_sim.intacct.posting import (
    Form,
    add_up,
    at_line,
    check_currency,
    check_line,
    check_open,
    missing,
    wrap,
)
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
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
    " CONTRACTID WAREHOUSEID"
)
_HEADER_FORM: Final = Form(
    known=_HEADER,
    dates=("WHENCREATED", "WHENPOSTED", "WHENDUE", "RECPAYMENTDATE", "EXCH_RATE_DATE"),
    choices={
        "ACTION": ("Submit", "Draft"),
        "PAYMENTPRIORITY": ("urgent", "high", "normal", "low"),
        "ONHOLD": ("true", "false"),
        "INCLUSIVETAX": ("true", "false"),
    },
)
_LINE_FORM: Final = Form(known=_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillForm:
    """A bill as it was sent: fields by name, empty ones included."""

    header: Fields
    lines: tuple[Fields, ...]


def create_bill(form: BillForm, books: Books, settings: Settings, now: datetime) -> int:
    """Store a bill and return its RECORDNO. Raises FunctionError with all its problems, the general one last."""
    problems = [*_check_header(form, books, settings)]
    for position, line in enumerate(form.lines, 1):
        problems += [at_line(position, problem) for problem in check_line(line, _LINE_FORM, books, settings)]
    problems = problems or _check_open(form, books, settings)
    if problems:
        raise FunctionError(*problems, wrap("apbill"))
    header = _keep_header(form, books, settings, now)
    lines = [_keep_line(line, books, header) for line in form.lines]
    return books.store.put_bill(books.company.id, books.entity, header, lines)


def _check_header(form: BillForm, books: Books, settings: Settings) -> list[Problem]:
    header = form.header
    problems = _HEADER_FORM.check(header, settings)
    problems += _check_vendor(header, books)
    problems += [missing("WHENCREATED")] if not header.get("WHENCREATED") else []
    if header.get("ACTION") != "Draft" and not header.get("WHENDUE") and not header.get("TERMNAME"):
        problems.append(report_missing("Required field WHENDUE is missing: give it, or TERMNAME."))
    if header.get("TERMNAME"):
        problems += books.check("APTERM", "Term", header["TERMNAME"])
    if header.get("SUPDOCID"):
        problems += books.check("SUPDOC", "Attachment", header["SUPDOCID"])
    problems += check_currency(header, books)
    if not form.lines:
        problems.append(missing("APBILLITEMS"))
    return problems


def _check_vendor(header: Fields, books: Books) -> list[Problem]:
    key = header.get("VENDORID", "")
    if not key:
        return [missing("VENDORID")]
    problems = books.check("VENDOR", "Vendor", key)
    vendor = books.find("VENDOR", key) or {}
    known = {
        vendor.get("DISPLAYCONTACT.CONTACTNAME"),
        vendor.get("PAYTO.CONTACTNAME"),
        vendor.get("RETURNTO.CONTACTNAME"),
    }
    for name in ("BILLTOPAYTOCONTACTNAME", "SHIPTORETURNTOCONTACTNAME"):
        if vendor and header.get(name) and header[name] not in known:
            problems.append(refuse(f"Invalid Contact '{header[name]}' specified in {name}."))
    return problems


def _check_open(form: BillForm, books: Books, settings: Settings) -> list[Problem]:
    """A draft posts nothing [inferred]."""
    if form.header.get("ACTION") == "Draft":
        return []
    day = read_date(form.header.get("WHENPOSTED") or form.header["WHENCREATED"])
    return check_open(day, (line.get("LOCATIONID", "") for line in form.lines), books, settings)


def _keep_header(form: BillForm, books: Books, settings: Settings, now: datetime) -> dict[str, str]:
    """The bill as stored: days in order, amounts computed, its state."""
    header = _HEADER_FORM.keep_dates({name: value for name, value in form.header.items() if name != "ACTION"})
    term = books.find("APTERM", header.get("TERMNAME", ""))
    if term and not header.get("WHENDUE"):
        header["WHENDUE"] = due_date(read_date(form.header["WHENCREATED"]), term).isoformat()
    total = str(add_up(form.lines))
    vendor = books.find("VENDOR", header["VENDORID"]) or {}
    submitted = "Submitted" if settings.approvals else "Posted"
    return {
        **dict.fromkeys(("TOTALENTERED", "TRX_TOTALENTERED", "TOTALDUE", "TRX_TOTALDUE"), total),
        **dict.fromkeys(("TOTALPAID", "TRX_TOTALPAID", "TOTALSELECTED", "TRX_TOTALSELECTED"), "0"),
        "CURRENCY": books.company.base_currency,
        "BASECURR": books.company.base_currency,
        "WHENPOSTED": header["WHENCREATED"],
        "ONHOLD": "false",
        **{name: value for name, value in header.items() if value},
        "STATE": "Draft" if form.header.get("ACTION") == "Draft" else submitted,
        "RECORDTYPE": "apbill",
        "MODULEKEY": "3.AP",
        "VENDORNAME": vendor.get("NAME", ""),
        "AUWHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }


def _keep_line(line: Fields, books: Books, header: Fields) -> dict[str, str]:
    amount = str(read_amount(line["TRX_AMOUNT"]))
    account = books.find("GLACCOUNT", line["ACCOUNTNO"]) or {}
    return {
        **line,
        "AMOUNT": amount,
        "TRX_AMOUNT": amount,
        "ACCOUNTTITLE": account.get("TITLE", ""),
        **{name: header[name] for name in ("CURRENCY", "BASECURR", "STATE", "WHENMODIFIED")},
    }
