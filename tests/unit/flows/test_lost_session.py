"""The server ends a process's session while it is sending: others take over what may still be on its way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.databases import end_sessions
from tests.unit.flows.scene import DOUBT, Scene, open_watched, write_invoice

from ml_connector.flows.edi_to_intacct import plan, post, process, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.receiving import receive
from ml_connector.records.status import Status


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
@pytest.mark.parametrize("doubt", [DOUBT, DOUBT[-1:]], ids=["four looks", "one look"])
def test_what_leaves_after_others_have_taken_it_over_is_not_sent_by_them_as_well(
    scene: Scene, doubt: tuple[timedelta, ...]
) -> None:
    scene.doubt = doubt
    scene.finance.remembers = False  # no control id keeps a second bill out
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)
    other = replace(scene, store=open_watched(scene.url, scene.clock), progress=[])
    states: set[Status] = set()

    def linger(_: int) -> timedelta:
        end_sessions(scene.url)
        for _minute in range(19):
            other.do(process)
            states.add(other.document("INV-1").status)
            scene.clock.advance(timedelta(minutes=1))
        return timedelta(0)

    scene.finance.takes = linger
    scene.do(post)
    for _ in DOUBT:
        scene.wait(minutes=10)
        other.do(process)
    other.store.close()

    assert states == {Status.IN_DOUBT}
    assert len(scene.finance.bills) == 1
    assert scene.document("INV-1").status is Status.POSTED
