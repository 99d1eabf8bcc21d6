"""What the details of a payment do to the bills, memos and credits they name: select, pay, and take back.

Documented: what is selected, what is paid and what is due are fields of their own, with the states Selected,
Partially Paid and Paid. Inferred: that a payment which is declined, voided or deleted gives everything back.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.currencies import convert
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import Entry, change_entry, find_entry
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment, read_amount

#: Only what stands in the books can be paid.
_PAYABLE: Final = ("Posted", "Selected", "Partially Paid", "Paid")


#: What a detail takes of a bill as its discount; its name is our own.
DISCOUNT: Final = "DISCOUNTTAKEN"


def name_paid(detail: Fields) -> tuple[str, str]:
    """The object a detail pays, and its RECORDNO: a bill, or a credit memo."""
    if detail.get("POSADJKEY"):
        return "APADJUSTMENT", detail["POSADJKEY"]
    return "APBILL", detail.get("RECORDKEY", "")


def read_paid(detail: Fields) -> Decimal:
    """What a detail settles with money and credit, and with the discount that was found for it."""
    taken = Decimal(detail.get(DISCOUNT) or "0")
    return read_amount(detail["TRX_PAYMENTAMOUNT"]) + read_credit(detail) + taken


def read_credit(detail: Fields) -> Decimal:
    """What a detail pays with credit."""
    return read_amount(detail.get("TRX_ADJUSTMENTAMOUNT") or "0")


def is_payable(record: Fields) -> bool:
    """Whether a bill or memo stands in the books."""
    return record["STATE"] in _PAYABLE


def find_open_amount(record: Fields) -> Decimal:
    """What may still be paid of a bill or memo: due, and not selected by another payment."""
    return Decimal(record["TRX_TOTALDUE"]) - Decimal(record.get("TRX_TOTALSELECTED") or "0")


def find_credit(memo: Fields) -> Decimal:
    """What is left of a debit memo, and not selected by another payment."""
    return -Decimal(memo["TRX_TOTALDUE"]) - Decimal(memo.get("TRX_TOTALSELECTED") or "0")


def select(details: Iterable[Fields], books: Books, now: datetime) -> None:
    """Set aside what is to be paid."""
    for detail in details:
        _select(detail, read_paid(detail), books, now)


def release(details: Iterable[Fields], books: Books, now: datetime) -> None:
    """Undo `select`."""
    for detail in details:
        _select(detail, -read_paid(detail), books, now)


def pay(details: Iterable[Fields], day: str, books: Books, now: datetime) -> None:
    """Take what is paid from what is due, and credit from the memos it is taken of."""
    for detail in details:
        _pay(detail, 1, day, books, now)


def take_back(details: Iterable[Fields], books: Books, now: datetime) -> None:
    """Undo `pay`."""
    for detail in details:
        _pay(detail, -1, "", books, now)


def _select(detail: Fields, amount: Decimal, books: Books, now: datetime) -> None:
    record = _find(*name_paid(detail), books)
    selected = Decimal(record.fields.get("TRX_TOTALSELECTED") or "0") + amount
    _change(name_paid(detail)[0], record, {"SELECTED": selected}, books, now)
    if detail.get("ADJUSTMENTKEY"):
        memo = _find("APADJUSTMENT", detail["ADJUSTMENTKEY"], books)
        credit = read_credit(detail) if amount > 0 else -read_credit(detail)
        set_aside = Decimal(memo.fields.get("TRX_TOTALSELECTED") or "0") + credit
        _change_credit(memo, {"SELECTED": set_aside}, books, now)


def _pay(detail: Fields, direction: int, day: str, books: Books, now: datetime) -> None:
    name, key = name_paid(detail)
    record, paid = _find(name, key, books), read_paid(detail) * direction
    due = Decimal(record.fields["TRX_TOTALDUE"]) - paid
    total = Decimal(record.fields["TRX_TOTALPAID"]) + paid
    _change(name, record, {"DUE": due, "PAID": total}, books, now, day=day)
    if detail.get("ADJUSTMENTKEY"):
        memo = _find("APADJUSTMENT", detail["ADJUSTMENTKEY"], books)
        left = Decimal(memo.fields["TRX_TOTALDUE"]) + read_credit(detail) * direction
        _change_credit(memo, {"DUE": left}, books, now)


def _change_credit(memo: Entry, totals: dict[str, Decimal], books: Books, now: datetime) -> None:
    """A memo that lends its credit keeps its state [inferred]."""
    changes = {**_write_totals(totals, memo.fields), "WHENMODIFIED": keep_moment(now)}
    change_entry(books, "APADJUSTMENT", memo, changes)


def _change(
    name: str, record: Entry, totals: dict[str, Decimal], books: Books, now: datetime, *, day: str = ""
) -> None:
    changes = _write_totals(totals, record.fields)
    state = _name_state({**record.fields, **changes})
    paid_on = {"WHENPAID": record.fields.get("WHENPAID") or day if state == "Paid" else ""}
    change_entry(
        books, name, record, {**changes, **paid_on, "STATE": state, "WHENMODIFIED": keep_moment(now)}
    )


def _write_totals(totals: dict[str, Decimal], record: Fields) -> dict[str, str]:
    """Totals in the record's own currency, with the same in base currency."""
    return {
        key: str(value)
        for name, amount in totals.items()
        for key, value in ((f"TRX_TOTAL{name}", amount), (f"TOTAL{name}", convert(amount, record)))
    }


def _name_state(record: Fields) -> str:
    if Decimal(record.get("TRX_TOTALSELECTED") or "0"):
        return "Selected"
    if not Decimal(record["TRX_TOTALPAID"]):
        return "Posted"
    return "Partially Paid" if Decimal(record["TRX_TOTALDUE"]) else "Paid"


def _find(name: str, key: str, books: Books) -> Entry:
    found = find_entry(books, name, key)
    if found is None:
        raise FunctionError(refuse(f"Cannot find {name.lower()} with key '{key}', which is to be paid."))
    return found
