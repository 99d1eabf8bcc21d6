"""What the Intacct library reads, against the simulator: operators, definitions, changes, formats of users.

It knows nothing of the simulator but how to seed it. What every company has to do is in `test_intacct_contract` and
`test_intacct_writes`.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.contract.intacct_company import (
    VENDOR,
    make_bill,
    make_client,
    seed,
)
from tests.processes import COMPANY, IntacctProcess, run_intacct

from ml_connector.engine import clock
from ml_connector.intacct import (
    Aggregate,
    BillKey,
    Call,
    Client,
    DisplayContact,
    ErrorClass,
    Filter,
    Item,
    ItemCrossReference,
    NewVendor,
    Query,
    RequestRejected,
    Throttled,
    Unit,
    UnitGroup,
    Vendor,
    Writable,
    any_of,
    compare,
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


def write(client: Client, body: Writable, mark: str) -> str:
    (result,) = client.writing.write([Call(control_id=f"library:{mark}", body=body)], entity="E100")
    assert result.status == "created", result
    return result.key or ""


def test_connecting_tells_the_users_format(client: Client) -> None:
    form = client.connect().format

    assert form is not None
    assert form.date_pattern == "MM/DD/YYYY"


def test_a_bill_on_a_day_that_is_closed_is_refused_as_such(client: Client) -> None:
    bill = replace(make_bill("mlc-b-2"), posting_date=date(2020, 12, 31))

    (result,) = client.writing.write([Call(control_id="library:b-2", body=bill)], entity="E100")

    assert (result.status, result.kind) == ("refused", ErrorClass.CLOSED_PERIOD)


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


def test_what_vendors_call_an_item_and_what_is_told_of_its_pieces_is_read(client: Client) -> None:
    theirs = compare("REFTYPE", "equalto", "Vendor")

    (named,) = (entry.record for entry in client.reading.list_records(ItemCrossReference, where=theirs))
    (gas,) = (
        entry.record
        for entry in client.reading.list_records(Item, where=compare("UPC", "equalto", "4012345678901"))
    )

    assert (named.item_id, named.vendor_id, named.alias) == ("BOLT-M8-40", "V-1075", "HB-M8-40")
    assert (gas.has_lots, gas.has_serials, gas.has_bins, gas.has_expiration) == (True, False, False, True)


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
