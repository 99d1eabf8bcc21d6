"""A document that becomes several transactions: one after the other, none of them twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.fakes import AT_ONCE, Fault, Killed
from tests.unit.flows.ordering import drop_order, list_orders, list_written, open_trade, write_order
from tests.unit.flows.scene import Scene

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import release
from ml_connector.flows.receiving import receive
from ml_connector.intacct import ErrorDetail, NewPurchasing
from ml_connector.records.status import Status

FIRST, SECOND = "Purchase Order-PO0001", "Purchase Order-PO0002"
REFUSED = Fault(says="refused", errors=(ErrorDetail(errorno="X", description2="No."),))


@pytest.fixture
def parts(scene: Scene) -> Scene:
    """A scene with an order that is ready to become two transactions: of 40 pieces, and of 2."""
    open_trade(scene)
    drop_order(scene, write_order("P-1"))
    scene.do(refresh, receive, read, plan)
    id_, posting = scene.document("P-1").id, scene.posting("P-1").posting
    (whole,) = posting.functions
    assert isinstance(whole, NewPurchasing)
    rest = replace(whole, lines=(replace(whole.lines[0], quantity=whole.lines[0].quantity / 20),))
    with scene.store.begin() as work:
        work.postings.add([(id_, replace(posting, functions=(whole, rest)))])
    return scene


def list_sent(scene: Scene) -> list[list[int]]:
    return [[int(each.lines[0].quantity) for each in request] for request in list_written(scene)]


def test_each_is_sent_once_the_one_before_it_is_in_intacct(parts: Scene) -> None:
    parts.run()

    document, stored = parts.document("P-1"), parts.posting("P-1")
    control_ids = [call.control_id for (call,) in parts.finance.requests]
    assert (document.status, document.intacct_key, stored.keys) == (Status.POSTED, SECOND, (FIRST,))
    assert list_sent(parts) == [[40], [2]]
    assert control_ids == [stored.posting.control_id, f"{stored.posting.control_id}:2"]
    assert parts.actions("P-1")[-4:] == ["sending", "part posted", "sending", "posted"]
    assert stored.intact


def test_one_that_is_refused_stops_there_and_what_is_posted_is_never_sent_again(parts: Scene) -> None:
    parts.finance.order(Fault(commits=AT_ONCE), REFUSED)
    parts.run()
    held, stored = parts.document("P-1").status, parts.posting("P-1")

    release(parts.store, [parts.document("P-1").id], reason="mended")
    parts.run()

    assert (held, stored.keys, list_sent(parts)) == (Status.HELD, (FIRST,), [[40], [2]])
    (need,) = parts.needs("P-1")  # an order alone would be another today: it is one transaction, not two
    assert str(need) == "part:P-1/1"
    assert f"{FIRST} of P-1 is in Intacct" in need.reason


@pytest.mark.parametrize("commits", [AT_ONCE, None])
def test_after_an_unclear_answer_only_the_one_in_doubt_is_looked_for(
    parts: Scene, commits: timedelta | None
) -> None:
    parts.finance.order(Fault(commits=AT_ONCE), Fault(lost=True, commits=commits))
    parts.run()
    for _ in range(4):
        parts.wait(minutes=6)
        parts.run()

    assert parts.document("P-1").status is Status.POSTED
    assert (parts.document("P-1").intacct_key, parts.posting("P-1").keys) == (SECOND, (FIRST,))
    assert list_sent(parts) == [[40], [2]] + ([] if commits == AT_ONCE else [[2]])
    assert list(list_orders(parts)) == [FIRST, SECOND]


@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize("stored", [True, False])
def test_killed_at_either_none_is_made_twice(parts: Scene, *, part: int, stored: bool) -> None:
    parts.finance.order(
        *[Fault(commits=AT_ONCE)] * (part - 1), Fault(error=Killed(), commits=AT_ONCE if stored else None)
    )
    with pytest.raises(Killed):
        parts.run()
    parts.restart()

    for _ in range(12):
        parts.run()
        parts.wait(minutes=6)

    assert parts.document("P-1").status is Status.POSTED
    assert list(list_orders(parts)) == [FIRST, SECOND]


def test_the_rest_waits_while_a_link_may_only_make_drafts(parts: Scene) -> None:
    parts.finance.order(Fault(commits=AT_ONCE), Fault(lost=True, commits=None))
    parts.run()
    parts.mode = "test"

    for _ in range(6):
        parts.run()
        parts.wait(minutes=6)

    assert (parts.document("P-1").status, list_sent(parts)) == (Status.READY, [[40], [2]])
