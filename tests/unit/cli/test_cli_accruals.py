"""Accruals as the command line shows them."""

import json
from dataclasses import replace

from tests.unit.app.goods import INK, RECEIVER, receive
from tests.unit.cli.desk import Desk
from tests.unit.store.rows import add_documents, add_posting, move, number_document

from ml_connector.records.status import Status


def test_accruals_are_shown_by_entity_and_account_with_what_is_in_no_sum(desk: Desk) -> None:
    with desk.open_store() as store:
        ready, posted, _ = add_documents(store, 3)
        for id_ in (ready, posted):
            add_posting(store, id_)
        move(store, [ready], Status.READY)
        with store.begin() as work:
            file_id = work.documents.get([ready])[ready].file_id
            work.documents.add(file_id, [number_document(3, date=None)])

    shown = desk.run("report", "accruals", "--as-of", "2031-03-31")
    told = desk.run("report", "accruals", "--as-of", "2031-03-31", "--json")

    assert [" ".join(line.split()) for line in shown.output.splitlines() if line] == [
        "Link main: dated 2031-03-31 or before, not in the ledger by then",
        "entity account invoiced credited",
        "E1 5000 241.00 USD –",
        "unknown unknown 120.50 USD –",
        "to accrue 361.50 USD: 3 documents, 361.50 USD invoiced",
        "in no sum: 1 document, 120.50 USD invoiced, without a date",
    ]
    assert json.loads(told.output)["totals"][0]["documents"] == 3


def test_where_nothing_is_to_be_accrued_that_is_said_and_what_is_no_day_refused(desk: Desk) -> None:
    none = desk.run("report", "accruals", "--as-of", "2031-03-31")
    wrong = desk.run("report", "accruals", "--as-of", "March")

    assert "nothing to accrue" in none.output
    assert (none.exit_code, wrong.exit_code) == (0, 2)


def test_goods_that_no_invoice_has_come_for_stand_beside_by_order(desk: Desk) -> None:
    with desk.open_store() as store:
        receive(store)
        receive(store, replace(RECEIVER, created_from="Purchase Order-PO10"), state="Converted")
        receive(store, replace(RECEIVER, lines=(replace(INK, price=None),)))

    shown = desk.run("report", "accruals", "--as-of", "2031-03-31")

    assert [" ".join(line.split()) for line in shown.output.splitlines() if line][1:] == [
        "Received by 2031-03-31 on receivers of ours, and not invoiced",
        "entity order received",
        "E1 Purchase Order-PO9 12.55 USD",
        "to accrue besides 12.55 USD",
        "in no sum: 12.55 USD invoiced or closed in Intacct other than by an invoice of",
        "EDI, Purchase Order-PO10",
        "in no sum: of a line without a price, Purchase Order-PO9",
    ]
