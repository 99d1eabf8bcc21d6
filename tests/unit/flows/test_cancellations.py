"""Cancellations of what was not sent, or may have been."""

import pytest
from tests.fakes import Fault
from tests.unit.flows.repeating import list_ends, make_ready, plan_now, write_again
from tests.unit.flows.scene import Scene, write_file, write_invoice

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reject
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.posting.sending import exchange, store_answer, write_intent
from ml_connector.flows.receiving import receive
from ml_connector.records.status import Status


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
