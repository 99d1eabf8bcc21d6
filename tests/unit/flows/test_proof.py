"""The proof: every bill we call posted is read back and held against its posting."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.databases import run_sql
from tests.fake_payables import Bill
from tests.unit.flows.scene import Scene, write_invoice

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.proof import Proof, Proven, prove_posted


def prove(scene: Scene) -> Proof:
    return prove_posted(scene.store, scene.finance, "main")


def change(**changes: object) -> Callable[[Bill], Bill]:
    return lambda bill: replace(bill, found=replace(bill.found, **changes))  # type: ignore[arg-type]  # any field


@pytest.mark.rule("The books must agree", 3)
def test_what_is_in_intacct_as_it_was_posted_is_proved(scene: Scene) -> None:
    scene.drop(
        write_invoice("INV-1", 11_840), write_invoice("INV-2", 500), write_invoice("INV-3", vendor="99")
    )
    scene.run()
    scene.finance.bills[1] = change(state="Submitted")(scene.finance.bills[1])

    proof = prove(scene)

    assert proof == Proof(
        documents=2,
        invoices=Proven(posted=Decimal("123.40"), in_intacct=Decimal("123.40"), awaiting=Decimal("5.00")),
        differences=(),
    )


@pytest.mark.rule("The books must agree", 3)
@pytest.mark.parametrize(
    ("changed", "difference", "in_intacct"),
    [
        (None, "bill 1 is not in Intacct any more", "0"),
        (change(total=Decimal("99.00")), "bill 1 is 99.00 in Intacct and was posted as 100.00", "99.00"),
        (change(total=None), "bill 1 is None in Intacct and was posted as 100.00", "0"),
        (change(description="x"), "bill 1 does not carry our mark; its description is 'x'", "100.00"),
    ],
    ids=["removed", "changed", "unread", "unmarked"],
)
def test_what_differs_is_named_with_document_and_bill(
    scene: Scene, changed: Callable[[Bill], Bill] | None, difference: str, in_intacct: str
) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    (bill,) = scene.finance.bills
    scene.finance.bills[:] = [] if changed is None else [changed(bill)]

    proof = prove(scene)

    document = scene.document("INV-1")
    place = f"document #{document.id} INV-1 ({document.document.document_key})"
    assert proof.differences == (f"{place}: {difference}",)
    assert (proof.invoices.posted, proof.invoices.in_intacct) == (Decimal("100.00"), Decimal(in_intacct))
    balance = strike_balance(scene.store, "main", base_currency="USD")
    assert balance.holds
    assert not replace(balance, proof=proof).holds


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM postings", "it is posted, but its posting is gone from the store"),
        (
            "UPDATE postings SET body_sha256 = 'x'",
            "its posting was changed in the store after it was planned",
        ),
        ("UPDATE documents SET amount = 990000", "its posting is 100.00, the document 99.00"),
    ],
)
def test_what_was_changed_in_the_store_is_named(scene: Scene, change: str, says: str) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()

    run_sql(scene.url, change)

    assert any(difference.endswith(says) for difference in prove(scene).differences)
