"""Copies and cancellations beside what they are about: nothing is made of them, whatever comes first."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from tests.fakes import Fault
from tests.unit.flows.scene import RULES, Scene, write_file, write_invoice

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reject, release
from ml_connector.flows.planning.deciding import plan_documents, rehearse_documents
from ml_connector.flows.planning.facts import begin_facts
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.planning.told import Told
from ml_connector.flows.posting.sending import exchange, store_answer, write_intent
from ml_connector.flows.receiving import receive
from ml_connector.flows.replay import list_plannable
from ml_connector.records.status import Status


def write_again(purpose: str, number: str = "INV-1", cents: int = 10_000) -> tuple[str, ...]:
    """An invoice under a purpose."""
    head, *rest = write_invoice(number, cents)
    return (f"{head}******{purpose}", *rest)


def list_ends(scene: Scene) -> list[tuple[Status, str]]:
    return [(each.status, each.reason) for each in scene.documents()]


@pytest.mark.rule("Before anything else", 5)
def test_a_copy_that_comes_first_keeps_nothing_from_being_made_and_is_compared_once_its_original_is_here(
    scene: Scene,
) -> None:
    scene.drop(write_again("07"), name="copy.edi")
    scene.run()
    [(before, reason)] = list_ends(scene)
    scene.drop(write_invoice("INV-1"))
    scene.run()

    scene.run()

    [(copied, why), (original, _)] = list_ends(scene)
    assert (before, copied, original) == (Status.HELD, Status.FILED, Status.POSTED)
    assert "is a copy of what is not here" in reason
    assert "a copy (purpose 07) of document #2" in why
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_what_is_held_on_the_same_need_says_what_is_wrong_now_and_stays_as_old_as_it_is(scene: Scene) -> None:
    scene.drop(write_again("07", cents=7_500), name="copy.edi")
    scene.run()
    before = read_ages(scene)
    scene.wait(days=2)
    scene.drop(write_invoice("INV-1"))
    scene.run()

    scene.run()
    told = scene.audit("document:1")

    scene.run()

    [(key, _, since)] = before
    [(copied, why), _] = list_ends(scene)
    assert copied is Status.HELD
    assert "differs: IT104 75 instead of 100" in why
    assert read_ages(scene) == [(key, why, since)]
    assert (told[-1].action, told[-1].detail) == ("waits", {"needs": key, "reason": why})
    assert scene.audit("document:1") == told


def test_what_goes_on_waiting_for_one_thing_when_another_is_there_is_as_old_as_before(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="99", on="20310601"))
    scene.run()
    before = {key.partition(":")[0]: since for key, _, since in read_ages(scene)}
    scene.rules += '[[vendor]]\ncode = "92/99"\nvendor = "V1"\n'
    scene.wait(days=2)

    scene.run()

    [(key, _, since)] = read_ages(scene)
    assert before.keys() == {"vendor", "date"}
    assert key.startswith("date:")
    assert since == before["date"]


def read_ages(scene: Scene) -> list[tuple[str, str, datetime]]:
    """What the first document waits for, why, and since when."""
    with scene.store.begin() as work:
        ages = work.needs.list_ages([1])[1]
    return [(str(need), need.reason, since) for need, since in ages.items()]


@pytest.mark.rule("Before anything else", 6)
def test_what_comes_after_its_cancellation_is_for_a_person_and_goes_on_once_that_is_rejected(
    scene: Scene,
) -> None:
    scene.drop(write_again("01"), name="cancelled.edi")
    scene.run()
    scene.drop(write_invoice("INV-1"))

    scene.run()

    [(cancelling, _), (original, why)] = list_ends(scene)
    assert (cancelling, original) == (Status.HELD, Status.HELD)
    assert "INV-1 is cancelled by document #1" in why
    assert scene.finance.count_bills("V1", "INV-1") == 0
    reject(scene.store, [1], reason="it was sent by mistake", by="mira")
    scene.run()
    assert [status for status, _ in list_ends(scene)] == [Status.REJECTED, Status.POSTED]


@pytest.mark.rule("Before anything else", 6)
def test_a_cancellation_of_what_another_run_has_made_ready_meanwhile_is_decided_anew_and_stops_it(
    scene: Scene,
) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read)
    alone = plan_now(scene)
    scene.drop(write_again("01"), name="cancelled.edi")
    scene.do(receive, read)
    both = plan_now(scene)
    basis = scene.make_run().basis

    store_outcome(basis, alone, version=1)
    store_outcome(basis, both, version=1)

    assert [len(moves) for moves in both.moves.values()] == [2]
    assert [status for status, _ in list_ends(scene)] == [Status.READY, Status.READ]
    scene.run()
    [(original, stopped), (cancelling, why)] = list_ends(scene)
    assert (original, cancelling) == (Status.FILED, Status.FILED)
    assert "cancelled by document #2" in stopped
    assert "of which nothing was sent" in why
    assert [entry.action for entry in scene.audit("document:1")][-2:] == ["called back", "filed"]
    assert scene.list_sent() == []


@pytest.mark.rule("Before anything else", 6)
@pytest.mark.parametrize("purpose", ["01", "05"])
def test_what_is_being_sent_is_not_called_back_and_what_came_after_it_is_for_a_person(
    scene: Scene, purpose: str
) -> None:
    make_ready(scene)
    run = scene.make_run()
    intent = write_intent(run, [scene.posting("INV-1")])
    assert intent is not None
    scene.drop(write_again(purpose, cents=7_500), name="again.edi")

    scene.do(receive, read, plan)

    [(original, _), (second, why)] = list_ends(scene)
    assert (original, second) == (Status.SENDING, Status.HELD)
    assert "document #1" in why
    assert "(sending)" in why
    assert "by hand in Intacct" in why or "reverse or delete it in Intacct" in why
    store_answer(run, intent, exchange(run, intent))
    assert scene.finance.count_bills("V1", "INV-1") == 1


@pytest.mark.rule("Before anything else", 6)
def test_what_was_called_back_is_not_sent_by_whoever_was_about_to(scene: Scene) -> None:
    make_ready(scene)
    about_to_be_sent = [scene.posting("INV-1")]
    scene.drop(write_again("01"), name="cancelled.edi")
    scene.do(receive, read, plan)

    intent = write_intent(scene.make_run(), about_to_be_sent)

    assert intent is None
    assert {status for status, _ in list_ends(scene)} == {Status.FILED}


def test_what_would_become_of_a_cancellation_is_told_without_calling_anything_back(scene: Scene) -> None:
    make_ready(scene)
    scene.drop(write_again("01"), name="cancelled.edi")
    scene.do(receive, read)
    waiting = [each for each in scene.documents() if each.status is Status.READ]

    rehearsed = rehearse_documents(scene.make_run().basis, waiting, version=1)

    assert list(rehearsed.moves) == [Status.HELD]
    assert [status for status, _ in list_ends(scene)] == [Status.READY, Status.READ]


def make_ready(scene: Scene) -> None:
    """Have INV-1 planned, and not sent."""
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)


def plan_now(scene: Scene) -> Outcome:
    run = scene.make_run()
    plannable = list_plannable(run.basis)
    assert plannable is not None
    documents = [each for each in scene.documents() if each.status is Status.READ]
    return plan_documents(run, documents, version=plannable.version)


@pytest.mark.rule("Before anything else", 6)
def test_what_was_refused_may_have_been_mended_by_hand_so_its_cancellation_is_for_a_person(
    scene: Scene,
) -> None:
    scene.finance.order(Fault(says="refused"))
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.drop(write_again("01"), name="cancelled.edi")

    scene.run()

    [(original, _), (cancelling, why)] = list_ends(scene)
    assert (original, cancelling) == (Status.HELD, Status.HELD)
    assert "cancels document #1" in why


def test_a_cancellation_that_is_addressed_to_somebody_else_stops_nothing(scene: Scene) -> None:
    said = write_file(write_again("01")).replace(b"ZZ*OURHOUSE ", b"ZZ*ELSEWHERE")
    scene.drop(write_invoice("INV-1"))
    scene.mailbox.drop("cancelled.edi", said)

    scene.run()

    [(original, _), (cancelling, why)] = list_ends(scene)
    assert (original, cancelling) == (Status.POSTED, Status.HELD)
    assert "which is not us" in why


def test_a_test_is_no_original_of_a_copy(scene: Scene) -> None:
    scene.mode = "live"
    scene.mailbox.drop("test.edi", write_file(write_invoice("INV-1"), usage="T"))
    scene.drop(write_again("07"), name="copy.edi")

    scene.run()

    [(test, _), (copied, why)] = list_ends(scene)
    assert (test, copied) == (Status.FILED, Status.HELD)
    assert "is a copy of what is not here" in why


def test_a_copy_of_a_test_is_filed_with_it(scene: Scene) -> None:
    scene.mode = "live"
    scene.mailbox.drop("test.edi", write_file(write_invoice("INV-1"), write_again("07"), usage="T"))

    scene.run()

    assert {reason for _, reason in list_ends(scene)} == {"test interchange (ISA15 T) on a live link"}


def test_a_copy_of_nobody_we_know_waits_for_its_partner_first(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"), write_again("07"), sender="STRANGER")

    scene.run()

    statuses = {status for status, _ in list_ends(scene)}
    assert statuses == {Status.HELD}
    assert all("unknown sender ZZ/STRANGER" in reason for _, reason in list_ends(scene))


def test_an_original_that_today_s_reader_finds_no_more_is_none(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    document = scene.document("INV-1")
    lost = replace(document.document, index=7, slices=replace(document.document.slices, envelope_offset=7))
    with scene.store.begin() as work:
        work.documents.add(document.file_id, [replace(lost, status=Status.FILED)])
    scene.rules = RULES
    scene.drop(write_again("07"), name="copy.edi")

    scene.run()

    *_, (copied, why) = list_ends(scene)
    assert (copied, "of document #1" in why) == (Status.FILED, True)


def test_a_copy_shows_no_more_than_five_differences(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", lines=7))
    scene.run()
    head, *rest = write_invoice("INV-1", 20_000, lines=7)
    scene.drop((f"{head}******07", *rest), name="copy.edi")

    scene.run()

    _, (copied, why) = list_ends(scene)
    assert copied is Status.HELD
    assert "IT104 200 instead of 100" in why
    assert "; and 3 more" in why


@pytest.mark.rule("Before anything else", 6)
def test_a_replacement_by_the_same_is_filed_and_stops_nothing(scene: Scene) -> None:
    make_ready(scene)
    scene.drop(write_again("05"), name="again.edi")

    scene.run()

    [(original, _), (replacing, why)] = list_ends(scene)
    assert (original, replacing) == (Status.POSTED, Status.FILED)
    assert "by the same: nothing differs" in why


@pytest.mark.rule("Before anything else", 6)
@pytest.mark.parametrize("vendor", ["77", "99"], ids=["ready", "held on its vendor"])
def test_a_replacement_takes_the_place_of_what_was_never_sent(scene: Scene, vendor: str) -> None:
    scene.drop(write_invoice("INV-1", vendor=vendor))
    scene.do(refresh, receive, read, plan)
    scene.drop(write_again("05", cents=7_500), name="again.edi")

    scene.run()

    [(original, why), (replacing, _)] = list_ends(scene)
    assert (original, replacing) == (Status.FILED, Status.POSTED)
    assert "replaced by document #2" in why
    assert "IT104 75 instead of 100" in why
    [[bill]] = scene.list_sent()
    assert bill.lines[0].amount == Decimal(75)


@pytest.mark.rule("Before anything else", 6)
def test_of_several_replacements_the_last_one_counts_and_a_cancellation_stops_it_too(scene: Scene) -> None:
    make_ready(scene)
    scene.drop(write_again("05", cents=7_500), write_again("05", cents=5_000), name="again.edi")
    scene.do(receive, read, plan)
    before = [status for status, _ in list_ends(scene)]
    scene.drop(write_again("01"), name="cancelled.edi")

    scene.run()

    assert before == [Status.FILED, Status.FILED, Status.READY]
    assert {status for status, _ in list_ends(scene)} == {Status.FILED}
    assert scene.list_sent() == []


@pytest.mark.rule("Before anything else", 6)
@pytest.mark.parametrize(
    ("purpose", "cents", "says"),
    [("04", 7_500, "changes document #1"), ("05", 0, "replaces document #1")],
    ids=["a change may leave out what stays", "nothing is no invoice"],
)
def test_what_may_not_be_all_of_it_replaces_nothing_by_itself(
    scene: Scene, purpose: str, cents: int, says: str
) -> None:
    scene.drop(write_invoice("INV-1", vendor="99"))
    scene.run()
    scene.drop(write_again(purpose, cents=cents), name="again.edi")

    scene.run()

    [(original, _), (second, why)] = list_ends(scene)
    assert (original, second) == (Status.HELD, Status.HELD)
    assert says in why
    assert f"IT104 {cents // 100} instead of 100" in why


@pytest.mark.rule("Before anything else", 6)
def test_a_replacement_of_what_a_person_has_let_go_before_is_for_a_person(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="99"))
    scene.run()
    release(scene.store, [1], reason="the vendor is on the phone", by="mira")
    scene.run()
    scene.drop(write_again("05", cents=7_500), name="again.edi")

    scene.run()

    [(original, _), (replacing, why)] = list_ends(scene)
    assert (original, replacing) == (Status.HELD, Status.HELD)
    assert "replaces document #1" in why
    assert "reject it if this one counts" in why
    reject(scene.store, [1], reason="the second one counts", by="mira")
    scene.run()
    assert [status for status, _ in list_ends(scene)] == [Status.REJECTED, Status.POSTED]


@pytest.mark.rule("Before anything else", 6)
def test_a_replacement_that_was_held_goes_on_once_it_can_as_what_it_replaced_is_filed(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)
    scene.drop(
        ("BIG*20310310*INV-1******05", *write_invoice("INV-1", 7_500, vendor="99")[1:]), name="again.edi"
    )
    scene.run()
    before = [status for status, _ in list_ends(scene)]
    scene.rules += '[[vendor]]\ncode = "92/99"\nvendor = "V1"\n'

    scene.run()

    assert before == [Status.FILED, Status.HELD]
    assert [status for status, _ in list_ends(scene)] == [Status.FILED, Status.POSTED]


@pytest.mark.rule("Before anything else", 6)
def test_a_replacement_that_was_refused_goes_on_once_people_let_it_go_again(scene: Scene) -> None:
    make_ready(scene)
    scene.drop(write_again("05", cents=7_500), name="again.edi")
    scene.finance.order(Fault(says="refused"))
    scene.run()
    before = [status for status, _ in list_ends(scene)]
    release(scene.store, [2], reason="the vendor is active again", by="mira")

    scene.run()

    assert before == [Status.FILED, Status.HELD]
    assert [status for status, _ in list_ends(scene)] == [Status.FILED, Status.POSTED]
    assert scene.finance.count_bills("V1", "INV-1") == 1


@pytest.mark.rule("Before anything else", 6)
def test_a_replacement_of_what_is_not_here_is_for_a_person(scene: Scene) -> None:
    scene.drop(write_again("05"))

    scene.run()

    [(replacing, why)] = list_ends(scene)
    assert replacing is Status.HELD
    assert "replaces what is not here" in why
    assert [str(need) for need in scene.needs("INV-1")] == ["purpose:05/INV-1"]


@pytest.mark.rule("Before anything else", 6)
def test_a_replacement_is_decided_again_when_another_run_takes_its_original_on_meanwhile(
    scene: Scene,
) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read)
    alone = plan_now(scene)
    scene.drop(write_again("05", cents=7_500), name="again.edi")
    scene.do(receive, read)
    both = plan_now(scene)
    basis = scene.make_run().basis

    store_outcome(basis, alone, version=1)
    ready = store_outcome(basis, both, version=1)

    assert ready == []
    assert [status for status, _ in list_ends(scene)] == [Status.READY, Status.READ]
    with scene.store.begin() as work:
        assert work.postings.list_planned([2]) == set()


def test_a_copy_is_judged_by_our_record_alone(scene: Scene) -> None:
    scene.drop(write_again("07"))
    scene.run()
    basis = scene.make_run().basis
    documents = {each.id: each for each in scene.documents()}

    [case] = open_cases(basis, documents.values(), Outcome(documents=documents), 1)

    claim = case.claim(begin_facts(basis, version=1))
    assert case.judge_seen(claim, Told()) == ()
    assert case.ask_bill() is None
