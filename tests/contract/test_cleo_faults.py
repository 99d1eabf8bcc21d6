"""Every fault at every call that changes something in Cleo: done once in the end, and never twice."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from tests.processes import INBOUND, CleoProcess, run_cleo

from ml_connector.cleo import (
    Ambiguous,
    CleoError,
    Client,
    ConnectionDraft,
    Credentials,
    FileGone,
    NotSent,
    Throttled,
    Unavailable,
)
from ml_connector.cleo.transport import HttpTransport
from ml_connector.engine import clock

Order = Mapping[str, Any]
OUTBOUND = "/edi/outbound"
NUMBERS = count(1)
MOST_TRIES = 4
FAULTS: Mapping[str, Order] = {
    "lost request": {"action": "drop"},
    "lost answer": {"action": "drop", "when": "after"},
    "reset": {"action": "reset"},
    "reset before the body is read": {"action": "reset_unread"},
    "reset afterwards": {"action": "reset", "when": "after"},
    "answer cut short": {"action": "truncate", "bytes": 20},
    "garbled answer": {"action": "garble", "at": 0, "bytes": 4},
    "500": {"action": "http", "status": 500},
    "500 afterwards": {"action": "http", "status": 500, "when": "after"},
    "503": {"action": "http", "status": 503},
    "524 afterwards": {"action": "http", "status": 524, "when": "after"},
    "429": {"action": "http", "status": 429, "headers": {"Retry-After": "1"}},
    "401": {"action": "expire_tokens"},
    "401 for all tokens": {"action": "expire_tokens", "refresh": True},
    "a page": {"action": "html"},
    "a page afterwards": {"action": "html", "when": "after"},
    "empty": {"action": "empty"},
    "empty afterwards": {"action": "empty", "when": "after"},
    "silence": {"action": "hang"},
    "silence afterwards": {"action": "hang", "when": "after"},
}


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CleoProcess]:
    """A name that is taken gets a number: what is sent twice is there twice."""
    with run_cleo(tmp_path_factory.mktemp("cleo")) as running:
        yield running


@pytest.fixture
def client(tenant: CleoProcess, request: pytest.FixtureRequest) -> Iterator[Client]:
    tenant.clear_faults()
    patience = 1.0 if "silence" in request.node.name else 60.0
    opened = Client(
        base_url=tenant.url,
        credentials=Credentials(username="edi-service", password="demo-cleo-password"),
        transport=HttpTransport(timeout=patience),
        clock=clock.now,
    )
    opened.check()  # from now on there is a token
    yield opened
    opened.close()


def order(tenant: CleoProcess, call: str, fault: str) -> None:
    tenant.set_faults({"match": {"call": call}, **FAULTS[fault]})


def persist(act: Callable[[], object], is_done: Callable[[], bool]) -> None:
    """Do it until it is done: look first when that is unclear, as any user of the client must."""
    for _ in range(MOST_TRIES):
        try:
            act()
        except Ambiguous:
            if is_done():
                return
        except (NotSent, Throttled, Unavailable):
            continue
        else:
            return
    raise AssertionError(f"not done after {MOST_TRIES} times")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_is_handed_in_once(tenant: CleoProcess, client: Client, fault: str) -> None:
    name, content = f"INTACCT_Terms_{next(NUMBERS)}.csv", b"erp_key,op\r\nN30,upsert\r\n"
    folder = client.find_folder(OUTBOUND)
    order(tenant, "upload", fault)

    persist(
        lambda: client.upload(folder, name=name, pieces=lambda: iter([content]), length=len(content)),
        lambda: client.find_file(folder, name) is not None,
    )

    stem = name.removesuffix(".csv")
    stored = [file for file in tenant.files(OUTBOUND) if str(file["name"]).startswith(stem)]
    assert [(file["name"], file["length"]) for file in stored] == [(name, len(content))]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_connection_is_created_once(tenant: CleoProcess, client: Client, fault: str) -> None:
    key = f"V-{next(NUMBERS)}"
    draft = ConnectionDraft(type="sftp", alias=f"Vendor {key}", external_id=key, enabled=False)
    order(tenant, "create_connection", fault)

    persist(
        lambda: client.create_connection(draft),
        lambda: client.find_connection(external_id=key) is not None,
    )

    assert [each.external_id for each in client.list_connections()].count(key) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_whose_answer_is_unclear_is_never_repeated(
    tenant: CleoProcess, client: Client, fault: str
) -> None:
    (action,) = (each for each in client.list_actions() if each.alias == "load-reference")
    tenant.reset_counters()
    order(tenant, "run_action", fault)

    try:
        outcome = client.run_action(action, wait=0).outcome
    except (Ambiguous, Throttled):
        outcome = "failed"

    asked = tenant.counters()["calls"].get("run_action", 0)
    assert outcome in {"succeeded", "running", "failed"}
    assert asked <= (2 if fault.startswith("401") else 1)


@pytest.mark.parametrize("call", ["move", "delete"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_is_put_away_whatever_comes_in_between(
    tenant: CleoProcess, client: Client, fault: str, call: str
) -> None:
    name = f"in-{next(NUMBERS)}.edi"
    tenant.drop(name, b"ISA")
    archive = client.find_folder("/edi/archive") if call == "move" else None
    order(tenant, call, fault)

    for _ in range(MOST_TRIES):
        with suppress(Unavailable, FileGone):
            for file in client.list_files(client.find_folder(INBOUND)):
                if archive is None:
                    client.delete(file)
                else:
                    client.put_away(file, archive)

    assert tenant.names(INBOUND) == []
    assert (name in tenant.names("/edi/archive")) is (call == "move")
    assert client.list_lacks() == ()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_list_is_whole_or_an_error(tenant: CleoProcess, client: Client, fault: str) -> None:
    whole = client.list_actions()
    order(tenant, "list_actions", fault)

    try:
        told = client.list_actions()
    except CleoError:
        told = client.list_actions()

    assert told == whole
