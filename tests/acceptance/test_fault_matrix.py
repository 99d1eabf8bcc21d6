"""Every fault at every call of the line, on both databases: each invoice is one bill in the end, or visibly held."""

import logging
from collections.abc import Callable
from operator import attrgetter
from typing import Final

import pytest
from tests.acceptance.calls import AUTHENTICATE, CREATE, LOG_IN, READ_BACK, Call, Outcome
from tests.acceptance.faults import Fault
from tests.acceptance.matrix import assert_balance_holds, name_outcome, pair_calls, run_cells, set_faults
from tests.acceptance.system_faults import FAULTS
from tests.acceptance.workbench import (
    CANARY,
    Bench,
    Mail,
    assert_not_linked_nor_doubled,
    change_rows,
    drop_mail,
    enter_by_hand,
    find_secrets,
    read_store,
    run_until_nothing_is_open,
    show_everything,
)
from tests.acceptance.write_reliability import render_page
from tests.processes import COMPANY, LINK
from tests.reliability import PAGE

from ml_connector.records.status import Status

AT_CREATE: Final = (CREATE, READ_BACK)


def ping_through(bench: Bench, fault: Fault) -> None:
    """What `ping` says of the fault, while it lasts, is among the things that were printed."""
    calls = [call for call in (LOG_IN, AUTHENTICATE) if call in (*fault.intacct, *fault.cleo)]
    set_faults(bench, fault, calls, Mail((), (), ()))
    for form in ([], ["--json"]):
        bench.type_command("ping", *form)
    for simulator in (bench.systems.intacct, bench.systems.cleo):
        simulator.ask("POST", "/listen", {"accept": True})
        simulator.clear_faults()


@pytest.mark.parametrize("fault", FAULTS, ids=attrgetter("name"))
def test_whatever_fails_each_invoice_is_booked_once_or_visibly_held(
    bench: Bench,
    fault: Fault,
    record_property: Callable[[str, object], None],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    found: dict[Call, Outcome] = {}
    caplog.set_level(logging.INFO)
    bench.change_settings(fault.product)
    for calls in pair_calls(fault):
        mail = run_cells(bench, fault, calls)
        found |= dict.fromkeys(calls, name_outcome(bench, fault, mail))
    ping_through(bench, fault)

    assert {call.name: outcome for call, outcome in found.items()} == {
        call.name: fault.expect(call) for call in (*fault.intacct, *fault.cleo)
    }
    assert_balance_holds(bench)
    assert find_secrets(bench, "".join([*capfd.readouterr(), caplog.text])) == []
    cells = " · ".join(f"{call.name}: {outcome}" for call, outcome in found.items())
    record_property("note", f"{bench.kind:10} | {fault.name} | {cells}")


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if set(AT_CREATE) & set(fault.intacct)], ids=attrgetter("name")
)
def test_whatever_fails_a_bill_entered_by_hand_is_neither_linked_nor_doubled(
    bench: Bench, fault: Fault
) -> None:
    def note(step: str, done: int, of: int) -> None:
        """All was looked up and nothing is sent yet: somebody enters a bill for each, with another amount."""
        if step == "plan" and done == of:
            ready = bench.app.documents.list(LINK, company=COMPANY, status=Status.READY)
            for document in ready:
                enter_by_hand(bench, document.number)

    bench.change_settings(fault.product)
    bench.once()  # from now on the reference is known
    for call in [call for call in AT_CREATE if call in fault.intacct]:
        mail = run_cells(bench, fault, [call], note)
        for number in mail.numbers:
            assert_not_linked_nor_doubled(bench, number)

    assert_balance_holds(bench)


def test_the_search_for_secrets_sees_all_that_is_printed_and_kept(bench: Bench) -> None:
    mail = drop_mail(bench, 1)
    run_until_nothing_is_open(bench, bench.once())

    show_everything(bench)

    kept = dict(read_store(bench.url))
    issued = [
        *change_rows(f"sqlite:///{bench.systems.intacct.state}", "SELECT id FROM session"),
        *change_rows(f"sqlite:///{bench.systems.cleo.state}/cleo.db", "SELECT token FROM tokens"),
    ]
    assert issued
    assert all(secret.startswith(CANARY) for (secret,) in issued)
    assert mail.numbers[0] in "".join(bench.said)
    assert mail.numbers[0] in kept["documents"]
    assert "CANARYPASS" in kept["payloads"]
    assert "getAPISession" in kept["meter"]
    assert any("getAPISession" in text for place, text in kept.items() if ".db" in place) is (
        bench.kind == "sqlite"
    )


def test_the_page_of_the_matrix_is_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert render_page(text) == text, "run: .venv/bin/python -m tests.acceptance.write_reliability"
