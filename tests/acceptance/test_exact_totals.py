"""Whatever an invoice is made of and whichever rules take it apart: in Intacct's books it is its total to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.acceptance.random_invoices import MANY_WAYS, AnyInvoice, make_invoices
from tests.acceptance.trade import HUB, STEEL, write_interchange
from tests.acceptance.workbench import SETTINGS, Bench, Systems, open_bench, run_until_nothing_is_open
from tests.processes import run_cleo, run_intacct, set_up


@pytest.mark.rule("810 invoice", 13, 15, 16, 19)
def test_every_bill_is_its_invoice_s_total_read_from_intacct(tmp_path: Path) -> None:
    check_totals(tmp_path, seed=1, count=120)


def check_totals(folder: Path, *, seed: int, count: int) -> None:
    """So many invoices of each of two senders, booked under rules that split, spread, sum and net."""
    with run_intacct(folder / "intacct.db") as intacct, run_cleo(folder / "cleo") as cleo:
        connector = set_up(
            folder / "ap", MANY_WAYS, intacct=intacct.gateway, cleo=cleo.url, link_settings=SETTINGS
        )
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        sent = {sender: make_invoices(sender, seed + n, count) for n, sender in enumerate((STEEL, HUB))}
        with open_bench(systems, f"sqlite:///{folder / 'store.db'}") as bench:
            for control, (sender, invoices) in enumerate(sent.items(), 1):
                cleo.drop(f"{control}.edi", write_interchange(*invoices, sender=sender, control=control))
            run_until_nothing_is_open(bench, bench.once())
            compare_with_books(bench, [invoice for invoices in sent.values() for invoice in invoices])
            assert bench.type_command("balance", "--intacct").exit_code == 0


def compare_with_books(bench: Bench, invoices: list[AnyInvoice]) -> None:
    booked = {bill["RECORDID"]: bill for bill in bench.systems.intacct.bills()}
    wrong = {
        invoice.number: (invoice.total, booked.get(invoice.number, {}).get("TRX_TOTALENTERED"))
        for invoice in invoices
        if invoice.number not in booked
        or Decimal(booked[invoice.number]["TRX_TOTALENTERED"]) != invoice.total
        or _add_up(booked[invoice.number]["APBILLITEMS"]) != invoice.total
    }
    assert wrong == {}
    lines = [line for bill in booked.values() for line in bill["APBILLITEMS"]]
    assert {line["LOCATIONID"] for line in lines} == {"110", "130"}  # shares that rules split off
    assert {(line.get("FORM1099TYPE"), line.get("FORM1099BOX")) for line in lines} == {
        ("NEC", "1"),
        (None, None),
    }


def _add_up(lines: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(line["TRX_AMOUNT"]) for line in lines), Decimal(0))
