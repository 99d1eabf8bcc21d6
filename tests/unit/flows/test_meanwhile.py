"""What is ready goes out while the next documents are decided, and nothing of it is lost when that ends early."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TypeVar

import pytest
from tests.fakes import Fault
from tests.unit.flows.scene import Scene, write_invoice

from ml_connector.flows.beside import do_at_once, do_beside
from ml_connector.flows.edi_to_intacct import book, plan, post, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.posting.line import Line
from ml_connector.flows.receiving import receive
from ml_connector.flows.run import Run, Step
from ml_connector.intacct import NotSent
from ml_connector.records.status import Status

_T = TypeVar("_T")
Report = Callable[[Step, int, int], None]


class Later(Future[_T]):
    """Something that is done when it was asked for a few times, or is waited for."""

    def __init__(self, work: Callable[[], _T]) -> None:
        super().__init__()
        self._work = work
        self._asked = 0

    def done(self) -> bool:
        self._asked += 1
        return self._asked > 3

    def result(self, timeout: float | None = None) -> _T:
        if not super().done():
            self.set_result(self._work())
        return super().result(timeout)


class Stopped(Exception):
    """Somebody else is to go on."""


def make_run(scene: Scene, report: Report | None = None) -> Run:
    """A run whose requests take a while."""
    run = replace(scene.make_run(), begin=Later)
    return run if report is None else replace(run, report=report)


def drop(scene: Scene, *days: int) -> None:
    """Invoices that are to be paid in the order of these days of March."""
    scene.drop(*(write_invoice(f"INV-{day}", on=f"203103{day:02}") for day in days))
    scene.do(refresh, receive, read)


def stop_at(step: Step, done: int) -> Report:
    def stop(now: Step, count: int, _: int) -> None:
        if (now, count) == (step, done):
            raise Stopped

    return stop


def test_bills_go_out_while_others_are_decided_and_the_first_to_be_paid_goes_first(scene: Scene) -> None:
    scene.slice = 2
    drop(scene, 9, 3, 8, 1, 7, 2)

    book(make_run(scene))

    sent = [bill.number for request in scene.list_sent() for bill in request]
    assert sent == ["INV-1", "INV-2", "INV-3", "INV-7", "INV-8", "INV-9"]
    assert set(scene.statuses().values()) == {Status.POSTED}
    steps = [step for step, _, _ in scene.progress]
    assert steps.index("post") < len(steps) - steps[::-1].index("plan") - 1
    assert all(scene.actions(number) == ["read", "ready", "sending", "posted"] for number in sent)


def test_one_who_asks_intacct_waits_for_the_request_that_is_on_its_way(scene: Scene) -> None:
    drop(scene, 1)
    run = make_run(scene)
    held: list[bool] = []
    scene.finance.on_find = lambda: held.append(run.turn.locked())

    book(run)

    assert held == [True]
    assert not run.turn.locked()


def test_a_run_that_is_stopped_keeps_the_answer_it_waits_for(scene: Scene) -> None:
    scene.slice = 2
    drop(scene, 1, 2, 3, 4, 5)

    with pytest.raises(Stopped):
        book(make_run(scene, report=stop_at("plan", 4)))

    statuses = scene.statuses()
    assert statuses["INV-1"] is Status.POSTED
    assert Status.SENDING not in statuses.values()
    assert statuses["INV-5"] is Status.READ

    assert scene.run() == []
    assert set(scene.statuses().values()) == {Status.POSTED}
    assert len(scene.finance.bills) == 5


def test_an_answer_is_kept_though_the_next_request_cannot_begin(scene: Scene) -> None:
    drop(scene, 1, 2)
    scene.do(plan)
    line = Line(make_run(scene, report=stop_at("post", 1)))
    first, second = (scene.document(number).id for number in ("INV-1", "INV-2"))
    line.add([first])
    line.go_on()
    line.add([second])

    with pytest.raises(Stopped):
        line.finish()

    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.READY}


def test_a_run_that_has_to_end_sends_nothing_after_the_request_that_is_on_its_way(scene: Scene) -> None:
    scene.drop(*(write_invoice(f"INV-{n}") for n in range(1, 41)))
    scene.do(refresh, receive, read, plan)

    def stop(step: Step, done: int, total: int) -> None:
        if step == "post" and scene.finance.requests and done < total:
            raise Stopped

    with pytest.raises(Stopped):
        post(make_run(scene, report=stop))

    # the second had begun with the first's answer
    assert [len(request) for request in scene.list_sent()] == [10, 20]
    assert sorted(scene.statuses().values()) == [Status.POSTED] * 30 + [Status.READY] * 10


def test_nothing_follows_a_request_that_intacct_could_not_be_reached_for(scene: Scene) -> None:
    scene.slice = 2
    drop(scene, 1, 2, 3, 4)
    scene.finance.order(Fault(error=NotSent("connection refused")))
    run = make_run(scene)

    book(run)

    assert [trouble.message for trouble in run.troubles] == ["connection refused"]
    assert len(scene.finance.requests) == 1
    assert set(scene.statuses().values()) == {Status.READY}


def test_work_beside_hands_out_its_result_or_its_error() -> None:
    def fail() -> None:
        raise Stopped

    for begin in (do_at_once, do_beside):
        assert begin(lambda: 7).result() == 7
        with pytest.raises(Stopped):
            begin(fail).result()
