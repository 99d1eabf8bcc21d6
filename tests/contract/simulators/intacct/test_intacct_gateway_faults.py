"""Faults to order: which request they hit, what it does, and what was stored nevertheless."""

from typing import Any

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill, function, query, seed

from mlc_sim.faults import Fault, FaultError, FaultScript
from mlc_sim.serving import Delivery, Request, Response

DONE = Response(body=b"done")


class Wire:
    """A script with its pauses and executions written down in order."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self.script = FaultScript(
            facts=("function",), own_actions={"vanish": ("name",)}, pause=self.events.append
        )

    def execute(self) -> Response:
        self.events.append("executed")
        return DONE

    def ask(self, **facts: str) -> Response:
        return self.script.answer({"method": "POST", "path": "/x", **facts}, self.execute)


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
    wire.script.add(Fault(action="delay", options=options))

    assert wire.ask() == DONE
    assert wire.events == events


@pytest.mark.parametrize(("when", "events"), [("before", []), ("after", ["executed"])])
def test_a_drop_closes_before_or_after(wire: Wire, when: str, events: list[object]) -> None:
    wire.script.add(Fault(action="drop", options={"when": when}))

    assert wire.ask().delivery == Delivery(drop=True)
    assert wire.events == events


def test_an_answer_can_be_put_in_the_place_of_the_execution(wire: Wire) -> None:
    options = {"status": 429, "body": "<x/>", "headers": {"Retry-After": "7"}}
    wire.script.add(
        Fault(action="http", options=options), Fault(action="html", nth=2), Fault(action="empty", nth=3)
    )

    limited, page, nothing = wire.ask(), wire.ask(), wire.ask()

    assert (limited.status, limited.body, limited.headers["Retry-After"]) == (429, b"<x/>", "7")
    assert page.status == 200
    assert page.body.startswith(b"<!DOCTYPE html>")
    assert (nothing.status, nothing.body) == (200, b"")
    assert wire.events == []


@pytest.mark.parametrize("action", ["http", "html", "empty"])
def test_another_answer_can_be_given_after_the_execution_too(wire: Wire, action: str) -> None:
    wire.script.add(Fault(action=action, options={"when": "after"}))

    assert wire.ask().body != DONE.body
    assert wire.events == ["executed"]


def test_an_answer_can_be_cut_or_announced_wrongly_after_execution(wire: Wire) -> None:
    wire.script.add(
        Fault(action="truncate", options={"bytes": 2}), Fault(action="length", options={"declared": 9}, nth=2)
    )

    assert wire.ask().delivery == Delivery(sent_bytes=2)
    assert wire.ask().delivery == Delivery(declared_length=9)
    assert wire.events == ["executed", "executed"]


def test_two_faults_on_one_request_both_happen(wire: Wire) -> None:
    wire.script.add(
        Fault(action="drop", options={"when": "after"}), Fault(action="delay", options={"seconds": 1})
    )

    assert wire.ask().delivery.drop
    assert wire.events == [1.0, "executed"]


def test_a_fault_happens_as_often_as_it_says_from_the_nth_match_on(wire: Wire) -> None:
    wire.script.add(Fault(action="empty", match={"function": "cre*"}, nth=2, times=2))

    answers = [
        wire.ask(function=name).body for name in ("create", "query", "create", "query", "create", "create")
    ]

    assert answers == [b"done", b"done", b"", b"done", b"", b"done"]


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


@pytest.mark.parametrize(
    "fault",
    [
        Fault(action="explode"),
        Fault(action="delay"),
        Fault(action="drop", options={"after": True}),
        Fault(action="drop", options={"when": "later"}),
        Fault(action="vanish", options={"names": "a"}),
        Fault(action="drop", match={"funktion": "create"}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(wire: Wire, fault: Fault) -> None:
    with pytest.raises(FaultError):
        wire.script.add(fault)

    assert wire.ask() == DONE


@pytest.mark.parametrize(
    "body", [b"[1]", b"{", b'[{"action": "drop", "times": "x"}]', b'[{"action": "delay"}]']
)
def test_the_admin_route_says_what_is_wrong_with_an_order(wire: Wire, body: bytes) -> None:
    response = wire.script.administer(Request(method="POST", path="/_sim/faults", body=body))

    assert response.status == 400
    assert b"error" in response.body


def test_the_admin_route_shows_sets_and_clears(gateway: Gateway) -> None:
    gateway.admin(
        "POST", "/faults", [{"action": "empty", "match": {"function": "query", "nth": 1}, "times": None}]
    )
    gateway.ask(query("VENDOR", "NAME"))

    (shown,) = gateway.admin("GET", "/faults")
    assert (shown["action"], shown["match"], shown["times"], shown["done"]) == (
        "empty",
        {"function": "query"},
        None,
        1,
    )
    assert gateway.admin("DELETE", "/faults") == []


def test_an_answer_lost_after_the_commit_leaves_the_bill(gateway: Gateway) -> None:
    gateway.admin("POST", "/faults", [{"action": "drop", "when": "after", "match": {"function": "create"}}])

    lost = gateway.ask(bill(), unique="true")

    assert lost.response.delivery.drop
    assert len(gateway.bills) == 1
    assert gateway.ask(bill(), unique="true").result.status == "failure"


def test_an_answer_lost_before_the_execution_leaves_nothing(gateway: Gateway) -> None:
    gateway.admin("POST", "/faults", [{"action": "drop", "when": "before", "match": {"object": "APBILL"}}])

    gateway.ask(bill())

    assert gateway.bills == []


def test_faults_hit_broken_requests_too(gateway: Gateway) -> None:
    gateway.admin("POST", "/faults", [{"action": "empty", "times": 2}])

    assert [gateway.post("<request/>").response.body, gateway.post("").response.body] == [b"", b""]


def test_sessions_expire_on_order_before_the_request_is_looked_at(gateway: Gateway) -> None:
    session = gateway.open_session()
    gateway.admin("POST", "/faults", [{"action": "expire_sessions", "match": {"function": "create"}}])

    read = gateway.ask(query("VENDOR", "NAME"), auth=session)
    written = gateway.ask(bill(), auth=session)

    assert (read.sign_in, written.sign_in) == ("success", "failure")
    assert gateway.bills == []


def test_one_function_is_refused_on_order_and_its_neighbours_are_not(gateway: Gateway) -> None:
    errors = [
        {"errorno": "BL01001973", "description2": "odd", "correction": "Check the transaction for errors."},
        {"errorno": "X", "description2": "second"},
    ]
    gateway.admin("POST", "/faults", [{"action": "refuse", "match": {"controlid": "b"}, "errors": errors}])

    answer = gateway.ask(*(function(bill(), each) for each in "abc"), unique="true")

    assert [each.status for each in answer.results] == ["success", "failure", "success"]
    assert answer.results[1].errors == [("BL01001973", "odd"), ("X", "second")]
    assert gateway.ask(function(bill(), "b"), unique="true").result.status == "success"


def test_a_refusal_can_be_matched_by_address_and_object_as_well(gateway: Gateway) -> None:
    match = {"method": "POST", "path": "/ia/*", "object": "APBILL"}
    gateway.admin("POST", "/faults", [{"action": "refuse", "match": match, "errors": [{"errorno": "X"}]}])

    read, written = gateway.ask(function(query("VENDOR", "NAME"), "a"), function(bill(), "b")).results

    assert (read.status, written.status) == ("success", "failure")


def test_sessions_of_another_company_do_not_expire_on_order(gateway: Gateway) -> None:
    gateway.admin("POST", "/seed", seed(id="OAK"))
    session = gateway.open_session()
    login = (
        "<login><userid>clerk</userid><companyid>OAK</companyid><password>birch-user-pw</password></login>"
    )
    gateway.admin("POST", "/faults", [{"action": "expire_sessions"}])

    gateway.ask(query("VENDOR", "NAME"), auth=login)

    assert gateway.ask(query("VENDOR", "NAME"), auth=session).sign_in == "success"
