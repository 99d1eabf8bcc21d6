"""Bills as a company wants them, on the whole line: taxes claimed back, account labels, a summary, another currency."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from tests.unit.flows.scene import BOOKS, RULES, Scene, write_invoice
from tests.unit.mapping.trade import make_label, make_tax_detail

from ml_connector.flows.cadence import USUAL
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.flows.proof import prove_posted
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.status import Status

CLAIM: Final = '[[tax]]\nname = "standard"\nwhen = { code = "VA" }\ndetail = "P20"\n'
JOURNAL: Final = '[[journal]]\nset = "810"\njournal = "GJ"\noffset = "6000"\n'


@pytest.fixture
def scene(sqlite_scene: Scene) -> Scene:
    return sqlite_scene


def run(scene: Scene, rules: str, bills: BillSetup) -> None:
    """A run by these rules a day later, so that all of the copy is due."""
    scene.rules, scene.bills = rules, bills
    scene.cadence = replace(USUAL, kinds=list_planned_kinds(parse_rules({"rules.toml": rules})))
    scene.wait(days=1)
    assert scene.run() == []


def write_taxed(number: str) -> tuple[str, ...]:
    """100.00 and 20 % of it."""
    *head, total, count = write_invoice(number)
    assert total == "TDS*10000"
    return (*head, "TDS*12000", "TXI*VA*20*20", count)


@pytest.mark.rule("810 invoice", 20)
def test_a_tax_is_claimed_back_once_intacct_has_its_detail_and_is_proved_with_the_bill(scene: Scene) -> None:
    taxed = BillSetup(tax_solution=True)
    scene.drop(write_taxed("INV-1"))
    run(scene, RULES + CLAIM, taxed)
    assert [str(need) for need in scene.needs("INV-1")] == ["tax_detail:P20"]

    scene.finance.books = replace(BOOKS, others=(make_tax_detail(),))
    run(scene, RULES + CLAIM, taxed)

    assert scene.statuses() == {"INV-1": Status.POSTED}
    (line,) = scene.bill("INV-1").lines
    assert [(tax.detail_id, tax.amount) for tax in line.taxes] == [("P20", Decimal("20.00"))]
    assert [bill.found.total for bill in scene.finance.bills] == [Decimal("120.00")]
    assert prove_posted(scene.store, scene.finance, scene.link).differences == ()


@pytest.mark.rule("810 invoice", 32)
def test_lines_name_labels_and_bills_their_summary_where_the_company_wants_it(scene: Scene) -> None:
    rules = RULES.replace('account = "6000"', 'label = "Fixings"')
    wanted = BillSetup(account_labels=True, named_summaries=True, summary="EDI {month}/{year}")
    scene.finance.books = replace(BOOKS, others=(make_label(),))
    scene.drop(write_invoice("INV-1"))

    run(scene, rules, wanted)

    assert scene.statuses() == {"INV-1": Status.POSTED}
    bill = scene.bill("INV-1")
    assert (bill.summary, [line.account_label for line in bill.lines]) == ("EDI 03/2031", ["Fixings"])


@pytest.mark.rule("GL journals", 1)
def test_a_tax_that_is_claimed_back_is_never_booked_in_a_journal(scene: Scene) -> None:
    scene.finance.books = replace(BOOKS, others=(make_tax_detail(),))
    scene.drop(write_taxed("INV-1"))

    run(scene, RULES.replace('"ap_bill"', '"journal"') + CLAIM + JOURNAL, BillSetup(tax_solution=True))

    assert [str(need) for need in scene.needs("INV-1")] == ["coding:journal/INV-1"]
