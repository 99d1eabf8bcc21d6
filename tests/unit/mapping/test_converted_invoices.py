"""A vendor invoice beside what else becomes a bill of its order: for which lines it is, and whether it stands."""

from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.purchase import ORDER, make_line, make_order, make_transaction, receive

from ml_connector.intacct.objects import BillFound
from ml_connector.mapping.matching.converted_invoices import see_invoices
from ml_connector.mapping.matching.draft_bills import Seen
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.records.orders import BookedLine, PurchasingTransaction

TWO_DAYS: Final = make_order(make_line(9921, "20"), make_line(9922, "20", number=1))
RECEIVED: Final = receive("11", "20", source=9922)


def invoice(line: BookedLine, **changes: Any) -> PurchasingTransaction:
    given: dict[str, Any] = {
        "vendor_number": "INV-1",
        "bill_no": 7,
        "message": "EDI mlc-810-ABC",
        "state": "Pending",
    }
    return make_transaction("Vendor Invoice-VI1", line, **given | changes)


def see(made: PurchasingTransaction, *bills: BillFound) -> Seen:
    file = OrderFile(order=TWO_DAYS, made=(RECEIVED, made))
    names = {"mlc-810-ABC": frozenset({("shipment", "ASN1")})}
    [seen] = see_invoices(file, "Vendor Invoice", names, lambda _vendor, _number: bills)
    return seen


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize(
    ("source", "numbers"),
    [(9921, {1}), (RECEIVED.lines[0].line.record_no, {2}), (None, {1, 2}), (5, set())],
    ids=["from the order", "from its receiver", "from nothing it names", "from another order"],
)
def test_an_invoice_is_for_the_order_lines_it_draws_on(source: int | None, numbers: set[int]) -> None:
    seen = see(invoice(make_line(70, "20", source=source)))

    assert {line for line, _ in seen.paper.goods} == {(ORDER, number) for number in numbers}
    assert seen.paper.names == {("shipment", "ASN1")}


@pytest.mark.rule("856 ship notice", 9)
@pytest.mark.parametrize(
    ("changes", "bill", "there"),
    [
        ({}, "Posted", True),
        ({"state": "Declined"}, "Posted", False),
        ({}, "Reversed", False),
        ({"bill_no": 8}, "Reversed", True),
    ],
    ids=["posted", "declined", "its bill reversed", "another bill reversed"],
)
def test_an_invoice_is_there_until_it_or_its_bill_is_undone(
    changes: dict[str, Any], bill: str, *, there: bool
) -> None:
    found = BillFound(
        record_no=7,
        vendor_id="V-10",
        number="INV-1",
        date=None,
        state=bill,
        total=Decimal(10),
        currency="USD",
        description="",
    )

    seen = see(invoice(make_line(70, "20", source=9921), **changes), found)

    assert bool(seen.there) is there
