"""`trace`: whatever number is named, the whole chain is drawn, failed documents included, and nothing of others."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

import pytest
from tests.unit.cli.desk import NOW, Desk
from tests.unit.store.rows import ORIGIN, POSTING
from tests.unit.store.test_store_orders import COMPARISON

from ml_connector import edi
from ml_connector.cli.exits import Exit
from ml_connector.edi import Transaction
from ml_connector.flows.reading import describe_document
from ml_connector.mapping.references import list_references
from ml_connector.records.documents import Move
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.orders import ExpectedGoods
from ml_connector.records.references import Reference
from ml_connector.records.status import Status
from ml_connector.store import Store, Work

US: Final = "BRINDLE"
SETS: Final[dict[str, tuple[str, ...]]] = {
    "850": ("BEG*00*SA*PO-00213**20310301",),
    "855": ("BAK*00*AC*PO-00213*20310302",),
    "856": ("BSN*00*ASN-7*20310305*1200", "PRF*PO00213"),
    "810": ("BIG*20310310*INV-1001**PO-00213", "REF*SI*ASN-7", "IT1*1*2*EA*50**VN*BOLT", "TDS*10000"),
    "820": ("TRN*1*CHK-9", "RMR*IV*INV-1001**100"),
}


def write(code: str, *segments: str, control: int, sender: str = "QUILLCO", receiver: str = US) -> bytes:
    head = f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{receiver:<15}*310310*0930*U*00401*{control:09}*0*P*>"
    group = f"GS*IN*{sender}*{receiver}*20310310*0930*{control + 500}*X*004010"
    body = [f"ST*{code}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    return "~".join([head, group, *body, f"GE*1*{control + 500}", f"IEA*1*{control:09}", ""]).encode()


def take(store: Store, name: str, content: bytes, **changes: Any) -> int:
    """A file of one document, as the read step leaves it."""
    kept = store.keep([content])
    (transaction,) = (each for each in edi.read([content]) if isinstance(each, Transaction))
    found = replace(describe_document("main", transaction), status=Status.READ, reason="", **changes)
    with store.begin() as work:
        origin = replace(ORIGIN, name=name, remote_id=name)
        file = work.files.add(link="main", origin=origin, kept=kept)
        work.documents.add(file, [found])
        work.references.add(file, {0: list_references(transaction)})
        (document,) = work.documents.list_of_file(file)
    return document.id


def move(work: Work, id_: int, *path: Status, start: Status = Status.READ, **changes: str) -> None:
    for expect, to in zip((start, *path), path, strict=False):
        step = replace(Move(id=id_, action=str(to)), **changes)  # type: ignore[arg-type]  # texts of a move
        assert work.documents.move([step], expect=expect, to=to, until=NOW)


@pytest.fixture
def traded(desk: Desk) -> Desk:
    """An order with its confirmation, a notice that is held, an invoice that is posted, and its payment."""
    with desk.open_store() as store:
        ids = {
            code: take(store, f"{code}.edi", write(code, *segments, control=901 + n))
            if code != "850"
            else take(
                store, "850.edi", write(code, *segments, control=901 + n, sender=US, receiver="QUILLCO")
            )
            for n, (code, segments) in enumerate(SETS.items())
        }
        take(store, "foreign.edi", write("810", *SETS["810"], control=77, sender="OTHERCO"))
        goods = ExpectedGoods(
            order_id="Purchase Order-PO-00213",
            order_line=1,
            item_id="BOLT-M8",
            quantity=Fraction(2),
            unit="Case",
            on=NOW.date(),
        )
        with store.begin() as work:
            need = Need(kind="receipt", subject="PO-00213/1", reason="the goods are not there yet")
            move(work, ids["856"], Status.HELD, reason=need.reason)
            work.needs.add({ids["856"]: [need]})
            work.matches.keep({ids["856"]: Comparison(expected=(goods,)), ids["810"]: COMPARISON})
            work.postings.add([(ids["810"], POSTING)])
            move(work, ids["810"], Status.READY, Status.SENDING, vendor="V-7", vendor_name="Quill & Co")
            move(work, ids["810"], Status.POSTED, start=Status.SENDING, intacct_key="4711")
    return desk


def draw(desk: Desk, number: str) -> list[list[str]]:
    """What stands in each tree: its first line, then the first words of its documents."""
    trees: list[list[str]] = []
    for line in desk.run("trace", number).stdout.splitlines():
        if line.startswith(("order", "no order")):
            trees.append([line.rstrip()])
        elif line.startswith(("├── ", "└── ")):
            trees[-1].append(line[4:].split()[0])
    return trees


def list_chains(desk: Desk, number: str) -> list[tuple[str, list[str]]]:
    """Each order with the files of its documents."""
    told = json.loads(desk.run("trace", number, "--json").stdout)
    return [(each["order"], [d["line"]["file"] for d in each["documents"]]) for each in told["chains"]]


CHAIN: Final = ["order PO-00213 · V-7 Quill & Co", "order", "confirmation", "ship", "invoice"]


def test_the_whole_chain_is_drawn_whatever_number_is_named(traded: Desk) -> None:
    numbers = ("#1", "#5", "chk-9", "4711", "mlc:bill:0001", "mlc:bill:0001:2", "856.edi", "902", "000001402")

    drawn = {number: draw(traded, number) for number in numbers}

    assert drawn == {number: [CHAIN, ["no order named", "remittance"]] for number in numbers}


def test_the_same_number_of_another_trade_is_another_chain(traded: Desk) -> None:
    numbers = ("PO-00213", "po 00213", "inv1001", "ASN-7")

    drawn = {number: draw(traded, number) for number in numbers}

    other = ["order PO-00213", "invoice"]
    assert drawn == {number: [CHAIN, other, ["no order named", "remittance"]] for number in numbers}


def test_a_chain_shows_states_keys_needs_goods_and_control_numbers(traded: Desk) -> None:
    shown = traded.run("trace", "4711").stdout

    assert max(map(len, shown.splitlines())) <= 80
    assert "invoice INV-1001 of 2031-03-10, 100.00  posted 4711" in shown
    assert "#4 · 810.edi · ISA/GS/ST 000000904/1404/0001" in shown
    assert "mlc:bill:0001" in shown
    assert "goods on PO Receiver-PR1, a person" in shown
    assert "receipt:PO-00213/1  the goods are not there yet" in shown
    assert "expects 2 Case of BOLT-M8 on 2031-03-14" in shown


def test_a_chain_as_json_has_every_number(traded: Desk) -> None:
    told = json.loads(traded.run("trace", "ASN-7", "--json").stdout)

    (chain, foreign, other) = told["chains"]
    assert [each["order"] for each in told["chains"]] == ["PO-00213", "PO-00213", ""]
    assert [each["line"]["file"] for each in foreign["documents"]] == ["foreign.edi"]
    assert not told["is_cut"]
    assert [each["line"]["set_code"] for each in chain["documents"]] == ["850", "855", "856", "810"]
    assert [each["line"]["set_code"] for each in other["documents"]] == ["820"]
    invoice = chain["documents"][-1]
    assert invoice["control_numbers"] == ["000000904", "1404", "0001"]
    assert (invoice["control_id"], invoice["intacct_keys"]) == ("mlc:bill:0001", ["4711"])
    assert {"kind": "shipment", "number": "ASN-7"} in invoice["references"]


def test_documents_that_nobody_can_read_any_more_are_in_the_chain(desk: Desk) -> None:
    with desk.open_store() as store:
        take(store, "810.edi", write("810", *SETS["810"], control=904))
    desk.change_rows("UPDATE documents SET length = 0")

    shown = desk.run("trace", "PO-00213")

    assert shown.exit_code == Exit.DONE
    assert "#1 · 810.edi" in shown.stdout
    assert "ISA/GS/ST" not in shown.stdout


def test_an_invoice_of_two_orders_stands_in_both_chains(desk: Desk) -> None:
    with desk.open_store() as store:
        take(
            store, "a.edi", write("810", "BIG*20310310*INV-1", "REF*PO*PO1", "REF*PO*PO2", "TDS*1", control=9)
        )
        vendor = {"partner_name": "Quill & Co"}
        take(store, "b.edi", write("855", "BAK*00*AC*PO2*20310302", control=10, sender="QUILL2"), **vendor)
        take(store, "c.edi", write("810", "BIG*20310310*INV-2**PO2", "TDS*1", control=11), **vendor)

    assert list_chains(desk, "INV-2") == [("PO2", ["b.edi", "a.edi", "c.edi"]), ("PO1", ["a.edi"])]


def test_an_order_that_intacct_numbers_otherwise_is_one_chain_found_by_both_numbers(desk: Desk) -> None:
    sets = {
        "a.edi": ("850", "BEG*00*SA*P-1**20310301"),
        "b.edi": ("855", "BAK*00*AC*P-1*20310302"),
        "c.edi": ("810", "BIG*20310310*INV-1**P-1", "REF*PO*P-2", "TDS*1"),
    }
    with desk.open_store() as store:
        ids = [take(store, name, write(*each, control=9 + n)) for n, (name, each) in enumerate(sets.items())]
        with store.begin() as work:
            work.references.link(dict.fromkeys(ids, (Reference(kind="order", number="PO0213"),)))

    assert list_chains(desk, "PO0213") == [("P-1", [*sets]), ("P-2", ["c.edi"])]
    assert list_chains(desk, "P-1") == [("P-1", [*sets]), ("P-2", ["c.edi"])]
    with desk.open_store() as store:
        take(store, "d.edi", write("810", "BIG*20310311*INV-2**PO0213", "TDS*1", control=12))
    assert list_chains(desk, "P-1") == [
        ("P-1", [*sets]),
        ("PO0213", [*sets, "d.edi"]),
        ("P-2", ["c.edi"]),
    ]


def test_of_a_number_that_very_many_have_the_first_are_shown(desk: Desk) -> None:
    sets = [
        "~".join((f"ST*810*{n:04}", f"BIG*20310310*INV-{n}**P{n}", "TDS*1", f"SE*4*{n:04}"))
        for n in range(102)
    ]
    one = write("810", "BIG*20310310*INV-0**P0", "TDS*1", control=9)
    head, tail = one[: one.index(b"ST*")], one[one.index(b"GE*") :]
    content = head + "~".join([*sets, ""]).encode() + tail
    found = [each for each in edi.read([content]) if isinstance(each, Transaction)]
    with desk.open_store() as store:
        kept = store.keep([content])
        with store.begin() as work:
            file = work.files.add(link="main", origin=ORIGIN, kept=kept)
            work.documents.add(file, [describe_document("main", each) for each in found])
            work.references.add(file, {each.index: list_references(each) for each in found})

    told = json.loads(desk.run("trace", "9", "--json").stdout)

    assert told["is_cut"]
    assert len(told["chains"]) == 100
    assert "there are more documents" in desk.run("trace", "9").stdout


def test_a_number_that_nobody_has_is_refused_in_words(desk: Desk) -> None:
    shown = desk.run("trace", "PO-9")

    assert shown.exit_code == Exit.USAGE
    assert shown.stderr.strip() == "nothing goes by 'PO-9'"


def test_explain_shows_how_a_held_document_compares_with_its_orders(traded: Desk) -> None:
    with traded.open_store() as store, store.begin() as work:
        work.matches.keep({3: COMPARISON})

    shown = traded.run("documents", "explain", "#3")

    assert shown.exit_code == Exit.DONE
    lines = [line.rstrip() for line in shown.stdout.splitlines()]
    assert "receipt:PO-00213/1  the goods are not there yet" in lines
    assert "1    BOLT-M8          3.5 Case  3.333333         0  0.333333  2.333333         –" in lines
    assert "      Purchase Order-PO0213 line 2: within tolerance, by small differences" in lines
    assert "      0.142857 too dear in all, 5 is allowed" in lines
    assert "      0.333333 on PO Receiver-PR1, a person" in lines
    assert "     Freight                                     0         0       4.5         0" in lines
    assert "      charge above its cap, by freight" in lines
    assert "      Purchase Order-PO0213: reduced for 2031-04-01 (IQ)" in lines
    assert "expects 0.666667 Case of BOLT-M8, Purchase Order-PO0213 line 1" in lines
    assert max(len(line) for line in lines if "ml-connector" not in line) <= 80


def test_explain_as_json_keeps_every_quantity_exact(traded: Desk) -> None:
    (told,) = json.loads(traded.run("documents", "explain", "#4", "--json").stdout)

    (line,) = told["comparison"]["match"]["lines"]
    assert (line["received"], line["invoiced"], line["ordered"]) == ("10/3", "1/3", "3.50")
    assert (line["verdict"], line["allowed_amount"]) == ("within tolerance", "5")
    assert told["lines"][0]["account"] == "5000"
