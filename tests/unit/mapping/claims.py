"""An invoice over 5.00, and what it may be: documents of our record, bills and vendor invoices of Intacct."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from tests.unit.mapping.trade import MARK

from ml_connector.intacct.objects import BillFound, PurchasingDocument
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.records.documents import NewDocument, Slices, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import Status

DAY: Final = date(2026, 3, 15)
KEY: Final = BusinessKey(
    link="main", partner="ZZ/CORVID/CORVID", set_code="810", number="INV-7", kind="debit"
)


def make_document(id_: int, *, content: str = "aa", vendor: str = "", **key: Any) -> StoredDocument:
    return StoredDocument(
        id=id_,
        file_id=1,
        link="main",
        document=NewDocument(
            index=0,
            set_code="810",
            slices=Slices(envelope_offset=0, group_offset=None, offset=0, length=1),
            sender="ZZ/CORVID",
            group_sender="CORVID",
            receiver="ZZ/HALDEN",
            partner_name="",
            key=replace(KEY, **key),
            document_key=MARK,
            content_hash=content,
            date=DAY,
            amount=Decimal("5.00"),
            currency="",
            status=Status.READ,
            reason="",
        ),
        status=Status.READ,
        reason="",
        vendor=vendor,
        vendor_name="",
        intacct_key="",
        attempts=0,
        not_before=None,
        updated_at=datetime(2026, 3, 20, tzinfo=UTC),
    )


def make_found(**changes: Any) -> BillFound:
    bill = BillFound(
        record_no=88,
        vendor_id="V-10",
        number="INV-7",
        date=DAY,
        total=Decimal("5.00"),
        currency="USD",
        description="entered by hand",
        state="Posted",
    )
    return replace(bill, **changes)


MINE: Final = make_document(9)


def make_claim(vendor: str = "V-10", *family: str, document: StoredDocument = MINE) -> Claim:
    """What a document claims to be, of 5.00, for a vendor that may have a family."""
    everyone = frozenset({vendor, *family} - {""})
    return Claim(
        document=document,
        vendor_id=vendor,
        family=everyone,
        mark=MARK,
        partner="Corvid",
        total=Decimal("5.00"),
    )


def make_vendor_invoice(bill_no: int) -> PurchasingDocument:
    """One that has made a bill."""
    return PurchasingDocument(
        record_no=7,
        document_id="Vendor Invoice-VI-1",
        number="VI-1",
        definition="Vendor Invoice",
        state="Closed",
        vendor_id="V-10",
        created_from="",
        reference="",
        vendor_number="INV-9",
        message="",
        date=DAY,
        due_date=None,
        total=Decimal("5.00"),
        currency="USD",
        bill_no=bill_no,
        modified=None,
    )
