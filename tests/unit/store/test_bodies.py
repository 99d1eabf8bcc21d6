"""What is to be sent, as bytes and back."""

from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from tests.unit.store.rows import BILL

from ml_connector.intacct import (
    Dimensions,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingChange,
    PurchasingLineChange,
    Subtotal,
    canonical,
)
from ml_connector.intacct.writing.parts import Currency, CustomField
from ml_connector.store.bodies import decode, encode

ORDER: Final = NewPurchasing(
    definition="Purchase Order",
    vendor_id="V-7",
    date=date(2031, 3, 1),
    due_date=date(2031, 3, 9),
    reference="P-1",
    message="Grüße mlc-850-AAAAAAAAAAAA",
    currency=Currency(code="USD", rate=Decimal("1.25")),
    custom=(CustomField(name="EDI_DOCUMENT", value="7"),),
    lines=(
        NewPurchasingLine(
            item_id="INK",
            quantity=Decimal("4E+2"),
            unit="Each",
            price=Decimal("0.1234567891"),
            source_line=9921,
            dimensions=Dimensions(location_id="10"),
        ),
    ),
    subtotals=(Subtotal(description="Freight", total=Decimal("-5.00")),),
)
CHANGE: Final = PurchasingChange(
    document_id="Purchase Order-PO0001",
    date=date(2031, 3, 2),
    lines=(
        PurchasingLineChange(line_no=0, quantity=Decimal(3)),
        NewPurchasingLine(item_id="INK", quantity=Decimal(1)),
    ),
)


@pytest.mark.parametrize("functions", [(BILL,), (ORDER,), (ORDER, CHANGE)])
def test_what_is_read_back_is_what_was_written_and_gives_the_same_bytes(
    functions: tuple[NewPurchasing, ...],
) -> None:
    body = encode(functions)

    assert decode(body) == functions
    assert encode(decode(body)) == body


def test_a_bill_keeps_the_bytes_it_has_always_had() -> None:
    assert encode((BILL,)) == canonical(BILL)


def test_what_has_its_usual_value_is_left_out() -> None:
    assert encode((CHANGE,)).decode() == (
        '[{"is":"PurchasingChange","document_id":"Purchase Order-PO0001","date":"2031-03-02","lines":'
        '[{"is":"PurchasingLineChange","line_no":0,"quantity":"3"},'
        '{"is":"NewPurchasingLine","item_id":"INK","quantity":"1"}]}]'
    )


@pytest.mark.parametrize("body", [b'[{"is":"Nothing"}]', b"[7]", b'[{"is":"NewPurchasing"}]', b"[", b"{}"])
def test_bytes_that_are_no_functions_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"canonical|Expecting"):
        decode(body)
