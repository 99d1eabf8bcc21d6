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
    scene.finance.books = replace(BOOKS, others=(make_label(account_no="6000"),))
    scene.drop(write_invoice("INV-1"))

    run(scene, rules, wanted)

    assert scene.statuses() == {"INV-1": Status.POSTED}
    bill = scene.bill("INV-1")
    assert (bill.summary, [line.account_label for line in bill.lines]) == ("EDI 03/2031", ["Fixings"])


@pytest.mark.rule("Before anything else", 21)
def test_a_label_whose_account_is_not_active_holds_the_bill_until_it_is(scene: Scene) -> None:
    rules = RULES.replace('account = "6000"', 'label = "Fixings"')
    wanted = BillSetup(account_labels=True)
    scene.finance.books = replace(BOOKS, others=(make_label(account_no="6001"),))
    scene.drop(write_invoice("INV-1"))
    run(scene, rules, wanted)
    held = [str(need) for need in scene.needs("INV-1")]

    accounts = tuple(replace(each, status="active") for each in BOOKS.accounts)
    scene.finance.books = replace(scene.finance.books, accounts=accounts)
    run(scene, rules, wanted)

    assert held == ["record:account/6001"]
    assert scene.statuses() == {"INV-1": Status.POSTED}


@pytest.mark.rule("810 invoice", 14, 32)
def test_what_the_account_of_a_label_wants_is_asked_for_and_the_vendor_is_named(scene: Scene) -> None:
    rules = RULES.replace('account = "6000"', 'label = "Fixings"')
    wants = replace(BOOKS.accounts[0], requires=frozenset({"vendor", "class"}))
    others = (make_label(account_no="6000"),)
    scene.finance.books = replace(BOOKS, accounts=(wants, *BOOKS.accounts[1:]), others=others)
    scene.drop(write_invoice("INV-1"))
    run(scene, rules, BillSetup(account_labels=True))
    held = [need.reason for need in scene.needs("INV-1")]

    run(
        scene,
        rules.replace('label = "Fixings"', 'label = "Fixings"\nclass = "C1"'),
        BillSetup(account_labels=True),
    )

    assert held == ["account 6000 wants a class, the rule “supplies” gives none; add class = … to it"]
    (line,) = scene.bill("INV-1").lines
    assert (line.account_label, line.vendor_id, line.class_id) == ("Fixings", "V1", "C1")


@pytest.mark.rule("810 invoice", 20)
def test_a_tax_solution_is_copied_for_rules_that_name_one() -> None:
    plain = parse_rules({"rules.toml": RULES + CLAIM})
    named = parse_rules({"rules.toml": f'{RULES}{CLAIM}solution = "UK"'})

    assert "tax_solution" not in list_planned_kinds(plain)
    assert "tax_solution" in list_planned_kinds(named)


@pytest.mark.rule("GL journals", 1)
def test_a_tax_that_is_claimed_back_is_never_booked_in_a_journal(scene: Scene) -> None:
    scene.finance.books = replace(BOOKS, others=(make_tax_detail(),))
    scene.drop(write_taxed("INV-1"))

    run(scene, RULES.replace('"ap_bill"', '"journal"') + CLAIM + JOURNAL, BillSetup(tax_solution=True))

    assert [str(need) for need in scene.needs("INV-1")] == ["coding:journal/INV-1"]
