"""The balance: what came in, by a fresh pass over the bytes, and where it stands."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.databases import run_sql
from tests.unit.flows.scene import Scene, write_file, write_invoice

from ml_connector.flows.balance import Balance, Tally, strike_balance
from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.receiving import receive
from ml_connector.records.status import FileStatus, Status


def strike(scene: Scene, *, since: timedelta | None = None) -> Balance:
    moment = None if since is None else scene.clock.now - since
    return strike_balance(scene.store, "main", base_currency="USD", since=moment)


def run_some(scene: Scene) -> None:
    """A posted, a held and a rejected invoice, an order, and a file that is no EDI."""
    scene.drop(
        write_invoice("INV-1", 11_840), write_invoice("INV-2", 500, vendor="99"), ("BIG*20310310", "TDS*x")
    )
    scene.mailbox.drop("order.edi", write_file(("BEG*00*SA*PO-1**20310310",), code="850"))
    scene.mailbox.drop("scan.pdf", b"%PDF")
    scene.run()


@pytest.mark.rule("The books must agree", 1)
def test_everything_that_came_in_stands_somewhere_with_its_amount(scene: Scene) -> None:
    run_some(scene)

    balance = strike(scene)

    order, rejected, invoices = sorted(balance.rows, key=lambda row: row.came_in.amount)
    assert (balance.holds, balance.differences) == (True, ())
    assert balance.files == {FileStatus.READ: 2, FileStatus.UNREADABLE: 1}
    assert (invoices.set_code, invoices.kind, invoices.currency) == ("810", "debit", "USD")
    assert invoices.came_in == Tally(documents=2, amount=Decimal("123.40"))
    assert invoices.stands == {
        Status.POSTED: Tally(documents=1, amount=Decimal("118.40")),
        Status.HELD: Tally(documents=1, amount=Decimal("5.00")),
    }
    assert {row.set_code for row in (order, rejected)} == {"810", "850"}
    assert sum(tally.documents for row in (order, rejected) for tally in row.stands.values()) == 2


@pytest.mark.rule("The books must agree", 2)
def test_it_is_complete_only_when_every_amount_was_read_and_every_file_split(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    assert strike(scene).complete

    scene.drop(("BIG*20310310", "TDS*x"), name="broken.edi")
    scene.run()

    balance = strike(scene)
    assert (balance.holds, balance.complete, balance.unread_amounts) == (True, False, 1)


def test_a_file_that_waits_to_be_split_makes_it_incomplete_and_no_difference(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(receive)

    balance = strike(scene)

    (row,) = balance.rows
    assert (balance.holds, balance.complete) == (True, False)
    assert (row.came_in.documents, dict(row.stands)) == (1, {})


@pytest.mark.rule("The books must agree", 1)
def test_a_row_that_was_deleted_is_named(scene: Scene) -> None:
    run_some(scene)
    document = scene.document("INV-1")
    run_sql(scene.url, "DELETE FROM postings")
    run_sql(scene.url, f"DELETE FROM documents WHERE id = {document.id}")

    (difference,) = strike(scene).differences

    key = document.document.document_key
    assert difference == f"file #1 in.edi, document 1: 810 INV-1 ({key}) is in the bytes but has no row"


@pytest.mark.rule("The books must agree", 1)
def test_a_row_whose_amount_was_changed_is_named(scene: Scene) -> None:
    run_some(scene)
    document = scene.document("INV-1")
    run_sql(scene.url, f"UPDATE documents SET amount = amount + 100 WHERE id = {document.id}")

    balance = strike(scene)

    assert not balance.holds
    assert not balance.complete
    (difference,) = balance.differences
    assert difference.endswith(f"is 118.40 in the bytes and 118.41 in its row #{document.id}")


@pytest.mark.rule("The books must agree", 1)
def test_a_row_that_is_not_in_the_bytes_is_named(scene: Scene) -> None:
    run_some(scene)
    document = scene.document("INV-1")
    run_sql(scene.url, f'UPDATE documents SET "index" = 7 WHERE id = {document.id}')

    differences = strike(scene).differences

    key = document.document.document_key
    assert differences[1:] == (f"file #1 in.edi: row #{document.id} ({key}) is not in the bytes",)
    assert "has no row" in differences[0]


def test_a_document_without_a_number_is_called_so(scene: Scene) -> None:
    run_some(scene)
    run_sql(scene.url, "DELETE FROM documents WHERE number = ''")

    (difference,) = strike(scene).differences

    assert "810 without number" in difference


def test_what_was_only_kept_when_it_came_holds_though_its_set_is_read_by_now(scene: Scene) -> None:
    order = ("BEG*00*SA*P-1**20310310", "PO1*1*40*EA*0.5**BP*BOLT-8", "CTT*1")
    scene.mailbox.drop("order.edi", write_file(order, code="850"))
    scene.do(receive, read)
    run_sql(
        scene.url, "UPDATE documents SET status = 'filed', number = '', kind = '', date = NULL, amount = NULL"
    )

    balance = strike(scene)

    assert balance.complete, balance.differences
    (row,) = balance.rows
    assert (row.kind, row.came_in, row.stands) == ("", Tally(documents=1), {Status.FILED: Tally(documents=1)})


def test_it_can_be_struck_over_what_came_since_a_moment(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.wait(hours=1)
    scene.drop(write_invoice("INV-2", 200), name="later.edi")
    scene.run()

    (row,) = strike(scene, since=timedelta(minutes=1)).rows

    assert row.came_in == Tally(documents=1, amount=Decimal("2.00"))


@pytest.mark.rule("The books must agree", 1)
def test_a_currency_that_is_named_is_kept_apart(scene: Scene) -> None:
    head, *rest = write_invoice("INV-1")
    scene.drop((head, "CUR*BY*EUR", *rest), write_invoice("INV-2"))
    scene.run()

    assert [row.currency for row in strike(scene).rows] == ["EUR", "USD"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("currency = 'EUR'", "currency is  in the bytes and EUR in its row"),
        ("number = 'INV-9'", "number is INV-1 in the bytes and INV-9 in its row"),
        ("kind = 'credit'", "type is 810 debit in the bytes and 810 credit in its row"),
        ("date = '2030-01-01'", "in the bytes and 2030-01-01 in its row"),
        ("content_hash = 'x'", "in the bytes and x in its row"),
    ],
)
def test_a_row_that_was_changed_in_any_field_is_named(scene: Scene, change: str, says: str) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()

    run_sql(scene.url, f"UPDATE documents SET {change}")

    (difference,) = strike(scene).differences
    assert says in difference
