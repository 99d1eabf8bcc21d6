"""Every call that can be written, once in full and once with no more than it needs, in invented values.

`python -m tests.unit.intacct.write_cases` writes the golden files anew; read the difference before you keep it.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from ml_connector.intacct import (
    Address,
    ApBill,
    ApBillLine,
    AttachedFile,
    Currency,
    CustomField,
    Dimensions,
    DisplayContact,
    NewAdjustment,
    NewAdjustmentLine,
    NewAttachment,
    NewFolder,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewPurchasing,
    NewPurchasingLine,
    NewVendor,
    PurchasingChange,
    PurchasingLineChange,
    Subtotal,
    VendorChange,
    Writable,
)

FOLDER: Final = Path(__file__).parent / "writes"
DAY: Final = date(2030, 1, 9)
LATER: Final = date(2030, 2, 8)
PLACE: Final = Dimensions(
    location_id="100",
    department_id="OPS",
    class_id="C01",
    project_id="P1",
    task_id="T1",
    customer_id="C-1",
    employee_id="E-1",
)
REGION: Final = CustomField(name="REGION", value="North & South")
DAILY: Final = Currency(code="EUR", base="USD", rate_date=DAY)
VENDOR_IN_FULL: Final = NewVendor(
    vendor_id="V-0815",
    name="Lindqvist Fasteners AB",
    contact=DisplayContact(
        print_as="Lindqvist Fasteners AB",
        name="Lindqvist (V-0815)",
        company_name="Lindqvist Fasteners AB",
        first_name="Åsa",
        last_name="Lindqvist",
        phone="+46 26 555 0100",
        email="ar@lindqvist.example",
        url="https://lindqvist.example",
        address=Address(
            address1="Hamngatan 3",
            address2="Box 12",
            address3="Hus B",
            city="Gävle",
            state="X",
            zip="80310",
            country="Sweden",
            country_code="SE",
        ),
    ),
    status="active",
    vendor_type="Supplier",
    parent_id="V-0001",
    gl_group="Trade",
    tax_id="SE-00",
    expense_account="5000",
    payables_account="2000",
    credit_limit=Decimal("1500.5"),
    on_hold=False,
    do_not_pay=True,
    comments="By EDI <mlc-vendor-1>",
    currency="USD",
    term="N30",
    account_no_at_vendor="BR-77",
    pay_to_contact="Lindqvist Pay",
    return_to_contact="Lindqvist Return",
    form_1099="MISC",
    box_1099="7",
    restriction="Restricted",
    restricted_locations=("E100", "E200"),
    custom=(REGION,),
)
ORDER_LINE: Final = NewPurchasingLine(item_id="BOLT-M8", quantity=Decimal(400))
CASES: Final[dict[str, Writable]] = {
    "vendor": VENDOR_IN_FULL,
    "vendor-numbered-by-intacct": NewVendor(name="Ada & Co", contact=DisplayContact(print_as="Ada & Co")),
    "vendor-change": VendorChange(vendor_id="V-0815", status="inactive"),
    "bill-draft": ApBill(
        vendor_id="V-0815",
        number="INV-100234",
        reference=None,
        date=DAY,
        posting_date=DAY,
        due_date=None,
        term="N30",
        description="EDI 810 mlc-810-1",
        action="Draft",
        lines=(ApBillLine(account_no="6220", amount=Decimal("118.4"), memo="M8 bolts", location_id="100"),),
    ),
    "adjustment": NewAdjustment(
        vendor_id="V-0815",
        date=DAY,
        posting_date=LATER,
        number="CM-7",
        bill_number="INV-100234",
        description="EDI 812 mlc-812-1",
        currency=DAILY,
        custom=(REGION,),
        lines=(
            NewAdjustmentLine(
                account_no="6220", amount=Decimal("-18.4"), memo="Return", dimensions=PLACE, custom=(REGION,)
            ),
        ),
    ),
    "adjustment-draft": NewAdjustment(
        vendor_id="V-0815",
        date=DAY,
        action="Draft",
        currency=Currency(code="EUR", rate=Decimal("1.0850")),
        lines=(NewAdjustmentLine(account_no="6220", amount=Decimal(20), form_1099="NEC", box_1099="1"),),
    ),
    "payment": NewPayment(
        paid_from="BOFA-OPER",
        method="Cash",
        vendor_id="V-0815",
        date=LATER,
        currency="USD",
        base_currency="USD",
        number="820-000052",
        description="EDI 820 mlc-820-1",
        action="Submit",
        parts=(
            NewPaymentPart(bill_no=5581, bill_line_no=91, amount=Decimal("118.40")),
            NewPaymentPart(
                bill_no=5582,
                amount=Decimal(90),
                debit_memo_no=77,
                credit=Decimal(10),
                discount_date=LATER,
            ),
            NewPaymentPart(credit_memo_no=12, amount=Decimal(5)),
        ),
    ),
    "payment-draft": NewPayment(
        paid_from="BOFA-OPER",
        method="EFT",
        vendor_id="V-0815",
        date=LATER,
        currency="USD",
        parts=(NewPaymentPart(bill_no=5581, amount=Decimal("118.40")),),
    ),
    "journal": NewJournalEntry(
        journal="APJ",
        date=DAY,
        reverse_date=LATER,
        title="Accrual",
        reference="mlc-gl-1",
        source_entity="E100",
        attachment_id="A-1",
        state="Posted",
        custom=(REGION,),
        lines=(
            NewJournalLine(
                side="debit",
                account_no="6220",
                amount=Decimal("118.4"),
                memo="Received, not billed",
                document="PR-1",
                currency="USD",
                rate_type="Intacct Daily Rate",
                dimensions=PLACE,
                custom=(REGION,),
            ),
            NewJournalLine(side="credit", account_no="2050", amount=Decimal("118.40"), currency="USD"),
        ),
    ),
    "purchase-order": NewPurchasing(
        definition="Purchase Order", vendor_id="V-0815", date=DAY, due_date=LATER, lines=(ORDER_LINE,)
    ),
    "vendor-invoice-converted": NewPurchasing(
        definition="Vendor Invoice",
        vendor_id="V-0815",
        date=DAY,
        due_date=LATER,
        posting_date=DAY,
        created_from="PO Receiver-PR00017",
        number="VI-1",
        reference="ASN 88213",
        vendor_number="INV-100234",
        term="N30",
        message="EDI 810 mlc-810-2",
        return_to="Lindqvist Return",
        pay_to="Lindqvist Pay",
        deliver_to="Dock 4",
        attachment_id="A-1",
        external_id="mlc-1",
        currency=DAILY,
        custom=(REGION,),
        state="Draft",
        lines=(
            NewPurchasingLine(
                item_id="BOLT-M8",
                quantity=Decimal("400.0000"),
                unit="Each",
                price=Decimal("0.2960"),
                description="M8 hex bolts",
                warehouse_id="W1",
                memo="per sheet",
                source_line=9921,
                dimensions=PLACE,
                custom=(REGION,),
            ),
        ),
        subtotals=(Subtotal(description="Freight", total=Decimal("12.5"), dimensions=PLACE),),
    ),
    "vendor-invoice-of-several-receivers": NewPurchasing(
        definition="Vendor Invoice",
        vendor_id="V-0815",
        date=DAY,
        due_date=LATER,
        lines=(
            NewPurchasingLine(
                item_id="BOLT-M8",
                quantity=Decimal("0.5"),
                source_document="PO Receiver-PR00018",
                source_document_line=71,
            ),
        ),
    ),
    "purchasing-change": PurchasingChange(
        document_id='Purchase Order-"PO" & 1',
        date=DAY,
        posting_date=DAY,
        reference="R-1",
        vendor_number="V-1",
        term="N30",
        due_date=LATER,
        message="EDI 855 mlc-855-1",
        return_to="",
        pay_to="",
        deliver_to="Dock 4",
        attachment_id="A-1",
        external_id="mlc-1",
        currency=DAILY,
        custom=(REGION,),
        state="Closed",
        lines=(
            PurchasingLineChange(
                line_no=0,
                item_id="BOLT-M8",
                quantity=Decimal(380),
                unit="Each",
                price=Decimal("0.29"),
                description="M8",
                warehouse_id="W1",
                memo="reduced",
                dimensions=PLACE,
                custom=(REGION,),
            ),
            ORDER_LINE,
        ),
        subtotals=(Subtotal(description="Freight", total=Decimal(0)),),
    ),
    "purchasing-closed": PurchasingChange(document_id="Purchase Order-PO0213", state="Closed"),
    "folder": NewFolder(name="EDI 2030", description="Invoices as they came", parent="EDI"),
    "attachment": NewAttachment(
        attachment_id="mlc-att-1",
        name="INV-100234",
        folder="EDI 2030",
        description="as it came",
        files=(AttachedFile(name="INV-100234", type="edi", content=b"ISA*00~"),),
    ),
    "attachment-numbered-by-intacct": NewAttachment(
        attachment_id="", name="x", folder="EDI", files=(AttachedFile(name="x", type="pdf", content=b"%"),)
    ),
}


def spread(markup: str) -> str:
    """The same bytes with each element on a line of its own, for people."""
    return markup.replace("><", ">\n<") + "\n"


if __name__ == "__main__":
    for name, body in CASES.items():
        (FOLDER / f"{name}.xml").write_text(spread(body.render()), encoding="utf-8")
