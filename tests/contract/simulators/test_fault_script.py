"""The script of faults both simulators share: which request a fault hits, how often, and what it does to it."""

import gzip
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from mlc_sim.faults import Fault, FaultError, FaultScript
from mlc_sim.serving import Delivery, Request, Response
from mlc_sim.wire import Options

DONE: Final = Response(
    headers={"Content-Type": "text/xml; charset=UTF-8"}, body="<done>Gebühr</done>".encode()
)
DROPPED: Final = Delivery(drop=True)


class Wire:
    """A script with its pauses and executions written down in order."""

    def __init__(self, pause: Callable[[float], None] | None = None) -> None:
        self.events: list[object] = []
        self.executed = threading.Event()
        self.script = FaultScript(
            head_facts=("folder",),
            body_facts=("function",),
            own_actions={"vanish": Options(takes="name")},
            pause=pause or self.events.append,
        )

    def execute(self) -> Response:
        self.events.append("executed")
        self.executed.set()
        return DONE

    def order(self, action: str, **options: object) -> None:
        self.script.add(Fault(action=action, options=options))

    def ask(self, *, accepts_gzip: bool = False, **facts: str) -> Response:
        occasion = {"method": "POST", "path": "/x", **facts}
        return self.script.answer(occasion, self.execute, accepts_gzip=accepts_gzip)


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_nothing_set_nothing_happens(wire: Wire) -> None:
    assert wire.ask() == DONE
    assert wire.events == ["executed"]


@pytest.mark.parametrize(
    ("options", "events"),
    [
        ({"seconds": 2}, [2.0, "executed"]),
        ({"seconds": 2, "when": "before"}, [2.0, "executed"]),
        ({"seconds": 2, "when": "after"}, ["executed", 2.0]),
    ],
)
def test_a_delay_waits_before_or_after(wire: Wire, options: dict[str, Any], events: list[object]) -> None:
    wire.order("delay", **options)

    assert wire.ask() == DONE
    assert wire.events == events


@pytest.mark.parametrize(("when", "events"), [("before", []), ("after", ["executed"])])
@pytest.mark.parametrize(
    ("action", "delivery"),
    [("drop", DROPPED), ("reset", Delivery(drop=True, reset=True)), ("hang", Delivery(drop=True, hang=True))],
)
def test_an_answer_can_be_lost_before_or_after_the_execution(
    wire: Wire, action: str, delivery: Delivery, when: str, events: list[object]
) -> None:
    wire.order(action, when=when)

    assert wire.ask() == Response(delivery=delivery)
    assert wire.events == events


def test_an_answer_can_be_put_in_the_place_of_the_execution(wire: Wire) -> None:
    wire.order("http", status=429, body="<x/>", headers={"Retry-After": "7"})
    wire.script.add(Fault(action="html", nth=2), Fault(action="empty", nth=3), Fault(action="http", nth=4))

    limited, page, nothing, failed = wire.ask(), wire.ask(), wire.ask(), wire.ask()

    assert (limited.status, limited.body, limited.headers["Retry-After"]) == (429, b"<x/>", "7")
    assert page.status == 200
    assert page.body.startswith(b"<!DOCTYPE html>")
    assert (nothing.status, nothing.body) == (200, b"")
    assert (failed.status, failed.body) == (500, b"")
    assert wire.events == []


@pytest.mark.parametrize("action", ["http", "html", "empty"])
def test_another_answer_can_be_given_after_the_execution_too(wire: Wire, action: str) -> None:
    wire.order(action, when="after")

    assert wire.ask().body != DONE.body
    assert wire.events == ["executed"]


@pytest.mark.parametrize(
    ("action", "options", "spoilt"),
    [
        ("truncate", {"bytes": 2}, replace(DONE, delivery=Delivery(sent_bytes=2))),
        ("truncate", {"bytes": 2, "reset": True}, replace(DONE, delivery=Delivery(sent_bytes=2, reset=True))),
        ("length", {"declared": 9}, replace(DONE, delivery=Delivery(declared_length=9))),
        ("garble", {"at": 1, "bytes": 4}, replace(DONE, body=b"<\xff\xff\xff\xff>Geb\xc3\xbchr</done>")),
        ("garble", {}, replace(DONE, body=b"<done>Geb\xc3\xffhr</done>")),
        ("garble", {"at": 19, "bytes": 9}, replace(DONE, body=b"<done>Geb\xc3\xbchr</done\xff")),
        ("encoding", {"codec": "cp1252"}, replace(DONE, body=b"<done>Geb\xfchr</done>")),
        (
            "encoding",
            {"codec": "cp1252", "append": "<!-- \u00e9 -->"},
            replace(DONE, body=b"<done>Geb\xfchr</done><!-- \xe9 -->"),
        ),
    ],
)
def test_the_answer_of_an_execution_can_be_spoilt(
    wire: Wire, action: str, options: dict[str, object], spoilt: Response
) -> None:
    wire.order(action, **options)

    assert wire.ask() == spoilt


def test_an_answer_that_is_garbled_already_can_be_encoded(wire: Wire) -> None:
    wire.order("encoding", codec="cp1252")
    wire.order("garble", at=1, bytes=4)

    assert wire.ask() == replace(DONE, body=b"<????>Geb\xfchr</done>")
    assert wire.events == ["executed"]


def test_an_answer_cut_in_two_can_be_announced_as_whole(wire: Wire) -> None:
    wire.order("truncate", bytes=6)
    wire.order("length", declared=6)

    assert wire.ask().delivery == Delivery(sent_bytes=6, declared_length=6)


def test_an_answer_is_compressed_for_whoever_accepts_it(wire: Wire) -> None:
    wire.script.add(Fault(action="gzip", times=None))

    plain, packed = wire.ask(), wire.ask(accepts_gzip=True)

    assert plain == DONE
    assert packed.headers == {**DONE.headers, "Content-Encoding": "gzip"}
    assert gzip.decompress(packed.body) == DONE.body


@pytest.mark.parametrize("accepts_gzip", [True, False])
def test_an_answer_can_be_compressed_without_saying_so(wire: Wire, accepts_gzip: bool) -> None:  # noqa: FBT001 - a parameter of the table
    wire.order("gzip", header=False)

    packed = wire.ask(accepts_gzip=accepts_gzip)

    assert packed.headers == DONE.headers
    assert gzip.decompress(packed.body) == DONE.body


@pytest.mark.parametrize(
    ("options", "delivery"),
    [({}, DROPPED), ({"hang": False}, DROPPED), ({"hang": True}, Delivery(drop=True, hang=True))],
)
def test_a_late_request_is_answered_by_silence_and_executed_afterwards(
    options: dict[str, object], delivery: Delivery
) -> None:
    waiting = threading.Event()

    def wait(seconds: float) -> None:
        waiting.wait(seconds)

    wire = Wire(pause=wait)
    wire.order("late", seconds=60, **options)

    assert wire.ask() == Response(delivery=delivery)
    assert wire.events == []

    waiting.set()
    assert wire.executed.wait(60)
    assert wire.events == ["executed"]


def test_a_late_request_can_be_answered_like_a_gateways_time_out(wire: Wire) -> None:
    wire.order("http", status=524, when="after")
    wire.order("late", seconds=3)

    assert wire.ask().status == 524
    assert wire.executed.wait(60)
    assert wire.events == [3.0, "executed"]


def test_two_faults_on_one_request_both_happen_the_first_one_outermost(wire: Wire) -> None:
    wire.order("drop", when="after")
    wire.order("delay", seconds=1)

    assert wire.ask().delivery.drop
    assert wire.events == [1.0, "executed"]


def test_a_fault_happens_as_often_as_it_says_from_the_nth_match_on(wire: Wire) -> None:
    wire.script.add(Fault(action="empty", match={"function": "cre*"}, nth=2, times=2))

    functions = ("create", "query", "create", "query", "create", "create")
    bodies = [wire.ask(function=name).body for name in functions]

    assert bodies == [DONE.body, DONE.body, b"", DONE.body, b"", DONE.body]


def test_a_fault_without_an_end_goes_on_until_all_are_cleared(wire: Wire) -> None:
    wire.script.add(Fault(action="empty", times=None))
    broken = [wire.ask().body for _ in range(3)]
    wire.script.clear()

    assert broken == [b"", b"", b""]
    assert wire.ask() == DONE


def test_all_facts_of_a_match_must_agree(wire: Wire) -> None:
    wire.script.add(Fault(action="empty", match={"method": "POST", "path": "/y"}))

    assert wire.ask() == DONE


def test_an_action_of_the_simulators_own_is_taken_by_it(wire: Wire) -> None:
    fault = Fault(action="vanish", options={"name": "a.edi"})
    wire.script.add(fault)

    assert wire.ask() == DONE
    assert wire.script.take("vanish", {}) == [fault]
    assert wire.script.take("vanish", {}) == []


def test_a_request_can_be_reset_before_its_body_is_read_matched_by_its_head(wire: Wire) -> None:
    wire.script.add(Fault(action="reset_unread", match={"folder": "/a", "path": "/x"}))
    heads = [{"path": "/x", "folder": "/b"}, {"path": "/x", "folder": "/a"}, {"path": "/x", "folder": "/a"}]

    greetings = [wire.script.greet(head) for head in heads]

    assert greetings == [None, Response(delivery=Delivery(drop=True, reset=True)), None]
    assert wire.ask() == DONE


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (Fault(action="explode"), "unknown action 'explode'"),
        (Fault(action="delay"), r"needs \['seconds'\]"),
        (Fault(action="late", options={"seconds": 1, "when": "after"}), r"may have \['hang'\]"),
        (Fault(action="drop", options={"after": True}), r"may have \['when'\]"),
        (Fault(action="drop", options={"when": "later"}), "one of before, after"),
        (Fault(action="vanish", options={"names": "a"}), r"may have \['name'\]"),
        (Fault(action="drop", match={"funktion": "create"}), r"nothing is known of \['funktion'\]"),
        (Fault(action="reset_unread", match={"function": "x"}), r"match by \['folder', 'method', 'path'\]"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(wire: Wire, fault: Fault, complaint: str) -> None:
    with pytest.raises(FaultError, match=complaint):
        wire.script.add(fault)

    assert wire.ask() == DONE


@pytest.mark.parametrize(
    "body", [b"[1]", b"{", b'[{"action": "drop", "times": "x"}]', b'[{"action": "delay"}]']
)
def test_the_admin_route_says_what_is_wrong_with_an_order(wire: Wire, body: bytes) -> None:
    response = wire.script.administer(Request(method="POST", path="/_sim/faults", body=body))

    assert response.status == 400
    assert b"error" in response.body
