"""What one company in memory has been given: each kind of write is checked and kept in its own place."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.fake_payables import FakePayables
from tests.fake_purchasing import FakePurchasing

from ml_connector.intacct import ApBill, Call, NewAdjustment, NewPurchasing, PurchasingChange, Writable


class FakeLedger:
    """Bills, adjustments and purchasing transactions. `look` gives the records of what they are made on."""

    def __init__(self, look: Callable[[], Iterable[Any]], *, clock: Callable[[], dt.datetime]) -> None:
        self.payables = FakePayables(look, clock=clock)
        self.purchasing = FakePurchasing(look, clock=clock)

    def list_records(self, until: dt.datetime) -> Iterator[tuple[Any, Mapping[str, str]]]:
        """What was made until then, each with its further fields."""
        yield from ((record, {}) for record in self.payables.list_records(until))
        yield from self.purchasing.list_records(until)

    def find_problems(self, body: Writable) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        match body:
            case ApBill() | NewAdjustment():
                return self.payables.find_problems(body)
            case NewPurchasing():
                return self.purchasing.find_problems(body)
            case PurchasingChange():
                return self.purchasing.find_problems_of_change(body)
            case other:
                raise NotImplementedError(other.NAME)

    def keep(self, call: Call, entity: str) -> str:
        """Execute what was checked, and give its key."""
        match call.body:
            case ApBill(action=action) as bill:
                state = "Draft" if action == "Draft" else "Posted"
                kept = self.payables.keep_bill(bill, entity=entity, state=state, control_id=call.control_id)
                return str(kept.found.record_no)
            case NewAdjustment() as new:
                return str(self.payables.keep_adjustment(new).record_no)
            case NewPurchasing() as new:
                return self.purchasing.create(new, entity)
            case PurchasingChange() as change:
                return self.purchasing.change(change)
            case other:
                raise NotImplementedError(other.NAME)
