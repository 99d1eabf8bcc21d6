"""Accruals as of a day: what is owed and not in the ledger by then, each cent once, and what cannot be told apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from tests.unit.app.owing import AMOUNT, END, PATHS, add, plan, see
from tests.unit.store.rows import BILL, LINK

from ml_connector.app.accruals import Accrual, AccrualReport, AccrualTotal, Apart, report_accruals
from ml_connector.intacct.writing.adjustment import NewAdjustment, NewAdjustmentLine
from ml_connector.intacct.writing.bill import ApBillLine
from ml_connector.intacct.writing.journal import NewJournalEntry, NewJournalLine
from ml_connector.intacct.writing.purchasing import NewPurchasing, PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine
from ml_connector.intacct.writing.taxes import TaxEntry
from ml_connector.records.followed import Trouble
from ml_connector.records.posting import Function
from ml_connector.records.status import Status
from ml_connector.store import Store

ADJUSTMENT: Final = NewAdjustment(
    vendor_id="V-7",
    date=date(2031, 3, 1),
    lines=(NewAdjustmentLine(account_label="Ink", amount=-AMOUNT),),
)
ENTRY: Final = NewJournalEntry(
    journal="GJ",
    date=date(2031, 3, 1),
    title="ink",
    lines=(
        NewJournalLine(side="debit", account_no="5060", amount=AMOUNT),
        NewJournalLine(side="credit", account_no="2020", amount=AMOUNT),
    ),
)
PURCHASE: Final = NewPurchasing(
    definition="Vendor Invoice",
    vendor_id="V-7",
    date=date(2031, 3, 1),
    due_date=date(2031, 3, 31),
    lines=(NewPurchasingLine(item_id="INK", quantity=Decimal(1), unit="Each", price=AMOUNT),),
)


def report(store: Store) -> AccrualReport:
    return report_accruals(store, LINK, base_currency="USD", as_of=END)


def list_apart(store: Store) -> dict[str, tuple[int, Decimal]]:
    return {each.why: (each.documents, each.invoiced) for each in report(store).apart}


@pytest.mark.rule("The books must agree", 6)
def test_what_is_dated_by_the_day_and_neither_posted_nor_closed_is_accrued(store: Store) -> None:
    for status in PATHS:
        if status is not Status.POSTED:
            add(store, status)
    add(store, date=date(2031, 4, 1))
    add(store, set_code="850")
    add(store, date=END, currency="")

    found = report(store)

    owed = 6 * AMOUNT
    assert found.totals == (AccrualTotal(currency="USD", documents=6, invoiced=owed),)
    assert found.rows == (Accrual(entity=None, currency="USD", account="", invoiced=owed),)
    assert found.apart == ()


@pytest.mark.rule("The books must agree", 6)
@pytest.mark.parametrize(
    ("state", "accrued"), [("Draft", 1), ("Submitted", 1), ("Declined", 1), ("Posted", 0), ("Paid", 0)]
)
def test_what_is_posted_is_accrued_until_it_is_approved(store: Store, state: str, accrued: int) -> None:
    id_ = add(store, Status.POSTED)
    plan(store, id_, BILL)
    see(store, id_, state)

    found = report(store)

    assert sum(total.documents for total in found.totals) == accrued
    assert found.apart == ()


@pytest.mark.rule("The books must agree", 6)
@pytest.mark.parametrize(
    ("function", "later"),
    [
        (replace(BILL, posting_date=END), replace(BILL, posting_date=date(2031, 4, 1))),
        (ADJUSTMENT, replace(ADJUSTMENT, posting_date=date(2031, 4, 1))),
        (ENTRY, replace(ENTRY, date=date(2031, 4, 1))),
        (PURCHASE, replace(PURCHASE, posting_date=date(2031, 4, 1))),
        (PurchasingChange(document_id="Vendor Invoice-1"), None),
    ],
    ids=["bill", "adjustment", "journal entry", "purchase", "change"],
)
def test_what_went_into_a_later_period_is_accrued(
    store: Store, function: Function, later: Function | None
) -> None:
    for each in (function,) if later is None else (function, later):
        id_ = add(store, Status.POSTED, content_hash=str(later is each))
        plan(store, id_, each)
        see(store, id_, "Posted")

    assert sum(total.documents for total in report(store).totals) == (later is not None)


@pytest.mark.rule("The books must agree", 6)
def test_what_cannot_be_told_is_counted_apart_and_in_no_sum(store: Store) -> None:
    add(store, date=None)
    add(store, Status.HELD, amount=None)
    add(store, kind="")
    unseen = add(store, Status.POSTED)
    plan(store, unseen, BILL)
    add(store, Status.POSTED, due=None)  # its posting is gone from the store

    found = report(store)

    assert (found.rows, found.totals) == ((), ())
    assert list_apart(store) == {
        Apart.UNDATED: (1, AMOUNT),
        Apart.UNPRICED: (2, AMOUNT),
        Apart.UNSEEN: (2, 2 * AMOUNT),
    }


@pytest.mark.rule("The books must agree", 6)
def test_of_several_records_of_which_some_may_be_in_the_ledger_nothing_is_guessed(store: Store) -> None:
    held = add(store, Status.IN_DOUBT)
    plan(store, held, PURCHASE, PURCHASE)
    with store.begin() as work:
        work.postings.note_key(work.postings.newest([held])[held], "Vendor Invoice-1")
    waiting = add(store, Status.POSTED)
    plan(store, waiting, PURCHASE, PURCHASE)
    see(store, waiting, "Posted", "Draft")
    gone = add(store, Status.POSTED, due=None)
    plan(store, gone, PURCHASE, PURCHASE)
    see(store, gone, "Posted", "Posted", trouble=Trouble.REVERSED)
    whole = add(store, Status.POSTED, discount=AMOUNT)
    plan(store, whole, PURCHASE, PURCHASE)
    see(store, whole, "Posted", "Posted")

    assert report(store).totals == ()
    assert list_apart(store) == {Apart.PARTLY: (3, 3 * AMOUNT)}


@pytest.mark.rule("The books must agree", 6)
@pytest.mark.parametrize(
    ("function", "accounts"),
    [
        (
            replace(
                BILL,
                lines=(
                    replace(
                        BILL.lines[0],
                        amount=Decimal("110.50"),
                        taxes=(TaxEntry(detail_id="VAT", amount=Decimal("20.00")),),
                    ),
                    ApBillLine(account_label="Freight", amount=Decimal("-10.00"), memo=""),
                ),
            ),
            {"5000": "110.50", "Freight": "-10.00", "": "20.00"},
        ),
        (replace(BILL, lines=(replace(BILL.lines[0], amount=Decimal(100)),)), {"": "120.50"}),
        (ADJUSTMENT, {"Ink": "120.50"}),
        (ENTRY, {"5060": "120.50"}),
        (
            replace(ENTRY, lines=tuple(replace(line, amount=Decimal(100)) for line in ENTRY.lines)),
            {"": "120.50"},
        ),
        (PURCHASE, {"": "120.50"}),
    ],
    ids=["bill", "bill of another amount", "adjustment", "journal", "journal of another amount", "items"],
)
def test_accounts_are_those_of_the_posting_and_the_rest_is_unknown(
    store: Store, function: Function, accounts: dict[str, str]
) -> None:
    plan(store, add(store, Status.READY), function)

    found = report(store)

    assert {row.account: f"{row.invoiced:.2f}" for row in found.rows} == accounts
    assert {row.entity for row in found.rows} == {"E1"}
    assert sum(row.invoiced for row in found.rows) == found.totals[0].invoiced == AMOUNT


@pytest.mark.rule("The books must agree", 6)
def test_rows_are_by_currency_entity_and_account_and_credits_stay_beside_invoices(store: Store) -> None:
    for n, (entity, kind, currency) in enumerate(
        (("E2", "debit", "USD"), ("", "credit", "USD"), ("", "debit", "USD"), ("E2", "debit", "EUR"))
    ):
        function = ADJUSTMENT if kind == "credit" else BILL
        plan(
            store,
            add(store, Status.READY, kind, currency=currency, content_hash=f"{n}"),
            function,
            entity=entity,
        )
    add(store)

    found = report(store)

    assert [(row.currency, row.entity, row.account, row.invoiced, row.credited) for row in found.rows] == [
        ("EUR", "E2", "5000", AMOUNT, 0),
        ("USD", "", "5000", AMOUNT, 0),
        ("USD", "", "Ink", 0, AMOUNT),
        ("USD", "E2", "5000", AMOUNT, 0),
        ("USD", None, "", AMOUNT, 0),
    ]
    assert found.totals == (
        AccrualTotal(currency="EUR", documents=1, invoiced=AMOUNT),
        AccrualTotal(currency="USD", documents=4, invoiced=3 * AMOUNT, credited=AMOUNT),
    )
