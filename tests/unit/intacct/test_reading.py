"""All other ways to read: typed records with custom fields, aggregates, keys, names, and the older language."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.unit.intacct.gateway_fakes import (
    FakeTransport,
    Reaction,
    Sent,
    answer,
    data_answer,
    error,
    make_client,
    page,
    refused,
    result,
)

from ml_connector.intacct import (
    Aggregate,
    Answer,
    AnswerUnreadable,
    AuditEntry,
    Bill,
    ClassDim,
    Department,
    Item,
    PermissionDenied,
    Query,
    Vendor,
    VendorDetail,
    compare,
    quote,
)
from ml_connector.intacct.reading.reader import Reader

BOLT = {
    "RECORDNO": "7",
    "ITEMID": "BOLT-M8",
    "STANDARD_COST": "0.296",
    "WHENMODIFIED": "01/02/2030 00:30:05",
    "REGION": "North",
}


def read_through(*reactions: Reaction) -> tuple[Reader, FakeTransport]:
    transport = FakeTransport(*reactions)
    return make_client(transport).reading, transport


def test_records_are_typed_and_custom_fields_are_kept() -> None:
    reader, transport = read_through(page("ITEM", BOLT))

    (entry,) = reader.list_records(Item, custom=("REGION",), where=compare("STATUS", "equalto", "active"))

    assert (entry.record_no, entry.record.item_id, entry.record.standard_cost) == (
        7,
        "BOLT-M8",
        Decimal("0.296"),
    )
    assert entry.record.modified == entry.modified == datetime(2030, 1, 2, 8, 30, 5, tzinfo=UTC)
    assert entry.custom == {"REGION": "North"}
    selected = [field.text for field in transport.calls[0].root.iterfind(".//select/field")]
    assert selected == ["RECORDNO", *Item.FIELDS, "REGION"]


def test_a_field_that_a_company_cannot_query_is_left_out() -> None:
    reader, transport = read_through(page("VENDOR", {"RECORDNO": "1", "NAME": "x"}))

    (entry,) = reader.list_records(Vendor, without=["TAXID"])

    assert entry.record.tax_id == ""
    assert "TAXID" not in {field.text for field in transport.calls[0].root.iterfind(".//select/field")}


def test_the_fields_of_a_bill_are_read_by_their_types() -> None:
    row = {
        "RECORDNO": "5",
        "RECORDID": "INV-1",
        "WHENCREATED": "01/02/2030",
        "TRX_TOTALDUE": "118.40",
        "ONHOLD": "true",
        "STATE": "Posted",
    }
    reader, _ = read_through(page("APBILL", row))

    (entry,) = reader.list_records(Bill)

    bill = entry.record
    assert (bill.number, bill.date, bill.due, bill.on_hold, bill.state) == (
        "INV-1",
        date(2030, 1, 2),
        Decimal("118.40"),
        True,
        "Posted",
    )
    assert (bill.due_date, bill.total, bill.modified) == (None, None, None)


def test_the_audit_trail_is_paged_by_its_own_id() -> None:
    first = [{"ID": str(number), "OBJECTKEY": "V"} for number in range(1, 1001)]
    reader, transport = read_through(
        page("AUDITHISTORY", *first, remaining=1), page("AUDITHISTORY", {"ID": "1001"})
    )

    entries = list(reader.list_records(AuditEntry))

    assert len(entries) == 1001
    assert transport.calls[1].text(".//greaterthan/field") == "ID"


def test_only_what_was_changed_since_is_read_and_what_has_no_time_stamp() -> None:
    reader, transport = read_through(
        page("DEPARTMENT", {"RECORDNO": "1", "WHENMODIFIED": "01/02/2030 00:30:05"})
    )

    (entry,) = reader.list_records(Department, changed_since=datetime(2030, 1, 2, 8, tzinfo=UTC))

    assert (entry.modified, entry.custom) == (datetime(2030, 1, 2, 8, 30, 5, tzinfo=UTC), {})
    query = transport.calls[0]
    assert query.text(".//filter/or/greaterthanorequalto/value") == "01/02/2030 00:00:00"
    assert query.text(".//filter/or/isnull/field") == "WHENMODIFIED"


def test_a_page_is_as_large_as_was_asked() -> None:
    reader, transport = read_through(
        page("CLASS", {"RECORDNO": "1"}, {"RECORDNO": "2"}, remaining=1), page("CLASS", {"RECORDNO": "3"})
    )

    entries = list(reader.list_records(ClassDim, page_size=2))

    assert [entry.record_no for entry in entries] == [1, 2, 3]
    assert [sent.text(".//query/pagesize") for sent in transport.calls] == ["2", "2"]


@pytest.mark.parametrize("size", [0, 2001])
def test_a_page_of_a_size_that_intacct_does_not_know_is_not_asked_for(size: int) -> None:
    reader, transport = read_through(page("CLASS"))

    with pytest.raises(ValueError, match=f"page_size is {size}; give 1 to 2000"):
        reader.list_records(ClassDim, page_size=size)
    assert transport.sent == []


def test_ids_are_all_that_is_read_of_many_records() -> None:
    reader, transport = read_through(page("CLASS", {"RECORDNO": "1"}, {"RECORDNO": "3"}))

    assert list(reader.list_ids(ClassDim)) == [1, 3]
    assert [field.text for field in transport.calls[0].root.iterfind(".//select/field")] == ["RECORDNO"]


def test_a_count_is_one_request() -> None:
    reader, transport = read_through(page("VENDOR", {"COUNT.RECORDNO": "2362"}))

    assert reader.count(Vendor, where=compare("STATUS", "equalto", "active")) == 2362
    assert transport.calls[0].text(".//query/object") == "VENDOR"
    assert transport.calls[0].text(".//select/count") == "RECORDNO"


def test_aggregates_come_as_one_row() -> None:
    reader, _ = read_through(page("APBILL", {"SUM.TOTALDUE": "12.50", "MAX.WHENDUE": "01/02/2030"}))
    wanted = [Aggregate(measure="sum", field="TOTALDUE"), Aggregate(measure="max", field="WHENDUE")]

    row = reader.aggregate("APBILL", wanted)

    assert (row.decimal("SUM.TOTALDUE"), row.date("MAX.WHENDUE")) == (Decimal("12.50"), date(2030, 1, 2))


@pytest.mark.parametrize(
    ("reaction", "said"),
    [
        (page("VENDOR"), "0 rows where one of aggregates"),
        (page("VENDOR", {"X": "1"}), "no COUNT.RECORDNO"),
        (page("VENDOR", {"COUNT.RECORDNO": ""}), "no COUNT.RECORDNO"),
    ],
)
def test_a_count_that_is_not_there_is_no_zero(reaction: Reaction, said: str) -> None:
    reader, _ = read_through(reaction)

    with pytest.raises(AnswerUnreadable, match=said):
        reader.count("VENDOR")


def test_a_sum_that_is_not_under_its_name_is_no_zero() -> None:
    reader, _ = read_through(page("APBILL", {"TOTALDUE": "5.00", "MAX.WHENDUE": ""}))
    wanted = [Aggregate(measure="sum", field="TOTALDUE"), Aggregate(measure="max", field="WHENDUE")]

    with pytest.raises(AnswerUnreadable, match=r"query APBILL: the answer has no SUM\.TOTALDUE$"):
        reader.aggregate("APBILL", wanted)


READ_BILL = data_answer(
    '<data listtype="apbill" count="1"><apbill><recordno>5</recordno><VENDORID>V-1</VENDORID>'
    "<SHIPTO><CONTACTNAME>Ada</CONTACTNAME><MAILADDRESS><CITY>Akron</CITY></MAILADDRESS></SHIPTO>"
    "<APBILLITEMS><apbillitem><RECORDNO>51</RECORDNO><TRX_AMOUNT>1.50</TRX_AMOUNT></apbillitem>"
    "<apbillitem><RECORDNO>52</RECORDNO><TRX_AMOUNT>2.50</TRX_AMOUNT></apbillitem></APBILLITEMS>"
    "</apbill></data>"
)


def test_a_record_read_by_key_has_its_lines_and_its_parts() -> None:
    reader, transport = read_through(READ_BILL)

    (row,) = reader.read("APBILL", [5])

    assert (row.record_no, row.text("VENDORID")) == (5, "V-1")
    assert (row.text("SHIPTO.CONTACTNAME"), row.text("SHIPTO.MAILADDRESS.CITY")) == ("Ada", "Akron")
    assert [line.decimal("TRX_AMOUNT") for line in row.lines["APBILLITEMS"]] == [
        Decimal("1.50"),
        Decimal("2.50"),
    ]
    assert transport.calls[0].text(".//read/keys") == "5"
    assert transport.calls[0].text(".//read/fields") == "*"


def test_250_keys_are_read_in_three_requests() -> None:
    reader, transport = read_through(READ_BILL)

    assert len(list(reader.read("APBILL", range(1, 251)))) == 3
    assert [len((sent.text(".//keys") or "").split(",")) for sent in transport.calls] == [100, 100, 50]


def test_records_are_read_by_name() -> None:
    reader, transport = read_through(READ_BILL)

    list(reader.read_by_name("VENDOR", ["V-1", "V-2"], fields=("NAME", "STATUS")))

    assert transport.calls[0].text(".//readByName/keys") == "V-1,V-2"
    assert transport.calls[0].text(".//readByName/fields") == "NAME,STATUS"


def test_a_name_with_a_comma_would_be_two_names() -> None:
    reader, _ = read_through(READ_BILL)

    with pytest.raises(ValueError, match="'V,1' has a comma"):
        reader.read_by_name("VENDOR", ["V,1"])


def more(number: int, remaining: int, result_id: str = "r1") -> Callable[[Sent], Answer]:
    return data_answer(
        f'<data listtype="vendor" count="1" totalcount="3" numremaining="{remaining}" resultId="{result_id}">'
        f"<vendor><RECORDNO>{number}</RECORDNO></vendor></data>"
    )


def test_the_older_language_reads_on_by_the_results_id() -> None:
    reader, transport = read_through(more(9, 2), more(1, 1), more(4, 0))

    rows = list(reader.read_by_query("VENDOR", "NAME = " + quote("O'Brien & Co")))

    assert [row.record_no for row in rows] == [9, 1, 4]
    assert transport.calls[0].text(".//readByQuery/query") == "NAME = 'O\\'Brien & Co'"
    assert [sent.text(".//readMore/resultId") for sent in transport.calls[1:]] == ["r1", "r1"]


def test_rows_that_remain_and_cannot_be_read_are_not_given_up_in_silence() -> None:
    reader, _ = read_through(more(9, 2, ""))
    with pytest.raises(AnswerUnreadable, match="no resultId"):
        list(reader.read_by_query("VENDOR"))

    silent = (
        '<data listtype="vendor" count="1" totalcount="50"><vendor><RECORDNO>1</RECORDNO></vendor></data>'
    )
    reader, _ = read_through(data_answer(silent))
    with pytest.raises(AnswerUnreadable, match="does not say how many rows remain"):
        list(reader.read_by_query("VENDOR"))

    reader, _ = read_through(more(9, 2), data_answer('<data count="0" numremaining="2"/>'))
    with pytest.raises(AnswerUnreadable, match="no rows where 2 remain"):
        list(reader.read_by_query("VENDOR"))


def test_a_read_that_is_not_permitted_says_so() -> None:
    reader, _ = read_through(answer(refused("read:VENDOR", error("PL04000005", "no"), function="read")))

    with pytest.raises(PermissionDenied, match="read VENDOR"):
        list(reader.read("VENDOR", [1]))


def test_success_without_data_is_no_answer() -> None:
    reader, _ = read_through(answer(result("read:VENDOR", function="read")))

    with pytest.raises(AnswerUnreadable, match="read VENDOR: success, but no data"):
        list(reader.read("VENDOR", [1]))


def test_a_vendor_names_the_fields_of_its_contact() -> None:
    row = {"RECORDNO": "1", "VENDORID": "V-1", "DISPLAYCONTACT.EMAIL1": "ar@x.example", "CREDITLIMIT": ""}
    reader, _ = read_through(page("VENDOR", row))

    (entry,) = reader.list_records(VendorDetail)

    assert (entry.record.email, entry.record.credit_limit) == ("ar@x.example", None)


@pytest.mark.parametrize("page_size", [0, 1001])
def test_the_older_language_knows_no_larger_pages(page_size: int) -> None:
    reader, transport = read_through()

    with pytest.raises(ValueError, match=f"page_size is {page_size}; give 1 to 1000"):
        next(reader.read_by_query("VENDOR", page_size=page_size))

    assert transport.calls == []


def test_a_query_may_look_for_a_document_in_an_entity() -> None:
    reader, transport = read_through(page("PODOCUMENT"))

    list(reader.query(Query(object="PODOCUMENT", fields=("DOCID",), document="PO"), entity="E1"))

    assert transport.logins[0].text(".//locationid") == "E1"
    assert transport.calls[0].text(".//docparid") == "PO"


LOOKUP = data_answer(
    '<data listtype="All" count="1"><Type Name="VENDOR" DocumentType=""><Fields><Field><ID>STATUS</ID>'
    "<LABEL>Status</LABEL><DESCRIPTION>x</DESCRIPTION><REQUIRED>true</REQUIRED><READONLY>false</READONLY>"
    "<DATATYPE>ENUM</DATATYPE><ISCUSTOM>false</ISCUSTOM>"
    "<VALIDVALUES><VALIDVALUE>active</VALIDVALUE><VALIDVALUE>inactive</VALIDVALUE></VALIDVALUES></Field>"
    "<Field><ID>REGION</ID><ISCUSTOM>true</ISCUSTOM></Field></Fields><Relationships><Relationship>"
    "<OBJECTPATH>PARENT</OBJECTPATH><OBJECTNAME>VENDOR</OBJECTNAME><LABEL>Parent</LABEL>"
    "<RELATIONSHIPTYPE>MANY2ONE</RELATIONSHIPTYPE><RELATEDBY>PARENTID</RELATEDBY>"
    "</Relationship></Relationships></Type></data>"
)


def test_lookup_tells_fields_values_and_relations() -> None:
    reader, transport = read_through(LOOKUP)

    definition = reader.lookup("VENDOR", document="PO")

    status, _ = definition.fields
    assert (status.name, status.required, status.data_type, status.values) == (
        "STATUS",
        True,
        "ENUM",
        ("active", "inactive"),
    )
    assert definition.custom_fields == ("REGION",)
    assert [(each.path, each.object, each.field) for each in definition.relationships] == [
        ("PARENT", "VENDOR", "PARENTID")
    ]
    assert transport.calls[0].text(".//lookup/docparid") == "PO"


def test_inspect_tells_lengths() -> None:
    reader, transport = read_through(
        data_answer(
            '<data><Type Name="VENDOR"><Fields><Field><Name>VENDORID</Name><maxLength>20</maxLength>'
            "<isRequired>true</isRequired></Field><Field>NAME</Field>"
            "<Field><Name>X</Name><maxLength>0</maxLength></Field></Fields></Type></data>"
        )
    )

    fields = reader.inspect("VENDOR").fields

    assert [(each.name, each.max_length, each.required) for each in fields] == [
        ("VENDORID", 20, True),
        ("NAME", None, False),
        ("X", None, False),
    ]
    function = transport.calls[0].root.find(".//inspect")
    assert function is not None
    assert function.get("detail") == "1"


def test_the_names_of_all_objects_are_listed() -> None:
    reader, transport = read_through(
        data_answer('<data><type typename="vendor">Vendor</type><Type Name="CLASS"/><type>item</type></data>')
    )

    assert reader.list_object_names() == ("vendor", "CLASS", "item")
    assert transport.calls[0].text(".//inspect/object") == "*"


@pytest.mark.parametrize("data", ["<data/>", ""])
def test_a_definition_that_is_not_there_is_no_answer(data: str) -> None:
    reader, _ = read_through(data_answer(data))

    with pytest.raises(AnswerUnreadable, match="lookup VENDOR: success, but no <Type>"):
        reader.lookup("VENDOR")
    with pytest.raises(AnswerUnreadable, match="inspect VENDOR: success, but no <Type>"):
        reader.inspect("VENDOR")
    assert reader.list_object_names() == ()
