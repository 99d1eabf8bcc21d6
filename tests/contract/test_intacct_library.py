"""The Intacct library against the simulator: everything that is written is found again, everything is read.

Like the suite of bills it knows nothing of the simulator but how to seed it.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.processes import COMPANY, run_intacct

from ml_connector.engine import clock
from ml_connector.intacct import (
    Address,
    Adjustment,
    AdjustmentLine,
    Aggregate,
    ApBill,
    ApBillLine,
    AttachedFile,
    Bill,
    BillLine,
    Call,
    Client,
    Contact,
    Credentials,
    Dimensions,
    DisplayContact,
    ErrorClass,
    Filter,
    HttpTransport,
    Item,
    JournalEntry,
    JournalLine,
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
    Payment,
    PaymentPart,
    PurchasingChange,
    PurchasingDefinition,
    PurchasingDocument,
    PurchasingLine,
    PurchasingLineChange,
    Query,
    Record,
    RequestRejected,
    Vendor,
    VendorDetail,
    Writable,
    any_of,
    compare,
    negate,
    quote,
)

VENDOR = "V-1008"
DAY = date(2031, 3, 10)
PLACE = Dimensions(location_id="110", department_id="100", class_id="C01")
COMPANY_SEED = {
    "company": {
        "id": COMPANY,
        "sender_id": "alderfinch_ws",
        "sender_password": "demo-sender-password",
        "users": [{"user_id": "mlconnector", "password": "demo-user-password"}],
        "entities": ["E100", "E200"],
        "settings": {"books_closed_through": {"": "2020-12-31"}},
    },
    "objects": {
        "ITEM": [
            {
                "ITEMID": "BOLT",
                "NAME": "Bolt M8",
                "ITEMTYPE": "Non-Inventory",
                "BASEUOM": "Each",
                "UOMGRP": "Count",
                "EXPENSEACCOUNT": "5000",
            }
        ],
        "UOMGRP": [{"NAME": "Count", "UNITS": "Each"}],
        "GLJOURNAL": [{"SYMBOL": "GJ", "TITLE": "General Journal"}],
        "CHECKINGACCOUNT": [{"BANKACCOUNTID": "BANK", "BANKNAME": "First Bank"}],
        "PODOCUMENTPARAMS": [
            {"DOCID": "Purchase Order", "SEQUENCE": "PO"},
            {"DOCID": "PO Receiver", "SEQUENCE": "PR", "RECALLS": "Purchase Order"},
        ],
    },
}


def make_client(url: str) -> Client:
    return Client(
        url=url,
        credentials=Credentials(
            sender_id="alderfinch_ws",
            sender_password="demo-sender-password",
            company_id=COMPANY,
            user_id="mlconnector",
            user_password="demo-user-password",
        ),
        transport=HttpTransport(),
        clock=clock.now,
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    state: Path = tmp_path_factory.mktemp("library") / "intacct.db"
    with run_intacct(state) as running:
        running.ask("POST", "/seed", COMPANY_SEED)
        client = make_client(running.gateway)
        yield client
        client.close()


def write(client: Client, body: Writable, mark: str) -> str:
    (result,) = client.writing.write([Call(control_id=f"library:{mark}", body=body)], entity="E100")
    assert result.status == "created", result
    return result.key or ""


def make_bill(mark: str) -> ApBill:
    return ApBill(
        vendor_id=VENDOR,
        number=f"INV-{mark}",
        reference=None,
        date=DAY,
        posting_date=DAY,
        due_date=DAY,
        term=None,
        description=f"EDI 810 {mark}",
        action="Submit",
        lines=(
            ApBillLine(
                account_no="5000", amount=Decimal(100), memo="bars", location_id="110", class_id="C01"
            ),
        ),
    )


def test_connecting_tells_the_users_format(client: Client) -> None:
    form = client.connect().format

    assert form is not None
    assert form.date_pattern == "MM/DD/YYYY"


def test_a_vendor_is_created_with_its_contact_and_found_by_our_mark(client: Client) -> None:
    contact = DisplayContact(
        print_as="Lindqvist AB", email="ar@lindqvist.example", address=Address(city="Gävle", country="Sweden")
    )
    vendor = NewVendor(
        vendor_id="V-0815", name="Lindqvist <&> Söhne", contact=contact, comments="by EDI mlc-v-1"
    )

    write(client, vendor, "v-1")

    (found,) = client.writing.find_vendors(["mlc-v-1"])
    assert (found.vendor_id, found.name) == ("V-0815", "Lindqvist <&> Söhne")
    where = compare("VENDORID", "equalto", "V-0815")
    (detail,) = client.reading.list_records(VendorDetail, where=where)
    assert (detail.record.email, detail.record.print_as) == ("ar@lindqvist.example", "Lindqvist AB")
    assert detail.modified is not None
    (row,) = client.reading.read_by_name("VENDOR", ["V-0815"], entity="E100")
    assert row.record_no == found.record_no


def test_a_second_vendor_of_the_same_id_is_a_duplicate(client: Client) -> None:
    vendor = NewVendor(vendor_id=VENDOR, name="Again", contact=DisplayContact(print_as="Again"))

    (result,) = client.writing.write([Call(control_id="library:v-2", body=vendor)])

    assert (result.status, result.kind) == ("refused", ErrorClass.DUPLICATE)


def test_a_bill_is_paid_and_an_adjustment_stands_beside_it(client: Client) -> None:
    write(client, make_bill("mlc-b-1"), "b-1")
    (bill,) = client.writing.find_bills(["mlc-b-1"], since=DAY)
    part = NewPaymentPart(bill_no=bill.record_no, amount=Decimal(40))
    payment = NewPayment(
        paid_from="BANK",
        method="Cash",
        vendor_id=VENDOR,
        date=DAY,
        currency="USD",
        description="EDI 820 mlc-p-1",
        action="Submit",
        parts=(part,),
    )
    line = NewAdjustmentLine(account_no="5000", amount=Decimal("-18.40"), memo="Return", dimensions=PLACE)
    adjustment = NewAdjustment(vendor_id=VENDOR, date=DAY, description="EDI 812 mlc-a-1", lines=(line,))

    write(client, payment, "p-1")
    write(client, adjustment, "a-1")

    (paid,) = client.writing.find_payments(["mlc-p-1"], since=DAY)
    (credit,) = client.writing.find_adjustments(["mlc-a-1"], since=DAY)
    (after,) = client.writing.find_bills(["mlc-b-1"])
    assert (paid.vendor_id, paid.date, paid.method) == (VENDOR, DAY, "Cash")
    assert (credit.total, credit.vendor_id) == (Decimal("-18.40"), VENDOR)
    assert (bill.due, after.due) == (Decimal(100), Decimal(60))
    bill_lines = client.reading.list_records(
        BillLine, where=compare("RECORDKEY", "equalto", str(bill.record_no))
    )
    assert [each.record.amount for each in bill_lines] == [Decimal(100)]
    (row,) = client.reading.read("APBILL", [bill.record_no], entity="E100")
    assert [each.text("ACCOUNTNO") for each in row.lines["APBILLITEMS"]] == ["5000"]


def test_a_bill_on_a_day_that_is_closed_is_refused_as_such(client: Client) -> None:
    bill = replace(make_bill("mlc-b-2"), posting_date=date(2020, 12, 31))

    (result,) = client.writing.write([Call(control_id="library:b-2", body=bill)], entity="E100")

    assert (result.status, result.kind) == ("refused", ErrorClass.CLOSED_PERIOD)


def test_a_journal_entry_is_found_by_its_reference(client: Client) -> None:
    debit = NewJournalLine(side="debit", account_no="5000", amount=Decimal("118.40"), dimensions=PLACE)
    credit = replace(debit, side="credit", account_no="2000")
    entry = NewJournalEntry(
        journal="GJ", date=DAY, title="Accrual", reference="mlc-g-1", lines=(debit, credit)
    )

    write(client, entry, "g-1")

    (found,) = client.writing.find_journal_entries(["mlc-g-1"], since=DAY)
    assert (found.title, found.date, found.state) == ("Accrual", DAY, "Draft")


def test_an_order_is_changed_and_received(client: Client) -> None:
    line = NewPurchasingLine(
        item_id="BOLT", quantity=Decimal(400), unit="Each", price=Decimal("0.296"), dimensions=PLACE
    )
    order = NewPurchasing(
        definition="Purchase Order",
        vendor_id=VENDOR,
        date=DAY,
        due_date=DAY,
        message="EDI 850 mlc-o-1",
        lines=(line,),
    )
    document_id = write(client, order, "o-1")
    change = PurchasingChange(
        document_id=document_id, lines=(PurchasingLineChange(line_no=0, quantity=Decimal(380)),)
    )

    write(client, change, "o-2")

    (found,) = client.writing.find_purchasing(["mlc-o-1"], since=DAY)
    assert (found.document_id, found.definition, found.vendor_id) == (document_id, "Purchase Order", VENDOR)
    lines = client.reading.list_records(
        PurchasingLine, where=compare("DOCHDRID", "equalto", document_id), custom=("QTY_CONVERTED",)
    )
    (source,) = lines
    assert (source.record.quantity, source.record.price) == (Decimal(380), Decimal("0.296"))
    assert list(source.custom) == ["QTY_CONVERTED"]
    receipt = replace(
        order,
        definition="PO Receiver",
        created_from=document_id,
        message="EDI 856 mlc-r-1",
        lines=(replace(line, quantity=Decimal(380), source_line=source.record_no),),
    )
    assert write(client, receipt, "r-1").startswith("PO Receiver-")
    assert len(client.writing.find_purchasing(["mlc-r-1"])) == 1


def test_an_attachment_lies_in_its_folder(client: Client) -> None:
    file = AttachedFile(name="INV-1", type="edi", content=b"ISA*00~")
    write(client, NewFolder(name="EDI"), "folder")

    write(client, NewAttachment(attachment_id="mlc-att-1", name="INV-1", folder="EDI", files=(file,)), "att")

    assert client.writing.find_folders(["EDI", "Elsewhere"]) == ("EDI",)
    (found,) = client.writing.find_attachments(["mlc-att-1", "mlc-att-2"])
    assert found.attachment_id == "mlc-att-1"


@pytest.mark.parametrize(
    "kind",
    [
        Vendor,
        VendorDetail,
        Item,
        Contact,
        Bill,
        BillLine,
        Adjustment,
        AdjustmentLine,
        Payment,
        PaymentPart,
        JournalEntry,
        JournalLine,
        PurchasingDefinition,
        PurchasingDocument,
        PurchasingLine,
    ],
)
def test_every_kind_is_asked_for_by_fields_that_exist(client: Client, kind: type[Record]) -> None:
    entries = list(client.reading.list_records(kind))

    assert len({entry.record_no for entry in entries}) == len(entries)


def test_all_operators_are_understood(client: Client) -> None:
    def count(*conditions: Filter) -> int:
        return client.reading.count("VENDOR", where=any_of(*conditions))

    everything = count()
    one = compare("VENDORID", "in", VENDOR)

    assert count(one) == 1
    assert count(negate(one)) == everything - 1
    assert count(compare("RECORDNO", "between", "1", "3")) == 3
    assert count(negate(compare("RECORDNO", "between", "1", "3"))) == everything - 3
    assert count(compare("VENDORID", "like", "V-%")) == count(compare("VENDORID", "like", "%-%")) > 100
    assert count(compare("NAME", "isnull"), one) == 1
    assert count(compare("NAME", "isnotnull")) == everything
    assert count(compare("WHENMODIFIED", "greaterthan", datetime(2020, 1, 1, tzinfo=UTC))) == everything
    assert count(compare("WHENMODIFIED", "greaterthan", datetime(2090, 1, 1, tzinfo=UTC))) == 0


def test_aggregates_agree_with_the_rows(client: Client) -> None:
    numbers = [row.record_no for row in client.query(Query(object="VENDOR", fields=("RECORDNO",)))]
    wanted = [Aggregate(measure="max", field="RECORDNO"), Aggregate(measure="count", field="RECORDNO")]

    row = client.reading.aggregate("VENDOR", wanted)

    assert (row.integer("MAX.RECORDNO"), row.integer("COUNT.RECORDNO")) == (max(numbers), len(numbers))


def test_the_older_language_reads_the_same_records(client: Client) -> None:
    rows = list(client.reading.read_by_query("VENDOR", f"VENDORID like {quote('V-%')}", entity="E100"))

    there = client.reading.count("VENDOR", where=compare("VENDORID", "like", "V-%"))
    assert len({row.record_no for row in rows}) == len(rows) == there


def test_definitions_name_fields(client: Client) -> None:
    assert "VENDORID" in {field.name for field in client.reading.lookup("VENDOR").fields}
    assert "VENDORID" in {field.name for field in client.reading.inspect("VENDOR").fields}
    assert "VENDOR" in {name.upper() for name in client.reading.list_object_names()}


def test_what_was_told_is_not_told_again_but_what_is_new_is(client: Client) -> None:
    first = client.reading.list_changes(Vendor)
    assert len(list(first)) > 100
    vendor = NewVendor(vendor_id="V-0816", name="New", contact=DisplayContact(print_as="New"))
    write(client, vendor, "v-3")

    second = client.reading.list_changes(Vendor, since=first.watermark)

    assert [entry.record.vendor_id for entry in second] == ["V-0816"]


def test_nothing_is_missing_but_what_never_was(client: Client) -> None:
    assert client.reading.find_missing("VENDOR", [1, 2, 999_999]) == {999_999}


def test_a_field_that_does_not_exist_is_our_own_fault(client: Client) -> None:
    with pytest.raises(RequestRejected, match="NONSENSE"):
        list(client.query(Query(object="VENDOR", fields=("NONSENSE",))))


def test_time_stamps_are_right_whatever_the_users_zone_and_may_be_missing(tmp_path: Path) -> None:
    with run_intacct(tmp_path / "intacct.db") as running, closing(make_client(running.gateway)) as client:
        running.change_settings(gmt_offset="-08:00", null_when_modified=True)
        before = client.reading.list_changes(Vendor)
        stamps = [entry.modified for entry in before]
        vendor = NewVendor(vendor_id="V-0817", name="New", contact=DisplayContact(print_as="New"))
        write(client, vendor, "v-4")

        (new,) = client.reading.list_changes(Vendor, since=before.watermark)

        assert (new.record.vendor_id, new.modified) == ("V-0817", None)
        now = clock.now()
        assert all(stamp is not None and abs(now - stamp) < timedelta(hours=1) for stamp in stamps)
