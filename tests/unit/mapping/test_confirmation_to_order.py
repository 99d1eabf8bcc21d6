"""855 confirmation: compared line by line with the order; applied, kept on our side, or held."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import (
    ORDER,
    SETTING,
    WARES,
    figures,
    find_comparison,
    make_line,
    make_order,
    read_purchasing_rules,
    receive,
    stock,
)
from tests.unit.mapping.purchase_documents import BUYER, SELLER, WE, name_needs, receive_set

from ml_connector.edi import parse_order_acknowledgment
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_reading import OrderRead, take_fingerprint
from ml_connector.mapping.orders.purchasing_case import Noted, PlannedPurchasing
from ml_connector.mapping.routes.confirmation_to_order import (
    ask_confirmed_items,
    plan_confirmation,
    read_replenishment,
)
from ml_connector.mapping.routes.order_to_purchase_order import plan_purchase_order
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.orders import PurchasingTransaction
from ml_connector.records.xref import CrossReference

APPLY: Final = '[[confirmation]]\nreductions = "apply"\n'
TWO: Final = make_order(make_line(9921, "400"), make_line(9922, "10", "2", item="NUT-M8", number=1))

DRUMS: Final = make_order(make_line(9921, "4", unit="Drum"))


def plan(
    *segments: str,
    bak: str = "BAK*00*AC*PO0213*20260301",
    order: PurchasingTransaction = TWO,
    made: tuple[PurchasingTransaction, ...] = (),
    known: Rules | None = None,
    **other: Any,
) -> PlannedPurchasing | Noted | Held | Filed:
    received, said = receive_set(parse_order_acknowledgment, "855", bak, *segments, **{"rules": "", **other})
    if known is not None:
        received = replace(received, case=replace(received.case, rules=known))
    file = OrderFile(order=order, made=made)
    read = OrderRead(
        documents=[order.document], files={order.document.document_id: file}, known=stock(*WARES)
    )
    return plan_confirmation(received, said, read)


def bolts(answer: str, *, line: str = "PO1*1*400*EA*0.5**VN*B-8") -> tuple[str, str]:
    return line, f"ACK*{answer}"


def change(*segments: str, **other: Any) -> PurchasingChange:
    planned = plan(*segments, **other)
    assert isinstance(planned, PlannedPurchasing), planned
    [made] = planned.functions
    assert isinstance(made, PurchasingChange)
    return made


def hold(*segments: str, **other: Any) -> dict[str, str]:
    held = plan(*segments, **other)
    assert isinstance(held, Held), held
    return name_needs(held.needs)


@pytest.mark.rule("855 confirmation", 1)
def test_a_held_confirmation_shows_what_was_ordered_and_what_is_confirmed() -> None:
    held = plan("PO1*1*400*EA*0.6**VN*B-8", "ACK*IA*400*EA")
    assert isinstance(held, Held), held

    (line,) = find_comparison(held).confirmed

    assert (line.approved_price, *figures(line.confirmed, line.price or 0)) == (Decimal("0.50"), "400", "0.6")


def judge(*segments: str, **other: Any) -> list[str]:
    noted = plan(*segments, **{"rules": '[[confirmation]]\ntarget = "note"\n', **other})
    assert isinstance(noted, Noted), noted
    return [str(line.promise) for line in find_comparison(noted).confirmed]


@pytest.mark.rule("855 confirmation", 1)
@pytest.mark.parametrize(
    ("answer", "line", "promise"),
    [
        ("IA*400*EA", "PO1*1*400*EA*0.5**VN*B-8", "accepted"),
        ("IA", "PO1*1****" + "*VN*B-8", "accepted"),
        ("DR*400*EA*068*20260401", "PO1*1*400*EA*0.5**VN*B-8", "for another day"),
        ("IA*400*EA*068*20260401", "PO1*1*400*EA*0.5**VN*B-8", "for another day"),
        ("IQ*300*EA", "PO1*1*400*EA*0.5**VN*B-8", "reduced"),
        ("IP*400*EA", "PO1*1*400*EA*0.4**VN*B-8", "reduced"),
        ("IR*400*EA", "PO1*1*400*EA*0.5**VN*B-8", "rejected"),
        ("IR", "PO1*1****" + "*VN*B-8", "rejected"),
        ("IP*400*EA", "PO1*1*400*EA*0.6**VN*B-8", "raised"),
        ("IQ*401*EA", "PO1*1*400*EA*0.5**VN*B-8", "raised"),
        ("IS*400*EA****VN*N-8", "PO1*1*400*EA*0.5**VN*B-8", "substituted"),
        ("IA*400*EA****VN*N-8", "PO1*1*400*EA*0.5**VN*B-8", "substituted"),
        ("IA*400*EA****VN*X-9", "PO1*1*400*EA*0.5**VN*B-8", "substituted"),
        ("IA*400*EA****VN*B-8", "PO1*1*400*EA*0.5**VN*B-8", "accepted"),
        ("IE*400*EA", "PO1*1*400*EA*0.5**VN*B-8", "open"),
        ("ZZ*400*EA", "PO1*1*400*EA*0.5**VN*B-8", "open"),
        ("IA*20*CA", "PO1*1*20*CA*6**VN*B-8", "reduced"),
    ],
)
def test_each_line_is_accepted_changed_back_ordered_rejected_or_substituted(
    answer: str, line: str, promise: str
) -> None:
    assert judge(line, f"ACK*{answer}") == [promise]


@pytest.mark.rule("855 confirmation", 1)
def test_answers_that_split_a_line_are_added_up() -> None:
    assert judge("PO1*1*400*EA*0.5**VN*B-8", "ACK*IA*300*EA", "ACK*IB*100*EA*068*20260401") == [
        "for another day"
    ]
    assert judge("PO1*1*400*EA*0.5**VN*B-8", "ACK*IA*300*EA", "ACK*IR*100*EA") == ["reduced"]


@pytest.mark.rule("855 confirmation", 1)
@pytest.mark.parametrize(
    ("code", "promise"),
    [("AK", "accepted"), ("AT", "accepted"), ("RJ", "rejected"), ("AH", "open")],
)
def test_an_answer_to_the_whole_order_is_one_to_every_line(code: str, promise: str) -> None:
    assert judge(bak=f"BAK*00*{code}*PO0213*20260301") == [promise, promise]


def test_a_line_without_answers_takes_that_of_the_order() -> None:
    line = "PO1*1*400*EA*0.5**VN*B-8"

    assert judge(line, bak="BAK*00*RD*PO0213*20260301") == ["rejected"]
    assert judge(line, bak="BAK*00*AD*PO0213*20260301") == ["accepted"]
    assert "finding:CODE_UNKNOWN/PO0213" in hold(line, bak="BAK*00*Q9*PO0213*20260301")
    assert "finding:CODE_UNKNOWN/PO0213" in hold(bak="BAK*00*Q9*PO0213*20260301")


def test_an_order_confirmed_as_it_is_changes_nothing() -> None:
    noted = plan(*bolts("IA*400*EA"))

    assert isinstance(noted, Noted)
    assert noted.reason == "confirmed as ordered"
    assert figures(*(each.quantity for each in find_comparison(noted).expected)) == ["400"]


@pytest.mark.rule("855 confirmation", 2)
def test_a_later_day_is_written_to_the_order() -> None:
    made = change(*bolts("DR*400*EA*068*20260401"), "DTM*017*20260405")

    assert (made.document_id, made.due_date, made.lines) == (ORDER, date(2026, 4, 5), ())


@pytest.mark.rule("855 confirmation", 2)
def test_a_reduction_is_written_where_the_rules_say_so() -> None:
    made = change(*bolts("IQ*300*EA"), "PO1*2*10*EA*1.5**VN*N-8", "ACK*IP*10*EA", rules=APPLY)

    lines = [(line.line_no, line.quantity, line.price) for line in made.lines]  # type: ignore[union-attr]
    assert lines == [(0, Decimal(300), Decimal("0.5")), (1, Decimal(10), Decimal("1.5"))]
    assert isinstance(plan(bak="BAK*00*RJ*PO0213*20260301", rules=APPLY), PlannedPurchasing)


@pytest.mark.rule("855 confirmation", 2, 3)
@pytest.mark.parametrize(
    ("answer", "line", "rules", "said"),
    [
        (
            "IP*400*EA",
            "PO1*1*400*EA*0.6**VN*B-8",
            APPLY,
            "is raised (IP): 400 Each at 0.50 ordered, 400 Each at 0.6 confirmed",
        ),
        ("IQ*500*EA", "PO1*1*400*EA*0.5**VN*B-8", APPLY, "is raised (IQ)"),
        ("IQ*300*EA", "PO1*1*400*EA*0.5**VN*B-8", "", "is reduced"),
        ("IR", "PO1*1****" + "*VN*B-8", "", "is rejected (IR): 400 Each at 0.50 ordered, 0 Each confirmed"),
        (
            "DR*400*EA*068*20260401",
            "PO1*1*400*EA*0.5**VN*B-8",
            '[[confirmation]]\ndates = "hold"',
            "comes on 2026-04-01",
        ),
        ("DR*400*EA", "PO1*1*400*EA*0.5**VN*B-8", '[[confirmation]]\ndates = "hold"', "comes on another day"),
    ],
)
def test_what_no_rule_applies_is_held_for_an_approver_who_may_agree(
    answer: str, line: str, rules: str, said: str
) -> None:
    [(need, reason)] = hold(line, f"ACK*{answer}", rules=rules).items()
    kind, _, code = need.partition(":Corvid Metals/")
    agreed = read_purchasing_rules(rules).add_answers(
        [CrossReference(kind=kind, partner="Corvid Metals", code=code, target="agreed")]
    )

    assert said in reason
    assert "(100.00 USD waits); answer `agreed` if that is agreed to" in reason
    assert not isinstance(plan(line, f"ACK*{answer}", known=agreed), Held)


@pytest.mark.rule("855 confirmation", 4)
@pytest.mark.parametrize(
    ("answer", "line", "said"),
    [
        ("IS*400*EA****VN*N-8", "PO1*1*400*EA*0.5**VN*B-8", "is substituted"),
        ("IH*400*EA", "PO1*1*400*EA*0.5**VN*B-8", "is left open"),
        ("IQ*10.00001*EA", "PO1*1*400*EA*0.5**VN*B-8", "has more than 4 places"),
        ("IP*400*EA", "PO1*1*400*EA*0.12345678901**VN*B-8", "its price more than 10"),
        ("IQ*1000000000000000*EA", "PO1*1*400*EA*0.5**VN*B-8", "one has more than 15 digits"),
        ("IP*400*EA", "PO1*1*400*EA*-0.5**VN*B-8", "is priced below nothing"),
    ],
)
def test_what_cannot_be_written_as_it_is_said_is_for_a_person(answer: str, line: str, said: str) -> None:
    reason = hold(line, f"ACK*{answer}", rules=APPLY)[f"order_line:{ORDER}/1/PO0213"]

    assert said in reason
    assert "(100.00 USD waits); change the order in Intacct or refuse it" in reason


@pytest.mark.rule("855 confirmation", 6)
def test_a_rise_that_is_agreed_to_is_written_and_the_first_price_stays_the_measure() -> None:
    code = f"{ORDER}/1/400 Each at 0.6"
    answer = CrossReference(kind="confirmation", partner="Corvid Metals", code=code, target="agreed")
    known = read_purchasing_rules("").add_answers([answer])

    made = change("PO1*1*400*EA*0.6**VN*B-8", "ACK*IP*400*EA", known=known)
    dearer = hold("PO1*1*400*EA*0.7**VN*B-8", "ACK*IP*400*EA", known=known)

    [line] = made.lines
    assert (line.quantity, line.price) == (Decimal(400), Decimal("0.6"))
    assert list(dearer) == [f"confirmation:Corvid Metals/{ORDER}/1/400 Each at 0.7"]


def test_a_change_carries_our_mark_behind_what_people_wrote_and_the_order_it_rests_on() -> None:
    order = replace(TWO, document=replace(TWO.document, message="call before noon"))
    full = replace(TWO, document=replace(TWO.document, message="x" * 3990))

    made = change(*bolts("IQ*300*EA"), order=order, rules=APPLY)

    assert made.message == "call before noon mlc-855-ABCDEFGHIJKL"
    assert made.rests_on == take_fingerprint(order) != take_fingerprint(full)
    assert f"change:PO0213/{ORDER}" in hold(*bolts("IQ*300*EA"), order=full, rules=APPLY)


def test_an_order_line_without_a_price_is_raised_by_any() -> None:
    order = make_order(make_line(9921, "400", None))

    [reason] = hold(*bolts("IA*400*EA"), order=order).values()

    assert "400 Each ordered, 400 Each at 0.5 confirmed" in reason


@pytest.mark.rule("855 confirmation", 2)
def test_a_reduction_below_what_is_received_is_held() -> None:
    keys = hold(*bolts("IQ*100*EA"), made=(receive("1", "150"),), rules=APPLY)

    assert "below the 150 that are received" in keys[f"order_line:{ORDER}/1/PO0213"]


@pytest.mark.rule("855 confirmation", 5)
@pytest.mark.parametrize("state", ["Submitted", "In Progress", "Converted", "Partially Converted"])
def test_the_promise_is_kept_on_our_side_where_the_order_cannot_be_changed(state: str) -> None:
    noted = plan(
        *bolts("IQ*300*EA"), order=replace(TWO, document=replace(TWO.document, state=state)), rules=APPLY
    )

    assert isinstance(noted, Noted)
    assert noted.reason == f"promise kept on our side: the order is {state} and cannot be changed"
    assert figures(*(each.quantity for each in find_comparison(noted).expected)) == ["300"]


@pytest.mark.parametrize(
    ("segments", "changes", "key"),
    [
        (bolts("IA*400*EA", line="PO1*1*400*EA*0.5**VN*X-1"), {}, "item:Corvid Metals/VN/X-1"),
        (bolts("IA*400*KG", line="PO1*1*400*KG*0.5**VN*B-8"), {}, "unit:Corvid Metals/BOLT-M8/KG"),
        (bolts("IA*400*KG", line="PO1*1*400*EA***VN*B-8"), {}, "unit:Corvid Metals/BOLT-M8/KG"),
        (bolts("IA", line="PO1*1*4*EA***VN*B-8"), {"order": DRUMS}, "unit:BOLT-M8/Each"),
        (bolts("IA*1*EA", line="PO1*1*1*EA*0.5**BP*FREIGHT"), {}, f"order_line:{ORDER}/FREIGHT"),
        ((*bolts("IA*200*EA"), *bolts("IA*200*EA")), {}, f"order_line:{ORDER}/1"),
        (bolts("IA*400*EA"), {"bak": "BAK*00*AC*PO9*20260301"}, "order:Corvid Metals/PO9"),
        (bolts("IA*400*EA"), {"bak": "BAK*00*AC**20260301"}, "order:Corvid Metals/none/"),
        (bolts("IA*400*EA"), {"order": make_order(state="Declined")}, f"order_state:{ORDER}"),
        (bolts("IA*400*EA"), {"order": DRUMS}, "unit:BOLT-M8/Each"),
        (bolts("IA*400*EA"), {"made": (receive("1", "4", unit="Drum"),)}, "unit:BOLT-M8/Drum"),
        (bolts("IA*400*EA"), {"bak": "BAK*01*AC*PO0213*20260301"}, "purpose:01/PO0213"),
    ],
)
def test_a_confirmation_that_cannot_be_compared_is_held(
    segments: tuple[str, ...], changes: dict[str, Any], key: str
) -> None:
    assert "waits); " in hold(*segments, **changes)[key]


@pytest.mark.parametrize(
    ("line", "order", "unit"),
    [
        ("PO1*1*400*KG*9**VN*B-8", TWO, "Corvid Metals/BOLT-M8/KG"),
        ("PO1*1*400*EA*9**VN*B-8", make_order(make_line(9921, "400", unit="Drum")), "BOLT-M8/Each"),
    ],
)
def test_a_price_for_a_unit_that_does_not_convert_is_held_and_never_passed_over(
    line: str, order: PurchasingTransaction, unit: str
) -> None:
    assert f"unit:{unit}" in hold(line, "ACK*IR", order=order, rules=APPLY)


@pytest.mark.rule("855 confirmation", 3)
@pytest.mark.parametrize(
    ("line", "answer", "unit"),
    [
        ("PO1*1*20*CA*0.6**VN*B-8", "IP*20*CA", "Each"),
        ("PO1*1***0.2**VN*B-8", "IP", "Third"),
        ("PO1*1*400*EA*7.2**VN*B-8", "IP*400*EA", "Case"),
    ],
    ids=["of one in cases", "of its own unit", "of a case in ones"],
)
def test_a_price_that_is_rather_that_of_another_unit_is_no_reduction_and_waits_for_an_approver(
    line: str, answer: str, unit: str
) -> None:
    [(need, reason)] = hold(
        line, f"ACK*{answer}", order=make_order(make_line(9921, "400", "0.6")), rules=APPLY
    ).items()

    assert need.startswith(f"confirmation:Corvid Metals/{ORDER}/1/")
    assert f"is confirmed at what is rather the price of one {unit}" in reason


def test_a_price_without_a_quantity_is_seen_and_one_of_nothing_is_not() -> None:
    assert judge("PO1*1**EA*0.6**VN*B-8", "ACK*IA*400*EA") == ["raised"]
    assert judge("PO1*1*0*EA*9**VN*B-8", "ACK*IR") == ["rejected"]
    assert judge("PO1*1***0.4**VN*B-8", "ACK*IA", order=DRUMS) == ["reduced"]


@pytest.mark.rule("Before anything else", 2)
def test_test_traffic_on_a_live_link_is_filed() -> None:
    assert isinstance(plan(usage="T"), Filed)


@pytest.mark.rule("855 confirmation", 8)
def test_a_replenishment_is_an_order_of_its_own() -> None:
    segments = ("BAK*00*AP*R-77*20260301", BUYER, SELLER, "PO1*1*1*EA*9**BP*FREIGHT")
    received, said = receive_set(parse_order_acknowledgment, "855", *segments, rules=WE, setting=SETTING)

    assert said.is_order
    planned = plan_purchase_order(received, read_replenishment(said), stock(*WARES))

    assert isinstance(planned, PlannedPurchasing)
    [made] = planned.functions
    assert isinstance(made, NewPurchasing)
    assert (made.reference, made.date, made.lines[0].item_id) == ("R-77", date(2026, 3, 1), "FREIGHT")


def test_what_must_be_looked_up_is_told_beforehand() -> None:
    segments = ("BAK*00*AC*PO0213*20260301", *bolts("IS*400*EA****VN*N-8"))
    received, said = receive_set(parse_order_acknowledgment, "855", *segments, rules="")

    assert ask_confirmed_items(received.case, said, OrderFile(order=make_order(), made=())) == {
        ("item_cross_reference", "V-10/B-8"),
        ("item_cross_reference", "V-10/N-8"),
        ("item", "BOLT-M8"),
    }
