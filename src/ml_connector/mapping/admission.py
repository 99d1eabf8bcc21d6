"""What is settled about an invoice before anybody asks for its vendor: is it for us, now, and to be booked?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from ml_connector.edi import Finding, Invoice, InvoiceKind, Transaction, explain_total
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.places import INVOICE, Places
from ml_connector.mapping.rules.rulebook import WHOLE, Meaning, Partner, Route, Rules
from ml_connector.records.needs import Need

_NUMBER_LIMIT = 30  # RECORDID: Intacct's `billno`, and `adjustmentno`
_REFERENCE_LIMIT = 20  # DOCNUMBER: Intacct's `ponumber`


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is true for the whole link while its documents are planned."""

    mode: Literal["test", "live"]
    base_currency: str
    today: date
    negative_debit_memos: bool | None = None  #: the lines of a debit memo are negative; None: nobody has said
    bills: BillSetup = field(default_factory=BillSetup)  #: how the company wants them
    four_eyes: bool = True  #: a payment is recorded only once a person agreed

    def sign(self, amount: Decimal) -> Decimal:
        """What raises what we owe as a positive amount, in the sign that adjustments have; and back again."""
        return -amount if self.negative_debit_memos is False else amount


def find_filing(
    invoice: Invoice,
    transaction: Transaction,
    findings: tuple[Finding, ...],
    rules: Rules,
    route: Route,
    setting: Setting,
) -> str:
    """The reason to file the document without booking it; empty when there is none."""
    if setting.mode == "live" and transaction.interchange.usage in {"T", "I"}:
        return f"test interchange (ISA15 {transaction.interchange.usage}) on a live link"
    if route.zero_total == "file" and _is_nothing(invoice, findings, rules):
        return "zero total"
    return ""


def _is_nothing(invoice: Invoice, findings: tuple[Finding, ...], rules: Rules) -> bool:
    """Whether a total of zero says that nothing is owed.

    It does not when the lines add up to something else, when a part could not be read, or when the document
    cancels or corrects another one.
    """
    if invoice.total != 0 or rules.purposes.get(invoice.purpose) is not Meaning.ORIGINAL:
        return False
    doubtful = any(finding.severity == "hold" for finding in findings)
    return not doubtful and explain_total(invoice).rule is not None


def find_addressing_needs(transaction: Transaction, partner: Partner | None, rules: Rules) -> Iterator[Need]:
    """The sender must be a partner of ours and the receiver must be us."""
    interchange, group = transaction.interchange, transaction.group
    sender = f"{interchange.sender.qualifier}/{interchange.sender.id}"
    receiver = f"{interchange.receiver.qualifier}/{interchange.receiver.id}"
    if partner is None:
        name = f" (GS02 {group.sender})" if group is not None else ""
        yield Need(
            kind="partner",
            subject=sender,
            reason=f'unknown sender {sender}{name}; if it is a partner, add [[partner]] with senders = ["{sender}"]',
        )
    ours = {receiver, f"GS/{group.receiver}" if group is not None else receiver}
    if ours.isdisjoint(rules.receivers):
        yield Need(
            kind="partner",
            subject=f"to/{receiver}",
            reason=f"addressed to {receiver}, which is not us; if it is, add it to [us] receivers",
        )


def find_content_needs(invoice: Invoice, rules: Rules, findings: tuple[Finding, ...]) -> Iterator[Need]:
    """Purpose, kind, key lengths, and what the reader left for a person, of what is to be a bill."""
    yield from find_purpose_needs(invoice, rules)
    if invoice.kind is InvoiceKind.CREDIT:
        reason = (
            f"{invoice.number} is a credit ({describe_credit(invoice)}), and its route holds credits; set credits = "
            '"adjustment" on it, or book it by hand'
        )
        yield Need(kind="credit", subject=invoice.number, reason=reason)
    yield from find_length_needs("BIG02", invoice.number)
    yield from find_length_needs("BIG04", invoice.order_number, limit=_REFERENCE_LIMIT)
    yield from find_reader_needs(invoice.number, findings)


def find_purpose_needs(invoice: Invoice, rules: Rules, places: Places = INVOICE) -> Iterator[Need]:
    """What is no original is never booked again; what takes the place of one is judged by our record."""
    meaning = rules.purposes.get(invoice.purpose)
    if meaning not in WHOLE:
        yield _describe_purpose(invoice, meaning, places)


def find_reader_needs(number: str, findings: tuple[Finding, ...]) -> Iterator[Need]:
    """What the reader left for a person."""
    for finding in findings:
        if finding.severity == "hold":
            yield Need(kind="finding", subject=f"{finding.code}/{number}", reason=finding.message)


def find_length_needs(place: str, value: str, *, limit: int = _NUMBER_LIMIT) -> Iterator[Need]:
    """A number is never cut."""
    if len(value) > limit:
        yield Need(
            kind="length",
            subject=f"{place}/{value}",
            reason=f"{place} {value} has {len(value)} characters, Intacct takes {limit}; a number is never cut: agree on a shorter one",
        )


def find_money_needs(
    invoice: Invoice,
    partner: Partner,
    vendor: Vendor | None,
    setting: Setting,
) -> Iterator[Need]:
    """The currency of what is matched must be the company's own, and so must the vendor's: what names none may take his."""
    said = invoice.currency or partner.currency or setting.base_currency
    kept = (vendor.currency if vendor is not None else "") or setting.base_currency
    foreign = next((currency for currency in (said, kept) if currency != setting.base_currency), None)
    if foreign is not None:
        who = "the invoice" if foreign == said else "the vendor"
        yield Need(
            kind="currency",
            subject=f"{foreign}/{invoice.number}",
            reason=f"{who} is in {foreign}, the company's books are in {setting.base_currency}; invoices of orders are not matched in others: enter it by hand",
        )


def find_order_needs(invoice: Invoice, route: Route) -> Iterator[Need]:
    """An invoice that names an order is billed as it is, unless the route wants it looked at."""
    if invoice.order_number and route.orders == "hold":
        yield Need(
            kind="order",
            subject=f"{invoice.order_number}/{invoice.number}",
            reason=f'the invoice names order {invoice.order_number}, and its route holds such invoices (orders = "hold")',
        )


def find_date_needs(
    invoice: Invoice, route: Route, today: date, *, noun: str = INVOICE.noun
) -> Iterator[Need]:
    """The date must be there and plausible, and its period open."""
    if invoice.date is None:
        return  # the reader has a finding for it
    subject = f"{invoice.date.isoformat()}/{invoice.number}"
    age = (today - invoice.date).days
    if age < -route.future_days:
        yield Need(
            kind="date",
            subject=subject,
            reason=f"the {noun} is dated {invoice.date}, in the future",
        )
    if age > route.oldest_days:
        yield Need(
            kind="date",
            subject=subject,
            reason=f"the {noun} is dated {invoice.date}, more than {route.oldest_days} days ago; raise oldest_days of the route, or reject it",
        )
    closed = route.books_open_from is not None and invoice.date < route.books_open_from
    if closed and route.closed_period == "hold":
        yield Need(
            kind="period",
            subject=subject,
            reason=f"{invoice.date} is before {route.books_open_from}, the first open day",
        )


def _describe_purpose(invoice: Invoice, meaning: Meaning | None, places: Places) -> Need:
    made = "adjustment" if invoice.kind is InvoiceKind.CREDIT else "bill"
    noun = f"an {places.noun}" if made == "bill" else "a credit"
    said = {
        Meaning.COMPARE: f"is a copy or confirmation: it must never make a second {made}; compare it with the {made} and reject it",
        Meaning.CANCEL: f"cancels {noun}; undo the {made} in Intacct by hand, then reject this document",
        None: "has a purpose nobody has decided on; add it to [purposes]",
    }[meaning]
    subject = f"{invoice.purpose}/{invoice.number}"
    return Need(
        kind="purpose",
        subject=subject,
        reason=f"{invoice.number} ({places.purpose} {invoice.purpose}) {said}",
    )


def describe_credit(invoice: Invoice) -> str:
    """How an invoice says that it is a credit."""
    return f"BIG07 {invoice.type_code}" if invoice.type_code else "negative total"
