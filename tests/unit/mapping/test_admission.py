"""What is settled before anything else: test traffic, addressee, purpose, credits, keys, currency, dates."""

from datetime import date
from typing import Any

import pytest
from tests.unit.mapping.trade import (
    BOOKS,
    MARK,
    ROUTE,
    RULES,
    Trade,
    list_needs,
    make_trade,
    make_vendor,
    plan_bill,
)

from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.routes.invoice_to_bill import Planned

LINE = "IT1*1*1*EA*5**VN*A"


def _make(**other: Any) -> Trade:
    return make_trade(LINE, total="500", **other)


@pytest.mark.rule("Before anything else", 2)
@pytest.mark.parametrize("usage", ["T", "I"])
def test_test_traffic_on_a_live_link_is_filed(usage: str) -> None:
    assert _make(usage=usage).plan() == Filed(reason=f"test interchange (ISA15 {usage}) on a live link")


@pytest.mark.rule("Before anything else", 1)
@pytest.mark.parametrize(("usage", "mode"), [("T", "test"), ("P", "test"), ("P", "live")])
def test_a_test_link_does_not_look_at_the_test_mark(usage: str, mode: str) -> None:
    assert plan_bill(_make(usage=usage, mode=mode)).number == "INV-7"


@pytest.mark.rule("Before anything else", 1, 12)
@pytest.mark.parametrize(
    ("mode", "action", "made"),
    [
        ("live", "submit", "Submit"),
        ("live", "draft", "Draft"),
        ("test", "submit", "Draft"),
        ("test", "draft", "Draft"),
    ],
)
def test_only_a_live_link_whose_route_says_so_submits_a_bill(mode: str, action: str, made: str) -> None:
    assert plan_bill(_make(mode=mode, route=f'{ROUTE}action = "{action}"\n')).action == made


@pytest.mark.rule("Before anything else", 13)
@pytest.mark.parametrize(
    ("mode", "limit", "made"),
    [("live", "5.01", "Submit"), ("live", "5", "Draft"), ("live", "0", "Draft"), ("test", "5.01", "Draft")],
)
def test_a_bill_is_submitted_only_below_the_limit_of_its_route(mode: str, limit: str, made: str) -> None:
    trade = _make(mode=mode, route=f'{ROUTE}action = "submit"\nsubmit_below = "{limit}"\n')

    assert plan_bill(trade).action == made


@pytest.mark.rule("Before anything else", 13)
def test_the_explanation_holds_the_total_against_the_limit() -> None:
    planned = _make(route=f'{ROUTE}action = "submit"\nsubmit_below = "5"\n').plan()

    assert isinstance(planned, Planned)
    [reason] = [each for each in planned.provenance if each.path == "ACTION"]
    assert (reason.value, reason.rule) == (
        "Draft",
        "mode of the link, action of the route, and the total against its limit",
    )
    assert reason.inputs == (
        ("mode", "live"),
        ("action", "submit"),
        ("total", "5.00"),
        ("submit_below", "5"),
    )


@pytest.mark.rule("Before anything else", 3)
def test_an_unknown_sender_is_held_with_the_line_to_add() -> None:
    needs = list_needs(_make(sender="NOBODY", group="GS*IN*NB*HALDEN*20260316*0930*7*X*004010"))

    assert needs == {
        "partner:ZZ/NOBODY": "unknown sender ZZ/NOBODY (GS02 NB); "
        'if it is a partner, add [[partner]] with senders = ["ZZ/NOBODY"]'
    }


@pytest.mark.rule("Before anything else", 3)
def test_an_invoice_addressed_to_somebody_else_is_held() -> None:
    needs = list_needs(_make(receiver="OTHERCO"))

    assert list(needs) == ["partner:to/ZZ/OTHERCO"]


@pytest.mark.rule("Before anything else", 3)
def test_an_invoice_reaches_us_by_its_group_s_receiver() -> None:
    rules = RULES.replace("ZZ/HALDEN", "GS/HALDEN")

    assert plan_bill(_make(receiver="MAILBOX", rules=rules)).number == "INV-7"


@pytest.mark.rule("Before anything else", 3)
def test_a_partner_behind_a_hub_is_known_by_its_group_s_sender() -> None:
    rules = RULES.replace("ZZ/CORVID", "ZZ/HUB/CORVID")

    assert plan_bill(_make(sender="HUB", rules=rules)).vendor_id == "V-10"
    assert list(list_needs(_make(sender="OTHERHUB", rules=rules))) == ["partner:ZZ/OTHERHUB"]


@pytest.mark.rule("810 invoice", 12)
def test_an_invoice_for_an_order_is_held_where_the_route_says_so() -> None:
    big = "20260315*INV-7**PO-9"

    assert list(list_needs(_make(big=big, route=f'{ROUTE}orders = "hold"\n'))) == ["order:PO-9/INV-7"]
    assert plan_bill(_make(route=f'{ROUTE}orders = "hold"\n')).reference is None


def test_an_invoice_outside_any_group_is_held_though_its_sender_is_unknown() -> None:
    needs = list_needs(_make(sender="NOBODY", receiver="OTHERCO", group=""))

    assert needs.keys() == {"partner:ZZ/NOBODY", "partner:to/ZZ/OTHERCO", "finding:GS_MISSING/INV-7"}
    assert "(GS02" not in needs["partner:ZZ/NOBODY"]


@pytest.mark.rule("Before anything else", 4)
@pytest.mark.parametrize("purpose", ["", "00", "11", "14", "53", "54"])
def test_an_original_is_booked(purpose: str) -> None:
    assert plan_bill(_make(big=f"20260315*INV-7******{purpose}")).number == "INV-7"


@pytest.mark.rule("Before anything else", 4, 5, 6)
@pytest.mark.parametrize(
    ("purpose", "said"),
    [
        ("06", "copy or confirmation"),
        ("07", "copy or confirmation"),
        ("22", "copy or confirmation"),
        ("01", "cancels an invoice"),
        ("18", "nobody has decided on"),
    ],
)
def test_any_other_purpose_is_held_and_never_makes_a_bill(purpose: str, said: str) -> None:
    needs = list_needs(_make(big=f"20260315*INV-7******{purpose}"))

    assert list(needs) == [f"purpose:{purpose}/INV-7"]
    assert said in needs[f"purpose:{purpose}/INV-7"]


@pytest.mark.rule("Before anything else", 4)
def test_a_link_may_give_a_purpose_another_meaning() -> None:
    rules = f'{RULES}\n[purposes]\n"18" = "original"\n'

    assert plan_bill(_make(big="20260315*INV-7******18", rules=rules)).number == "INV-7"


@pytest.mark.rule("Credits", 1)
@pytest.mark.parametrize(
    ("big", "total", "why"),
    [("20260315*INV-7*****CR", "500", "BIG07 CR"), ("20260315*INV-7", "-500", "negative total")],
)
def test_a_credit_is_held_with_its_reason(big: str, total: str, why: str) -> None:
    price = total.removesuffix("00")

    needs = list_needs(make_trade(f"IT1*1*1*EA*{price}**VN*A", total=total, big=big))

    assert needs == {
        "credit:INV-7": f"INV-7 is a credit ({why}), and its route holds credits; "
        'set credits = "adjustment" on it, or book it by hand'
    }


@pytest.mark.rule("Before anything else", 8)
def test_keys_too_long_for_intacct_are_held_and_never_cut() -> None:
    number, order = "N" * 31, "P" * 21

    needs = list_needs(_make(big=f"20260315*{number}**{order}"))

    assert list(needs) == [f"length:BIG02/{number}", f"length:BIG04/{order}"]


@pytest.mark.rule("Before anything else", 8)
def test_keys_as_long_as_intacct_takes_are_booked_whole() -> None:
    number, order = "N" * 30, "P" * 20

    bill = plan_bill(_make(big=f"20260315*{number}**{order}"))

    assert (bill.number, bill.reference) == (number, order)


def test_what_the_reader_left_for_a_person_holds_the_document() -> None:
    needs = list_needs(make_trade(LINE, total="500", after=("TXI*ST*abc",)))

    assert needs == {"finding:NUMBER_UNREADABLE/INV-7": "TXI02 is 'abc', not a number (segment 6)."}


@pytest.mark.rule("810 invoice", 27)
@pytest.mark.parametrize(
    ("segment", "partner", "vendor", "currency"),
    [
        ("CUR*SE*CAD", "", "", "CAD"),
        ("", 'currency = "CAD"\n', "", "CAD"),
        ("", "", "CAD", "CAD"),
        ("CUR*SE*USD", "", "CAD", "CAD"),
        ("CUR*SE*CAD", "", "EUR", "CAD"),
    ],
    ids=["invoice", "partner", "vendor", "vendor beside the invoice", "invoice before the vendor"],
)
def test_a_foreign_currency_is_held(segment: str, partner: str, vendor: str, currency: str) -> None:
    rules = RULES.replace('vendors = ["V-10"]\n', f'vendors = ["V-10"]\n{partner}')
    known = (make_vendor(currency=vendor), *BOOKS[1:])

    needs = list_needs(make_trade(*filter(None, [segment]), LINE, total="500", rules=rules, known=known))

    assert list(needs) == [f"currency:{currency}/INV-7"]


def test_an_invoice_says_its_currency_before_its_partner_does() -> None:
    rules = RULES.replace('vendors = ["V-10"]\n', 'vendors = ["V-10"]\ncurrency = "CAD"\n')

    assert plan_bill(make_trade("CUR*SE*USD", LINE, total="500", rules=rules)).currency is None


@pytest.mark.rule("Before anything else", 16)
@pytest.mark.parametrize(
    ("invoiced", "route", "held"),
    [
        ("20260320", "", False),
        ("20260321", "", True),
        ("20260321", "future_days = 1\n", False),
        ("20250320", "", False),
        ("20250319", "", True),
        ("20250319", "oldest_days = 366\n", False),
        ("99991231", "", True),
        ("19000101", "", True),
    ],
)
def test_an_invoice_of_the_future_or_too_old_is_held(invoiced: str, route: str, *, held: bool) -> None:
    outcome = _make(big=f"{invoiced}*INV-7", route=f"{ROUTE}{route}").plan()

    kinds = [need.kind for need in outcome.needs] if isinstance(outcome, Held) else []
    assert kinds == (["date"] if held else [])


@pytest.mark.rule("Before anything else", 16)
def test_an_invoice_without_a_date_is_held() -> None:
    assert list(list_needs(_make(big="*INV-7"))) == ["finding:DATE_MISSING/INV-7"]


@pytest.mark.rule("Before anything else", 15)
def test_a_closed_period_is_booked_on_the_first_open_day_and_keeps_its_invoice_date() -> None:
    bill = plan_bill(_make(route=f"{ROUTE}books_open_from = 2026-03-18\n"))

    assert (bill.date, bill.posting_date) == (date(2026, 3, 15), date(2026, 3, 18))


@pytest.mark.rule("Before anything else", 15)
def test_an_open_period_is_booked_on_the_invoice_date() -> None:
    bill = plan_bill(_make(route=f"{ROUTE}books_open_from = 2026-03-15\n"))

    assert (bill.date, bill.posting_date) == (date(2026, 3, 15), date(2026, 3, 15))


@pytest.mark.rule("Before anything else", 15)
def test_a_closed_period_is_held_where_the_route_says_so() -> None:
    route = f'{ROUTE}books_open_from = 2026-03-18\nclosed_period = "hold"\n'

    assert list_needs(_make(route=route)) == {
        "period:2026-03-15/INV-7": "2026-03-15 is before 2026-03-18, the first open day"
    }


def test_everything_that_is_missing_is_said_at_once() -> None:
    trade = make_trade("CUR*SE*CAD", LINE, total="501", big="20260321*INV-7*****CR*01", known=BOOKS[:1])

    kinds = [key.partition(":")[0] for key in list_needs(trade)]

    assert kinds == ["purpose", "credit", "date", "currency", "arithmetic"]


@pytest.mark.rule("Before anything else", 9)
def test_the_mark_stands_at_the_end_of_the_description() -> None:
    assert plan_bill(_make()).description == f"EDI 810 Corvid Metals 000000042 {MARK}"


@pytest.mark.rule("Before anything else", 8, 9)
def test_a_long_text_before_the_mark_is_cut_with_a_sign() -> None:
    rules = RULES.replace("Corvid Metals", "Corvid " + "Metals " * 12)

    description = plan_bill(_make(rules=rules)).description

    assert len(description) == 80
    assert description.endswith(f"… {MARK}")


@pytest.mark.rule("Before anything else", 8)
def test_a_long_memo_is_cut_with_a_sign() -> None:
    [line] = plan_bill(make_trade(LINE, f"PID*F****{'long ' * 120}", total="500")).lines

    assert len(line.memo) == 500
    assert line.memo.endswith("…")
