"""read, readByName, readByQuery, readMore, lookup, inspect, readUserFormatting."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill, compare, query


def by_query(where: str, more: str = "<fields>VENDORID</fields>") -> str:
    escaped = where.replace("<", "&lt;")
    return f"<readByQuery><object>VENDOR</object><query>{escaped}</query>{more}</readByQuery>"


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("", "V1 V2 V3"),
        ("STATUS = 'T'", "V1 V2"),
        ("STATUS = 'F'", "V3"),
        ("STATUS = 'active'", ""),
        ("NAME like 'A%' or VENDORID in ('V2', 'V9')", "V1 V2"),
        ("not (VENDORID = 'V1' or NAME not like 'c%')", "V3"),
        ("VENDORID != 'V1' AND VENDORID <> 'V2'", "V3"),
        ("CREDITLIMIT >= 900 and CREDITLIMIT < 1000", "V1"),
        ("CREDITLIMIT <= 50.5", "V3"),
        ("CREDITLIMIT > 900", "V2"),
        ("TERMNAME IS NULL", "V3"),
        ("TERMNAME is not null and VENDORID not in ('V1')", "V2"),
        (r"NAME = 'Erin\'s'", ""),
        ("WHENMODIFIED > '01/01/2020 00:00:00'", "V1 V2 V3"),
        ("ONHOLD = 'F'", "V1 V2 V3"),
        ("ONHOLD = 'T'", ""),
    ],
)
def test_a_query_string_is_understood(gateway: Gateway, where: str, found: str) -> None:
    result = gateway.ask(by_query(where)).result

    assert " ".join(sorted(result.column("VENDORID"))) == found
    assert {record.tag for record in result.data} <= {"vendor"}
    assert result.data.get("listtype") == "vendor"


@pytest.mark.parametrize(
    "where",
    [
        "NAME",
        "NAME =",
        "NAME = x",
        "NAME = 'a' ORDER BY NAME",
        "(NAME = 'a'",
        "NAME in 'a'",
        "= 'a'",
        "NAME is 'a'",
        "'",
    ],
)
def test_a_query_string_nobody_can_read_is_an_error(gateway: Gateway, where: str) -> None:
    (number, _), *_ = gateway.ask(by_query(where)).result.errors

    assert number in {"DL02000001", "XL03000010"}


def test_pages_are_read_on_until_nothing_remains(gateway: Gateway) -> None:
    session = gateway.open_session()
    first = gateway.ask(by_query("", "<fields>*</fields><pagesize>2</pagesize>"), auth=session).result
    result_id = first.data.get("resultId")

    second = gateway.ask(f"<readMore><resultId>{result_id}</resultId></readMore>", auth=session).result
    third = gateway.ask("<readMore><object>VENDOR</object></readMore>", auth=session).result

    counts = [(each.data.get("count"), each.data.get("numremaining")) for each in (first, second, third)]
    assert counts == [("2", "1"), ("1", "0"), ("0", "0")]
    assert sorted(first.column("VENDORID") + second.column("VENDORID")) == ["V1", "V2", "V3"]


def test_a_result_id_expires_and_belongs_to_its_user(gateway: Gateway) -> None:
    data = gateway.ask(by_query("", "<pagesize>1</pagesize>")).result.data
    more = f"<readMore><resultId>{data.get('resultId')}</resultId></readMore>"

    assert gateway.ask(more, auth=gateway.open_session("E1")).result.errors[0][0] == "Query Failed"
    gateway.admin("POST", "/clock", {"advance": 1801})
    assert gateway.ask(more).result.errors[0][0] == "Query Failed"


def test_rows_of_a_query_string_come_in_no_order(gateway: Gateway) -> None:
    orders = {tuple(gateway.ask(by_query("")).result.column("VENDORID")) for _ in range(40)}

    assert len(orders) > 1


def test_a_bill_is_read_with_its_lines(gateway: Gateway) -> None:
    gateway.ask(bill({}, {}, {"TRX_AMOUNT": "2"}))

    read = gateway.ask("<read><object>APBILL</object><keys>1,9</keys></read>").result
    named = gateway.ask(
        "<readByName><object>APBILL</object><keys>INV-1</keys><fields>STATE</fields></readByName>"
    )

    assert [each.text for each in read.data.iterfind("apbill/APBILLITEMS/apbillitem/AMOUNT")] == [
        "118.40",
        "2.00",
    ]
    assert read.data.get("count") == "1"
    assert [each.tag for each in named.result.data[0]] == ["STATE"]


@pytest.mark.parametrize(
    "body",
    [
        "<read><object>VENDOR</object></read>",
        "<read><object>VENDOR</object><keys>1</keys><keys>2</keys></read>",
        "<readByQuery><object>VENDOR</object></readByQuery>",
        by_query("", "<orderby>NAME</orderby>"),
        by_query("", "<pagesize>1001</pagesize>"),
        "<readMore></readMore>",
        "<readMore><page>2</page></readMore>",
        '<lookup detail="1"><object>VENDOR</object></lookup>',
    ],
)
def test_a_breach_of_form_refuses_the_whole_request(gateway: Gateway, body: str) -> None:
    assert gateway.ask(body).control_errors[0][0] == "XL03000003"


@pytest.mark.parametrize("function", ["lookup", "inspect"])
def test_an_object_there_is_not_cannot_be_described(gateway: Gateway, function: str) -> None:
    errors = gateway.ask(f"<{function}><object>APPLE</object></{function}>").result.errors

    assert errors == [("XL03000009", "Object definition APPLE not found")]


def test_lookup_tells_types_and_values(gateway: Gateway) -> None:
    data = gateway.ask("<lookup><object>VENDOR</object></lookup>").result.data

    fields = {each.findtext("ID"): each for each in data.iter("Field")}
    types = {name: fields[name].findtext("DATATYPE") for name in ("NAME", "STATUS", "ONHOLD", "WHENMODIFIED")}
    assert types == {"NAME": "TEXT", "STATUS": "ENUM", "ONHOLD": "BOOLEAN", "WHENMODIFIED": "TIMESTAMP"}
    assert [each.text for each in fields["STATUS"].iter("VALIDVALUE")] == ["active", "inactive"]


def test_inspect_lists_objects_and_fields(gateway: Gateway) -> None:
    objects = gateway.ask("<inspect><object>*</object></inspect>").result.data
    plain = gateway.ask("<inspect><object>CLASS</object></inspect>").result.data
    detailed = gateway.ask('<inspect detail="1"><object>CLASS</object></inspect>').result.data

    assert "APBILL" in [each.text for each in objects]
    assert "CLASSID" in [each.text for each in plain.iter("Field")]
    assert "CLASSID" in [each.text for each in detailed.iter("Name")]


def test_time_stamps_are_in_the_users_zone(gateway: Gateway) -> None:
    gateway.admin("POST", "/clock", {"now": "2030-06-01T03:00:00+00:00"})
    gateway.ask(bill())
    gateway.admin("POST", "/settings", {"gmt_offset": "-08:00"})

    formatting = gateway.ask("<readUserFormatting><userId>clerk</userId></readUserFormatting>").result
    rows = gateway.ask(query("APBILL", "WHENMODIFIED WHENCREATED")).result
    later = compare("greaterthan", "WHENMODIFIED", "05/31/2030 18:59:59")
    latest = compare("greaterthan", "WHENMODIFIED", "05/31/2030 20:00:00")

    assert formatting.data.findtext("userformatting/gmtoffset") == "-08:00"
    assert rows.column("WHENMODIFIED")[0].startswith("05/31/2030 19:00:0")
    assert rows.column("WHENCREATED") == ["01/31/2030"]
    assert [len(gateway.ask(query("APBILL", "RECORDNO", each)).result.data) for each in (later, latest)] == [
        1,
        0,
    ]


def test_the_formatting_of_a_user_there_is_not(gateway: Gateway) -> None:
    errors = gateway.ask("<readUserFormatting><userId>nobody</userId></readUserFormatting>").result.errors

    assert errors == [("BL01001973", "Invalid User 'nobody' specified.")]
