"""Goods that came and were not invoiced by a day: each once, in part where an invoice took a part, never guessed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.unit.app.goods import APRIL, INK, ORDER, RECEIVER, invoice, name_order, receive
from tests.unit.app.owing import END, add
from tests.unit.store.rows import LINK

from ml_connector.app.accruals import report_accruals
from ml_connector.app.receipts import Unsure
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.records.followed import Trouble
from ml_connector.records.status import Status
from ml_connector.store import Store


def list_receipts(store: Store) -> dict[str, Decimal | None]:
    """What is not invoiced, by why it is in no sum."""
    found = report_accruals(store, LINK, base_currency="USD", as_of=END).receipts
    assert {(each.entity, each.order_id, each.currency) for each in found} <= {("E1", ORDER, "USD")}
    return {each.why: each.amount for each in found}


@pytest.mark.rule("The books must agree", 7)
@pytest.mark.parametrize(
    ("quantity", "left"), [("0", "12.55"), ("1/3", "12.13"), ("4", "7.53"), ("10", None), ("12", None)]
)
def test_goods_count_at_the_price_of_their_order_as_far_as_no_invoice_took_them(
    store: Store, quantity: str, left: str | None
) -> None:
    receive(store)
    invoice(store, quantity)

    assert list_receipts(store) == ({} if left is None else {"": Decimal(left)})


@pytest.mark.rule("The books must agree", 7)
@pytest.mark.parametrize("state", ["Pending", "Partially Converted", "Converted"])
def test_what_an_invoice_of_a_later_day_took_was_not_invoiced_by_then(store: Store, state: str) -> None:
    receive(store, state=state)
    invoice(store, "6", on=END, due=None)
    invoice(store, "4", on=APRIL)

    assert list_receipts(store) == {"": Decimal("5.02")}


@pytest.mark.rule("The books must agree", 7)
@pytest.mark.parametrize(
    ("function", "state", "trouble"),
    [
        (RECEIVER, "Draft", Trouble.NONE),
        (RECEIVER, "Pending", Trouble.DELETED),
        (replace(RECEIVER, date=APRIL), "Pending", Trouble.NONE),
        (replace(RECEIVER, posting_date=APRIL), "Pending", Trouble.NONE),
        (replace(RECEIVER, created_from=None), "Pending", Trouble.NONE),
    ],
)
def test_what_is_a_draft_gone_of_a_later_day_or_of_no_order_is_not_received(
    store: Store, function: NewPurchasing, state: str, trouble: Trouble
) -> None:
    receive(store, function, state, trouble)

    assert list_receipts(store) == {}


@pytest.mark.rule("The books must agree", 7)
@pytest.mark.parametrize(
    ("state", "invoiced", "receipts"),
    [
        ("", "0", {Unsure.UNSEEN: "12.55"}),
        ("Converted", "0", {Unsure.CONVERTED: "12.55"}),
        ("Converted", "4", {Unsure.CONVERTED: "7.53"}),
        ("Closed", "10", {}),
        ("Partially Converted", "0", {Unsure.CONVERTED: "12.55"}),
        ("Partially Converted", "4", {"": "7.53"}),
    ],
)
def test_what_people_invoiced_in_intacct_and_what_was_not_seen_is_in_no_sum(
    store: Store, state: str, invoiced: str, receipts: dict[str, str]
) -> None:
    receive(store, state=state)
    invoice(store, invoiced)

    assert list_receipts(store) == {why: Decimal(amount) for why, amount in receipts.items()}


@pytest.mark.rule("The books must agree", 7)
def test_an_invoice_that_names_the_order_and_was_not_compared_leaves_its_goods_in_doubt(store: Store) -> None:
    receive(store)
    credit = add(store, Status.HELD, kind="credit")
    later = add(store, Status.HELD, date=APRIL)
    for id_ in (credit, later):
        name_order(store, id_)
    before = list_receipts(store)

    name_order(store, add(store, Status.HELD))

    assert before == {"": Decimal("12.55")}
    assert list_receipts(store) == {Unsure.UNCOMPARED: Decimal("12.55")}


@pytest.mark.rule("The books must agree", 7)
def test_goods_beyond_the_order_are_of_the_line_that_has_their_item(store: Store) -> None:
    receive(store)
    receive(store, replace(RECEIVER, lines=(replace(INK, quantity=Decimal(2), source_line=None),)))
    toner = replace(INK, item_id="TONER", quantity=Decimal(1), source_line=None)
    receive(store, replace(RECEIVER, lines=(toner,)))
    invoice(store, "12")

    assert list_receipts(store) == {"": Decimal("1.26")}


@pytest.mark.rule("The books must agree", 7)
def test_goods_without_a_price_are_in_no_sum(store: Store) -> None:
    receive(store, replace(RECEIVER, lines=(replace(INK, price=None), replace(INK, source_line=72))))

    assert list_receipts(store) == {Unsure.UNPRICED: None, "": Decimal("12.55")}
