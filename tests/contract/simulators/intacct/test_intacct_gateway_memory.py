"""What was completed is not done twice; what belongs together is done together; one company, one request at a time."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.simulators.intacct.driver import SEED, Gateway, bill, function, query, request, seed

from mlc_sim.intacct.app import IntacctApp, make_app

BAD = bill({"VENDORID": "X"})


@pytest.mark.parametrize("unique", ["true", ""])
def test_a_completed_function_is_refused_the_second_time_without_its_first_key(
    gateway: Gateway, unique: str
) -> None:
    first = gateway.ask(bill(), unique=unique).result
    second = gateway.ask(bill({"RECORDID": "INV-2"}), unique=unique).result

    assert (first.status, second.status) == ("success", "failure")
    assert second.errors[0][0] == "XL03000009"
    assert len(second.data) == 0
    assert len(gateway.bills) == 1


def test_without_uniqueid_the_same_control_id_makes_two(gateway: Gateway) -> None:
    gateway.ask(bill(), unique="false")
    gateway.ask(bill(), unique="false")

    assert len(gateway.bills) == 2


def test_a_function_that_failed_may_be_sent_again_under_its_id(gateway: Gateway) -> None:
    assert gateway.ask(BAD, unique="true").result.status == "failure"
    assert gateway.ask(bill(), unique="true").result.status == "success"


def test_two_functions_with_one_id_in_one_request_make_one(gateway: Gateway) -> None:
    answer = gateway.ask(bill(), bill(), unique="true")

    assert [each.status for each in answer.results] == ["success", "failure"]


def test_a_read_is_remembered_too(gateway: Gateway) -> None:
    statuses = [gateway.ask(query("VENDOR", "NAME"), unique="true").result.status for _ in range(2)]

    assert statuses == ["success", "failure"]


def test_the_control_id_of_the_request_is_never_looked_at(gateway: Gateway) -> None:
    first = gateway.ask(function(bill(), "a"), unique="true")
    second = gateway.ask(function(bill(), "b"), unique="true")

    assert (first.result.status, second.result.status) == ("success", "success")


def test_another_company_has_a_memory_of_its_own(gateway: Gateway) -> None:
    gateway.admin("POST", "/seed", seed(id="OAK"))
    login = (
        "<login><userid>clerk</userid><companyid>OAK</companyid><password>birch-user-pw</password></login>"
    )
    gateway.ask(bill(), unique="true")

    assert gateway.ask(bill(), unique="true", auth=login).result.status == "success"
    assert {each["COMPANYID"] for each in gateway.bills} == {"BIRCH", "OAK"}


def test_number_and_text_of_the_refusal_can_be_set(gateway: Gateway) -> None:
    gateway.admin(
        "POST", "/settings", {"duplicate_error": {"errorno": "ODD-1", "description2": "been there"}}
    )
    gateway.ask(bill(), unique="true")

    assert gateway.ask(bill(), unique="true").result.errors == [("ODD-1", "been there")]


@pytest.mark.parametrize(("passed", "status"), [(0, "failure"), (500, "failure"), (700, "success")])
def test_the_memory_can_be_given_a_lifetime(gateway: Gateway, passed: int, status: str) -> None:
    gateway.admin("POST", "/settings", {"duplicate_memory_seconds": 600})
    gateway.ask(bill(), unique="true")

    gateway.admin("POST", "/clock", {"advance": passed})

    assert gateway.ask(bill(), unique="true").result.status == status


def test_what_is_done_again_after_its_lifetime_is_remembered_again(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"duplicate_memory_seconds": 600})
    statuses = list[str]()
    for passed in (0, 700, 500, 500):
        gateway.admin("POST", "/clock", {"advance": passed})
        statuses.append(gateway.ask(bill(), unique="true").result.status)

    assert statuses == ["success", "success", "failure", "success"]


def test_the_memory_can_be_switched_off(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"duplicate_memory": False})

    assert [gateway.ask(bill(), unique="true").result.status for _ in range(2)] == ["success", "success"]


def test_each_function_stands_alone_without_a_transaction(gateway: Gateway) -> None:
    answer = gateway.ask(function(bill(), "a"), function(BAD, "b"), function(bill(), "c"))

    assert [each.status for each in answer.results] == ["success", "failure", "success"]
    assert len(gateway.bills) == 2


def test_a_transaction_is_rolled_back_whole_and_forgotten(gateway: Gateway) -> None:
    functions = (function(bill(), "a"), function(BAD, "b"), function(bill(), "c"))

    answer = gateway.ask(*functions, unique="true", transaction="true")

    assert [each.status for each in answer.results] == ["aborted", "failure", "aborted"]
    assert {each.errors[-1][0] for each in answer.results} == {"XL03000009"}
    assert answer.results[1].errors[0] == ("BL01001973", "Invalid Vendor 'X' specified.")
    assert gateway.bills == []
    assert gateway.ask(functions[0], unique="true").result.status == "success"


def test_a_transaction_without_a_failure_is_kept(gateway: Gateway) -> None:
    answer = gateway.ask(function(bill(), "a"), function(bill(), "b"), transaction="true")

    assert [each.status for each in answer.results] == ["success", "success"]
    assert len(gateway.bills) == 2


def test_a_record_number_is_never_given_twice(gateway: Gateway) -> None:
    gateway.ask(bill())
    gateway.admin("DELETE", "/bills/1")

    gateway.ask(bill())

    assert [each["RECORDNO"] for each in gateway.bills] == [2]


def run_together(*calls: "threading.Thread") -> None:
    for call in calls:
        call.start()
    for call in calls:
        call.join()


def test_a_function_sent_by_many_at_once_is_executed_once(app: IntacctApp) -> None:
    gateway, statuses = Gateway(app), list[str]()

    def send() -> None:
        statuses.append(gateway.ask(bill(), unique="true").result.status)

    run_together(*(threading.Thread(target=send) for _ in range(8)))

    assert sorted(statuses) == ["failure"] * 7 + ["success"]
    assert len(gateway.bills) == 1


def test_requests_of_one_company_run_one_after_another(app: IntacctApp) -> None:
    running, most = threading.Semaphore(1), list[bool]()

    def pause() -> None:
        alone = running.acquire(blocking=False)
        most.append(alone)
        threading.Event().wait(0.01)
        if alone:
            running.release()

    gateway = Gateway(replace(app, gateway=replace(app.gateway, pause_function=pause)))
    run_together(*(threading.Thread(target=gateway.ask, args=(bill(),)) for _ in range(5)))

    assert most == [True] * 5


def test_another_company_does_not_wait(app: IntacctApp) -> None:
    Gateway(app).admin("POST", "/seed", seed(id="OAK"))
    meeting = threading.Barrier(2)

    def pause() -> None:
        meeting.wait(10)

    gateway = Gateway(replace(app, gateway=replace(app.gateway, pause_function=pause)))
    login = "<login><userid>clerk</userid><companyid>{}</companyid><password>birch-user-pw</password></login>"
    bodies = [request(function(bill()), auth=login.format(company)) for company in ("BIRCH", "OAK")]

    run_together(*(threading.Thread(target=gateway.post, args=(body,)) for body in bodies))

    assert len(gateway.bills) == 2


def test_latency_is_that_of_the_request_and_of_each_function_in_it(tmp_path: Path) -> None:
    slept = list[float]()
    made = make_app(tmp_path / "slow.db", latency=0.4, function_latency=0.2, sleep=slept.append)
    app = made("http://127.0.0.1:1")
    gateway = Gateway(app)
    gateway.admin("POST", "/seed", SEED)

    gateway.ask(function(bill(), "a"), function(bill(), "b"))

    app.admin.lanes.close()
    assert slept == [0.4, 0.2, 0.2]
