"""Has this invoice been here before, in our own record or in Intacct?"""

from collections.abc import Iterable
from typing import Final

from ml_connector.intacct.objects import BillFound
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status

ON_THEIR_WAY: Final = frozenset({Status.READY, Status.SENDING, Status.IN_DOUBT, Status.POSTED})
_IGNORED_STATES: Final = frozenset({"reversed", "voided", "declined", "reversal"})


def judge_record(
    document: StoredDocument, vendor_id: str, earlier: Iterable[StoredDocument]
) -> str | Need | None:
    """Against our own record: the reason it is a duplicate, a possible correction to be looked at, or None.

    The same number of the same vendor (or partner) counts whatever its amount or date. Documents that came
    before this one do, and those that came later but are on their way to Intacct already.
    """
    before = [
        other
        for other in earlier
        if (other.id < document.id or other.status in ON_THEIR_WAY)
        and _is_same_key(document, vendor_id, other)
    ]
    for other in before:
        if other.document.content_hash == document.document.content_hash:
            return f"the same as {_describe(other)}"
    if not before:
        return None
    return Need(
        kind="duplicate",
        subject=f"{vendor_id or document.document.key.partner}/{document.document.key.number}",
        reason=f"{document.document.key.number} came before with another content: {_describe(before[0])}; "
        "decide which one is right",
    )


def _describe(other: StoredDocument) -> str:
    content = other.document
    return f"document #{other.id} {content.document_key}, {content.amount} of {content.date}"


def judge_intacct(
    document: StoredDocument, vendor_id: str, mark: str, bills: Iterable[BillFound]
) -> str | Need | None:
    """Against the bills Intacct has: the same, for bills that came whatever way."""
    for bill in bills:
        if bill.state.casefold() in _IGNORED_STATES:
            continue
        if bill.vendor_id != vendor_id or not is_same_number(bill.number, document.document.key.number):
            continue
        ours = ", posted by this connector" if bill.description.rstrip().endswith(mark) else ""
        said = f"bill {bill.record_no} in Intacct ({bill.total} of {bill.date}{ours})"
        if (bill.total, bill.date) == (document.document.amount, document.document.date):
            return f"the same as {said}"
        return Need(
            kind="duplicate",
            subject=f"{vendor_id}/{bill.number}",
            reason=f"vendor {vendor_id} has {said} under the same number, this invoice is {document.document.amount} "
            f"of {document.document.date}; decide which one is right",
        )
    return None


def is_ours(bill: BillFound, *, vendor_id: str, number: str, mark: str) -> bool:
    """Whether a bill found in Intacct under this vendor and number carries our mark."""
    same = bill.vendor_id == vendor_id and is_same_number(bill.number, number)
    return same and bill.description.rstrip().endswith(mark)


def is_same_number(one: str, other: str) -> bool:
    """Whether Intacct may take two numbers for one: it is not known to keep case and surrounding blanks apart."""
    return fold_number(one) == fold_number(other)


def fold_number(number: str) -> str:
    """What two numbers have in common that Intacct may take for one."""
    return number.strip().casefold()


def is_on_its_way(
    vendor_id: str, document: StoredDocument, others: Iterable[StoredDocument]
) -> StoredDocument | None:
    """Another document under the same vendor and number that is on its way to Intacct, or there."""
    return next(
        (
            other
            for other in others
            if other.id != document.id
            and other.status in ON_THEIR_WAY
            and _is_same_key(document, vendor_id, other)
        ),
        None,
    )


def _is_same_key(document: StoredDocument, vendor_id: str, other: StoredDocument) -> bool:
    mine, theirs = document.document.key, other.document.key
    same_number = (mine.set_code, mine.number, mine.kind) == (theirs.set_code, theirs.number, theirs.kind)
    return same_number and (mine.partner == theirs.partner or (bool(vendor_id) and other.vendor == vendor_id))
