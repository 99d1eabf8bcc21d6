"""Ship notices in a Cleo folder become receivers in draft in Intacct's books, each once and none beyond its order."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.test_orders import HOUSE, STEEL, write_orders
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import (
    Bench,
    Systems,
    change_rows,
    find_document,
    open_bench,
    run_until_nothing_is_open,
)
from tests.processes import run_cleo, run_intacct, set_up

from ml_connector.records.status import Status

RULES_AS_IN_THE_HOWTO: Final = {
    "notices.toml": """
[[route]]
set = "856"
target = "receiver"

[[notice]]
partner = "Ironvale Steel"
target = "receiver"
asn_is_receipt = false
"""
}
LOST: Final = {"match": {"function": "create_potransaction"}, "action": "drop", "when": "after", "times": 1}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    rules = {**RULES, **HOUSE, **RULES_AS_IN_THE_HOWTO}
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(tmp_path / "ap", rules, intacct=intacct.gateway, cleo=cleo.url)
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as opened:
            yield opened


def write_notices(**cartons: tuple[int, ...]) -> bytes:
    """An interchange of notices by their numbers: so many pounds of strip in each carton, all of order P-1."""
    parties = f"ZZ*{'IRONVALE':15}*ZZ*{'ALDERFINCH':15}"
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*{parties}*{INVOICED:%y%m%d}*0730*U*00401*{9:09}*0*P*>",
        f"GS*SH*IRONVALE*ALDERFINCH*{INVOICED:%Y%m%d}*0730*9*X*004010",
    ]
    for count, (number, pounds) in enumerate(cartons.items(), 1):
        body = [f"BSN*00*{number}*{INVOICED:%Y%m%d}*0730", "HL*1**S", "N1*SE*Ironvale*92*0042"]
        body += ["HL*2*1*O", "PRF*P-1"]
        for place in range(len(pounds)):
            pack = 3 + 2 * place
            body += [f"HL*{pack}*2*P", f"MAN*GM*00812345678901234{place:03}", f"HL*{pack + 1}*{pack}*I"]
            body += ["LIN**BP*STRIP-40", f"SN1**{pounds[place]}*LB"]
        segments += [f"ST*856*{count:04}", *body, f"SE*{len(body) + 2}*{count:04}"]
    segments += [f"GE*{len(cartons)}*9", f"IEA*1*{9:09}"]
    return "".join(f"{segment}~\n" for segment in segments).encode()


def list_records(bench: Bench, kind: str) -> list[dict[str, Any]]:
    """What stands in the company's books."""
    state = f"sqlite:///{bench.systems.intacct.state}"
    rows = change_rows(state, f"SELECT body FROM entry WHERE object = '{kind}' ORDER BY record_no")
    return [json.loads(body) for (body,) in rows]


def list_receivers(bench: Bench) -> dict[str, tuple[str, ...]]:
    """Receivers in the books by the vendor's number: order, state, and the lines' quantities."""
    lines = list_records(bench, "PODOCUMENTENTRY")
    receivers = [each for each in list_records(bench, "PODOCUMENT") if each["DOCPARID"] == "PO Receiver"]
    assert len({each["VENDORDOCNO"] for each in receivers}) == len(receivers)
    return {
        each["VENDORDOCNO"]: (
            each["CREATEDFROM"],
            each["STATE"],
            *(part["QUANTITY"] for part in lines if part["DOCHDRID"] == each["DOCID"]),
        )
        for each in receivers
    }


@pytest.mark.rule("856 ship notice", 3)
def test_notices_wait_for_their_order_and_receive_it_once_and_no_more_than_was_ordered(bench: Bench) -> None:
    cleo, order_id = bench.systems.cleo, "Purchase Order-PO0001"
    cleo.drop("early.edi", write_notices(**{"ASN-1": (100, 50)}))
    early = bench.once()
    cleo.drop("orders.edi", write_orders(**{"P-1": STEEL}))
    run_until_nothing_is_open(bench, bench.once())

    bench.move_time(timedelta(minutes=6))
    run_until_nothing_is_open(bench, bench.once())
    first = list_receivers(bench)
    bench.systems.intacct.set_faults(LOST)
    cleo.drop("more.edi", write_notices(**{"ASN-2": (200,), "ASN-3": (100,)}))
    run_until_nothing_is_open(bench, bench.once())

    assert [need.key for need in early.documents[0].needs] == ["order:Ironvale Steel/P-1"]
    assert first == {"ASN-1": (order_id, "Draft", "150")}
    assert list_receivers(bench) == first | {"ASN-2": (order_id, "Draft", "200")}
    last = find_document(bench, "ASN-3")
    assert (last.status, [need.key for need in last.needs]) == (
        Status.HELD,
        [f"over_receipt:{order_id}/1/ASN-3"],
    )
    assert bench.type_command("balance", "--intacct").exit_code == 0
