"""Has this ship notice, or a confirmation that is billed, been here before? What Intacct has under its number, against what it would become."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from ml_connector.intacct.objects import BillFound, PurchasingDocument
from ml_connector.mapping.duplicates.earlier import is_ours, is_same_number
from ml_connector.mapping.orders.order_chain import VOID, OrderFile
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.records.needs import Need

_NOUNS: Final = {"855": "confirmation"}
_IGNORED: Final = frozenset({"reversed", "voided", "reversal"})


def judge_receivers(
    case: PurchasingCase, files: Sequence[OrderFile], written: Collection[str]
) -> str | Need | None:
    """Against the receivers of its orders: the reason the notice is a duplicate, what is to be decided, or None.

    `written` are those that our record knows to be its own.
    """
    made = [each.document for file in files for each in file.made if each.document.document_id not in written]
    alike = {each.document_id: each for each in made if _is_alike(case, each)}
    ours = [each for each in alike.values() if case.mark in each.message.split()]
    named = ", ".join(sorted(alike))
    if len(ours) < len(alike):
        return _ask_person(case, f"{named} in Intacct")
    if not ours:
        return None
    if len({each.created_from for each in ours}) + len(written) < len(files):
        reason = case.say(
            f"of {case.number} only {named} is in Intacct, and our record does not know it",
            "do the rest by hand in Intacct, then reject it here",
        )
        return Need(kind="part", subject=f"{case.number}/{len(ours)}", reason=reason)
    return f"the same as {named} in Intacct, posted by this connector"


def judge_bills(case: PurchasingCase, bills: Iterable[BillFound]) -> str | Need | None:
    """The same against bills under its number."""
    vendor = case.vendor.vendor_id
    for bill in bills:
        if bill.state.casefold() in {*_IGNORED, *map(str.casefold, VOID)}:
            continue
        if is_ours(bill, vendor_id=vendor, number=case.number, mark=case.mark):
            return f"the same as bill {bill.record_no} in Intacct, posted by this connector"
        return _ask_person(case, f"bill {bill.record_no} in Intacct ({bill.total} of {bill.date})")
    return None


def _is_alike(case: PurchasingCase, made: PurchasingDocument) -> bool:
    """Whether it is a receiver of the vendor under the number of the notice."""
    return (
        made.definition == case.rules.purchasing.definitions.receiver
        and made.state not in VOID
        and made.vendor_id == case.vendor.vendor_id
        and is_same_number(made.vendor_number, case.number)
    )


def _ask_person(case: PurchasingCase, there: str) -> Need:
    vendor = case.vendor.vendor_id
    reason = case.say(
        f"vendor {vendor} has {there} under the number of {_NOUNS.get(case.set_code, 'notice')} {case.number}",
        "reject this if it is the same",
    )
    return Need(kind="duplicate", subject=f"{vendor}/{case.number}", reason=reason)
