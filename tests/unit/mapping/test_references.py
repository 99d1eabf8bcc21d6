"""Which numbers a set names: whatever it is, and whether or not it can be used."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.store.rows import POSTING
from tests.unit.store.test_store_orders import COMPARISON

from ml_connector import edi
from ml_connector.edi import Transaction
from ml_connector.intacct import NewPurchasing, NewPurchasingLine
from ml_connector.mapping.references import list_compared, list_made, list_references
from ml_connector.mapping.rules.purchasing import Definitions
from ml_connector.records.matches import Comparison
from ml_connector.records.posting import Function

ISA: Final = "ISA*00*          *00*          *ZZ*QUILLCO        *ZZ*BRINDLE        *310314*1200*U*00401*000000905*0*P*>"


def read(*body: str, group: str = "905") -> Transaction:
    """One set between its envelopes."""
    head = [ISA, f"GS*IN*QUILL*BRINDLE*20310314*1200*{group}*X*004010"]
    tail = [f"GE*1*{group}", "IEA*1*000000905"]
    text = "~".join([*head, *body, *tail]) + "~"
    (transaction,) = (each for each in edi.read([text.encode()]) if isinstance(each, Transaction))
    return transaction


def name(*body: str, group: str = "905") -> Sequence[str]:
    return [f"{each.kind} {each.number}" for each in list_references(read(*body, group=group))]


@pytest.mark.parametrize(
    ("segments", "named"),
    [
        (("ST*850*0001", "BEG*00*SA*PO0213**20310301"), ["order PO0213"]),
        (("ST*855*0001", "BAK*00*AC*PO0213*20310301"), ["order PO0213"]),
        (("ST*860*0001", "BCH*04*SA*PO0213**1*20310301"), ["order PO0213"]),
        (("ST*865*0001", "BCA*04*AC*PO0213**1*20310301"), ["order PO0213"]),
        (
            ("ST*856*0001", "BSN*00*ASN-7*20310301*1200", "PRF*PO0213", "PRF*PO0214", "REF*BM*B-1"),
            ["shipment ASN-7", "order PO0213", "order PO0214", "shipment B-1"],
        ),
        (
            ("ST*810*0001", "BIG*20310301*Q-1**PO0213", "REF*PO*PO0213", "REF*VN*77", "REF*SI*ASN-7"),
            ["invoice Q-1", "order PO0213", "shipment ASN-7"],
        ),
        (
            ("ST*810*0001", "BIG*20310301*Q-1", "REF*PK*ASN-7", "CAD*M****HALDEN**BM*B-1", "CAD*M"),
            ["invoice Q-1", "shipment ASN-7", "shipment B-1"],
        ),
        (("ST*810*0001", "BIG*20310301", "REF*PO", "REF"), []),
        (("ST*820*0001", "TRN*1*CHK-9", "RMR*IV*Q-1**5", "RMR*CM*C-1"), ["payment CHK-9", "invoice Q-1"]),
    ],
)
def test_a_set_names_orders_invoices_shipments_and_payments(
    segments: Sequence[str], named: list[str]
) -> None:
    assert name(*segments, f"SE*{len(segments) + 1}*0001") == [*named, "interchange 000000905"]


def test_a_document_belongs_to_the_orders_and_receipts_it_was_compared_with() -> None:
    found = list_compared(COMPARISON, Definitions())

    assert [(each.kind, each.number) for each in found] == [
        ("order", "PO0213"),
        ("transaction", "Purchase Order-PO0213"),
        ("transaction", "PO Receiver-PR1"),
        ("transaction", "PR1"),
    ]
    assert list_compared(Comparison(), Definitions()) == ()


DAY: Final = date(2031, 3, 14)


def make_transaction(definition: str, *, created_from: str | None = None, **line: Any) -> NewPurchasing:
    bolts = NewPurchasingLine(item_id="BOLT-8", quantity=Decimal(2), unit="Case", **line)
    return NewPurchasing(
        definition=definition,
        vendor_id="V1",
        date=DAY,
        due_date=DAY,
        created_from=created_from,
        lines=(bolts,),
    )


def test_an_order_of_ours_goes_by_the_number_intacct_gave_it() -> None:
    found = list_made(make_transaction("Purchase Order"), "Purchase Order-PO0213")

    assert [(each.kind, each.number) for each in found] == [
        ("order", "PO0213"),
        ("transaction", "Purchase Order-PO0213"),
    ]


@pytest.mark.parametrize(
    "made",
    [
        make_transaction("PO Receiver", created_from="Purchase Order-PO0213", source_line=71),
        make_transaction("Vendor Invoice", source_document="PO Receiver-PR1", source_document_line=80),
        make_transaction("Vendor Invoice", source_line=71),
        POSTING.functions[0],
    ],
    ids=["receiver", "of several", "line of another", "bill"],
)
def test_what_is_made_of_an_order_is_none(made: Function) -> None:
    assert list_made(made, "PR2") == ()


def test_an_acknowledgment_is_found_by_what_it_answers() -> None:
    assert name("ST*997*0001", "AK1*IN*417", "AK9*A*1*1*1", "SE*4*0001")[0] == "group 417"
    assert name("ST*824*0001", "BGN*11*A-1*20310301", "OTI*TR*IV*INV-1", "OTI*TA*ZZ*9", "SE*5*0001")[0] == (
        "invoice INV-1"
    )


def test_a_group_with_a_number_of_its_own_is_named_as_well() -> None:
    assert name("ST*997*0001", "SE*2*0001", group="41") == ["interchange 000000905", "group 41"]


def test_a_broken_set_in_no_group_is_found_all_the_same() -> None:
    text = f"{ISA}~ST*810*0001~BIG*20310301*Q-1~ST*810*0002~"

    found = [each for each in edi.read([text.encode()]) if isinstance(each, Transaction)]

    assert [reference.number for reference in list_references(found[0])] == ["Q-1", "000000905"]
