"""A cancelled draft goes from Intacct's books once two people agree, and what somebody has submitted stays."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import answer, run_bench
from tests.acceptance.trade import RULES, STEEL, Invoice, Item, write_interchange
from tests.acceptance.workbench import Bench
from tests.processes import COMPANY, LINK

from ml_connector.records.status import Status

DRAFTS: Final = {**RULES, "routes.toml": RULES["routes.toml"].replace('"submit"', '"draft"')}
LOST: Final = {"match": {"function": "delete"}, "action": "drop", "when": "after", "times": 1}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Two invoices of 100.00 are drafts in Intacct; then somebody submits C-2, and both are cancelled."""
    with run_bench(tmp_path, DRAFTS) as opened:
        send(opened, "in.edi", purpose="")
        opened.once()
        submitted = {"company": COMPANY, "object": "APBILL", "RECORDNO": "2", "state": "Submitted"}
        opened.systems.intacct.ask("POST", "/decisions", submitted)
        send(opened, "cancelled.edi", purpose="01")
        opened.once()
        yield opened


def send(bench: Bench, name: str, *, purpose: str) -> None:
    items = (Item(quantity=10, price=Decimal("10.00")),)
    both = (Invoice(number=number, items=items, purpose=purpose) for number in ("C-1", "C-2"))
    bench.systems.cleo.drop(name, write_interchange(*both, sender=STEEL))


@pytest.mark.rule("Before anything else", 7)
def test_a_cancelled_draft_is_deleted_once_two_people_agree_even_if_the_answer_is_lost(bench: Bench) -> None:
    asked = bench.type_command("needs", "list").output
    before = len(bench.systems.intacct.bills(number="C-1"))
    bench.systems.intacct.set_faults(LOST)

    answer(bench, "cancellation:Ironvale Steel/810/C-1/1", "agreed")
    bench.once()
    bench.once()

    assert "cancellation:Ironvale Steel/810/C-1/1" in asked
    assert (before, bench.systems.intacct.bills(number="C-1")) == (1, [])
    assert [bill["STATE"] for bill in bench.systems.intacct.bills(number="C-2")] == ["Submitted"]
    ends = {(each.number, each.status) for each in bench.app.documents.list(LINK, company=COMPANY)}
    assert ends == {("C-1", Status.FILED), ("C-2", Status.POSTED), ("C-2", Status.HELD)}
    traced = " ".join(bench.type_command("trace", "C-1").output.split())
    assert "bill 1 was deleted in Intacct" in traced
    explained = " ".join(bench.type_command("documents", "explain", "C-2").output.split())
    assert "it is not deleted by itself, as bill 2 is Submitted there and no draft" in explained
    assert "filed 2" in " ".join(bench.type_command("balance").output.split())
