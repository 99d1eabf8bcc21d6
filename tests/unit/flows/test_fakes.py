"""The fakes can fail the tests that use them: here is what they notice."""

from datetime import timedelta

import pytest
from tests.fakes import Fault, Killed
from tests.unit.flows.scene import INBOUND, Scene, make_bill

from ml_connector.intacct import Ambiguous, BillKey, Call

CALL = Call(control_id="c-1", body=make_bill("INV-1"))


def test_intacct_is_not_called_while_a_transaction_is_open(scene: Scene) -> None:
    with scene.store.begin(), pytest.raises(AssertionError, match="transaction of the store is open"):
        scene.finance.find_bills([])
    with scene.store.begin(), pytest.raises(AssertionError, match="transaction of the store is open"):
        scene.finance.writing.write([CALL])
    with scene.store.begin(), pytest.raises(AssertionError, match="transaction of the store is open"):
        scene.finance.reading.count("VENDOR")

    assert scene.finance.find_bills([]) == ()


def test_cleo_is_not_called_while_a_transaction_is_open(scene: Scene) -> None:
    with scene.store.begin(), pytest.raises(AssertionError, match="transaction of the store is open"):
        scene.mailbox.find_folder(INBOUND)

    assert scene.mailbox.find_folder(INBOUND).path == INBOUND


@pytest.mark.parametrize("stored", [True, False])
def test_a_store_that_dies_at_the_end_of_a_block_has_its_work_or_not(scene: Scene, *, stored: bool) -> None:
    scene.store.die_in(1, stored=stored)

    with pytest.raises(Killed), scene.store.begin() as work:
        work.rules.pin("main", {"a.toml": ""}, author="clerk")

    assert len(scene.audit("rules:main")) == stored


def test_a_repetition_that_overtakes_a_running_request_makes_a_second_bill(scene: Scene) -> None:
    scene.finance.order(Fault(lost=True, commits=timedelta(minutes=10)))
    with pytest.raises(Ambiguous):
        scene.finance.writing.write([CALL])
    scene.wait(minutes=9)
    (overtaking,) = scene.finance.writing.write([CALL])
    scene.wait(minutes=1)

    found = scene.finance.find_bills([BillKey(vendor_id="V1", number="INV-1")])

    assert (overtaking.status, len(found)) == ("created", 2)


def test_a_repetition_after_the_request_is_completed_is_refused(scene: Scene) -> None:
    scene.finance.order(Fault(lost=True, commits=timedelta(minutes=10)))
    with pytest.raises(Ambiguous):
        scene.finance.writing.write([CALL])
    scene.wait(minutes=10)

    (late,) = scene.finance.writing.write([CALL])

    assert (late.status, scene.finance.count_bills("V1", "INV-1")) == ("refused", 1)
