"""Whoever watches a process that goes on is told how it is, and nothing that is secret."""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from tests.fakes import NOON, ManualClock
from tests.unit.cli.desk import Desk, set_up
from tests.unit.store.rows import add_documents

from ml_connector import config
from ml_connector.app import App
from ml_connector.app.running.exposition import Metric, render_metrics
from ml_connector.app.running.metrics import list_metrics
from ml_connector.app.running.monitor import Answer, answer_at, expose, judge
from ml_connector.app.running.unattended import ExchangeCounter, run_unattended
from ml_connector.config import ConfigRefused, RunSettings
from ml_connector.engine.pulse import Pulse
from ml_connector.records.exchange import MeteredExchange
from ml_connector.records.schedules import Circuit
from ml_connector.store import Store, open_store

MINUTE = timedelta(minutes=1)
SAMPLE = re.compile(r"(?P<name>[a-z_]+)(?:\{(?P<labels>.*)\})? (?P<value>-?\d+(?:\.\d+)?)")
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
EXCHANGE = MeteredExchange(
    link="main",
    system="intacct",
    flow="post",
    purpose="create",
    started=NOON,
    milliseconds=1500,
    http_status=200,
    outcome="ok",
    api_transactions=10,
    request=b"",
    answer=b"",
)


@pytest.fixture
def desk(tmp_path: Path, store_url: str) -> Desk:
    return set_up(tmp_path, store_url, "main")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url, clock=ManualClock(), actor="mira")
    yield opened
    opened.close()


def open_app(desk: Desk, store: Store) -> App:
    settings = config.load(desk.folder / "ml-connector.toml", desk.environment)
    return App(settings=settings, store=store, now=ManualClock())


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    body: str
    headers: dict[str, str]


def ask(port: int, path: str, method: str = "GET") -> Said:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    answer: HTTPResponse = connection.getresponse()
    said = Said(answer.status, answer.read().decode(), dict(answer.getheaders()))
    connection.close()
    return said


def parse(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], Decimal]:
    """The samples, after the rules of the format: each family described once, before its samples, none twice."""
    samples: dict[tuple[str, frozenset[tuple[str, str]]], Decimal] = {}
    kinds: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            assert line.split(" ", 3)[2] not in kinds
        elif line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert kind == ("counter" if family.endswith("_total") else "gauge")
            kinds[family] = kind
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert found["name"] == list(kinds)[-1]
            labels = found["labels"] or ""
            assert "".join(part[0] for part in LABEL.finditer(labels)) == labels, line
            place = (found["name"], frozenset(LABEL.findall(labels)))
            assert place not in samples
            samples[place] = Decimal(found["value"])
    return samples


def name(family: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return f"ml_connector_{family}", frozenset(labels.items())


def test_what_is_watched_is_told_in_the_form_that_prometheus_reads(desk: Desk, store: Store) -> None:
    counter = ExchangeCounter(store)
    add_documents(store, 2)
    with store.begin() as work:
        work.workers.enter("ap1:0", version="0.1.0", hands=8)
        opened = Circuit(link="main", system="cleo", failures=3, open_since=NOON, reason="canary")
        work.schedules.put_circuit(opened)
        for outcome in ("ok", "ok", "NoAnswer"):
            work.meter.add(replace(EXCHANGE, outcome=outcome))
    view = open_app(desk, store).report_status()

    text = render_metrics(list_metrics(view, counter.count()))

    found = parse(text)
    money = name("backlog_amount", link="main", status="read", kind="debit", currency="USD")
    requests = {"link": "main", "system": "intacct", "flow": "post"}
    assert found[money] == Decimal("241.00")
    assert found[name("documents", link="main", status="read")] == 2
    assert found[name("files", link="main", status="received")] == 1
    assert found[name("backlog_oldest_seconds", link="main", status="read")] == 0
    assert found[name("workers", state="alive")] == 1
    assert found[name("jobs", kind="poll", state="idle")] == 1
    assert found[name("job_failures", link="main", kind="sync")] == 0
    assert found[name("circuit_open", link="main", system="cleo")] == 1
    assert found[name("requests_total", **requests, outcome="ok")] == 2
    assert found[name("requests_total", **requests, outcome="error")] == 1
    assert found[name("request_seconds_total", link="main", system="intacct")] == Decimal("4.5")
    assert found[name("api_transactions_total", link="main")] == 30
    assert "canary" not in text


def test_exchanges_are_counted_from_the_start_of_the_process_on_and_each_once(store: Store) -> None:
    with store.begin() as work:
        work.meter.add(EXCHANGE)
    counter = ExchangeCounter(store)
    assert [*counter.count()] == []
    for _ in range(2):
        with store.begin() as work:
            work.meter.add(EXCHANGE)
        counter.count()

    assert [each.requests for each in counter.count()] == [2]


def test_labels_are_escaped() -> None:
    label = {"link": 'a"b\\c\nd'}
    text = render_metrics([Metric(name="x", kind="gauge", help="y", samples=((label, 1),))])

    assert text.splitlines()[2] == r'x{link="a\"b\\c\nd"} 1'


def test_each_question_has_its_answer_and_others_have_none() -> None:
    def fail() -> Answer:
        raise OSError("secret")

    routes = {"/health": lambda: judge(()), "/ready": lambda: judge(("beat: not done",)), "/metrics": fail}
    with answer_at("127.0.0.1", 0, routes) as port:
        healthy, ready, failed = (ask(port, path) for path in routes)
        head, unknown, posted = ask(port, "/health?x=1", "HEAD"), ask(port, "/"), ask(port, "/health", "POST")

    assert (healthy.status, healthy.body, healthy.headers["Cache-Control"]) == (200, "ok\n", "no-store")
    assert (ready.status, ready.body) == (503, "beat: not done\n")
    assert (failed.status, "secret" in failed.body) == (503, False)
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, "", "3")
    assert (unknown.status, unknown.body) == (404, "there are: /health, /ready, /metrics\n")
    assert posted.status == 501
    assert "Python" not in unknown.headers["Server"]


def test_metrics_are_said_to_be_what_they_are_and_somebody_who_hangs_up_stops_nobody() -> None:
    with answer_at("::1", 0, {"/metrics": lambda: expose("x 1\n")}) as port:
        rude = socket.create_connection(("::1", port))
        rude.sendall(b"GET /metrics HT")
        rude.close()
        connection = HTTPConnection("::1", port, timeout=20)
        connection.request("GET", "/metrics")
        answer = connection.getresponse()

        assert (answer.headers["Content-Type"], answer.read()) == (
            "text/plain; version=0.0.4; charset=utf-8",
            b"x 1\n",
        )
        connection.close()


def test_a_loop_that_does_not_come_round_is_stuck_and_one_that_fails_is_not() -> None:
    clock = ManualClock()
    pulse = Pulse(clock)
    assert (pulse.find_stuck(MINUTE), pulse.find_failing(MINUTE)) == ((), ("rounds", "beat"))
    pulse.note("rounds", well=True)
    pulse.note("beat", well=True)
    assert pulse.find_failing(MINUTE) == ()

    clock.advance(MINUTE)
    pulse.note("beat", well=False)

    assert pulse.find_stuck(MINUTE) == ("rounds",)
    assert pulse.find_failing(MINUTE) == ("rounds", "beat")


def test_a_place_that_is_taken_is_refused_before_anything_runs(store: Store, desk: Desk) -> None:
    app = open_app(desk, store)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(
            ConfigRefused, match=rf"run\.listen: {place} cannot be listened at: Address already"
        ):
            run_unattended(
                store,
                (),
                settings=replace(app.settings, run=RunSettings(listen=place)),
                clock=app.now,
                stop=threading.Event(),
                look=app.report_status,
            )

    assert app.report_status().workers == ()


@pytest.mark.parametrize(
    ("listen", "said"),
    [
        ("9464", 'listen: write a host and a port, such as "127.0.0.1:9464"'),
        ("127.0.0.1:70000", "listen: write a host and a port"),
        ("0.0.0.0:9464", "listen: 0.0.0.0 lets other machines read names and amounts"),
        ("[::]:9464", "listen: :: lets other machines read"),
    ],
)
def test_a_place_to_listen_at_that_is_none_or_open_to_others_is_refused(
    desk: Desk, listen: str, said: str
) -> None:
    refused = desk.set_variables(ML_CONNECTOR_RUN_LISTEN=listen).run("status")

    assert refused.exit_code == 3
    assert said in refused.stderr


def test_other_machines_may_ask_where_that_is_meant() -> None:
    assert RunSettings(listen="0.0.0.0:9464", open_to_network=True).place == ("0.0.0.0", 9464)
    assert RunSettings(listen="[::1]:9464").place == ("::1", 9464)
