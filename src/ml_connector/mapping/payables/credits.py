"""What changes what we owe without being a bill, in the form of an invoice: an 810 credit, or an 812 of either kind.

An 812 says credit or debit (BCD05) as its sender sees it: a seller credits what a buyer owes him, a buyer's own books
credit what he owes. So who looks decides, and nobody but the partner can say who that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.edi import CreditAdjustment, Invoice, InvoiceKind, InvoiceLine
from ml_connector.edi.documents.adjustment812 import CreditLine
from ml_connector.edi.documents.remittance_codes import AdjustmentReason
from ml_connector.mapping.rules.rulebook import Partner
from ml_connector.records.needs import Need

_FLAGS: Final = ("C", "D")  #: element 478: credit, debit
_LOWERS: Final = {
    "seller": "C",
    "buyer": "D",
}  #: the flag by which we owe less, by whose view the sender takes
_TYPES: Final = {InvoiceKind.CREDIT: "CR", InvoiceKind.DEBIT: "DR"}  #: element 640
_ORIGINAL: Final = "OI"  #: REF01, the original invoice
_AS_SENT: Final = "lines as sent"  #: so begin the sums in which signs tell, not flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What only a credit has."""

    about: tuple[str, str] | None  #: the invoice it is about, after the place that names it
    flag: tuple[str, str]  #: what says which way it counts, after the place that says it
    needs: tuple[Need, ...] = ()  #: that it is not clear which way it counts


def describe_credit(invoice: Invoice) -> Credit:
    """An 810 credit: it lowers what we owe."""
    flag = ("BIG07", invoice.type_code) if invoice.type_code else ("TDS01", f"{invoice.total:,}")
    return Credit(about=_find_original(invoice), flag=flag)


def describe_adjustment(said: CreditAdjustment, partner: Partner | None) -> Credit:
    """An 812, which may lower or raise it."""
    view = f", as a {partner.adjustment_view} sees it" if partner is not None else ""
    return Credit(
        about=("BCD07", said.invoice_number) if said.invoice_number else _find_original(said),
        flag=("BCD05", f"{said.direction}{view}"),
        needs=tuple(_list_needs(said, partner)),
    )


def find_kind(credit: CreditAdjustment, partner: Partner | None) -> InvoiceKind | None:
    """Whether an 812 lowers what we owe (credit) or raises it (debit); None where nobody has said how to tell."""
    view = partner.adjustment_view if partner is not None else None
    if view is None or credit.direction not in _FLAGS:
        return None
    return InvoiceKind.CREDIT if credit.direction == _LOWERS[view] else InvoiceKind.DEBIT


def _list_needs(credit: CreditAdjustment, partner: Partner | None) -> Iterator[Need]:
    """What keeps an 812 of which it is not clear whether we owe less or more."""
    if partner is not None and partner.adjustment_view is None:
        reason = (
            f"nobody has said in whose view {partner.name} calls an 812 a credit or a debit (BCD05 {credit.direction}); ask "
            'them, then add adjustment_view = "seller" or "buyer" to the partner'
        )
        yield Need(kind="direction", subject=f"{partner.name}/812", reason=reason)
    if credit.amount is not None and credit.amount < 0:
        reason = (
            f"BCD04 of {credit.number} is {credit.amount:,} and BCD05 {credit.direction}, so it may lower or raise what we owe; "
            "ask the sender for a corrected one"
        )
        yield Need(kind="direction", subject=credit.number, reason=reason)


def read_adjustment(credit: CreditAdjustment, partner: Partner | None) -> Invoice:
    """An 812 as the invoice it amounts to. Of unknown kind it is taken for a debit, and never to be booked."""
    kind = find_kind(credit, partner) or InvoiceKind.DEBIT
    return Invoice(
        number=credit.number,
        date=credit.date,
        order_number=credit.order_number,
        order_date=credit.order_date,
        release="",
        type_code=_TYPES[kind],
        purpose=credit.purpose,
        kind=kind,
        currency=credit.currency,
        parties=credit.parties,
        references=credit.references,
        terms=credit.terms,
        dates=credit.dates,
        lines=tuple(_list_lines(credit)),
        adjustments=credit.adjustments,
        taxes=credit.taxes,
        total=credit.amount or Decimal(0),
        discountable=None,
        discounted=None,
        discount=None,
        notes=credit.notes,
        declared_lines=None,
    )


def _find_original(document: Invoice | CreditAdjustment) -> tuple[str, str] | None:
    named = (each.value for each in document.references if each.qualifier == _ORIGINAL and each.value)
    number = next(named, None)
    return (f"REF*{_ORIGINAL}", number) if number is not None else None


def _list_lines(credit: CreditAdjustment) -> Iterator[InvoiceLine]:
    """What the amount is made of; all of it is one line where nothing says more."""
    if not credit.lines and not credit.adjustments and not credit.taxes:
        yield _make_whole(credit)
    as_sent = (credit.rule or "").startswith(_AS_SENT)
    for line in credit.lines:
        yield _read_line(line, against=not as_sent and line.direction != credit.direction)


def _make_whole(credit: CreditAdjustment) -> InvoiceLine:
    return InvoiceLine(
        position=1,
        segment=2,
        number="",
        quantity=None,
        unit="",
        price=None,
        basis="",
        extension=credit.amount,
        description=" ".join(credit.notes),
    )


def _read_line(line: CreditLine, *, against: bool) -> InvoiceLine:
    reason, value = AdjustmentReason.get(line.reason), line.value
    return InvoiceLine(
        position=line.position,
        segment=line.segment,
        number=line.number,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price if line.price_difference is None else line.price_difference,
        basis="",
        extension=-value if against and value is not None else value,
        product_ids=line.product_ids,
        description=line.description or (reason.meaning if reason is not None else ""),
        references=line.references,
    )
