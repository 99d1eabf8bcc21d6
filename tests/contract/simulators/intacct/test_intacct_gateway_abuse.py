"""Requests that nobody should send are answered like any other: refused, within bounds, and nothing is left half done."""

import signal
import threading
from http.client import HTTPException
from itertools import pairwise
from pathlib import Path

import pytest
from tests.contract.simulators.intacct.driver import (
    SEED,
    Gateway,
    bill,
    compare,
    function,
    query,
    request,
    run_gateway,
)
from tests.contract.simulators.intacct.trade import day, elements, make_trade_seed
from tests.processes import wait_until

HUGE = "9" * 30
EQUAL = compare("equalto", "NAME", "x")
PAYMENT_OF_NOBODY = (
    "<create><APPYMT><APPYMTDETAILS><APPYMTDETAIL><RECORDKEY>1</RECORDKEY>"
    "<TRX_PAYMENTAMOUNT>1</TRX_PAYMENTAMOUNT></APPYMTDETAIL></APPYMTDETAILS></APPYMT></create>"
)
NO_BASE64 = (
    "<create_supdoc><supdocid>D1</supdocid><attachments><attachment>"
    + elements({"attachmentname": "a", "attachmenttype": "b", "attachmentdata": "é"})
    + "</attachment></attachments></create_supdoc>"
)


def nest(depth: int) -> str:
    where = EQUAL
    for _ in range(depth):
        where = f"<and>{EQUAL}{where}</and>"
    return where


def ask_by_text(where: str) -> str:
    return f"<readByQuery><object>VENDOR</object><query>{where}</query></readByQuery>"


@pytest.mark.parametrize(
    "body",
    [
        query("VENDOR", "NAME", compare("equalto", "RECORDNO", HUGE)),
        query("VENDOR", "NAME", compare("greaterthan", "RECORDNO", HUGE)),
        query("VENDOR", "NAME", compare("equalto", "CREDITLIMIT", "NaN")),
        query("VENDOR", "NAME", nest(29)),
        ask_by_text("(" * 3000 + "NAME = 'x'" + ")" * 3000),
        ask_by_text("NOT " * 3000 + "NAME = 'x'"),
        f"<update><APBILL><RECORDNO>{HUGE}</RECORDNO></APBILL></update>",
        f'<reverse_bill key="1"><datereversed>{day(f"2030-{HUGE}-01")}</datereversed></reverse_bill>',
        bill(None, {"TRX_AMOUNT": HUGE}),
        PAYMENT_OF_NOBODY,
        NO_BASE64,
    ],
)
def test_a_value_beyond_all_reason_is_a_failure_of_its_function(gateway: Gateway, body: str) -> None:
    gateway.admin("POST", "/seed", make_trade_seed())
    gateway.ask(bill())

    answer = gateway.ask(body)

    assert (answer.response.status, answer.result.status) == (200, "failure")
    assert len(gateway.bills) == 1


@pytest.mark.parametrize("depth", [1, 28])
def test_conditions_within_each_other_are_taken_to_some_depth(gateway: Gateway, depth: int) -> None:
    assert gateway.ask(query("VENDOR", "NAME", nest(depth))).result.status == "success"


def test_entities_that_multiply_are_not_expanded(gateway: Gateway) -> None:
    bombs = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghi"))
    spoilt = request(function(query("VENDOR", "NAME"))).replace("c-1", "&i;")

    answer = gateway.post(f'<!DOCTYPE request [<!ENTITY a "aaaaaaaaaa">{bombs}]>{spoilt}')

    assert answer.control_errors[0][0] == "XL03000003"
    assert len(answer.response.body) < 1000


def test_a_request_of_fifty_megabytes_is_refused_and_not_kept_whole(gateway: Gateway) -> None:
    text = "x" * (50 << 20)

    answer = gateway.ask(bill({"DESCRIPTION": text}))

    assert answer.control_errors[0][0] == "XL03000003"
    assert len(gateway.admin("GET", "/requests")[-1]["body"]) <= 1_000_000


def test_a_thousand_functions_have_a_thousand_results_in_their_order(gateway: Gateway) -> None:
    counted = "<query><object>VENDOR</object><select><count>RECORDNO</count></select></query>"
    sent = [f"f-{number}" for number in range(1000)]

    answer = gateway.ask(*(function(counted, each) for each in sent))

    assert [each.element.findtext("controlid") for each in answer.results] == sent
    assert {each.status for each in answer.results} == {"success"}


def test_two_clients_at_once_make_each_bill_once_under_a_number_of_its_own(gateway: Gateway) -> None:
    def send(first: int) -> None:
        for number in range(first, first + 10):  # half of them are sent by both
            gateway.ask(function(bill({"RECORDID": f"N-{number}"}), f"f-{number}"), unique="true")

    clients = [threading.Thread(target=send, args=(first,)) for first in (0, 5)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    assert sorted(each["RECORDID"] for each in gateway.bills) == sorted(f"N-{number}" for number in range(15))
    assert [each["RECORDNO"] for each in gateway.bills] == list(range(1, 16))


def test_a_gateway_killed_in_the_midst_of_writing_has_whole_bills_only_and_takes_the_rest(
    tmp_path: Path,
) -> None:
    body = request(
        "".join(function(bill({"RECORDID": f"N-{number}"}), f"f-{number}") for number in range(40)),
        unique="true",
    )
    with run_gateway(tmp_path / "intacct.db", "--function-ms", "5") as (gateway, process, _):
        gateway.admin("POST", "/seed", SEED)

        def send() -> None:
            with pytest.raises((OSError, HTTPException)):
                gateway.post(body)

        client = threading.Thread(target=send)
        client.start()
        wait_until(lambda: len(gateway.bills) >= 3, what="some bills are written")
        process.send_signal(signal.SIGKILL)
        client.join()

    with run_gateway(tmp_path / "intacct.db") as (gateway, _, _):
        written = [each["RECORDID"] for each in gateway.bills]
        again = [each.status for each in gateway.post(body).results]

        assert written == [f"N-{number}" for number in range(len(written))]
        assert 3 <= len(written) < 40
        assert again == ["failure"] * len(written) + ["success"] * (40 - len(written))
        assert len(gateway.bills) == 40
        assert all(len(each["APBILLITEMS"]) == 1 for each in gateway.bills)
