"""What each transaction set says of itself: its number, its kind, its money, and what is wrong with it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeVar

from ml_connector.edi import (
    CreditAdjustment,
    Finding,
    Invoice,
    Order,
    OrderAcknowledgment,
    OrderChange,
    OrderChangeAcknowledgment,
    Reading,
    Remittance,
    ShipNotice,
    Transaction,
    explain_total,
    parse_acknowledgment,
    parse_credit_adjustment,
    parse_invoice,
    parse_order,
    parse_order_acknowledgment,
    parse_order_change,
    parse_order_change_acknowledgment,
    parse_remittance,
    parse_ship_notice,
)
from ml_connector.mapping.answers_received import describe_answer
from ml_connector.mapping.payables.terms import Discount, find_discount, find_net_date
from ml_connector.mapping.routes.confirmation_to_order import read_replenishment
from ml_connector.mapping.routes.order_to_purchase_order import add_up, find_worth, name_order
from ml_connector.records.status import Status
from ml_connector.store.types import LARGEST_AMOUNT

INVOICE: Final = "810"
ADJUSTMENT: Final = "812"
OWED: Final = frozenset({INVOICE, ADJUSTMENT})
"""Sets that say what is owed."""
_LONGEST_NUMBER: Final = 60  # BIG02 has 22 characters at most; beyond this it is no number but broken data
_KINDS: Final = {"C": "credit", "D": "debit"}  # element 478, as the sender sees it

Readable = Invoice | CreditAdjustment | Order | OrderAcknowledgment | OrderChange | ShipNotice | Remittance
"""What documents are read as."""
_Said = TypeVar("_Said", bound=Readable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a document says of itself, as far as it can be read."""

    status: Status
    reason: str
    findings: tuple[Finding, ...] = ()
    document: Readable | None = None
    number: str = ""
    kind: str = ""
    amount: Decimal | None = None
    due: dt.date | None = None
    discount: Discount | None = None

    @property
    def date(self) -> dt.date | None:
        return self.document.date if self.document is not None else None

    @property
    def currency(self) -> str:
        """Empty for what names no money."""
        return getattr(self.document, "currency", None) or ""


def read_content(transaction: Transaction) -> Content:
    """Number, kind, money and content of a set, where it is one that has a use."""
    code = transaction.set_code
    if code in _READERS:
        return _READERS[code](transaction)
    reason = find_error(transaction.findings)
    status = Status.REJECTED if reason else Status.FILED
    return Content(status=status, reason=reason or f"set {code} is kept but not processed yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What tells a document from others of its sender."""

    number: str
    kind: str
    too_long: str  #: what is wrong where the number is no number
    worth: Callable[[], Decimal | None] = lambda: None  #: asked only of what is not refused


def _describe(
    transaction: Transaction, reading: Reading[_Said], name: str, tell: Callable[[_Said], _Told]
) -> Content:
    """The document of this name, refused for what is wrong with it, or for a number that is none."""
    findings = (*transaction.findings, *reading.findings)
    reason = find_error(findings)
    if reading.document is None:
        return Content(status=Status.REJECTED, reason=reason or f"this is no {name} that can be read")
    told = tell(reading.document)
    if len(told.number) > _LONGEST_NUMBER:
        reason = told.too_long
    worth = None if reason else told.worth()
    return Content(
        status=Status.REJECTED if reason else Status.READ,
        reason=reason,
        findings=findings,
        document=reading.document,
        number=told.number[:_LONGEST_NUMBER],
        kind=told.kind,
        amount=None if worth is None else keep_amount(worth),
    )


def _read_invoice(transaction: Transaction) -> Content:
    reading = parse_invoice(transaction)
    content = _describe(transaction, reading, "invoice", _tell_invoice)
    if reading.document is None:
        return content
    amount = content.amount
    discount = find_discount(reading.document, amount) if amount is not None else None
    return replace(content, due=find_net_date(reading.document), discount=discount)


def _tell_invoice(invoice: Invoice) -> _Told:
    return _Told(
        number=invoice.number,
        kind=str(invoice.kind),
        too_long=f"BIG02 has {len(invoice.number)} characters; an invoice number has at most 22",
        worth=lambda: explain_total(invoice).total,
    )


def _read_adjustment(transaction: Transaction) -> Content:
    return _describe(transaction, parse_credit_adjustment(transaction), "adjustment", _tell_adjustment)


def _tell_adjustment(said: CreditAdjustment) -> _Told:
    """Credit or debit as its sender says; whether that lowers what we owe depends on his point of view."""
    return _Told(
        number=said.number,
        kind=_KINDS.get(said.direction, ""),
        too_long=f"BCD02 has {len(said.number)} characters; the number of an adjustment has at most 22",
        worth=lambda: said.amount,
    )


def _read_order(transaction: Transaction) -> Content:
    return _describe(transaction, parse_order(transaction), "order", _tell_order)


def _tell_order(order: Order) -> _Told:
    """What an order is worth is not owed."""
    number = name_order(order)
    return _Told(
        number=number,
        kind="order",
        too_long=f"BEG03 and BEG04 have {len(number)} characters; an order number has at most 22",
        worth=lambda: find_worth(order),
    )


def _read_answer(transaction: Transaction) -> Content:
    """One to an order that is there; or an order of its own, by which the seller replenishes the buyer."""
    reading = parse_order_acknowledgment(transaction)
    said = reading.document
    if said is not None and said.is_order:
        made = Reading(document=read_replenishment(said), findings=reading.findings)
        return _describe(transaction, made, "order", _tell_order)
    return _describe(
        transaction,
        reading,
        "answer of an order",
        lambda said: _tell_words(said, "answer", _spell(said.date)),
    )


def _read_change(transaction: Transaction) -> Content:
    parse = parse_order_change if transaction.set_code == "860" else parse_order_change_acknowledgment
    reading: Reading[OrderChange] | Reading[OrderChangeAcknowledgment] = parse(transaction)
    return _describe(
        transaction,
        reading,
        "change of an order",
        lambda said: _tell_words(said, "change", said.sequence or _spell(said.date)),
    )


def _tell_words(said: OrderAcknowledgment | OrderChange, kind: str, told: str) -> _Told:
    """What is said of an order: under its number and what `told` one such document of the order from another."""
    return _Told(
        number="/".join(filter(None, (said.number, said.release, told))),
        kind=kind,
        too_long=f"the order's number has {len(said.number)} characters; an order number has at most 22",
        worth=lambda: add_up(line.extension for line in said.lines),
    )


def _spell(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _read_notice(transaction: Transaction) -> Content:
    return _describe(transaction, parse_ship_notice(transaction), "ship notice", _tell_notice)


def _tell_notice(notice: ShipNotice) -> _Told:
    """What is shipped is not owed."""
    return _Told(
        number=notice.number,
        kind="notice",
        too_long=f"BSN02 has {len(notice.number)} characters; a notice number has at most 30",
    )


def _read_remittance(transaction: Transaction) -> Content:
    return _describe(transaction, parse_remittance(transaction), "remittance", _tell_remittance)


def _tell_remittance(remittance: Remittance) -> _Told:
    """What was paid is owed no more."""
    return _Told(
        number=remittance.number,
        kind="payment",
        too_long=f"TRN02 has {len(remittance.number)} characters; a trace number has at most 50",
        worth=lambda: remittance.amount,
    )


def _read_acknowledgment(transaction: Transaction) -> Content:
    """What answers something of ours is kept, with what it says; it is found by what it answers."""
    reading = parse_acknowledgment(transaction)
    reason = find_error((*transaction.findings, *reading.findings))
    if reason or reading.document is None:
        return Content(status=Status.REJECTED, reason=reason or "this is no acknowledgment that can be read")
    return Content(status=Status.FILED, reason=describe_answer(reading.document))


def keep_amount(total: Decimal) -> Decimal | None:
    """The gross amount, or None when it is no amount that books can keep; the plan holds such an invoice."""
    amount = abs(total)
    return amount if amount <= LARGEST_AMOUNT and amount == round(amount, 4) else None


def find_error(findings: tuple[Finding, ...]) -> str:
    """The first finding that keeps a document from being used; empty when there is none."""
    return next(
        (f"{finding.code}: {finding.message}" for finding in findings if finding.severity == "error"), ""
    )


_READERS: Final = {
    INVOICE: _read_invoice,
    ADJUSTMENT: _read_adjustment,
    "820": _read_remittance,
    **dict.fromkeys(("824", "997", "999"), _read_acknowledgment),
    "850": _read_order,
    "855": _read_answer,
    "856": _read_notice,
    "860": _read_change,
    "865": _read_change,
}
