"""What was ready, was called back and is held on something else now: it needs no person, as nothing of it was ever sent."""

import pytest
from tests.databases import run_sql
from tests.unit.flows.repeating import list_ends, make_ready, write_again
from tests.unit.flows.scene import Scene

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.receiving import receive
from ml_connector.records.status import Status

CLOSED = ('account = "6000"', 'account = "6001"')  # an account that is inactive


@pytest.mark.rule("Before anything else", 6)
def test_what_was_called_back_and_held_goes_by_itself_once_its_need_is_met(scene: Scene) -> None:
    call_back_and_hold(scene)
    scene.wait(days=1)
    scene.rules = scene.rules.replace(CLOSED[1], CLOSED[0])

    scene.run()

    assert [status for status, _ in list_ends(scene)] == [Status.POSTED, Status.FILED]
    assert [[bill.number for bill in request] for request in scene.list_sent()] == [["INV-1"]]


@pytest.mark.rule("Before anything else", 6)
def test_what_was_called_back_and_held_is_cancelled_like_what_was_never_ready(scene: Scene) -> None:
    call_back_and_hold(scene)
    scene.drop(write_again("01"), name="cancelled.edi")

    scene.run()

    assert {status for status, _ in list_ends(scene)} == {Status.FILED}
    assert scene.list_sent() == []


def test_what_was_kept_from_being_sent_is_for_a_person_whatever_changes(scene: Scene) -> None:
    make_ready(scene)
    run_sql(scene.url, "UPDATE postings SET body_sha256 = 'x'")
    scene.run()
    [(held, why)] = list_ends(scene)
    scene.rules += '[[vendor]]\ncode = "92/none"\nvendor = "V1"\n'

    scene.run()

    [(still, _)] = list_ends(scene)
    with scene.store.begin() as work:
        assert work.releases.list_for_a_person([1]) == {1}
    assert (held, still) == (Status.HELD, Status.HELD)
    assert "changed in the database" in why
    assert scene.list_sent() == []


def call_back_and_hold(scene: Scene) -> None:
    """INV-1 is ready; the same comes as its replacement, and meanwhile the rules give another account."""
    make_ready(scene)
    scene.rules = scene.rules.replace(*CLOSED)
    scene.drop(write_again("05"), name="again.edi")
    scene.do(refresh, receive, read, plan)
    [(original, why), (again, _)] = list_ends(scene)
    assert (original, again) == (Status.HELD, Status.FILED)
    assert "6001" in why
    assert "called back" in [entry.action for entry in scene.audit("document:1")]
