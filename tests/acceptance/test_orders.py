"""Orders in a Cleo folder become purchase orders in Intacct's books, each exactly once."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import change_rows
from tests.processes import Line, run_line, wait_until

SENT_LATE: Final = {
    "match": {"function": "create_potransaction"},
    "action": "delay",
    "seconds": 60,
    "when": "after",
}
HOUSE: Final = {
    "orders.toml": """
[[partner]]
name = "Our buying desk"
senders = ["ZZ/AFBUYERS"]
vendors = ["V-1008", "V-1075"]

[[route]]
set = "850"
target = "purchase_order"
action = "submit"
entity = "E100"
location = "110"

[purchasing]
parties = ["92/AF"]

[[charge]]
name = "freight"
subtotal = "Freight"
when = { code = "D240" }
"""
}
STEEL: Final = (
    "N1*SE*Ironvale*92*0042",
    "N1*ST*Columbus*92*W-COL",
    "PO1*1*400*LB*1.15**BP*STRIP-40",
    "PO1*2*2*CA*43.2**BP*BOLT-M8-40",
    "SAC*C*D240***1850*******06***Freight",
)
FASTENERS: Final = (
    "N1*SE*Amberfield*92*AF-FAST",
    "PO1*1*1000*EA*0.31**VN*HB-40",
    "PO1*2*1*DZ*3.6**VN*HB-M8-40",  # which Intacct has as the number this vendor has for an item
)


@pytest.fixture
def buying(tmp_path: Path, store_url: str) -> Iterator[Line]:
    with run_line(tmp_path, {**RULES, **HOUSE}, store_url=store_url) as running:
        yield running


def write_orders(**orders: tuple[str, ...]) -> bytes:
    """An interchange of these orders, each by its number."""
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'AFBUYERS':15}*ZZ*{'ALDERFINCH':15}*{INVOICED:%y%m%d}*0730*U*00401*{7:09}*0*P*>",
        f"GS*PO*AFBUYERS*ALDERFINCH*{INVOICED:%Y%m%d}*0730*7*X*004010",
    ]
    for count, (number, own) in enumerate(orders.items(), 1):
        lines = sum(each.startswith("PO1") for each in own)
        body = [f"BEG*00*SA*{number}**{INVOICED:%Y%m%d}", "N1*BY*Alder & Finch*92*AF", *own, f"CTT*{lines}"]
        segments += [f"ST*850*{count:04}", *body, f"SE*{len(body) + 2}*{count:04}"]
    segments += [f"GE*{len(orders)}*7", f"IEA*1*{7:09}"]
    return "".join(f"{segment}~\n" for segment in segments).encode()


def list_records(line: Line, kind: str) -> list[dict[str, Any]]:
    """What stands in the company's books."""
    state = f"sqlite:///{line.intacct.state}"
    rows = change_rows(state, f"SELECT body FROM entry WHERE object = '{kind}' ORDER BY record_no")
    return [json.loads(body) for (body,) in rows]


def test_orders_become_purchase_orders_and_what_is_missing_is_asked_for(buying: Line) -> None:
    buying.cleo.drop("orders.edi", write_orders(**{"P-1": STEEL, "P-2": FASTENERS}))

    _, first = buying.connector.once()
    need = "item:Our buying desk/VN/HB-40"
    answered = buying.connector.run("needs", "answer", need, "BOLT-M8-40", "--by", "Ana", "--yes")
    buying.connector.run("xref", "approve", "1", "--by", "Mira")
    buying.cleo.drop("again.edi", write_orders(**{"P-1": STEEL}))
    status, second = buying.connector.once()

    assert first["counts"] == {"posted": 1, "held": 1}
    assert [each["needs"][0]["key"] for each in first["documents"] if each["needs"]] == [need]
    assert answered.status == 0, answered.stderr
    assert (status, second["counts"]) == (0, {"posted": 2, "duplicate": 1})
    steel, fasteners = list_records(buying, "PODOCUMENT")
    names = ("DOCID", "CUSTVENDID", "PONUMBER", "STATE", "TOTAL", "WHENCREATED")
    assert [steel[name] for name in names] == [
        "Purchase Order-PO0001",
        "V-1008",
        "P-1",
        "Pending",
        "564.90",
        INVOICED.isoformat(),
    ]
    assert (fasteners["CUSTVENDID"], fasteners["TOTAL"]) == ("V-1075", "313.60")
    lines = list_records(buying, "PODOCUMENTENTRY")
    assert [(each["ITEMID"], each["QUANTITY"], each["UNIT"], each.get("WAREHOUSEID")) for each in lines] == [
        ("STRIP-40", "400", "Pound", "W-COL"),
        ("BOLT-M8-40", "2", "Case", None),
        ("BOLT-M8-40", "1000", "Each", None),
        ("BOLT-M8-40", "1", "Dozen", None),
    ]
    (explained,) = buying.connector.run("documents", "explain", "P-2", "--json").json()
    assert explained["items"][0]["why"]
    assert buying.connector.run("balance", "--intacct").status == 0


def test_killed_before_the_answer_an_order_is_found_by_our_mark(buying: Line) -> None:
    buying.cleo.drop("orders.edi", write_orders(**{"P-1": STEEL}))
    buying.intacct.set_faults(SENT_LATE)
    with buying.connector.start("once"):
        wait_until(lambda: list_records(buying, "PODOCUMENT") != [], what="the order is in the books")
    buying.intacct.clear_faults()

    result: dict[str, Any] = {"counts": {}}
    while result["counts"] != {"posted": 1}:
        _, result = buying.connector.once()
        look = result["next_look"]
        wait = datetime.fromisoformat(look) - datetime.now(UTC) if look is not None else None
        time.sleep(max(wait.total_seconds(), 0) if wait is not None else 0)

    (order,) = list_records(buying, "PODOCUMENT")
    assert [each["intacct_key"] for each in buying.connector.documents()] == [order["DOCID"]]
