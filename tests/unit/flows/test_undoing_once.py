"""A draft that was cancelled is deleted once, whatever fails, is killed, or happens in between."""

from datetime import timedelta
from typing import Final

import pytest
from tests.fakes import AT_ONCE, Fault, Killed
from tests.unit.flows.repeating import list_ends, write_again
from tests.unit.flows.scene import ALIKE, Scene, write_invoice
from tests.unit.flows.test_payment_line import agree
from tests.unit.flows.undoing import (
    ASKING,
    cancel,
    change_bill,
    list_deletions,
    open_desk,
    run_to_the_end,
    undo_by_rule,
)

from ml_connector.flows.edi_to_intacct import plan, post, read, settle
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reject, release, reopen
from ml_connector.flows.receiving import receive
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.intacct import ErrorDetail
from ml_connector.records.needs import Need
from ml_connector.records.status import Status

pytestmark = pytest.mark.rule("Before anything else", 7)

REFUSAL: Final = ErrorDetail(errorno="BL01001973", description2="You may not delete it.")


@pytest.fixture
def undoing(sqlite_scene: Scene) -> Scene:
    """The same, and its cancellations need no agreement."""
    return open_desk(sqlite_scene, undo_by_rule(ASKING))


def test_what_is_touched_after_it_was_decided_is_not_deleted_and_decided_anew_once_it_is_released(
    undoing: Scene,
) -> None:
    cancel(undoing)
    undoing.do(refresh, receive, read, plan)
    before = [status for status, _ in list_ends(undoing)]
    change_bill(undoing, state="Submitted")

    undoing.do(post)

    _, (cancelling, why) = list_ends(undoing)
    assert before == [Status.POSTED, Status.READY]
    assert cancelling is Status.HELD
    assert "the deletion of bill 1 was not accepted: it was changed, submitted or deleted in Intacct" in why
    assert list_deletions(undoing) == []
    change_bill(undoing, state="Draft")
    release(undoing.store, [2], reason="it was recalled", by="mira")
    undoing.run()
    assert {status for status, _ in list_ends(undoing)} == {Status.FILED}


def test_what_intacct_will_not_delete_is_held_in_its_words_and_goes_under_the_next_control_id(
    undoing: Scene,
) -> None:
    undoing.finance.order(Fault(says="refused", errors=(REFUSAL,)))
    cancel(undoing)
    undoing.run()
    [(original, _), (cancelling, why)] = list_ends(undoing)

    release(undoing.store, [2], reason="the user may delete bills by now", by="mira")
    undoing.run()

    (first, _), (second, _) = list_deletions(undoing)
    assert (original, cancelling) == (Status.POSTED, Status.HELD)
    assert "You may not delete it." in why
    assert first != second
    assert {status for status, _ in list_ends(undoing)} == {Status.FILED}


@pytest.mark.parametrize("commits", [None, AT_ONCE, timedelta(minutes=5), timedelta(minutes=15)])
@pytest.mark.parametrize("remembers", [True, False])
def test_after_an_unclear_answer_it_is_deleted_once_and_done_when_it_is_gone(
    undoing: Scene, commits: timedelta | None, *, remembers: bool
) -> None:
    undoing.finance.remembers = remembers
    undoing.finance.order(Fault(lost=True, commits=commits))
    cancel(undoing)

    run_to_the_end(undoing)

    assert {status for status, _ in list_ends(undoing)} == {Status.FILED}
    assert undoing.finance.bills == []
    assert len({control_id for control_id, _ in list_deletions(undoing)}) == 1
    assert len(list_deletions(undoing)) == (2 if commits is None else 1)


def test_what_goes_while_it_is_to_be_sent_again_is_found_gone(undoing: Scene) -> None:
    undoing.finance.order(Fault(lost=True))
    cancel(undoing)
    undoing.run()
    undoing.wait(minutes=20)
    with undoing.store.begin() as work:
        [stored] = work.postings.list_doubtful(undoing.link, due_only=False)
        work.postings.note_look([stored.id], looks=3, next_look=undoing.clock())
    undoing.do(settle)
    before = [status for status, _ in list_ends(undoing)]
    undoing.finance.bills.clear()

    run_to_the_end(undoing)

    assert before == [Status.POSTED, Status.READY]
    assert {status for status, _ in list_ends(undoing)} == {Status.FILED}


def test_wherever_the_process_is_killed_the_draft_is_deleted_once(scene: Scene) -> None:
    scene.rules = undo_by_rule(ASKING) + ALIKE
    blocks, deaths = 1, 0
    while True:
        number = f"INV-{blocks}"
        scene.drop(write_invoice(number), name=f"{number}.edi")
        scene.run()
        scene.finance.remembers = bool(blocks % 2)
        scene.drop(write_again("01", number), name=f"{number}-01.edi")
        scene.store.die_in(blocks, stored=bool(blocks % 3))
        try:
            scene.run()
        except Killed:
            deaths += 1
            scene.restart()
        else:
            break
        blocks += 1
    scene.store.live_on()
    run_to_the_end(scene)

    assert {status for status, _ in list_ends(scene)} == {Status.FILED}
    assert scene.finance.bills == []
    assert len(list_deletions(scene)) == blocks
    assert deaths > 5


def die_having_deleted(scene: Scene) -> None:
    """The draft is gone, its answer is not stored, and the job that follows records has found out first."""
    scene.do(reconcile)
    scene.finance.order(Fault(error=Killed(), commits=AT_ONCE))
    cancel(scene)
    with pytest.raises(Killed):
        scene.run()
    scene.wait(hours=2)
    scene.do(reconcile)


def test_somebody_who_has_noticed_meanwhile_that_it_is_gone_changes_nothing(undoing: Scene) -> None:
    die_having_deleted(undoing)
    before = [status for status, _ in list_ends(undoing)]

    undoing.restart()
    run_to_the_end(undoing)

    assert before == [Status.HELD, Status.SENDING]
    [(original, why), (cancelling, _)] = list_ends(undoing)
    assert (original, cancelling) == (Status.FILED, Status.FILED)
    assert "cancelled by document #2" in why
    with undoing.store.begin() as work:
        assert work.needs.list_open([1, 2]) == {}


def test_what_somebody_has_rejected_meanwhile_because_it_is_gone_stays_so(undoing: Scene) -> None:
    die_having_deleted(undoing)
    reject(undoing.store, [1], reason="it is gone", by="mira")
    undoing.restart()

    run_to_the_end(undoing)

    [(original, _), (cancelling, why)] = list_ends(undoing)
    assert (original, cancelling) == (Status.REJECTED, Status.FILED)
    assert why == "cancels INV-1: bill 1 was deleted in Intacct"


def ask_for_it_again(scene: Scene) -> Need:
    """What is asked of people once the cancelled and deleted original is opened again."""
    cancel(scene)
    scene.run()
    reopen(scene.store, [1], reason="they want it after all", by="mira")
    scene.run()
    with scene.store.begin() as work:
        [need] = work.needs.list_open([1])[1]
    return need


def test_what_was_undone_and_is_opened_again_waits_for_an_approver(undoing: Scene) -> None:
    need = ask_for_it_again(undoing)

    assert need.kind == "reopening"
    assert undoing.finance.bills == []


def test_what_was_booked_again_may_be_cancelled_again(undoing: Scene) -> None:
    need = ask_for_it_again(undoing)
    agree(undoing, need)
    undoing.run()
    rebooked = [bill.found.record_no for bill in undoing.finance.bills]
    undoing.drop(write_again("01"), name="cancelled-again.edi")

    run_to_the_end(undoing)

    first, second = list_deletions(undoing)
    assert rebooked == [2]
    assert [first[1].record_no, second[1].record_no] == [1, 2]
    assert first[0] != second[0]
    assert undoing.finance.bills == []
    assert [status for status, _ in list_ends(undoing)] == [Status.FILED] * 3
