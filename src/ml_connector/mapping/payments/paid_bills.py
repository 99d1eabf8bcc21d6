"""The bills that a payment is for, as Intacct has them right now, and what their terms let the payer keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from ml_connector.intacct.objects import Bill, Payment, TermDiscount
from ml_connector.mapping.duplicates.earlier import fold_number
from ml_connector.mapping.payables.terms import count_days

_CENT: Final = Decimal("0.01")
_GONE: Final = frozenset({"reversed", "voided", "declined", "reversal"})
_IN_BOOKS: Final = frozenset({"posted", "partially paid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """A bill, and the entity that keeps it."""

    bill: Bill
    entity: str  #: empty for the top level

    @property
    def total(self) -> Decimal:
        """In its currency; companies with one currency may have it in that alone."""
        total = self.bill.total_base if self.bill.total is None else self.bill.total
        return total or Decimal(0)

    @property
    def open(self) -> Decimal:
        """What is due, and not selected by another payment."""
        return (self.bill.due or Decimal(0)) - (self.bill.selected or Decimal(0))

    def find_obstacle(self) -> str:
        """Why it cannot be paid now, in words that follow `it is`; empty where nothing stands in the way."""
        if self.bill.due is None:
            return "without an amount due (TRX_TOTALDUE) in Intacct's answer"
        if self.bill.selected:
            return f"selected by another payment ({self.bill.selected} of {self.total})"
        if self.bill.state.casefold() not in _IN_BOOKS:
            return f"{self.bill.state} in Intacct"
        return "on hold in Intacct" if self.bill.on_hold else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a payment of ours says of a bill that it pays, while that payment is not in the ledger."""

    mark: str  #: the document key of its remittance
    number: str  #: of the remittance
    standing: str  #: in words that follow `whose payment`


class Payables:
    """Bills, payments and terms as they were read for plans, to be found by vendor and number; none that was undone."""

    def __init__(
        self,
        bills: Iterable[Payable] = (),
        payments: Iterable[Payment] = (),
        discounts: Iterable[TermDiscount] = (),
        claimed: Mapping[int, Sequence[Claimed]] = MappingProxyType({}),
    ) -> None:
        self._bills: dict[tuple[str, str], list[Payable]] = {}
        for each in bills:
            if each.bill.state.casefold() not in _GONE:
                place = (each.bill.vendor_id, fold_number(each.bill.number))
                self._bills.setdefault(place, []).append(each)
        self._payments: dict[tuple[str, str], list[Payment]] = {}
        for payment in payments:
            if payment.state.casefold() not in _GONE:
                place = (payment.vendor_id, fold_number(payment.number))
                self._payments.setdefault(place, []).append(payment)
        self._discounts = {each.name: each for each in discounts}
        self._claimed = claimed

    def find_bills(self, vendor_id: str, number: str) -> Sequence[Payable]:
        """The bills of a vendor under a number."""
        return self._bills.get((vendor_id, fold_number(number)), ())

    def find_payments(self, vendor_id: str, number: str) -> Sequence[Payment]:
        """The payments to a vendor under a number."""
        return self._payments.get((vendor_id, fold_number(number)), ())

    def find_claimed(self, payable: Payable, *, besides: str) -> Claimed | None:
        """The first payment of ours of a bill beside that of a mark: whatever Intacct shows, what it pays is spoken for."""
        claimed = self._claimed.get(payable.bill.record_no, ())
        return next((each for each in claimed if each.mark != besides), None)

    def find_discount(self, payable: Payable, on: date) -> Decimal:
        """What the bill's term lets the payer keep on a day; nothing where that cannot be told."""
        term = self._discounts.get(payable.bill.term)
        return Decimal(0) if term is None else grant_discount(term, payable, on)


def grant_discount(term: TermDiscount, payable: Payable, on: date) -> Decimal:
    """What a term lets the payer keep of a bill that is paid on a day, in cents; nothing once its days are over."""
    dated = payable.bill.date
    last = count_days(term.days, term.days_from, dated) if dated is not None else None
    if term.amount is None or last is None or on > last or term.unit not in {"%", "$"}:
        return Decimal(0)
    granted = payable.total * term.amount / 100 if term.unit == "%" else term.amount
    return granted.quantize(_CENT, ROUND_HALF_UP)
