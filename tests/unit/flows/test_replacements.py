"""Replacements: they take the place of what was never sent, and of nothing else."""

from decimal import Decimal

import pytest
from tests.fakes import Fault
from tests.unit.flows.repeating import list_ends, make_ready, plan_now, write_again
from tests.unit.flows.scene import Scene, write_invoice

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reject, release
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.receiving import receive
from ml_connector.records.status import Status


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
