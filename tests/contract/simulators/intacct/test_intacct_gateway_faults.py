"""Faults to order from the gateway: which request they hit, what it answers, and what was stored nevertheless."""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import replace

import pytest
from lxml import etree
from tests.contract.simulators.intacct.driver import (
    GATEWAY,
    Answer,
    Gateway,
    bill,
    function,
    query,
    request,
    seed,
)

from mlc_sim.faults import FaultScript
from mlc_sim.intacct.app import IntacctApp
from mlc_sim.intacct.gateway import BODY_FACTS, OWN_ACTIONS
from mlc_sim.serving import Request
from mlc_sim.wire import RESET

CATCH_ALL = {
    "errorno": "BL01001973",
    "description2": "Could not create Bill record!",
    "correction": "Check the transaction for errors or inconsistencies, then try again.",
}
VENDOR_UNKNOWN = {"errorno": "BL03002128", "description2": "Vendor is odd"}


def order(
    gateway: Gateway, action: str, match: Mapping[str, object] | None = None, **options: object
) -> None:
    gateway.admin("POST", "/faults", [{"action": action, "match": match or {}, **options}])


def show(*errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Number and text, as the driver reads them from an answer."""
    return [(each["errorno"], each.get("description2", "")) for each in errors]


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


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({"function": "getAPISession"}, [0]),
        ({"function": "query"}, [1, 2, 5]),
        ({"function": "query", "nth": 2}, [2, 5]),
        ({"object": "VENDOR"}, [1, 5]),
        ({"object": "APTERM", "function": "query"}, [2]),
        ({"function": "create"}, [3, 4]),
        ({"function": "create", "nth": 2}, [4]),
        ({"controlid": "bill-?"}, [3, 4]),
        ({"number": "INV-2"}, [4]),
        ({"method": "POST", "path": "/ia/*", "nth": 6}, [5]),
    ],
)
def test_every_call_can_be_hit_by_function_object_id_and_number(
    gateway: Gateway, match: Mapping[str, object], hit: list[int]
) -> None:
    order(gateway, "http", match, status=502, times=None)
    calls = [
        "<getAPISession/>",
        query("VENDOR", "NAME"),
        query("APTERM", "NAME"),
        function(bill(), "bill-1"),
        function(bill({"RECORDID": "INV-2"}), "bill-2"),
        query("VENDOR", "NAME"),
    ]

    statuses = [gateway.ask(each).response.status for each in calls]

    assert [number for number, status in enumerate(statuses) if status == 502] == hit


@pytest.mark.parametrize("errors", [[CATCH_ALL], [VENDOR_UNKNOWN, CATCH_ALL], [VENDOR_UNKNOWN]])
def test_a_whole_request_is_refused_on_order_and_nothing_is_executed(
    gateway: Gateway, errors: list[Mapping[str, str]]
) -> None:
    order(gateway, "refuse_request", {"function": "create"}, errors=errors)

    answer = gateway.ask(bill())

    assert (answer.response.status, answer.control, answer.results) == (200, "failure", [])
    assert answer.control_errors == show(*errors)
    assert gateway.bills == []
    assert gateway.ask(bill()).result.status == "success"


@pytest.mark.parametrize("errors", [[CATCH_ALL], [VENDOR_UNKNOWN, CATCH_ALL]])
def test_a_sign_in_is_refused_on_order_and_nothing_is_executed(
    gateway: Gateway, errors: list[Mapping[str, str]]
) -> None:
    order(gateway, "refuse_sign_in", {"function": "getAPISession"}, errors=errors)

    read = gateway.ask(query("VENDOR", "NAME"))
    refused, accepted = gateway.ask("<getAPISession/>"), gateway.ask("<getAPISession/>")

    assert (read.sign_in, refused.sign_in, accepted.sign_in) == ("success", "failure", "success")
    assert (refused.control, refused.results, refused.sign_in_errors) == ("success", [], show(*errors))


@pytest.mark.parametrize(("when", "stored"), [("before", 0), ("after", 1)])
def test_an_operation_can_be_answered_with_an_error_in_place_of_its_results(
    gateway: Gateway, when: str, stored: int
) -> None:
    order(gateway, "refuse_operation", {"function": "create"}, errors=[CATCH_ALL], when=when)

    answer = gateway.ask(bill())

    assert (answer.control, answer.sign_in, answer.results) == ("success", "success", [])
    assert answer.sign_in_errors == show(CATCH_ALL)
    assert len(gateway.bills) == stored


def test_a_request_can_be_refused_for_one_bill_in_it(gateway: Gateway) -> None:
    order(gateway, "refuse_request", {"number": "B"}, errors=[CATCH_ALL], times=None)
    both = [function(bill({"RECORDID": each}), each) for each in ("A", "B")]

    assert gateway.ask(*both).control == "failure"
    assert gateway.ask(both[1]).control == "failure"
    assert gateway.ask(both[0]).result.status == "success"


@pytest.mark.parametrize("errors", [[CATCH_ALL], [VENDOR_UNKNOWN, CATCH_ALL]])
def test_a_function_can_be_committed_and_yet_be_answered_as_failed(
    gateway: Gateway, errors: list[Mapping[str, str]]
) -> None:
    order(gateway, "refuse", {"function": "create"}, errors=errors, when="after")

    failed = gateway.ask(bill(), unique="true").result
    again = gateway.ask(bill(), unique="true").result

    assert (failed.status, failed.errors) == ("failure", show(*errors))
    assert again.errors[0][0] == "XL03000009"
    assert len(gateway.bills) == 1


def test_some_functions_are_committed_and_then_the_connection_drops(gateway: Gateway) -> None:
    order(gateway, "partial", {"function": "create"}, functions=2)
    functions = [function(bill({"RECORDID": each}), each) for each in ("A", "B", "C")]

    lost = gateway.ask(*functions, unique="true")
    stored = [each["RECORDID"] for each in gateway.bills]
    again = gateway.ask(*functions, unique="true")

    assert lost.response.delivery.drop
    assert stored == ["A", "B"]
    assert [each.status for each in again.results] == ["failure", "failure", "success"]


def test_a_transaction_that_loses_its_connection_is_rolled_back(gateway: Gateway) -> None:
    order(gateway, "partial", functions=1)

    lost = gateway.ask(function(bill(), "a"), function(bill(), "b"), transaction="true")

    assert lost.response.delivery.drop
    assert gateway.bills == []


def test_a_session_can_die_between_any_two_requests(gateway: Gateway) -> None:
    order(gateway, "expire_sessions", {"nth": 4})
    session = gateway.open_session()

    signed_in = [gateway.ask(query("VENDOR", "NAME"), auth=session).sign_in for _ in range(4)]

    assert signed_in == ["success", "success", "failure", "failure"]
    assert gateway.ask(query("VENDOR", "NAME"), auth=gateway.open_session()).sign_in == "success"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", [500, 502, 503, 524])
def test_a_failure_of_the_server_says_nothing_about_the_bill(
    gateway: Gateway, status: int, when: str
) -> None:
    order(gateway, "http", {"function": "create"}, status=status, when=when)

    assert gateway.ask(bill()).response.status == status
    assert len(gateway.bills) == (when == "after")


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "7"}, {"Retry-After": "Wed, 02 Jan 2030 03:04:05 GMT"}, {}]
)
def test_a_request_can_be_throttled_with_and_without_a_time(
    gateway: Gateway, headers: dict[str, str]
) -> None:
    body = "<response><control><status>failure</status></control></response>"
    order(gateway, "http", status=429, headers=headers, body=body)

    answer = gateway.ask(bill())

    assert (answer.response.status, answer.response.headers, answer.control) == (429, headers, "failure")
    assert gateway.bills == []


@pytest.mark.parametrize("action", ["garble", "encoding"])
def test_an_answer_can_come_in_bytes_that_are_no_xml(gateway: Gateway, action: str) -> None:
    options = {"codec": "cp1252", "append": "<!-- \u00e9 -->"} if action == "encoding" else {}
    order(gateway, action, {"function": "create"}, **options)

    answer = gateway.ask(bill())

    assert answer.response.headers["Content-Type"] == "text/xml; charset=UTF-8"
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.response.body)
    assert len(gateway.bills) == 1


def test_an_answer_is_compressed_only_if_the_client_says_it_can_read_that(gateway: Gateway) -> None:
    order(gateway, "gzip", times=None)
    body = request(function(query("VENDOR", "NAME"))).encode()

    plain, packed = (
        gateway.send(Request(method="POST", path=GATEWAY, body=body, headers=headers))
        for headers in ({}, {"accept-encoding": "gzip"})
    )

    assert plain.body.startswith(b"<?xml")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body).startswith(b"<?xml")


def test_only_requests_to_the_gateway_itself_are_reset_before_they_are_read(app: IntacctApp) -> None:
    order(Gateway(app), "reset_unread")

    heads = [Request(method="POST", path=path) for path in ("/_sim/faults", GATEWAY, GATEWAY)]

    assert [app.greet(head) for head in heads] == [None, RESET, None]


class Gate:
    """A pause that lasts until it is opened."""

    def __init__(self) -> None:
        self._opened = threading.Event()

    def __call__(self, _: float) -> None:
        assert self._opened.wait(60)

    def open(self) -> None:
        self._opened.set()


def send_late_and_again(app: IntacctApp) -> tuple[Gateway, Answer]:
    """A create is late, its retry is answered, and only then the first one is executed to its end."""
    gate = Gate()
    script = FaultScript(body_facts=BODY_FACTS, own_actions=OWN_ACTIONS, pause=gate)
    gateway = Gateway(
        replace(app, admin=replace(app.admin, faults=script), gateway=replace(app.gateway, faults=script))
    )
    order(gateway, "late", {"function": "create"}, seconds=1)

    lost = gateway.ask(bill(), unique="true")
    assert lost.response.delivery.drop
    assert gateway.bills == []
    retried = gateway.ask(bill(), unique="true")
    gate.open()
    while gateway.admin("GET", "/counters")["functions"]["create"] < 2:
        threading.Event().wait(0.01)
    return gateway, retried


def test_a_late_request_is_refused_by_the_memory_when_its_retry_was_completed_first(app: IntacctApp) -> None:
    gateway, retried = send_late_and_again(app)

    assert retried.result.status == "success"
    assert len(gateway.bills) == 1


def test_a_late_request_doubles_the_bill_when_there_is_no_memory(app: IntacctApp) -> None:
    Gateway(app).admin("POST", "/settings", {"duplicate_memory": False})

    gateway, retried = send_late_and_again(app)

    assert retried.result.status == "success"
    assert len(gateway.bills) == 2


def test_a_retry_after_the_late_request_was_completed_is_refused(gateway: Gateway) -> None:
    order(gateway, "late", {"function": "create"}, seconds=0)
    gateway.ask(bill(), unique="true")
    while not gateway.bills:
        threading.Event().wait(0.01)

    assert gateway.ask(bill(), unique="true").result.status == "failure"
    assert len(gateway.bills) == 1
