"""Queries: filters, order, pages, aggregates, and what cannot be asked."""

import pytest
from tests.contract.simulators.intacct.driver import LINE, SEED, Gateway, bill, compare, query

ASCENDING = "<orderby><order><field>RECORDNO</field><ascending/></order></orderby>"

ACTIVE = compare("equalto", "STATUS", "active")


def ask_ids(gateway: Gateway, where: str, more: str = "") -> list[str]:
    return sorted(gateway.ask(query("VENDOR", "VENDORID", where, more)).result.column("VENDORID"))


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (compare("equalto", "VENDORID", "V1"), ["V1"]),
        (compare("equalto", "VENDORID", "v1"), []),
        (compare("equalto", "STATUS", "active"), ["V1", "V2"]),
        (compare("notequalto", "VENDORID", "V1"), ["V2", "V3"]),
        (compare("lessthan", "RECORDNO", "2"), ["V1"]),
        (compare("lessthanorequalto", "RECORDNO", "2"), ["V1", "V2"]),
        (compare("greaterthan", "RECORDNO", "2"), ["V3"]),
        (compare("greaterthanorequalto", "CREDITLIMIT", "900"), ["V1", "V2"]),
        (compare("between", "CREDITLIMIT", "50.50", "900"), ["V1", "V3"]),
        (compare("in", "VENDORID", "V1", "V3", "V9"), ["V1", "V3"]),
        (compare("in", "RECORDNO", "1", "3"), ["V1", "V3"]),
        (compare("in", "CREDITLIMIT", "50.50", "1000"), ["V2", "V3"]),
        (compare("notin", "VENDORID", "V1", "V3"), ["V2"]),
        (compare("like", "NAME", "%Bolts"), ["V1"]),
        (compare("like", "NAME", "_lnwick%"), ["V1"]),
        (compare("like", "NAME", "alnwick%"), []),
        (compare("like", "NAME", "*"), []),
        (compare("notlike", "NAME", "%u%"), ["V1", "V3"]),
        (compare("isnull", "TERMNAME"), ["V3"]),
        (compare("isnotnull", "TERMNAME"), ["V1", "V2"]),
        (
            f"<and>{compare('equalto', 'STATUS', 'active')}{compare('equalto', 'NAME', 'Alnwick Bolts')}</and>",
            ["V1"],
        ),
        (
            f"<or><and>{compare('isnull', 'TERMNAME')}{ACTIVE}</and>{compare('equalto', 'VENDORID', 'V2')}</or>",
            ["V2"],
        ),
    ],
)
def test_a_filter_finds_what_it_says(gateway: Gateway, where: str, found: list[str]) -> None:
    assert ask_ids(gateway, where) == found


def test_case_is_ignored_when_asked_to(gateway: Gateway) -> None:
    options = "<options><caseinsensitive>true</caseinsensitive></options>"

    assert ask_ids(gateway, compare("equalto", "VENDORID", "v1"), options) == ["V1"]
    assert ask_ids(gateway, compare("like", "NAME", "%STEEL"), options) == ["V3"]
    assert ask_ids(gateway, compare("in", "VENDORID", "v1", "v2"), options) == ["V1", "V2"]


def test_a_thousand_values_and_a_thousand_alternatives_are_taken(gateway: Gateway) -> None:
    ids = [f"V{number}" for number in range(2, 1002)]
    alternatives = "".join(compare("equalto", "VENDORID", each) for each in ids)

    assert ask_ids(gateway, compare("in", "VENDORID", *ids)) == ["V2", "V3"]
    assert ask_ids(gateway, f"<or>{alternatives}</or>") == ["V2", "V3"]


@pytest.mark.parametrize(
    "where",
    [
        compare("in", "VENDORID", *(f"V{number}" for number in range(1001))),
        compare("in", "VENDORID"),
        compare("between", "RECORDNO", "1"),
        compare("equalto", "VENDORID", "V1", "V2"),
        compare("isnull", "VENDORID", "V1"),
        compare("is", "VENDORID", "V1"),
        f"<and>{compare('equalto', 'VENDORID', 'V1')}</and>",
        compare("isnull", "NAME") + compare("isnull", "STATUS"),
        "<equalto><value>V1</value><field>VENDORID</field></equalto>",
    ],
)
def test_a_filter_out_of_form_refuses_the_request(gateway: Gateway, where: str) -> None:
    assert gateway.ask(query("VENDOR", "VENDORID", where)).control_errors[0][0] == "XL03000003"


@pytest.mark.parametrize(
    "body",
    [
        "<query><select><field>NAME</field></select></query>",
        "<query><object>VENDOR</object></query>",
        "<query><object>VENDOR</object><select/></query>",
        "<query><object>VENDOR</object><select><all/></select></query>",
        query("VENDOR", "NAME", more="<pagesize>0</pagesize>"),
        query("VENDOR", "NAME", more="<pagesize>2001</pagesize>"),
        query("VENDOR", "NAME", more="<pagesize>ten</pagesize>"),
        query("VENDOR", "NAME", more="<offset>-1</offset>"),
        query("VENDOR", "NAME", more="<limit>1</limit>"),
        query("VENDOR", "NAME", more="<offset>1</offset><offset>1</offset>"),
        query("VENDOR", "NAME", more="<options><showprivate>true</showprivate><caseinsensitive>true</caseinsensitive></options>"),
        query("VENDOR", "NAME", more="<orderby><order><field>NAME</field><up/></order></orderby>"),
        query("VENDOR", "NAME", more="<orderby/>"),
    ],
)  # fmt: skip
def test_a_query_out_of_form_refuses_the_request(gateway: Gateway, body: str) -> None:
    assert gateway.ask(body).control_errors[0][0] == "XL03000003"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (query("VENDER", "NAME"), ("XL03000009", "Object definition VENDER not found")),
        (query("VENDOR", "NAME TITLE"), ("XL03000006", "The following fields cannot be queried: TITLE")),
        (query("VENDOR", "*"), ("XL03000006", "The following fields cannot be queried: *")),
        (
            query("VENDOR", "NAME", compare("equalto", "TITLE", "x")),
            ("XL03000010", "Field TITLE does not exist on object VENDOR."),
        ),
        (
            query("VENDOR", "NAME", more="<orderby><order><field>TITLE</field></order></orderby>"),
            ("XL03000010", "Field TITLE does not exist on object VENDOR."),
        ),
        (
            query("VENDOR", "NAME", compare("equalto", "RECORDNO", "one")),
            ("DL02000001", "There was an error processing the request."),
        ),
        (
            query("VENDOR", "NAME", compare("greaterthan", "CREDITLIMIT", "1,000")),
            ("DL02000001", "There was an error processing the request."),
        ),
        (
            query("VENDOR", "NAME", compare("greaterthan", "WHENMODIFIED", "2030-01-01T00:00:00")),
            ("DL02000001", "There was an error processing the request."),
        ),
        (
            query("PROJECT", "NAME", compare("greaterthan", "BEGINDATE", "2030-01-01")),
            ("DL02000001", "There was an error processing the request."),
        ),
        (
            query("VENDOR", "NAME", more="<options><returnformat>json</returnformat></options>"),
            ("SIMULATOR", "returnformat json is not simulated"),
        ),
    ],
)
def test_a_query_for_what_is_not_there_fails_alone(
    gateway: Gateway, body: str, error: tuple[str, str]
) -> None:
    answer = gateway.ask(body, query("VENDOR", "NAME"))

    assert [each.status for each in answer.results] == ["failure", "success"]
    assert answer.results[0].errors == [error]


def test_days_compare_as_days_and_are_written_month_first(gateway: Gateway) -> None:
    later = compare("greaterthan", "BEGINDATE", "02/28/2030")

    result = gateway.ask(query("PROJECT", "PROJECTID BEGINDATE", later)).result

    assert result.column("PROJECTID") == ["P1"]
    assert result.column("BEGINDATE") == ["03/01/2030"]


def test_moments_compare_to_the_second(gateway: Gateway) -> None:
    gateway.admin("POST", "/clock", {"now": "2030-05-06T07:08:00+00:00"})
    gateway.admin("POST", "/settings", {"session_minutes": 600})
    gateway.ask(bill())

    def count(operator: str, value: str) -> int:
        return len(
            gateway.ask(query("APBILL", "WHENMODIFIED", compare(operator, "WHENMODIFIED", value))).result.data
        )

    assert count("greaterthanorequalto", "05/06/2030 07:08:00") == 1
    assert count("greaterthan", "05/06/2030 07:09:00") == 0
    assert count("greaterthan", "05/06/2030") == 1
    assert (
        gateway.ask(query("APBILL", "WHENMODIFIED"))
        .result.column("WHENMODIFIED")[0]
        .startswith("05/06/2030 07:08:0")
    )


def test_the_attributes_of_a_page_count_rows(gateway: Gateway) -> None:
    page = gateway.ask(
        query("VENDOR", "VENDORID", more=f"{ASCENDING}<pagesize>2</pagesize><offset>1</offset>")
    ).result

    assert {str(name): value for name, value in page.data.items()} == {
        "listtype": "VENDOR",
        "totalcount": "3",
        "offset": "1",
        "count": "2",
        "numremaining": "0",
    }
    assert [record.tag for record in page.data] == ["VENDOR", "VENDOR"]
    assert page.column("VENDORID") == ["V2", "V3"]


def test_nothing_found_is_a_success_with_no_rows(gateway: Gateway) -> None:
    result = gateway.ask(query("VENDOR", "VENDORID", compare("equalto", "NAME", "Nobody"))).result

    assert (result.status, len(result.data)) == ("success", 0)
    assert (result.data.get("totalcount"), result.data.get("count"), result.data.get("numremaining")) == (
        "0",
        "0",
        "0",
    )


def test_pages_behind_the_last_row_are_empty(gateway: Gateway) -> None:
    result = gateway.ask(query("VENDOR", "VENDORID", more="<offset>10</offset>")).result

    assert (result.data.get("count"), result.data.get("numremaining")) == ("0", "0")


def test_a_page_holds_a_hundred_rows_when_nothing_is_said(gateway: Gateway) -> None:
    many = [{"CLASSID": f"K{number}", "NAME": "x"} for number in range(150)]
    gateway.admin("POST", "/seed", {"company": SEED["company"], "objects": {"CLASS": many}})

    data = gateway.ask(query("CLASS", "CLASSID")).result.data

    assert (data.get("count"), data.get("numremaining")) == ("100", "51")


def test_rows_without_an_order_come_shuffled(gateway: Gateway) -> None:
    many = [{"CLASSID": f"K{number:03d}", "NAME": "x"} for number in range(100)]
    gateway.admin("POST", "/seed", {"company": SEED["company"], "objects": {"CLASS": many}})

    orders = [gateway.ask(query("CLASS", "CLASSID")).result.column("CLASSID") for _ in range(2)]

    assert orders[0] != orders[1]
    assert orders[0] != sorted(orders[0])


def test_rows_come_in_the_order_asked_for(gateway: Gateway) -> None:
    order = "<orderby><order><field>STATUS</field><ascending/></order><order><field>VENDORID</field><descending/></order></orderby>"

    result = gateway.ask(query("VENDOR", "VENDORID", more=order)).result

    assert result.column("VENDORID") == ["V2", "V1", "V3"]


def test_numbers_are_ordered_as_numbers(gateway: Gateway) -> None:
    order = "<orderby><order><field>CREDITLIMIT</field><descending/></order></orderby>"

    result = gateway.ask(query("VENDOR", "CREDITLIMIT", more=order)).result

    assert result.column("CREDITLIMIT") == ["1000.00", "900.00", "50.5"]


def test_paging_by_the_last_record_number_gives_each_row_once(gateway: Gateway) -> None:
    many = [{"CLASSID": f"K{number:03d}", "NAME": "x"} for number in range(250)]
    gateway.admin("POST", "/seed", {"company": SEED["company"], "objects": {"CLASS": many}})
    last, seen = "0", list[str]()

    while True:
        where = compare("greaterthan", "RECORDNO", last)
        page = gateway.ask(
            query("CLASS", "RECORDNO CLASSID", where, f"{ASCENDING}<pagesize>100</pagesize>")
        ).result
        if not len(page.data):
            break
        seen += page.column("CLASSID")
        last = page.column("RECORDNO")[-1]

    assert len(seen) == len(set(seen)) == 251


def test_aggregates_are_answered_under_their_own_names(gateway: Gateway) -> None:
    names = ("count", "sum", "min", "max", "avg")
    select = "".join(f"<{name}>CREDITLIMIT</{name}>" for name in names)

    (row,) = gateway.ask(f"<query><object>VENDOR</object><select>{select}</select></query>").result.data

    assert {str(each.tag): each.text for each in row} == {
        "COUNT.CREDITLIMIT": "3",
        "SUM.CREDITLIMIT": "1950.50",
        "MIN.CREDITLIMIT": "50.50",
        "MAX.CREDITLIMIT": "1000.00",
        "AVG.CREDITLIMIT": "650.17",
    }


def test_a_plain_field_beside_an_aggregate_groups(gateway: Gateway) -> None:
    select = "<select><field>STATUS</field><count>RECORDNO</count></select>"
    order = "<orderby><order><field>STATUS</field></order></orderby>"

    result = gateway.ask(f"<query><object>VENDOR</object>{select}{order}</query>").result

    assert list(zip(result.column("STATUS"), result.column("COUNT.RECORDNO"), strict=True)) == [
        ("active", "2"),
        ("inactive", "1"),
    ]
    assert result.data.get("totalcount") == "2"


def test_texts_cannot_be_added(gateway: Gateway) -> None:
    result = gateway.ask("<query><object>VENDOR</object><select><sum>NAME</sum></select></query>").result

    assert result.errors[0][0] == "DL02000001"


def test_cents_add_up_exactly(gateway: Gateway) -> None:
    gateway.ask(bill({}, *({**LINE, "TRX_AMOUNT": "0.10"} for _ in range(30))))

    (row,) = gateway.ask(
        "<query><object>APBILLITEM</object><select><sum>AMOUNT</sum></select></query>"
    ).result.data

    assert row.findtext("SUM.AMOUNT") == "3.00"


def test_a_bill_is_found_by_vendor_and_number(gateway: Gateway) -> None:
    gateway.ask(bill({"RECORDID": "INV-7 <&>"}), bill({"VENDORID": "V2"}))
    keys = f"<and>{compare('in', 'VENDORID', 'V1', 'V2')}{compare('in', 'RECORDID', 'INV-7 <&>')}</and>"

    result = gateway.ask(
        query("APBILL", "VENDORID RECORDID WHENCREATED TRX_TOTALENTERED STATE DESCRIPTION", keys)
    ).result

    assert [each.text or "" for each in result.data[0]] == [
        "V1",
        "INV-7 <&>",
        "01/31/2030",
        "118.40",
        "Posted",
        "",
    ]
    assert len(result.data) == 1
