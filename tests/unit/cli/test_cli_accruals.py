"""Accruals as the command line shows them."""

import json

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
        "receipts that no invoice has come for are not in it",
    ]
    assert json.loads(told.output)["totals"][0]["documents"] == 3


def test_where_nothing_is_to_be_accrued_that_is_said_and_what_is_no_day_refused(desk: Desk) -> None:
    none = desk.run("report", "accruals", "--as-of", "2031-03-31")
    wrong = desk.run("report", "accruals", "--as-of", "March")

    assert "nothing to accrue" in none.output
    assert (none.exit_code, wrong.exit_code) == (0, 2)
