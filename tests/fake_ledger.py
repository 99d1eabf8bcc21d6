"""What one company in memory has been given: each kind of write is checked and kept in its own place."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.fake_attachments import FakeAttachments
from tests.fake_deleting import FakeDeleting
from tests.fake_journals import FakeJournals
from tests.fake_payables import FakePayables
from tests.fake_payments import FakePayments
from tests.fake_purchasing import FakePurchasing
from tests.fake_vendors import FakeVendors

from ml_connector.intacct import (
    ApBill,
    Call,
    NewAdjustment,
    NewAttachment,
    NewFolder,
    NewJournalEntry,
    NewPayment,
    NewPurchasing,
    NewVendor,
    PurchasingChange,
    RecordDeletion,
    VendorChange,
    Writable,
)

Listed = tuple[Any, Mapping[str, str]]


class FakeLedger:
    """All that is written. `look` gives the records the company had before, each with its further fields."""

    def __init__(self, look: Callable[[], Iterable[Listed]], *, clock: Callable[[], dt.datetime]) -> None:
        self.vendors = FakeVendors(look, clock=clock)
        now = self.vendors.look
        self.payables = FakePayables(now, clock=clock)
        self.payments = FakePayments(now, self.payables, clock=clock)
        self.journals = FakeJournals(now, clock=clock)
        self.attachments = FakeAttachments(clock=clock)
        self.purchasing = FakePurchasing(now, clock=clock)
        self._places: Mapping[type[Writable], Any] = {
            **dict.fromkeys((NewVendor, VendorChange), self.vendors),
            **dict.fromkeys((ApBill, NewAdjustment), self.payables),
            **dict.fromkeys((NewPurchasing, PurchasingChange), self.purchasing),
            **dict.fromkeys((NewFolder, NewAttachment), self.attachments),
            RecordDeletion: FakeDeleting(self.payables, self.purchasing),
            NewPayment: self.payments,
            NewJournalEntry: self.journals,
        }

    def list_records(self, until: dt.datetime) -> Iterator[Listed]:
        """What was written until then, each with its further fields."""
        yield from self.vendors.list_records(until)
        for kept in (self.payables, self.payments, self.journals, self.attachments):
            yield from ((record, {}) for record in kept.list_records(until))
        yield from self.purchasing.list_records(until)

    def find_problems(self, body: Writable) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        said: list[str] = self._find_place(body).find_problems(body)
        named = None if isinstance(body, NewAttachment) else getattr(body, "attachment_id", None)
        unknown = named is not None and named not in self.attachments.files
        return [*said, f"Invalid Attachment '{named}' specified."] if unknown else said

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
                return str(self._find_place(other).keep(other))

    def _find_place(self, body: Writable) -> Any:
        place = self._places.get(type(body))
        if place is None:
            raise NotImplementedError(body.NAME)
        return place
