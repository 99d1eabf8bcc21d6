"""Has this document been here before, in our own record or in Intacct, under its own number?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ml_connector.intacct.objects import Adjustment, BillFound, PurchasingDocument
from ml_connector.mapping.duplicates.claims import Claim, Doubt, Found, spell
from ml_connector.records.documents import StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.needs import Need
from ml_connector.records.status import Status

ON_THEIR_WAY: Final = frozenset({Status.READY, Status.SENDING, Status.IN_DOUBT, Status.POSTED})
MONEY: Final = frozenset({"810", "812"})
_CREDITS: Final = (("810", "credit"), ("812", "credit"), ("812", "debit"), ("812", ""))
_IGNORED_STATES: Final = frozenset({"reversed", "voided", "declined", "reversal"})
_DECIDE: Final = "decide which one is right"
_BY_HAND: Final = "book by hand what is right, then reject it here"


def judge_record(claim: Claim, earlier: Iterable[StoredDocument]) -> Iterator[Found]:
    """Against our own record: the reason it is a duplicate, or what may be a correction and is to be looked at.

    The same number of the same vendor (its family, or the partner) counts whatever its amount or date. Documents that
    came before this one do, and those that came later but are on their way to Intacct already.
    """
    counted = [each for each in earlier if comes_first(each, claim.document)]
    before = [each for each in counted if _is_same_key(claim, each)]
    same = next((each for each in before if _has_content(claim, each)), None)
    if same is not None:
        yield f"the same as {_describe(same)}"
        return
    for other in before:
        reason = f"{claim.number} came before with another content: {_describe(other)}; {_DECIDE}"
        yield Doubt(
            other=name_document(other), reason=reason, is_open=other.document.document_key != claim.mark
        )
    if not before:
        yield from _judge_credits(claim, counted)


def comes_first(other: StoredDocument, document: StoredDocument) -> bool:
    """Whether another document counts beside this one."""
    return other.id < document.id or other.status in ON_THEIR_WAY


def name_document(other: StoredDocument) -> str:
    return f"document {other.id}"


def list_rival_keys(key: BusinessKey, undone: Iterable[str] = ()) -> list[BusinessKey]:
    """What a document may repeat, or undo: its own key, and the credits under its number or those that it names."""
    if key.set_code not in MONEY:
        return [key]
    numbers = dict.fromkeys((key.number, *undone))
    credits_ = [
        replace(key, number=number, set_code=set_code, kind=kind)
        for number in numbers
        for set_code, kind in _CREDITS
    ]
    return list(dict.fromkeys((key, *credits_)))


def _judge_credits(claim: Claim, earlier: Iterable[StoredDocument]) -> Iterator[Doubt]:
    """Against credits of the same seller under its number or that it names: what repeats or undoes one is for a person.

    A credit under the number of an invoice is none of these.
    """
    for other in earlier:
        if _may_undo(claim.document, other) and _is_same_seller(claim, other):
            there = f"the credit {other.document.key.number} ({_describe(other)})"
            yield _describe_undone(claim, name_document(other), there)


def _may_undo(document: StoredDocument, other: StoredDocument) -> bool:
    theirs = other.document.key
    return document.document.key.set_code in MONEY and (theirs.set_code, theirs.kind) in _CREDITS


def _describe_undone(claim: Claim, other: str, there: str) -> Doubt:
    worth = spell(claim.document.document.amount)
    reason = f"{claim.number} of {worth} may undo or repeat {there}; {_BY_HAND}"
    return Doubt(kind="reversal", other=other, reason=reason)


def _describe(other: StoredDocument) -> str:
    content = other.document
    return f"document #{other.id} {content.document_key}, {spell(content.amount)} of {content.date}"


def _has_content(claim: Claim, other: StoredDocument) -> bool:
    return other.document.content_hash == claim.document.document.content_hash


def judge_intacct(claim: Claim, bills: Iterable[BillFound]) -> Iterator[Found]:
    """Against the bills Intacct has: the same, for bills that came whatever way."""
    for bill in filter(is_living, bills):
        if bill.vendor_id not in claim.family or not is_same_number(bill.number, claim.number):
            continue
        is_ours_ = bill.description.rstrip().endswith(claim.mark)
        ours = ", posted by this connector" if is_ours_ else ""
        said = f"bill {bill.record_no} in Intacct ({spell(bill.total)} of {bill.date}{ours})"
        if (bill.total, bill.date) == (claim.document.document.amount, claim.document.document.date):
            yield f"the same as {said}"
            return
        yield _doubt(claim, f"bill {bill.record_no}", bill.vendor_id, said, is_open=not is_ours_)


def judge_owed(
    claim: Claim, bills: Iterable[BillFound], invoices: Iterable[PurchasingDocument]
) -> Iterator[Found]:
    """Against the vendor invoices and the bills Intacct has: the same.

    An invoice may stand there in parts, one for each receipt, and its bills are parts then as well.
    """
    same = (
        i for i in invoices if i.vendor_id in claim.family and is_same_number(i.vendor_number, claim.number)
    )
    living = [each for each in same if is_living(each)]
    if not living:
        yield from judge_intacct(claim, bills)
        return
    ours = [each for each in living if claim.mark in each.message.split()]
    for parts, by in ((ours, ", posted by this connector"), (living, "")):
        whole = {(_add_up(parts), each.date) for each in parts}
        if whole == {(claim.document.document.amount, claim.document.document.date)}:
            yield f"the same as {_describe_parts(parts)}{by})"
            return
    named = ", ".join(each.document_id for each in living)
    yield _doubt(claim, named, living[0].vendor_id, f"{_describe_parts(living)})", is_open=not ours)


def _doubt(claim: Claim, other: str, vendor_id: str, said: str, *, is_open: bool) -> Doubt:
    reason = f"vendor {vendor_id} has {said} under the same number, this invoice is {claim.said}; {_DECIDE}"
    return Doubt(other=other, reason=reason, is_open=is_open)


def _add_up(parts: Iterable[PurchasingDocument]) -> Decimal:
    return sum((each.total or Decimal(0) for each in parts), Decimal(0))


def _describe_parts(parts: Sequence[PurchasingDocument]) -> str:
    named = ", ".join(each.document_id for each in parts)
    return f"{named} in Intacct ({spell(_add_up(parts))} of {parts[0].date}"


def judge_undone(claim: Claim, adjustments: Iterable[Adjustment]) -> Iterator[Found]:
    """Against the adjustments Intacct has under the vendor and number of an invoice: it may undo one."""
    for each in filter(is_living, adjustments):
        yield _describe_undone(claim, f"adjustment {each.record_no}", _name_adjustment(each))


def judge_adjustments(claim: Claim, adjustments: Iterable[Adjustment]) -> Iterator[Found]:
    """Against the adjustments Intacct has under the vendor and number of a credit: the same, one more, or one undone."""
    for each in filter(is_living, adjustments):
        ours = ", posted by this connector" if each.description.rstrip().endswith(claim.mark) else ""
        if (each.total, each.date) == (claim.total, claim.document.document.date):
            yield f"the same as {_name_adjustment(each)}{ours}"
            return
        undone = _describe_undone(claim, f"adjustment {each.record_no}", _name_adjustment(each))
        yield replace(undone, is_open=not ours)


def is_living(record: Adjustment | BillFound | PurchasingDocument) -> bool:
    """Whether it still says what we owe."""
    return record.state.casefold() not in _IGNORED_STATES


def _name_adjustment(adjustment: Adjustment) -> str:
    return f"adjustment {adjustment.record_no} in Intacct ({spell(adjustment.total)} of {adjustment.date})"


def judge_orders(
    document: StoredDocument, vendor_id: str, mark: str, orders: Iterable[PurchasingDocument]
) -> str | Need | None:
    """Against the transactions Intacct has under the vendor and number of an order: the same."""
    content = document.document
    for order in filter(is_living, orders):
        said = f"{order.document_id} in Intacct ({spell(order.total)} of {order.date}"
        if mark in order.message.split():
            return f"the same as {said}, posted by this connector)"
        return Need(
            kind="duplicate",
            subject=f"{vendor_id}/{content.key.number}",
            reason=f"vendor {vendor_id} has {said}) under the same number, this order is {spell(content.amount)} "
            f"of {content.date}; {_DECIDE}",
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


def find_rival(claim: Claim, sent: Iterable[StoredDocument]) -> StoredDocument | None:
    """Another document that this one repeats or may undo, of those on their way to Intacct or there."""
    same = (
        each
        for each in sent
        if each.id != claim.document.id
        and (_is_same_key(claim, each) or (_may_undo(claim.document, each) and _is_same_seller(claim, each)))
    )
    return next(same, None)


def _is_same_key(claim: Claim, other: StoredDocument) -> bool:
    mine, theirs = claim.document.document.key, other.document.key
    same_number = (mine.set_code, mine.number, mine.kind) == (theirs.set_code, theirs.number, theirs.kind)
    return same_number and _is_same_seller(claim, other)


def _is_same_seller(claim: Claim, other: StoredDocument) -> bool:
    same_partner = claim.document.document.key.partner == other.document.key.partner
    return same_partner or other.vendor in claim.family
