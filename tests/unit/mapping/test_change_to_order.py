"""860/865: applied to an order not yet received, else held; or note only."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import (
    ORDER,
    WARES,
    make_line,
    make_order,
    read_purchasing_rules,
    receive,
    stock,
)
from tests.unit.mapping.purchase_documents import BUYER, SELLER, name_needs, receive_set

from ml_connector.edi import parse_order_change, parse_order_change_acknowledgment
from ml_connector.intacct.writing.purchasing import PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_reading import OrderRead
from ml_connector.mapping.orders.purchasing_case import Noted, PlannedPurchasing
from ml_connector.mapping.routes.change_to_order import ask_changed_items, plan_change
from ml_connector.records.orders import PurchasingTransaction

BCH: Final = "BCH*04*SA*PO0213**1*20260301"
BCA: Final = "BCA*04**PO0213**1*20260301"
MORE: Final = "POC*1*QI*500**EA*0.5**VN*B-8"


def plan(
    *segments: str,
    head: str = BCH,
    order: PurchasingTransaction | None = None,
    made: tuple[PurchasingTransaction, ...] = (),
    **other: Any,
) -> PlannedPurchasing | Noted | Held | Filed:
    code = "860" if head.startswith("BCH") else "865"
    parse = parse_order_change if code == "860" else parse_order_change_acknowledgment
    rules = other.pop("known", None)
    given: dict[str, Any] = {"rules": "", **other}
    received, said = receive_set(parse, code, head, BUYER, SELLER, *segments, **given)
    if rules is not None:
        received = replace(received, case=replace(received.case, rules=rules))
    placed = order or make_order()
    files = {placed.document.document_id: OrderFile(order=placed, made=made)}
    read = OrderRead(documents=[placed.document], files=files, known=stock(*WARES))
    return plan_change(received, said, read)


def write(*segments: str, **other: Any) -> PurchasingChange:
    planned = plan(*segments, **other)
    assert isinstance(planned, PlannedPurchasing), planned
    [made] = planned.functions
    assert isinstance(made, PurchasingChange)
    return made


def hold(*segments: str, **other: Any) -> dict[str, str]:
    held = plan(*segments, **other)
    assert isinstance(held, Held), held
    return name_needs(held.needs)


@pytest.mark.rule("Before anything else", 6)
@pytest.mark.rule("860 and 865 changes", 1)
@pytest.mark.parametrize(
    ("line", "quantity", "price"),
    [
        (MORE, "500", "0.5"),
        ("POC*1*QD*300**EA*0.5**VN*B-8", "300", "0.5"),
        ("POC*1*PC*400**EA*0.6**VN*B-8", "400", "0.6"),
        ("POC*1*PQ*20**CA*6**VN*B-8", "240", "0.5"),
        ("POC*1*CA*410**EA***VN*B-8", "410", None),
    ],
)
def test_a_change_is_applied_to_an_order_not_yet_received(
    line: str, quantity: str, price: str | None
) -> None:
    made = write(line)

    assert made.document_id == ORDER
    [changed] = made.lines
    assert isinstance(changed, PurchasingLineChange)
    assert (changed.line_no, changed.quantity) == (0, Decimal(quantity))
    assert changed.price == (None if price is None else Decimal(price))


def test_dates_are_written_to_the_order() -> None:
    made = write("POC*1*CT*****" + "*VN*B-8", "DTM*002*20260501")

    assert (made.due_date, made.lines) == (date(2026, 5, 1), ())


def test_a_line_may_be_added_by_the_buyer() -> None:
    made = write("POC*9*AI*2**EA*9**BP*FREIGHT", "POC*1*NC*400**EA*0.5**VN*B-8", location="100")

    [line] = made.lines
    assert isinstance(line, NewPurchasingLine)
    assert (line.item_id, line.quantity, line.price) == ("FREIGHT", Decimal(2), Decimal(9))


def test_an_added_line_without_an_item_is_held() -> None:
    assert "item:Corvid Metals/VN/X-1" in hold("POC*9*AI*2**EA*9**VN*X-1")


def test_a_change_that_changes_nothing_is_noted() -> None:
    noted = plan("POC*1*NC*400**EA*0.5**VN*B-8")

    assert isinstance(noted, Noted)
    assert noted.reason == "the change leaves the order as it is"


@pytest.mark.rule("860 and 865 changes", 4)
def test_a_partner_s_changes_may_only_be_noted() -> None:
    assert isinstance(plan(MORE, rules='[[change]]\ntarget = "note"'), Noted)


@pytest.mark.rule("860 and 865 changes", 1)
@pytest.mark.parametrize("made", [receive("1", "1"), receive("1", "1", state="Draft")])
def test_a_change_of_an_order_that_goods_came_of_is_held(made: PurchasingTransaction) -> None:
    reason = hold(MORE, made=(made,))[f"change:PO0213/{ORDER}"]

    assert "goods or invoices of Purchase Order-PO0213 line 1 are there already (100.00 USD waits)" in reason


@pytest.mark.rule("860 and 865 changes", 1)
def test_a_change_of_an_order_that_is_fixed_is_held() -> None:
    order = replace(make_order(), document=replace(make_order().document, state="In Progress"))

    assert "is In Progress and cannot be changed" in hold(MORE, order=order)[f"change:PO0213/{ORDER}"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("POC*1*DI*400**EA*0.5**VN*B-8", "is DI"),
        ("POC*1*RE*400**EA*0.5**VN*B-8", "is RE"),
        ("POC*1*QD*0**EA*0.5**VN*B-8", "is for 0 Each"),
        ("POC*1*QI*400.00001**EA*0.5**VN*B-8", "has more than 4 places"),
        ("POC*1*PC*400**EA*0.12345678901**VN*B-8", "its price more than 10"),
        ("POC*1*QI*1000000000000000**EA*0.5**VN*B-8", "one has more than 15 digits"),
        ("POC*1*PC*400**EA*-0.5**VN*B-8", "has a price below nothing"),
    ],
)
def test_what_cannot_be_written_is_for_a_person(line: str, said: str) -> None:
    reason = hold(line)["change:PO0213/1"]

    assert said in reason
    assert "(100.00 USD waits); make the change by hand in Intacct" in reason


@pytest.mark.rule("860 and 865 changes", 2)
@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("POC*1*QI*500**EA*0.5**VN*B-8", "500 Each at 0.5"),
        ("POC*1*PC*400**EA*0.6**VN*B-8", "400 Each at 0.6"),
        ("POC*1*QI*500**EA***VN*B-8", "500 Each"),
    ],
)
def test_what_the_seller_asks_for_beyond_the_order_is_applied_once_an_approver_agrees(
    line: str, asked: str
) -> None:
    ((need, reason),) = hold(line, head=BCA).items()
    question = ask_for(need, ["Corvid Metals"])
    assert question is not None
    agreed = read_purchasing_rules().add_answers([question.answer("agreed")])

    made = write(line, head=BCA, known=agreed)

    assert need == f"confirmation:Corvid Metals/{ORDER}/1/{asked}"
    assert f"400 Each at 0.50 ordered, {asked} asked for (100.00 USD waits); answer `agreed`" in reason
    [changed] = made.lines
    assert changed.quantity == Decimal(asked.split(maxsplit=1)[0])
    assert hold("POC*1*QI*501**EA*0.6**VN*B-8", head=BCA, known=agreed)


@pytest.mark.rule("860 and 865 changes", 2)
def test_what_the_seller_asks_for_within_the_order_is_applied_and_other_goods_are_for_a_person() -> None:
    assert write("POC*1*QD*300**EA*0.5**VN*B-8", head=BCA).lines
    assert "change:PO0213/1" in hold("POC*1*AI*5**EA*0.6**VN*N-8", head=BCA)


@pytest.mark.rule("Before anything else", 6)
@pytest.mark.parametrize(
    ("line", "changes", "key"),
    [
        ("POC*1*QI*500**EA*0.5**VN*X-1", {}, "item:Corvid Metals/VN/X-1"),
        ("POC*1*QI*500**EA*0.5**VN*N-8", {}, f"order_line:{ORDER}/NUT-M8"),
        ("POC*1*QI*500**KG*0.5**VN*B-8", {}, "unit:Corvid Metals/BOLT-M8/KG"),
        (MORE, {"order": make_order(make_line(9921, "4", unit="Drum"))}, "change:PO0213/1"),
        (MORE, {"head": "BCH*01*SA*PO0213**1*20260301"}, "purpose:01/PO0213"),
        (MORE, {"head": "BCH*04*SA*PO9**1*20260301"}, "order:Corvid Metals/PO9"),
    ],
)
def test_a_change_that_cannot_be_read_is_held(line: str, changes: dict[str, Any], key: str) -> None:
    assert "waits); " in hold(line, **changes)[key]


def test_a_change_without_lines_is_held() -> None:
    assert "lines:PO0213" in hold()


@pytest.mark.rule("Before anything else", 2)
def test_test_traffic_on_a_live_link_is_filed() -> None:
    assert isinstance(plan(MORE, usage="T"), Filed)


def test_what_must_be_looked_up_is_told_beforehand() -> None:
    received, said = receive_set(parse_order_change, "860", BCH, MORE, rules="")

    assert ask_changed_items(received.case, said, OrderFile(order=make_order(), made=())) == {
        ("item_cross_reference", "V-10/B-8"),
        ("item", "BOLT-M8"),
    }
