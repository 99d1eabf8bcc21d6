"""Creating an APADJUSTMENT: a credit memo when its amounts are positive, a debit memo when they are negative.

That all lines have one sign is documented; which sign is which is inferred from the page on payments.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mlc_sim.intacct.account_labels import check_label, name_account
from mlc_sim.intacct.currencies import check_currency, convert, keep_currency, keep_totals
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import put_document, put_lines
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
from mlc_sim.intacct.values import keep_moment, read_amount, read_date

HEADER: Final = Form(
    object_name="APADJUSTMENT",
    known="VENDORID WHENCREATED WHENPOSTED PRBATCH RECORDID ACTION DOCNUMBER DESCRIPTION BASECURR CURRENCY"
    " EXCH_RATE_DATE EXCH_RATE_TYPE_ID EXCHANGE_RATE TAXSOLUTIONID",
    dates=("WHENCREATED", "WHENPOSTED", "EXCH_RATE_DATE"),
    choices={"ACTION": ("Submit", "Draft")},
)
LINE: Final = Form(
    object_name="APADJUSTMENTITEM",
    known="ACCOUNTNO ACCOUNTLABEL OFFSETGLACCOUNTNO TRX_AMOUNT ALLOCATION ENTRYDESCRIPTION FORM1099 FORM1099TYPE"
    " FORM1099BOX BILLABLE LOCATIONID DEPARTMENTID PROJECTID TASKID COSTTYPEID CUSTOMERID VENDORID EMPLOYEEID"
    " ITEMID CLASSID CONTRACTID WAREHOUSEID TAXENTRIES",
)


def create_adjustment(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Keep an adjustment and return its RECORDNO. Raises FunctionError with all its problems."""
    problems = check_adjustment(header, lines, books, settings)
    if problems:
        raise FunctionError(*problems, wrap("apadjustment"))
    kept = keep_header(header, lines, books, settings, now)
    number = put_document(books, "APADJUSTMENT", header["VENDORID"], kept)
    put_lines(books, "APADJUSTMENTITEM", number, (keep_line(line, kept, books, settings) for line in lines))
    return number


def check_adjustment(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings
) -> list[Problem]:
    """All that is wrong with an adjustment."""
    problems = HEADER.check(header, settings) + check_currency(header, books, settings)
    problems += check_solution(header, books)
    problems += books.check("VENDOR", "Vendor", header.get("VENDORID", ""))
    problems += [missing("WHENCREATED")] if not header.get("WHENCREATED") else []
    problems += [missing("APADJUSTMENTITEMS")] if not lines else []
    for position, line in enumerate(lines, 1):
        wrong = [
            *check_label(line, books, settings),
            *check_line(name_account(line, books), LINE, books, settings),
            *check_taxes(header, line, books),
        ]
        problems += [at_line(position, problem) for problem in wrong]
    return problems or _check_whole(header, lines, books, settings)


def _check_whole(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> list[Problem]:
    if len({read_amount(line["TRX_AMOUNT"]) < 0 for line in lines}) > 1:
        return [refuse("All line items of an adjustment must have the same sign.")]
    if header.get("ACTION") == "Draft":
        return []
    day = read_date(header.get("WHENPOSTED") or header["WHENCREATED"])
    return check_open(day, (line.get("LOCATIONID", "") for line in lines), books, settings)


def keep_header(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> dict[str, str]:
    """An adjustment that was checked as it is stored."""
    currency = keep_currency(header, books, settings)
    amounts = [add_taxes(line, books) for line in lines]
    submitted = "Submitted" if settings.approvals else "Posted"
    return {
        "WHENPOSTED": read_date(header["WHENCREATED"]).isoformat(),
        **{
            name: value
            for name, value in HEADER.keep_dates(header, settings).items()
            if value and name != "ACTION"
        },
        **currency,
        **keep_totals("TOTALENTERED TOTALDUE", amounts, currency),
        **dict.fromkeys(("TOTALPAID", "TRX_TOTALPAID", "TOTALSELECTED", "TRX_TOTALSELECTED"), "0"),
        "STATE": "Draft" if header.get("ACTION") == "Draft" else submitted,
        "RECORDTYPE": "apadjustment",
        "VENDORNAME": (books.find("VENDOR", header["VENDORID"]) or {}).get("NAME", ""),
        "AUWHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }


def keep_line(line: Fields, header: Fields, books: Books, settings: Settings) -> dict[str, str]:
    """A line that was checked as it is stored."""
    amount = read_amount(line["TRX_AMOUNT"])
    kept = {
        **LINE.keep_dates(name_account(line, books), settings),
        **keep_taxes(line, books),
        "AMOUNT": str(convert(amount, header)),
        "TRX_AMOUNT": str(amount),
    }
    return kept | {name: header[name] for name in ("CURRENCY", "BASECURR", "WHENMODIFIED")}
