"""The hard limit of API transactions: what can wait waits visibly, and goes on by itself."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tests.fakes import AT_ONCE, Fault
from tests.unit.flows.scene import Scene, write_invoice

from ml_connector.flows.allowance import count_left
from ml_connector.records.exchange import ApiUsage
from ml_connector.records.status import Status

REASON = (
    "the hard limit of 14 API transactions in March 2031 is reached; it goes on by itself in April, "
    "or when hard_limit in [link.main.meter] is raised"
)


def limit(scene: Scene, hard: int) -> None:
    """A company whose writes are billed, and a link with this limit."""

    def bill(control_ids: Sequence[str]) -> None:
        spend(scene, *control_ids)

    scene.hard_limit = hard
    scene.finance.on_billed = bill


def spend(scene: Scene, *control_ids: str) -> None:
    with scene.store.begin() as work:
        day = scene.clock().date()
        work.meter.bill("BIRCH", scene.link, day=day, flow="post", control_ids=control_ids)


def drop(scene: Scene, count: int) -> None:
    scene.drop(*(write_invoice(f"INV-{n}") for n in range(count)))


def test_no_more_is_posted_than_the_limit_leaves_until_it_is_raised_and_the_rest_says_so(
    scene: Scene,
) -> None:
    limit(scene, 14)
    drop(scene, 20)

    assert scene.run() == []

    assert [len(request) for request in scene.finance.requests] == [10, 4]
    waiting = [each for each in scene.documents() if each.status is Status.READY]
    assert [each.reason for each in waiting] == [REASON] * 6
    assert scene.actions(waiting[0].document.key.number)[-1] == "waits"
    run = scene.make_run()
    assert count_left(run) == 0
    with scene.store.begin() as work:
        usage = work.meter.list_usage("BIRCH", scene.clock().date(), scene.clock().date())
    day = scene.clock().date()
    assert usage == (ApiUsage(day=day, link="main", flow="post", partner="Alnwick Bolts", transactions=14),)

    scene.hard_limit = 100
    scene.run()

    assert set(scene.statuses().values()) == {Status.POSTED}
    assert {each.reason for each in scene.documents()} == {""}
    assert len(scene.finance.bills) == 20


def test_beyond_the_limit_nothing_is_asked_that_can_wait_until_the_next_month(
    scene: Scene,
) -> None:
    scene.run()
    limit(scene, 1)
    spend(scene, "anything")
    scene.finance.reading.asked.clear()
    drop(scene, 1)
    scene.wait(hours=2)

    for _ in range(3):
        assert scene.run() == []

    assert (scene.finance.reading.asked, scene.finance.look_ups, scene.finance.requests) == ([], 0, [])
    assert scene.statuses() == {"INV-0": Status.READ}
    assert "hard limit of 1 API transactions" in scene.document("INV-0").reason
    assert scene.actions("INV-0").count("waits") == 1

    scene.clock.now = datetime(2031, 4, 1, tzinfo=UTC)
    scene.run()

    assert scene.statuses() == {"INV-0": Status.POSTED}


def test_nothing_more_is_decided_once_the_limit_is_reached_on_the_way(scene: Scene) -> None:
    limit(scene, 3)
    scene.slice = 2
    drop(scene, 10)

    assert scene.run() == []

    assert scene.finance.look_ups <= 3
    waiting = [each for each in scene.documents() if each.status is not Status.POSTED]
    assert len(waiting) == 7
    assert {each.status for each in waiting} >= {Status.READ}
    assert all("hard limit of 3 API transactions" in each.reason for each in waiting)

    scene.hard_limit = 100
    scene.run()

    assert set(scene.statuses().values()) == {Status.POSTED}


def test_what_is_in_doubt_is_looked_for_beyond_the_limit(scene: Scene) -> None:
    limit(scene, 3)
    scene.finance.order(Fault(lost=True, commits=AT_ONCE))
    drop(scene, 5)

    scene.run()

    assert sorted(scene.statuses().values()) == [Status.POSTED] * 3 + [Status.READY] * 2
    assert len(scene.finance.bills) == 3


def test_two_links_of_a_company_share_what_its_limit_leaves(scene: Scene) -> None:
    limit(scene, 5)
    with scene.store.begin() as work:
        work.meter.bill("BIRCH", "other", day=scene.clock().date(), flow="post", control_ids=["a", "b"])
        work.meter.bill("ANOTHER", "third", day=scene.clock().date(), flow="post", control_ids=["c"])

    assert count_left(scene.make_run()) == 3

    scene.clock.now = datetime(2031, 4, 1, tzinfo=UTC)

    assert count_left(scene.make_run()) == 5


def test_without_a_limit_nothing_is_counted(scene: Scene) -> None:
    assert count_left(scene.make_run()) is None
