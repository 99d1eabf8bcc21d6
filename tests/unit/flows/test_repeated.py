"""Copies and cancellations beside what they are about: nothing is made of them, whatever comes first."""

from dataclasses import replace

import pytest
from tests.fakes import Fault
from tests.unit.flows.scene import RULES, Scene, write_file, write_invoice

from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.planning.deciding import plan_documents
from ml_connector.flows.planning.facts import begin_facts
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.planning.told import Told
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


@pytest.mark.rule("Before anything else", 6)
def test_a_cancellation_of_what_another_run_has_made_ready_meanwhile_is_not_filed(scene: Scene) -> None:
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
    [(original, _), (cancelling, why)] = list_ends(scene)
    assert (original, cancelling) == (Status.POSTED, Status.HELD)
    assert "reverse or delete it in Intacct" in why


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
def test_a_replacement_by_the_same_is_filed(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.drop(write_again("05"), name="again.edi")

    scene.run()

    [(_, _), (replacing, why)] = list_ends(scene)
    assert replacing is Status.FILED
    assert "by the same: nothing differs" in why


def test_a_copy_is_judged_by_our_record_alone(scene: Scene) -> None:
    scene.drop(write_again("07"))
    scene.run()
    basis = scene.make_run().basis
    documents = {each.id: each for each in scene.documents()}

    [case] = open_cases(basis, documents.values(), Outcome(documents=documents))

    claim = case.claim(begin_facts(basis, version=1))
    assert case.judge_seen(claim, Told()) == ()
    assert case.ask_bill() is None
