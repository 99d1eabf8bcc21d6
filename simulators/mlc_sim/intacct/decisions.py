"""What becomes of a document after it was entered: submitted, approved, declined, posted, paid, recalled, undone.

Documented: the states of each object, that a submitted bill is recalled and a posted one reversed, that payment
requests are approved, confirmed, declined and voided. Inferred: which state may follow which, and that a reversed
bill is due no more. Journals are reversed by hand only.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import Entry, change_entry, find_entry, find_lines
from mlc_sim.intacct.payments import list_details
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.purchasing import Desk
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.settling import pay, release, take_back
from mlc_sim.intacct.values import keep_moment

_PAYABLE: Final = {
    "Draft": ("Submitted", "Posted"),
    "Submitted": ("Partially Approved", "Posted", "Declined", "Draft"),
    "Partially Approved": ("Posted", "Declined", "Draft"),
    "Declined": ("Draft", "Submitted"),
    "Posted": ("Reversed",),
}
#: object -> state -> the states that may follow
_MOVES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "APBILL": _PAYABLE,
    "APADJUSTMENT": _PAYABLE,
    "APPYMT": {
        "Draft": ("Submitted", "Approved", "Posted"),
        "Submitted": ("Approved", "Posted", "Declined", "Voided"),
        "Approved": ("Posted", "Declined", "Voided"),
        "Posted": ("Voided",),
    },
    "GLBATCH": {
        "Draft": ("Submitted", "Posted"),
        "Submitted": ("Partially Approved", "Approved", "Posted", "Declined"),
        "Partially Approved": ("Approved", "Posted", "Declined"),
        "Approved": ("Posted",),
        "Posted": ("Reversal pending", "Reversed"),
        "Reversal pending": ("Reversed",),
    },
    "PODOCUMENT": {
        "Draft": ("Submitted", "Pending"),
        "Submitted": ("Partially Approved", "Approved", "Pending", "Declined"),
        "Partially Approved": ("Approved", "Pending", "Declined"),
        "Approved": ("Pending", "Closed"),
        "Declined": ("Draft",),
        "Pending": ("Closed",),
    },
}
#: States of a payment that has only set its bills aside, and those of one that has let go of them.
_SELECTING, _UNDONE = ("Draft", "Submitted", "Approved"), ("Declined", "Voided")


def decide(
    books: Books, object_name: str, record_no: str, state: str, settings: Settings, now: datetime
) -> None:
    """Give a document its next state, with all that follows. Raises FunctionError where that is not possible."""
    document = find_entry(books, object_name, record_no) if object_name in _MOVES else None
    if document is None:
        raise FunctionError(refuse(f"Cannot find {object_name.lower()} with key '{record_no}'."))
    before = document.fields["STATE"]
    if state not in _MOVES[object_name].get(before, ()):
        raise FunctionError(refuse(f"{object_name} '{record_no}' is {before} and cannot become {state}."))
    if object_name == "PODOCUMENT":
        Desk(books=books, settings=settings, now=now).move(document, state)
        return
    changes = {"STATE": state}
    if object_name == "APPYMT":
        _settle(document, state, books, now)
    elif state == "Reversed" and object_name != "GLBATCH":
        changes |= _write_off(document)
    stamp = {"WHENMODIFIED": keep_moment(now)}
    change_entry(books, object_name, document, {**changes, **stamp})
    lines = OBJECTS[object_name].line_object
    if "STATE" in OBJECTS[lines].fields:
        for line in find_lines(books, lines, document.record_no):
            change_entry(books, lines, line, {"STATE": state, **stamp})


def _settle(payment: Entry, state: str, books: Books, now: datetime) -> None:
    """What the new state of a payment means for what it pays."""
    details = list_details(books, payment)
    if state == "Posted":
        release(details, books, now)
        pay(details, payment.fields["WHENCREATED"], books, now)
    elif state in _UNDONE and payment.fields["STATE"] in _SELECTING:
        release(details, books, now)
    elif state in _UNDONE:
        take_back(details, books, now)


def _write_off(document: Entry) -> dict[str, str]:
    """A reversed bill is due no more; one that is paid or selected cannot be reversed."""
    moved = (Decimal(document.fields.get(name) or "0") for name in ("TOTALPAID", "TOTALSELECTED"))
    if any(moved):
        raise FunctionError(refuse(f"'{document.record_no}' has payments and cannot be reversed."))
    return dict.fromkeys(("TOTALDUE", "TRX_TOTALDUE"), "0.00")
