"""Credits on the whole line: read, planned, posted once, found again, proved; what repeats or undoes one waits."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.fakes import Fault
from tests.unit.flows.scene import BOOKS, RULES, Scene, share, write_file, write_invoice

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import plan, post, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.proof import Proven, prove_posted
from ml_connector.flows.receiving import receive
from ml_connector.intacct import Adjustment, NewAdjustment, NewAdjustmentLine
from ml_connector.records.status import Status

CREDITED: Final = (
    RULES.replace('name = "Alnwick Bolts"', 'name = "Alnwick Bolts"\nadjustment_view = "seller"')
    + """
[[route]]
set = "812"
target = "ap_adjustment"
action = "submit"
entity = "E1"
location = "10"
"""
)
DAY: Final = date(2031, 3, 10)


@pytest.fixture
def desk(sqlite_scene: Scene) -> Scene:
    """A company whose debit memos have negative lines."""
    sqlite_scene.rules = CREDITED
    sqlite_scene.negative_debit_memos = True
    return sqlite_scene


def write_credit(number: str, cents: int = 10_000, **other: Any) -> tuple[str, ...]:
    """An 810 that is a credit."""
    head, *rest = write_invoice(number, cents, **other)
    return (f"{head}*****CR", *rest)


def write_adjustment(number: str, cents: int, flag: str = "C") -> tuple[str, ...]:
    """An 812 for returned goods."""
    head = f"BCD*20310310*{number}**{cents}*{flag}*20310301*INV-9"
    return (head, "N1*VN*Somebody*92*77", f"CDD*11*{flag}*1*{cents}")


def drop_adjustment(scene: Scene, *sets: tuple[str, ...], name: str = "812.edi") -> None:
    scene.mailbox.drop(name, write_file(*sets, code="812"))


def list_adjustments(scene: Scene) -> list[Adjustment]:
    return scene.finance.ledger.payables.adjustments


def enter_by_hand(scene: Scene, number: str, amount: str, *, description: str = "by hand") -> Adjustment:
    """An adjustment as a person enters it."""
    line = NewAdjustmentLine(account_no="6000", amount=Decimal(amount))
    new = NewAdjustment(vendor_id="V1", date=DAY, number=number, description=description, lines=(line,))
    return scene.finance.ledger.payables.keep_adjustment(new)


@pytest.mark.rule("Credits", 1)
def test_a_credit_is_posted_as_a_debit_memo_and_counts_in_its_own_kind(desk: Scene) -> None:
    desk.drop(write_credit("CM-1", 2_500), write_invoice("INV-1"))

    assert desk.run() == []

    (memo,) = list_adjustments(desk)
    posting = desk.posting("CM-1").posting
    balance = strike_balance(desk.store, desk.link, base_currency="USD")
    proof = prove_posted(desk.store, desk.finance, desk.link)
    assert desk.statuses() == {"CM-1": Status.POSTED, "INV-1": Status.POSTED}
    assert (memo.vendor_id, memo.number, memo.total, memo.state) == (
        "V1",
        "CM-1",
        Decimal("-25.00"),
        "Posted",
    )
    assert posting.control_id.startswith("mlc:adjustment:")
    assert memo.description.endswith(posting.mark)
    assert desk.document("CM-1").intacct_key == str(memo.record_no)
    assert balance.complete
    assert [(row.kind, row.came_in.amount) for row in balance.rows] == [
        ("credit", Decimal(25)),
        ("debit", Decimal(100)),
    ]
    assert proof.adjustments == Proven(posted=Decimal(25), in_intacct=Decimal(25))
    assert (proof.invoices.in_intacct, proof.differences) == (Decimal(100), ())


@pytest.mark.rule("Credits", 4)
@pytest.mark.parametrize(("flag", "total"), [("C", "-12.00"), ("D", "12.00")])
def test_an_812_becomes_an_adjustment_of_its_direction(desk: Scene, flag: str, total: str) -> None:
    drop_adjustment(desk, write_adjustment("A-1", 1_200, flag))

    assert desk.run() == []

    (memo,) = list_adjustments(desk)
    assert (memo.number, memo.bill_number, memo.total) == ("A-1", "INV-9", Decimal(total))
    assert desk.document("A-1").document.key.kind == {"C": "credit", "D": "debit"}[flag]


def test_an_812_without_a_route_is_held_for_it_may_change_what_is_owed(desk: Scene) -> None:
    desk.rules = RULES
    drop_adjustment(desk, write_adjustment("A-1", 1_200))

    desk.run()

    assert [str(need) for need in desk.needs("A-1")] == ["route:812/Alnwick Bolts"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: s.replace("BCD*20310310*A-1*", "BCX*20310310*A-1*"), "HEADER_MISSING"),
        (lambda s: s.replace("*A-1*", f"*{'A' * 61}*"), "BCD02 has 61 characters"),
    ],
)
def test_an_812_that_cannot_be_used_is_rejected_and_says_why(desk: Scene, change: Any, reason: str) -> None:
    head, *rest = write_adjustment("A-1", 1_200)
    drop_adjustment(desk, (change(head), *rest))

    desk.run()

    (document,) = desk.documents()
    assert document.status is Status.REJECTED
    assert reason in document.reason


@pytest.mark.rule("Before anything else", 10)
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.POSTED),
        ({"total": Decimal(-24)}, Status.HELD),
        ({"date": date(2031, 3, 9)}, Status.HELD),
        ({"vendor_id": "V2"}, Status.HELD),
        ({"number": "CM-2"}, Status.HELD),
    ],
)
def test_after_a_lost_answer_only_what_agrees_in_everything_is_ours(
    desk: Scene, changes: dict[str, Any], status: Status
) -> None:
    desk.drop(write_credit("CM-1", 2_500))
    desk.do(refresh, receive, read, plan)
    desk.finance.order(Fault(lost=True, commits=timedelta(0)))
    desk.do(post)
    kept = list_adjustments(desk)
    kept[:] = [replace(each, **changes) for each in kept]

    for minutes in (1, 4, 11):  # the times of doubt
        desk.wait(minutes=minutes)
        desk.run()

    assert len(list_adjustments(desk)) == 1
    assert desk.document("CM-1").status is status


@pytest.mark.rule("Credits", 5)
def test_the_same_credit_twice_is_a_duplicate_and_another_content_waits(desk: Scene) -> None:
    desk.drop(write_credit("CM-1", 2_500))
    desk.run()
    desk.drop(write_credit("CM-1", 2_500), name="again.edi")
    desk.drop(write_credit("CM-1", 2_600), name="other.edi")

    desk.run()

    _, same, other = desk.documents()
    assert (same.status, other.status) == (Status.DUPLICATE, Status.HELD)
    assert len(list_adjustments(desk)) == 1


@pytest.mark.rule("Credits", 5)
def test_a_credit_under_the_number_of_an_invoice_is_no_duplicate_of_it(desk: Scene) -> None:
    desk.drop(write_invoice("INV-1"))
    desk.run()
    desk.drop(write_credit("INV-1"), name="credit.edi")

    desk.run()

    assert [each.status for each in desk.documents()] == [Status.POSTED, Status.POSTED]
    assert len(desk.finance.bills) == len(list_adjustments(desk)) == 1


@pytest.mark.rule("Credits", 5)
@pytest.mark.parametrize(
    ("amount", "status", "said"),
    [
        ("-100.00", Status.DUPLICATE, "the same as adjustment"),
        ("-90.00", Status.HELD, "may undo or repeat adjustment"),
        ("100.00", Status.HELD, "may undo or repeat adjustment"),
    ],
)
def test_an_adjustment_of_the_number_that_a_person_entered_is_seen(
    desk: Scene, amount: str, status: Status, said: str
) -> None:
    enter_by_hand(desk, "CM-1", amount)
    desk.drop(write_credit("CM-1"))

    desk.run()

    document = desk.document("CM-1")
    assert document.status is status
    assert said in document.reason
    assert len(list_adjustments(desk)) == 1


def test_a_reversed_adjustment_does_not_count(desk: Scene) -> None:
    made = enter_by_hand(desk, "CM-1", "-100.00")
    list_adjustments(desk)[:] = [replace(made, state="Reversed")]
    desk.drop(write_credit("CM-1"))

    desk.run()

    assert desk.document("CM-1").status is Status.POSTED


@pytest.mark.rule("Credits", 6)
def test_an_invoice_that_may_undo_a_credit_waits_for_a_person(desk: Scene) -> None:
    named = write_invoice("INV-2")
    desk.drop(write_credit("CM-1"))
    desk.run()
    enter_by_hand(desk, "CM-3", "-5.00")
    later = (write_invoice("CM-1"), (named[0], "REF*CM*CM-1", *named[1:]), write_invoice("CM-3"))
    desk.drop(*later, write_invoice("INV-4"), name="later.edi")

    desk.run()

    _, *rest = desk.documents()
    held = [each for each in rest if each.status is Status.HELD]
    assert [each.document.key.number for each in held] == ["CM-1", "INV-2", "CM-3"]
    for each in held:
        number = each.document.key.number
        assert f"{number} of 100.00 may undo or repeat" in each.reason
        assert "book by hand what is right, then reject it here" in each.reason
    assert [bill.bill.number for bill in desk.finance.bills] == ["INV-4"]


@pytest.mark.rule("Credits", 6)
def test_a_credit_that_comes_as_810_and_as_812_is_booked_once(desk: Scene) -> None:
    desk.drop(write_credit("CM-1", 1_200))
    drop_adjustment(desk, write_adjustment("CM-1", 1_200), write_adjustment("CM-1", 1_200, "D"))

    desk.run()

    assert sorted(each.status for each in desk.documents()) == [Status.HELD, Status.HELD, Status.POSTED]
    assert len(list_adjustments(desk)) == 1


@pytest.mark.rule("Credits", 6)
def test_of_a_credit_and_its_reversal_in_one_file_only_the_first_goes(desk: Scene) -> None:
    desk.drop(write_credit("CM-1"), write_invoice("CM-1"))

    desk.run()

    assert [each.status for each in desk.documents()] == [Status.POSTED, Status.HELD]


@pytest.mark.rule("Credits", 2)
def test_credits_wait_until_somebody_has_said_what_sign_they_have_and_then_go_by_themselves(
    desk: Scene,
) -> None:
    desk.negative_debit_memos = None
    desk.drop(write_credit("CM-1"))
    desk.run()
    needs = [str(need) for need in desk.needs("CM-1")]

    desk.negative_debit_memos = False
    desk.rules += "\n# the settings are part of a version"
    desk.run()

    assert needs == ["setting:negative_debit_memos"]
    assert [each.total for each in list_adjustments(desk)] == [Decimal(100)]


@pytest.mark.rule("Credits", 1)
def test_a_route_may_hold_credits(desk: Scene) -> None:
    desk.rules = RULES.replace('target = "ap_bill"', 'target = "ap_bill"\ncredits = "hold"')
    desk.drop(write_credit("CM-1"))

    desk.run()

    assert [str(need) for need in desk.needs("CM-1")] == ["credit:CM-1"]


@pytest.mark.rule("Before anything else", 1)
def test_in_test_mode_an_adjustment_is_a_draft(desk: Scene) -> None:
    desk.mode = "test"
    desk.drop(write_credit("CM-1"))

    desk.run()

    assert [each.state for each in list_adjustments(desk)] == ["Draft"]
    proof = prove_posted(desk.store, desk.finance, desk.link)
    assert proof.adjustments.awaiting == Decimal(100)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"total": Decimal(-99)}, "adjustment 1 is -99 in Intacct and was posted as -100.00"),
        ({"description": "x"}, "adjustment 1 with our mark is not in Intacct any more"),
        (None, "adjustment 1 with our mark is not in Intacct any more"),
    ],
)
@pytest.mark.rule("The books must agree", 3)
def test_an_adjustment_that_was_changed_in_intacct_is_named(
    desk: Scene, changes: dict[str, Any] | None, said: str
) -> None:
    desk.drop(write_credit("CM-1"))
    desk.run()
    (memo,) = list_adjustments(desk)
    found = [] if changes is None else [replace(memo, **changes)]
    list_adjustments(desk)[:] = found

    differences = prove_posted(desk.store, desk.finance, desk.link).differences

    assert differences[0].endswith(said)


def test_what_keeps_a_credit_is_asked_of_its_coding_alone(desk: Scene) -> None:
    desk.finance.books = replace(BOOKS, terms=())
    desk.drop(write_credit("CM-1"), write_invoice("INV-1"))

    desk.run()

    assert desk.statuses() == {"CM-1": Status.POSTED, "INV-1": Status.HELD}


@pytest.mark.rule("810 invoice", 8)
def test_a_credit_in_doubt_is_not_booked_again_as_an_812_of_another_link(desk: Scene) -> None:
    other = share(desk, "other")
    desk.finance.order(Fault(lost=True))
    desk.drop(write_credit("CM-1", 2_500))
    desk.run()
    drop_adjustment(other, write_adjustment("CM-1", 2_500))

    other.run()
    meanwhile = other.document("CM-1").status
    for _ in range(4):
        desk.wait(minutes=20)
        desk.run()
    other.run()

    assert (meanwhile, other.document("CM-1").status) == (Status.HELD, Status.DUPLICATE)
    assert (desk.document("CM-1").status, len(list_adjustments(desk))) == (Status.POSTED, 1)
