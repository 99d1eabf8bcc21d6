"""Has this invoice been here before, in our own record or in Intacct?"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from ml_connector.intacct.objects import BillFound, PurchasingDocument
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
    return f"document #{other.id} {content.document_key}, {_spell(content.amount)} of {content.date}"


def _spell(amount: Decimal | None) -> str:
    return "an unknown amount" if amount is None else f"{amount:,}"


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
        said = f"bill {bill.record_no} in Intacct ({_spell(bill.total)} of {bill.date}{ours})"
        if (bill.total, bill.date) == (document.document.amount, document.document.date):
            return f"the same as {said}"
        return Need(
            kind="duplicate",
            subject=f"{vendor_id}/{bill.number}",
            reason=f"vendor {vendor_id} has {said} under the same number, this invoice is {_spell(document.document.amount)} "
            f"of {document.document.date}; decide which one is right",
        )
    return None


def judge_owed(
    document: StoredDocument,
    vendor_id: str,
    mark: str,
    bills: Iterable[BillFound],
    invoices: Iterable[PurchasingDocument],
) -> str | Need | None:
    """Against the vendor invoices and the bills Intacct has: the same.

    An invoice may stand there in parts, one for each receipt, and its bills are parts then as well.
    """
    number = document.document.key.number
    same = (i for i in invoices if i.vendor_id == vendor_id and is_same_number(i.vendor_number, number))
    living = [each for each in same if each.state.casefold() not in _IGNORED_STATES]
    if not living:
        return judge_intacct(document, vendor_id, mark, bills)
    ours = [each for each in living if mark in each.message.split()]
    for parts, by in ((ours, ", posted by this connector"), (living, "")):
        whole = {(_add_up(parts), each.date) for each in parts}
        if whole == {(document.document.amount, document.document.date)}:
            return f"the same as {_describe_parts(parts)}{by})"
    return Need(
        kind="duplicate",
        subject=f"{vendor_id}/{number}",
        reason=f"vendor {vendor_id} has {_describe_parts(living)}) under the same number, this invoice is "
        f"{_spell(document.document.amount)} of {document.document.date}; decide which one is right",
    )


def _add_up(parts: Iterable[PurchasingDocument]) -> Decimal:
    return sum((each.total or Decimal(0) for each in parts), Decimal(0))


def _describe_parts(parts: Sequence[PurchasingDocument]) -> str:
    named = ", ".join(each.document_id for each in parts)
    return f"{named} in Intacct ({_spell(_add_up(parts))} of {parts[0].date}"


def judge_orders(
    document: StoredDocument, vendor_id: str, mark: str, orders: Iterable[PurchasingDocument]
) -> str | Need | None:
    """Against the transactions Intacct has under the vendor and number of an order: the same."""
    content = document.document
    for order in orders:
        if order.state.casefold() in _IGNORED_STATES:
            continue
        said = f"{order.document_id} in Intacct ({_spell(order.total)} of {order.date}"
        if mark in order.message.split():
            return f"the same as {said}, posted by this connector)"
        return Need(
            kind="duplicate",
            subject=f"{vendor_id}/{content.key.number}",
            reason=f"vendor {vendor_id} has {said}) under the same number, this order is {_spell(content.amount)} "
            f"of {content.date}; decide which one is right",
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


def find_rival(
    vendor_id: str, document: StoredDocument, sent: Iterable[StoredDocument]
) -> StoredDocument | None:
    """Another document under the same vendor and number, of those on their way to Intacct or there."""
    same = (each for each in sent if each.id != document.id and _is_same_key(document, vendor_id, each))
    return next(same, None)


def _is_same_key(document: StoredDocument, vendor_id: str, other: StoredDocument) -> bool:
    mine, theirs = document.document.key, other.document.key
    same_number = (mine.set_code, mine.number, mine.kind) == (theirs.set_code, theirs.number, theirs.kind)
    return same_number and (mine.partner == theirs.partner or (bool(vendor_id) and other.vendor == vendor_id))
