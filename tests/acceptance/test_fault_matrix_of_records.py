"""Every fault at every write and read-back of adjustments, payments and vendors: each is there once, or visibly held."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pytest
from tests.acceptance.calls import (
    CREATE_ADJUSTMENT,
    CREATE_PAYMENT,
    CREATE_VENDOR,
    READ_BACK_ADJUSTMENT,
    READ_BACK_PAYMENT,
    READ_BACK_VENDOR,
    Call,
    Outcome,
)
from tests.acceptance.faults import Fault
from tests.acceptance.matrix import Play, assert_balance_holds, name_outcome, run_cells
from tests.acceptance.new_sellers import SELLER_RULES, SELLERS
from tests.acceptance.other_records import RECORD_RULES, RECORD_SETTINGS, RECORDS
from tests.acceptance.system_faults import FAULTS
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
PLAYS: Final[Sequence[tuple[Play, Sequence[Call]]]] = (
    (RECORDS, (READ_BACK_ADJUSTMENT, READ_BACK_PAYMENT)),
    (RECORDS, (CREATE_ADJUSTMENT,)),
    (RECORDS, (CREATE_PAYMENT,)),
    (SELLERS, (CREATE_VENDOR,)),
    (SELLERS, (READ_BACK_VENDOR,)),
)
RULES: Final = {**RECORD_RULES, "sellers.toml": SELLER_RULES}


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
            folder / "ap", RULES, intacct=intacct.gateway, cleo=cleo.url, link_settings=RECORD_SETTINGS
        )
        yield Systems(intacct=intacct, cleo=cleo, connector=connector)


def mark_thorough(faults: Sequence[Fault]) -> Iterator[object]:
    """The faults that can hit these records, each by its name."""
    for fault in faults:
        if list_calls(fault):
            marks = () if fault.name in USUAL else (pytest.mark.thorough,)
            yield pytest.param(fault, id=fault.name, marks=marks)


def list_calls(fault: Fault) -> Sequence[Call]:
    return (*fault.list_records(), *fault.list_vendors())


def choose_plays(fault: Fault) -> Iterator[tuple[Play, Sequence[Call]]]:
    """Each play with its calls that the fault can hit."""
    hit = list_calls(fault)
    yield from ((play, some) for play, calls in PLAYS if (some := [call for call in calls if call in hit]))


@pytest.mark.parametrize("fault", [*mark_thorough(FAULTS)])
def test_whatever_fails_each_credit_payment_and_new_vendor_is_there_once_or_visibly_held(
    bench: Bench, fault: Fault, record_property: Callable[[str, object], None]
) -> None:
    found: dict[Call, Outcome] = {}
    bench.change_settings(fault.product)
    for play, calls in choose_plays(fault):
        mail = run_cells(bench, fault, calls, play=play)
        found |= dict.fromkeys(calls, name_outcome(bench, fault, mail, play=play))

    assert {call.name: outcome for call, outcome in found.items()} == {
        call.name: fault.expect(call) for call in list_calls(fault)
    }
    assert_balance_holds(bench)
    cells = " · ".join(f"{call.name}: {outcome}" for call, outcome in found.items())
    record_property("note", f"{bench.kind:10} | {fault.name} | {cells}")
