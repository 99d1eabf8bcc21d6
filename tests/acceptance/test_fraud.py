"""What fraud and error look like in EDI: none of it gets into the books without a person."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import PAYMENTS, answer, post_payment, read_example, write_example
from tests.acceptance.test_ship_notices import list_records
from tests.acceptance.trade import HUB, INVOICED, RULES, STEEL, Invoice, Item, write_interchange
from tests.acceptance.workbench import Bench, Systems, find_document, open_bench, run_until_nothing_is_open
from tests.processes import run_cleo, run_intacct, set_up

from ml_connector.records.status import Status

FAST: Final = ("VN*Amberfield Fasteners*92*AF-FAST",)
STEEL_ELSEWHERE: Final = ("VN*Ironvale Steel Supply*92*0042", "RI*Elsewhere*92*9999")
CREDIT: Final = "CR"  # BIG07
BIG: Final = (Item(quantity=100, price=Decimal("10.00")),)


@pytest.mark.rule("810 invoice", 24, 30, 31)
@pytest.mark.rule("Who is the vendor, who is paid", 2)
def test_what_looks_like_fraud_or_error_waits_for_a_person(tmp_path: Path) -> None:
    ours = '[us]\nreceivers = ["ZZ/ALDERFINCH"]\n'
    rules = {**RULES, "payments.toml": read_example(PAYMENTS, "toml").replace(ours, "")}
    del rules["duplicates.toml"]
    settings = {"mode": "live", "company.negative_debit_memos": True}
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(
            tmp_path / "ap", rules, intacct=intacct.gateway, cleo=cleo.url, link_settings=settings
        )
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as bench:
            try_to_be_paid_twice(bench)


def try_to_be_paid_twice(bench: Bench) -> None:
    """First what is right, then what is not."""
    enter_by_hand(bench, "INV-77", "77.00")
    send(bench, HUB, Invoice(number="AF-5501", items=BIG, sellers=FAST))
    send(bench, HUB, Invoice(number="CR-1", sellers=FAST, type_code=CREDIT, items=cost("30.00")))
    pay(bench)
    before = count_records(bench)
    attempts = {
        "R-1": (STEEL, Invoice(number="R-1", sellers=STEEL_ELSEWHERE)),
        "V-1": (STEEL, Invoice(number="V-1", sellers=FAST, items=cost("11.00"))),
        "CR-1": (HUB, Invoice(number="CR-1", sellers=FAST, items=cost("30.00"))),
        "0077": (HUB, Invoice(number="0077", sellers=FAST, items=cost("78.00"))),
        "T-9": (STEEL, Invoice(number="T-9", items=BIG)),
    }
    for number, (sender, invoice) in attempts.items():
        bench.systems.cleo.drop(f"{number}.edi", write_interchange(invoice, sender=sender))
    bench.systems.cleo.drop("820.edi", write_payment("CHK-8000"))

    run_until_nothing_is_open(bench, bench.once())

    found = {number: list_held(bench, number) for number in (*attempts, "CHK-8000")}
    assert {number: {need.partition(":")[0] for need in needs} for number, needs in found.items()} == {
        "R-1": {"remit_to"},
        "V-1": {"partner_vendor"},
        "CR-1": {"reversal"},
        "0077": {"duplicate"},
        "T-9": {"duplicate"},
        "CHK-8000": {"bill"},
    }
    assert count_records(bench) == before
    overrule(bench, found["T-9"][0])
    assert find_document(bench, "T-9").status is Status.POSTED


def enter_by_hand(bench: Bench, number: str, amount: str) -> None:
    """A bill as somebody has typed it in from paper."""
    bill = {
        "VENDORID": "V-1075",
        "RECORDID": number,
        "WHENCREATED": f"{INVOICED:%m/%d/%Y}",
        "TERMNAME": "N30",
        "DESCRIPTION": "typed in from paper",
        "APBILLITEMS": [{"ACCOUNTNO": "5060", "TRX_AMOUNT": amount, "LOCATIONID": "110"}],
    }
    bench.systems.intacct.enter_bill(bill, entity="E100")


def cost(amount: str) -> tuple[Item, ...]:
    return (Item(quantity=1, price=Decimal(amount)),)


def send(bench: Bench, sender: str, invoice: Invoice) -> None:
    """An invoice that is posted."""
    bench.systems.cleo.drop(f"{invoice.number}.edi", write_interchange(invoice, sender=sender))
    run_until_nothing_is_open(bench, bench.once())
    assert find_document(bench, invoice.number).status is Status.POSTED


def write_payment(number: str) -> bytes:
    paid = write_example(PAYMENTS, "FIRSTBANK", "RA", "820", "20261114", INVOICED + timedelta(days=5))
    return paid.replace(b"CHK-7719", number.encode())


def pay(bench: Bench) -> None:
    """The bill is paid in full, with its discount."""
    bench.systems.cleo.drop("paid.edi", write_payment("CHK-7719"))
    run_until_nothing_is_open(bench, bench.once())
    (need,) = find_document(bench, "CHK-7719").needs
    answer(bench, need.key, "agreed")
    run_until_nothing_is_open(bench, bench.once())
    assert post_payment(bench)["due"] == 0


def count_records(bench: Bench) -> dict[str, int]:
    """What is in the books, record by record."""
    return {kind: len(list_records(bench, kind)) for kind in ("APBILL", "APADJUSTMENT", "APPYMT")}


def list_held(bench: Bench, number: str) -> list[str]:
    """What the newest document of a number waits for."""
    listed = json.loads(bench.type_command("documents", "list", "--json").output)
    newest = [each for each in listed if each["number"] == number][-1]
    assert (number, newest["status"]) == (number, "held")
    return [need["key"] for need in newest["needs"]]


def overrule(bench: Bench, need: str) -> None:
    """One person says why these are two, and nothing is booked before another one agrees."""
    refused = bench.type_command("needs", "answer", need, "agreed", "--by", "Ana", "--yes")
    bench.type_command(
        "needs", "answer", need, "agreed", "--by", "Ana", "--yes", "--reason", "two deliveries"
    )
    run_until_nothing_is_open(bench, bench.once())
    assert (refused.exit_code != 0, find_document(bench, "T-9").status) == (True, Status.HELD)

    assert bench.type_command("xref", "approve", "2", "--by", "Mira").exit_code == 0
    run_until_nothing_is_open(bench, bench.once())

    assert "xref 2" in bench.type_command("documents", "explain", "T-9").output
