"""Every fault at every write and read-back of adjustments and payments: each is recorded once, or visibly held."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pytest
from tests.acceptance.faults import (
    CREATE_ADJUSTMENT,
    CREATE_PAYMENT,
    FAULTS,
    READ_BACK_ADJUSTMENT,
    READ_BACK_PAYMENT,
    Call,
    Fault,
    Outcome,
)
from tests.acceptance.matrix import assert_balance_holds, name_outcome, run_cells
from tests.acceptance.other_records import RECORD_RULES, RECORD_SETTINGS, RECORDS
from tests.acceptance.workbench import Bench, Systems
from tests.processes import run_cleo, run_intacct, set_up

#: What `make test` has: one of each sort. `make matrix` has them all.
USUAL: Final = frozenset(
    {
        "connection refused",
        "lost answer after commit",
        "still executing, commits afterwards",
        "reset after the body",
        "200, empty",
        "429 without a time to wait",
        "executed, then answered 503",
        "error at the control level, always",
        "error in place of the results, and yet committed",
        "error of the function",
        "batch cut in the middle",
        "expired session",
    }
)
#: In this order: the first run of a store asks Intacct nothing about payments of ours.
PLAYS: Final = ((READ_BACK_ADJUSTMENT, READ_BACK_PAYMENT), (CREATE_ADJUSTMENT,), (CREATE_PAYMENT,))


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systems]:
    folder = tmp_path_factory.mktemp("systems")
    with (
        pytest.MonkeyPatch.context() as patch,
        run_intacct(folder / "intacct.db") as intacct,
        run_cleo(folder / "cleo") as cleo,
    ):
        patch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
        connector = set_up(
            folder / "ap", RECORD_RULES, intacct=intacct.gateway, cleo=cleo.url, link_settings=RECORD_SETTINGS
        )
        yield Systems(intacct=intacct, cleo=cleo, connector=connector)


def mark_thorough(faults: Sequence[Fault]) -> Iterator[object]:
    """The faults that can hit these records, each by its name."""
    for fault in faults:
        if fault.list_records():
            marks = () if fault.name in USUAL else (pytest.mark.thorough,)
            yield pytest.param(fault, id=fault.name, marks=marks)


def choose_plays(fault: Fault) -> Iterator[Sequence[Call]]:
    """The calls of a play that the fault can hit."""
    calls = fault.list_records()
    yield from (some for play in PLAYS if (some := [call for call in play if call in calls]))


@pytest.mark.parametrize("fault", [*mark_thorough(FAULTS)])
def test_whatever_fails_each_credit_and_payment_is_recorded_once_or_visibly_held(
    bench: Bench, fault: Fault, record_property: Callable[[str, object], None]
) -> None:
    found: dict[Call, Outcome] = {}
    bench.change_settings(fault.product)
    for calls in choose_plays(fault):
        mail = run_cells(bench, fault, calls, play=RECORDS)
        found |= dict.fromkeys(calls, name_outcome(bench, fault, mail, play=RECORDS))

    assert {call.name: outcome for call, outcome in found.items()} == {
        call.name: fault.expect(call) for call in fault.list_records()
    }
    assert_balance_holds(bench)
    cells = " · ".join(f"{call.name}: {outcome}" for call, outcome in found.items())
    record_property("note", f"{bench.kind:10} | {fault.name} | {cells}")
