"""Credits in Intacct's books: the examples of their page, through the whole line."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import LOST, wrap_example
from tests.acceptance.test_ship_notices import list_records
from tests.acceptance.trade import INVOICED, Invoice, Item, write_interchange
from tests.acceptance.workbench import Bench, Systems, find_document, open_bench, run_until_nothing_is_open
from tests.docs.pages import list_blocks, read_page
from tests.processes import run_cleo, run_intacct, set_up

from ml_connector.records.status import Status

PAGE: Final = "docs/howto/credits.md"
SENDER: Final = "ZZ/AMBERFAST"


@pytest.mark.rule("Credits", 1, 2, 3, 4)
def test_credits_stand_open_and_the_vendor_is_owed_less(tmp_path: Path) -> None:
    rules = {"rules.toml": _read_blocks("toml")[0]}
    settings = {"mode": "live", "company.negative_debit_memos": True}
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(
            tmp_path / "ap", rules, intacct=intacct.gateway, cleo=cleo.url, link_settings=settings
        )
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as bench:
            book_credits(bench)


def book_credits(bench: Bench) -> None:
    intacct, cleo = bench.systems.intacct, bench.systems.cleo
    invoice = Invoice(
        number="AF-5501",
        items=(Item(quantity=100, price=Decimal("10.00")),),
        sellers=("VN*Amberfield Fasteners*92*AF-FAST",),
        dated=INVOICED,
    )
    cleo.drop("invoice.edi", write_interchange(invoice, sender=SENDER))
    run_until_nothing_is_open(bench, bench.once())
    owed = _add_up_balance(bench)
    credit, adjustment = (
        wrap_example(text, "AMBERFAST", group, code, "20261109", INVOICED + timedelta(days=3))
        for text, group, code in zip(_read_blocks("edi"), ("IN", "CD"), ("810", "812"), strict=True)
    )

    cleo.drop("credit.edi", credit)
    cleo.drop("adjustment.edi", adjustment)
    intacct.set_faults({**LOST, "match": {"function": "create_apadjustment"}})
    run_until_nothing_is_open(bench, bench.once())
    cleo.drop("again.edi", credit)
    run_until_nothing_is_open(bench, bench.once())

    memos = {each["RECORDID"]: each for each in list_records(bench, "APADJUSTMENT") if _is_ours(each)}
    assert {number: (each["STATE"], each["TRX_TOTALDUE"]) for number, each in memos.items()} == {
        "AF-C01": ("Posted", "-95.00"),
        "AF-C02": ("Posted", "-12.00"),
    }
    assert [each["DOCNUMBER"] for each in memos.values()] == ["AF-5501", "AF-5502"]
    assert find_document(bench, "AF-C02").status is Status.POSTED
    assert owed - _add_up_balance(bench) == Decimal("107.00")
    explained = bench.type_command("documents", "explain", "AF-C01").output
    assert "what lowers what we owe is a debit memo, of negative lines" in " ".join(explained.split())
    assert bench.type_command("balance", "--intacct").exit_code == 0


def _read_blocks(language: str) -> list[str]:
    return [each.body for each in list_blocks(read_page(PAGE)) if each.language == language]


def _is_ours(record: dict[str, str]) -> bool:
    return record["VENDORID"] == "V-1075" and "mlc-" in record.get("DESCRIPTION", "")


def _add_up_balance(bench: Bench) -> Decimal:
    """What the vendor is owed by the books: his bills and adjustments, as far as they are open."""
    records = [*list_records(bench, "APBILL"), *list_records(bench, "APADJUSTMENT")]
    return sum(
        (Decimal(each["TRX_TOTALDUE"]) for each in records if each["VENDORID"] == "V-1075"), Decimal(0)
    )
