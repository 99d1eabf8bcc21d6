"""Creating an APADJUSTMENT: a credit memo when its amounts are positive, a debit memo when they are negative.

That all lines have one sign is documented; which sign is which is inferred from the page on payments.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import put_document, put_lines
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
from mlc_sim.intacct.values import keep_moment, read_amount, read_date

_HEADER: Final = Form(
    known="VENDORID WHENCREATED WHENPOSTED PRBATCH RECORDID ACTION DOCNUMBER DESCRIPTION BASECURR CURRENCY"
    " EXCH_RATE_DATE EXCH_RATE_TYPE_ID EXCHANGE_RATE",
    dates=("WHENCREATED", "WHENPOSTED", "EXCH_RATE_DATE"),
    choices={"ACTION": ("Submit", "Draft")},
)
_LINE: Final = Form(
    known="ACCOUNTNO ACCOUNTLABEL OFFSETGLACCOUNTNO TRX_AMOUNT ALLOCATION ENTRYDESCRIPTION FORM1099 FORM1099TYPE"
    " FORM1099BOX BILLABLE LOCATIONID DEPARTMENTID PROJECTID TASKID COSTTYPEID CUSTOMERID VENDORID EMPLOYEEID"
    " ITEMID CLASSID CONTRACTID WAREHOUSEID"
)


def create_adjustment(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Keep an adjustment and return its RECORDNO. Raises FunctionError with all its problems."""
    problems = _HEADER.check(header, settings) + check_currency(header, books)
    problems += books.check("VENDOR", "Vendor", header.get("VENDORID", ""))
    problems += [missing("WHENCREATED")] if not header.get("WHENCREATED") else []
    for position, line in enumerate(lines, 1):
        problems += [at_line(position, problem) for problem in check_line(line, _LINE, books, settings)]
    problems = problems or _check_whole(header, lines, books, settings)
    if problems:
        raise FunctionError(*problems, wrap("apadjustment"))
    kept = _keep(header, lines, books, settings, now)
    number = put_document(books, "APADJUSTMENT", header["VENDORID"], kept)
    put_lines(books, "APADJUSTMENTITEM", number, (_keep_line(line, kept) for line in lines))
    return number


def _check_whole(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> list[Problem]:
    if len({read_amount(line["TRX_AMOUNT"]) < 0 for line in lines}) > 1:
        return [refuse("All line items of an adjustment must have the same sign.")]
    if header.get("ACTION") == "Draft":
        return []
    day = read_date(header.get("WHENPOSTED") or header["WHENCREATED"])
    return check_open(day, (line.get("LOCATIONID", "") for line in lines), books, settings)


def _keep(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> dict[str, str]:
    total = str(add_up(lines))
    submitted = "Submitted" if settings.approvals else "Posted"
    return {
        "CURRENCY": books.company.base_currency,
        "BASECURR": books.company.base_currency,
        "WHENPOSTED": read_date(header["WHENCREATED"]).isoformat(),
        **{name: value for name, value in _HEADER.keep_dates(header).items() if value and name != "ACTION"},
        **dict.fromkeys(("TOTALENTERED", "TRX_TOTALENTERED", "TOTALDUE", "TRX_TOTALDUE"), total),
        **dict.fromkeys(("TOTALPAID", "TRX_TOTALPAID"), "0"),
        "STATE": "Draft" if header.get("ACTION") == "Draft" else submitted,
        "RECORDTYPE": "apadjustment",
        "VENDORNAME": (books.find("VENDOR", header["VENDORID"]) or {}).get("NAME", ""),
        "AUWHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }


def _keep_line(line: Fields, header: Fields) -> dict[str, str]:
    amount = str(read_amount(line["TRX_AMOUNT"]))
    kept = {**line, "AMOUNT": amount, "TRX_AMOUNT": amount}
    return kept | {name: header[name] for name in ("CURRENCY", "BASECURR", "WHENMODIFIED")}
