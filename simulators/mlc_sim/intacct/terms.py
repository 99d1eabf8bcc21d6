"""When a bill under a payment term is due (Intacct documentation, "AP Terms", due)."""

import calendar
from datetime import date, timedelta
from typing import Final

from mlc_sim.intacct.store import Fields

#: Where the days of a term count from -> months after the bill's; absent: from the bill's date itself.
_MONTHS: Final = {
    "of the month of invoice/bill date": 0,
    "of next month from invoice/bill date": 1,
    "of 2nd month from invoice/bill date": 2,
    "of 3rd month from invoice/bill date": 3,
    "of 4th month from invoice/bill date": 4,
    "of 5th month from invoice/bill date": 5,
    "of 6th month from invoice/bill date": 6,
}


def due_date(bill_date: date, term: Fields) -> date:
    """DUEDATE days after the bill, or that day of a month (its last day where the month is shorter)."""
    days = int(term.get("DUEDATE") or 0)
    months = _MONTHS.get(term.get("DUEFROM", ""))
    if months is None:
        return bill_date + timedelta(days=days)
    year, month = divmod(bill_date.year * 12 + bill_date.month - 1 + months, 12)
    return date(year, month + 1, max(1, min(days, calendar.monthrange(year, month + 1)[1])))
