"""An order's confirmation and a change of it, in a Cleo folder, change the order in Intacct's books once."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import change_rows
from tests.processes import Line, run_line, wait_until

ANSWERS: Final = """
[[route]]
set = "855"
target = "order_answer"

[[confirmation]]
reductions = "apply"

[[route]]
set = "860"
target = "order_change"
"""
SENT_LATE: Final = {
    "match": {"function": "update_potransaction"},
    "action": "delay",
    "seconds": 60,
    "when": "after",
}
HOUSE: Final = """
[[partner]]
name = "Our buying desk"
senders = ["ZZ/AFBUYERS"]
vendors = ["V-1008"]

[[route]]
set = "850"
target = "purchase_order"
action = "submit"
entity = "E100"
location = "110"

[purchasing]
parties = ["92/AF"]
"""
SELLER: Final = "N1*SE*Ironvale*92*0042"
ORDER: Final = (
    f"BEG*00*SA*P-1**{INVOICED:%Y%m%d}",
    "N1*BY*Alder & Finch*92*AF",
    SELLER,
    "N1*ST*Columbus*92*W-COL",
    "PO1*1*400*LB*1.15**BP*STRIP-40",
    "CTT*1",
)
DEARER: Final = (
    f"BAK*00*AC*P-1*{INVOICED:%Y%m%d}*****{INVOICED:%Y%m%d}",
    SELLER,
    "PO1*1*400*LB*1.25**BP*STRIP-40",
    "ACK*IP*400*LB",
    "CTT*1",
)
LESS: Final = (
    f"BCH*04*SA*P-1**1*{INVOICED:%Y%m%d}",
    "N1*BY*Alder & Finch*92*AF",
    SELLER,
    "POC*1*QD*300**LB*1.25**BP*STRIP-40",
    "CTT*1",
)


@pytest.fixture
def buying(tmp_path: Path, store_url: str) -> Iterator[Line]:
    rules = {**RULES, "orders.toml": HOUSE, "answers.toml": ANSWERS}
    with run_line(tmp_path, rules, store_url=store_url) as running:
        running.cleo.drop("order.edi", write_set("850", "PO", ORDER, sender="AFBUYERS"))
        running.connector.once()
        yield running


def write_set(code: str, group: str, body: tuple[str, ...], *, sender: str) -> bytes:
    """An interchange of this one set."""
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{'ALDERFINCH':15}*{INVOICED:%y%m%d}*0730*U*00401*{7:09}*0*P*>",
        f"GS*{group}*{sender}*ALDERFINCH*{INVOICED:%Y%m%d}*0730*7*X*004010",
        f"ST*{code}*0001",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*7",
        f"IEA*1*{7:09}",
    ]
    return "".join(f"{segment}~\n" for segment in segments).encode()


def find_order(line: Line) -> dict[str, Any]:
    """The order as it stands in the books, with its one line."""
    state = f"sqlite:///{line.intacct.state}"
    found: dict[str, Any] = {}
    for kind in ("PODOCUMENT", "PODOCUMENTENTRY"):
        rows = change_rows(state, f"SELECT body FROM entry WHERE object = '{kind}'")
        ((body,),) = rows
        found |= json.loads(body)
    return found


def run_until_posted(line: Line, number: str) -> None:
    statuses: dict[str, str] = {}
    while statuses.get(number) != "posted":
        _, result = line.connector.once()
        statuses = {each["number"]: each["status"] for each in line.connector.documents()}
        look = result["next_look"]
        wait = datetime.fromisoformat(look) - datetime.now(UTC) if look is not None else None
        time.sleep(max(wait.total_seconds(), 0) if wait is not None else 0)


@pytest.mark.rule("855 confirmation", 3)
def test_a_price_rise_is_held_and_written_once_it_is_agreed_to(buying: Line) -> None:
    buying.cleo.drop("answer.edi", write_set("855", "PR", DEARER, sender="IRONVALE"))

    _, first = buying.connector.once()
    order = find_order(buying)
    need = f"confirmation:Ironvale Steel/{order['DOCID']}/1/400 Pound at 1.25"
    refused = buying.connector.run("needs", "answer", need, "cheaper", "--by", "Ana", "--yes")
    answered = buying.connector.run("needs", "answer", need, "agreed", "--by", "Ana", "--yes")
    buying.connector.run("xref", "approve", "1", "--by", "Mira")
    status, second = buying.connector.once()

    (held,) = [each for each in first["documents"] if each["needs"]]
    assert held["needs"][0]["key"] == need
    assert (order["QUANTITY"], order["TOTAL"]) == ("400", "460.00")
    assert "answer agreed, or reject the document" in refused.stderr
    assert answered.status == 0, answered.stderr
    assert (status, second["counts"]) == (0, {"posted": 2})
    changed = find_order(buying)
    assert (changed["QUANTITY"], changed["TOTAL"]) == ("400", "500.00")
    assert re.fullmatch(r"EDI 850 .* mlc-850-\w+ mlc-855-\w+", changed["MESSAGE"])
    number = f"P-1/{INVOICED}"
    (explained,) = buying.connector.run("documents", "explain", number, "--json").json()
    assert [each["promise"] for each in explained["comparison"]["confirmed"]] == ["raised"]


def test_killed_before_the_answer_a_change_is_found_by_our_mark(buying: Line) -> None:
    buying.cleo.drop("change.edi", write_set("860", "PC", LESS, sender="AFBUYERS"))
    buying.intacct.set_faults(SENT_LATE)
    with buying.connector.start("once"):
        wait_until(lambda: find_order(buying)["QUANTITY"] == "300", what="the order is changed")
    buying.intacct.clear_faults()

    run_until_posted(buying, "P-1/1")

    changed = find_order(buying)
    assert (changed["QUANTITY"], changed["MESSAGE"].count("mlc-860-")) == ("300", 1)
