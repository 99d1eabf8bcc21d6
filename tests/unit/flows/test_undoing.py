"""A cancellation of what stands in Intacct as a draft that nobody has touched deletes that; nothing else is."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.unit.flows.ordering import PURCHASING, drop_order, open_trade, write_order
from tests.unit.flows.repeating import list_ends, write_again
from tests.unit.flows.scene import BOOKS, RULES, Scene, write_file
from tests.unit.flows.test_credit_line import CREDITED, drop_adjustment, list_adjustments, write_adjustment
from tests.unit.flows.test_journal_line import ACCOUNTS, GJ, JOURNALS
from tests.unit.flows.test_payment_line import agree
from tests.unit.flows.undoing import ASKING, cancel, change_bill, list_deletions, open_desk, undo_by_rule

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.receiving import receive
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.records.status import Status

pytestmark = pytest.mark.rule("Before anything else", 7)


@pytest.fixture
def desk(sqlite_scene: Scene) -> Scene:
    """A partner whose invoices are drafts, with INV-1 in Intacct."""
    return open_desk(sqlite_scene, ASKING)


@pytest.fixture
def undoing(sqlite_scene: Scene) -> Scene:
    """The same, and its cancellations need no agreement."""
    return open_desk(sqlite_scene, undo_by_rule(ASKING))


def test_by_the_partner_s_rule_the_draft_is_deleted_and_both_documents_say_so(undoing: Scene) -> None:
    cancel(undoing)

    assert undoing.run() == []

    [(original, why), (cancelling, because)] = list_ends(undoing)
    first, second = undoing.documents()
    [(control_id, deletion)] = list_deletions(undoing)
    assert (original, cancelling) == (Status.FILED, Status.FILED)
    assert why == f"cancelled by document #2 {second.document.document_key}: bill 1 was deleted in Intacct"
    assert because == f"cancels document #1 {first.document.document_key}: bill 1 was deleted in Intacct"
    assert undoing.finance.bills == []
    assert (deletion.object, deletion.record_no) == ("APBILL", 1)
    assert control_id.startswith("mlc:deletion:")
    assert [entry.action for entry in undoing.audit("document:1")][-2:] == ["posted", "undone in Intacct"]
    assert [entry.action for entry in undoing.audit("document:2")][-3:] == ["ready", "sending", "filed"]
    assert (first.intacct_key, second.intacct_key) == ("", "")


def test_what_was_undone_is_filed_in_the_balance_and_followed_no_more(undoing: Scene) -> None:
    undoing.do(reconcile)
    cancel(undoing)
    undoing.run()

    balance = strike_balance(undoing.store, undoing.link, base_currency="USD")
    undoing.wait(hours=2)
    troubles = undoing.do(reconcile)

    [row] = balance.rows
    assert (balance.holds, list(row.stands), row.stands[Status.FILED].amount) == (
        True,
        [Status.FILED],
        Decimal(200),
    )
    assert prove_posted(undoing.store, undoing.finance, undoing.link).differences == ()
    assert troubles == []
    assert [status for status, _ in list_ends(undoing)] == [Status.FILED, Status.FILED]


def test_without_a_rule_two_people_are_asked_and_nothing_is_deleted_before_they_agree(desk: Scene) -> None:
    cancel(desk)
    desk.run()
    [(original, _), (cancelling, why)] = list_ends(desk)
    with desk.store.begin() as work:
        [need] = work.needs.list_open([2])[2]
    assert (original, cancelling) == (Status.POSTED, Status.HELD)
    assert str(need) == "cancellation:Alnwick Bolts/810/INV-1/1"
    assert "bill 1 in Intacct is the draft that was made of it" in why
    assert "of 100.00" in why

    desk.run()
    before = list_deletions(desk)
    agree(desk, need)
    desk.run()

    assert before == []
    assert {status for status, _ in list_ends(desk)} == {Status.FILED}
    assert desk.finance.bills == []


def test_what_is_submitted_before_people_have_agreed_is_asked_for_no_longer(desk: Scene) -> None:
    cancel(desk)
    desk.run()
    with desk.store.begin() as work:
        [asked] = work.needs.list_open([2])[2]
    agree(desk, asked)
    change_bill(desk, state="Submitted")

    desk.run()

    with desk.store.begin() as work:
        [need] = work.needs.list_open([2])[2]
    assert (asked.kind, need.kind) == ("cancellation", "purpose")
    assert list_deletions(desk) == []


@pytest.mark.parametrize(
    ("touch", "said"),
    [
        (lambda scene: change_bill(scene, state="Posted"), "bill 1 is Posted there and no draft"),
        (lambda scene: change_bill(scene, currency="CAD"), "bill 1 was changed there"),
        (lambda scene: scene.finance.bills.clear(), "bill 1 is not in Intacct any more"),
    ],
)
def test_what_somebody_has_touched_is_left_to_people(
    undoing: Scene, touch: Callable[[Scene], object], said: str
) -> None:
    undoing.finance.reading.list_rows("APBILL")
    undoing.wait(hours=1)
    touch(undoing)
    cancel(undoing)

    undoing.run()

    [(original, _), (cancelling, why)] = list_ends(undoing)
    assert (original, cancelling) == (Status.POSTED, Status.HELD)
    assert "reverse or delete it in Intacct, if it is not paid, then reject this" in why
    assert f"it is not deleted by itself, as {said}" in why
    assert list_deletions(undoing) == []


def test_what_was_followed_and_found_edited_is_left_to_people(undoing: Scene) -> None:
    undoing.do(reconcile)
    change_bill(undoing, total=Decimal(90))
    undoing.wait(minutes=30)
    undoing.do(reconcile)
    cancel(undoing)

    undoing.run()

    _, (_, why) = list_ends(undoing)
    assert "was edited: it is 90.00 in Intacct" in why or "was edited: it is 90 in Intacct" in why
    assert list_deletions(undoing) == []


def test_on_a_test_link_a_draft_is_undone_as_well(undoing: Scene) -> None:
    undoing.mode = "test"
    cancel(undoing)

    undoing.run()

    assert {status for status, _ in list_ends(undoing)} == {Status.FILED}


def test_what_would_become_of_it_is_not_told_before_intacct_is_asked(undoing: Scene) -> None:
    cancel(undoing)
    undoing.do(receive, read)
    [waiting] = [each for each in undoing.documents() if each.status is Status.READ]

    rehearsed = rehearse_documents(undoing.make_run().basis, [waiting], version=1)

    assert [need.kind for need in rehearsed.needs[waiting.id]] == ["unread"]


def test_of_two_cancellations_the_first_undoes_it_and_the_second_is_for_a_person(undoing: Scene) -> None:
    undoing.drop(write_again("01"), write_again("01"), name="cancelled.edi")

    undoing.run()
    undoing.run()

    ends = [status for status, _ in list_ends(undoing)]
    assert ends == [Status.FILED, Status.FILED, Status.HELD]
    assert len(list_deletions(undoing)) == 1


def test_a_cancellation_from_a_stranger_deletes_nothing(undoing: Scene) -> None:
    undoing.drop(write_again("01"), name="cancelled.edi", sender="STRANGER")

    undoing.run()

    assert [status for status, _ in list_ends(undoing)] == [Status.POSTED, Status.HELD]
    assert list_deletions(undoing) == []


def test_a_draft_adjustment_is_deleted_as_well(sqlite_scene: Scene) -> None:
    sqlite_scene.rules = undo_by_rule(CREDITED.replace('action = "submit"', 'action = "draft"'))
    sqlite_scene.negative_debit_memos = True
    drop_adjustment(sqlite_scene, write_adjustment("CM-1", 5_000))
    sqlite_scene.run()
    head, *rest = write_adjustment("CM-1", 5_000)
    before = list_adjustments(sqlite_scene)[:]
    drop_adjustment(sqlite_scene, (f"{head}****01", *rest), name="cancelled.edi")

    sqlite_scene.run()

    assert len(before) == 1
    assert list_adjustments(sqlite_scene) == []
    assert {status for status, _ in list_ends(sqlite_scene)} == {Status.FILED}


@pytest.fixture
def ordering(sqlite_scene: Scene) -> Scene:
    """A partner whose orders are drafts, with PO-1 in Intacct."""
    open_trade(sqlite_scene, rules=undo_by_rule(PURCHASING.replace('"submit"', '"draft"')))
    drop_order(sqlite_scene, write_order("PO-1"))
    sqlite_scene.run()
    return sqlite_scene


def cancel_order(scene: Scene) -> None:
    head, *rest = write_order("PO-1")
    again = (head.replace("BEG*00", "BEG*01"), *rest)
    scene.mailbox.drop("cancelled.edi", write_file(again, code="850"))


def test_a_draft_order_is_deleted_as_well(ordering: Scene) -> None:
    before = [each.document.state for each in ordering.finance.purchasing.kept.values()]
    cancel_order(ordering)

    ordering.run()

    assert before == ["Draft"]
    assert ordering.finance.purchasing.kept == {}
    assert {status for status, _ in list_ends(ordering)} == {Status.FILED}


def test_what_has_become_several_records_is_left_to_people(ordering: Scene) -> None:
    with ordering.store.begin() as work:
        posting = work.postings.newest([1])[1].posting
        work.postings.add([(1, replace(posting, functions=posting.functions * 2))])
    cancel_order(ordering)

    ordering.run()

    _, (cancelling, why) = list_ends(ordering)
    assert cancelling is Status.HELD
    assert "it is not deleted by itself, as it has become 2 records" in why
    assert list_deletions(ordering) == []


def test_what_stands_in_a_journal_is_left_to_people(sqlite_scene: Scene) -> None:
    sqlite_scene.four_eyes = False
    sqlite_scene.finance.books = replace(BOOKS, accounts=(*BOOKS.accounts, *ACCOUNTS), others=(GJ,))
    open_desk(sqlite_scene, RULES.replace('"ap_bill"', '"journal"') + JOURNALS)
    cancel(sqlite_scene)

    sqlite_scene.run()

    [(original, _), (cancelling, why)] = list_ends(sqlite_scene)
    assert (original, cancelling) == (Status.POSTED, Status.HELD)
    assert why.endswith("reverse or delete it in Intacct, if it is not paid, then reject this")
