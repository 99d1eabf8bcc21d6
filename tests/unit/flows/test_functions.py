"""What counts of a function while it is posted, whatever it writes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from tests.fakes import AT_ONCE, Fault
from tests.unit.flows.ordering import PURCHASING, list_orders
from tests.unit.flows.scene import Scene, make_bill
from tests.unit.flows.test_batches import make_posting
from tests.unit.flows.test_turns import parts

from ml_connector.flows.planning.parts import check_written
from ml_connector.flows.planning.transactions import Transactions
from ml_connector.flows.posting.functions import (
    find_paid_vendor,
    is_final,
    name_action,
    name_attachment,
    name_function,
    name_key,
    takes_attachment,
)
from ml_connector.flows.posting.looking import look_for
from ml_connector.intacct import (
    ApBill,
    NewAdjustment,
    NewAdjustmentLine,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingChange,
    RecordDeletion,
)
from ml_connector.mapping.orders.order_reading import take_fingerprint
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.posting import Function
from ml_connector.records.status import Status

__all__ = ["parts"]
RULES: Final = parse_rules({"rules.toml": PURCHASING})
BILL: Final = make_bill("INV-1")
INVOICE: Final = NewPurchasing(
    definition="Vendor Invoice",
    vendor_id="V1",
    date=date(2031, 3, 10),
    due_date=date(2031, 3, 10),
    vendor_number="INV-2",
    lines=(NewPurchasingLine(item_id="BOLT-8", quantity=Decimal(1)),),
)
MEMO: Final = NewAdjustment(
    vendor_id="V1",
    date=date(2031, 3, 10),
    number="CR-1",
    action="Draft",
    lines=(NewAdjustmentLine(account_no="6000", amount=Decimal(-1)),),
)
PAYMENT: Final = NewPayment(
    paid_from="OPERATING",
    method="Cash",
    vendor_id="V1",
    date=date(2031, 3, 10),
    currency="USD",
    number="T-1",
    parts=(NewPaymentPart(bill_no=1, amount=Decimal(1)),),
)
ENTRY: Final = NewJournalEntry(
    journal="GJ",
    date=date(2031, 3, 10),
    title="Accrual",
    lines=(
        NewJournalLine(side="debit", account_no="6000", amount=Decimal(1)),
        NewJournalLine(side="credit", account_no="2150", amount=Decimal(1)),
    ),
)
SUPDOCID: Final[dict[type, str]] = {
    ApBill: "SUPDOCID",
    NewPurchasing: "supdocid",
    NewJournalEntry: "SUPDOCID",
}
DELETION: Final = RecordDeletion(object="APBILL", record_no=7, key="7")
CHANGE: Final = PurchasingChange(document_id="Purchase Order-PO0001", message="mlc-860-X")


@pytest.mark.parametrize(
    ("function", "name", "final", "paid"),
    [
        (BILL, "INV-1", True, "V1"),
        (replace(BILL, action="Draft", pay_to_contact="Treasury"), "INV-1", False, None),
        (INVOICE, "Vendor Invoice INV-2", True, "V1"),
        (replace(INVOICE, pay_to="Treasury"), "Vendor Invoice INV-2", True, None),
        (replace(INVOICE, definition="Purchase Order", state="Draft"), "Purchase Order INV-2", False, None),
        (CHANGE, "Purchase Order-PO0001", True, None),
        (MEMO, "CR-1", False, None),
        (replace(MEMO, number=None, action="Submit"), "create_apadjustment", True, None),
        (PAYMENT, "T-1", False, None),
        (ENTRY, "Accrual", False, None),
        (DELETION, "the deletion of bill 7", False, None),
    ],
)
def test_each_kind_has_its_name_and_says_whether_it_is_more_than_a_draft_and_who_is_paid(
    function: Function, name: str, paid: str | None, *, final: bool
) -> None:
    assert (name_function(function), is_final(function)) == (name, final)
    assert find_paid_vendor(function, RULES) == paid


def test_what_was_changed_or_deleted_has_its_key_whatever_is_answered() -> None:
    assert (name_key(CHANGE, None), name_key(CHANGE, "7"), name_key(BILL, None)) == (
        "Purchase Order-PO0001",
        "7",
        None,
    )
    assert (name_key(DELETION, None), name_key(DELETION, "")) == ("7", "7")


def test_people_are_told_what_intacct_is_asked_to_do_with_it() -> None:
    assert [name_action(each) for each in (BILL, MEMO, DELETION)] == ["Submit", "Draft", "Delete"]


@pytest.mark.rule("Attachments", 6)
def test_what_creates_a_bill_a_transaction_or_an_entry_names_an_attachment_and_nothing_else_does() -> None:
    for function in (BILL, INVOICE, ENTRY):
        assert takes_attachment(function)
        assert "<{0}>A-1</{0}>".format(SUPDOCID[type(function)]) in name_attachment(function, "A-1").render()
    for other in (MEMO, PAYMENT, CHANGE):
        assert not takes_attachment(other)
        assert name_attachment(other, "A-1") == other


def test_what_goes_on_from_what_intacct_has_may_be_sent() -> None:
    stored = replace(make_posting(1), keys=("41",))
    (first,) = stored.posting.functions

    assert check_written("INV-1", [first, INVOICE], stored) is None
    assert check_written("INV-1", [first], stored) is not None
    assert check_written("INV-1", [INVOICE, first], stored) is not None


@pytest.mark.parametrize("marked", [True, False])
def test_a_change_in_doubt_is_found_by_our_mark_on_the_transaction_it_changes(
    parts: Scene,
    *,
    marked: bool,
) -> None:
    id_, posting = parts.document("P-1").id, parts.posting("P-1").posting
    (order, _) = posting.functions
    assert isinstance(order, NewPurchasing)
    unpriced = replace(order, message="typed in", lines=(replace(order.lines[0], price=None),))
    document_id = parts.finance.purchasing.create(unpriced, "E1")
    message = f"changed {posting.mark}" if marked else "changed"
    reader = Transactions(parts.make_run())
    standing = reader.complete(reader.list_documents(["DOCID"], [document_id]))[document_id]
    change = PurchasingChange(document_id=document_id, message=message, rests_on=take_fingerprint(standing))
    with parts.store.begin() as work:
        work.postings.add([(id_, replace(posting, functions=(change,)))])
    parts.finance.order(Fault(lost=True, commits=AT_ONCE))

    for _ in range(10):
        parts.run()
        parts.wait(minutes=6)

    document = parts.document("P-1")
    assert list(list_orders(parts)) == [document_id]
    assert (document.status, document.intacct_key) == (
        (Status.POSTED, document_id) if marked else (Status.HELD, "")
    )
    assert [each.kind for each in parts.needs("P-1")] == ([] if marked else ["refused"])


@pytest.mark.rule("Before anything else", 10)
def test_what_has_our_mark_but_is_something_else_is_not_what_was_sent(parts: Scene) -> None:
    order = parts.posting("P-1")
    sent = order.posting.functions[0]
    assert isinstance(sent, NewPurchasing)
    parts.finance.purchasing.create(replace(sent, definition="PO Receiver"), "E1")
    other = PurchasingChange(document_id="Purchase Order-PO0999", message=sent.message)
    change = replace(order, id=order.id + 1, posting=replace(order.posting, functions=(other,)))

    found = look_for(parts.make_run(), [order, change])

    assert found == {order.id: [], change.id: []}


def test_a_transaction_whose_prices_intacct_looks_up_is_known_without_its_total(
    parts: Scene,
) -> None:
    id_, posting = parts.document("P-1").id, parts.posting("P-1").posting
    (order, _) = posting.functions
    assert isinstance(order, NewPurchasing)
    unpriced = replace(order, lines=(replace(order.lines[0], price=None),))
    with parts.store.begin() as work:
        work.postings.add([(id_, replace(posting, functions=(unpriced,)))])
    parts.finance.order(Fault(lost=True, commits=AT_ONCE))

    parts.run()

    assert parts.document("P-1").status is Status.POSTED
