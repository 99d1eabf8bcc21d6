"""The Intacct library against the simulator: everything that is written is found again, everything is read.

Like the suite of bills it knows nothing of the simulator but how to seed it. What is taken for granted of every company
is checked on a real one as well, where `INTACCT_TEST_...` in the environment names one.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import pytest
from tests.contract.intacct_company import (
    DAY,
    HAS_REAL,
    PLACE,
    VENDOR,
    make_bill,
    make_client,
    make_order,
    open_real_company,
    seed,
)
from tests.processes import COMPANY, IntacctProcess, run_intacct

from ml_connector.engine import clock
from ml_connector.intacct import (
    Address,
    Aggregate,
    AttachedFile,
    BillKey,
    BillLine,
    Call,
    Check,
    Client,
    DisplayContact,
    ErrorClass,
    Filter,
    NewAdjustment,
    NewAdjustmentLine,
    NewAttachment,
    NewFolder,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewVendor,
    PurchasingChange,
    PurchasingLine,
    PurchasingLineChange,
    Query,
    RequestRejected,
    Throttled,
    Unit,
    UnitGroup,
    Vendor,
    VendorDetail,
    Writable,
    any_of,
    compare,
    list_checks,
    negate,
    quote,
)

APRIL = date(2031, 4, 3)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    state: Path = tmp_path_factory.mktemp("library") / "intacct.db"
    with run_intacct(state) as running:
        seed(running)
        client = make_client(running.gateway)
        yield client
        client.close()


@pytest.fixture(scope="module", params=["simulator", *(["real"] if HAS_REAL else [])])
def company(request: pytest.FixtureRequest) -> Iterator[Client]:
    if request.param == "simulator":
        found: Client = request.getfixturevalue("client")
        yield found
        return
    with open_real_company() as real:
        yield real


def write(client: Client, body: Writable, mark: str) -> str:
    (result,) = client.writing.write([Call(control_id=f"library:{mark}", body=body)], entity="E100")
    assert result.status == "created", result
    return result.key or ""


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
    (bill,) = client.writing.find_bills_by_mark(["mlc-b-1"], since=DAY)
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
    (after,) = client.writing.find_bills_by_mark(["mlc-b-1"])
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
    order = make_order("mlc-o-1")
    document_id = write(client, order, "o-1")
    change = PurchasingChange(
        document_id=document_id, lines=(PurchasingLineChange(line_no=0, quantity=Decimal(380)),)
    )

    write(client, change, "o-2")

    (found,) = client.writing.find_purchasing(["mlc-o-1"], since=DAY)
    assert (found.document_id, found.definition, found.vendor_id) == (document_id, "Purchase Order", VENDOR)
    lines = client.reading.list_records(
        PurchasingLine, where=compare("DOCHDRID", "equalto", document_id), custom=("STATE",)
    )
    (source,) = lines
    assert (source.record.quantity, source.record.price) == (Decimal(380), Decimal("0.296"))
    assert list(source.custom) == ["STATE"]
    receipt = replace(
        order,
        definition="PO Receiver",
        created_from=document_id,
        message="EDI 856 mlc-r-1",
        lines=(replace(order.lines[0], quantity=Decimal(380), source_line=source.record_no),),
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


@pytest.mark.parametrize("check", list_checks(), ids=attrgetter("name"))
def test_what_is_taken_for_granted_of_a_company_holds(company: Client, check: Check) -> None:
    assert check.find_fault(company) == ""


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


def test_the_set_up_of_the_company_is_read(client: Client) -> None:
    setup = client.setup

    (branch,) = (each for each in setup.list_dimensions() if each.is_user_defined)

    assert {"GL", "AP", "PO"} <= set(setup.list_applications())
    assert [value.name for value in setup.list_dimension_values(branch)] == ["North", "South"]
    subtotals = [each for each in setup.list_subtotals() if each.definition == "Purchase Order"]
    assert [(each.description, each.is_discount) for each in subtotals] == [
        ("Freight", False),
        ("Rebate", True),
    ]
    assert (setup.find_closed_date(), setup.find_closed_date(entity="E200")) == (
        date(2020, 12, 31),
        date(2029, 12, 31),
    )


def test_units_belong_to_their_groups(client: Client) -> None:
    groups = {entry.record_no: entry.record.name for entry in client.reading.list_records(UnitGroup)}
    units = [entry.record for entry in client.reading.list_records(Unit)]

    factors = {(groups[unit.group_no or 0], unit.unit, unit.factor) for unit in units}
    assert {each for each in factors if each[0] == "Count"} == {
        ("Count", "Each", Decimal(1)),
        ("Count", "Box", Decimal(12)),
    }


def test_ids_and_counts_prove_what_was_read(client: Client) -> None:
    entries = list(client.reading.list_records(Vendor, page_size=50))

    assert [entry.record_no for entry in entries] == list(client.reading.list_ids(Vendor))
    assert client.reading.count(Vendor) == len(entries)
    tomorrow = clock.now() + timedelta(days=1)
    assert list(client.reading.list_records(Vendor, changed_since=tomorrow)) == []


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


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntacctProcess]:
    """A company with one bill of 3 April, whose number has small letters."""
    with run_intacct(tmp_path_factory.mktemp("ledger") / "intacct.db") as running:
        seed(running)
        with closing(make_client(running.gateway)) as client:
            bill = replace(make_bill("mlc-d-1"), number="Inv-7a", date=APRIL, due_date=APRIL)
            write(client, bill, "d-1")
        yield running


@pytest.mark.parametrize("date_format", ["/mdY", "/dmY", "/Ymd", ".dmy"])
def test_a_bill_has_its_date_whatever_the_users_format(ledger: IntacctProcess, date_format: str) -> None:
    ledger.change_settings(company=COMPANY, date_format=date_format)
    key = [BillKey(vendor_id=VENDOR, number="Inv-7a")]

    with closing(make_client(ledger.gateway)) as client:
        by_entity = [
            client.find_bills(key, entity=entity, since=since)
            for entity in ("", "E100")
            for since in (None, APRIL)
        ]

        assert [[bill.date for bill in bills] for bills in by_entity] == [[APRIL]] * 4
        assert client.find_bills(key, since=APRIL + timedelta(days=1)) == ()
        (marked,) = client.writing.find_bills_by_mark(["mlc-d-1"], since=date(2031, 1, 12))
        assert marked.date == APRIL
    ledger.change_settings(company=COMPANY, date_format="/mdY")


def test_a_bill_is_not_looked_for_while_the_users_format_cannot_be_learnt(ledger: IntacctProcess) -> None:
    ledger.change_settings(company=COMPANY, date_format="/dmY")
    key = [BillKey(vendor_id=VENDOR, number="Inv-7a")]
    busy = {"action": "refuse", "errors": [{"errorno": "GW-0010", "description2": "API rate limit exceeded"}]}
    ask = {"match": {"function": "readUserFormatting"}, "times": 2, **busy}
    ledger.set_faults(ask)

    with closing(make_client(ledger.gateway)) as client:
        with pytest.raises(Throttled, match="readUserFormatting"):
            client.find_bills(key)

        (found,) = client.find_bills(key)

    assert found.date == APRIL
    ledger.change_settings(company=COMPANY, date_format="/mdY")


@pytest.mark.parametrize(
    ("vendor_id", "number"),
    [(VENDOR, "INV-7A"), (VENDOR, " inv-7a "), (VENDOR.lower(), "Inv-7a"), (f" {VENDOR}", "Inv-7a")],
)
def test_a_bill_is_found_whatever_the_case_and_blanks_of_its_key(
    ledger: IntacctProcess, vendor_id: str, number: str
) -> None:
    with closing(make_client(ledger.gateway)) as client:
        (found,) = client.find_bills([BillKey(vendor_id=vendor_id, number=number)])

    assert (found.vendor_id, found.number) == (VENDOR, "Inv-7a")
