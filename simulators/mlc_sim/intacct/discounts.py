"""What the term of a bill lets the payer keep on a day (Intacct documentation, "AP Terms", discount).

Documented: days counted from the bill or in a month, a share or an amount of the bill. Inferred: rounding half up to
the cent; days of grace are left out.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.terms import due_date

_CENT = Decimal("0.01")


def find_discount(bill: Fields, day: date, books: Books) -> Decimal:
    """The discount of a bill that is valid on a day; nothing after its last."""
    term = books.find("APTERM", bill.get("TERMNAME", "")) or {}
    granted = Decimal(term.get("DISCAMOUNT") or "0")
    last = {"DUEDATE": term.get("DISCDATE", ""), "DUEFROM": term.get("DISCFROM", "")}
    if not granted or day > due_date(date.fromisoformat(bill["WHENCREATED"]), last):
        return Decimal(0)
    if term.get("DISCPERCAMN") == "%":
        granted = granted * Decimal(bill["TRX_TOTALENTERED"]) / 100
    return granted.quantize(_CENT, ROUND_HALF_UP)
