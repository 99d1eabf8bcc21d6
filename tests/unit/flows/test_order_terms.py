"""What an order says of its payment is read with it, where Intacct tells it."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from tests.unit.flows.invoicing import bill_order, buy, open_matching, receive_goods
from tests.unit.flows.scene import BOOKS, Scene

from ml_connector.intacct import ErrorDetail, IntacctError, RequestRejected, Term, Unavailable
from ml_connector.records.status import Status

VI: Final = "Vendor Invoice-VI0003"
LONGER: Final = Term(record_no=45, name="N45", status="active", description="", due_days=45, due_from="")


@pytest.fixture
def bought(sqlite_scene: Scene) -> Scene:
    """Bolts were ordered on 45 days and came; their vendor usually gives thirty."""
    scene = open_matching(sqlite_scene)
    scene.finance.books = replace(scene.finance.books, terms=(*BOOKS.terms, LONGER))
    buy(scene, term="N45")
    receive_goods(scene, "40")
    scene.drop(bill_order("INV-1", "40 0.5"))
    return scene


def list_asked_documents(scene: Scene) -> int:
    return [object_ for object_, _ in scene.finance.reading.asked].count("PODOCUMENT")


@pytest.mark.rule("Who is the vendor, who is paid", 12)
def test_an_invoice_is_paid_when_its_order_says(bought: Scene) -> None:
    assert bought.run() == []

    assert bought.document("INV-1").status == Status.POSTED
    kept = bought.finance.purchasing.kept[VI]
    assert (kept.term, kept.document.due_date) == ("N45", date(2031, 4, 24))


@pytest.mark.rule("Who is the vendor, who is paid", 12)
@pytest.mark.parametrize(
    "refusal",
    [
        RequestRejected("PODOCUMENT has no field TERM.NAME"),
        Unavailable("an error", details=[ErrorDetail(errorno="DL02000001")]),
    ],
)
def test_where_intacct_does_not_tell_an_order_s_term_the_vendor_s_counts(
    bought: Scene, refusal: IntacctError
) -> None:
    bought.finance.reading.lacks = {"PODOCUMENT": {"TERM.NAME"}}
    bought.finance.reading.says_lacking = refusal

    assert bought.run() == []

    kept = bought.finance.purchasing.kept[VI]
    assert (kept.term, kept.document.due_date) == ("N30", date(2031, 4, 9))


def test_a_field_that_is_refused_is_left_out_of_all_further_questions_of_a_plan(bought: Scene) -> None:
    bought.run()
    before = list_asked_documents(bought)
    bought.drop(bill_order("INV-2", "40 0.5"))
    bought.run()
    usual = list_asked_documents(bought) - before
    bought.finance.reading.lacks = {"PODOCUMENT": {"TERM.NAME"}}

    bought.drop(bill_order("INV-3", "40 0.5"))
    bought.run()

    assert list_asked_documents(bought) - before - usual == usual + 1


def test_what_else_intacct_refuses_is_told(bought: Scene) -> None:
    bought.finance.reading.lacks = {"PODOCUMENT": {"DOCNO"}}

    [trouble] = bought.run()

    assert "PODOCUMENT has no field DOCNO" in trouble.message
    assert bought.document("INV-1").status == Status.READ
