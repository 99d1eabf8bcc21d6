"""Reading: pages without loss or repetition, typed records, bills found again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from tests.unit.intacct.gateway_fakes import (
    FakeTransport,
    Sent,
    answer,
    error,
    make_client,
    page,
    raw,
    refused,
    result,
)

from ml_connector.intacct import (
    Account,
    Answer,
    AnswerUnreadable,
    BillFound,
    BillKey,
    Broken,
    ClassDim,
    Department,
    Exchange,
    IntacctError,
    Location,
    PermissionDenied,
    Project,
    Query,
    Readable,
    RequestRejected,
    Row,
    Term,
    Unavailable,
    Vendor,
)

VENDORS = Query(object="VENDOR", fields=("VENDORID",))


def keep_vendors(record_nos: list[int]) -> Callable[[Sent], Answer]:
    """A gateway that keeps these vendors and answers queries behind a key."""

    def answer_query(sent: Sent) -> Answer:
        after = int(sent.text(".//greaterthan/value") or 0)
        behind = sorted(number for number in record_nos if number > after)
        rows = [{"RECORDNO": str(number), "VENDORID": f"V-{number}"} for number in behind[:1000]]
        return page("VENDOR", *rows, remaining=len(behind) - len(rows))(sent)

    return answer_query


def test_2500_rows_come_in_three_pages_each_exactly_once() -> None:
    numbers = list(range(7, 7 + 2500 * 3, 3))
    transport = FakeTransport(keep_vendors(numbers))

    rows = list(make_client(transport).query(VENDORS))

    assert [row.record_no for row in rows] == numbers
    assert len(transport.calls) == 3
    assert {sent.text(".//pagesize") for sent in transport.calls} == {"1000"}
    assert all(sent.root.find(".//offset") is None for sent in transport.calls)
    assert [sent.text(".//orderby/order/field") for sent in transport.calls] == ["RECORDNO"] * 3
    assert transport.calls[0].timeout == 60.0


def test_rows_that_come_and_go_between_pages_shift_nothing() -> None:
    numbers = list(range(1, 1501))
    transport = FakeTransport(keep_vendors(numbers))
    rows = make_client(transport).query(VENDORS)

    seen = [next(rows).record_no for _ in range(1000)]
    del numbers[10:20]
    numbers.append(1501)
    seen += [row.record_no for row in rows]

    assert seen == list(range(1, 1502))


def test_a_full_page_is_followed_by_another_even_if_nothing_is_said_to_remain() -> None:
    rows = [{"RECORDNO": str(number)} for number in range(1, 1001)]
    transport = FakeTransport(page("VENDOR", *rows, remaining=0), page("VENDOR"))

    assert len(list(make_client(transport).query(VENDORS))) == 1000
    assert len(transport.calls) == 2


def test_pages_are_read_until_an_empty_one_where_intacct_does_not_say_what_remains() -> None:
    one, two = {"RECORDNO": "1"}, {"RECORDNO": "2"}
    transport = FakeTransport(
        page("VENDOR", one, remaining=None), page("VENDOR", two, remaining=5), page("VENDOR")
    )

    assert [row.record_no for row in make_client(transport).query(VENDORS)] == [1, 2]


def test_rows_out_of_order_stop_the_reading_rather_than_lose_some() -> None:
    transport = FakeTransport(page("VENDOR", {"RECORDNO": "2"}, {"RECORDNO": "1"}))

    with pytest.raises(AnswerUnreadable, match="RECORDNO 1 comes after 2"):
        list(make_client(transport).query(VENDORS))


def test_a_row_that_comes_twice_stops_the_reading() -> None:
    again = page("VENDOR", {"RECORDNO": "2"}, remaining=1)
    transport = FakeTransport(again, again, page("VENDOR"))

    with pytest.raises(AnswerUnreadable, match="RECORDNO 2 comes after 2"):
        list(make_client(transport).query(VENDORS))


def test_a_page_is_requested_only_when_it_is_wanted() -> None:
    transport = FakeTransport(keep_vendors([1, 2]))

    rows = make_client(transport).query(VENDORS)

    assert transport.sent == []
    assert next(rows).text("VENDORID") == "V-1"


def test_a_query_says_it_may_be_repeated_and_each_page_counts_once() -> None:
    exchanges: list[Exchange] = []
    transport = FakeTransport(keep_vendors(list(range(1, 1501))))

    list(make_client(transport, exchanges=exchanges).query(VENDORS, entity="E1"))

    assert {sent.text("control/uniqueid") for sent in transport.sent} == {"false"}
    assert [each.api_transactions for each in exchanges] == [1, 1, 1]
    assert exchanges[2].purpose == "query VENDOR"
    assert exchanges[2].entity == "E1"


@pytest.mark.parametrize(
    ("reaction", "kind"),
    [
        (Broken("reset"), Unavailable),
        (raw("<html/>", status=503), Unavailable),
        (raw("<html/>"), AnswerUnreadable),
        (lambda sent: answer(refused(sent.control_ids[0], error("PL04000005", "no"))), PermissionDenied),
        (lambda sent: answer(refused(sent.control_ids[0], error("XL03000010", "no"))), RequestRejected),
        (lambda sent: answer(result(sent.control_ids[0], function="query")), AnswerUnreadable),
    ],
)
def test_a_read_that_fails_is_never_ambiguous(
    reaction: Answer | Broken | Callable[[Sent], Answer], kind: type[IntacctError]
) -> None:
    transport = FakeTransport(reaction)

    with pytest.raises(kind) as caught:
        list(make_client(transport).query(VENDORS))

    assert type(caught.value) is kind
    assert len(transport.calls) == 1
    assert bool(caught.value.answer) == (not isinstance(reaction, Broken))


def test_closing_the_client_closes_its_transport() -> None:
    transport = FakeTransport()

    make_client(transport).close()

    assert transport.closed


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One reference list: what is asked for, what Intacct says, what we make of it."""

    kind: type[Readable]
    row: dict[str, str]
    record: object


LISTINGS = {
    "VENDOR": Listing(
        kind=Vendor,
        row={
            "RECORDNO": "41",
            "VENDORID": "v-0815 ",
            "NAME": "Lindqvist & Co",
            "STATUS": "active",
            "TERMNAME": "N30",
            "CURRENCY": "SEK",
            "TAXID": "55-1234567",
            "VENDORACCOUNTNO": "K-9",
            "ONHOLD": "true",
            "PARENTID": "V-1",
        },
        record=Vendor(
            record_no=41,
            vendor_id="v-0815 ",
            name="Lindqvist & Co",
            status="active",
            term="N30",
            currency="SEK",
            tax_id="55-1234567",
            account_no_at_vendor="K-9",
            on_hold=True,
            parent_id="V-1",
        ),
    ),
    "GLACCOUNT": Listing(
        kind=Account,
        row={
            "RECORDNO": "5",
            "ACCOUNTNO": "6220",
            "TITLE": "Small parts",
            "ACCOUNTTYPE": "incomestatement",
            "NORMALBALANCE": "debit",
            "STATUS": "active",
            "ALTERNATIVEACCOUNT": "None",
            "REQUIREDEPT": "true",
            "REQUIRELOC": "false",
            "REQUIREITEM": "true",
        },
        record=Account(
            record_no=5,
            account_no="6220",
            title="Small parts",
            account_type="incomestatement",
            normal_balance="debit",
            status="active",
            alternative="None",
            requires=frozenset({"department", "item"}),
        ),
    ),
    "DEPARTMENT": Listing(
        kind=Department,
        row={
            "RECORDNO": "1",
            "DEPARTMENTID": "OPS",
            "TITLE": "Operations",
            "PARENTID": "",
            "STATUS": "inactive",
        },
        record=Department(
            record_no=1, department_id="OPS", name="Operations", parent_id="", status="inactive"
        ),
    ),
    "LOCATION": Listing(
        kind=Location,
        row={
            "RECORDNO": "2",
            "LOCATIONID": "100",
            "NAME": "Mill",
            "PARENTID": "E1",
            "STATUS": "active",
            "CURRENCY": "USD",
        },
        record=Location(
            record_no=2, location_id="100", name="Mill", parent_id="E1", status="active", currency="USD"
        ),
    ),
    "CLASS": Listing(
        kind=ClassDim,
        row={"RECORDNO": "3", "CLASSID": "UT01", "NAME": "Utah", "PARENTID": "", "STATUS": "active"},
        record=ClassDim(record_no=3, class_id="UT01", name="Utah", parent_id="", status="active"),
    ),
    "PROJECT": Listing(
        kind=Project,
        row={"RECORDNO": "4", "PROJECTID": "P-1", "NAME": "Dam", "PARENTID": "P-0", "STATUS": "active"},
        record=Project(record_no=4, project_id="P-1", name="Dam", parent_id="P-0", status="active"),
    ),
    "APTERM": Listing(
        kind=Term,
        row={
            "RECORDNO": "6",
            "NAME": "N30",
            "STATUS": "active",
            "DESCRIPTION": "",
            "DUEDATE": "30",
            "DUEFROM": "from invoice/bill date",
        },
        record=Term(
            record_no=6,
            name="N30",
            status="active",
            description="",
            due_days=30,
            due_from="from invoice/bill date",
        ),
    ),
}


@pytest.mark.parametrize("object_", LISTINGS)
def test_a_reference_list_becomes_typed_records(object_: str) -> None:
    listing = LISTINGS[object_]
    transport = FakeTransport(page(object_, listing.row))

    (entry,) = make_client(transport).reading.list_records(listing.kind)

    assert entry.record == listing.record
    (sent,) = transport.calls
    assert sent.text(".//query/object") == object_
    assert set(listing.row) <= {field.text for field in sent.root.iterfind(".//select/field")}


def test_a_vendor_does_not_show_its_tax_id() -> None:
    assert "55-1234567" not in repr(LISTINGS["VENDOR"].record)


def bill_row(record_no: int, vendor: str, number: str, **more: str) -> dict[str, str]:
    row = {"RECORDNO": str(record_no), "VENDORID": vendor, "RECORDID": number, "WHENCREATED": "01/02/2030"}
    return row | {"TOTALENTERED": "118.40", "STATE": "Posted"} | more


def test_bills_are_found_by_vendor_and_number_with_what_read_back_compares() -> None:
    row = bill_row(
        5581, "V-1", "INV-1", TRX_TOTALENTERED="99.50", CURRENCY="SEK", DESCRIPTION="EDI mlc-810-x"
    )
    transport = FakeTransport(page("APBILL", row))
    keys = [BillKey(vendor_id="V-1", number="INV-1"), BillKey(vendor_id="V-2", number="INV-1")]

    found = make_client(transport).find_bills(keys, entity="E1", since=date(2029, 1, 31))

    assert found == (
        BillFound(
            record_no=5581,
            vendor_id="V-1",
            number="INV-1",
            date=date(2030, 1, 2),
            total=Decimal("99.50"),
            currency="SEK",
            description="EDI mlc-810-x",
            state="Posted",
        ),
    )
    (sent,) = transport.calls
    assert (
        b"<filter><and><in><field>VENDORID</field><value>V-1</value><value>V-2</value></in>"
        b"<in><field>RECORDID</field><value>INV-1</value></in>"
        b"<greaterthanorequalto><field>WHENCREATED</field><value>01/31/2029</value></greaterthanorequalto></and></filter>"
    ) in sent.body


def test_the_total_is_that_of_a_company_with_one_currency_where_there_is_no_other() -> None:
    transport = FakeTransport(page("APBILL", bill_row(1, "V-1", "1", TRX_TOTALENTERED="")))

    (found,) = make_client(transport).find_bills([BillKey(vendor_id="V-1", number="1")])

    assert found.total == Decimal("118.40")


def test_bills_of_another_pairing_of_vendor_and_number_are_left_out() -> None:
    rows = [bill_row(1, "V-1", "A"), bill_row(2, "V-1", "B"), bill_row(3, "V-2", "B")]
    keys = [BillKey(vendor_id="V-1", number="A"), BillKey(vendor_id="V-2", number="B")]

    found = make_client(FakeTransport(page("APBILL", *rows))).find_bills(keys)

    assert [bill.record_no for bill in found] == [1, 3]


def test_several_bills_under_one_number_are_all_found_whatever_their_case_and_blanks() -> None:
    rows = [bill_row(1, "V-1", "inv-1"), bill_row(2, "v-1 ", "INV-1")]

    found = make_client(FakeTransport(page("APBILL", *rows))).find_bills(
        [BillKey(vendor_id="V-1", number="INV-1\x00")]
    )

    assert [bill.record_no for bill in found] == [1, 2]


def test_five_thousand_keys_go_into_one_query_of_lists_of_a_thousand() -> None:
    transport = FakeTransport(page("APBILL"))
    keys = [BillKey(vendor_id="V-1", number=str(number)) for number in range(5001)]

    make_client(transport).find_bills(keys)

    lists = [sent.root.findall(".//in[field='RECORDID']") for sent in transport.calls]
    assert [[len(each.findall("value")) for each in some] for some in lists] == [[1000] * 5, [1]]


def test_no_keys_are_no_request() -> None:
    transport = FakeTransport()

    assert make_client(transport).find_bills([]) == ()
    assert transport.sent == []


def test_a_row_shows_its_record_and_not_its_values() -> None:
    row = Row(object="VENDOR", record_no=7, values={"TAXID": "55-1234567"})

    assert repr(row) == "Row(object='VENDOR', record_no=7)"
