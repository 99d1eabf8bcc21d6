"""Has this invoice been here before, in our own record or in Intacct?"""

from collections.abc import Iterable

from ml_connector.intacct.objects import BillFound
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need

_IGNORED_STATES = frozenset({"reversed", "voided", "declined", "reversal"})


def judge_record(
    document: StoredDocument, vendor_id: str, earlier: Iterable[StoredDocument]
) -> str | Need | None:
    """Against our own record: the reason it is a duplicate, a possible correction to be looked at, or None.

    The same number of the same vendor (or partner) counts whatever its amount or date; only documents that
    came before this one do.
    """
    before = [o for o in earlier if o.id < document.id and _is_same_key(document, vendor_id, o)]
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
        if (bill.vendor_id, bill.number) != (vendor_id, document.document.key.number):
            continue
        ours = ", posted by this connector" if bill.description.endswith(mark) else ""
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
    return (bill.vendor_id, bill.number) == (vendor_id, number) and bill.description.endswith(mark)


def _is_same_key(document: StoredDocument, vendor_id: str, other: StoredDocument) -> bool:
    mine, theirs = document.document.key, other.document.key
    same_number = (mine.set_code, mine.number, mine.kind) == (theirs.set_code, theirs.number, theirs.kind)
    return same_number and (mine.partner == theirs.partner or (bool(vendor_id) and other.vendor == vendor_id))
