"""Invoices in a Cleo folder become bills in Intacct's books, each exactly once."""

from decimal import Decimal
from typing import Any

import pytest
from tests.acceptance.trade import HUB, INVOICED, Invoice, Item, write_interchange
from tests.databases import forget_everything
from tests.processes import ARCHIVE, INBOUND, Line

TWO_ITEMS = Invoice(
    number="S-1",
    order="PO-88101",
    items=(Item(), Item(quantity=100, price=Decimal("1.111"), code="SHEET", text="Sheet 16 ga")),
    freight=Decimal("18.50"),
    allowance=Decimal("2.00"),
    ship_to="92*130",
)
FASTENERS = Invoice(number="H-1", sellers=("VN*Amberfield Fasteners*92*AF-FAST",))
PACKAGING = Invoice(number="H-2", sellers=("SE*Amberfield Packaging*92*AF-PACK",), items=(Item(quantity=3),))


def drop_three(line: Line) -> None:
    line.cleo.drop("steel.edi", write_interchange(TWO_ITEMS, control=7))
    line.cleo.drop("hub.edi", write_interchange(FASTENERS, PACKAGING, sender=HUB, control=8))


def summarise(bill: dict[str, Any]) -> dict[str, Any]:
    names = ("MEGAENTITYID", "VENDORID", "RECORDID", "WHENCREATED", "TERMNAME", "TOTALENTERED", "STATE")
    return {name: bill[name] for name in names}


def list_lines(bill: dict[str, Any]) -> list[tuple[str | None, ...]]:
    names = ("ACCOUNTNO", "TRX_AMOUNT", "LOCATIONID", "DEPARTMENTID", "CLASSID", "ENTRYDESCRIPTION")
    return [tuple(item.get(name) for name in names) for item in bill["APBILLITEMS"]]


def test_invoices_become_bills_with_vendor_accounts_dimensions_and_their_exact_totals(line: Line) -> None:
    drop_three(line)

    status, result = line.connector.once()

    assert status == 0
    assert result["counts"] == {"posted": 3}
    assert result["balance"]["complete"] is True
    steel, fasteners, packaging = line.intacct.bills()
    common = {"MEGAENTITYID": "E100", "WHENCREATED": INVOICED.isoformat(), "STATE": "Posted"}
    assert summarise(steel) == common | {
        "VENDORID": "V-1008",
        "RECORDID": "S-1",
        "TERMNAME": "N30",
        "TOTALENTERED": "170.10",
    }
    assert summarise(fasteners) == common | {
        "VENDORID": "V-1075",
        "RECORDID": "H-1",
        "TERMNAME": "2/10 N30",
        "TOTALENTERED": "42.50",
    }
    assert summarise(packaging) == common | {
        "VENDORID": "V-1120",
        "RECORDID": "H-2",
        "TERMNAME": "2/10 N30",
        "TOTALENTERED": "12.75",
    }
    assert steel["DOCNUMBER"] == "PO-88101"
    assert list_lines(steel) == [
        ("5000", "41.95", "130", None, "C02", "BAR-10 Hot rolled bar, 10 EA at 4.25"),
        ("5000", "109.65", "130", None, "C02", "SHEET Sheet 16 ga, 100 EA at 1.111"),
        ("5200", "18.50", "110", None, None, "Freight"),
    ]
    assert list_lines(fasteners) == [
        ("5060", "42.50", "110", "120", None, "BAR-10 Hot rolled bar, 10 EA at 4.25")
    ]


@pytest.mark.rule("Before anything else", 9)
def test_a_bill_ends_in_our_mark_and_the_document_knows_its_intacct_key(line: Line) -> None:
    drop_three(line)

    _, result = line.connector.once()

    by_key = {document["intacct_key"]: document for document in result["documents"]}
    for bill in line.intacct.bills():
        document = by_key[str(bill["RECORDNO"])]
        assert document["number"] == bill["RECORDID"]
        assert bill["DESCRIPTION"].startswith(f"EDI 810 {document['partner']} 00000000")
        assert bill["DESCRIPTION"].endswith(f" {document['document_key']}")


def test_files_that_were_taken_lie_in_the_archive_with_their_own_bytes(line: Line) -> None:
    drop_three(line)
    dropped = {file["name"]: file["sha256"] for file in line.cleo.files(INBOUND)}

    line.connector.once()

    assert line.cleo.files(INBOUND) == []
    assert {file["name"]: file["sha256"] for file in line.cleo.files(ARCHIVE)} == dropped


def test_running_again_posts_nothing_and_asks_intacct_for_nothing(line: Line) -> None:
    drop_three(line)
    line.connector.once()
    line.intacct.reset_counters()

    status, result = line.connector.once()

    assert (status, result["documents"], result["counts"]) == (0, [], {"posted": 3})
    assert line.intacct.counters()["requests"] == 0
    assert len(line.intacct.bills()) == 3


def test_with_the_store_lost_and_everything_sent_again_nothing_is_posted_twice(line: Line) -> None:
    drop_three(line)
    line.connector.once()
    before = line.intacct.bills()
    forget_everything(line.store_url)
    drop_three(line)

    status, result = line.connector.once()

    assert status == 0
    assert result["counts"] == {"duplicate": 3}
    reasons = {document["number"]: document["reason"] for document in result["documents"]}
    assert reasons["S-1"] == (
        f"the same as bill 1 in Intacct (170.10 of {INVOICED}, posted by this connector)"
    )
    assert line.intacct.bills() == before


def test_a_bill_entered_by_hand_under_the_same_number_is_never_doubled(line: Line) -> None:
    by_hand = {
        "VENDORID": "V-1075",
        "RECORDID": "H-1",
        "WHENCREATED": f"{INVOICED:%m/%d/%Y}",
        "TERMNAME": "N30",
        "DESCRIPTION": "typed in from paper",
        "APBILLITEMS": [{"ACCOUNTNO": "5060", "TRX_AMOUNT": "42.50", "LOCATIONID": "110"}],
    }
    line.intacct.enter_bill(by_hand, entity="E100")
    line.intacct.enter_bill(by_hand | {"VENDORID": "V-1120", "RECORDID": "H-2"}, entity="E100")
    drop_three(line)

    _, result = line.connector.once()

    by_number = {document["number"]: document for document in result["documents"]}
    assert by_number["H-1"]["reason"] == f"the same as bill 1 in Intacct (42.50 of {INVOICED})"
    assert by_number["H-1"]["status"] == "duplicate"
    assert by_number["H-2"]["status"] == "held"
    beside = f"duplicate:Amberfield Hub/V-1120/H-2/{by_number['H-2']['amount']}/bill 2"
    assert [need["key"] for need in by_number["H-2"]["needs"]] == [beside]
    assert [bill["RECORDID"] for bill in line.intacct.bills()] == ["H-1", "H-2", "S-1"]


@pytest.mark.rule("Before anything else", 1)
def test_on_a_link_in_test_mode_every_bill_is_a_draft(line: Line) -> None:
    line.cleo.drop("trial.edi", write_interchange(Invoice(number="S-9"), usage="T"))

    trial = line.connector.run("once", "--json", environment={"ML_CONNECTOR_LINK_MAIN_MODE": "test"})

    assert trial.status == 0, trial.stderr
    assert [(bill["RECORDID"], bill["STATE"]) for bill in line.intacct.bills()] == [("S-9", "Draft")]
