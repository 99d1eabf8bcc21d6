"""Creating a GLBATCH: at least two lines, debits equal to credits (Intacct documentation, "Journal Entries").

That each entity balances for itself unless BASELOCATION_NO names the source is documented; the texts are ours.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.currencies import check_currency, convert, keep_currency
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import put_document, put_lines
from mlc_sim.intacct.posting import Form, at_line, check_line, check_open, missing, wrap
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment, read_amount, read_date

_REQUIRED: Final = ("JOURNAL", "BATCH_DATE", "BATCH_TITLE")
_HEADER: Final = Form(
    object_name="GLBATCH",
    known="JOURNAL BATCH_DATE BATCH_TITLE REVERSEDATE REFERENCENO BASELOCATION_NO SUPDOCID HISTORY_COMMENT STATE",
    dates=("BATCH_DATE", "REVERSEDATE"),
    choices={"STATE": ("Posted", "Draft")},
)
_LINE: Final = Form(
    object_name="GLENTRY",
    known="ACCOUNTNO TR_TYPE TRX_AMOUNT LOCATIONID DEPARTMENTID PROJECTID CLASSID ITEMID VENDORID CUSTOMERID EMPLOYEEID"
    " TASKID COSTTYPEID CONTRACTID WAREHOUSEID DESCRIPTION DOCUMENT CURRENCY BASECURR EXCH_RATE_DATE"
    " EXCH_RATE_TYPE_ID EXCHANGE_RATE ALLOCATION",
    dates=("EXCH_RATE_DATE",),
    choices={"TR_TYPE": ("1", "-1")},
)
#: How an entry names a field -> how all other lines do. AMOUNT stands in the documentation's own examples.
_SAME: Final = {"LOCATION": "LOCATIONID", "DEPARTMENT": "DEPARTMENTID", "AMOUNT": "TRX_AMOUNT"}
_DIRECTIONS: Final = {"debit": "1", "credit": "-1"}


def create_journal(
    header: Fields, entries: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Keep a journal entry and return its RECORDNO. Raises FunctionError with all its problems."""
    lines = [{_SAME.get(name, name): value for name, value in entry.items()} for entry in entries]
    problems = _HEADER.check(header, settings)
    problems += [missing(name) for name in _REQUIRED if not header.get(name)]
    if header.get("JOURNAL"):
        problems += books.check("GLJOURNAL", "Journal", header["JOURNAL"])
    problems += [] if len(lines) > 1 else [refuse("A journal entry needs at least two entries.")]
    for position, line in enumerate(lines, 1):
        found = check_line(line, _LINE, books, settings) + _check_direction(line)
        found += check_currency(line, books, settings)
        problems += [at_line(position, problem) for problem in found]
    problems = problems or _check_balance(header, lines, books, settings) + _check_open(
        header, lines, books, settings
    )
    if problems:
        raise FunctionError(*problems, wrap("glbatch"))
    kept = _keep(header, settings, now)
    number = put_document(books, "GLBATCH", header["JOURNAL"], kept)
    put_lines(books, "GLENTRY", number, (_keep_line(line, kept, books, settings) for line in lines))
    return number


def translate_direction(entry: Fields) -> dict[str, str]:
    """A line whose direction is the word debit or credit."""
    return {**entry, "TR_TYPE": _DIRECTIONS.get(entry.get("TR_TYPE", ""), entry.get("TR_TYPE", ""))}


def _check_direction(line: Fields) -> list[Problem]:
    if not line.get("TR_TYPE"):
        return [missing("TR_TYPE")]
    amount = line.get("TRX_AMOUNT", "")
    return [refuse(f"TRX_AMOUNT '{amount}' must be positive.")] if amount.startswith("-") else []


def _check_balance(
    header: Fields, lines: Sequence[Fields], books: Books, settings: Settings
) -> list[Problem]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        entity = "" if header.get("BASELOCATION_NO") else books.entity_of(line.get("LOCATIONID", ""))
        sums[entity] += convert(_signed(line), keep_currency(line, books, settings))
    return [
        refuse(
            f"Debits and credits{f' of entity {entity}' if entity else ''} do not balance; they differ by {abs(amount)}."
        )
        for entity, amount in sums.items()
        if amount
    ]


def _check_open(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> list[Problem]:
    if header.get("STATE") == "Draft":
        return []
    day = read_date(header["BATCH_DATE"])
    return check_open(day, (line.get("LOCATIONID", "") for line in lines), books, settings)


def _signed(line: Fields) -> Decimal:
    return read_amount(line["TRX_AMOUNT"]) * int(line["TR_TYPE"])


def _keep(header: Fields, settings: Settings, now: datetime) -> dict[str, str]:
    submitted = "Submitted" if settings.approvals else "Posted"
    return {
        **_HEADER.keep_dates(header, settings),
        "STATE": "Draft" if header.get("STATE") == "Draft" else submitted,
        "MODULE": "2.GL",
        "WHENCREATED": keep_moment(now),
        "WHENMODIFIED": keep_moment(now),
    }


def _keep_line(line: Fields, header: Fields, books: Books, settings: Settings) -> dict[str, str]:
    amount, currency = read_amount(line["TRX_AMOUNT"]), keep_currency(line, books, settings)
    return {
        **_LINE.keep_dates(line, settings),
        **currency,
        "AMOUNT": str(convert(amount, currency)),
        "TRX_AMOUNT": str(amount),
        "LOCATION": line.get("LOCATIONID", ""),
        "DEPARTMENT": line.get("DEPARTMENTID", ""),
        **{name: header[name] for name in ("STATE", "WHENMODIFIED")},
        "ENTRY_DATE": header["BATCH_DATE"],
    }
