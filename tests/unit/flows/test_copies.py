"""Copies beside what they repeat: nothing is made of them, whatever comes first."""

from dataclasses import replace
from datetime import datetime

import pytest
from tests.unit.flows.repeating import list_ends, write_again
from tests.unit.flows.scene import RULES, Scene, write_file, write_invoice

from ml_connector.flows.planning.facts import begin_facts
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.told import Told
from ml_connector.records.status import Status


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


def test_a_copy_is_judged_by_our_record_alone(scene: Scene) -> None:
    scene.drop(write_again("07"))
    scene.run()
    basis = scene.make_run().basis
    documents = {each.id: each for each in scene.documents()}

    [case] = open_cases(basis, documents.values(), Outcome(documents=documents), 1)

    claim = case.claim(begin_facts(basis, version=1))
    assert case.judge_seen(claim, Told()) == ()
    assert case.ask_bill() is None
