"""Payments of one company in memory: drafts set aside what they would pay of bills, others pay it.

It leaves to the simulator: credit and debit memos, discounts, single lines of bills, closed books and approvals.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import count
from typing import Any

from tests.fake_payables import FakePayables

from ml_connector.intacct import (
    Card,
    CheckingAccount,
    NewPayment,
    NewPaymentPart,
    Payment,
    PaymentPart,
    SavingsAccount,
    Vendor,
)


class FakePayments:
    """Keeps payments of the bills in `payables`. `look` gives the records of whom and what from is paid."""

    def __init__(
        self, look: Callable[[], Iterable[Any]], payables: FakePayables, *, clock: Callable[[], dt.datetime]
    ) -> None:
        self._look = look
        self._payables = payables
        self._clock = clock
        self.payments: list[Payment] = []
        self.parts: dict[int, tuple[PaymentPart, ...]] = {}  #: by RECORDNO of the payment
        self._part_numbers = count(1)

    def list_records(self, until: dt.datetime) -> Iterator[Payment | PaymentPart]:
        """What was made until then, as `query` lists it."""
        for payment in self.payments:
            if payment.modified is not None and payment.modified <= until:
                yield payment
                yield from self.parts[payment.record_no]

    def find_problems(self, body: NewPayment) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        said = []
        there = list(self._look())
        if body.vendor_id not in {
            each.vendor_id for each in there if isinstance(each, Vendor) and each.status == "active"
        }:
            said.append(f"Invalid Vendor '{body.vendor_id}' specified.")
        if body.paid_from not in _list_sources(there):
            said.append(f"Invalid Bank account '{body.paid_from}' specified.")
        return said + list(self._check_parts(body))

    def keep(self, body: NewPayment) -> str:
        """Execute what was checked, and give the RECORDNO."""
        total = sum((part.amount for part in body.parts), start=Decimal(0))
        payment = Payment(
            record_no=len(self.payments) + 1,
            vendor_id=body.vendor_id,
            number=body.number or "",
            description=body.description,
            state="Draft" if body.action == "Draft" else "Posted",
            date=body.date,
            paid_from=body.paid_from,
            method=body.method,
            currency=body.currency,
            total=total,
            total_base=total,
            modified=self._clock(),
        )
        self.payments.append(payment)
        self.parts[payment.record_no] = tuple(self._settle(payment, part) for part in body.parts)
        return str(payment.record_no)

    def _settle(self, payment: Payment, part: NewPaymentPart) -> PaymentPart:
        """Pay the bill, or set aside for it."""
        assert part.bill_no is not None
        if payment.state == "Draft":
            self._payables.settle(part.bill_no, selected=part.amount)
        else:
            self._payables.settle(part.bill_no, paid=part.amount, day=payment.date)
        return PaymentPart(
            record_no=next(self._part_numbers),
            payment_no=payment.record_no,
            bill_no=part.bill_no,
            line_no=None,
            amount=part.amount,
            currency=payment.currency,
        )

    def _check_parts(self, body: NewPayment) -> Iterator[str]:
        """A bill has to be this vendor's, posted, and due as far as it is paid."""
        left: dict[int, Decimal] = {}
        for part in body.parts:
            number = _find_bill_no(part)
            bill = self._payables.find_bill(number)
            if bill is None or bill.found.vendor_id != body.vendor_id:
                yield f"Invalid APBILL '{number}' specified for vendor '{body.vendor_id}'."
            elif bill.found.state == "Draft":
                yield f"APBILL '{number}' is not posted."
            elif bill.bill.on_hold:
                yield f"APBILL '{number}' is on hold."
            elif bill.found.currency != body.currency:
                yield f"APBILL '{number}' is in {bill.found.currency}."
            else:
                open_ = left.get(number, bill.due - bill.selected)
                left[number] = open_ - part.amount
                if not 0 < part.amount <= open_:
                    yield f"The payment of {part.amount} for APBILL '{number}' is not between 0 and {open_}."


def _list_sources(there: Iterable[Any]) -> set[str]:
    """The ids of the bank accounts and cards."""
    banks = {each.account_id for each in there if isinstance(each, CheckingAccount | SavingsAccount)}
    return banks | {each.card_id for each in there if isinstance(each, Card)}


def _find_bill_no(part: NewPaymentPart) -> int:
    """The bill that is paid as a whole, with money alone."""
    beyond = (part.bill_line_no, part.credit_memo_no, part.debit_memo_no, part.discount_date)
    if part.bill_no is None or any(each is not None for each in beyond):
        raise NotImplementedError("a payment of anything but a bill, by anything but money")
    return part.bill_no
