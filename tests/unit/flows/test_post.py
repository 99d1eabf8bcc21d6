"""Sending: the intent first, then the request, then what became of each bill."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.databases import run_sql
from tests.fakes import AT_ONCE, REPEATED, TOO_BUSY, Fault, Killed
from tests.unit.flows.scene import ALIKE, RULES, Scene, make_bill, share, write_invoice

from ml_connector.flows.edi_to_intacct import plan, post, process, read, settle
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.posting.batches import SLOW
from ml_connector.flows.posting.sending import write_intent
from ml_connector.flows.receiving import receive
from ml_connector.flows.verdicts import BACKOFF
from ml_connector.intacct import (
    CredentialsRefused,
    ErrorDetail,
    IntacctError,
    NotSent,
    RequestRejected,
    Throttled,
    Unavailable,
)
from ml_connector.records.keys import Target
from ml_connector.records.status import Status

REFUSAL = ErrorDetail(errorno="BL03000018", description2="Invalid Location '10' specified.")


def prepare(scene: Scene, *numbers: str) -> None:
    """These invoices are ready to be sent."""
    scene.drop(*(write_invoice(number) for number in numbers))
    scene.do(refresh, receive, read, plan)


def drop_for_two_entities(scene: Scene) -> None:
    """Two invoices for one entity, and a third one for another."""
    scene.rules = (
        RULES
        + ALIKE
        + '\n[[route]]\nset = "810"\ntarget = "ap_bill"\npartner = "Bamburgh Hub"\nentity = "E2"\nlocation = "E2"\n'
    )
    scene.drop(write_invoice("INV-1"), write_invoice("INV-2"))
    scene.drop(write_invoice("INV-3", vendor="88"), name="hub.edi", sender="HUB")


def test_batches_grow_while_intacct_answers_quickly(scene: Scene) -> None:
    prepare(scene, *(f"INV-{n}" for n in range(400)))
    scene.progress.clear()

    troubles = scene.do(post)

    assert troubles == []
    assert [len(request) for request in scene.finance.requests] == [10, 20, 40, 80, 100, 100, 50]
    assert scene.progress[-1] == ("post", 400, 400)
    assert len(scene.finance.bills) == 400
    assert set(scene.statuses().values()) == {Status.POSTED}


def test_batches_shrink_while_intacct_answers_slowly(scene: Scene) -> None:
    prepare(scene, *(f"INV-{n}" for n in range(20)))
    scene.finance.takes = lambda bills: SLOW if bills > 2 else timedelta(seconds=1)

    scene.do(post)

    assert [len(request) for request in scene.finance.requests] == [10, 5, 2, 3]


@pytest.mark.rule("Before anything else", 18)
def test_each_entity_has_requests_of_its_own(scene: Scene) -> None:
    drop_for_two_entities(scene)

    scene.run()

    assert [bill.entity for bill in scene.finance.bills] == ["E1", "E1", "E2"]
    assert len(scene.finance.requests) == 2


def test_what_was_planned_anew_since_it_was_read_waits_for_a_request_it_is_checked_for(scene: Scene) -> None:
    prepare(scene, "INV-1", "INV-2", "INV-3")
    read_before = [scene.posting(number) for number in ("INV-1", "INV-2", "INV-3")]
    moved = replace(read_before[1].posting, control_id="mlc:E2", target=Target(company="BIRCH", entity="E2"))
    changed = replace(read_before[2].posting, functions=(make_bill("INV-3", "7.00"),))
    with scene.store.begin() as work:
        anew = [(read_before[1].document_id, moved), (read_before[2].document_id, changed)]
        work.postings.add(anew)

    intent = write_intent(scene.make_run(), read_before)

    assert intent is not None
    assert [stored.function for stored in intent.batch] == [read_before[0].function]
    assert scene.document("INV-2").status is scene.document("INV-3").status is Status.READY
    assert write_intent(scene.make_run(), read_before[1:]) is None
    scene.do(post)
    assert [(bill.entity, bill.bill.number, bill.bill.lines[0].amount) for bill in scene.finance.bills] == [
        ("E2", "INV-2", Decimal("100.00")),
        ("E1", "INV-3", Decimal("7.00")),
    ]


def test_the_intent_is_stored_before_anything_is_sent(scene: Scene) -> None:
    prepare(scene, "INV-1")
    scene.finance.order(Fault(error=Killed()))

    with pytest.raises(Killed):
        scene.do(post)

    assert scene.document("INV-1").status is Status.SENDING
    assert scene.document("INV-1").attempts == 1
    assert scene.posting("INV-1").sent_count == 1
    entry = scene.audit(f"document:{scene.document('INV-1').id}")[-1]
    assert (entry.action, entry.detail["control_id"]) == (
        "sending",
        scene.posting("INV-1").posting.control_id,
    )


def test_nothing_is_sent_when_the_intent_cannot_be_stored(scene: Scene) -> None:
    prepare(scene, "INV-1")
    run = scene.make_run()
    scene.store.die_in(2, stored=False)

    with pytest.raises(Killed):
        post(run)

    assert scene.finance.requests == []
    assert scene.document("INV-1").status is Status.READY


def test_a_created_bill_is_posted_with_intacct_s_key(scene: Scene) -> None:
    prepare(scene, "INV-1")

    scene.do(post)

    assert scene.document("INV-1").status is Status.POSTED
    assert scene.document("INV-1").intacct_key == str(scene.finance.bills[0].found.record_no)


def test_a_refused_bill_is_held_in_intacct_s_words_and_the_others_post(scene: Scene) -> None:
    prepare(scene, "INV-1", "INV-2")
    scene.finance.refuse_numbers["INV-1"] = (REFUSAL,)

    scene.do(post)

    (need,) = scene.needs("INV-1")
    assert scene.statuses() == {"INV-1": Status.HELD, "INV-2": Status.POSTED}
    assert need.kind == "refused"
    assert need.reason == f"INV-1 was not accepted: {REFUSAL}"
    assert scene.document("INV-1").reason == need.reason


@pytest.mark.parametrize(
    "fault",
    [
        Fault(says="unclear"),
        Fault(says="unclear", commits=AT_ONCE),
        Fault(says="created", commits=AT_ONCE),
        Fault(silent=True, commits=AT_ONCE),
        Fault(lost=True, commits=AT_ONCE),
        Fault(lost=True),
        Fault(error=IntacctError("something new"), commits=AT_ONCE),
    ],
    ids=["unclear", "unclear, done", "no key", "no result", "lost, done", "lost", "unknown error"],
)
def test_what_is_not_answered_clearly_is_in_doubt_and_not_sent_again(scene: Scene, fault: Fault) -> None:
    prepare(scene, "INV-1")
    scene.finance.order(fault)

    troubles = scene.do(post, post)

    posting = scene.posting("INV-1")
    assert scene.document("INV-1").status is Status.IN_DOUBT
    assert (posting.sent_at, posting.looks, posting.next_look) == (scene.clock.now, 0, scene.clock.now)
    assert len(scene.finance.requests) == 1
    assert len(troubles) == (fault.lost or fault.error is not None)


@pytest.mark.parametrize(
    "error",
    [NotSent("no connection"), Unavailable("the log-in failed for now"), Throttled("too busy")],
    ids=lambda error: type(error).__name__,
)
def test_what_was_not_executed_is_ready_again_with_a_time_and_the_intent_withdrawn(
    scene: Scene, error: IntacctError
) -> None:
    prepare(scene, "INV-1")
    scene.finance.order(Fault(error=error))

    troubles = scene.do(post, post)

    document = scene.document("INV-1")
    assert (document.status, document.not_before) == (Status.READY, scene.clock.now + timedelta(seconds=5))
    assert (document.attempts, scene.posting("INV-1").sent_count) == (1, 0)
    assert [(trouble.step, trouble.message) for trouble in troubles] == [("post", str(error))]
    assert len(scene.finance.requests) == 1

    scene.wait(seconds=5)
    scene.do(post)

    assert scene.document("INV-1").status is Status.POSTED


def test_what_intacct_asks_to_wait_for_holds_back_every_bill_of_the_link(scene: Scene) -> None:
    prepare(scene, *(f"INV-{n}" for n in range(12)))
    scene.finance.order(Fault(error=Throttled("too busy", retry_after=timedelta(hours=1))))

    scene.do(post)
    scene.wait(seconds=3599)
    scene.do(post)

    assert len(scene.finance.requests) == 1

    scene.wait(seconds=1)
    scene.do(post)

    assert {scene.document(f"INV-{n}").status for n in range(12)} == {Status.POSTED}


def test_intacct_s_own_wish_is_not_undercut_by_any_document_of_the_link(scene: Scene) -> None:
    prepare(scene, *(f"INV-{n}" for n in range(12)))
    scene.finance.order(Fault(error=Throttled("too busy", retry_after=timedelta(minutes=3))))

    scene.do(post)
    scene.wait(minutes=2, seconds=59)
    scene.run()

    assert len(scene.finance.requests) == 1
    assert {each.status for each in scene.documents()} == {Status.READY}
    scene.wait(seconds=1)
    scene.run()
    assert {each.status for each in scene.documents()} == {Status.POSTED}


@pytest.mark.parametrize("wish", [None, timedelta(minutes=3)])
def test_while_a_company_is_too_busy_no_entity_and_no_other_link_asks_it(
    scene: Scene, wish: timedelta | None
) -> None:
    other = share(scene, "other")
    prepare(other, "INV-4")
    drop_for_two_entities(scene)
    scene.finance.order(Fault(error=Throttled("too busy", retry_after=wish)))

    scene.run()
    other.do(post)
    asked = [[bill.number for bill in request] for request in scene.list_sent()]
    scene.wait(seconds=180 if wish else 5)
    scene.do(post)
    other.do(post)

    assert asked == [["INV-1", "INV-2"]]
    assert {bill.bill.number for bill in scene.finance.bills} == {"INV-1", "INV-2", "INV-3", "INV-4"}


def test_when_half_of_a_rejected_request_is_put_off_the_other_half_waits_as_well(scene: Scene) -> None:
    prepare(scene, "INV-1", "INV-2")
    scene.finance.order(
        Fault(error=RequestRejected("a bad document")),
        Fault(error=Throttled("too busy", retry_after=timedelta(minutes=3))),
    )

    scene.do(post)

    assert len(scene.finance.requests) == 2
    for number in ("INV-1", "INV-2"):
        assert scene.document(number).status is Status.READY
        assert scene.document(number).not_before == scene.clock.now + timedelta(minutes=3)
        assert scene.posting(number).sent_count == 0


def test_what_was_delayed_after_it_was_chosen_does_not_go_out_early(scene: Scene) -> None:
    prepare(scene, "INV-1")
    chosen = [scene.posting("INV-1")]
    with scene.store.begin() as work:
        work.documents.delay_ready("BIRCH", until=scene.clock.now + timedelta(minutes=3))

    early = write_intent(scene.make_run(), chosen)
    scene.wait(minutes=3)

    assert early is None
    assert scene.document("INV-1").status is Status.READY
    assert write_intent(scene.make_run(), chosen) is not None


def test_one_bill_that_is_put_off_is_sent_later_alone(scene: Scene) -> None:
    prepare(scene, "INV-1", "INV-2")
    scene.finance.refuse_numbers["INV-1"] = (TOO_BUSY,)

    scene.do(post)
    del scene.finance.refuse_numbers["INV-1"]

    assert scene.statuses() == {"INV-1": Status.READY, "INV-2": Status.POSTED}
    assert scene.document("INV-1").not_before == scene.clock.now + timedelta(seconds=5)
    scene.wait(seconds=5)
    scene.do(post)
    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.POSTED}


def test_a_bill_that_is_put_off_again_and_again_is_held_in_the_end(scene: Scene) -> None:
    prepare(scene, "INV-1")
    scene.finance.refuse_numbers["INV-1"] = (TOO_BUSY,)
    for _ in range(90):
        scene.do(process)
        scene.wait(minutes=16)

    (need,) = scene.needs("INV-1")
    assert scene.document("INV-1").status is Status.HELD
    assert len(scene.finance.requests) == BACKOFF.sendings
    assert "12 sendings had no clear answer" in need.reason


def test_an_outage_uses_up_no_attempts_however_long_it_lasts(scene: Scene) -> None:
    prepare(scene, "INV-1")
    for _ in range(40):
        scene.finance.order(Fault(error=NotSent("no connection")))
        scene.do(post)
        scene.wait(minutes=20)

    scene.do(post)

    assert len(scene.finance.requests) == 41
    assert scene.document("INV-1").status is Status.POSTED


def test_a_posting_that_was_changed_in_the_database_is_never_sent(scene: Scene) -> None:
    prepare(scene, "INV-1", "INV-2")
    posting = scene.posting("INV-1")
    run_sql(scene.url, f"UPDATE postings SET body_sha256 = 'x' WHERE id = {posting.id}")

    scene.do(post)

    assert scene.statuses() == {"INV-1": Status.HELD, "INV-2": Status.POSTED}
    assert "changed in the database" in scene.needs("INV-1")[0].reason
    assert [bill.number for bill in scene.list_sent()[0]] == ["INV-2"]


def test_when_nothing_of_a_batch_may_be_sent_no_request_is_made(scene: Scene) -> None:
    prepare(scene, "INV-1")
    run_sql(scene.url, "UPDATE postings SET body_sha256 = 'x'")

    assert scene.do(post) == []
    assert scene.finance.requests == []


def test_refused_credentials_stop_the_step_and_lose_nothing(scene: Scene) -> None:
    prepare(scene, *(f"INV-{n}" for n in range(25)))
    scene.finance.order(Fault(error=CredentialsRefused("the password", refused="user")))

    troubles = scene.do(post)

    assert len(scene.finance.requests) == 1
    assert [trouble.message for trouble in troubles] == ["the password"]
    assert {(each.status, each.not_before) for each in scene.documents()} == {(Status.READY, None)}
    scene.run()
    assert set(scene.statuses().values()) == {Status.POSTED}


def test_a_rejected_request_is_halved_until_the_culprit_is_alone_and_the_others_post(scene: Scene) -> None:
    numbers = [f"INV-{n}" for n in range(10)]
    prepare(scene, *numbers)
    scene.finance.rejected_numbers = {"INV-3", "INV-7"}

    troubles = scene.do(post)

    held = [number for number, status in scene.statuses().items() if status is Status.HELD]
    assert held == ["INV-3", "INV-7"]
    assert sorted(bill.bill.number for bill in scene.finance.bills) == sorted(set(numbers) - set(held))
    assert len(troubles) == 2
    assert "with this in it" in scene.needs("INV-3")[0].reason


def test_a_half_that_would_be_sent_after_its_deadline_is_sent_later_instead(scene: Scene) -> None:
    prepare(scene, "INV-1", "INV-2")
    scene.finance.rejected_numbers = {"INV-1", "INV-2"}
    scene.finance.takes = lambda _: timedelta(minutes=6)

    troubles = scene.do(post)

    assert ["too late" in trouble.message for trouble in troubles] == [True, True]
    assert len(scene.finance.requests) == 1
    assert scene.statuses() == {"INV-1": Status.READY, "INV-2": Status.READY}
    assert scene.posting("INV-1").sent_count == 0


def test_a_slow_request_is_not_taken_over_while_its_process_lives(scene: Scene) -> None:
    prepare(scene, "INV-1")
    other = share(scene, "main")
    states: list[Status] = []

    def look(_: int) -> timedelta:
        scene.clock.advance(timedelta(minutes=14))
        other.run()
        states.append(other.document("INV-1").status)
        return timedelta(0)

    scene.finance.takes = look

    scene.do(post)

    assert states == [Status.SENDING]
    assert scene.document("INV-1").status is Status.POSTED


def test_two_processes_that_post_at_once_send_each_document_once(scene: Scene) -> None:
    prepare(scene, *(f"INV-{n}" for n in range(30)))
    other = share(scene, "main")

    def interfere(_: int) -> timedelta:
        scene.finance.takes = lambda _: timedelta(0)
        other.do(post)
        return timedelta(0)

    scene.finance.takes = interfere

    scene.do(post)

    assert [len(request) for request in scene.finance.requests] == [10, 10, 10]
    assert len(scene.finance.bills) == 30
    assert set(scene.statuses().values()) == {Status.POSTED}


@pytest.mark.parametrize("rejected", [False, True], ids=["refused by itself", "with the request as a whole"])
def test_a_refused_repetition_is_read_back_and_found(scene: Scene, *, rejected: bool) -> None:
    prepare(scene, "INV-1")
    scene.finance.unseen_for = timedelta(minutes=18)
    scene.finance.order(Fault(lost=True, commits=AT_ONCE))
    scene.do(post)
    scene.finance.rejected_numbers = {"INV-1"} if rejected else set()
    for _ in range(17):
        scene.wait(minutes=1)
        scene.do(settle, post)
    refused = (scene.document("INV-1").status, scene.posting("INV-1").refusal)

    for _ in range(5):
        scene.do(settle, post)
        scene.wait(minutes=1)

    assert refused[0] is Status.IN_DOUBT
    assert ("refuses the request with this in it" if rejected else str(REPEATED)) in refused[1]
    assert scene.document("INV-1").status is Status.POSTED
    assert len(scene.finance.requests) == 2
    assert len(scene.finance.bills) == 1


@pytest.mark.rule("Before anything else", 1)
def test_a_bill_planned_to_be_submitted_waits_while_its_link_is_in_test_mode(scene: Scene) -> None:
    prepare(scene, "INV-1")
    scene.mode = "test"

    assert scene.run() == []
    assert scene.document("INV-1").status is Status.READY
    scene.mode = "live"
    assert scene.run() == []
    assert scene.finance.bills[0].bill.action == "Submit"


@pytest.mark.rule("Before anything else", 1)
def test_a_link_in_test_mode_makes_drafts_only(scene: Scene) -> None:
    scene.mode = "test"
    scene.drop(write_invoice("INV-1"))

    assert scene.run() == []
    assert scene.finance.bills[0].bill.action == "Draft"
