"""Has this been here before? Four levels: bytes, control numbers of the interchange, of the group and set, business key."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from ml_connector.edi.documents.acknowledgment855 import OrderAcknowledgment
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.order850 import Order
from ml_connector.edi.documents.remittance820 import Remittance
from ml_connector.edi.documents.shipnotice856 import ShipNotice
from ml_connector.edi.envelope import Group, Interchange, PartyId, Transaction
from ml_connector.edi.segments import Row, get_element

#: Where the purpose of a document (element 353) stands.
_PURPOSES = {"BEG": 1, "BAK": 1, "BSN": 1, "BCH": 1, "BCA": 1, "BGN": 1, "BIG": 8, "BCD": 11}
#: Purposes that say nothing of an earlier document, and those that repeat one: content counts the same under all of them.
_REPEATABLE = frozenset(
    {
        "",
        *(Purpose.ORIGINAL, Purpose.RESPONSE, Purpose.ADVANCE, Purpose.COMPLETION, Purpose.APPROVAL),
        *(Purpose.CONFIRMATION, Purpose.DUPLICATE, Purpose.INFORMATION),
    }
)


class InterchangeKey(Struct, frozen=True, kw_only=True, gc=False):
    """ISA05 to ISA08 and ISA13, the number without leading zeros. Senders start numbers again, so it proves nothing alone."""

    sender: PartyId
    receiver: PartyId
    control_number: str


class GroupKey(Struct, frozen=True, kw_only=True, gc=False):
    """GS02, GS03 and GS06, the number without leading zeros."""

    sender: str
    receiver: str
    control_number: str


class BusinessKey(Struct, frozen=True, kw_only=True, gc=False):
    """What makes a document the same document to the people who deal with it. Purpose and amounts are no part of it."""

    kind: str
    party: str
    number: str
    detail: tuple[str, ...] = ()


class Arrival(Struct, frozen=True, kw_only=True, gc=False):
    """A document as it came in, by all that can tell it again."""

    interchange_hash: str  #: of `hash_interchange`
    interchange: InterchangeKey
    group: GroupKey | None
    set_number: str  #: ST02 without leading zeros
    usage: str  #: ISA15: a test and the real document after it are two documents
    content_hash: str  #: of `hash_content`
    purpose: str
    business: BusinessKey | None


class VerdictKind(StrEnum):
    """What a document is, compared with those that came before it."""

    NEW = "new"
    SAME = "same"  #: the very bytes again: dropped, with an entry in the audit trail
    RESENT = "resent"  #: the same content under the same control numbers: dropped, with an entry
    DUPLICATE = "duplicate"  #: the same content under other control numbers: not a second record
    NUMBER_REUSED = "number_reused"  #: other content under a control number used before: held
    REVISION = "revision"  #: other content under the same business key: held for review


class Verdict(Struct, frozen=True, kw_only=True, gc=False):
    """What a document is, in one sentence, and the earlier one that says so."""

    kind: VerdictKind
    reason: str
    earlier: Arrival | None = None


def hash_interchange(data: bytes) -> str:
    """SHA-256 of the bytes of an interchange, ISA to IEA, as it came."""
    return hashlib.sha256(data).hexdigest()


def hash_content(transaction: Transaction) -> str:
    """SHA-256 of what a set says: equal whatever its control numbers, delimiters, blanks and purpose.

    Whoever stores hashes for years wants one that no later cleaning of the text can change, and makes
    it out of the segments as sent; this one is for comparing arrivals by the same release.
    """
    delimiters = transaction.interchange.delimiters
    component = delimiters.component.decode("latin-1") or "\x1d"
    digest = hashlib.sha256()
    for row in transaction.contents.rows:
        text = "\x1f".join(drop_changing(row)).replace(component, "\x1d")
        digest.update(text.encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()


def drop_changing(row: Row) -> Row:
    """A segment without control numbers, purpose and empty elements at its end."""
    if row[0] in ("ST", "SE"):
        return row[:2] if row[0] == "ST" else row[:1]
    place = _PURPOSES.get(row[0], 0)
    kept = [*row[:place], "", *row[place + 1 :]] if 0 < place < len(row) else list(row)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def key_interchange(interchange: Interchange) -> InterchangeKey:
    return InterchangeKey(
        sender=interchange.sender,
        receiver=interchange.receiver,
        control_number=_strip_zeros(interchange.control_number),
    )


def key_group(group: Group) -> GroupKey:
    return GroupKey(
        sender=group.sender, receiver=group.receiver, control_number=_strip_zeros(group.control_number)
    )


def key_document(document: object, party: str) -> BusinessKey | None:
    """The business key of an invoice, order, order acknowledgement, ship notice or remittance.

    `party` is who counts for that document: the vendor of an invoice (the sender until the vendor is
    known), the buyer of an order, the sender of a ship notice, the payer of a remittance. None for
    other documents, and for one without number: such a document cannot be told again by its business.

    Dates are part of the key only where numbers return: an order is answered again on another day, and
    checks are numbered anew. An invoice's date is not: a vendor's number that comes again needs a look.
    """
    detail: tuple[str, ...] = ()
    match document:
        case Invoice():
            kind, detail = "invoice", (document.kind.value,)
        case Order():
            kind, detail = "order", (document.release,)
        case OrderAcknowledgment():
            kind = "order acknowledgement"
            detail = (document.release, document.seller_reference, _write_date(document.date))
        case ShipNotice():
            kind = "ship notice"
        case Remittance():
            kind, detail = "remittance", (_write_date(document.date),)
        case _:
            return None
    return (
        BusinessKey(kind=kind, party=party, number=document.number, detail=detail)
        if document.number
        else None
    )


def describe_arrival(
    transaction: Transaction, *, interchange_hash: str, business: BusinessKey | None
) -> Arrival:
    """The document in a set by all that can tell it again."""
    group = transaction.group
    return Arrival(
        interchange_hash=interchange_hash,
        interchange=key_interchange(transaction.interchange),
        group=key_group(group) if group else None,
        set_number=_strip_zeros(transaction.control_number),
        usage=transaction.interchange.usage,
        content_hash=hash_content(transaction),
        purpose=_find_purpose(transaction.rows),
        business=business,
    )


def judge_arrival(new: Arrival, earlier: Iterable[Arrival]) -> Verdict:
    """What a document is, compared with those that came before it (in the order they came).

    The surest finding wins. A control number alone rejects nothing, because senders start them again;
    nor does a business key alone, because documents are corrected. Documents of another usage (test,
    production) do not count.
    """
    before = [other for other in earlier if other.usage == new.usage]
    for kind, fits in _RULES.items():
        for other in before:
            if fits(new, other):
                return Verdict(kind=kind, reason=_give_reason(kind, new, other), earlier=other)
    return Verdict(kind=VerdictKind.NEW, reason="Nothing like it came before.")


def _is_same(new: Arrival, other: Arrival) -> bool:
    return new.interchange_hash == other.interchange_hash and _is_resent(new, other)


def _is_resent(new: Arrival, other: Arrival) -> bool:
    """The interchange around it may be a new one: networks put sets into envelopes of their own."""
    same_numbers = (new.group, new.set_number) == (other.group, other.set_number)
    return same_numbers and _has_same_content(new, other)


def _is_duplicate(new: Arrival, other: Arrival) -> bool:
    return _is_revision(new, other) and _has_same_content(new, other)


def _is_number_reused(new: Arrival, other: Arrival) -> bool:
    """Documents of one interchange share its number; only those of another one count."""
    return new.interchange == other.interchange and new.interchange_hash != other.interchange_hash


def _is_revision(new: Arrival, other: Arrival) -> bool:
    return new.business is not None and new.business == other.business


#: The surest first.
_RULES: dict[VerdictKind, Callable[[Arrival, Arrival], bool]] = {
    VerdictKind.SAME: _is_same,
    VerdictKind.RESENT: _is_resent,
    VerdictKind.DUPLICATE: _is_duplicate,
    VerdictKind.NUMBER_REUSED: _is_number_reused,
    VerdictKind.REVISION: _is_revision,
}


def _has_same_content(new: Arrival, other: Arrival) -> bool:
    """The same words under a purpose that repeats; a cancellation of the same words is something else."""
    repeats = new.purpose == other.purpose or {new.purpose, other.purpose} <= _REPEATABLE
    return repeats and new.content_hash == other.content_hash


def _give_reason(kind: VerdictKind, new: Arrival, other: Arrival) -> str:
    interchange, earlier = new.interchange.control_number, other.interchange.control_number
    name = f"{new.business.kind} {new.business.number}" if new.business else f"set {new.set_number}"
    said = Purpose.get(new.purpose)
    purpose = said.meaning if said and new.purpose not in _REPEATABLE else "no purpose says so"
    return {
        VerdictKind.SAME: f"Interchange {interchange} came before, byte for byte.",
        VerdictKind.RESENT: f"The {name} came before in interchange {earlier}, under the same control numbers.",
        VerdictKind.DUPLICATE: f"The {name} came before in interchange {earlier}, with the same content.",
        VerdictKind.NUMBER_REUSED: (
            f"Interchange number {interchange} of {new.interchange.sender.id} was used before for other content; "
            f"look whether the {name} is new or a correction."
        ),
        VerdictKind.REVISION: (
            f"The {name} came before in interchange {earlier}, with other content ({purpose}); "
            "look which one is right."
        ),
    }[kind]


def _find_purpose(rows: Iterable[Row]) -> str:
    return next((get_element(row, _PURPOSES[row[0]]).strip(" ") for row in rows if row[0] in _PURPOSES), "")


def _strip_zeros(number: str) -> str:
    """A control number for comparison: some senders pad it, some do not."""
    return number.lstrip("0") or "0"


def _write_date(day: date | None) -> str:
    return day.isoformat() if day else ""
