"""When a bill is due and on which day it is posted: the vendor's term, its own rule, the open books."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from ml_connector.edi import Invoice, Terms
from ml_connector.intacct.objects import Term, Vendor
from ml_connector.mapping.places import INVOICE, Places
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_MOST_DAYS: Final = 999  # three digits in X12 (element 386); more is a mistake in Intacct as well

_FROM_INVOICE_DATE: Final = frozenset({"", "3"})  # ITD02

_MONTHS_ON: Final = {
    "of the month of invoice/bill date": 0,
    "of next month from invoice/bill date": 1,
    "of 2nd month from invoice/bill date": 2,
    "of 3rd month from invoice/bill date": 3,
    "of 4th month from invoice/bill date": 4,
    "of 5th month from invoice/bill date": 5,
    "of 6th month from invoice/bill date": 6,
}
"""APTERM.DUEFROM → the month in which the due day falls. The texts are inferred from integrations in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What the invoice's terms let the payer keep, and until when."""

    amount: Decimal
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The term a bill gets and the day it is due by, with the reason for each."""

    term: str | None
    on: date
    reasons: tuple[Reason, ...]


def name_term(vendor: Vendor, route: Route, ordered: str = "") -> str | None:
    """The name of the term that applies: the order's, where it has one, else the vendor's."""
    return ordered or vendor.term or route.default_term


def settle_due(
    invoice: Invoice, invoiced: date, vendor: Vendor, route: Route, known: Slice, ordered: str = ""
) -> Due | Need:
    """The order's term decides, else the vendor's; what the invoice says counts only when the route says so."""
    said = _read_net_date(invoice, invoiced)
    if isinstance(said, Need):
        return said
    if route.terms == "edi" and said is not None:
        reason = Reason(
            path="WHENDUE",
            value=said.isoformat(),
            rule="terms of the invoice",
            inputs=(("ITD", said.isoformat()),),
        )
        return Due(term=None, on=said, reasons=(reason,))
    term = _find_term(vendor, route, known, ordered)
    if isinstance(term, Need):
        return term
    on = apply_term(term, invoiced)
    if on is None:
        return Need(
            kind="term",
            subject=term.name,
            reason=f"term {term.name} has the due rule “{term.due_days} {term.due_from}”, which is not known here; choose another term",
        )
    if said is not None and abs((said - on).days) > route.terms_days:
        return Need(
            kind="term",
            subject=f"{vendor.vendor_id}/{invoice.number}",
            reason=f"the invoice wants {said}, term {term.name} of {_name_owner(vendor, ordered)} gives {on}: more than "
            f"{route.terms_days} days apart; correct that term, or raise terms_days of the route",
        )
    by = _name_owner(vendor, ordered) if ordered or vendor.term else ""
    return Due(term=term.name, on=on, reasons=tuple(_explain(by, term, invoiced, on, said)))


def find_net_date(invoice: Invoice) -> date | None:
    """The day the invoice itself wants to be paid by; its date when it says nothing usable."""
    said = _read_net_date(invoice, invoice.date) if invoice.date is not None else None
    return said if isinstance(said, date) else invoice.date


def find_discount(invoice: Invoice, total: Decimal) -> Discount | None:
    """The first discount its terms offer, of its total where they give a percentage."""
    for terms in invoice.terms:
        amount = terms.discount_amount
        if amount is None and terms.discount_percent is not None:
            amount = total * terms.discount_percent / 100
        if amount is not None and 0 < amount < total:
            return Discount(amount=round(amount, 2), until=_read_discount_date(terms, invoice.date))
    return None


def _read_discount_date(terms: Terms, invoiced: date | None) -> date | None:
    if terms.discount_date is not None:
        return terms.discount_date
    days = terms.discount_days
    if invoiced is None or days is None or terms.basis_code not in _FROM_INVOICE_DATE:
        return None
    return invoiced + timedelta(days=days) if 0 <= days <= _MOST_DAYS else None


def apply_term(term: Term, invoiced: date) -> date | None:
    """The due day a term gives an invoice date, or None when its rule is not known."""
    return count_days(term.due_days, term.due_from, invoiced)


def count_days(days: int | None, counted: str, invoiced: date) -> date | None:
    """The day so many days on, counted as a term says, or None when that is not known."""
    if days is None or not 0 <= days <= _MOST_DAYS:
        return None
    rule = counted.strip().casefold()
    if rule in {"", "from invoice/bill date"}:
        return invoiced + timedelta(days=days)
    if rule in {"after end of month of invoice/bill date", "from the end of the month of invoice/bill date"}:
        return _set_day(invoiced, 0, 31) + timedelta(days=days)
    if rule in _MONTHS_ON:
        return _set_day(invoiced, _MONTHS_ON[rule], days)
    return None


def settle_posting_date(invoiced: date, route: Route, places: Places = INVOICE) -> tuple[date, Reason]:
    """The date of the document, or the first open day when the books before it are closed."""
    if route.books_open_from is not None and invoiced < route.books_open_from:
        opened = route.books_open_from
        rule = "first open day"
    else:
        opened = invoiced
        rule = f"{places.noun} date"
    inputs = ((places.date, invoiced.isoformat()),)
    return opened, Reason(path="WHENPOSTED", value=opened.isoformat(), rule=rule, inputs=inputs)


def _set_day(start: date, months: int, day: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, max(1, min(day, last)))


def _read_net_date(invoice: Invoice, invoiced: date) -> date | Need | None:
    for terms in invoice.terms:
        if terms.net_date is not None:
            return terms.net_date
        if terms.net_days is not None and terms.basis_code in _FROM_INVOICE_DATE:
            if 0 <= terms.net_days <= _MOST_DAYS:
                return invoiced + timedelta(days=terms.net_days)
            reason = f"ITD07 wants payment in {terms.net_days} days; X12 allows 0 to {_MOST_DAYS}: ask for a corrected invoice"
            return Need(kind="term", subject=f"ITD07/{invoice.number}", reason=reason)
    return None


def _find_term(vendor: Vendor, route: Route, known: Slice, ordered: str) -> Term | Need:
    name = name_term(vendor, route, ordered)
    if name is None:
        reason = f"vendor {vendor.vendor_id} {vendor.name} has no term in Intacct; give it one, or the route a default_term"
        return Need(kind="term", subject=vendor.vendor_id, reason=reason)
    term = known.get(Term, name)
    if term is not None and term.status == "active":
        return term
    fault = "is not in Intacct; create it" if term is None else f"is {term.status} in Intacct; activate it"
    return Need(kind="term", subject=name, reason=f"term {name} of {_name_owner(vendor, ordered)} {fault}")


def _name_owner(vendor: Vendor, ordered: str) -> str:
    return "the order" if ordered else f"vendor {vendor.vendor_id}"


def _explain(by: str, term: Term, invoiced: date, on: date, said: date | None) -> Iterator[Reason]:
    rule = f"term of {by}" if by else "default_term of the route"
    yield Reason(path="TERMNAME", value=term.name, rule=rule)
    inputs = [("BIG01", invoiced.isoformat()), ("term", f"{term.due_days} {term.due_from}")]
    if said is not None and said != on:
        inputs.append(("ITD (noted, not used)", said.isoformat()))
    yield Reason(path="WHENDUE", value=on.isoformat(), rule=f"rule of term {term.name}", inputs=tuple(inputs))
