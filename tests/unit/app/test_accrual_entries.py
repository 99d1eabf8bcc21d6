"""What the documents owe, where it would be booked; and who may have it entered."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.databases import Stores
from tests.fake_journals import Journal
from tests.unit.app.goods import INK, RECEIVER, receive
from tests.unit.app.owing import AMOUNT, END, add, plan
from tests.unit.flows.scene import BOOKS, Scene, open_scene, write_invoice
from tests.unit.flows.test_accrual_entry import RULE
from tests.unit.flows.test_journal_line import make_account
from tests.unit.store.rows import BILL, LINK

from ml_connector.app.accrual_entries import AccrualEntering, enter_link_accruals
from ml_connector.app.accruals import AccrualTotal, gather_accruals
from ml_connector.app.xrefs import ApprovalRefused, Xrefs
from ml_connector.cli.json_form import render_json
from ml_connector.cli.render.accrual_entries import render_entering
from ml_connector.config import ControlsSettings
from ml_connector.flows.accruing.entering import Standing
from ml_connector.intacct import Unavailable
from ml_connector.intacct.writing.bill import ApBillLine
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.mapping.routes.accruals_to_journal import Owed
from ml_connector.records.status import Status
from ml_connector.store import Store

proves: Final = pytest.mark.rule("The books must agree", 8)


@pytest.fixture
def scene(sqlite_stores: Stores) -> Iterator[Scene]:
    """An invoice of 100.00 waits for a vendor; accruals may be booked."""
    with sqlite_stores.make() as url, open_scene(url) as opened:
        opened.rules += RULE.replace('account = "6100"', 'account = "6000"')
        accounts = (*BOOKS.accounts, make_account("2150"))
        gj = Journal(record_no=1, symbol="GJ")
        opened.finance.books = replace(BOOKS, accounts=accounts, others=(gj,))
        opened.drop(write_invoice("INV-1", vendor="91"))
        opened.run()
        yield opened


def enter(scene: Scene, by: str = "Ana", **controls: Any) -> AccrualEntering:
    run = scene.make_run()
    desk = Xrefs(basis=run.basis, four_eyes=True, controls=ControlsSettings.model_validate(controls))
    return enter_link_accruals(run, desk, END, by=by)


def show(made: AccrualEntering) -> str:
    return "\n".join(str(part) for part in render_entering(made))


@proves
def test_each_amount_is_owed_on_the_account_and_at_the_place_of_its_bill(store: Store) -> None:
    line = ApBillLine(account_no="5060", amount=Decimal("100.00"), memo="", location_id="10", class_id="C1")
    other = ApBillLine(account_label="Ink", amount=Decimal("20.50"), memo="")
    for kind in ("debit", "credit"):
        id_ = add(store, Status.HELD, kind=kind, content_hash=kind)
        plan(store, id_, replace(BILL, lines=(line, other)))
    add(store, Status.HELD, currency="EUR")
    receive(store, replace(RECEIVER, lines=(replace(INK, dimensions=Dimensions(department_id="D1")),)))

    report, owed = gather_accruals(store, LINK, base_currency="USD", as_of=END)

    goods = Owed(
        account="",
        amount=Decimal("12.55"),
        dimensions=Dimensions(location_id="E1", department_id="D1"),
        memo="received, not invoiced: Purchase Order-PO9",
    )
    assert owed == (goods,)  # the invoice and its credit are as much
    assert {total.currency: total.invoiced - total.credited for total in report.totals} == {
        "USD": Decimal(0),
        "EUR": AMOUNT,
    }


@proves
def test_a_label_is_no_account_and_what_was_never_planned_has_no_place(store: Store) -> None:
    line = ApBillLine(account_no="5060", amount=Decimal("100.00"), memo="", location_id="10", class_id="C1")
    other = ApBillLine(account_label="Ink", amount=Decimal("20.50"), memo="")
    plan(store, add(store, Status.HELD), replace(BILL, lines=(line, other)))
    add(store)

    _, owed = gather_accruals(store, LINK, base_currency="USD", as_of=END)

    assert [(each.account, each.amount, each.dimensions) for each in owed] == [
        ("5060", Decimal("100.00"), Dimensions(location_id="10", class_id="C1")),
        ("", Decimal("20.50"), Dimensions(location_id="E1")),
        ("", AMOUNT, Dimensions()),
    ]


@proves
def test_it_is_prepared_by_one_and_entered_once_another_has_approved(scene: Scene) -> None:
    first = enter(scene)
    assert first.approval is not None
    with pytest.raises(ApprovalRefused, match="another person must approve"):
        Xrefs(basis=scene.make_run().basis, four_eyes=True).approve([first.approval.id], by="Ana")
    Xrefs(basis=scene.make_run().basis, four_eyes=True).approve([first.approval.id], by="Mira")
    second = enter(scene)

    (entry,) = scene.finance.ledger.journals.entries
    assert first.entry is not None
    assert second.entry is not None
    assert (first.entry.standing, second.entry.standing) == (Standing.WAITING, Standing.ENTERED)
    assert entry.title == "EDI accruals 2031-03-31/1"
    assert "ml-connector xref approve 1" in show(first)
    assert "in Intacct: journal entry 1 over 100.00 USD, Draft" in show(second)
    assert json.loads(render_json(second))["entry"]["total"] == "100.00"


@proves
def test_limits_count_its_total(scene: Scene) -> None:
    with pytest.raises(ApprovalRefused, match=r"Ana may prepare up to 99 USD, this frees 100\.00 USD"):
        enter(scene, prepare={"Ana": {"USD": 99}})

    assert enter(scene, prepare={"Ana": {"USD": 100}}).approval is not None


@proves
def test_nothing_is_entered_while_intacct_cannot_be_seen(scene: Scene) -> None:
    scene.wait(days=1)
    scene.finance.refuses_all = Unavailable("closed for the night")
    unseen = enter(scene)
    scene.finance.refuses_all = None
    scene.finance.order_find_error(Unavailable("again"))
    unread = enter(scene)

    assert unseen.entry is unread.entry is None
    assert "intacct: closed for the night" in show(unseen)
    assert [trouble.message for trouble in unread.troubles] == ["again"]
    assert scene.finance.ledger.journals.entries == []


@proves
def test_what_is_in_another_currency_is_named_and_not_in_it(scene: Scene) -> None:
    made = enter(scene)
    euros = AccrualTotal(currency="EUR", documents=1, invoiced=Decimal("7.00"))

    told = show(replace(made, report=replace(made.report, totals=(*made.report.totals, euros))))

    assert "not in the entry: 7.00 EUR, not the currency of the books" in told
