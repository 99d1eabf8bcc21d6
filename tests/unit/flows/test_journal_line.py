"""GL journals: documents booked in a journal instead of payables, balanced at each location, each once."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from tests.fake_journals import Journal
from tests.fakes import AT_ONCE, Fault
from tests.unit.flows.invoicing import buy
from tests.unit.flows.ordering import PURCHASING, open_trade
from tests.unit.flows.scene import BOOKS, RULES, Scene, write_file, write_invoice
from tests.unit.flows.test_credit_line import write_adjustment
from tests.unit.flows.test_notice_line import write_notice
from tests.unit.flows.test_payment_line import write_remittance

from ml_connector.flows.proof import prove_posted
from ml_connector.intacct import Account, NewJournalEntry
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference

JOURNALS: Final = """
[[journal]]
set = "810"
journal = "GJ"
offset = "2150"
reverse = "next_month"
state = "post"

[[journal]]
set = "812"
journal = "GJ"
offset = "2150"

[[journal]]
set = "820"
journal = "GJ"
offset = "1010"
account = "2150"

[[journal]]
set = "856"
journal = "GJ"
offset = "2150"
reverse = "next_day"
"""
ROUTES: Final = """
[[route]]
set = "812"
target = "journal"
location = "10"

[[route]]
set = "820"
target = "journal"
location = "10"
"""
LOST: Final = Fault(lost=True, commits=AT_ONCE)
GJ: Final = Journal(record_no=1, symbol="GJ")


def make_account(number: str, alternative: str = "None", status: str = "active") -> Account:
    return Account(
        record_no=int(number),
        account_no=number,
        title="An account",
        account_type="balancesheet",
        normal_balance="credit",
        status=status,
        alternative=alternative,
        requires=frozenset(),
    )


ACCOUNTS: Final = (make_account("2150"), make_account("1010"), make_account("2000", "Payables account"))


@pytest.fixture
def ledger(sqlite_scene: Scene) -> Scene:
    """A company with a journal, whose invoices, credits and remittances are booked there; nobody has to agree."""
    sqlite_scene.rules = RULES.replace('"ap_bill"', '"journal"') + ROUTES + JOURNALS
    sqlite_scene.four_eyes = False
    sqlite_scene.negative_debit_memos = True
    sqlite_scene.finance.books = replace(BOOKS, accounts=(*BOOKS.accounts, *ACCOUNTS), others=(GJ,))
    return sqlite_scene


def list_entries(scene: Scene) -> list[tuple[str, str, list[tuple[str, str, Decimal | None, str]]]]:
    """What stands in the journal: title, state, and lines as side, account, amount and location."""
    journals = scene.finance.ledger.journals
    return [
        (
            each.title,
            each.state,
            [
                (line.side, line.account_no, line.amount, line.location_id)
                for line in journals.lines[each.record_no]
            ],
        )
        for each in journals.entries
    ]


@pytest.mark.rule("GL journals", 1)
def test_an_invoice_is_booked_once_and_balances_at_its_location(ledger: Scene) -> None:
    ledger.finance.order(LOST)
    ledger.drop(write_invoice("INV-1"))

    ledger.run()
    ledger.wait(minutes=20)
    ledger.run()

    (entry,) = ledger.posting("INV-1").posting.functions
    assert list_entries(ledger) == [
        (
            "EDI 810 Alnwick Bolts INV-1",
            "Posted",
            [("1", "6000", Decimal("100.00"), "10"), ("-1", "2150", Decimal("100.00"), "10")],
        )
    ]
    assert isinstance(entry, NewJournalEntry)
    assert entry.reference == ledger.document("INV-1").document.document_key
    assert str(entry.reverse_date) == "2031-04-01"
    assert ledger.posting("INV-1").posting.control_id.startswith("mlc:journal:")
    assert (ledger.statuses(), ledger.finance.bills) == ({"INV-1": Status.POSTED}, [])
    assert prove_posted(ledger.store, ledger.finance, ledger.link).differences == ()


@pytest.mark.rule("GL journals", 1)
@pytest.mark.parametrize("negative", [True, False])
def test_a_credit_is_booked_the_other_way_round_whatever_the_sign_of_debit_memos(
    ledger: Scene, *, negative: bool
) -> None:
    ledger.negative_debit_memos = negative
    big, *rest = write_invoice("CR-1")
    ledger.drop((f"{big}*****CR", *rest))

    ledger.run()

    ((_, _, lines),) = list_entries(ledger)
    assert [(side, account) for side, account, _, _ in lines] == [("-1", "6000"), ("1", "2150")]


@pytest.mark.rule("GL journals", 1)
def test_amounts_that_outweigh_each_other_need_no_other_side(ledger: Scene) -> None:
    items = ("IT1*1*1*EA*100**VN*BOLT", "IT1*2*-1*EA*100**VN*BOLT")
    ledger.rules = ledger.rules.replace('target = "journal"', 'target = "journal"\nzero_total = "post"', 1)
    ledger.drop(("BIG*20310310*INV-0", "N1*VN*Somebody*92*77", *items, "TDS*0", "CTT*2"))

    ledger.run()

    ((_, _, lines),) = list_entries(ledger)
    assert [(side, account) for side, account, _, _ in lines] == [("1", "6000"), ("-1", "6000")]


@pytest.mark.rule("GL journals", 1)
def test_a_test_link_only_drafts_and_an_entry_found_by_our_mark_is_a_duplicate(ledger: Scene) -> None:
    ledger.mode = "test"
    ledger.drop(write_invoice("INV-1"))
    ledger.run()
    ledger.lose_store()
    ledger.drop(write_invoice("INV-1"))

    ledger.run()

    assert [state for _, state, _ in list_entries(ledger)] == ["Draft"]
    assert (
        ledger.document("INV-1").reason == "the same as journal entry 1 in Intacct, posted by this connector"
    )


@pytest.mark.rule("GL journals", 1)
@pytest.mark.parametrize(
    ("changed", "need"),
    [
        (('offset = "2150"', 'offset = "2000"'), "account:2000/INV-1"),
        (('offset = "2150"', 'offset = "9999"'), "account:9999/INV-1"),
        (('offset = "2150"', 'offset = "6001"'), "account:6001/INV-1"),
        (
            ('set = "810"\njournal', 'set = "856"\npartner = "Bamburgh Hub"\njournal'),
            "setting:Alnwick Bolts/journal.810",
        ),
        (('entity = "E1"\nlocation = "10"\n', ""), "location:none/INV-1"),
    ],
)
def test_control_accounts_of_payables_and_what_is_not_set_up_hold_it(
    ledger: Scene, changed: tuple[str, str], need: str
) -> None:
    ledger.rules = ledger.rules.replace(*changed)
    ledger.drop(write_invoice("INV-1"))

    ledger.run()

    assert need in [str(each) for each in ledger.needs("INV-1")]
    assert list_entries(ledger) == []


@pytest.mark.rule("GL journals", 1)
@pytest.mark.parametrize(
    ("custom", "more"),
    [
        ({"V2": {"OFFSETGLACCOUNTNO": "2150"}}, ""),  # another vendor's
        ({}, '\n[new_vendors]\npayables_account = "2150"\n'),
    ],
)
def test_an_account_that_any_vendor_is_owed_on_holds_it_whatever_intacct_calls_it(
    ledger: Scene, custom: dict[str, dict[str, str]], more: str
) -> None:
    ledger.finance.books = replace(ledger.finance.books, custom=custom)
    ledger.rules += more
    ledger.drop(write_invoice("INV-1"))

    ledger.run()

    (need,) = ledger.needs("INV-1")
    assert (str(need), list_entries(ledger)) == ("account:2150/INV-1", [])
    assert "is a control account of payables" in need.reason


@pytest.mark.rule("GL journals", 1)
@pytest.mark.parametrize(("flag", "goods", "other"), [("C", "-1", "1"), ("D", "1", "-1")])
def test_an_adjustment_of_either_kind_is_booked_as_what_it_changes_of_our_debt(
    ledger: Scene, flag: str, goods: str, other: str
) -> None:
    bound = 'vendors = ["V1"]'
    ledger.rules = ledger.rules.replace(bound, f'{bound}\nadjustment_view = "seller"', 1)
    ledger.mailbox.drop("812.edi", write_file(write_adjustment("A-1", 1_200, flag), code="812"))

    ledger.run()

    ((title, state, lines),) = list_entries(ledger)
    assert (title, state) == ("EDI 812 Alnwick Bolts A-1", "Draft")
    assert lines == [
        (goods, "6000", Decimal("12.00"), "10"),
        (other, "2150", Decimal("12.00"), "10"),
    ]
    assert ledger.finance.ledger.payables.adjustments == []


@pytest.mark.rule("Controls", 5)
def test_with_four_eyes_an_entry_waits_until_a_second_person_agreed(ledger: Scene) -> None:
    ledger.four_eyes = True
    ledger.drop(write_invoice("INV-1"))
    ledger.run()
    (need,) = ledger.needs("INV-1")
    xref = CrossReference(
        kind="journal",
        partner="Alnwick Bolts",
        code=need.subject.removeprefix("Alnwick Bolts/"),
        target="agreed",
    )

    with ledger.store.begin() as work:
        (prepared,) = work.xref.prepare(ledger.link, [xref], by="ann", origin=str(need))
        work.xref.approve(ledger.link, [prepared.id], by="ben")
    offset = ledger.rules
    ledger.rules = offset.replace('offset = "2150"', 'offset = "1010"')
    ledger.run()
    otherwise = list_entries(ledger)
    ledger.rules = offset
    ledger.run()

    assert str(need).startswith("journal:Alnwick Bolts/810/INV-1/100.00/")
    assert (otherwise, len(list_entries(ledger))) == ([], 1)


@pytest.mark.parametrize(
    ("handling", "amount", "on", "outcome"),
    [
        ("C", "75.00", "20310312", [("1", "2150"), ("-1", "1010")]),
        ("D", "75.00", "20310312", [("-1", "2150"), ("1", "1010")]),
        ("C", "0", "20310312", "arithmetic:T-1"),
        ("C", "75.00", "20310401", "date:2031-04-01/T-1"),
        ("C", "75.00", "", "date:none/T-1"),
    ],
)
@pytest.mark.rule("GL journals", 1)
def test_a_remittance_is_booked_by_its_rule_once_its_money_has_gone(
    ledger: Scene, handling: str, amount: str, on: str, outcome: list[tuple[str, str]] | str
) -> None:
    head, *rest = write_remittance("T-1", f"INV-1**{amount}", amount=amount, on=on)
    head = head.replace("*C*ACH", f"*{handling}*ACH").rstrip("*")
    ledger.mailbox.drop("paid.edi", write_file((head, *rest), code="820"))

    ledger.run()

    if isinstance(outcome, str):
        assert outcome in [str(each) for each in ledger.needs("T-1")]
    else:
        ((_, _, lines),) = list_entries(ledger)
        assert [(side, account) for side, account, _, _ in lines] == outcome


@pytest.mark.rule("GL journals", 1)
def test_a_remittance_that_names_no_currency_is_in_its_partners(ledger: Scene) -> None:
    ledger.rules = ledger.rules.replace('name = "Alnwick Bolts"', 'name = "Alnwick Bolts"\ncurrency = "EUR"')
    ledger.mailbox.drop(
        "paid.edi", write_file(write_remittance("T-1", "INV-1**75.00", amount="75.00"), code="820")
    )

    ledger.run()

    assert [str(each) for each in ledger.needs("T-1")] == ["currency:EUR/T-1"]
    assert list_entries(ledger) == []


def test_a_remittance_of_no_money_another_currency_nobody_or_without_a_rule_is_not_booked(
    ledger: Scene,
) -> None:
    notified = write_remittance("T-1", "INV-1**75.00", amount="75.00", handling="H")
    head, *rest = write_remittance("T-2", "INV-1**75.00", amount="75.00")
    files = [
        write_file(notified, (head, "CUR*PR*EUR", *rest), code="820"),
        write_file(write_remittance("T-3", "INV-1**75.00", amount="75.00"), code="820", sender="NOBODY"),
    ]
    ledger.rules = ledger.rules.replace('account = "2150"\n', "")
    for number, file in enumerate(files):
        ledger.mailbox.drop(f"{number}.edi", file)

    ledger.run()

    kinds = {number: [need.kind for need in ledger.needs(number)] for number in ("T-2", "T-3")}
    assert ledger.document("T-1").status is Status.FILED
    assert kinds == {"T-2": ["currency", "setting"], "T-3": ["partner"]}


@pytest.mark.rule("GL journals", 1)
def test_a_ship_notice_is_booked_at_the_prices_of_its_order_and_taken_back_on_the_next_day(
    scene: Scene,
) -> None:
    route = '\n[[route]]\nset = "856"\ntarget = "journal"\nentity = "E1"\nlocation = "10"\n'
    open_trade(scene, rules=f"{PURCHASING}{route}{JOURNALS}")
    scene.four_eyes = False
    scene.finance.books = replace(
        scene.finance.books,
        accounts=(*scene.finance.books.accounts, *ACCOUNTS),
        others=(*scene.finance.books.others, GJ),
    )
    buy(scene)
    scene.mailbox.drop("asn.edi", write_file(write_notice("ASN-1"), code="856"))

    scene.run()

    (entry,) = scene.posting("ASN-1").posting.functions
    ((title, state, lines),) = list_entries(scene)
    assert isinstance(entry, NewJournalEntry)
    assert (title, state, (entry.reverse_date or entry.date) - entry.date) == (
        "EDI 856 Alnwick Bolts ASN-1",
        "Draft",
        entry.date - entry.date.replace(day=entry.date.day - 1),
    )
    assert sum((amount or Decimal(0)) * int(side) for side, _, amount, _ in lines) == 0
