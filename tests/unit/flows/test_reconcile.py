"""What becomes in Intacct of what was posted is followed, and said where it is not as it was."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.fake_payables import Bill
from tests.fakes import Killed
from tests.unit.flows.invoicing import bill_order, buy, open_matching, receive_goods
from tests.unit.flows.ordering import drop_order, open_trade, write_order
from tests.unit.flows.scene import BOOKS, RULES, Scene, make_bill, write_invoice
from tests.unit.flows.test_journal_line import ACCOUNTS, GJ, JOURNALS
from tests.unit.flows.test_order_words import LESS, change, drop
from tests.unit.flows.test_order_words import RULES as CHANGING
from tests.unit.flows.test_payment_line import OPERATING, PAYING, agree, write_remittance

from ml_connector.flows.balance import Tally, strike_balance
from ml_connector.flows.overruling import accept, release
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.flows.reconciling.gaps import Gap, list_not_in_ledger, list_other_bills
from ml_connector.flows.reconciling.noting import note_seen
from ml_connector.intacct.errors import NotSent
from ml_connector.mapping.ledger_states import Sight
from ml_connector.records.followed import Followed, Trouble
from ml_connector.records.status import Status


def post(scene: Scene, *numbers: str) -> None:
    scene.drop(*(write_invoice(number) for number in numbers))
    assert scene.run() == []


def set_state(scene: Scene, state: str, number: str = "INV-1", **changes: object) -> None:
    """What people in Intacct make of the newest bill of that number."""
    bills = scene.finance.bills
    place = max(n for n, kept in enumerate(bills) if kept.found.number == number)
    kept: Bill = bills[place]
    found = replace(kept.found, state=state, **changes)  # type: ignore[arg-type]
    bills[place] = replace(kept, found=found)
    scene.wait(minutes=30)


def follow(scene: Scene) -> tuple[Followed, ...]:
    assert scene.do(reconcile) == []
    ids = [each.id for each in scene.documents()]
    with scene.store.begin() as work:
        return tuple(each for some in work.followed.list_of(ids).values() for each in some)


def tell_states(scene: Scene, number: str = "INV-1") -> list[object]:
    """The states an invoice was seen in, by its audit trail."""
    entries = scene.audit(f"document:{scene.document(number).id}")
    return [entry.detail["to"] for entry in entries if entry.action == "seen in Intacct"]


def test_each_state_a_bill_goes_through_is_an_audit_entry(scene: Scene) -> None:
    post(scene, "INV-1")

    for state in ("Submitted", "Partially Approved", "Posted", "Selected", "Paid"):
        set_state(scene, state)
        follow(scene)
        follow(scene)

    assert tell_states(scene) == ["Submitted", "Partially Approved", "Posted", "Selected", "Paid"]
    assert scene.needs("INV-1") == ()
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_bill_that_is_declined_is_a_need_until_it_is_submitted_again(scene: Scene) -> None:
    post(scene, "INV-1")
    set_state(scene, "Declined")

    follow(scene)
    (need,) = scene.needs("INV-1")
    set_state(scene, "Submitted")
    follow(scene)

    assert str(need).startswith("intacct_state:mlc-810-")
    assert "was declined in Intacct" in need.reason
    assert scene.needs("INV-1") == ()
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_bill_that_is_a_draft_again_was_recalled(scene: Scene) -> None:
    post(scene, "INV-1")
    set_state(scene, "Submitted")
    follow(scene)
    set_state(scene, "Draft")

    (recalled,) = follow(scene)
    set_state(scene, "Draft", description="still a draft")
    (still,) = follow(scene)

    assert (recalled.trouble, still.trouble) == (Trouble.RECALLED, Trouble.RECALLED)
    assert "was recalled" in scene.needs("INV-1")[0].reason


def test_a_bill_whose_total_was_changed_is_a_need_that_names_both_amounts(scene: Scene) -> None:
    post(scene, "INV-1")
    follow(scene)
    set_state(scene, "Posted", total=Decimal("90.00"))

    follow(scene)

    (need,) = scene.needs("INV-1")
    assert "it is 90.00 in Intacct and was posted as 100.00" in need.reason
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_bill_that_was_changed_before_it_was_ever_looked_at_is_found_all_the_same(scene: Scene) -> None:
    post(scene, "INV-1")
    set_state(scene, "Posted", total=Decimal("90.00"))

    (seen,) = follow(scene)

    assert seen.trouble is Trouble.EDITED


def test_a_bill_with_another_number_of_lines_was_edited(scene: Scene) -> None:
    post(scene, "INV-1")
    follow(scene)
    (kept,) = scene.finance.bills
    scene.finance.bills[0] = replace(kept, lines=(*kept.lines, replace(kept.lines[0], record_no=99)))
    set_state(scene, "Selected")

    follow(scene)

    assert "it has 2 lines in Intacct and had 1" in scene.needs("INV-1")[0].reason


def undo_bill(scene: Scene, how: str) -> None:
    """What people in Intacct make of the only bill."""
    if how == "reversed":
        set_state(scene, "Reversed")
        return
    scene.finance.bills.clear()
    scene.wait(minutes=30)


def test_without_four_eyes_what_was_reversed_goes_again_once_it_is_released(scene: Scene) -> None:
    scene.four_eyes = False
    post(scene, "INV-1")
    follow(scene)
    set_state(scene, "Reversed")
    follow(scene)

    release(scene.store, [scene.document("INV-1").id], reason="book it again")
    scene.run()

    assert scene.statuses() == {"INV-1": Status.POSTED}


@pytest.mark.rule("Controls", 4)
@pytest.mark.parametrize("undo", ["reversed", "deleted"])
def test_what_is_reversed_or_deleted_is_held_and_goes_again_under_the_next_control_id(
    scene: Scene, undo: str
) -> None:
    post(scene, "INV-1")
    follow(scene)
    first = scene.posting("INV-1").posting
    undo_bill(scene, undo)

    follow(scene)
    scene.run()
    held = scene.document("INV-1")
    (need,) = scene.needs("INV-1")
    release(scene.store, [held.id], reason="book it again", by="ann")
    scene.run()
    (waits,) = scene.needs("INV-1")
    agree(scene, waits)
    scene.run()

    second = scene.posting("INV-1").posting
    assert (held.status, held.intacct_key) == (Status.HELD, "")
    assert f"was {undo} in Intacct" in need.reason
    assert str(waits) == "reopening:Alnwick Bolts/810/V1/INV-1/1"
    assert "waits for an approver to be booked again" in waits.reason
    assert scene.statuses() == {"INV-1": Status.POSTED}
    assert (first.revision, second.revision) == (1, 2)
    assert first.control_id != second.control_id
    (again,) = follow(scene)

    assert (again.state, again.key) == ("Posted", scene.document("INV-1").intacct_key)


def test_what_was_written_just_now_and_cannot_be_seen_yet_is_not_taken_for_deleted(scene: Scene) -> None:
    scene.finance.unseen_for = timedelta(minutes=20)
    post(scene, "INV-1")

    (unseen,) = follow(scene)
    scene.wait(minutes=25)
    (seen,) = follow(scene)

    assert (unseen.state, unseen.trouble) == ("", Trouble.NONE)
    assert seen.state == "Posted"


def test_what_is_never_seen_within_an_hour_was_deleted(scene: Scene) -> None:
    post(scene, "INV-1")
    scene.finance.bills.clear()
    scene.wait(hours=2)

    follow(scene)

    assert scene.statuses() == {"INV-1": Status.HELD}


def test_a_company_that_shows_none_of_many_bills_is_not_believed(scene: Scene) -> None:
    numbers = [f"INV-{n}" for n in range(10)]
    post(scene, *numbers)
    follow(scene)
    scene.finance.bills.clear()

    (trouble,) = scene.do(reconcile)

    assert trouble.step == "reconcile"
    assert "not taken for deletion" in trouble.message
    assert set(scene.statuses().values()) == {Status.POSTED}


def test_a_settled_bill_costs_no_look_up_and_its_change_is_told_by_intacct(scene: Scene) -> None:
    post(scene, "INV-1")
    set_state(scene, "Paid")
    follow(scene)
    scene.finance.reading.asked.clear()
    follow(scene)
    asked = [name for name, _ in scene.finance.reading.asked]
    set_state(scene, "Posted")

    follow(scene)

    assert asked == ["APBILL"]
    assert tell_states(scene) == ["Paid", "Posted"]


def test_a_run_that_is_cut_short_is_taken_up_by_another_process_without_doubles(scene: Scene) -> None:
    post(scene, "INV-1")
    follow(scene)
    set_state(scene, "Selected")
    scene.store.die_in(2, stored=True)
    with pytest.raises(Killed):
        scene.do(reconcile)

    scene.restart()
    follow(scene)

    assert tell_states(scene) == ["Posted", "Selected"]


def test_intacct_that_cannot_be_reached_is_a_trouble_and_changes_nothing(scene: Scene) -> None:
    post(scene, "INV-1")
    scene.finance.refuses_all = NotSent("no way")

    (trouble,) = scene.do(reconcile)

    assert (trouble.step, trouble.message) == ("reconcile", "no way")


def test_a_bill_that_came_in_another_way_is_nothing_of_ours(scene: Scene) -> None:
    post(scene, "INV-1")
    follow(scene)
    scene.finance.enter_by_hand(make_bill("HAND-1"))

    assert [each.key for each in follow(scene)] == [scene.document("INV-1").intacct_key]


def list_gaps(scene: Scene) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
    """Bills that came in another way, and documents that are not in the ledger."""
    run, since = scene.make_run(), date(2031, 3, 1)
    return (
        list_other_bills(run, since),
        list_not_in_ledger(scene.store, scene.link, base_currency="USD", since=since),
    )


def test_bills_of_edi_vendors_that_came_in_another_way_are_listed_by_vendor_and_month(scene: Scene) -> None:
    post(scene, "INV-1")
    follow(scene)
    for number, vendor, state in (
        ("HAND-1", "V1", "Posted"),
        ("HAND-2", "V1", "Posted"),
        ("HAND-3", "V1", "Reversed"),
        ("HAND-4", "V2", "Posted"),  # sends us no EDI
    ):
        scene.finance.enter_by_hand(make_bill(number, vendor=vendor), state=state)

    others, missing = list_gaps(scene)

    (gap,) = others
    assert (gap.vendor, gap.month, gap.count, gap.amount) == ("V1", date(2031, 3, 1), 2, Decimal("200.00"))
    assert gap.sample == "HAND-1"
    assert missing == ()


def test_documents_that_are_not_in_the_ledger_are_listed_with_where_they_stand(scene: Scene) -> None:
    post(scene, "INV-1", "INV-2")
    set_state(scene, "Submitted")
    follow(scene)
    post(scene, "INV-3")
    scene.drop(write_invoice("INV-4", vendor="99"), write_invoice("INV-1"), name="more.edi")
    scene.drop(write_invoice("OLD-1", on="20310210"), name="old.edi")
    scene.run()

    _, missing = list_gaps(scene)

    told = {(gap.vendor, gap.what): (gap.sample, gap.count, gap.currency) for gap in missing}
    assert told == {
        ("V1", "posted, awaiting approval"): ("INV-1", 1, "USD"),
        ("V1", "posted, not seen in Intacct yet"): ("INV-3", 1, "USD"),
        ("", "held"): ("INV-4", 1, "USD"),
    }


def test_an_edit_that_people_accept_is_what_is_compared_with_from_then_on(scene: Scene) -> None:
    post(scene, "INV-1", "INV-2")
    set_state(scene, "Posted", total=Decimal("90.00"))
    follow(scene)
    ids = [each.id for each in scene.documents()]

    accepted = accept(scene.store, ids, reason="agreed with the vendor", by="Ana")
    follow(scene)

    entry = scene.audit(f"document:{scene.document('INV-1').id}")[-1]
    assert accepted == {scene.document("INV-1").id}
    assert scene.needs("INV-1") == ()
    assert (entry.action, entry.actor, entry.detail["reason"]) == (
        "accepted",
        "Ana",
        "agreed with the vendor",
    )


def test_the_balance_tells_what_is_in_the_ledger_from_what_awaits_approval(scene: Scene) -> None:
    post(scene, "INV-1", "INV-2")
    set_state(scene, "Submitted")
    unseen = strike_balance(scene.store, scene.link, base_currency="USD").rows[0]
    follow(scene)

    (row,) = strike_balance(scene.store, scene.link, base_currency="USD").rows

    assert (unseen.in_ledger, unseen.awaiting) == (Tally(), Tally())
    assert row.in_ledger == row.awaiting == Tally(documents=1, amount=Decimal("100.00"))


def test_what_another_run_has_noted_meanwhile_is_not_noted_twice(scene: Scene) -> None:
    post(scene, "INV-1")
    (before,) = follow(scene)
    seen = Sight(key=before.key, record_no=int(before.key), state="Paid", total=before.total)

    for _ in range(2):
        scene.do(lambda run: note_seen(run, [(before, seen)], {}))

    assert tell_states(scene) == ["Posted", "Paid"]


def test_the_bill_of_a_vendor_invoice_is_followed_also_when_it_is_made_anew(sqlite_scene: Scene) -> None:
    trade = open_matching(sqlite_scene)
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))
    trade.run()
    invoice = trade.document("INV-1").intacct_key
    old = trade.finance.enter_by_hand(make_bill("INV-1", "20.00")).found.record_no
    tie(trade, invoice, old)

    first = follow(trade)
    new = trade.finance.enter_by_hand(make_bill("INV-1", "20.00")).found.record_no
    trade.finance.bills.pop(0)
    tie(trade, invoice, new)
    second = follow(trade)
    tie(trade, invoice, new)
    third = follow(trade)

    assert [(each.object, each.key, each.born_of) for each in first] == [
        ("PODOCUMENT", invoice, ""),
        ("APBILL", str(old), invoice),
    ]
    assert [(each.key, each.state, each.trouble) for each in second] == [
        (invoice, "Closed", Trouble.NONE),
        (str(new), "Posted", Trouble.NONE),
    ]
    assert [each.key for each in third] == [invoice, str(new)]
    assert trade.actions("INV-1").count("bill made anew") == 1
    assert trade.needs("INV-1") == ()


def tie(scene: Scene, invoice: str, bill_no: int) -> None:
    """Intacct makes a bill of a vendor invoice."""
    kept = scene.finance.purchasing.kept[invoice]
    document = replace(kept.document, bill_no=bill_no, message=f"{kept.document.message} .")
    scene.finance.purchasing.kept[invoice] = replace(kept, document=document)
    scene.wait(minutes=30)


def test_a_vendor_invoice_that_is_left_alone_when_its_bill_is_deleted_stays_posted_with_a_need(
    sqlite_scene: Scene,
) -> None:
    trade = open_matching(sqlite_scene)
    buy(trade)
    receive_goods(trade, "40")
    trade.drop(bill_order("INV-1"))
    trade.run()
    tie(trade, trade.document("INV-1").intacct_key, 77)
    trade.wait(hours=2)

    follow(trade)

    assert trade.statuses() == {"INV-1": Status.POSTED}
    assert "APBILL 77 was deleted in Intacct" in trade.needs("INV-1")[0].reason


def test_a_payment_that_is_declined_is_a_need(sqlite_scene: Scene) -> None:
    till = sqlite_scene
    till.rules, till.four_eyes = RULES + PAYING, False
    till.finance.books = replace(BOOKS, others=(OPERATING,))
    till.finance.enter_by_hand(make_bill("INV-1"))
    drop(till, write_remittance("T-1", "INV-1**100.00"), code="820")
    till.run()
    payments = till.finance.ledger.payments.payments
    payments[0] = replace(payments[0], state="Declined")

    (seen,) = follow(till)

    assert (seen.object, seen.expected) == ("APPYMT", Decimal("100.00"))
    assert "was declined" in till.needs("T-1")[0].reason


def test_an_entry_in_a_journal_is_followed_by_its_state_alone(sqlite_scene: Scene) -> None:
    ledger = sqlite_scene
    ledger.rules, ledger.four_eyes = RULES.replace('"ap_bill"', '"journal"') + JOURNALS, False
    ledger.finance.books = replace(BOOKS, accounts=(*BOOKS.accounts, *ACCOUNTS), others=(GJ,))
    post(ledger, "INV-1")

    (entry,) = follow(ledger)

    assert (entry.object, entry.state, entry.total, entry.trouble) == (
        "GLBATCH",
        "Posted",
        None,
        Trouble.NONE,
    )


def test_a_change_of_an_order_is_followed_with_the_order_alone(sqlite_scene: Scene) -> None:
    trade = open_trade(sqlite_scene, rules=CHANGING)
    drop_order(trade, write_order("P-1"))
    trade.run()
    drop(trade, change(LESS), code="860")
    trade.run()

    (order,) = follow(trade)

    assert [each.status for each in trade.documents()] == [Status.POSTED] * 2
    assert (order.object, order.state, order.trouble) == ("PODOCUMENT", "Pending", Trouble.NONE)
