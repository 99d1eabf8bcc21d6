"""What became of a sending whose answer is not known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.fakes import AT_ONCE, TOO_BUSY, Fault, Killed
from tests.unit.flows.scene import DOUBT, Scene, make_bill, open_watched, share, write_invoice

from ml_connector.flows.edi_to_intacct import plan, post, process, read, settle
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.posting.sending import exchange, store_answer, write_intent
from ml_connector.flows.receiving import receive
from ml_connector.flows.verdicts import BACKOFF
from ml_connector.intacct import ErrorDetail, Throttled, Unavailable
from ml_connector.records.status import Status

REFUSAL = ErrorDetail(errorno="BL03000018", description2="Invalid Location '10' specified.")
LOST = Fault(lost=True)


def post_into_doubt(scene: Scene, *faults: Fault) -> None:
    """One invoice is sent, and what became of it is not known."""
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)
    scene.finance.order(*faults)
    scene.do(post)
    assert scene.document("INV-1").status is Status.IN_DOUBT


@pytest.mark.rule("Before anything else", 10)
def test_a_bill_that_is_found_is_posted_with_its_key(scene: Scene) -> None:
    post_into_doubt(scene, Fault(lost=True, commits=AT_ONCE))

    scene.do(settle)

    document = scene.document("INV-1")
    assert (document.status, document.intacct_key) == (Status.POSTED, "1")
    assert scene.actions("INV-1")[-2:] == ["in doubt", "posted"]
    assert scene.progress[-2:] == [("read back", 0, 1), ("read back", 1, 1)]


@pytest.mark.parametrize(
    "commits_after", [timedelta(seconds=30), timedelta(minutes=4), timedelta(minutes=15)]
)
def test_a_bill_is_looked_for_at_each_time_of_doubt_and_found_when_it_is_there(
    scene: Scene, commits_after: timedelta
) -> None:
    post_into_doubt(scene, Fault(lost=True, commits=commits_after))
    sent_at = scene.clock.now

    for due in DOUBT:
        assert scene.document("INV-1").status is Status.IN_DOUBT or due > commits_after
        scene.clock.now = sent_at + due
        scene.run()

    assert scene.document("INV-1").status is Status.POSTED
    assert len(scene.finance.requests) == len(scene.finance.bills) == 1


def test_between_the_times_of_doubt_nothing_is_looked_for(scene: Scene) -> None:
    post_into_doubt(scene, LOST)
    scene.do(settle)
    looks = scene.finance.look_ups

    scene.wait(seconds=59)
    scene.do(settle)

    assert scene.finance.look_ups == looks
    assert scene.posting("INV-1").next_look == scene.clock.now + timedelta(seconds=1)


@pytest.mark.rule("Before anything else", 11)
def test_only_when_the_last_look_finds_nothing_it_is_sent_again_under_the_same_control_id(
    scene: Scene,
) -> None:
    post_into_doubt(scene, LOST)
    sent_at = scene.clock.now
    for due in DOUBT[:-1]:
        scene.clock.now = sent_at + due
        scene.run()
    assert (scene.document("INV-1").status, len(scene.finance.requests)) == (Status.IN_DOUBT, 1)

    scene.clock.now = sent_at + DOUBT[-1]
    scene.run()

    (first,), (second,) = scene.finance.requests
    assert first == second
    assert scene.document("INV-1").status is Status.POSTED
    assert scene.actions("INV-1")[2:] == ["sending", "in doubt", "not found", "sending", "posted"]


@pytest.mark.rule("Before anything else", 10)
def test_another_bill_under_the_number_is_no_answer_until_the_last_look_and_then_held(scene: Scene) -> None:
    post_into_doubt(scene, LOST)
    bill = scene.finance.enter_by_hand(make_bill("INV-1")).found
    scene.do(settle)
    assert scene.document("INV-1").status is Status.IN_DOUBT
    scene.wait(hours=1)

    for _ in DOUBT:
        scene.do(settle)

    (need,) = scene.needs("INV-1")
    assert scene.document("INV-1").status is Status.HELD
    assert str(need) == "duplicate:V1/INV-1"
    assert f"bill {bill.record_no} (100.00 of 2031-03-10) was found" in need.reason
    assert len(scene.finance.requests) == 1


@pytest.mark.rule("Before anything else", 10)
def test_our_mark_alone_is_not_enough(scene: Scene) -> None:
    post_into_doubt(scene, LOST)
    mark = scene.posting("INV-1").posting.mark
    scene.finance.enter_by_hand(make_bill("INV-1", "99.00", description=f"EDI {mark}"))
    scene.wait(hours=1)

    for _ in DOUBT:
        scene.do(settle)

    assert scene.document("INV-1").status is Status.HELD


@pytest.mark.rule("Before anything else", 10)
def test_our_bill_is_found_beside_another_one_under_the_number(scene: Scene) -> None:
    post_into_doubt(scene, Fault(lost=True, commits=timedelta(seconds=30)))
    scene.finance.enter_by_hand(make_bill("INV-1", "7.00"))
    scene.wait(minutes=1)

    scene.do(settle)

    assert scene.document("INV-1").status is Status.POSTED
    assert scene.document("INV-1").intacct_key == "2"


def test_a_refusal_of_a_repetition_is_kept_and_holds_when_nothing_is_found(scene: Scene) -> None:
    post_into_doubt(scene, LOST, Fault(says="refused", errors=(REFUSAL,)))
    scene.wait(hours=1)
    for _ in DOUBT:
        scene.do(settle)
    scene.do(post)
    assert (scene.document("INV-1").status, scene.posting("INV-1").refusal) == (Status.IN_DOUBT, str(REFUSAL))
    scene.wait(hours=1)

    for _ in DOUBT:
        scene.do(settle)

    (need,) = scene.needs("INV-1")
    assert scene.document("INV-1").status is Status.HELD
    assert need.reason == f"INV-1 was not accepted: {REFUSAL}"
    assert len(scene.finance.requests) == 2


def test_a_repetition_that_is_only_put_off_is_no_refusal(scene: Scene) -> None:
    post_into_doubt(scene, LOST, Fault(says="refused", errors=(TOO_BUSY,)))

    for _ in range(30):
        scene.wait(minutes=5)
        scene.run()

    assert scene.document("INV-1").status is Status.POSTED
    assert len(scene.finance.bills) == 1


@pytest.mark.parametrize("error", [Unavailable("off-line"), Throttled("too busy")])
def test_when_intacct_cannot_be_asked_what_is_in_doubt_stays_so(
    scene: Scene, error: Unavailable | Throttled
) -> None:
    post_into_doubt(scene, Fault(lost=True, commits=AT_ONCE))
    scene.finance.order_find_error(error)

    (trouble,) = scene.do(settle)

    assert (trouble.step, trouble.system) == ("read back", "intacct")
    assert (scene.document("INV-1").status, scene.posting("INV-1").looks) == (Status.IN_DOUBT, 0)
    assert scene.do(settle) == []
    assert scene.document("INV-1").status is Status.POSTED


@pytest.mark.parametrize(
    "commits", [None, AT_ONCE, timedelta(minutes=10)], ids=["never", "done", "still executing"]
)
def test_what_a_killed_process_was_sending_is_taken_over_and_settled(
    scene: Scene, commits: timedelta | None
) -> None:
    scene.drop(write_invoice("INV-1"), write_invoice("INV-2"))
    scene.finance.order(Fault(error=Killed(), commits=commits))
    with pytest.raises(Killed):
        scene.run()
    scene.restart()

    scene.run()
    taken_over = scene.actions("INV-1")
    for _ in range(20):
        scene.wait(minutes=2)
        scene.run()

    assert "in doubt" in taken_over
    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.POSTED}
    assert [scene.finance.count_bills("V1", number) for number in ("INV-1", "INV-2")] == [1, 1]


def test_what_a_living_process_is_sending_is_left_to_it(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.finance.order(Fault(error=Killed()))
    with pytest.raises(Killed):
        scene.run()

    scene.do(settle)  # the same process still holds it

    assert scene.document("INV-1").status is Status.SENDING


def test_past_its_deadline_a_sending_is_in_doubt_whoever_holds_it(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.finance.order(Fault(error=Killed()))
    with pytest.raises(Killed):
        scene.run()
    scene.wait(minutes=20)

    scene.do(settle)

    posting = scene.posting("INV-1")
    assert scene.document("INV-1").status is Status.IN_DOUBT
    assert (posting.sent_at, posting.looks) == (scene.clock.now, 1)


def test_a_document_that_is_never_found_nor_clearly_answered_is_held_in_the_end(scene: Scene) -> None:
    scene.doubt = (timedelta(0),)
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)
    scene.finance.order(*[Fault(says="unclear")] * 100)

    scene.do(process)

    (need,) = scene.needs("INV-1")
    assert scene.document("INV-1").status is Status.HELD
    assert "12 sendings had no clear answer" in need.reason
    assert len(scene.finance.requests) == BACKOFF.sendings


def test_after_a_trouble_nothing_more_is_sent_in_the_same_run(scene: Scene) -> None:
    scene.doubt = (timedelta(0),)
    scene.drop(write_invoice("INV-1"))
    scene.finance.order(LOST, LOST, LOST)

    (trouble,) = scene.run()

    assert trouble.step == "post"
    assert scene.document("INV-1").status is Status.READY
    assert len(scene.finance.requests) == 1


def test_what_another_process_has_sent_again_meanwhile_is_not_sent_a_third_time(scene: Scene) -> None:
    post_into_doubt(scene, LOST, Fault(lost=True, commits=timedelta(minutes=5)))
    scene.wait(hours=1)
    for _ in DOUBT[:-1]:
        scene.do(settle)
    other = share(scene, "main")
    scene.finance.on_find = lambda: other.do(
        settle, post
    )  # it gives up looking, sends, and is in doubt again

    scene.do(settle, post)

    assert (scene.document("INV-1").status, len(scene.finance.requests)) == (Status.IN_DOUBT, 2)
    for _ in range(20):
        scene.wait(minutes=1)
        scene.run()
    assert scene.document("INV-1").status is Status.POSTED
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_what_is_met_meanwhile_by_another_process_stays_as_it_has_left_it(scene: Scene) -> None:
    post_into_doubt(scene, Fault(lost=True, commits=timedelta(minutes=20)))
    scene.finance.enter_by_hand(make_bill("INV-1", "7.00"))
    scene.wait(minutes=19)
    for _ in DOUBT[:-1]:
        scene.do(settle)
    other = share(scene, "main")

    def meanwhile() -> None:
        scene.wait(minutes=1)
        other.do(settle)

    scene.finance.on_find = meanwhile
    scene.do(settle)

    assert scene.document("INV-1").status is Status.POSTED
    assert scene.needs("INV-1") == ()


@pytest.mark.parametrize(
    "fault",
    [Fault(lost=True, commits=AT_ONCE), Fault(says="refused", errors=(REFUSAL,), commits=AT_ONCE)],
    ids=["lost", "refused"],
)
def test_an_answer_that_comes_after_another_process_has_settled_it_changes_nothing(
    scene: Scene, fault: Fault
) -> None:
    scene.drop(write_invoice("INV-1"))
    other = share(scene, "main")

    def answer_late(_: int) -> timedelta:
        scene.wait(minutes=21)
        ours = scene.bill("INV-1")
        scene.finance.enter_by_hand(ours)
        other.do(settle)
        return AT_ONCE

    scene.finance.takes = answer_late
    scene.finance.order(fault)

    scene.run()

    assert scene.actions("INV-1")[2:] == ["sending", "in doubt", "posted"]


def test_one_who_was_asleep_changes_nothing_of_what_another_process_is_sending_again(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)
    ours = scene.make_run()
    stale = write_intent(ours, [scene.posting("INV-1")])
    assert stale is not None
    scene.wait(minutes=21)
    other = replace(scene, store=open_watched(scene.url, scene.clock))
    for _ in DOUBT:
        other.do(settle)
        scene.wait(minutes=16)
    again = write_intent(other.make_run(), [other.posting("INV-1")])
    assert again is not None

    store_answer(ours, stale, exchange(ours, stale))

    assert [trouble.message for trouble in ours.troubles] == [
        "too late to send it before others take it over"
    ]
    assert scene.document("INV-1").status is Status.SENDING
    assert scene.posting("INV-1").sent_count == 2
    theirs = other.make_run()
    store_answer(theirs, again, exchange(theirs, again))
    assert scene.document("INV-1").status is Status.POSTED
    other.store.close()


def test_a_thousand_and_one_are_looked_up_in_two_requests_at_each_step(sqlite_scene: Scene) -> None:
    sqlite_scene.drop(*(write_invoice(f"INV-{n}") for n in range(1001)))
    sqlite_scene.do(refresh, receive, read)
    sqlite_scene.progress.clear()
    sqlite_scene.do(plan)
    assert sqlite_scene.finance.look_ups == 2
    assert sqlite_scene.progress == [("plan", 0, 1001), ("plan", 1000, 1001), ("plan", 1001, 1001)]
    sqlite_scene.finance.order(*[Fault(says="unclear", commits=AT_ONCE)] * 20)
    sqlite_scene.do(post)

    sqlite_scene.do(settle)

    assert sqlite_scene.finance.look_ups == 4
    assert set(sqlite_scene.statuses().values()) == {Status.POSTED}
    assert len(sqlite_scene.finance.bills) == 1001
