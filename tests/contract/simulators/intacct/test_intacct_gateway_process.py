"""The gateway as a process: how it starts and ends, what survives a kill, and what happens on the wire."""

import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.contract.simulators.intacct.driver import (
    GATEWAY,
    SEED,
    Gateway,
    bill,
    function,
    query,
    request,
    run_gateway,
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "intacct.db"


def test_a_killed_gateway_has_lost_nothing_when_it_starts_again(state: Path) -> None:
    with run_gateway(state) as (gateway, process, _):
        gateway.admin("POST", "/seed", SEED)
        gateway.admin("POST", "/settings", {"approvals": True})
        session = gateway.open_session("E1")
        gateway.ask(bill(), unique="true", auth=session)
        process.kill()
        process.wait()

    with run_gateway(state) as (gateway, _, _):
        again = gateway.ask(bill(), unique="true", auth=session).result
        other = gateway.ask(function(bill(), "f-2"), unique="true", auth=session).result

        assert (again.status, other.status) == ("failure", "success")
        assert [(each["RECORDNO"], each["STATE"]) for each in gateway.bills] == [
            (1, "Submitted"),
            (2, "Submitted"),
        ]


def test_a_gateway_ends_cleanly_when_told_to(state: Path) -> None:
    with run_gateway(state) as (_, process, _):
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=20) == 0


def test_a_gateway_ends_with_its_parent(state: Path) -> None:
    with run_gateway(state) as (_, process, _):
        assert process.stdin is not None
        process.stdin.close()

        assert process.wait(timeout=20) == 0


def test_the_answered_endpoint_is_the_gateway_itself(state: Path) -> None:
    with run_gateway(state) as (gateway, _, url):
        gateway.admin("POST", "/seed", SEED)

        assert gateway.ask("<getAPISession/>").root.findtext(".//endpoint") == url + GATEWAY


def test_the_sample_company_is_there_at_once_and_is_not_planted_twice(state: Path) -> None:
    login = "<login><userid>mlconnector</userid><companyid>ALDERFINCH</companyid><password>demo-user-password</password></login>"
    sender = "<senderid>alderfinch_ws</senderid><password>demo-sender-password</password>"
    body = request(function(query("VENDOR", "VENDORID")), auth=login, sender=sender)
    with run_gateway(state, "--sample-company") as (gateway, process, _):
        assert gateway.post(body).result.data.get("totalcount") == "301"
        process.kill()
        process.wait()

    with run_gateway(state, "--sample-company") as (gateway, _, _):
        assert gateway.post(body).result.data.get("totalcount") == "301"


def test_a_connection_is_kept_for_many_requests(state: Path) -> None:
    with run_gateway(state, "--latency-ms", "1", "--function-ms", "1") as (gateway, _, url):
        gateway.admin("POST", "/seed", SEED)
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        sockets = set[socket.socket | None]()
        for _ in range(3):
            connection.request("POST", GATEWAY, request(function("<getAPISession/>")).encode())
            answer = connection.getresponse()
            assert answer.headers["Content-Type"] == "text/xml; charset=UTF-8"
            assert b"<status>success</status>" in answer.read()
            sockets.add(connection.sock)
        connection.close()

    assert len(sockets) == 1


def test_a_body_in_chunks_is_read_whole(state: Path) -> None:
    with run_gateway(state) as (gateway, _, url):
        gateway.admin("POST", "/seed", SEED)
        body = request(function("<getAPISession/>")).encode()
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        connection.request("POST", GATEWAY, iter([body[:50], body[50:]]), encode_chunked=True)

        assert b"<sessionid>" in connection.getresponse().read()
        connection.close()


def set_fault(gateway: Gateway, **fault: object) -> None:
    gateway.admin("POST", "/faults", [{"match": {"path": GATEWAY}, **fault}])


def test_answers_break_on_the_wire_as_ordered(state: Path) -> None:
    with run_gateway(state) as (gateway, _, _):
        gateway.admin("POST", "/seed", SEED)

        set_fault(gateway, action="drop", when="after")
        with pytest.raises(RemoteDisconnected):
            gateway.ask(function(bill(), "a"))

        set_fault(gateway, action="truncate", bytes=40)
        with pytest.raises(IncompleteRead) as cut:
            gateway.ask(function(bill(), "b"))
        assert len(cut.value.partial) == 40

        set_fault(gateway, action="length", declared=100_000)
        with pytest.raises(IncompleteRead):
            gateway.ask(function(bill(), "c"))

        set_fault(gateway, action="http", status=502, body="<html>", headers={"Content-Type": "text/html"})
        assert gateway.ask(function(bill(), "d")).response.status == 502
        assert len(gateway.bills) == 3


def test_a_gateway_that_refuses_connections_takes_orders_at_its_admin_port(state: Path) -> None:
    with run_gateway(state) as (gateway, _, _):
        gateway.admin("POST", "/seed", SEED)
        door = gateway.admin_door
        assert door is not None
        assert door.admin("POST", "/listen", {"accept": False}) == {"accept": False}

        with pytest.raises(ConnectionRefusedError):
            gateway.ask("<getAPISession/>")
        assert door.bills == []

        assert door.admin("POST", "/listen", {"accept": True}) == {"accept": True}
        assert gateway.ask("<getAPISession/>").result.status == "success"


def test_a_gateway_ends_cleanly_with_requests_late_and_connections_refused(state: Path) -> None:
    with run_gateway(state) as (gateway, process, _):
        gateway.admin("POST", "/seed", SEED)
        set_fault(gateway, action="late", seconds=3600)
        with pytest.raises(RemoteDisconnected):
            gateway.ask(bill())
        gateway.admin("POST", "/listen", {"accept": False, "seconds": 3600})
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=20) == 0

    with run_gateway(state) as (gateway, _, _):
        assert gateway.bills == []


def test_a_client_that_gives_up_does_not_stop_the_execution(state: Path) -> None:
    with run_gateway(state, "--function-ms", "100") as (gateway, _, url):
        gateway.admin("POST", "/seed", SEED)
        body = request(function(bill())).encode()
        address = urlsplit(url)
        with socket.create_connection((str(address.hostname), int(address.port or 0))) as raw:
            raw.sendall(
                b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (GATEWAY.encode(), len(body), body)
            )

        for _ in range(500):
            if gateway.bills:
                break
            threading.Event().wait(0.02)
        assert len(gateway.bills) == 1


@pytest.mark.parametrize("framing", [b"Content-Length: 100000", b"Transfer-Encoding: chunked"])
def test_half_a_request_is_not_executed(state: Path, framing: bytes) -> None:
    with run_gateway(state) as (gateway, _, url):
        address = urlsplit(url)
        with socket.create_connection((str(address.hostname), int(address.port or 0))) as raw:
            raw.sendall(b"POST %s HTTP/1.1\r\n%s\r\n\r\nffff\r\n<request>" % (GATEWAY.encode(), framing))
            raw.shutdown(socket.SHUT_WR)

            assert raw.recv(1000) == b""
        assert gateway.admin("GET", "/counters")["requests"] == 0


def test_a_failure_of_the_simulator_is_an_answer_too(state: Path) -> None:
    with run_gateway(state) as (gateway, _, _):
        gateway.admin("POST", "/faults", [{"action": "truncate", "bytes": "many"}])

        assert gateway.post("").response.status == 500


def test_the_state_file_must_be_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mlc_sim.intacct"], capture_output=True, check=False, text=True
    )

    assert done.returncode == 2
    assert "--state" in done.stderr
