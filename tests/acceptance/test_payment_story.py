"""The purchasing story goes on: what was ordered, received and invoiced is paid short by a discount, then credited."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_orders import HOUSE
from tests.acceptance.test_purchasing_story import DAY, MATCHING, Office, write_notice
from tests.acceptance.test_ship_notices import list_records
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import Systems, find_document, open_bench
from tests.processes import COMPANY, run_cleo, run_intacct, set_up

SELLER: Final = "N1*SE*Amberfield Fasteners*92*AF-FAST"
HUB: Final = "AMBERHUB"
BANK: Final = """
[[partner]]
name = "First Bank of Akron"
senders = ["ZZ/FIRSTBANK"]
vendors = ["V-1075"]

[[vendor]]
code = "PE/92/AF-FAST"
vendor = "V-1075"

[[route]]
set = "820"
target = "payment"

[[payment]]
partner = "First Bank of Akron"
role = "paid_by_us"
method = "Cash"

[[bank]]
code = "01/044000037/DA/6789"
account = "OPER"
"""
PAID_ON: Final = f"{INVOICED + timedelta(days=5):%Y%m%d}"  # within the ten days of 2/10 N30
ORDERED: Final = (
    f"BEG*00*SA*P-1**{DAY}",
    "N1*BY*Alder & Finch*92*AF",
    SELLER,
    "PO1*1*100*EA*10**BP*BOLT-M8-40",
    "CTT*1",
)
REMITTED: Final = (
    f"BPR*I*588.00*C*ACH*CTX*01*044000037*DA*550066789*1234567890**01*021000021*DA*998877*{PAID_ON}",
    "TRN*1*CHK-1",
    "N1*PR*Alder & Finch*92*AF",
    "N1*PE*Amberfield Fasteners*92*AF-FAST",
    "ENT*1",
    "RMR*IV*AF-1**588.00*600.00*12.00",
)
CREDITED: Final = (
    f"BIG*{DAY}*AF-C1*****CR",
    "REF*OI*AF-1",
    SELLER,
    "IT1*1*8*EA*10**BP*BOLT-M8-40",
    "TDS*8000",
    "CTT*1",
)


def write_invoice(number: str, quantity: int) -> tuple[str, ...]:
    """So many of the bolts that were ordered."""
    line = f"IT1*1*{quantity}*EA*10**BP*BOLT-M8-40"
    return f"BIG*{DAY}*{number}**P-1", SELLER, line, f"TDS*{quantity * 1000}", "CTT*1"


@pytest.fixture(params=[True, False], ids=["from several", "from one"])
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    settings = {
        "company.multi_source_conversion": bool(request.param),
        "company.negative_debit_memos": True,
        "reference_every": "0s",
    }
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(
            tmp_path / "ap",
            {**RULES, **HOUSE, **MATCHING, "bank.toml": BANK},
            intacct=intacct.gateway,
            cleo=cleo.url,
            link_settings=settings,
        )
        intacct.change_settings(company=COMPANY, multi_source_conversion=bool(request.param))
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as bench:
            yield Office(bench=bench)


def order_receive_and_invoice(office: Office) -> None:
    """One order that comes in two parts, in two invoices, of which the first is for goods of both."""
    office.drop("850", ORDERED, sender="AFBUYERS")
    office.type("once")
    for number, quantity in (("ASN-1", "30"), ("ASN-2", "70")):
        office.drop("856", write_notice(number, ("BOLT-M8-40", quantity, "EA"), seller=SELLER), sender=HUB)
    office.type("once")
    office.post_receivers()
    office.drop("810", write_invoice("AF-1", 60), sender=HUB)
    office.drop("810", write_invoice("AF-2", 40), sender=HUB)
    office.type("once")


def pay_short(office: Office) -> None:
    """What the bank reports is recorded once two people have agreed, and submitted by one more."""
    office.drop("820", REMITTED, sender="FIRSTBANK")
    office.type("once")
    (need,) = find_document(office.bench, "CHK-1").needs
    office.type("needs", "answer", need.key, "agreed", "--by", "Ana", "--yes")
    office.type("xref", "approve", "1", "--by", "Mira")
    office.type("once")
    posted = {"object": "APPYMT", "RECORDNO": 1, "state": "Posted"}
    office.bench.systems.intacct.ask("POST", "/decisions", {"company": COMPANY, **posted})


def read_amounts(office: Office, kind: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Of each number of the vendor in the books: what its records are over, and what of them is open."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for each in office.look(kind):
        if each["VENDORID"] == "V-1075":
            entered, due = found.get(each["RECORDID"], (Decimal(0), Decimal(0)))
            found[each["RECORDID"]] = (
                entered + Decimal(each["TRX_TOTALENTERED"]),
                due + Decimal(each["TRX_TOTALDUE"]),
            )
    return found


@pytest.mark.rule("820 remittance", 2, 3)
@pytest.mark.rule("Credits", 1, 2)
def test_a_matched_invoice_is_paid_short_by_its_discount_and_credited_and_the_vendor_s_balance_is_the_sum(
    office: Office,
) -> None:
    order_receive_and_invoice(office)
    before = read_amounts(office, "APBILL"), read_amounts(office, "APADJUSTMENT")
    pay_short(office)
    office.drop("810", CREDITED, sender=HUB)
    office.type("once")

    bills, memos = read_amounts(office, "APBILL"), read_amounts(office, "APADJUSTMENT")
    (payment,) = office.look("APPYMT")
    details = list_records(office.bench, "APPYMTDETAIL")
    invoice = bills["AF-1"][0]
    paid = Decimal(payment["TRX_TOTALENTERED"])
    discount = sum((Decimal(each["DISCOUNTTAKEN"]) for each in details), Decimal(0))
    assert {number: before[0][number] for number in ("AF-1", "AF-2")} == {
        "AF-1": (Decimal(600), Decimal(600)),
        "AF-2": (Decimal(400), Decimal(400)),
    }
    assert (payment["STATE"], paid, discount) == ("Posted", Decimal("588.00"), Decimal("12.00"))
    assert bills["AF-1"] == (Decimal(600), invoice - paid - discount)
    assert bills["AF-2"] == before[0]["AF-2"]
    assert memos.keys() - before[1].keys() == {"AF-C1"}
    assert memos["AF-C1"] == (Decimal(-80), Decimal(-80))
    changed = sum_open(bills, memos) - sum_open(*before)
    assert changed == -(paid + discount) + memos["AF-C1"][1]
    office.type("balance", "--intacct")


def sum_open(*records: dict[str, tuple[Decimal, Decimal]]) -> Decimal:
    """What the vendor is owed by all of these."""
    return sum((due for each in records for _, due in each.values()), Decimal(0))
