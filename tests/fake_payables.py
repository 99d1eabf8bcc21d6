"""Bills and adjustments of one company in memory, and what is paid of the bills."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import count
from typing import Any, Final, get_type_hints

from ml_connector import intacct
from ml_connector.intacct import (
    Account,
    AccountLabel,
    Adjustment,
    ApBill,
    BillFound,
    BillLine,
    NewAdjustment,
    Vendor,
)

_HINTS: Final = get_type_hints(intacct.Bill)
_NOTHING: Final[dict[str, Any]] = {
    item.name: {str: "", bool: False}.get(_HINTS[item.name]) for item in fields(intacct.Bill)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill in the books."""

    found: BillFound
    bill: ApBill
    entity: str
    control_id: str
    at: dt.datetime
    lines: tuple[BillLine, ...]
    selected: Decimal = Decimal(0)  #: by drafts of payments
    paid: Decimal = Decimal(0)
    paid_date: dt.date | None = None

    @property
    def due(self) -> Decimal:
        return (self.found.total or Decimal(0)) - self.paid


class FakePayables:
    """Keeps bills and adjustments. `look` gives the records of what they are booked on."""

    def __init__(self, look: Callable[[], Iterable[Any]], *, clock: Callable[[], dt.datetime]) -> None:
        self._look = look
        self._clock = clock
        self.bills: list[Bill] = []
        self.adjustments: list[Adjustment] = []
        self._record_numbers = count(1)
        self._line_numbers = count(1)

    def list_records(self, until: dt.datetime) -> Iterator[Any]:
        """What was made until then, as `query` lists it."""
        for kept in self.bills:
            if kept.at <= until:
                yield list_bill(kept)
                yield from kept.lines
        yield from (each for each in self.adjustments if each.modified and each.modified <= until)

    def find_problems(self, body: ApBill | NewAdjustment) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        there = [each for each in self._look() if isinstance(each, Vendor | Account | AccountLabel)]
        vendors = {each.vendor_id for each in there if isinstance(each, Vendor) and each.status == "active"}
        accounts = {
            each.account_no for each in there if isinstance(each, Account) and each.status == "active"
        }
        labels = {each.label for each in there if isinstance(each, AccountLabel) and each.status == "active"}
        said = [] if body.vendor_id in vendors else [f"Invalid Vendor '{body.vendor_id}' specified."]
        return (
            said
            + [
                f"Invalid GL Account '{line.account_no}' specified."
                for line in body.lines
                if line.account_label is None and line.account_no not in accounts
            ]
            + [
                f"Invalid Account Label '{line.account_label}' specified."
                for line in body.lines
                if line.account_label is not None and line.account_label not in labels
            ]
        )

    def keep_bill(self, bill: ApBill, *, entity: str, state: str, control_id: str) -> Bill:
        found = BillFound(
            record_no=next(self._record_numbers),
            vendor_id=bill.vendor_id,
            number=bill.number,
            date=bill.date,
            total=bill.total,
            currency=bill.currency or "USD",
            description=bill.description,
            state=state,
        )
        kept = Bill(
            found=found,
            bill=bill,
            entity=entity,
            control_id=control_id,
            at=self._clock(),
            lines=tuple(self._list_lines(found.record_no, bill)),
        )
        self.bills.append(kept)
        return kept

    def find_bill(self, record_no: int) -> Bill | None:
        return next((kept for kept in self.bills if kept.found.record_no == record_no), None)

    def settle(
        self,
        record_no: int,
        *,
        selected: Decimal = Decimal(0),
        paid: Decimal = Decimal(0),
        day: dt.date | None = None,
    ) -> None:
        """Set so much more aside to be paid, or have so much more paid on that day."""
        (place,) = (n for n, kept in enumerate(self.bills) if kept.found.record_no == record_no)
        kept = self.bills[place]
        kept = replace(kept, selected=kept.selected + selected, paid=kept.paid + paid)
        state = "Selected" if kept.selected else "Partially Paid" if kept.due else "Paid"
        self.bills[place] = replace(
            kept, found=replace(kept.found, state=state), paid_date=day if state == "Paid" else None
        )

    def keep_adjustment(self, new: NewAdjustment) -> Adjustment:
        total = new.total
        kept = Adjustment(
            record_no=next(self._record_numbers),
            vendor_id=new.vendor_id,
            number=new.number or "",
            bill_number=new.bill_number or "",
            description=new.description,
            state="Draft" if new.action == "Draft" else "Posted",
            date=new.date,
            posting_date=new.posting_date or new.date,
            currency=new.currency.code if new.currency else "USD",
            total=total,
            total_base=total,
            due=total,
            modified=self._clock(),
        )
        self.adjustments.append(kept)
        return kept

    def _list_lines(self, record_no: int, bill: ApBill) -> Iterator[BillLine]:
        for line_no, line in enumerate(bill.lines, 1):
            yield BillLine(
                record_no=next(self._line_numbers),
                bill_no=record_no,
                line_no=line_no,
                account_no=line.account_no or "",
                account_label=line.account_label or "",
                amount=line.amount,
                memo=line.memo,
                location_id=line.location_id or "",
                department_id=line.department_id or "",
                project_id=line.project_id or "",
                class_id=line.class_id or "",
                item_id="",
                vendor_id="",
                customer_id="",
                employee_id="",
            )


def list_bill(kept: Bill) -> intacct.Bill:
    """The bill as a record: what the fake does not keep of it has no value."""
    told = {item.name: getattr(kept.found, item.name) for item in fields(kept.found)}
    settled = {name: getattr(kept, name) for name in ("selected", "paid", "due", "paid_date")}
    return intacct.Bill(**_NOTHING | told | settled | {"on_hold": kept.bill.on_hold is True})
