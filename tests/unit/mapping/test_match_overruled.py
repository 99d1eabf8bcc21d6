"""Controls: an approver may overrule a single match, for just that difference; nothing else passes by it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import (
    ORDER,
    add_up,
    hold_purchase,
    list_lines,
    make_line,
    make_order,
    make_purchase,
    make_transaction,
    match_purchase,
    overrule,
    plan_invoices,
    receive,
)

from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing
from ml_connector.records.matches import Verdict
from ml_connector.records.orders import PurchasingTransaction
from ml_connector.records.xref import CrossReference

PARTNER: Final = "Corvid Metals"
RECEIVED: Final = (receive("1", "400"),)
FREIGHT: Final = '[[charge]]\nname = "freight"\nsubtotal = "Freight"\n'
DEAR: Final = "400 EA 0.51 B-8"


@pytest.mark.rule("810 invoice", 28)
@pytest.mark.parametrize(
    ("line", "total", "made"),
    [
        (DEAR, "20400", RECEIVED),
        ("410 EA 0.5 B-8", "20500", RECEIVED),
        ("410 EA 0.5 B-8", "20500", (receive("1", "410"),)),
        ("410 EA 0.52 B-8", "21320", RECEIVED),
    ],
    ids=["too dear", "too many", "too many were received", "both"],
)
def test_what_an_approver_lets_pass_is_converted_and_names_the_answer(
    line: str, total: str, made: Sequence[PurchasingTransaction]
) -> None:
    agreed = overrule(make_purchase(line, total=total, made=tuple(made)))

    documents = plan_invoices(agreed)

    match = match_purchase(agreed)
    assert match.passes
    [compared] = match.lines
    assert (compared.verdict, compared.overruled) == (Verdict.OVERRULED, 7)
    assert add_up(documents) == Decimal(total) / 100
    planned = agreed.plan()
    assert isinstance(planned, PlannedPurchasing)
    assert [reason.rule for reason in planned.provenance if reason.value == Verdict.OVERRULED] == ["xref 7"]


def test_what_goes_beyond_the_order_stands_on_a_line_that_names_the_answer() -> None:
    agreed = overrule(make_purchase("410 EA 0.5 B-8", total="20500", made=RECEIVED))

    [document] = plan_invoices(agreed)

    assert list_lines(document) == ["400 Each at 0.5 of 1", "10 Each at 0.5 of None"]
    [line] = match_purchase(agreed).lines
    assert line.allowed_quantity == 0


CHANGED: Final[dict[str, dict[str, Any]]] = {
    "another price": {"lines": ["400 EA 0.52 B-8"], "total": "20800"},
    "another quantity": {"lines": ["390 EA 0.51 B-8"], "total": "19890"},
    "another invoice": {"big": "20260315*INV-8**PO0213"},
    "another order": {"orders": (make_order(make_line(9921, "500")),)},
    "another approved price": {"approved": {9921: Decimal("0.49")}},
    "another invoice came before": {
        "made": (
            *RECEIVED,
            make_transaction("Vendor Invoice-VI1", make_line(5, "1", source=9921), created_from=ORDER),
        ),
    },
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_it_holds_for_that_difference_only(changed: dict[str, Any]) -> None:
    answers = overrule(make_purchase(DEAR, total="20400", made=RECEIVED)).answers
    given: dict[str, Any] = {"total": "20400", "made": RECEIVED, **changed}
    lines = given.pop("lines", [DEAR])

    needs = hold_purchase(make_purchase(*lines, **given, answers=answers))

    assert [need.kind for need in needs.values()] == ["match"]


def test_what_is_ordered_and_not_received_is_waited_for_all_the_same() -> None:
    answers = overrule(make_purchase("410 EA 0.5 B-8", total="20500", made=RECEIVED)).answers

    needs = hold_purchase(
        make_purchase("410 EA 0.5 B-8", total="20500", made=(receive("1", "390"),), answers=answers)
    )

    assert list(needs) == [f"receipt:{ORDER}/1"]


@pytest.mark.rule("810 invoice", 28)
def test_a_charge_above_its_cap_may_be_let_pass_once() -> None:
    charged: dict[str, Any] = {"made": RECEIVED, "rules": FREIGHT}
    agreed = overrule(make_purchase("400 EA 0.5 B-8", total="20500", after=["SAC*C*D240***500"], **charged))

    [charge] = match_purchase(agreed).charges
    dearer = hold_purchase(
        make_purchase(
            "400 EA 0.5 B-8", total="20501", after=["SAC*C*D240***501"], answers=agreed.answers, **charged
        )
    )

    assert (charge.verdict, charge.overruled) == (Verdict.OVERRULED, 7)
    assert list(dearer) == [f"match:{PARTNER}/Freight/INV-7/5.01 after 0 of 0"]


def test_no_other_answer_than_agreed_lets_anything_pass() -> None:
    purchase = make_purchase(DEAR, total="20400", made=RECEIVED)
    (need,) = hold_purchase(purchase)
    code = need.removeprefix(f"match:{PARTNER}/")
    other = CrossReference(kind="match", partner=PARTNER, code=code, target="no", number=7)

    assert list(hold_purchase(replace(purchase, answers=(other,)))) == [need]


def test_an_order_without_a_price_is_not_let_pass() -> None:
    order = make_order(make_line(9921, "400", None))

    (need,) = hold_purchase(make_purchase(DEAR, total="20400", orders=(order,), made=RECEIVED))

    assert ask_for(need, [PARTNER]) is None


def test_the_reason_names_both_differences_of_a_line() -> None:
    [need] = hold_purchase(make_purchase("410 EA 0.52 B-8", total="21320", made=RECEIVED)).values()

    assert "410 Each are invoiced of 400, 10 too many; 0 is allowed" in need.reason
    assert "0.52 is invoiced, 0.50 was approved, 8.2 too much in all; 0 is allowed" in need.reason
