"""856 ship notice: an AP bill in draft priced from the order (evaluated receipt settlement), off by default."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import (
    ORDER,
    SETTING,
    WARES,
    make_case,
    make_line,
    make_order,
    make_transaction,
    read_purchasing_rules,
    stock,
)
from tests.unit.mapping.purchase_documents import name_needs, receive_set
from tests.unit.mapping.test_notice_to_receiver import notice
from tests.unit.mapping.trade import BOOKS, Books, make_account, make_vendor, replace_account

from ml_connector.edi import parse_ship_notice
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.notice_lines import NoticeRead
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.routes.draft_goods import PlannedDraft, ask_accounts
from ml_connector.mapping.routes.notice_to_bill import plan_notice_bill
from ml_connector.records.orders import PurchasingTransaction
from ml_connector.records.xref import CrossReference

GOODS: Final = '[[coding]]\nname = "goods"\naccount = "5000"\ndepartment = "BUY"\n'


def plan(
    *items: str,
    order: PurchasingTransaction | None = None,
    known: tuple[Any, ...] = BOOKS,
    answers: tuple[CrossReference, ...] = (),
    made: tuple[PurchasingTransaction, ...] = (),
    **other: Any,
) -> PlannedDraft | Held | Filed:
    written = {name: other.pop(name) for name in ("bsn",) if name in other}
    received, document = receive_set(
        parse_ship_notice, "856", *notice(*(items or ("100 EA B-8",)), **written), **{"rules": GOODS, **other}
    )
    if answers:
        rules = received.case.rules.add_answers(answers)
        received = replace(received, case=replace(received.case, rules=rules))
    placed = order or make_order()
    files = {placed.document.document_id: OrderFile(order=placed, made=made)}
    read = NoticeRead(documents=[placed.document], files=files, known=stock(*WARES))
    route = received.case.rules.routes[0]
    books = Books(known=known, asked=set())
    return plan_notice_bill(received, document, read, route, books.slice(ask_accounts(received.case, route)))


def write(*items: str, **other: Any) -> ApBill:
    planned = plan(*items, **other)
    assert isinstance(planned, PlannedDraft), planned
    return planned.bill


def hold(*items: str, **other: Any) -> dict[str, str]:
    held = plan(*items, **other)
    assert isinstance(held, Held), held
    return name_needs(held.needs)


@pytest.mark.rule("856 ship notice", 5)
def test_a_notice_may_become_a_bill_in_draft_priced_from_the_order() -> None:
    bill = write()

    assert (bill.number, bill.reference, bill.action, bill.term) == ("88213", "PO0213", "Draft", "N30")
    assert (bill.date, bill.due_date) == (date(2026, 3, 12), date(2026, 4, 11))
    assert bill.description.endswith(" mlc-856-ABCDEFGHIJKL")
    [line] = bill.lines
    assert (line.account_no, line.amount, line.location_id, line.department_id) == (
        "5000",
        Decimal(50),
        "100",
        "BUY",
    )
    assert line.memo == "BOLT-M8, 100 Each at 0.50"


def test_a_line_names_the_vendor_where_its_account_wants_one() -> None:
    bill = write(known=replace_account("5000", requires=["vendor"]))

    assert [line.vendor_id for line in bill.lines] == [bill.vendor_id]


def test_the_lines_add_up_to_the_rounded_worth_of_the_goods() -> None:
    order = make_order(make_line(1, "9", "0.335"), make_line(2, "9", "0.335", item="NUT-M8", number=1))

    bill = write("1 EA B-8", "1 EA N-8", order=order)

    assert sum(line.amount for line in bill.lines) == Decimal("0.67")


def test_every_value_says_why() -> None:
    planned = plan()

    assert isinstance(planned, PlannedDraft)
    assert ("lines[1].ACCOUNTNO", "5000", "goods") in [(r.path, r.value, r.rule) for r in planned.provenance]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"rules": ""}, "coding:Corvid Metals/BOLT-M8"),
        ({"known": (*BOOKS[3:],)}, "account:5000"),
        ({"known": (make_account("5000", status="inactive"), *BOOKS[-1:])}, "account:5000"),
        ({"known": (make_account("5000"),)}, "term:N30"),
        ({"vendor": make_vendor(term="")}, "term:V-10"),
        ({"order": make_order(make_line(9921, "400", None))}, f"match:{ORDER}/1/88213"),
        ({"bsn": "BSN*00*88213**0900"}, "date:none/88213"),
        ({"bsn": f"BSN*00*{'8' * 21}*20260310*0900"}, f"length:BSN02/{'8' * 21}"),
    ],
)
def test_a_bill_that_cannot_be_booked_is_held(changes: dict[str, Any], key: str) -> None:
    assert "(100.00 USD waits); " in hold(**changes)[key]


def test_goods_whose_rule_gives_a_label_are_held_until_a_person_names_an_account() -> None:
    reason = hold(rules='[[coding]]\nname = "named"\nlabel = "Fixings"\n')["coding:Corvid Metals/BOLT-M8"]

    assert "the rule “named” gives item BOLT-M8 a label, and this bill takes accounts" in reason


def test_goods_whose_rule_splits_them_are_held_until_a_person_names_one_account() -> None:
    rules = '[[coding]]\nname = "shared"\naccount = "5000"\nsplit = [{ percent = "50" }, { department = "BUY" }]\n'
    answer = CrossReference(kind="coding", partner="Corvid Metals", code="BOLT-M8", target="5000")

    reason = hold(rules=rules)["coding:Corvid Metals/BOLT-M8"]

    assert "the rule “shared” splits item BOLT-M8, and this bill takes one account a line" in reason
    assert [line.account_no for line in write(rules=rules, answers=(answer,)).lines] == ["5000"]


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize(("invoiced", "held"), [("350", True), ("300", False)])
def test_goods_that_are_invoiced_already_are_billed_by_no_notice(invoiced: str, *, held: bool) -> None:
    invoice = make_transaction("Vendor Invoice-VI1", make_line(5, invoiced), created_from=ORDER)

    planned = plan(made=(invoice,))

    if not held:
        assert isinstance(planned, PlannedDraft)
        return
    assert isinstance(planned, Held)
    [need] = planned.needs
    assert str(need) == f"over_receipt:{ORDER}/1/88213"
    assert "350 Each of 400 are invoiced, and 100 more are shipped (100.00 USD waits)" in need.reason


def test_an_item_that_no_rule_codes_gets_the_account_a_person_answers() -> None:
    [need] = hold(rules="")
    question = ask_for(need, ["Corvid Metals"])
    assert question is not None

    planned = plan(rules="", answers=(question.answer("5000"),))

    assert isinstance(planned, PlannedDraft), planned
    assert [line.account_no for line in planned.bill.lines] == ["5000"]
    assert f"answer to {need}" in {reason.rule for reason in planned.provenance}


def test_a_long_order_number_is_no_reference() -> None:
    number = "P0" + "0" * 16 + "213"
    document = replace(
        make_order().document, number=number, document_id=f"Purchase Order-{number}", reference="PO0213"
    )

    assert write(order=replace(make_order(), document=document)).reference is None


@pytest.mark.rule("Before anything else", 2)
def test_test_traffic_on_a_live_link_is_filed() -> None:
    assert isinstance(plan(usage="T"), Filed)


def test_a_vendor_without_a_term_asks_for_accounts_only() -> None:
    case = make_case(GOODS, SETTING, vendor=make_vendor(term=""))

    assert ask_accounts(case, read_purchasing_rules().routes[0]) == {("account", "5000")}
