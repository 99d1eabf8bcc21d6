"""855 confirmation, billed in draft: priced as confirmed, never above what is approved or agreed to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import ORDER, WARES, make_line, make_order, make_transaction, stock
from tests.unit.mapping.purchase_documents import name_needs, receive_set
from tests.unit.mapping.trade import BOOKS, Books

from ml_connector.edi import parse_order_acknowledgment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_reading import OrderRead
from ml_connector.mapping.orders.purchasing_case import Noted
from ml_connector.mapping.routes.confirmation_to_bill import plan_confirmation_bill
from ml_connector.mapping.routes.draft_goods import PlannedDraft, ask_accounts
from ml_connector.records.orders import PurchasingTransaction
from ml_connector.records.xref import CrossReference

RULES: Final = (
    '[[confirmation]]\ntarget = "bill"\nreductions = "apply"\n[[coding]]\nname = "goods"\naccount = "5000"\n'
)
PLACED: Final = make_order(make_line(9921, "400"))


def plan(
    line: str = "PO1*1*400*EA*0.5**VN*B-8",
    answer: str = "IA*400*EA",
    *,
    bak: str = "BAK*00*AC*PO0213*20260301",
    order: PurchasingTransaction = PLACED,
    made: tuple[PurchasingTransaction, ...] = (),
    number: str = "",
    agreed: str = "",
    **other: Any,
) -> PlannedDraft | Noted | Held | Filed:
    received, said = receive_set(
        parse_order_acknowledgment, "855", bak, line, f"ACK*{answer}", **{"rules": RULES, **other}
    )
    case = received.case
    answered = CrossReference(kind="confirmation", partner=case.partner.name, code=agreed, target="agreed")
    case = replace(case, number=number or case.number, rules=case.rules.add_answers([answered]))
    received, route = replace(received, case=case), case.rules.routes[0]
    file = OrderFile(order=order, made=made)
    read = OrderRead(
        documents=[order.document], files={order.document.document_id: file}, known=stock(*WARES)
    )
    books = Books(known=BOOKS, asked=set()).slice(ask_accounts(case, route))
    return plan_confirmation_bill(received, said, read, route, books)


def write(*segments: str, **other: Any) -> ApBill:
    planned = plan(*segments, **other)
    assert isinstance(planned, PlannedDraft), planned
    return planned.bill


def hold(*segments: str, **other: Any) -> dict[str, str]:
    held = plan(*segments, **other)
    assert isinstance(held, Held), held
    return name_needs(held.needs)


@pytest.mark.rule("855 confirmation", 9)
@pytest.mark.parametrize(
    ("said", "amount"),
    [
        (("PO1*1*400*EA*0.5**VN*B-8",), "200.00"),
        (("PO1*1*400*EA*0.45**VN*B-8", "IP*400*EA"), "180.00"),
        (("PO1*1*400*EA***VN*B-8", "IQ*300*EA"), "150.00"),
    ],
)
def test_what_is_confirmed_is_billed_in_draft_at_its_price_or_the_approved_one(
    said: tuple[str, ...], amount: str
) -> None:
    bill = write(*said, action="submit")

    assert (bill.action, bill.date, bill.reference) == ("Draft", date(2026, 3, 1), "PO0213")
    assert [line.amount for line in bill.lines] == [Decimal(amount)]


@pytest.mark.rule("855 confirmation", 9)
def test_a_price_above_the_approved_one_is_billed_only_once_that_is_agreed_to() -> None:
    dearer = ("PO1*1*400*EA*0.6**VN*B-8", "IP*400*EA")

    [need] = hold(*dearer)
    code = need.split("/", 1)[1]

    assert code == f"{ORDER}/1/400 Each at 0.6"
    assert [line.amount for line in write(*dearer, agreed=code).lines] == [Decimal("240.00")]


def test_why_says_whose_price_it_is() -> None:
    planned = plan("PO1*1*400*EA*0.45**VN*B-8", "IP*400*EA")

    assert isinstance(planned, PlannedDraft)
    assert "confirmed price" in {reason.rule for reason in planned.provenance}


def test_nothing_is_billed_where_nothing_is_coming() -> None:
    noted = plan(answer="IR*400*EA")

    assert isinstance(noted, Noted), noted
    assert noted.reason == "nothing is confirmed that could be billed"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"rules": '[[confirmation]]\ntarget = "bill"\n'}, "coding:Corvid Metals/BOLT-M8"),
        ({"number": "8" * 31}, f"length:BAK03/{'8' * 31}"),
        (
            {"order": replace(PLACED, document=replace(PLACED.document, state="Submitted"))},
            f"order_state:{ORDER}",
        ),
        (
            {"made": (make_transaction("Vendor Invoice-VI1", make_line(5, "1"), created_from=ORDER),)},
            "over_receipt",
        ),
    ],
)
def test_a_confirmation_that_cannot_be_billed_is_held(changes: dict[str, Any], key: str) -> None:
    assert any(need.startswith(key) for need in hold(**changes))


def test_a_confirmation_without_a_day_is_held() -> None:
    assert any(need.startswith(("date:none/", "finding:")) for need in hold(bak="BAK*00*AC*PO0213"))
