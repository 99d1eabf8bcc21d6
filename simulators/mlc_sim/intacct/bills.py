"""Creating an APBILL: every check the gateway makes, all problems of a bill in one answer, and what is kept of it.

Rules are those of the Intacct documentation, "Bills"; a bill's number is not checked for duplicates through the
API. Error numbers other than BL03000018 and BL01001973 do not occur; the texts are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.dimensions import DIMENSIONS, REQUIREMENTS, Books, refuse, report_missing
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
_DATES: Final = ("WHENCREATED", "WHENPOSTED", "WHENDUE", "RECPAYMENTDATE", "EXCH_RATE_DATE")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "ACTION": ("Submit", "Draft"),
    "PAYMENTPRIORITY": ("urgent", "high", "normal", "low"),
    "ONHOLD": ("true", "false"),
    "INCLUSIVETAX": ("true", "false"),
}
_WRAPPER: Final = Problem(
    errorno="BL01001973",
    description2="Could not create apbill record.",
    correction="Check the transaction for errors or inconsistencies, then try again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillForm:
    """A bill as it was sent: fields by name, empty ones included."""

    header: Fields
    lines: tuple[Fields, ...]


def create_bill(form: BillForm, books: Books, settings: Settings, now: datetime) -> int:
    """Store a bill and return its RECORDNO. Raises FunctionError with all its problems, the general one last."""
    problems = [*_check_header(form, books, settings)]
    for position, line in enumerate(form.lines, 1):
        problems += [_at_line(position, problem) for problem in _check_line(line, books, settings)]
    problems = problems or _check_open(form, books, settings)
    if problems:
        raise FunctionError(*problems, _WRAPPER)
    header = _keep_header(form, books, settings, now)
    lines = [_keep_line(line, books, header) for line in form.lines]
    return books.store.put_bill(books.company.id, books.entity, header, lines)


def _check_header(form: BillForm, books: Books, settings: Settings) -> list[Problem]:
    header = form.header
    problems = _check_form(header, _HEADER, settings)
    problems += _check_vendor(header, books)
    problems += [_missing("WHENCREATED")] if not header.get("WHENCREATED") else []
    if header.get("ACTION") != "Draft" and not header.get("WHENDUE") and not header.get("TERMNAME"):
        problems.append(report_missing("Required field WHENDUE is missing: give it, or TERMNAME."))
    if header.get("TERMNAME"):
        problems += books.check("APTERM", "Term", header["TERMNAME"])
    for name in ("CURRENCY", "BASECURR"):
        if header.get(name, books.company.base_currency) not in {"", books.company.base_currency}:
            problems.append(refuse(f"Invalid currency '{header[name]}' specified in {name}."))
    if not form.lines:
        problems.append(_missing("APBILLITEMS"))
    return problems


def _check_vendor(header: Fields, books: Books) -> list[Problem]:
    key = header.get("VENDORID", "")
    if not key:
        return [_missing("VENDORID")]
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


def _check_line(line: Fields, books: Books, settings: Settings) -> list[Problem]:
    problems = _check_form(line, _LINE, settings)
    problems += _check_amount(line.get("TRX_AMOUNT", ""))
    problems += _check_account(line, books)
    for name, (object_name, word) in DIMENSIONS.items():
        if line.get(name):
            problems += books.check(object_name, word, line[name])
    return problems + _check_location(line.get("LOCATIONID", ""), books)


def _check_form(given: Fields, known: str, settings: Settings) -> list[Problem]:
    """Names, lengths, dates and choices: what needs no look at the company."""
    problems = [refuse(f"Invalid field {name} specified.") for name in given if name not in known.split()]
    for name, value in given.items():
        longest = settings.lengths.get(name)
        if longest is not None and len(value) > longest:
            problems.append(
                report_missing(f"{name} has {len(value)} characters; at most {longest} are allowed.")
            )
        if name in _DATES and value and not _is_date(value):
            problems.append(report_missing(f"Illegal format for {name}: '{value}' is no date MM/DD/YYYY."))
        if name in _CHOICES and value and value not in _CHOICES[name]:
            problems.append(
                refuse(f"Invalid value '{value}' for {name}; one of {', '.join(_CHOICES[name])}.")
            )
    return problems


def _check_amount(text: str) -> list[Problem]:
    if not text:
        return [_missing("TRX_AMOUNT")]
    try:
        read_amount(text)
    except ValueError:
        return [report_missing(f"Illegal format for TRX_AMOUNT: '{text}' is no amount.")]
    return []


def _check_account(line: Fields, books: Books) -> list[Problem]:
    number = line.get("ACCOUNTNO", "")
    if not number:
        return [_missing("ACCOUNTNO")]
    account = books.find("GLACCOUNT", number) or {}
    missing = [
        name for flag, name in REQUIREMENTS.items() if account.get(flag) == "true" and not line.get(name)
    ]
    return [
        *books.check("GLACCOUNT", "GL Account", number),
        *(report_missing(f"Account {number} requires a value for {name}.") for name in missing),
    ]


def _check_location(location_id: str, books: Books) -> list[Problem]:
    if not books.company.entities:
        return []
    if not location_id:
        return [_missing("LOCATIONID")]
    if books.entity and books.entity_of(location_id) != books.entity:
        return [refuse(f"Location '{location_id}' does not belong to entity '{books.entity}'.")]
    return []


def _check_open(form: BillForm, books: Books, settings: Settings) -> list[Problem]:
    """The books must be open for what is posted; a draft posts nothing [both inferred]."""
    if form.header.get("ACTION") == "Draft":
        return []
    day = read_date(form.header.get("WHENPOSTED") or form.header["WHENCREATED"])
    entities = {"", books.entity, *(books.entity_of(line.get("LOCATIONID", "")) for line in form.lines)}
    closed = [
        last for entity, last in settings.books_closed_through.items() if entity in entities and day <= last
    ]
    return [refuse(f"The period of {day:%m/%d/%Y} is closed.")] if closed else []


def _keep_header(form: BillForm, books: Books, settings: Settings, now: datetime) -> dict[str, str]:
    """The bill as stored: days in order, amounts computed, its state."""
    header = {name: value for name, value in form.header.items() if name != "ACTION"}
    for name in _DATES:
        if header.get(name):
            header[name] = read_date(header[name]).isoformat()
    term = books.find("APTERM", header.get("TERMNAME", ""))
    if term and not header.get("WHENDUE"):
        header["WHENDUE"] = due_date(read_date(form.header["WHENCREATED"]), term).isoformat()
    total = str(sum((read_amount(line["TRX_AMOUNT"]) for line in form.lines), Decimal("0.00")))
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


def _missing(name: str) -> Problem:
    return report_missing(f"Required field {name} is missing.")


def _at_line(position: int, problem: Problem) -> Problem:
    return Problem(errorno=problem.errorno, description2=f"Line {position}: {problem.description2}")


def _is_date(text: str) -> bool:
    try:
        read_date(text)
    except ValueError:
        return False
    return True
